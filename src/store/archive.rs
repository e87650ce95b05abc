//! For asking the database, from where nothing may block.

use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::database::{Database, DatabaseError};

/// Questions that wait at once.
pub(super) const QUESTIONS: usize = 64;

/// The longest time that one waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the thread that owns the database. Cheap to clone.
#[derive(Clone)]
pub struct Archive {
    questions: SyncSender<Asked>,
}

/// What the thread is asked for.
pub(super) enum Asked {
    /// A question, which answers itself.
    Question(Question),
    /// To write what is there, and to end.
    End,
}

/// Gets the database, or why there is none.
type Question = Box<dyn FnOnce(Result<&mut dyn Database, DatabaseError>) + Send>;

impl Archive {
    pub(super) const fn new(questions: SyncSender<Asked>) -> Self {
        Self { questions }
    }

    /// Asks. What was observed until now is written before, so that the answer is up to date.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut dyn Database) -> Result<T, DatabaseError> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let (send, answer) = oneshot::channel();
        let question: Question = Box::new(move |database| {
            // Whoever asked may be gone.
            let _ = send.send(database.and_then(question));
        });
        self.questions.try_send(Asked::Question(question)).map_err(|error| match error {
            TrySendError::Full(_) => away("too many questions wait for an answer"),
            TrySendError::Disconnected(_) => away("the store has ended"),
        })?;
        match timeout(PATIENCE, answer).await {
            Ok(answered) => answered.unwrap_or_else(|_ended| Err(away("the store has ended"))),
            // It may be tidying, or its database may say nothing: whoever looks is told so, and not kept waiting.
            Err(_elapsed) => Err(away("it is busy, and did not answer in time")),
        }
    }

    /// Tells the thread to end. `false`: there is no room for that now.
    pub(super) fn end(&self) -> bool {
        !matches!(self.questions.try_send(Asked::End), Err(TrySendError::Full(_)))
    }
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").finish_non_exhaustive()
    }
}

fn away(cause: &'static str) -> DatabaseError {
    DatabaseError::Away { what: "asking the store", cause: cause.into() }
}
