//! Which pages are looked at for code in attributes, where verdicts are carried out.

use std::sync::atomic::{AtomicU32, Ordering};

/// How many pages are looked at first, under each generation: what a change of the policies does is seen at
/// once, and so is all of a site with few pages.
const FIRST: u32 = 32;
/// One of so many is looked at from then on. A look takes a parser that stops at every tag, some six times as long
/// as rewriting, and the browser reports what it stops on every page; so this may cost a tenth and no more.
const ONE_OF: u32 = 64;

/// Counts the pages that came under the same grants.
#[derive(Debug, Default)]
pub struct Looks(AtomicU32);

impl Looks {
    /// Whether the next page is looked at.
    pub fn next(&self) -> bool {
        let before = self.0.fetch_add(1, Ordering::Relaxed);
        before < FIRST || before.is_multiple_of(ONE_OF)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pages_are_looked_at_and_then_some() {
        let looks = Looks::default();
        assert!((0..FIRST).all(|_| looks.next()));
        let later = (0..10 * ONE_OF).filter(|_| looks.next()).count();
        assert_eq!(later, 10);
    }
}
