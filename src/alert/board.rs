//! What stands, what waits to be delivered, and what was told how often: one value that is written whole, so
//! that a process that is killed at any moment leaves all of it or what was before. No I/O, no clock.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::alert::{Alert, News, new_id};
use super::held::Held;
use super::kind::{Kind, Severity};
use super::newcomers::OF_ONE_PLACE;
use super::pace::{Pace, Tell, lane};
use super::queue::Queue;
use crate::clock::Rfc3339;

/// Alerts of one kind that stand; the oldest goes first, what somebody has seen before what nobody has.
const STANDING: usize = 500;
/// Places (site, page rule, kind of thing) of which it is remembered what was seen.
const PLACES: usize = 2000;

/// An alert that nobody has to do anything about any more, because somebody has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Acknowledged {
    /// Who.
    pub by: String,
    /// Why.
    pub because: Option<String>,
    /// When.
    #[schemars(with = "Rfc3339")]
    pub at: Timestamp,
}

/// An alert that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "StandingAlert")]
pub struct Standing {
    /// What was told.
    #[serde(flatten)]
    pub alert: Alert,
    /// By whom it was seen, if it was.
    pub acknowledged: Option<Acknowledged>,
    /// Nobody outside has been told of it yet, because of much that was told before.
    #[serde(default)]
    pub held_back: bool,
}

/// Who wants what.
#[derive(Debug, Clone, Default)]
pub(super) struct Audience {
    pub(super) channels: Vec<&'static str>,
    /// `None`: every kind.
    pub(super) kinds: Option<Vec<Kind>>,
    pub(super) least: Severity,
}

impl Audience {
    /// Whether anybody hears of it.
    fn reaches(&self, kind: Kind, severity: Severity) -> bool {
        let kinds = self.kinds.as_ref();
        !self.channels.is_empty() && kinds.is_none_or(|kinds| kinds.contains(&kind)) && severity >= self.least
    }
}

/// What became of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was told, as this alert.
    Told(Alert),
    /// It is written down, and told later with its like: too much of it was told of late.
    Hushed,
    /// It was known already.
    Known,
}

/// The same, with what is to be written into the log, and what was lost because too many wait.
#[derive(Debug, Clone)]
pub(super) struct Raised {
    pub(super) outcome: Outcome,
    pub(super) alert: Option<Alert>,
    pub(super) lost: usize,
}

impl Raised {
    const KNOWN: Self = Self { outcome: Outcome::Known, alert: None, lost: 0 };

    fn hushed(alert: Alert) -> Self {
        Self { outcome: Outcome::Hushed, alert: Some(alert), lost: 0 }
    }

    fn told(alert: Alert, lost: usize) -> Self {
        Self { outcome: Outcome::Told(alert.clone()), alert: Some(alert), lost }
    }
}

/// Everything that outlives a process.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Board {
    standing: Vec<Standing>,
    pub(super) waiting: Queue,
    /// By lane.
    paces: BTreeMap<String, Pace>,
    held: BTreeMap<String, Held>,
    /// By place: fingerprints of the things that were told of.
    pub(super) seen: BTreeMap<String, BTreeSet<String>>,
}

impl Board {
    /// Takes news. `sort`: see [`lane`].
    pub(super) fn raise(&mut self, news: News, sort: &str, now: Timestamp, audience: &Audience) -> Raised {
        let News { kind, subject, severity, since, message, what_to_do, fingerprint } = news;
        let of_subject = |one: &Standing| one.alert.kind == kind && one.alert.subject == subject;
        let known = |one: &Standing| of_subject(one) && one.alert.fingerprint == fingerprint;
        if self.standing.iter().any(known) {
            return Raised::KNOWN;
        }
        let since = since.unwrap_or(now);
        let (id, over, subject) = (new_id(), false, subject.clone());
        let mut alert =
            Alert { id, at: now, kind, over, subject, severity, since, message, what_to_do, fingerprint };
        let lane = lane(kind, &alert.subject, sort, severity);
        // What goes nowhere uses nothing up.
        let tell = if audience.reaches(kind, severity) {
            self.paces.entry(lane.clone()).or_default().tell(now, severity)
        } else {
            Tell::Yes
        };
        if tell == Tell::Last {
            alert.message.push_str(GOES_ON);
        }
        let mut held_back = tell == Tell::No;
        if kind.is_state() {
            let of_subject = |one: &Standing| one.alert.kind == kind && one.alert.subject == alert.subject;
            // Whoever was told how it stood is to hear of its end.
            held_back &= !self.standing.iter().any(|one| of_subject(one) && !one.held_back);
            self.standing.retain(|one| !of_subject(one));
        }
        self.standing.push(Standing { alert: alert.clone(), acknowledged: None, held_back });
        self.shed(kind);
        if tell == Tell::No {
            self.held.entry(lane).or_default().add(alert.clone());
            return Raised::hushed(alert);
        }
        let lost = self.queue(&alert, severity, audience);
        Raised::told(alert, lost)
    }

