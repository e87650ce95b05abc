//! Follows the store and tells what is new, for the terminal.

use std::collections::HashMap;

use crate::reports::in_words;
use crate::store::{Event, EventKind, Store, Violation};

/// Events looked at in one turn.
const AT_ONCE: usize = 200;

/// What was told already.
#[derive(Debug, Default)]
pub(super) struct Follower {
    last: Option<Event>,
    counts: HashMap<Violation, u64>,
}

impl Follower {
    /// Lines about what came since the last call, oldest first.
    pub(super) fn news(&mut self, store: &dyn Store) -> Vec<String> {
        let events = store.events(AT_ONCE);
        let mut lines: Vec<String> = events
            .iter()
            .take_while(|event| Some(*event) != self.last.as_ref())
            .filter_map(event_line)
            .collect();
        lines.reverse();
        self.last = events.into_iter().next().or(self.last.take());
        lines.extend(self.reports(store));
        lines
    }

    /// Events speak of a report only the first time; somebody who plays wants to see each.
    fn reports(&mut self, store: &dyn Store) -> Vec<String> {
        let rows = store.violations(AT_ONCE);
        let mut lines = Vec::new();
        for row in rows.iter().rev() {
            if self.counts.get(&row.violation).is_none_or(|told| *told < row.count) {
                lines.push(format!("Countersign: {}", one_line(&in_words(&row.violation, row.page()))));
            }
        }
        // As many as the store keeps, and no more.
        self.counts = rows.into_iter().map(|row| (row.violation, row.count)).collect();
        lines
    }
}

fn event_line(event: &Event) -> Option<String> {
    match event.kind {
        // Alerts tell together what other events told one by one.
        EventKind::BrowserReport | EventKind::Alert | EventKind::AlertOver | EventKind::Act => None,
        // Diagnostics have several lines, and were written to be read as such.
        EventKind::PolicyRefused | EventKind::CertificateRefused => {
            Some(format!("Countersign: {}", printable(&event.message, true)))
        }
        EventKind::PolicyLoaded
        | EventKind::CertificateLoaded
        | EventKind::UpstreamWell
        | EventKind::UpstreamUnwell
        | EventKind::ResponseRefused
        | EventKind::ResponseNotRewritten
        | EventKind::SecondOpinion
        | EventKind::OwnScript
        | EventKind::DriftFound
        | EventKind::DriftEnded
        | EventKind::ScriptStopped => Some(format!("Countersign: {}", one_line(&event.message))),
    }
}

fn one_line(text: &str) -> String {
    printable(text, false)
}

/// Without control characters: pages and browsers wrote parts of it.
fn printable(text: &str, lines: bool) -> String {
    text.chars().filter(|c| !c.is_control() || (lines && *c == '\n')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Class, MemoryStore, Reported};
    use jiff::Timestamp;

    fn event(second: i64, kind: EventKind, message: &str) -> Event {
        Event { at: Timestamp::from_second(second).unwrap(), kind, message: message.into(), exchange: None }
    }

    fn refused() -> Reported {
        let violation = Violation {
            site: "shop".into(),
            kind: "script-refused".into(),
            class: Class::StoppedAsMeant,
            reason: "bytes-differ".into(),
            rule: None,
            directive: "integrity".into(),
            blocked: "http://127.0.0.1:7602/chat.js".into(),
            source: None,
            digest: None,
            disposition: "enforce".into(),
        };
        let document = "http://127.0.0.1:7600/pay/pin".into();
        Reported { violation, document, browser: String::new(), generation: None, network: 1 }
    }

    #[test]
    fn everything_is_told_once_and_in_order() {
        let store = MemoryStore::default();
        let mut follower = Follower::default();
        assert!(follower.news(&store).is_empty());
        store.event(event(1, EventKind::PolicyLoaded, "one"));
        store.event(event(2, EventKind::ScriptStopped, "two\u{1b}[2J"));
        assert_eq!(follower.news(&store), ["Countersign: one", "Countersign: two[2J"]);
        assert!(follower.news(&store).is_empty());
        store.event(event(3, EventKind::PolicyRefused, "line 3\nhelp"));
        assert_eq!(follower.news(&store), ["Countersign: line 3\nhelp"]);
    }

    #[test]
    fn a_report_that_comes_again_is_told_again() {
        let store = MemoryStore::default();
        let mut follower = Follower::default();
        store.event(event(1, EventKind::BrowserReport, "the report's own event"));
        for _ in 0..2 {
            store.reported(refused());
            let news = follower.news(&store);
            assert_eq!(news.len(), 1, "{news:?}");
            assert!(news[0].starts_with("Countersign: A browser on /pay/pin refused chat.js"), "{news:?}");
            assert!(follower.news(&store).is_empty());
        }
    }
}
