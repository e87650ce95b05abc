//! Which pages are looked at for code in attributes, where verdicts are carried out.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many pages are looked at first, under each generation: what a change of the policies does is seen at
/// once, and so is all of a site with few pages.
const FIRST: u32 = 32;
/// One of so many is looked at from then on. A look takes a parser that stops at every tag, up to ten times as long
/// as rewriting, and the browser reports what it stops on every page.
const ONE_OF: u32 = 64;
/// The least time between two looks, behind the first ones: of a page of 1 MB one takes a hundredth of it.
const PAUSE: Duration = Duration::from_secs(1);

/// Counts the pages that came under the same grants.
#[derive(Debug, Default)]
pub struct Looks {
    pages: AtomicU32,
    last: Mutex<Option<Instant>>,
}

impl Looks {
    /// Whether the next page is looked at.
    pub fn next(&self) -> bool {
        self.next_at(Instant::now)
    }

    fn next_at(&self, now: impl FnOnce() -> Instant) -> bool {
        let before = self.pages.fetch_add(1, Ordering::Relaxed);
        if before < FIRST {
            return true;
        }
        if !before.is_multiple_of(ONE_OF) {
            return false;
        }
        let now = now();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = last.is_some_and(|last| now.saturating_duration_since(last) < PAUSE);
        if !waits {
            *last = Some(now);
        }
        !waits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pages_are_looked_at_and_then_some_but_not_all_the_time() {
        let looks = Looks::default();
        let begun = Instant::now();
        let looked = |pages: u32, at: Instant| (0..pages).filter(|_| looks.next_at(|| at)).count();
        assert_eq!(looked(FIRST, begun), 32);
        assert_eq!(looked(10 * ONE_OF, begun), 1, "of many at once one");
        let later = (1..=10).map(|second| looked(ONE_OF, begun + PAUSE * second)).sum::<usize>();
        assert_eq!(later, 10);
        assert_eq!(looked(FIRST, begun + PAUSE * 20), 0, "they have to come");
    }
}
