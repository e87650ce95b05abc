//! Runs of tags that mean nothing to anybody: most of what most pages are made of, and read by as little as that takes.
//! What is done here for each of them is what [`super::tags`] does.

use super::Bypass;
use super::names::{Class, known, short_at};
use crate::html::plain::{Reading, attributes};
use crate::html::words;

impl Bypass {
    /// Reads as many boring tags of HTML as follow each other from `at` on, and the text between them. The answer is the
    /// place behind them: what comes there may be anything.
    pub(super) fn skip_boring_tags(&mut self, bytes: &[u8], mut at: usize) -> usize {
        while let Some(next) = self.skip_boring_tag(bytes, at) {
            at = next;
        }
        at
    }

    /// The place behind the next tag, whose element is open then, or closed. `None`, and nothing has changed, where
    /// [`super::tags`] has to read it.
    fn skip_boring_tag(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let lt = at.saturating_add(words::find(bytes.get(at..)?, b'<')?);
        let begins = lt.saturating_add(1);
        if bytes.get(begins) == Some(&b'/') {
            let (name, end) = short_at(bytes, begins.saturating_add(1))?;
            let (_, class, _) = known(name)?;
            if bytes.get(end) != Some(&b'>') || class == Class::Foreign {
                return None;
            }
            self.open.pop(name);
            return Some(end.saturating_add(1));
        }
        let (name, name_ends) = short_at(bytes, begins)?;
        let (_, class, _) = known(name)?;
        if !matches!(class, Class::Boring | Class::Void) || !self.open.has_room() {
            return None;
        }
        let Reading::Plain(end) = attributes(bytes, name_ends, |_, _| true) else { return None };
        if class == Class::Boring {
            self.open.push(name);
        }
        Some(end.at)
    }
}
