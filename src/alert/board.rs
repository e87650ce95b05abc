//! What stands, what waits to be delivered, and what was told how often: one value that is written whole, so
//! that a process that is killed at any moment leaves all of it or what was before. No I/O, no clock.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::alert::{Alert, News, new_id};
use super::kind::{Kind, Severity};
use super::newcomers::OF_ONE_PLACE;
use super::pace::{Pace, Tell};
use super::queue::Queue;

/// Alerts of one kind that stand; the oldest goes first, what somebody has seen before what nobody has.
const STANDING: usize = 500;
/// Places (site, page rule, kind of thing) of which it is remembered what was seen.
const PLACES: usize = 2000;

/// An alert that nobody has to do anything about any more, because somebody has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who.
    pub by: String,
    /// Why.
    pub because: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// An alert that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What was told.
    #[serde(flatten)]
    pub alert: Alert,
    /// By whom it was seen, if it was.
    pub acknowledged: Option<Acknowledged>,
}

/// Who wants what.
#[derive(Debug, Clone, Default)]
pub(super) struct Audience {
    pub(super) channels: Vec<&'static str>,
    /// `None`: every kind.
    pub(super) kinds: Option<Vec<Kind>>,
    pub(super) least: Option<Severity>,
}

impl Audience {
    fn wants(&self, kind: Kind, severity: Severity) -> bool {
        let kinds = self.kinds.as_ref();
        kinds.is_none_or(|kinds| kinds.contains(&kind)) && self.least.is_none_or(|least| severity >= least)
    }
}

/// What became of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was told, as this alert.
    Told(Alert),
    /// It is written down, but the same subject was told of too often of late.
    Hushed,
    /// It was known already.
    Known,
}

/// Everything that outlives a process.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Board {
    standing: Vec<Standing>,
    pub(super) waiting: Queue,
    /// By kind and subject.
    paces: BTreeMap<String, Pace>,
    /// By place: fingerprints of the things that were told of.
    pub(super) seen: BTreeMap<String, BTreeSet<String>>,
}

impl Board {
    /// Takes news. What was lost because too many wait comes with the outcome.
    pub(super) fn raise(&mut self, news: News, now: Timestamp, audience: &Audience) -> (Outcome, usize) {
        let News { kind, subject, severity, since, message, what_to_do, fingerprint } = news;
        let of_subject = |one: &Standing| one.alert.kind == kind && one.alert.subject == subject;
        let known = |one: &Standing| of_subject(one) && one.alert.fingerprint == fingerprint;
        if self.standing.iter().any(known) {
            return (Outcome::Known, 0);
        }
        let mut alert = Alert {
            id: new_id(),
            at: now,
            kind,
            over: false,
            subject: subject.clone(),
            severity,
            since: since.unwrap_or(now),
            message,
            what_to_do,
            fingerprint,
        };
        let tell = self.pace(kind, &subject).tell(now, severity);
        if tell == Tell::Last {
            alert.message.push_str(GOES_ON);
        }
        if kind.is_state() {
            self.standing.retain(|one| !of_subject(one));
        }
        self.standing.push(Standing { alert: alert.clone(), acknowledged: None });
        self.shed(kind);
        if tell == Tell::No {
            return (Outcome::Hushed, 0);
        }
        let lost = self.queue(&alert, severity, audience);
        (Outcome::Told(alert), lost)
    }

    /// What stood no longer does.
    pub(super) fn over(
        &mut self,
        kind: Kind,
        subject: &str,
        message: String,
        now: Timestamp,
        audience: &Audience,
    ) -> (Outcome, usize) {
        let place =
            self.standing.iter().position(|one| one.alert.kind == kind && one.alert.subject == subject);
        let Some(place) = place else { return (Outcome::Known, 0) };
        let stood = self.standing.remove(place).alert;
        let mut alert = Alert {
            id: new_id(),
            at: now,
            over: true,
            severity: Severity::None,
            message,
            what_to_do: None,
            ..stood.clone()
        };
        match self.pace(kind, subject).tell(now, Severity::None) {
            Tell::No => return (Outcome::Hushed, 0),
            Tell::Last => alert.message.push_str(GOES_ON),
            Tell::Yes => {}
        }
        // Whoever was told of it wants to know.
        let lost = self.queue(&alert, stood.severity, audience);
        (Outcome::Told(alert), lost)
    }

    /// Forgets what stands on subjects that are no longer there.
    pub(super) fn only(&mut self, kind: Kind, known: &dyn Fn(&str) -> bool) -> bool {
        let before = self.standing.len();
        self.standing.retain(|one| one.alert.kind != kind || known(&one.alert.subject));
        before != self.standing.len()
    }

