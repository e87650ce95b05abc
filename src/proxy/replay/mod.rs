//! Pages that are the same as the last time: a page whose bytes equal those of the last one gets the last one's
//! output without being parsed. Shells of applications, cached and static pages are the same again and again. One that
//! differs here and there, as those with a token do, is parsed there only.
//!
//! ```text
//!  first time ──► noted      second time ──► rewritten, and recorded      from then on ──► compared
//!                                                                          │ equal: replayed
//!                                                                          └ not: rewritten, and recorded anew,
//!                                                                            or beside the last one (`guide`)
//! ```
//!
//! Every byte that the application sent is compared: no digest stands for it, and no validator. What a page
//! becomes depends on its bytes, the grants, its URL, its charset and the limits for documents, and on nothing
//! else: `html` has no clock, draws no random numbers, sees neither request nor visitor, and keeps nothing from
//! page to page but the sum of what waits for second parsers, which decides whether one begins early and never
//! what it edits, and what became of tags of scripts, which every page would come to by itself. The limits are the
//! process's; the others are the [`key`]. Of what visitors share, the part for which a rule is enforced, and the moment
//! at which an evergreen script ends, grants are made; so other ones have other pages here. What the rest of a page
//! becomes depends on what the rewriter knows of its beginning besides: that is a [`crate::html::Waypoint`].
//!
//! A replay is as good as the reading that it repeats, that of a second parser too: kept is only what was read to
//! its end, by both parsers where both read, without trouble. Whether a page is looked through for code in
//! attributes changes no byte of it. What was recorded in such a look may stand for any page, with those verdicts
//! or without; what was not only for pages that nobody looks through.
//!
//! While a page still comes, it is compared piece by piece, and what may have left when so much had come leaves
//! ([`replaying`]). Where it becomes another, the rewriter reads the beginning again, or passes over it beside the last
//! one, and must write what has left ([`catching_up`]).
//!
//! Pages of visitors lie here for a while. What they became leaves only in answer to the very same bytes of the
//! application, whole or by stretches. They are let go with the grants under which they were made and a minute after
//! they were last sent again whole, and there is a bound for all of them. Who asks for many URLs fills a table of fixed
//! size and nothing else ([`pace`]); who asks for each twice pushes out what others had here, and then pages are parsed.

mod room;
mod key;
mod entry;
mod pace;
mod memory;
mod recording;
mod replaying;
mod catching_up;
mod guide;
mod alongside;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::Instant;

use jiff::Timestamp;

pub(super) use alongside::Alongside;
pub(super) use catching_up::{CatchingUp, Owed};
pub(super) use entry::Entry;
pub(super) use key::PageAsked;
pub(super) use recording::Recording;
pub(super) use replaying::{Replaying, Told};

use guide::Guide;
use key::{Key, Keys};
use memory::Memory;
use pace::Begins;
use room::{Claim, Room};

/// Bytes of one page and its output, at most.
const LONGEST: usize = 4 << 20;
/// And no more than this part of what all may have.
const SHARE_OF_ONE: usize = 4;

/// What one worker remembers of pages.
pub(super) struct Replay {
    keys: Keys,
    room: Room,
    memory: RefCell<Memory>,
    /// Bytes that were not read beside a guide, until somebody counts them.
    same: Cell<usize>,
}

/// What becomes of a page that has come.
pub(super) enum Turn {
    /// It is rewritten.
    Pass,
    /// It is rewritten, and that is recorded.
    Record(Box<Recording>),
    /// It is compared with this one.
    Compare(Rc<Entry>),
}

impl Replay {
    /// Nothing yet, and later no more than so many bytes.
    pub(super) fn new(most: usize) -> Rc<Self> {
        Rc::new(Self {
            keys: Keys::default(),
            room: Room::new(most),
            memory: RefCell::default(),
            same: Cell::default(),
        })
    }

    /// Whether anything is ever remembered.
    pub(super) fn is_on(&self) -> bool {
        self.room.most() > 0
    }

