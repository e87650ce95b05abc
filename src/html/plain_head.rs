//! The beginning of a document as nearly all are written, read at a glance: up to a `meta` that names the charset.
//! At anything else it gives up, and a parser reads instead; what is found here that one finds too.

use encoding_rs::Encoding;
use memchr::{memchr, memmem};

/// Elements whose tags lead nowhere but behind themselves.
const PASSED: [&[u8]; 4] = [b"html", b"head", b"meta", b"link"];

/// A place in the markup.
struct Place<'a> {
    rest: &'a [u8],
}

/// What of an element matters here.
#[derive(Default)]
struct Said<'a> {
    charset: Option<&'a [u8]>,
    pragma: Option<&'a [u8]>,
}

/// The charset that the first such `meta` names. `None`: it has to be looked for in another way.
pub(super) fn charset_named(head: &[u8]) -> Option<&'static Encoding> {
    let mut place = Place { rest: head };
    loop {
        place.skip_space();
        place.take(b"<")?;
        if place.rest.starts_with(b"!") {
            place.declaration()?;
            continue;
        }
        let name = place.run(|byte| byte.is_ascii_alphabetic());
        if name.eq_ignore_ascii_case(b"title") {
            place.title()?;
            continue;
        }
        if !PASSED.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return None;
        }
        let said = place.attributes()?;
        if name.eq_ignore_ascii_case(b"meta") {
            if let Some(label) = said.charset {
                return Encoding::for_label(label);
            }
            if said.pragma.is_some_and(|pragma| pragma.eq_ignore_ascii_case(b"content-type")) {
                return None;
            }
        }
    }
}

impl<'a> Place<'a> {
    fn take(&mut self, text: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn skip(&mut self, count: usize) -> Option<&'a [u8]> {
        let (skipped, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(skipped)
    }

    fn run(&mut self, of: impl Fn(u8) -> bool) -> &'a [u8] {
        let count = self.rest.iter().take_while(|byte| of(**byte)).count();
        self.skip(count).unwrap_or_default()
    }

    fn skip_space(&mut self) -> &'a [u8] {
        self.run(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0xc))
    }

    /// A doctype or a comment, behind its `<`.
    fn declaration(&mut self) -> Option<()> {
        if self.rest.starts_with(b"!--") {
            self.skip(3)?;
            let text = self.skip(memmem::find(self.rest, b"-->")?)?;
            // It may have ended before.
            if text.starts_with(b">") || text.starts_with(b"->") || memmem::find(text, b"--").is_some() {
                return None;
            }
            return self.skip(3).map(drop);
        }
        let (named, _) = self.rest.split_at_checked(b"!doctype".len())?;
        if !named.eq_ignore_ascii_case(b"!doctype") {
            return None;
        }
        let text = self.skip(memchr(b'>', self.rest)?)?;
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"! \"'/.:-".contains(byte);
        text.iter().all(plain).then_some(())?;
        self.take(b">")
    }

    /// A title, behind its name.
    fn title(&mut self) -> Option<()> {
        self.take(b">")?;
        self.skip(memchr(b'<', self.rest)?)?;
        let end = self.skip(b"</title>".len())?;
        end.eq_ignore_ascii_case(b"</title>").then_some(())
    }

    /// What stands behind a name, to the end of the tag.
    fn attributes(&mut self) -> Option<Said<'a>> {
        let mut said = Said::default();
        loop {
            let apart = !self.skip_space().is_empty();
            if self.take(b">").is_some() || self.take(b"/>").is_some() {
                return Some(said);
            }
            if !apart {
                return None;
            }
            let name = self.run(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b':'));
            if name.is_empty() {
                return None;
            }
            let value = if self.take(b"=").is_some() { self.value()? } else { b"" };
            let place = if name.eq_ignore_ascii_case(b"charset") {
                &mut said.charset
            } else if name.eq_ignore_ascii_case(b"http-equiv") {
                &mut said.pragma
            } else {
                continue;
            };
            // Something may be written in its place.
            if value.contains(&b'&') {
                return None;
            }
            place.get_or_insert(value);
        }
    }

    fn value(&mut self) -> Option<&'a [u8]> {
        let quote = *self.rest.first()?;
        if !matches!(quote, b'"' | b'\'') {
            let value = self.run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
            let ends = self.rest.first().is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>');
            return (ends && !value.is_empty()).then_some(value);
        }
        self.skip(1)?;
        let value = self.skip(memchr(quote, self.rest)?)?;
        self.skip(1)?;
        Some(value)
    }
}