    /// The subjects of what stands of a kind.
    pub(super) fn subjects(&self, kind: Kind) -> Vec<String> {
        let of_kind = self.standing.iter().filter(|one| one.alert.kind == kind);
        of_kind.map(|one| one.alert.subject.clone()).collect()
    }

    /// Somebody has seen an alert. `None`: none of this id stands.
    pub(super) fn acknowledge(&mut self, id: &str, seen: Acknowledged) -> Option<Standing> {
        let one = self.standing.iter_mut().find(|one| one.alert.id == id)?;
        one.acknowledged = Some(seen);
        Some(one.clone())
    }

    /// What stands: what nobody has seen first, the gravest of it first, then the latest.
    pub(super) fn all(&self) -> Vec<Standing> {
        let mut all = self.standing.clone();
        all.sort_by_key(|one| {
            let latest = std::cmp::Reverse(one.alert.at);
            (one.acknowledged.is_some(), std::cmp::Reverse(one.alert.severity), latest)
        });
        all
    }

    /// Remembers things that were seen at a place.
    pub(super) fn remember(&mut self, place: &str, things: impl IntoIterator<Item = String>) {
        if !self.seen.contains_key(place) && self.seen.len() >= PLACES {
            self.seen.pop_first();
        }
        let seen = self.seen.entry(place.to_owned()).or_default();
        if seen.len() > OF_ONE_PLACE {
            // It was full, and began anew.
            seen.clear();
        }
        seen.extend(things);
    }

    fn queue(&mut self, alert: &Alert, severity: Severity, audience: &Audience) -> usize {
        if !audience.wants(alert.kind, severity) {
            return 0;
        }
        let pushed = audience.channels.iter().map(|channel| self.waiting.push(channel, alert, severity));
        pushed.filter(|lost| *lost).count()
    }

    fn pace(&mut self, kind: Kind, subject: &str) -> &mut Pace {
        self.paces.entry(format!("{kind} {subject}")).or_default()
    }

    /// Of paces that no longer matter nothing needs to be kept.
    pub(super) fn tidy(&mut self, now: Timestamp) {
        self.paces.retain(|_, pace| pace.matters(now));
    }

    fn shed(&mut self, kind: Kind) {
        let of_kind = |one: &Standing| one.alert.kind == kind;
        while self.standing.iter().filter(|one| of_kind(one)).count() > STANDING {
            let seen = self.standing.iter().position(|one| of_kind(one) && one.acknowledged.is_some());
            let place = seen.or_else(|| self.standing.iter().position(of_kind));
            if let Some(place) = place {
                self.standing.remove(place);
            }
        }
    }
}

