//! When a script is looked at again.

use std::time::Duration;

use super::kind::Drift;
use super::look::Whole;
use super::vantage::VANTAGES;

/// Every vantage is sent the bytes at least this often, whatever its vendor says of validators.
const WHOLE: Duration = Duration::from_hours(24);
/// The longest that a vendor who gives no answer is left alone.
const BACK_OFF: Duration = Duration::from_hours(24);
/// Looks in a row that must agree before a vendor who answered by chance is believed again.
const CALM: u32 = 5;

/// How the looks at one script went.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    /// Looks that brought nothing, in a row.
    failures: u32,
    /// Looks in which a vantage was sent the bytes in turn.
    turn: usize,
    /// Since every vantage was sent the bytes.
    since_whole: Option<Duration>,
    /// Looks that agreed since one that did not.
    calm: Option<u32>,
}

impl Course {
    /// Which vantages must be sent the bytes at the next look. While something is the matter, all.
    pub(super) fn whole(&self, stands: Drift) -> Whole {
        match self.since_whole {
            Some(since) if since < WHOLE && !stands.is_finding() => Whole::Only(self.turn % VANTAGES.len()),
            _ => Whole::All,
        }
    }

    /// What a look found, so what is said of the script. A vendor who answers by chance answers rightly most
    /// of the time. `nothing`: no vantage was sent any bytes. One that fails some is not left alone for that.
    pub(super) fn found(&mut self, drift: Drift, whole: Whole, nothing: bool) -> Drift {
        self.turn = self.turn.wrapping_add(1);
        if whole == Whole::All {
            self.since_whole = Some(Duration::ZERO);
        }
        self.failures =
            if drift == Drift::Unreachable && nothing { self.failures.saturating_add(1) } else { 0 };
        match (drift, self.calm) {
            (Drift::Cloaked, _) => self.calm = Some(0),
            (Drift::Same | Drift::FirstSeen, Some(calm)) if calm + 1 < CALM => {
                self.calm = Some(calm + 1);
                return Drift::Cloaked;
            }
            (_, _) => self.calm = None,
        }
        drift
    }

    /// How long until the next look. `chance` is between 0 and 1: looks must not come in step.
    pub(super) fn pause(&mut self, interval: Duration, chance: f64) -> Duration {
        let doublings = self.failures.saturating_sub(1).min(16);
        let longest = BACK_OFF.max(interval);
        let pause = interval.saturating_mul(1 << doublings).min(longest).mul_f64(0.9 + chance / 5.0);
        self.since_whole = self.since_whole.map(|since| since.saturating_add(pause));
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn every_vantage_is_sent_the_bytes_once_a_day_and_one_in_turn_at_each_look() {
        let mut course = Course::default();
        let mut turns = Vec::new();
        let mut since_all = 0;
        for _ in 0..100 {
            let whole = course.whole(Drift::Same);
            match whole {
                Whole::All => since_all = 0,
                Whole::Only(turn) => turns.push(turn),
            }
            assert!(since_all <= 24, "{since_all} hours");
            course.found(Drift::Same, whole, false);
            course.pause(HOUR, 0.5);
            since_all += 1;
        }
        assert!((0..VANTAGES.len()).all(|vantage| turns.contains(&vantage)), "{turns:?}");
        assert_eq!(course.whole(Drift::Changed), Whole::All, "while something is the matter");
    }

    #[test]
    fn a_vendor_without_an_answer_is_left_alone_for_longer_and_longer_but_no_longer_than_a_day() {
        let mut course = Course::default();
        let mut pauses = Vec::new();
        for _ in 0..40 {
            course.found(Drift::Unreachable, Whole::All, true);
            pauses.push(course.pause(HOUR, 0.5));
        }
        assert_eq!(pauses[..3], [HOUR, 2 * HOUR, 4 * HOUR]);
        assert_eq!(pauses.last(), Some(&BACK_OFF));
        course.found(Drift::Same, Whole::All, false);
        assert_eq!(course.pause(HOUR, 0.5), HOUR);
        assert!(course.pause(HOUR, 0.0) >= HOUR * 9 / 10 && course.pause(HOUR, 1.0) <= HOUR * 11 / 10);
    }

    #[test]
    fn a_vendor_that_gives_only_some_no_answer_is_not_left_alone() {
        let mut course = Course::default();
        for _ in 0..10 {
            course.found(Drift::Unreachable, Whole::All, false);
            assert_eq!(course.pause(HOUR, 0.5), HOUR);
        }
    }

    #[test]
    fn a_vendor_who_answered_by_chance_is_believed_again_after_several_looks() {
        let mut course = Course::default();
        assert_eq!(course.found(Drift::Cloaked, Whole::All, false), Drift::Cloaked);
        let told: Vec<Drift> = (0..CALM).map(|_| course.found(Drift::Same, Whole::All, false)).collect();
        assert!(told[..4].iter().all(|drift| *drift == Drift::Cloaked), "{told:?}");
        assert_eq!(told[4], Drift::Same);
    }
}
