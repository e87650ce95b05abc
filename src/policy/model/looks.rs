//! Which pages are looked at for code in attributes, where verdicts are carried out.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use jiff::Timestamp;

/// How many pages are looked at first, under each generation: what a change of the policies does is seen at
/// once, and so is all of a site with few pages.
const FIRST: u32 = 32;
/// One of so many is looked at from then on. A look takes a parser that stops at every tag, up to ten times as long
/// as rewriting, and the browser reports what it stops on every page.
const ONE_OF: u32 = 64;
/// The least time between two looks, behind the first ones, in milliseconds: of a page of 1 MB one takes a hundredth of
/// it.
const PAUSE: u64 = 1000;

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
        let (now, last) = (now.as_millisecond(), self.last.load(Ordering::Relaxed));
        // Clocks are also set back. Of two at the same time, one looks.
        now.abs_diff(last) >= PAUSE
            && self.last.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pages_are_looked_at_and_then_some_but_not_all_the_time() {
        let looks = Looks::default();
        let at = |second: i64| Timestamp::from_second(1_795_000_000 + second).unwrap();
        let looked = |pages: u32, second: i64| (0..pages).filter(|_| looks.next(at(second))).count();
        assert_eq!(looked(FIRST, 0), 32);
        assert_eq!(looked(10 * ONE_OF, 0), 1, "of many at once one");
        assert_eq!((1..=10).map(|second| looked(ONE_OF, second)).sum::<usize>(), 10);
        assert_eq!(looked(FIRST, 20), 0, "they have to come");
        assert_eq!(looked(ONE_OF, -1000), 1, "a clock that was set back");
    }
}
