//! Waiting for something to become true.

use std::time::{Duration, Instant};

/// Long enough for a loaded machine; a passing test never waits this long.
const DEADLINE: Duration = Duration::from_secs(30);
const BETWEEN: Duration = Duration::from_millis(20);

/// Asks `probe` until it answers, and gives its answer; fails the test after 30 seconds, naming `what`.
pub(crate) async fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = probe().await {
            return answer;
        }
        assert!(start.elapsed() < DEADLINE, "never happened: {what}");
        tokio::time::sleep(BETWEEN).await;
    }
}