    /// What stood no longer does. Told always, if the beginning was.
    pub(super) fn over(
        &mut self,
        kind: Kind,
        subject: &str,
        message: String,
        now: Timestamp,
        audience: &Audience,
    ) -> Raised {
        let place =
            self.standing.iter().position(|one| one.alert.kind == kind && one.alert.subject == subject);
        let Some(place) = place else { return Raised::KNOWN };
        let Standing { alert: stood, held_back, .. } = self.standing.remove(place);
        self.held.retain(|_, held| !held.has(|alert| alert.kind == kind && alert.subject == subject));
        let grave = stood.severity;
        let (id, severity) = (new_id(), Severity::None);
        let alert = Alert { id, at: now, over: true, severity, message, what_to_do: None, ..stood };
        if held_back {
            return Raised::hushed(alert);
        }
        // Whoever was told of it wants to know.
        let lost = self.queue(&alert, grave, audience);
        Raised::told(alert, lost)
    }

    /// Tells what was held back, as far as there is room for it again.
    pub(super) fn release(&mut self, now: Timestamp, audience: &Audience) -> Vec<Raised> {
        let has_room = |lane: &String| self.paces.get(lane).is_none_or(|pace| pace.has_room(now));
        let lanes: Vec<String> = self.held.keys().filter(|lane| has_room(lane)).cloned().collect();
        let mut raised = Vec::new();
        for lane in lanes {
            let Some(held) = self.held.remove(&lane) else { continue };
            let ids: BTreeSet<String> = held.ids().map(ToOwned::to_owned).collect();
            let wanted = |alert: &Alert| {
                let standing = self.standing.iter().find(|one| one.alert.id == alert.id);
                match standing {
                    // Somebody may have seen it meanwhile.
                    Some(standing) => standing.acknowledged.is_none(),
                    // How something stood before is of no interest; what came, and had to make room here, is.
                    None => !alert.kind.is_state(),
                }
            };
            let Some(alert) = held.told(now, wanted) else { continue };
            self.standing.retain(|one| !ids.contains(&one.alert.id) || one.acknowledged.is_some());
            self.standing.push(Standing { alert: alert.clone(), acknowledged: None, held_back: false });
            self.paces.entry(lane).or_default().tell(now, alert.severity);
            let lost = self.queue(&alert, alert.severity, audience);
            raised.push(Raised::told(alert, lost));
        }
        raised
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
        if !audience.reaches(alert.kind, severity) {
            return 0;
        }
        let pushed = audience.channels.iter().map(|channel| self.waiting.push(channel, alert, severity));
        pushed.filter(|lost| *lost).count()
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
const GOES_ON: &str = "\nIt goes on. What comes of its like is gathered from now on, for a day at most, and then told \
                       together; the log and the admin address have it at once.";

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

    fn raise(board: &mut Board, news: News, audience: &Audience) -> Outcome {
        board.raise(news, "", now(), audience).outcome
    }

    fn next(board: &Board, channel: &str) -> Option<Alert> {
        match board.waiting.next_of(channel, Instant::now()) {
            Next::Now(alert) => Some(*alert),
            Next::Later(_) | Next::Nothing => None,
        }
    }

    fn drift(board: &mut Board, what: &str) -> Outcome {
        raise(board, news(Kind::Drift, "shop/chat", what, Severity::Medium), &audience())
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
            raise(&mut board, news(Kind::NewScript, "shop", what, Severity::Low), &audience());
        }
        assert_eq!(board.all().len(), 2);
    }

