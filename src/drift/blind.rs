//! Whether the watcher sees anything at all: that no news came because no look succeeded must not be taken
//! for good news.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::alert::{Alerts, Kind, News, Severity, fingerprint};

/// So many intervals without a look that brought an answer.
const INTERVALS: u32 = 3;
/// A vendor that gave no answer for so long.
const SILENT: SignedDuration = SignedDuration::from_hours(24);
/// Scripts of one vendor that are named.
const NAMED: usize = 10;

/// The subject of being blind altogether. No host has a space in its name.
const ALL: &str = "all vendors";

/// A script that stands as unreachable.
#[derive(Debug, Clone)]
pub(super) struct Unreached {
    pub(super) host: String,
    /// Site and id.
    pub(super) script: String,
    pub(super) since: Timestamp,
    /// Evergreen on a payment page: nothing else checks what visitors get.
    pub(super) unchecked: bool,
}

/// When something was last seen.
#[derive(Debug)]
pub(super) struct Sight {
    last: Timestamp,
    patience: SignedDuration,
}

impl Sight {
    /// From now on; nobody is blind within `least`.
    pub(super) fn new(interval: Duration, least: Duration, now: Timestamp) -> Self {
        // Looks are a tenth early or late, and take their time.
        let patience = interval.saturating_mul(INTERVALS).mul_f64(1.1).max(least);
        let patience = SignedDuration::try_from(patience).unwrap_or(SignedDuration::MAX);
        Self { last: now, patience }
    }

    /// A look brought an answer, or there is nothing to look at.
    pub(super) fn seen(&mut self, now: Timestamp) {
        self.last = now;
    }

    /// Tells of blindness, and that it is over.
    pub(super) fn tell(&self, unreached: &[Unreached], alerts: &Alerts, now: Timestamp) {
        let found = self.blind(unreached, now);
        for subject in alerts.subjects(Kind::WatcherBlind) {
            if !found.iter().any(|news| news.subject == subject) {
                let message = format!("{subject}: what is served is seen again");
                alerts.over(Kind::WatcherBlind, &subject, message);
            }
        }
        for news in found {
            alerts.raise(news);
        }
    }

    fn blind(&self, unreached: &[Unreached], now: Timestamp) -> Vec<News> {
        let mut found = Vec::new();
        if now.duration_since(self.last) > self.patience {
            let since = self.last;
            found.push(News {
                kind: Kind::WatcherBlind,
                subject: ALL.to_owned(),
                severity: Severity::High,
                since: Some(since),
                message: format!(
                    "The watcher is blind: no look at any vendor's script has brought an answer since {since:.0}, \
                     so nobody knows what vendors serve"
                ),
                what_to_do: Some(
                    "see whether this machine reaches the vendors (name server, firewall, proxy)".to_owned(),
                ),
                fingerprint: fingerprint(["all"]),
            });
        }
        let mut hosts: BTreeMap<&str, Vec<&Unreached>> = BTreeMap::new();
        for one in unreached.iter().filter(|one| now.duration_since(one.since) >= SILENT) {
            hosts.entry(&one.host).or_default().push(one);
        }
        for (host, scripts) in hosts {
            let since = scripts.iter().map(|one| one.since).min();
            let unchecked = scripts.iter().any(|one| one.unchecked);
            let severity = if unchecked { Severity::High } else { Severity::Medium };
            let mut names: Vec<&str> = scripts.iter().map(|one| one.script.as_str()).take(NAMED).collect();
            let more = scripts.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            names.sort_unstable();
            let why = if unchecked { "; an evergreen script on a payment page is among them" } else { "" };
            found.push(News {
                kind: Kind::WatcherBlind,
                subject: host.to_owned(),
                severity,
                since,
                message: format!(
                    "{host} has given no answer for a day, so nobody knows what visitors get: {}{more}{why}",
                    names.join(", ")
                ),
                what_to_do: Some("see whether it can be reached from here, and ask the vendor".to_owned()),
                fingerprint: fingerprint([host, severity.name()]),
            });
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(1000 + hours)).unwrap()
    }

    fn unreached(host: &str, script: &str, since: i64, unchecked: bool) -> Unreached {
        Unreached { host: host.into(), script: script.into(), since: at(since), unchecked }
    }

    #[test]
    fn after_three_intervals_without_a_sight_the_watcher_is_blind() {
        let mut sight = Sight::new(Duration::from_hours(1), Duration::ZERO, at(0));
        assert!(sight.blind(&[], at(3)).is_empty());
        let told = sight.blind(&[], at(4));
        assert_eq!((told[0].subject.as_str(), told[0].severity), (ALL, Severity::High));
        sight.seen(at(4));
        assert!(sight.blind(&[], at(7)).is_empty());
    }

    #[test]
    fn a_vendor_that_is_silent_for_a_day_is_told_once_with_all_its_scripts() {
        let sight = Sight::new(Duration::from_hours(1), Duration::ZERO, at(24));
        let silent = [
            unreached("cdn.example", "shop/chat", 0, false),
            unreached("cdn.example", "shop/menu", 1, false),
            unreached("pay.example", "shop/cards", 0, true),
        ];
        assert!(sight.blind(&silent, at(23)).is_empty());
        let told = sight.blind(&silent, at(25));
        let said: Vec<_> = told.iter().map(|news| (news.subject.as_str(), news.severity)).collect();
        assert_eq!(said, [("cdn.example", Severity::Medium), ("pay.example", Severity::High)]);
        assert!(told[0].message.contains("shop/chat, shop/menu"), "{}", told[0].message);
        assert_eq!(told[0].since, Some(at(0)));
    }
}
