//! A look at many scripts: a few at a time, and fewer of one host.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::{JoinSet, LocalSet};

use super::change::ReadScript;
use super::finding::Finding;
use super::look::{Looker, Memory, Whole};
use super::watched::Watched;

/// Scripts that are looked at at the same time. Each may hold 10 MiB.
const AT_ONCE: usize = 8;
/// Of one host.
const OF_ONE_HOST: usize = 2;

/// How a round goes.
pub struct Round<'a> {
    /// Fetches.
    pub looker: Looker,
    /// The folder with the approved bytes.
    pub policies: &'a Path,
    /// Reads scripts.
    pub read: ReadScript,
    /// Told of each script that was looked at.
    pub progress: &'a dyn Fn(&Finding),
}

/// The places of scripts that are looked at, of all and by host.
#[derive(Debug, Clone)]
pub(super) struct Places {
    all: Rc<Semaphore>,
    hosts: Rc<HashMap<String, Semaphore>>,
}

impl Places {
    pub(super) fn of(scripts: &[Watched]) -> Self {
        let hosts = scripts.iter().map(|watched| (host(watched), Semaphore::new(OF_ONE_HOST)));
        Self { all: Rc::new(Semaphore::new(AT_ONCE)), hosts: Rc::new(hosts.collect()) }
    }

    /// Does the work when there is a place for it. A slow host holds up only its own scripts.
    pub(super) async fn within<T>(&self, watched: &Watched, work: impl AsyncFnOnce() -> T) -> T {
        // Semaphores are never closed; were one, only the bound would be gone.
        let _of_host = match self.hosts.get(&host(watched)) {
            Some(semaphore) => semaphore.acquire().await.ok(),
            None => None,
        };
        let _of_all = self.all.acquire().await.ok();
        // Made only now: thousands may wait.
        Box::pin(work()).await
    }
}

/// Does work that takes its time on a thread of its own, which nothing waits for at the end of the process:
/// it may be waiting for another process. `None` after a panic.
pub(super) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (send, done) = oneshot::channel();
    let thread = thread::Builder::new().name("reading".to_owned());
    // Whoever asked may be gone.
    thread.spawn(move || drop(send.send(work()))).ok()?;
    done.await.ok()
}

fn host(watched: &Watched) -> String {
    watched.url.host_str().unwrap_or_default().to_owned()
}

/// Looks at each script once, whole, and returns the findings in the order of the scripts. Blocks.
pub fn look_at_all(round: &Round<'_>, scripts: Vec<Watched>) -> std::io::Result<Vec<Finding>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(LocalSet::new().block_on(&runtime, look(round, scripts)))
}

async fn look(round: &Round<'_>, scripts: Vec<Watched>) -> Vec<Finding> {
    let places = Places::of(&scripts);
    let policies: Arc<Path> = Arc::from(round.policies);
    let mut looks = JoinSet::new();
    for (number, watched) in scripts.into_iter().enumerate() {
        let (places, looker) = (places.clone(), round.looker.clone());
        let (policies, read) = (Arc::clone(&policies), Arc::clone(&round.read));
        looks.spawn_local(async move {
            let subject = watched.clone();
            let work = async move || {
                let sight = looker.look(&watched, &mut Memory::default(), Whole::All).await;
                // Within the place: reading code takes memory too.
                apart(move || Finding::of(watched, sight, &policies, &read)).await
            };
            (number, places.within(&subject, work).await)
        });
    }
    let mut found = Vec::new();
    while let Some(done) = looks.join_next().await {
        // A panic was printed; its script is missing among the findings, which the caller counts.
        if let Ok((number, Some(finding))) = done {
            (round.progress)(&finding);
            found.push((number, finding));
        }
    }
    found.sort_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, finding)| finding).collect()
}
