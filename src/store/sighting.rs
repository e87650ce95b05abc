//! Nearly every script that is seen was seen before. Whoever saw it once counts further times by what is given out
//! here, without looking for it and without a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;

/// Counts further times of one script. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Sighting(Arc<Further>);

#[derive(Debug, Default)]
struct Further {
    /// Since they were last taken; [`GONE`] where nobody takes them any more.
    count: AtomicU64,
    /// The first and the last of them, in microseconds since 1970.
    first: AtomicI64,
    last: AtomicI64,
}

/// More than can be counted.
const GONE: u64 = 1 << 63;

/// Further times: how many, the first and the last.
pub(super) type Times = (u64, Timestamp, Timestamp);

impl Sighting {
    /// Once more. `false`: the store has forgotten the script, and has to be told of it anew.
    pub fn again(&self, now: Timestamp) -> bool {
        let Further { count, first, last } = &*self.0;
        let now = now.as_microsecond();
        if count.load(Ordering::Acquire) == 0 {
            first.store(now, Ordering::Relaxed);
        }
        last.store(now, Ordering::Relaxed);
        count.fetch_add(1, Ordering::AcqRel) < GONE
    }

    /// What was counted since this was last asked.
    pub(super) fn take(&self) -> Option<Times> {
        self.times(self.0.count.swap(0, Ordering::AcqRel))
    }

    /// The same for the last time.
    pub(super) fn end(&self) -> Option<Times> {
        self.times(self.0.count.swap(GONE, Ordering::AcqRel))
    }

    /// When it was last counted; 1970 where it never was.
    pub(super) fn last(&self) -> Timestamp {
        moment(&self.0.last)
    }

    fn times(&self, count: u64) -> Option<Times> {
        (1..GONE).contains(&count).then(|| (count, moment(&self.0.first), moment(&self.0.last)))
    }
}

fn moment(microseconds: &AtomicI64) -> Timestamp {
    Timestamp::from_microsecond(microseconds.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn further_times_are_taken_once_and_after_the_end_none_is_counted() {
        let sighting = Sighting::default();
        assert_eq!(sighting.take(), None);
        for second in 1..=3 {
            assert!(sighting.again(at(second)));
        }
        assert_eq!(sighting.take(), Some((3, at(1), at(3))));
        assert_eq!(sighting.take(), None);
        assert!(sighting.again(at(5)));
        assert_eq!(sighting.end(), Some((1, at(5), at(5))));
        assert!(!sighting.again(at(6)));
        assert_eq!(sighting.end(), None);
    }
}