    #[test]
    fn what_is_over_is_told_to_whom_it_was_told_and_can_come_again() {
        let mut board = Board::default();
        let least = Audience { least: Severity::Medium, ..audience() };
        raise(&mut board, news(Kind::Drift, "shop/chat", "changed", Severity::Low), &least);
        assert!(next(&board, "mail").is_none(), "nobody wants to know");
        let outcome = board.over(Kind::Drift, "shop/chat", "well".into(), now(), &least).outcome;
        assert!(matches!(outcome, Outcome::Told(_)) && next(&board, "mail").is_none());
        raise(&mut board, news(Kind::Drift, "shop/chat", "changed", Severity::High), &least);
        board.over(Kind::Drift, "shop/chat", "well".into(), now(), &least);
        let first = next(&board, "mail").unwrap();
        board.waiting.settled("mail", &first.id);
        assert_eq!((first.over, next(&board, "mail").unwrap().over), (false, true));
        let outcome = board.over(Kind::Drift, "shop/chat", "well".into(), now(), &least).outcome;
        assert_eq!(outcome, Outcome::Known, "it did not stand");
    }

    #[test]
    fn who_chose_kinds_is_told_of_no_others() {
        let mut board = Board::default();
        let chosen = Audience { kinds: Some(vec![Kind::NewHost]), ..audience() };
        raise(&mut board, news(Kind::Drift, "shop/chat", "changed", Severity::High), &chosen);
        assert!(next(&board, "webhook").is_none());
        raise(&mut board, news(Kind::NewHost, "shop", "evil.example", Severity::Low), &chosen);
        assert_eq!(next(&board, "webhook").unwrap().kind, Kind::NewHost);
    }

    fn hours_later(hours: i64) -> Timestamp {
        now().checked_add(SignedDuration::from_hours(hours)).unwrap()
    }

    /// All that channels were told, in order.
    fn told(board: &mut Board) -> Vec<Alert> {
        let mut told = Vec::new();
        while let Some(alert) = next(board, "mail") {
            board.waiting.settled("mail", &alert.id);
            told.push(alert);
        }
        told
    }

