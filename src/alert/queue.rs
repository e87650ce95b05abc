//! What waits to be delivered, for each channel: the gravest that is due goes first, and none waits for another
//! that nobody takes. No I/O, no clock.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::alert::Alert;
use super::kind::Severity;

/// Alerts that wait for one channel; more are lost, the least grave first, which is told in log and metrics.
pub(super) const WAITING: usize = 1000;
/// From the first attempt to the next.
const PAUSE: Duration = Duration::from_secs(1);
/// And at last.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// So often an alert is refused for good before another goes in its place. More than once, because whoever
/// refuses may be in the middle of a change.
const REFUSALS: u32 = 4;

/// One that a channel has not delivered yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Waiting {
    channel: String,
    alert: Alert,
    /// How grave it is; of an end, what it ends.
    #[serde(default = "low")]
    grave: Severity,
    /// It goes in the place of one that was refused.
    #[serde(default)]
    stands_in: bool,
    /// Attempts that failed, how many of them for good, and when it is due; a new process tries at once.
    #[serde(skip)]
    failed: u32,
    #[serde(skip)]
    refused: u32,
    #[serde(skip)]
    due: Option<Instant>,
}

const fn low() -> Severity {
    Severity::Low
}

/// What a channel has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// Deliver this.
    Now(Box<Alert>),
    /// Nothing before this moment, unless there is news.
    Later(Instant),
    /// Nothing.
    Nothing,
}

/// All that waits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Queue(Vec<Waiting>);

impl Queue {
    /// Adds an alert, and says whether one was lost for it.
    pub(super) fn push(&mut self, channel: &str, alert: &Alert, grave: Severity) -> bool {
        // Whoever has not heard of an end needn't: it stands again.
        self.0.retain(|one| one.channel != channel || !one.alert.over || !is_of_same(&one.alert, alert));
        let mut lost = false;
        if self.0.iter().filter(|one| one.channel == channel).count() >= WAITING {
            lost = true;
            let of_channel = self.0.iter().enumerate().rev().filter(|(_, one)| one.channel == channel);
            match of_channel.min_by_key(|(_, one)| one.grave).map(|(place, one)| (place, one.grave)) {
                Some((place, least)) if least < grave => {
                    self.0.remove(place);
                }
                _ => return lost,
            }
        }
        self.0.push(Waiting {
            channel: channel.to_owned(),
            alert: alert.clone(),
            grave,
            stands_in: false,
            failed: 0,
            refused: 0,
            due: None,
        });
        lost
    }

    /// What a channel has to do now.
    pub(super) fn next_of(&self, channel: &str, now: Instant) -> Next {
        let of_channel = || self.0.iter().filter(|one| one.channel == channel);
        // An end comes after what it ends.
        let free = |one: &Waiting| {
            !one.alert.over
                || !of_channel().any(|other| !other.alert.over && is_of_same(&other.alert, &one.alert))
        };
        let free = || of_channel().filter(|one| free(one));
        // Of what is as grave the one that came first.
        let due = free().filter(|one| one.due.is_none_or(|due| due <= now)).rev().max_by_key(|one| one.grave);
        match due {
            Some(one) => Next::Now(Box::new(one.alert.clone())),
            None => free().filter_map(|one| one.due).min().map_or(Next::Nothing, Next::Later),
        }
    }

    /// A channel has delivered an alert, or nobody will take it any more.
    pub(super) fn settled(&mut self, channel: &str, id: &str) {
        self.0.retain(|one| one.channel != channel || one.alert.id != id);
    }

    /// A channel could not deliver an alert: it is due again after a while, each time a longer one. Answers
    /// whether it was refused for good often enough that another goes in its place from now on.
    pub(super) fn put_off(&mut self, channel: &str, id: &str, refused: bool, now: Instant) -> bool {
        let one = self.0.iter_mut().find(|one| one.channel == channel && one.alert.id == id);
        let Some(one) = one else { return false };
        let pause = PAUSE.saturating_mul(2_u32.saturating_pow(one.failed)).min(LONGEST_PAUSE);
        one.failed = one.failed.saturating_add(1);
        one.due = Some(now + pause);
        one.refused = one.refused.saturating_add(u32::from(refused));
        if one.refused < REFUSALS || one.stands_in {
            return false;
        }
        one.alert = one.alert.stand_in();
        (one.stands_in, one.failed, one.due) = (true, 0, None);
        true
    }

