//! How often pages are recorded: not the first time that a URL is asked for, because most of those that
//! strangers ask for are asked for once; and ever more seldom where they keep differing, as those with a token
//! in them do: between two recordings the last page guides the others, where it is long enough. And not while one of
//! them is being recorded already, unless that takes long: of many visitors who wait for one page, one is enough. A
//! table of fixed size remembers all that; what takes another's place in it may put a recording off.

use std::time::{Duration, Instant};

/// URLs that are remembered by their hashes.
const PLACES: usize = 1024;
/// Times that a page may differ before that counts for something.
const PATIENCE: u32 = 3;
/// The longest pause, in pages.
const LONGEST: u32 = 64;
/// A recording keeps others from it for so long. From then on everybody records until it is over: visitors who don't
/// read must not keep a page from being known.
const KEEPS_OTHERS: Duration = Duration::from_secs(1);

/// What is known of URLs.
#[derive(Default)]
pub(super) struct Pace(Vec<Note>);

#[derive(Clone, Copy, Default)]
struct Note {
    hash: u64,
    /// Times that it differed, one after another, those left out that were guided well.
    misses: u32,
    /// Pages that will pass before one is recorded, where the last one isn't there.
    wait: u32,
    /// Pages that it will guide before one is recorded in its place, where it is.
    guided: u32,
    /// When a recording began that keeps others from it, and is not over.
    recorded_since: Option<Instant>,
}

impl Note {
    /// The longer, the more often it differed.
    fn pause(&self) -> u32 {
        1_u32.checked_shl(self.misses).unwrap_or(LONGEST).clamp(1, LONGEST)
    }
}

/// Whether a recording begins that may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// Another one has just begun.
    Not,
    /// And keeps others from it until [`Pace::ends`].
    First,
    /// Beside one that takes long.
    Too,
}

impl Pace {
    fn note(&mut self, hash: u64) -> Option<&mut Note> {
        if self.0.is_empty() {
            self.0.resize(PLACES, Note::default());
        }
        let place = usize::try_from(hash).unwrap_or_default() % PLACES;
        self.0.get_mut(place)
    }

    fn of(&mut self, hash: u64) -> Option<&mut Note> {
        self.note(hash).filter(|note| note.hash == hash)
    }

    /// Whether a page of this hash may be recorded, asked once for each.
    pub(super) fn may_record(&mut self, hash: u64) -> bool {
        let Some(note) = self.note(hash) else { return false };
        if note.hash != hash {
            *note = Note { hash, ..Note::default() };
            return false;
        }
        if note.wait > 0 {
            note.wait = note.wait.saturating_sub(1);
            return false;
        }
        if note.misses >= PATIENCE {
            note.guided = note.pause();
        }
        true
    }

    /// One was the same as the last.
    pub(super) fn matched(&mut self, hash: u64) {
        if let Some(note) = self.of(hash) {
            note.misses = 0;
            note.guided = 0;
        }
    }

    /// One was not, and what was recorded of the last is gone. Whether it may be recorded in its turn.
    pub(super) fn missed(&mut self, hash: u64) -> bool {
        let Some(note) = self.of(hash) else { return true };
        note.misses = note.misses.saturating_add(1);
        if note.misses < PATIENCE {
            return true;
        }
        note.wait = note.pause();
        false
    }

    /// One was not, and the last one is there to guide it. Whether it is recorded all the same, and guides the next.
    pub(super) fn renews(&mut self, hash: u64) -> bool {
        let Some(note) = self.note(hash) else { return false };
        if note.hash != hash {
            // Forgotten because of another URL; it is good enough while it lasts.
            *note = Note { hash, misses: PATIENCE, guided: LONGEST, ..Note::default() };
            return false;
        }
        if note.guided > 0 {
            note.guided = note.guided.saturating_sub(1);
            return false;
        }
        note.misses = note.misses.saturating_add(1);
        if note.misses >= PATIENCE {
            note.guided = note.pause();
        }
        true
    }

