//! One look at one script: from every vantage, again where answers differ.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

use super::answer::{Answer, Came, came};
use super::classify::{Right, agree, classify};
use super::kind::Drift;
use super::vantage::{VANTAGES, Validators, Vantage};
use super::watched::Watched;
use crate::inventory::{Form, Tier};
use crate::sri::Digest;
use crate::transport::fetch::{FetchOptions, Fetcher};
use crate::transport::tls::TlsError;

/// Different unknown bytes of one look that are kept for review.
const VERSIONS: usize = 3;

/// Fetches scripts.
#[derive(Debug, Clone)]
pub struct Looker {
    fetcher: Fetcher,
    /// Whether addresses of private networks and of this machine are fetched from.
    allow_private: bool,
    /// The longest time for one answer.
    patience: Duration,
}

/// Bytes that are not approved.
#[derive(Debug, Clone)]
pub struct Version {
    /// Of them.
    pub digest: Digest,
    /// As they came, decoded.
    pub bytes: Bytes,
}

/// What is remembered of a script from one look to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// For each vantage what it was answered last, where that can be asked for again.
    known: Vec<Option<Known>>,
    /// Tier evergreen: what came last.
    pub(super) before: Vec<Digest>,
}

#[derive(Debug, Clone)]
struct Known {
    answer: Answer,
    validators: Validators,
}

/// Which vantages must be sent the bytes, whatever their vendor says of validators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    All,
    /// This one; others may be told that nothing changed.
    Only(usize),
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Sight {
    pub(super) drift: Drift,
    /// By the names of vantages.
    pub(super) answers: Vec<(&'static str, Answer)>,
    pub(super) versions: Vec<Version>,
}

impl Looker {
    /// `extra_ca`: a CA (PEM) that servers' certificates may come from, beside the system's.
    pub fn new(extra_ca: Option<&Path>, allow_private: bool, patience: Duration) -> Result<Self, TlsError> {
        Ok(Self { fetcher: Fetcher::new(extra_ca)?, allow_private, patience })
    }

    /// Looks at a script.
    pub(super) async fn look(&self, watched: &Watched, memory: &mut Memory, whole: Whole) -> Sight {
        let script = &watched.script;
        let evergreen = script.tier == Tier::Evergreen;
        let digests = if evergreen { memory.before.clone() } else { script.digests.clone() };
        let needs_cors = script.tier == Tier::Pin && watched.is_elsewhere();
        let right = Right { digests: &digests, evergreen, needs_cors };
        let mut versions = Vec::new();
        let first = self.pass(watched, memory, whole, (&right, &mut versions)).await;
        let mut drift = classify(&bare(&first), &right);
        let mut answers = first;
        if drift == Drift::Cloaked {
            // A release that goes out just now looks like it. Then all agree a moment later, and not on
            // what was there before: one that answers by chance would agree on that too.
            let second = self.pass(watched, memory, Whole::All, (&right, &mut versions)).await;
            let again = classify(&bare(&second), &right);
            if agree(&bare(&second), &right) && matches!(again, Drift::Changed | Drift::Gone) {
                (drift, answers) = (again, second);
            }
        }
        if evergreen && matches!(drift, Drift::FirstSeen | Drift::Changed) {
            memory.before = bytes_of(&answers);
        }
        Sight { drift, answers, versions }
    }

    async fn pass(
        &self,
        watched: &Watched,
        memory: &mut Memory,
        whole: Whole,
        (right, versions): (&Right<'_>, &mut Vec<Version>),
    ) -> Vec<(&'static str, Answer)> {
        let mut cookies = String::new();
        let mut answers: Vec<(&'static str, Answer)> = Vec::new();
        memory.known.resize(VANTAGES.len(), None);
        for (place, vantage) in VANTAGES.iter().enumerate() {
            if answers.len() == 2 && answers.iter().all(|(_, answer)| matches!(answer, Answer::Failed(_))) {
                // Nobody is there: that the others would wait in vain too needs no proof.
                break;
            }
            let known = memory.known.get(place).cloned().flatten();
            let known = known
                .filter(|known| whole != Whole::All && whole != Whole::Only(place) && known.validators.any());
            let mut came = self.ask(watched, vantage, &cookies, known.as_ref()).await;
            if let Came::Other(Answer::Failed(_)) = came {
                // Once more: networks fail by chance.
                came = self.ask(watched, vantage, &cookies, None).await;
            }
            let (answer, kept) = match (came, known) {
                (Came::Whole { answer, bytes, validators, cookies: set }, _) => {
                    if cookies.is_empty() {
                        cookies = set;
                    }
                    keep(versions, right, &answer, bytes);
                    (answer.clone(), Some(Known { answer, validators }))
                }
                (Came::NotModified, Some(known)) => (known.answer.clone(), Some(known)),
                (Came::NotModified, None) => {
                    (Answer::Failed("it answered 304 to a request without conditions".to_owned()), None)
                }
                (Came::Other(answer), _) => (answer, None),
            };
            if let Some(place) = memory.known.get_mut(place) {
                *place = kept;
            }
            answers.push((vantage.name, answer));
        }
        answers
    }

    async fn ask(&self, watched: &Watched, vantage: &Vantage, cookies: &str, known: Option<&Known>) -> Came {
        let options = FetchOptions {
            allow_private: self.allow_private,
            max_time: self.patience,
            any_status: true,
            through: watched.through.clone(),
            fields: vantage.fields(watched, cookies, known.map(|known| &known.validators)),
            ..FetchOptions::default()
        };
        let algorithm = match watched.script.tier {
            Tier::Evergreen => Form::External.algorithm(),
            Tier::Pin | Tier::Mirror => {
                let first = watched.script.digests.first();
                first.map_or(Form::External.algorithm(), Digest::algorithm)
            }
        };
        came(&watched.url, algorithm, self.fetcher.fetch(&watched.url, &options).await)
    }
}

fn keep(versions: &mut Vec<Version>, right: &Right<'_>, answer: &Answer, bytes: Vec<u8>) {
    let Answer::Bytes { digest, .. } = answer else { return };
    let known = right.digests.contains(digest) || versions.iter().any(|version| version.digest == *digest);
    if !known && versions.len() < VERSIONS {
        versions.push(Version { digest: digest.clone(), bytes: bytes.into() });
    }
}

fn bare(answers: &[(&'static str, Answer)]) -> Vec<Answer> {
    answers.iter().map(|(_, answer)| answer.clone()).collect()
}

fn bytes_of(answers: &[(&'static str, Answer)]) -> Vec<Digest> {
    super::classify::digests(&bare(answers)).into_iter().cloned().collect()
}
