//! A person has looked at what an evergreen script serves: from then on it is held against that. Nothing is approved
//! by it: the script ends when it would have.

use tokio::sync::{mpsc, oneshot};

/// Reviews that wait for the watcher; it takes them between two looks.
const WAITING: usize = 16;

/// What was looked at.
#[derive(Debug, Clone)]
pub struct Review {
    /// The site.
    pub site: String,
    /// The script's id.
    pub script: String,
    /// Digests of the bytes that were looked at. If other ones are served meanwhile, those stay a finding.
    pub digests: Vec<String>,
    /// Who looked.
    pub by: String,
    /// What they say of it.
    pub because: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reviewed {
    /// The script is held against these bytes from now on.
    Held,
    /// No such script is watched.
    Unknown,
    /// Its bytes are approved, so others need an approval.
    Approved,
    /// It does not stand as serving these other bytes.
    OtherBytes,
}

/// A review, and where its answer goes.
pub(super) type Asked = (Review, oneshot::Sender<Reviewed>);

/// For whoever has looked.
#[derive(Debug, Clone)]
pub struct Reviews(mpsc::Sender<Asked>);

impl Reviews {
    /// Tells the watcher. `None`: it has ended, or has too much to do.
    pub async fn tell(&self, review: Review) -> Option<Reviewed> {
        let (send, answer) = oneshot::channel();
        self.0.try_send((review, send)).ok()?;
        answer.await.ok()
    }
}

/// The watcher's end.
#[derive(Debug)]
pub struct ReviewsTaken(pub(super) mpsc::Receiver<Asked>);

/// Both ends.
pub fn reviews() -> (Reviews, ReviewsTaken) {
    let (send, taken) = mpsc::channel(WAITING);
    (Reviews(send), ReviewsTaken(taken))
}
