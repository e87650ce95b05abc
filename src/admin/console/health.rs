//! Whether the sites are safe, in one sentence, and why.

use super::sites::Carried;

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Safe,
    /// A person should look at something.
    Look,
    /// Something is wrong, or nobody is protected.
    Wrong,
}

impl Level {
    /// The class that colours it.
    pub(super) const fn tone(self) -> &'static str {
        match self {
            Self::Safe => "good",
            Self::Look => "stopped",
            Self::Wrong => "problem",
        }
    }
}

/// A reason for the sentence, with where more of it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Why {
    pub(super) level: Level,
    pub(super) words: String,
    pub(super) link: Option<&'static str>,
}

/// What is known.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Page rules of all sites, and those whose verdicts are carried out: for everybody, for a part of the visitors.
    pub(super) rules: usize,
    pub(super) enforced: usize,
    pub(super) partly: usize,
    /// Payment pages that are not enforced for everybody.
    pub(super) payment: Vec<String>,
    /// The last change of these was refused.
    pub(super) policies_refused: bool,
    pub(super) certificate_refused: bool,
    /// What nobody has seen, and how many of them are grave.
    pub(super) alerts: usize,
    pub(super) grave: usize,
    /// Vendors that serve something else than was approved.
    pub(super) drifted: usize,
    /// Page rules whose security headers protect less than they did.
    pub(super) weakened: usize,
    /// Reports of the last 24 hours that say that something approved was stopped; `None`: not known.
    pub(super) faults: Option<u64>,
    /// Scripts without approval that were stopped.
    pub(super) stopped: usize,
}

impl Facts {
    /// Counts a page rule.
    pub(super) fn rule(&mut self, carried: Carried) {
        self.rules = self.rules.saturating_add(1);
        match carried {
            Carried::Everybody => self.enforced = self.enforced.saturating_add(1),
            Carried::Part(_) => self.partly = self.partly.saturating_add(1),
            Carried::Nobody => {}
        }
    }
}

/// Where more is to be read; a place on the page, as long as there is no page of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links {
    pub(super) alerts: &'static str,
    pub(super) violations: &'static str,
    pub(super) headers: &'static str,
    pub(super) policy: &'static str,
}

/// The sentence, and its reasons.
#[derive(Debug)]
pub(super) struct Health {
    pub(super) level: Level,
    pub(super) sentence: &'static str,
    pub(super) why: Vec<Why>,
}

impl Health {
    pub(super) fn of(facts: &Facts, links: Links) -> Self {
        let mut why = Vec::new();
        let mut say = |level: Level, words: String, link: Option<&'static str>| {
            why.push(Why { level, words, link });
        };
        let nobody = facts.enforced == 0 && facts.partly == 0;
        if facts.rules == 0 {
            say(Level::Wrong, "There are no policies, so there is no site to protect.".to_owned(), None);
        } else if nobody {
            let words = "Every page is only observed: what is not approved is written down, and runs.";
            say(Level::Wrong, words.to_owned(), Some("#readiness"));
        }
        if !facts.payment.is_empty() && !nobody {
            let words = format!("Payment pages without full protection: {}.", facts.payment.join(", "));
            say(Level::Wrong, words, Some("#readiness"));
        }
        if facts.policies_refused {
            let words = "The last change of the policies was refused; those before it are in force.";
            say(Level::Wrong, words.to_owned(), Some(links.policy));
        }
        if facts.certificate_refused {
            let words = "The last change of the certificate was refused; the pair before it is in force.";
            say(Level::Wrong, words.to_owned(), Some("#certificate-refused"));
        }
        if facts.faults.is_none() {
            let words = "What browsers reported is not known: the store does not answer.";
            say(Level::Wrong, words.to_owned(), None);
        }
        if facts.grave > 0 {
            let words = format!("{} that nobody has seen.", many(facts.grave, "grave alert", "grave alerts"));
            say(Level::Wrong, words, Some(links.alerts));
        }
        if facts.drifted > 0 {
            let one = "vendor serves something else than was approved";
            let more = "vendors serve something else than was approved";
            say(Level::Look, format!("{}.", many(facts.drifted, one, more)), Some(links.alerts));
        }
        if let Some(faults @ 1..) = facts.faults {
            let words = format!(
                "Browsers reported {faults} times in 24 hours that something approved was stopped: pages may not work."
            );
            say(Level::Look, words, Some(links.violations));
        }
        if facts.weakened > 0 {
            let words =
                format!("The application's security headers protect less on {}.", rules(facts.weakened));
            say(Level::Look, words, Some(links.headers));
        }
        let others = facts.alerts.saturating_sub(facts.grave);
        if others > 0 {
            let also = if facts.grave > 0 { "other " } else { "" };
            let words =
                format!("{others} {also}alert{} that nobody has seen.", if others == 1 { "" } else { "s" });
            say(Level::Look, words, Some(links.alerts));
        }
        if !nobody {
            let observed = facts.rules.saturating_sub(facts.enforced).saturating_sub(facts.partly);
            if observed > 0 {
                let words = format!("The pages of {} are only observed.", of(observed, facts.rules));
                say(Level::Look, words, Some("#readiness"));
            }
            if facts.partly > 0 {
                let words =
                    format!("On {} only a part of the visitors is protected.", of(facts.partly, facts.rules));
                say(Level::Look, words, Some("#readiness"));
            }
            if facts.enforced == facts.rules {
                let words =
                    format!("Verdicts are carried out for everybody, on all pages ({}).", rules(facts.rules));
                say(Level::Safe, words, None);
            }
            if facts.stopped > 0 {
                let one = "script without approval was seen lately, and stopped";
                let more = "scripts without approval were seen lately, and stopped";
                say(Level::Safe, format!("{}.", many(facts.stopped, one, more)), None);
            }
        }
        let level = why.iter().map(|why| why.level).max().unwrap_or(Level::Safe);
        let sentence = match level {
            _ if nobody => "Nobody is protected",
            Level::Wrong => "Something is wrong",
            Level::Look => "Look at this",
            Level::Safe => "Safe: only approved scripts run on your pages",
        };
        Self { level, sentence, why }
    }
}