/// Behind the last telling of a day.
const GOES_ON: &str = "\nIt goes on changing: for a day nothing more is told of it, unless it becomes graver. The \
                       admin address says how it stands.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::fingerprint;
    use crate::alert::queue::{Next, WAITING};
    use jiff::SignedDuration;
    use tokio::time::Instant;

    fn now() -> Timestamp {
        "2026-11-25T08:00:00Z".parse().unwrap()
    }

    fn news(kind: Kind, subject: &str, what: &str, severity: Severity) -> News {
        News {
            kind,
            subject: subject.to_owned(),
            severity,
            since: None,
            message: what.to_owned(),
            what_to_do: None,
            fingerprint: fingerprint([what]),
        }
    }

    fn audience() -> Audience {
        Audience { channels: vec!["webhook", "mail"], ..Audience::default() }
    }

    fn next(board: &Board, channel: &str) -> Option<Alert> {
        match board.waiting.next_of(channel, Instant::now()) {
            Next::Now(alert) => Some(*alert),
            Next::Later(_) | Next::Nothing => None,
        }
    }

    fn drift(board: &mut Board, what: &str) -> Outcome {
        board.raise(news(Kind::Drift, "shop/chat", what, Severity::Medium), now(), &audience()).0
    }

    #[test]
    fn the_same_news_is_told_once_and_other_news_takes_its_place() {
        let mut board = Board::default();
        let Outcome::Told(first) = drift(&mut board, "changed a") else { panic!("told") };
        assert_eq!(drift(&mut board, "changed a"), Outcome::Known);
        let seen = Acknowledged { by: "alice".into(), because: None, at: now() };
        assert!(board.acknowledge(&first.id, seen.clone()).is_some());
        assert!(board.acknowledge("msg_0", seen).is_none());
        assert_eq!(drift(&mut board, "changed a"), Outcome::Known, "somebody has seen it");
        assert!(matches!(drift(&mut board, "changed b"), Outcome::Told(_)));
        assert_eq!(board.all().len(), 1);
        assert_eq!(board.all()[0].acknowledged, None, "that one nobody has seen");
        assert_eq!(next(&board, "mail").unwrap().id, first.id, "in order");
        board.waiting.settled("mail", &first.id);
        assert_eq!(next(&board, "mail").unwrap().message, "changed b");
        assert_eq!(next(&board, "webhook").unwrap().id, first.id, "each channel by itself");
    }

    #[test]
    fn things_that_came_stand_each_by_itself() {
        let mut board = Board::default();
        for what in ["a.js", "b.js", "a.js"] {
            board.raise(news(Kind::NewScript, "shop", what, Severity::Low), now(), &audience());
        }
        assert_eq!(board.all().len(), 2);
    }

    #[test]
    fn what_is_over_is_told_to_whom_it_was_told_and_can_come_again() {
        let mut board = Board::default();
        let least = Audience { least: Some(Severity::Medium), ..audience() };
        board.raise(news(Kind::Drift, "shop/chat", "changed", Severity::Low), now(), &least);
        assert!(next(&board, "mail").is_none(), "nobody wants to know");
        let (outcome, _) = board.over(Kind::Drift, "shop/chat", "well".into(), now(), &least);
        assert!(matches!(outcome, Outcome::Told(_)) && next(&board, "mail").is_none());
        board.raise(news(Kind::Drift, "shop/chat", "changed", Severity::High), now(), &least);
        board.over(Kind::Drift, "shop/chat", "well".into(), now(), &least);
        let first = next(&board, "mail").unwrap();
        board.waiting.settled("mail", &first.id);
        assert_eq!((first.over, next(&board, "mail").unwrap().over), (false, true));
        let (outcome, _) = board.over(Kind::Drift, "shop/chat", "well".into(), now(), &least);
        assert_eq!(outcome, Outcome::Known, "it did not stand");
    }

    #[test]
    fn who_chose_kinds_is_told_of_no_others() {
        let mut board = Board::default();
        let chosen = Audience { kinds: Some(vec![Kind::NewHost]), ..audience() };
        board.raise(news(Kind::Drift, "shop/chat", "changed", Severity::High), now(), &chosen);
        assert!(next(&board, "webhook").is_none());
        board.raise(news(Kind::NewHost, "shop", "evil.example", Severity::Low), now(), &chosen);
        assert_eq!(next(&board, "webhook").unwrap().kind, Kind::NewHost);
    }

    #[test]
    fn one_subject_that_goes_on_changing_is_told_of_six_times_a_day_and_others_as_ever() {
        let mut board = Board::default();
        let told: Vec<Outcome> = (0..20).map(|n| drift(&mut board, &n.to_string())).collect();
        let count = told.iter().filter(|outcome| matches!(outcome, Outcome::Told(_))).count();
        assert_eq!(count, 6);
        let Outcome::Told(last) = &told[5] else { panic!("{:?}", told[5]) };
        assert!(last.message.contains("goes on changing"), "{}", last.message);
        assert_eq!(told[6], Outcome::Hushed);
        assert_eq!(board.all()[0].alert.message, "19", "what stands is known all the same");
        let other = news(Kind::Drift, "shop/menu", "x", Severity::Low);
        assert!(matches!(board.raise(other, now(), &audience()).0, Outcome::Told(_)));
        let graver = news(Kind::Drift, "shop/chat", "a skimmer", Severity::High);
        assert!(matches!(board.raise(graver, now(), &audience()).0, Outcome::Told(_)), "never hushed");
        let later = now().checked_add(SignedDuration::from_hours(25)).unwrap();
        let next_day = news(Kind::Drift, "shop/chat", "again", Severity::Medium);
        assert!(matches!(board.raise(next_day, later, &audience()).0, Outcome::Told(_)));
    }

    #[test]
    fn nothing_grows_without_end() {
        let mut board = Board::default();
        let mut lost = 0;
        for n in 0..WAITING + 10 {
            let (outcome, gone) = board.raise(
                news(Kind::NewScript, &n.to_string(), &n.to_string(), Severity::Low),
                now(),
                &audience(),
            );
            assert!(matches!(outcome, Outcome::Told(_)));
            lost += gone;
        }
        assert_eq!((board.all().len(), lost), (STANDING, 20));
        for n in 0..PLACES + 10 {
            board.remember(&n.to_string(), ["x".to_owned()]);
        }
        assert_eq!(board.seen.len(), PLACES);
        board.tidy(now().checked_add(SignedDuration::from_hours(25)).unwrap());
        assert!(board.paces.is_empty());
    }
}