    /// What becomes of a page, asked once for each.
    pub(super) fn turn(self: &Rc<Self>, asked: &PageAsked<'_>) -> Turn {
        if !self.is_on() {
            return Turn::Pass;
        }
        let mut memory = self.memory.borrow_mut();
        if !memory.is_of(asked.generation) {
            return Turn::Pass;
        }
        let hash = self.keys.hash(asked);
        match memory.find(hash, asked) {
            Some(entry) if entry.serves(asked.looks) => Turn::Compare(entry),
            found => {
                let may = found.is_some() || memory.pace.may_record(hash);
                drop(memory);
                let begun = may.then(|| self.begin(|| asked.key(hash), hash, asked.looks)).flatten();
                begun.map_or(Turn::Pass, Turn::Record)
            }
        }
    }

    /// A recording that may begin, unless another one of the page has just begun.
    fn begin(self: &Rc<Self>, key: impl FnOnce() -> Key, hash: u64, looks: bool) -> Option<Box<Recording>> {
        let begins = self.memory.borrow_mut().pace.begins(hash, Instant::now());
        let is_first = match begins {
            Begins::Not => return None,
            Begins::First => true,
            Begins::Too => false,
        };
        Some(Box::new(Recording::new(self, key(), looks, is_first)))
    }

    /// A page was the same as this one.
    pub(super) fn equal(&self, entry: &Rc<Entry>, now: Timestamp) {
        let mut memory = self.memory.borrow_mut();
        memory.pace.matched(entry.key().hash);
        memory.used(entry, now);
    }

    /// A page is another one than this, or has to be rewritten all the same. It may take the entry's place when it has
    /// ended, if it comes out otherwise not too often; else the entry guides it. That is no use of it: what was in one
    /// visitor's page is not to lie here for longer because others ask for theirs.
    pub(super) fn differs(self: &Rc<Self>, entry: &Rc<Entry>, looks: bool) -> Alongside {
        let (key, guides) = (entry.key(), Guide::may_be(entry));
        let mut memory = self.memory.borrow_mut();
        let may = if guides {
            memory.pace.renews(key.hash)
        } else {
            memory.forget(entry);
            memory.pace.missed(key.hash)
        };
        drop(memory);
        if let Some(recording) = may.then(|| self.begin(|| key.clone(), key.hash, looks)).flatten() {
            return Alongside::Recording(recording);
        }
        // Of what is passed over, nobody has looked through the attributes.
        if looks || !guides {
            return Alongside::Nobody;
        }
        Alongside::Guide(Box::new(Guide::new(self, entry)))
    }

    /// How many bytes were not read since this was asked last, because they were the same as in a guide.
    pub(super) fn take_same(&self) -> usize {
        self.same.take()
    }

    /// Lets go what nobody wants any more: of other policies than these, and what was not used lately.
    pub(super) fn sweep(&self, generation: u64, now: Timestamp) {
        let mut memory = self.memory.borrow_mut();
        memory.is_of(generation);
        memory.forget_idle(now);
    }

    /// A page is not to be recorded for a while.
    fn refuse(&self, hash: u64) {
        self.memory.borrow_mut().pace.refuse(hash);
    }

    /// Room for so many bytes, if need be in the place of what was not used for longest.
    fn claim(&self, bytes: usize) -> Option<Claim> {
        loop {
            if let Some(claim) = self.room.claim(bytes) {
                return Some(claim);
            }
            if !self.memory.borrow_mut().forget_oldest() {
                return None;
            }
        }
    }

    /// The longest page that is kept, with its output.
    fn longest(&self) -> usize {
        LONGEST.min(self.room.most() / SHARE_OF_ONE)
    }

    fn keep(&self, entry: Entry) {
        self.memory.borrow_mut().keep(Rc::new(entry));
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Pages are nobody's business.
        f.debug_struct("Replay").field("most", &self.room.most()).finish_non_exhaustive()
    }
}

/// Bytes that an entry takes in tables, about.
const TABLES: usize = 512;

/// The same bytes, in whatever pieces.
fn begins_with(whole: &[u8], pieces: [&[u8]; 2]) -> bool {
    let [first, second] = pieces;
    whole.strip_prefix(first).is_some_and(|rest| rest.starts_with(second))
}

#[cfg(test)]
mod tests;
