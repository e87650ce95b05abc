//! How often alerts of one lane may be told of: whoever is watched can change what is found at each look, and must
//! not push out other news, nor teach people to look away.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::kind::{Kind, Severity};

/// So often a lane is told of in a day, and once more to say that it goes on.
const OFTEN: usize = 5;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What is counted together: whoever uses up one of these has silenced nothing else. What is high has one of its
/// own, so that nothing less grave can use it up. `sort`: what it is, where things of many sorts have one subject.
pub(super) fn lane(kind: Kind, subject: &str, sort: &str, severity: Severity) -> String {
    let high = if severity == Severity::High { "high" } else { "" };
    // No subject has a line's end in it.
    [kind.name(), subject, sort, high].join("\n")
}

/// Whether something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tell {
    Yes,
    /// And that it goes on.
    Last,
    No,
}

/// When a lane was told of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pace {
    told: Vec<(Timestamp, Severity)>,
    hushed: bool,
}

impl Pace {
    /// Whether something was told within a day.
    pub(super) fn matters(&mut self, now: Timestamp) -> bool {
        self.told.retain(|(at, _)| is_of_today(*at, now));
        !self.told.is_empty()
    }

    /// Whether anything would be told now.
    pub(super) fn has_room(&self, now: Timestamp) -> bool {
        self.told.iter().filter(|(at, _)| is_of_today(*at, now)).count() < OFTEN
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

fn is_of_today(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).abs() < DAY
}