    #[test]
    fn one_subject_that_goes_on_changing_is_told_of_six_times_a_day_and_others_as_ever() {
        let mut board = Board::default();
        let outcomes: Vec<Outcome> = (0..20).map(|n| drift(&mut board, &n.to_string())).collect();
        let count = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Told(_))).count();
        assert_eq!(count, 6);
        let Outcome::Told(last) = &outcomes[5] else { panic!("{:?}", outcomes[5]) };
        assert!(last.message.contains("It goes on"), "{}", last.message);
        assert_eq!(outcomes[6], Outcome::Hushed);
        assert_eq!(board.all()[0].alert.message, "19", "what stands is known all the same");
        let other = news(Kind::Drift, "shop/menu", "x", Severity::Low);
        assert!(matches!(raise(&mut board, other, &audience()), Outcome::Told(_)));
        for n in 0..5 {
            let graver = news(Kind::Drift, "shop/chat", &format!("skimmer {n}"), Severity::High);
            assert!(
                matches!(raise(&mut board, graver, &audience()), Outcome::Told(_)),
                "a budget of its own"
            );
        }
        told(&mut board);
        assert!(board.release(hours_later(25), &audience()).is_empty(), "something else stands meanwhile");
    }

    #[test]
    fn what_was_held_back_is_told_when_there_is_room_also_by_the_next_process() {
        let mut board = Board::default();
        for n in 0..9 {
            let what = format!("1 script:\n/*: {n}.js");
            raise(&mut board, news(Kind::NewScript, "shop", &what, Severity::Medium), &audience());
        }
        assert_eq!((told(&mut board).len(), board.all().len()), (6, 9));
        let seen = Acknowledged { by: "alice".into(), because: None, at: now() };
        let id = board.all().iter().find(|one| one.alert.message.contains("6.js")).unwrap().alert.id.clone();
        board.acknowledge(&id, seen);
        let mut board: Board = serde_json::from_slice(&serde_json::to_vec(&board).unwrap()).unwrap();
        assert!(board.release(hours_later(1), &audience()).is_empty());
        assert_eq!(board.release(hours_later(25), &audience()).len(), 1);
        let summary = told(&mut board).remove(0);
        assert!(summary.message.starts_with("shop: 3 alerts were held back"), "{}", summary.message);
        assert!(summary.message.contains("/*: 7.js\n1 script:\n/*: 8.js"), "{}", summary.message);
        assert!(!summary.message.contains("6.js"), "somebody has seen it: {}", summary.message);
        assert!(board.all().iter().any(|one| one.alert.id == summary.id), "it can be acknowledged");
        assert!(board.release(hours_later(26), &audience()).is_empty(), "once");
    }

    #[test]
    fn how_it_stands_is_told_when_there_is_room_under_the_id_under_which_it_stands() {
        let mut board = Board::default();
        for n in 0..9 {
            drift(&mut board, &n.to_string());
        }
        told(&mut board);
        board.release(hours_later(25), &audience());
        let late = told(&mut board).remove(0);
        assert!(late.message.starts_with("8\nHeld back since"), "{}", late.message);
        assert!(late.message.contains("2 changes before it"), "{}", late.message);
        assert_eq!(board.all()[0].alert.id, late.id);
        assert_eq!(board.all().len(), 1);
    }

    #[test]
    fn an_end_is_told_as_often_as_its_beginning_was() {
        let mut board = Board::default();
        for n in 0..20 {
            drift(&mut board, &n.to_string());
            let over = board.over(Kind::Drift, "shop/chat", "well".into(), now(), &audience()).outcome;
            assert_eq!(matches!(over, Outcome::Told(_)), n < 6, "{n}");
        }
        assert_eq!(board.held.len(), 0, "what is over needs no telling");
        // Told, then changed further unheard: whoever was told wants to hear of the end.
        let mut board = Board::default();
        (0..9).for_each(|n| drop(drift(&mut board, &n.to_string())));
        let over = board.over(Kind::Drift, "shop/chat", "well".into(), now(), &audience()).outcome;
        assert!(matches!(over, Outcome::Told(_)), "{over:?}");
    }

    #[test]
    fn noise_of_one_sort_silences_no_other() {
        let mut board = Board::default();
        for n in 0..50 {
            for sort in ["inline", "inline, payment"] {
                let grave = if sort == "inline" { Severity::Low } else { Severity::High };
                let noise = news(Kind::NewScript, "shop", &format!("{sort} {n}"), grave);
                board.raise(noise, sort, now(), &audience());
            }
        }
        for sort in ["external", "external, payment"] {
            let evil = news(Kind::NewScript, "shop", sort, Severity::High);
            assert!(
                matches!(board.raise(evil, sort, now(), &audience()).outcome, Outcome::Told(_)),
                "{sort}"
            );
        }
        let size = serde_json::to_vec(&board.held).unwrap().len();
        assert!(board.held.len() == 2 && size < 20_000, "{size}");
    }

    #[test]
    fn what_nobody_outside_hears_of_is_always_news() {
        let mut board = Board::default();
        let nobody = Audience::default();
        for n in 0..20 {
            let news = news(Kind::Drift, "shop/chat", &n.to_string(), Severity::Medium);
            assert!(matches!(raise(&mut board, news, &nobody), Outcome::Told(_)), "{n}");
        }
        assert!(board.paces.is_empty());
    }

    #[test]
    fn nothing_grows_without_end() {
        let mut board = Board::default();
        let mut lost = 0;
        for n in 0..WAITING + 10 {
            let (name, sort) = (n.to_string(), "");
            let news = news(Kind::NewScript, &name, &name, Severity::Low);
            let raised = board.raise(news, sort, now(), &audience());
            assert!(matches!(raised.outcome, Outcome::Told(_)));
            lost += raised.lost;
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
