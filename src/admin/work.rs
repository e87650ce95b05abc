//! Work that takes a processor for a while: a little of it at once in the whole process, also when whoever asked for
//! it has gone meanwhile, so that looking at the console takes nothing from the pages of visitors.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Pieces at once.
const PIECES: usize = 2;
/// So long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of it. `None`: too much else is being worked at just now, or it panicked.
pub(super) async fn worked<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(PIECES)));
    let turn = timeout(PATIENCE, Arc::clone(&TURNS).acquire_owned()).await.ok()?.ok()?;
    let done = spawn_blocking(move || {
        // Given back when the work has ended, not when nobody waits for it any more.
        let _turn = turn;
        work()
    });
    done.await.ok()
}