    /// Forgets what waits for channels that are gone, and says how many.
    pub(super) fn only_channels(&mut self, channels: &[&str]) -> usize {
        let before = self.0.len();
        self.0.retain(|one| channels.contains(&one.channel.as_str()));
        before - self.0.len()
    }
}

fn is_of_same(one: &Alert, other: &Alert) -> bool {
    one.kind == other.kind && one.subject == other.subject
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(subject: &str, over: bool) -> Alert {
        let message = format!("{subject}: https://evil.example/");
        Alert {
            subject: subject.to_owned(),
            over,
            message,
            ..Alert::test("2026-11-25T08:00:00Z".parse().unwrap())
        }
    }

    fn next(queue: &Queue, now: Instant) -> Option<Alert> {
        match queue.next_of("email", now) {
            Next::Now(alert) => Some(*alert),
            Next::Later(_) | Next::Nothing => None,
        }
    }

    #[test]
    fn the_gravest_that_is_due_goes_first_and_none_waits_for_another() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        let (first, second, grave) = (alert("a", false), alert("b", false), alert("c", false));
        queue.push("email", &first, Severity::Low);
        queue.push("email", &second, Severity::Low);
        assert_eq!(next(&queue, now).unwrap().id, first.id, "in order");
        assert!(!queue.put_off("email", &first.id, false, now));
        assert_eq!(next(&queue, now).unwrap().id, second.id, "it waits for no other");
        queue.push("email", &grave, Severity::High);
        assert_eq!(next(&queue, now).unwrap().id, grave.id, "the gravest");
        queue.settled("email", &grave.id);
        queue.settled("email", &second.id);
        assert_eq!(queue.next_of("email", now), Next::Later(now + PAUSE));
        assert_eq!(next(&queue, now + PAUSE).unwrap().id, first.id, "again");
        queue.put_off("email", &first.id, false, now);
        assert_eq!(queue.next_of("email", now), Next::Later(now + 2 * PAUSE), "each time later");
        assert_eq!(queue.next_of("webhook", now), Next::Nothing, "each channel by itself");
    }

    #[test]
    fn for_what_is_refused_for_good_another_goes_without_any_of_its_words() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        let bad = alert("a", false);
        queue.push("email", &bad, Severity::High);
        let replaced: Vec<bool> = (0..20).map(|_| queue.put_off("email", &bad.id, true, now)).collect();
        assert_eq!(replaced.iter().position(|replaced| *replaced), Some(3), "a few attempts: {replaced:?}");
        assert_eq!(replaced.iter().filter(|replaced| **replaced).count(), 1, "once");
        let sent = next(&queue, now + LONGEST_PAUSE).unwrap();
        assert_eq!((&sent.id, sent.kind), (&bad.id, bad.kind));
        assert!(!sent.text().contains("evil.example") && sent.message.contains(&bad.id), "{sent:?}");
        let json = serde_json::to_string(&queue).unwrap();
        let kept: Queue = serde_json::from_str(&json).unwrap();
        assert_eq!(next(&kept, now).unwrap(), sent, "also in the next process");
    }

    #[test]
    fn an_end_comes_after_what_it_ends_and_not_at_all_where_it_stands_again() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        let (begun, ended) = (alert("a", false), alert("a", true));
        queue.push("email", &begun, Severity::Low);
        queue.push("email", &ended, Severity::High);
        queue.put_off("email", &begun.id, false, now);
        assert_eq!(next(&queue, now), None);
        queue.settled("email", &begun.id);
        assert_eq!(next(&queue, now).unwrap().id, ended.id);
        let again = alert("a", false);
        queue.push("email", &again, Severity::Low);
        queue.settled("email", &again.id);
        assert_eq!(queue.next_of("email", now), Next::Nothing);
    }

    #[test]
    fn a_full_queue_loses_the_least_grave() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        for n in 0..WAITING {
            assert!(!queue.push("email", &alert(&n.to_string(), false), Severity::Low));
        }
        assert!(queue.push("email", &alert("low", false), Severity::Low));
        assert!(queue.push("email", &alert("high", false), Severity::High));
        assert_eq!(next(&queue, now).unwrap().subject, "high");
        assert_eq!(queue.0.len(), WAITING);
        assert!(queue.0.iter().any(|one| one.alert.subject == "0"), "what came first stays");
    }
}
