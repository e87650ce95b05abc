//! How often one subject may be told of: whoever is watched can change what is found at each look, and must
//! not push out other news, nor teach people to look away.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::kind::Severity;

/// So often a subject is told of in a day, and once more to say that it goes on.
const OFTEN: usize = 5;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Whether something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tell {
    Yes,
    /// And that it goes on.
    Last,
    No,
}

/// When a subject was told of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pace {
    told: Vec<(Timestamp, Severity)>,
    hushed: bool,
}

impl Pace {
    /// Whether something was told within a day.
    pub(super) fn matters(&mut self, now: Timestamp) -> bool {
        self.told.retain(|(at, _)| now.duration_since(*at).abs() < DAY);
        !self.told.is_empty()
    }

    /// Whether news of this severity is told now, and counts it if it is.
    pub(super) fn tell(&mut self, now: Timestamp, severity: Severity) -> Tell {
        self.matters(now);
        if self.told.len() < OFTEN {
            self.hushed = false;
        }
        let graver = self.told.iter().all(|(_, told)| severity > *told);
        let tell = match self.hushed {
            _ if self.told.len() < OFTEN || graver => Tell::Yes,
            false => Tell::Last,
            true => Tell::No,
        };
        self.hushed |= tell == Tell::Last;
        if tell != Tell::No {
            self.told.push((now, severity));
        }
        tell
    }
}
