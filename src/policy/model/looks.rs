//! Which pages are looked at for code in attributes, where verdicts are carried out.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use jiff::Timestamp;

/// How many pages are looked at first, under each generation: what a change of the policies does is seen at
/// once, and so is all of a site with few pages.
const FIRST: u32 = 32;
/// One of so many may be looked at from then on. A look takes a parser that stops at every tag, up to ten times as
/// long as rewriting, and the browser reports what it stops on every page.
const ONE_OF: u32 = 64;
/// One of so many is, however many come: who asks for one page all the time keeps no other one from being looked at.
const ALWAYS_ONE_OF: u32 = 1024;
/// The least time between two of the others, in milliseconds. A look at 1 MB takes some 10 ms; so for each rule and set
/// of scripts they take a hundredth of a core at most.
const PAUSE: i64 = 1000;
/// A clock that is behind by more was set back; by less, an exchange took long before its page came. In milliseconds.
const SET_BACK: i64 = 3_600_000;

/// Counts the pages that came under the same grants.
#[derive(Debug)]
pub struct Looks {
    pages: AtomicU32,
    /// When the last one was, behind the first ones.
    last: AtomicI64,
}

impl Default for Looks {
    fn default() -> Self {
        Self { pages: AtomicU32::new(0), last: AtomicI64::new(i64::MIN) }
    }
}

impl Looks {
    /// Whether the next page is looked at.
    pub fn next(&self, now: Timestamp) -> bool {
        let before = self.pages.fetch_add(1, Ordering::Relaxed);
        if before < FIRST {
            return true;
        }
        if !before.is_multiple_of(ONE_OF) {
            return false;
        }
        if before.is_multiple_of(ALWAYS_ONE_OF) {
            return true;
        }
        let (now, last) = (now.as_millisecond(), self.last.load(Ordering::Relaxed));
        let since = now.saturating_sub(last);
        // Of two at the same time, one looks.
        !(-SET_BACK..PAUSE).contains(&since)
            && self.last.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pages_are_looked_at_and_then_some_but_not_all_the_time() {
        let looks = Looks::default();
        let at = |milliseconds: i64| Timestamp::from_millisecond(1_795_000_000_000 + milliseconds).unwrap();
        let looked = |pages: u32, when: i64| (0..pages).filter(|_| looks.next(at(when))).count();
        assert_eq!(looked(FIRST, 0), 32);
        assert_eq!(looked(10 * ONE_OF, 0), 1, "of many at once one");
        assert_eq!(looked(ONE_OF, 999), 0);
        assert_eq!(looked(ONE_OF, 1000), 1);
        // An exchange that took long doesn't make room for another look.
        assert_eq!([-5000, 1900].map(|when| looked(ONE_OF, when)), [0, 0]);
        assert_eq!(looked(FIRST - 1, 20_000), 0, "fewer than the next one of 64");
        assert_eq!(looked(ONE_OF, -4_000_000), 1, "a clock that was set back");
        let looks = Looks::default();
        assert_eq!((0..=4 * ALWAYS_ONE_OF).filter(|_| looks.next(at(0))).count(), 32 + 1 + 4, "in a flood");
    }
}