fn many(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn rules(count: usize) -> String {
    many(count, "page rule", "page rules")
}

fn of(count: usize, all: usize) -> String {
    if count == all { format!("all {}", rules(all)) } else { format!("{count} of {}", rules(all)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS: Links =
        Links { alerts: "/alerts", violations: "/violations", headers: "/headers", policy: "/policy" };

    fn fine() -> Facts {
        Facts { rules: 3, enforced: 3, faults: Some(0), ..Facts::default() }
    }

    fn said(facts: &Facts) -> (&'static str, Vec<String>) {
        let health = Health::of(facts, LINKS);
        (health.sentence, health.why.into_iter().map(|why| why.words).collect())
    }

    #[test]
    fn where_everything_is_enforced_and_nothing_is_open_it_is_safe() {
        let (sentence, why) = said(&Facts { stopped: 2, ..fine() });
        assert_eq!(sentence, "Safe: only approved scripts run on your pages");
        assert_eq!(
            why,
            [
                "Verdicts are carried out for everybody, on all pages (3 page rules).",
                "2 scripts without approval were seen lately, and stopped."
            ]
        );
    }

    #[test]
    fn where_nothing_is_enforced_nobody_is_protected_whatever_else_is_fine() {
        for facts in [
            Facts { rules: 3, enforced: 0, ..fine() },
            Facts { rules: 0, enforced: 0, ..fine() },
            Facts { rules: 1, enforced: 0, payment: vec!["shop /pay".to_owned()], ..fine() },
        ] {
            let health = Health::of(&facts, LINKS);
            assert_eq!((health.sentence, health.level), ("Nobody is protected", Level::Wrong), "{facts:?}");
            assert_eq!(health.why.len(), 1, "{:?}", health.why);
        }
    }

    #[test]
    fn each_thing_that_is_not_as_it_should_be_takes_safe_away_and_says_where_to_look() {
        for (facts, level, link) in [
            (Facts { policies_refused: true, ..fine() }, Level::Wrong, Some("/policy")),
            (Facts { certificate_refused: true, ..fine() }, Level::Wrong, Some("#certificate-refused")),
            (Facts { payment: vec!["shop /pay".to_owned()], ..fine() }, Level::Wrong, Some("#readiness")),
            (Facts { faults: None, ..fine() }, Level::Wrong, None),
            (Facts { alerts: 1, grave: 1, ..fine() }, Level::Wrong, Some("/alerts")),
            (Facts { alerts: 1, ..fine() }, Level::Look, Some("/alerts")),
            (Facts { drifted: 1, ..fine() }, Level::Look, Some("/alerts")),
            (Facts { faults: Some(4), ..fine() }, Level::Look, Some("/violations")),
            (Facts { weakened: 1, ..fine() }, Level::Look, Some("/headers")),
            (Facts { enforced: 2, ..fine() }, Level::Look, Some("#readiness")),
            (Facts { enforced: 2, partly: 1, ..fine() }, Level::Look, Some("#readiness")),
        ] {
            let health = Health::of(&facts, LINKS);
            assert_eq!(health.level, level, "{facts:?}");
            assert_eq!(health.why[0].link, link, "{facts:?}");
            assert!(!health.sentence.starts_with("Safe"), "{facts:?}");
        }
    }

    #[test]
    fn the_gravest_reason_is_told_first() {
        let facts = Facts { alerts: 3, grave: 1, weakened: 1, policies_refused: true, enforced: 1, ..fine() };
        let levels: Vec<Level> = Health::of(&facts, LINKS).why.iter().map(|why| why.level).collect();
        assert!(levels.is_sorted_by(|a, b| a >= b), "{levels:?}");
    }
}
