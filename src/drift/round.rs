//! A look at many scripts, once.

use std::path::Path;
use std::sync::Arc;

use tokio::task::{JoinSet, LocalSet};

use super::change::ReadScript;
use super::finding::Finding;
use super::look::{Looker, Memory, Whole};
use super::places::{Eyes, Places};
use super::watched::Watched;

/// How a round goes.
pub struct Round<'a> {
    /// Fetches.
    pub looker: Looker,
    /// The folder with the approved bytes.
    pub policies: &'a Path,
    /// Reads scripts.
    pub read: ReadScript,
    /// Told of each script that was looked at. It may keep the unknown bytes, which go then.
    pub progress: &'a dyn Fn(&mut Finding),
}

/// Looks at each script once, whole, and returns the findings in the order of the scripts. Blocks.
pub fn look_at_all(round: &Round<'_>, scripts: Vec<Watched>) -> std::io::Result<Vec<Finding>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(LocalSet::new().block_on(&runtime, look(round, scripts)))
}

async fn look(round: &Round<'_>, scripts: Vec<Watched>) -> Vec<Finding> {
    let places = Places::default();
    let eyes = Eyes {
        looker: round.looker.clone(),
        policies: Arc::from(round.policies),
        read: Arc::clone(&round.read),
    };
    let mut looks = JoinSet::new();
    for (number, watched) in scripts.into_iter().enumerate() {
        let (places, eyes) = (places.clone(), eyes.clone());
        looks.spawn_local(async move {
            (number, places.look(&eyes, watched, Memory::default(), Whole::All).await)
        });
    }
    let mut found = Vec::new();
    while let Some(done) = looks.join_next().await {
        // A panic was printed; its script is missing among the findings, which the caller counts.
        if let Ok((number, Some(mut looked))) = done {
            (round.progress)(&mut looked.finding);
            looked.finding.versions.clear();
            found.push((number, looked.finding));
        }
    }
    found.sort_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, finding)| finding).collect()
}
