//! The log of everything that runs in this process, for tests that say what an operator reads there. Tests run
//! side by side: each looks for words that are its own, such as an exchange's id or an upstream's address.

use std::io;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

use super::within;

static BEGIN: Once = Once::new();
static WRITTEN: Mutex<String> = Mutex::new(String::new());

/// From now on lines are kept; without this none are.
pub(super) fn keep_logs() {
    BEGIN.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter("off,countersign=debug")
            .with_writer(Kept)
            .with_ansi(false)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// The lines that have all of these words.
pub(crate) fn logged(words: &[&str]) -> Vec<String> {
    let written = written();
    let has_all = |line: &&str| words.iter().all(|word| line.contains(word));
    written.lines().filter(has_all).map(str::to_owned).collect()
}

/// Waits until there is one.
pub(crate) async fn until_logged(words: &[&str]) {
    within(&format!("a line with {words:?}"), async {
        while logged(words).is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

fn written() -> MutexGuard<'static, String> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Kept;

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        written().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Kept {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}
