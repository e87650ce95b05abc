//! How much the looks of a process hold at the same time: connections, bytes, readers of code. Vendors decide how
//! long their answers are and how long they take.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::change::ReadScript;
use super::finding::Finding;
use super::look::{Looker, Memory, Whole};
use super::watched::Watched;
use crate::inventory::{Tier, bytes_path};
use crate::transport::fetch::MAX_BYTES;

/// Scripts that are looked at at the same time, each over one connection. Most wait for a vendor.
const AT_ONCE: usize = 32;
/// Of one host.
const OF_ONE_HOST: usize = 2;
/// KiB that all of them hold, beside one that is longer than it was.
const ROOM: u32 = 64 << 10;
/// Bytes of an answer that are taken beside twice those that are approved.
const MORE: usize = 256 << 10;
/// Of a script without approved bytes.
const UNKNOWN: usize = 1 << 20;
/// Changed scripts whose code is read at the same time, each in a process of its own.
const READERS: usize = 2;

/// The places, shared by all looks of a process.
#[derive(Debug, Clone)]
pub(super) struct Places {
    all: Arc<Semaphore>,
    room: Arc<Semaphore>,
    /// For an answer that is longer than it was. Room of its own: a vendor that takes its time over one must
    /// not hold up all others.
    long: Arc<Semaphore>,
    readers: Arc<Semaphore>,
    hosts: Rc<RefCell<HashMap<String, Arc<Semaphore>>>>,
}

/// What came of a look. Its bytes are counted until it is dropped.
pub(super) struct Looked {
    pub(super) finding: Finding,
    pub(super) memory: Memory,
    _room: Option<OwnedSemaphorePermit>,
}

/// Who looks, and what is needed for it.
#[derive(Clone)]
pub(super) struct Eyes {
    pub(super) looker: Looker,
    /// The folder with the approved bytes.
    pub(super) policies: Arc<Path>,
    pub(super) read: ReadScript,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(AT_ONCE)),
            room: Arc::new(Semaphore::new(usize::try_from(ROOM).unwrap_or(usize::MAX))),
            long: Arc::new(Semaphore::new(1)),
            readers: Arc::new(Semaphore::new(READERS)),
            hosts: Rc::default(),
        }
    }
}

impl Places {
    /// Forgets hosts that nobody looks at any more.
    pub(super) fn only(&self, scripts: &[Watched]) {
        let named: std::collections::HashSet<String> = scripts.iter().map(host).collect();
        self.hosts.borrow_mut().retain(|host, _| named.contains(host));
    }

    /// Looks at a script when there is a place for it. A slow host holds up only its own scripts. `None` after
    /// a panic, which was printed.
    pub(super) async fn look(
        &self,
        eyes: &Eyes,
        watched: Watched,
        memory: Memory,
        whole: Whole,
    ) -> Option<Looked> {
        let of_host = {
            let mut hosts = self.hosts.borrow_mut();
            Arc::clone(hosts.entry(host(&watched)).or_insert_with(|| Arc::new(Semaphore::new(OF_ONE_HOST))))
        };
        // Semaphores are never closed; were one, only the bound would be gone.
        let of_host = of_host.acquire_owned().await.ok();
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok();
        // On the heap only now: thousands may wait.
        let (sight, memory, room) = Box::pin(async {
            let usual = usual(&watched, &eyes.policies);
            let mut room = self.room_for(usual).await;
            let mut seen = memory.clone();
            let mut sight = eyes.looker.look(&watched, &mut seen, whole, usual).await;
            if sight.cut && usual < MAX_BYTES {
                // Once more, with room for it.
                drop((sight, room));
                room = Arc::clone(&self.long).acquire_owned().await.ok();
                seen = memory;
                sight = eyes.looker.look(&watched, &mut seen, whole, MAX_BYTES).await;
            }
            (sight, seen, room)
        })
        .await;
        drop((of_host, of_all));
        let reader = if sight.versions.is_empty() { None } else { self.readers.acquire().await.ok() };
        let (policies, read) = (Arc::clone(&eyes.policies), Arc::clone(&eyes.read));
        let finding = apart(move || Finding::of(watched, sight, &policies, &read)).await;
        drop(reader);
        Some(Looked { finding: finding?, memory, _room: room })
    }

    async fn room_for(&self, most: usize) -> Option<OwnedSemaphorePermit> {
        let wanted = u32::try_from(Looker::holds(most) >> 10).unwrap_or(u32::MAX);
        Arc::clone(&self.room).acquire_many_owned(wanted.min(ROOM)).await.ok()
    }
}

/// Bytes of an answer that are taken at first.
fn usual(watched: &Watched, policies: &Path) -> usize {
    let script = &watched.script;
    let newest = script.digests.last().filter(|_| script.tier != Tier::Evergreen);
    let approved = newest
        .map(|newest| bytes_path(policies, &watched.site.0, &script.id, newest))
        .and_then(|path| fs::metadata(path).ok())
        .and_then(|known| usize::try_from(known.len()).ok());
    approved.map_or(UNKNOWN, |approved| approved.saturating_mul(2).saturating_add(MORE)).min(MAX_BYTES)
}

fn host(watched: &Watched) -> String {
    watched.url.host_str().unwrap_or_default().to_owned()
}

/// Does work that takes its time on a thread of its own, which nothing waits for at the end of the process:
/// it may be waiting for another process. `None` after a panic.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (send, done) = oneshot::channel();
    let thread = thread::Builder::new().name("reading".to_owned());
    // Whoever asked may be gone.
    thread.spawn(move || drop(send.send(work()))).ok()?;
    done.await.ok()
}
