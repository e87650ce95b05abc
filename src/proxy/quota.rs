//! What the streams of one shared connection may have together of something that its other end counts. The
//! guards of servers and of h2 against floods know one peer only, and end the whole connection.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

/// A stream may have so many whatever the others have.
const OWN: usize = 4;
/// And further ones up to this part of what is free.
const SHARE: usize = 4;
/// For whoever never learns that what it sent was read: one more after each such time.
const REFILL: Duration = Duration::from_secs(1);

/// What is left of it.
#[derive(Debug)]
pub(super) struct Quota {
    most: usize,
    left: Cell<usize>,
    since: Cell<Instant>,
}

/// What one stream has of it; given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    quota: Rc<Quota>,
    held: Cell<usize>,
}

impl Quota {
    /// All of it is left.
    pub(super) fn new(most: usize) -> Rc<Self> {
        Rc::new(Self { most, left: Cell::new(most), since: Cell::new(Instant::now()) })
    }

    /// A stream's, which has nothing yet.
    pub(super) fn share(self: &Rc<Self>) -> Share {
        Share { quota: Rc::clone(self), held: Cell::new(0) }
    }

    /// Whether less than half is left.
    pub(super) fn is_low(&self) -> bool {
        self.left.get() < self.most / 2
    }

    fn add(&self, count: usize) {
        self.left.set(self.left.get().saturating_add(count).min(self.most));
    }

    fn refill(&self) {
        let periods = self.since.get().elapsed().as_secs() / REFILL.as_secs();
        if periods > 0 {
            self.since.set(Instant::now());
            self.add(usize::try_from(periods).unwrap_or(usize::MAX));
        }
    }
}

impl Share {
    /// One more, if the stream may have it.
    pub(super) fn take(&self) -> bool {
        self.quota.refill();
        let (held, left) = (self.held.get(), self.quota.left.get());
        let may = held < OWN || (left > 0 && held <= left / SHARE);
        if may {
            self.quota.left.set(left.saturating_sub(1));
            self.held.set(held.saturating_add(1));
        }
        may
    }

    /// So many at once, if there are as many.
    pub(super) fn take_all(&self, count: usize) -> bool {
        let left = self.quota.left.get().checked_sub(count);
        if let Some(left) = left {
            self.quota.left.set(left);
            self.held.set(self.held.get().saturating_add(count));
        }
        left.is_some()
    }

    /// What the stream had is not counted any more.
    pub(super) fn give_back(&self) {
        self.quota.add(self.held.take());
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_streams_do_not_take_all_and_what_they_had_comes_back() {
        let quota = Quota::new(100);
        let greedy: Vec<Share> = (0..8).map(|_| quota.share()).collect();
        let taken: usize = greedy.iter().map(|share| (0..100).take_while(|_| share.take()).count()).sum();
        assert!((75..100).contains(&taken), "{taken}");
        assert!(quota.is_low());
        let other = quota.share();
        assert_eq!((0..100).take_while(|_| other.take()).count(), OWN);
        greedy.iter().for_each(Share::give_back);
        assert!(!quota.is_low() && other.take());
        drop((greedy, other));
        assert!(quota.share().take_all(100));
        assert!(!quota.share().take_all(101));
    }
}
