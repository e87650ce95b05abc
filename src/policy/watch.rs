//! The policy folder, watched. What is good is published; what is bad is told and changes nothing: the
//! last good snapshot stays in force.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Generation;
use super::check::DefaultUpstream;
use super::folder::{Contents, Listing, is_read};
use super::load::{Loaded, load};
use super::model::{PublishedSnapshot, UpstreamAddress};
use crate::diagnostic::{Diagnostic, Severity};
use crate::inventory::Trust;
use crate::watch::{self, Look, Pace, Subject, Watch, WatchError};

/// What came of a look at the folder.
#[derive(Debug, Clone)]
pub enum ReloadOutcome {
    /// A new snapshot is in force.
    Loaded {
        /// Which.
        generation: Generation,
        /// What somebody should look at.
        warnings: Vec<Diagnostic>,
    },
    /// What is there is not good; the snapshot in force stays.
    Refused {
        /// Why.
        diagnostics: Vec<Diagnostic>,
    },
    /// The content is what it was at the last look.
    Unchanged,
}

/// Watches `folder` on a thread of its own and publishes every good change to `published`. `on_change`
/// is called on that thread after each look that an event, a change or a question led to; it must not
/// drop the [`Watch`].
pub fn watch(
    folder: &Path,
    published: PublishedSnapshot,
    default_upstream: Option<UpstreamAddress>,
    trust: Arc<Trust>,
    pace: Pace,
    on_change: impl Fn(&ReloadOutcome) + Send + 'static,
) -> Result<Watch<ReloadOutcome>, WatchError> {
    let reloader = Reloader {
        last: Last::Content(published.load().generation.fingerprint.clone()),
        // Events carry absolute paths where the watched one was absolute.
        folder: std::path::absolute(folder)?,
        published,
        trust,
        default_upstream: default_upstream.map_or(DefaultUpstream::Missing, DefaultUpstream::Given),
    };
    watch::watch("policies", reloader, pace, on_change)
}

/// What was found at the last look.
#[derive(Debug, PartialEq, Eq)]
enum Last {
    Content(String),
    Unreadable(Vec<Diagnostic>),
}

struct Reloader {
    folder: PathBuf,
    published: PublishedSnapshot,
    default_upstream: DefaultUpstream,
    trust: Arc<Trust>,
    last: Last,
}

impl Subject for Reloader {
    type Listing = Listing;
    type Outcome = ReloadOutcome;

    fn listing(&self) -> Option<Listing> {
        Listing::of(&self.folder).ok()
    }

    fn folders(&self, listing: Option<&Listing>) -> Vec<PathBuf> {
        // The parent sees the folder itself being replaced or removed.
        let parent = self.folder.parent().map(Path::to_owned);
        parent.into_iter().chain(listing.into_iter().flat_map(Listing::folders).map(Path::to_owned)).collect()
    }

    fn under(&self) -> Vec<PathBuf> {
        vec![self.folder.clone()]
    }

    fn reads(path: &Path) -> bool {
        is_read(path)
    }

    fn look(&mut self, asked: bool) -> Look<ReloadOutcome> {
        let contents = Contents::read(&self.folder);
        let moved = contents
            .as_ref()
            .is_ok_and(|contents| Listing::of(&self.folder).ok().as_ref() != Some(&contents.listing));
        let (now, contents) = match contents {
            Ok(contents) => (Last::Content(contents.fingerprint()), Ok(contents)),
            Err(diagnostics) => (Last::Unreadable(diagnostics.clone()), Err(diagnostics)),
        };
        if moved {
            // Nothing is concluded from it; if it never stops moving, this is what is told.
            return Look::Moving(ReloadOutcome::Refused { diagnostics: vec![self.restless()] });
        }
        // What was refused once, or made loading panic, is not tried again and again, but when asked.
        if self.last == now && !(asked && self.refused_last(&now)) {
            return Look::Same(ReloadOutcome::Unchanged);
        }
        self.last = now;
        Look::New(match contents {
            Ok(contents) => self.load(&contents),
            Err(diagnostics) => ReloadOutcome::Refused { diagnostics },
        })
    }

    fn defect(&self) -> ReloadOutcome {
        ReloadOutcome::Refused {
            diagnostics: vec![Diagnostic::of_file(
                Severity::Error,
                &self.folder,
                "reading the policies failed by a defect in Countersign",
                "the policies in force stay; please report the defect",
            )],
        }
    }
}

impl Reloader {
    fn load(&self, contents: &Contents) -> ReloadOutcome {
        let number = self.published.load().generation.number.saturating_add(1);
        match load(contents, &self.default_upstream, number, &self.trust) {
            Ok(Loaded { snapshot, warnings }) => {
                let generation = snapshot.generation.clone();
                snapshot.carry_drift(&self.published.load());
                self.published.store(Arc::new(snapshot));
                ReloadOutcome::Loaded { generation, warnings }
            }
            Err(diagnostics) => ReloadOutcome::Refused { diagnostics },
        }
    }

    /// Whether what was found at the last look is not what is in force.
    fn refused_last(&self, last: &Last) -> bool {
        match last {
            Last::Content(fingerprint) => *fingerprint != self.published.load().generation.fingerprint,
            Last::Unreadable(_) => true,
        }
    }

    fn restless(&self) -> Diagnostic {
        Diagnostic::of_file(
            Severity::Error,
            &self.folder,
            "the files change all the time, so what is read may never have belonged together",
            "write to another folder and rename it, or write less often",
        )
    }
}
