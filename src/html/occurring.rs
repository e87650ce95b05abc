//! Which kinds of elements may stand in a document that has come whole, told by the letters behind each `<`. The
//! parser finds none of a kind that is not told, for these letters stand in each of their start tags; so it need
//! not look for them.

use memchr::memchr_iter;

/// Kinds of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Occurring(u8);

/// Of the longest name, with its `<`, what may lie on one side of a cut.
const CUT: usize = 10;

impl Occurring {
    /// What [`super::doubt`] depends on, and templates. Columns matter only behind a template, and what lies below
    /// a root comes behind the root.
    pub(super) const LANDMARKS: Self = Self(1);
    /// `style`.
    pub(super) const STYLE: Self = Self(1 << 1);
    /// `noscript` and `iframe`, of which the one is often in the other.
    pub(super) const NOSCRIPT: Self = Self(1 << 2);
    /// The others of [`super::elements::WATCHED`] that few documents have.
    pub(super) const RARE: Self = Self(1 << 3);

    /// Those of a document that lies in two pieces.
    pub(super) fn of([first, second]: [&[u8]; 2]) -> Self {
        let end = first.get(first.len().saturating_sub(CUT)..).unwrap_or_default();
        let cut = [end, second.get(..CUT.min(second.len())).unwrap_or_default()].concat();
        let mut all = Self(0);
        for piece in [first, &cut, second] {
            for lt in memchr_iter(b'<', piece) {
                all.0 |= Self::named(piece.get(lt.saturating_add(1)..).unwrap_or_default()).0;
            }
        }
        all
    }

    /// Whether some of a kind may be there.
    pub(super) const fn have(self, kind: Self) -> bool {
        self.0 & kind.0 != 0
    }

    /// What begins with one of the names. Most are told by their first letter.
    fn named(text: &[u8]) -> Self {
        let begins =
            |name: &[u8]| text.get(..name.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(name));
        let any = |names: &[&[u8]], kind: Self| {
            if names.iter().any(|name| begins(name)) { kind } else { Self(0) }
        };
        match text.first().map(|letter| letter | 0x20) {
            Some(b's') if begins(b"style") => Self::STYLE,
            Some(b's') => any(&[b"svg", b"select"], Self::LANDMARKS),
            Some(b't') if begins(b"textarea") => Self::RARE,
            Some(b't') => any(&[b"template"], Self::LANDMARKS),
            Some(b'm') => any(&[b"math", b"mglyph", b"malignmark"], Self::LANDMARKS),
            Some(b'f') => any(&[b"frameset"], Self::LANDMARKS),
            Some(b'n') if begins(b"noscript") => Self::NOSCRIPT,
            Some(b'n') => any(&[b"noembed", b"noframes"], Self::RARE),
            Some(b'i') => any(&[b"iframe"], Self::NOSCRIPT),
            Some(b'b') => any(&[b"base"], Self::RARE),
            Some(b'x') => any(&[b"xmp"], Self::RARE),
            Some(b'p') => any(&[b"plaintext"], Self::RARE),
            _ => Self(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::elements::WATCHED;

    /// Those that every document is looked through for.
    const ALWAYS: [&str; 4] = ["script", "link", "meta", "title"];

    #[test]
    fn each_watched_element_is_always_looked_for_or_told_wherever_the_document_is_cut() {
        for name in WATCHED.split(", ") {
            let markup = format!("text <{}> text", name.to_uppercase());
            let expected = usize::from(!ALWAYS.contains(&name));
            for cut in 0..=markup.len() {
                let (first, second) = markup.as_bytes().split_at(cut);
                let told = [Occurring::STYLE, Occurring::NOSCRIPT, Occurring::RARE];
                let told = told.into_iter().filter(|kind| Occurring::of([first, second]).have(*kind));
                assert_eq!(told.count(), expected, "{markup} cut at {cut}");
            }
        }
    }

    #[test]
    fn most_elements_are_of_no_kind() {
        let markup = b"<p><b>1 < 2</b><section><strong><main><figure><nav><img><body><html></xmp>";
        assert_eq!(Occurring::of([markup, b""]), Occurring(0));
        assert_eq!(Occurring::of([b"<p><s", b"vg>"]), Occurring::LANDMARKS);
    }
}