    /// Whether a recording begins that may.
    pub(super) fn begins(&mut self, hash: u64, now: Instant) -> Begins {
        let Some(note) = self.of(hash) else { return Begins::Too };
        match note.recorded_since {
            None => {
                note.recorded_since = Some(now);
                Begins::First
            }
            Some(since) if now.saturating_duration_since(since) < KEEPS_OTHERS => Begins::Not,
            Some(_) => Begins::Too,
        }
    }

    /// One that kept others from it is over, one way or the other.
    pub(super) fn ends(&mut self, hash: u64) {
        if let Some(note) = self.of(hash) {
            note.recorded_since = None;
        }
    }

    /// None is to be recorded for a while.
    pub(super) fn refuse(&mut self, hash: u64) {
        if let Some(note) = self.of(hash) {
            note.wait = LONGEST;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_once_is_not_recorded() {
        let mut pace = Pace::default();
        assert!((1..1_000_000).all(|hash| !pace.may_record(hash)));
        assert_eq!(pace.0.len(), PLACES);
        assert!(pace.may_record(999_999) && pace.may_record(999_999));
    }

    #[test]
    fn pages_that_keep_differing_are_seldom_recorded() {
        let mut pace = Pace::default();
        let (mut recorded, mut kept) = (0, false);
        for _ in 0..1000 {
            if kept {
                kept = pace.missed(7);
            } else {
                kept = pace.may_record(7);
            }
            recorded += usize::from(kept);
        }
        assert!((10..40).contains(&recorded), "{recorded}");
        // And as ever once they don't.
        while !pace.may_record(7) {}
        pace.matched(7);
        assert!(pace.missed(7));
    }

    #[test]
    fn guided_pages_are_recorded_anew_ever_more_seldom() {
        let mut pace = Pace::default();
        pace.may_record(7);
        let renewed: Vec<usize> = (0..400).filter(|_| pace.renews(7)).collect();
        assert_eq!(renewed, [0, 1, 2, 11, 28, 61, 126, 191, 256, 321, 386]);
        // Once they are the same again, the next that differs is recorded.
        pace.matched(7);
        assert!(pace.renews(7));
        // And while the last one guides, what passes without it waits for nothing.
        assert!(pace.may_record(7));
    }

    #[test]
    fn a_url_that_lost_its_place_to_another_is_guided_and_not_recorded_each_time() {
        let mut pace = Pace::default();
        pace.may_record(7);
        pace.may_record(7 + 1024);
        assert!((0..=LONGEST).all(|_| !pace.renews(7)) && pace.renews(7));
    }

    #[test]
    fn pages_that_differ_all_over_have_a_guide_in_vain_no_more_often_than_they_are_recorded() {
        let mut pace = Pace::default();
        let (mut recorded, mut kept) = (0, false);
        for _ in 0..1000 {
            if !kept {
                kept = pace.may_record(7);
            } else if !pace.renews(7) {
                // It was no good, and is let go.
                pace.missed(7);
                kept = false;
                continue;
            }
            recorded += usize::from(kept);
        }
        assert!((10..40).contains(&recorded), "{recorded}");
    }

    #[test]
    fn one_visitor_at_a_time_records_a_page_unless_that_takes_long() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.may_record(7);
        assert_eq!([(); 2].map(|()| pace.begins(7, now)), [Begins::First, Begins::Not]);
        pace.ends(7);
        assert_eq!(pace.begins(7, now), Begins::First);
        assert_eq!(pace.begins(7, now + Duration::from_millis(999)), Begins::Not);
        let later = now + Duration::from_secs(1);
        assert_eq!([(); 2].map(|()| pace.begins(7, later)), [Begins::Too; 2]);
    }

    #[test]
    fn what_was_refused_waits() {
        let mut pace = Pace::default();
        pace.may_record(7);
        pace.refuse(7);
        assert_eq!((0..200).position(|_| pace.may_record(7)), Some(64));
    }
}
