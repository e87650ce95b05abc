//! The elements that the bypass knows, and what each of them is to it. Whatever is not listed takes the parser.

use crate::html::plain::is_space;
use crate::html::words::Word;

/// What a start tag's element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Does nothing to how markup is read, and nobody looks at it.
    Boring,
    /// The same without an end.
    Void,
    /// Boring unless a template was there: `col` and `colgroup`.
    Column,
    /// An element without an end that is judged.
    Judged,
    /// What follows is text up to its end tag.
    RawText,
    Svg,
    Select,
    Template,
    /// One that has no meaning in HTML.
    Foreign,
}

/// What it is within `svg`, of all that stands there on ordinary pages. What browsers take for an element of HTML
/// there is not among it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InSvg {
    Boring,
    /// Plain text is all that it has inside: whether that is raw text or not makes no difference then.
    Text,
    Odd,
}

/// The place of a name in [`NAMES`], or of one that a document brought; see [`super::open::Open`].
pub(super) type Name = u8;

macro_rules! names {
    ($(($name:literal, $class:ident, $in_svg:ident)),* $(,)?) => {
        static NAMES: &[(&str, Class, InSvg)] = &[$(($name, Class::$class, InSvg::$in_svg)),*];
        const KEYS: &[u128] = &[$(key($name.as_bytes())),*];
    };
}

names! {
    ("a", Boring, Odd), ("abbr", Boring, Odd), ("address", Boring, Odd), ("area", Void, Odd), ("article", Boring, Odd),
    ("aside", Boring, Odd), ("audio", Boring, Odd), ("b", Boring, Odd), ("bdi", Boring, Odd), ("bdo", Boring, Odd),
    ("big", Boring, Odd), ("blockquote", Boring, Odd), ("body", Boring, Odd), ("br", Void, Odd), ("button", Boring, Odd),
    ("canvas", Boring, Odd), ("caption", Boring, Odd), ("center", Boring, Odd), ("cite", Boring, Odd),
    ("code", Boring, Odd), ("data", Boring, Odd), ("datalist", Boring, Odd), ("dd", Boring, Odd), ("del", Boring, Odd),
    ("details", Boring, Odd), ("dfn", Boring, Odd), ("dialog", Boring, Odd), ("div", Boring, Odd), ("dl", Boring, Odd),
    ("dt", Boring, Odd), ("em", Boring, Odd), ("fieldset", Boring, Odd), ("figcaption", Boring, Odd),
    ("figure", Boring, Odd), ("font", Boring, Odd), ("footer", Boring, Odd), ("form", Boring, Odd), ("h1", Boring, Odd),
    ("h2", Boring, Odd), ("h3", Boring, Odd), ("h4", Boring, Odd), ("h5", Boring, Odd), ("h6", Boring, Odd),
    ("head", Boring, Odd), ("header", Boring, Odd), ("hgroup", Boring, Odd), ("hr", Void, Odd), ("html", Boring, Odd),
    ("i", Boring, Odd), ("img", Void, Odd), ("input", Void, Odd), ("ins", Boring, Odd), ("kbd", Boring, Odd),
    ("label", Boring, Odd), ("legend", Boring, Odd), ("li", Boring, Odd), ("main", Boring, Odd), ("map", Boring, Odd),
    ("mark", Boring, Odd), ("menu", Boring, Odd), ("meter", Boring, Odd), ("nav", Boring, Odd), ("object", Boring, Odd),
    ("ol", Boring, Odd), ("optgroup", Boring, Odd), ("option", Boring, Odd), ("output", Boring, Odd), ("p", Boring, Odd),
    ("picture", Boring, Odd), ("pre", Boring, Odd), ("progress", Boring, Odd), ("q", Boring, Odd), ("rp", Boring, Odd),
    ("rt", Boring, Odd), ("ruby", Boring, Odd), ("s", Boring, Odd), ("samp", Boring, Odd), ("search", Boring, Odd),
    ("section", Boring, Odd), ("slot", Boring, Odd), ("small", Boring, Odd), ("source", Void, Odd),
    ("span", Boring, Odd), ("strike", Boring, Odd), ("strong", Boring, Odd), ("sub", Boring, Odd),
    ("summary", Boring, Odd), ("sup", Boring, Odd), ("table", Boring, Odd), ("tbody", Boring, Odd), ("td", Boring, Odd),
    ("tfoot", Boring, Odd), ("th", Boring, Odd), ("thead", Boring, Odd), ("time", Boring, Odd), ("tr", Boring, Odd),
    ("track", Void, Odd), ("tt", Boring, Odd), ("u", Boring, Odd), ("ul", Boring, Odd), ("var", Boring, Odd),
    ("video", Boring, Odd), ("wbr", Void, Odd),
    ("col", Column, Odd), ("colgroup", Column, Odd),
    ("base", Judged, Odd), ("link", Judged, Odd), ("meta", Judged, Odd),
    ("script", RawText, Odd), ("iframe", RawText, Odd), ("noembed", RawText, Odd), ("noframes", RawText, Odd),
    ("noscript", RawText, Odd), ("style", RawText, Text), ("textarea", RawText, Odd), ("title", RawText, Text),
    ("xmp", RawText, Odd),
    ("svg", Svg, Odd), ("select", Select, Odd), ("template", Template, Odd),
    ("animate", Foreign, Boring), ("circle", Foreign, Boring), ("clippath", Foreign, Boring), ("defs", Foreign, Boring),
    ("desc", Foreign, Text), ("ellipse", Foreign, Boring), ("filter", Foreign, Boring), ("g", Foreign, Boring),
    ("image", Foreign, Boring), ("line", Foreign, Boring), ("lineargradient", Foreign, Boring),
    ("marker", Foreign, Boring), ("mask", Foreign, Boring), ("path", Foreign, Boring), ("pattern", Foreign, Boring),
    ("polygon", Foreign, Boring), ("polyline", Foreign, Boring), ("radialgradient", Foreign, Boring),
    ("rect", Foreign, Boring), ("stop", Foreign, Boring), ("switch", Foreign, Boring), ("symbol", Foreign, Boring),
    ("text", Foreign, Boring), ("textpath", Foreign, Boring), ("tspan", Foreign, Boring), ("use", Foreign, Boring),
}

/// Behind these come the names that a document brings.
pub(super) const KNOWN: usize = KEYS.len();

/// The letters of a name in lower case, the first one lowest.
const fn key(name: &[u8]) -> u128 {
    let mut key = 0;
    let mut rest = name;
    while let [before @ .., letter] = rest {
        #[expect(clippy::as_conversions, reason = "`From` is not `const`")]
        {
            key = key << 8 | (*letter | SMALL) as u128;
        }
        rest = before;
    }
    key
}

/// In a tag's name this bit makes small letters of capitals and nothing of all else.
const SMALL: u8 = 0x20;

/// The same for what a page has, many letters at a time: the first and the last ones of a name, which may overlap.
fn key_of(name: &[u8]) -> Option<u128> {
    let key = if let (Some(first), Some(last)) = (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        let behind = name.len().checked_sub(8).filter(|behind| *behind <= 8)?;
        u128::from(u64::from_le_bytes(*first)) | u128::from(u64::from_le_bytes(*last)) << (behind * 8)
    } else if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        let behind = name.len().saturating_sub(4);
        u128::from(
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (behind * 8),
        )
    } else {
        match *name {
            [a] => u128::from(a),
            [a, b] => u128::from(u16::from_le_bytes([a, b])),
            [a, b, c] => u128::from(u32::from_le_bytes([a, b, c, 0])),
            _ => return None,
        }
    };
    // One for each letter.
    let small = u128::MAX / 255 * u128::from(SMALL);
    Some(key | small >> (16_usize.saturating_sub(name.len()) * 8))
}

/// Twice as many places as names, and more.
const SLOTS: usize = 512;
const EMPTY: Name = Name::MAX;

/// Places of names by their hashes; where two meet, the second stands in the next slot that is free.
static BY_HASH: [Name; SLOTS] = {
    assert!(KNOWN < 192, "room for names that a document brings");
    let mut slots = [EMPTY; SLOTS];
    let mut place = 0;
    while place < KNOWN {
        // `const` can't go by an iterator; all of this is checked when it is compiled.
        #[expect(
            clippy::indexing_slicing,
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            reason = "checked when it is compiled"
        )]
        {
            let mut slot = hash(KEYS[place]);
            while slots[slot] != EMPTY {
                slot = (slot + 1) % SLOTS;
            }
            slots[slot] = place as Name;
        }
        place += 1;
    }
    slots
};

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "halves of a number, and its upper bits"
)]
const fn hash(key: u128) -> usize {
    let folded = key as u64 ^ ((key >> 64) as u64).rotate_left(7);
    (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize
}

/// The place of a name that is known.
pub(super) fn place_of(name: &[u8]) -> Option<Name> {
    let key = key_of(name)?;
    let mut slot = hash(key);
    loop {
        let place = *BY_HASH.get(slot)?;
        if place == EMPTY {
            return None;
        }
        if KEYS.get(usize::from(place)) == Some(&key) {
            return Some(place);
        }
        slot = slot.wrapping_add(1) % SLOTS;
    }
}

/// So many more places than names that a factor can be found by which no two of them meet.
const SHORT_SLOTS: usize = 1024;
const SHORT_FACTOR: u64 = 0x27d3_c1b3_eb40_058f;

/// Places of the names of fewer than eight letters.
static SHORT: [Name; SHORT_SLOTS] = {
    let mut slots = [EMPTY; SHORT_SLOTS];
    let mut place = 0;
    while place < KNOWN {
        #[expect(
            clippy::indexing_slicing,
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            reason = "checked when it is compiled"
        )]
        {
            let key = KEYS[place] as u64;
            let slot = short_slot(key);
            if KEYS[place] >> 56 == 0 {
                assert!(slots[slot] == EMPTY, "two names meet: look for another factor");
                slots[slot] = place as Name;
            }
        }
        place += 1;
    }
    slots
};

#[expect(clippy::as_conversions, reason = "the upper bits of a number")]
const fn short_slot(key: u64) -> usize {
    (key.wrapping_mul(SHORT_FACTOR) >> 54) as usize
}

/// The place of the name of a tag that begins at `at`, and the place behind it, as [`crate::html::plain::name_ends`] and [`place_of`]
/// say; `None` where it is none of those that are known or has more than seven letters, where it ends otherwise, or
/// where fewer than eight bytes have come.
pub(super) fn short_at(bytes: &[u8], at: usize) -> Option<(Name, usize)> {
    let word = Word::at(bytes, at)?;
    let length = word.end_of_name();
    let behind = at.saturating_add(length);
    if !bytes.get(behind).is_some_and(|byte| matches!(byte, b'>' | b'/') || is_space(*byte)) {
        return None;
    }
    let key = word.small(length);
    let place = *SHORT.get(short_slot(key))?;
    (KEYS.get(usize::from(place)) == Some(&u128::from(key))).then_some((place, behind))
}

/// What is known of a name by its place.
pub(super) fn known(place: Name) -> Option<(&'static str, Class, InSvg)> {
    NAMES.get(usize::from(place)).copied()
}

/// Whether a name that is not known is one of an element that a page defines by itself. Those of SVG and MathML that
/// look like one are not, nor what the parser might tell from its end tag by a capital.
/// <https://html.spec.whatwg.org/#valid-custom-element-name>
pub(super) fn is_custom(name: &[u8]) -> bool {
    let plain = |letter: &u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || *letter == b'-';
    name.contains(&b'-')
        && name.iter().all(plain)
        && ![&b"annotation-"[..], b"color-", b"font-", b"missing-"]
            .iter()
            .any(|begins| name.starts_with(begins))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::html::plain::{Reading, name_ends};

    #[test]
    fn each_name_is_found_in_either_case_and_nothing_else() {
        for (place, (name, _, _)) in NAMES.iter().enumerate() {
            let place = Name::try_from(place).unwrap();
            assert_eq!(place_of(name.as_bytes()), Some(place), "{name}");
            assert_eq!(place_of(name.to_uppercase().as_bytes()), Some(place), "{name}");
            assert_eq!(place_of(format!("{name}x").as_bytes()).filter(|found| *found == place), None);
        }
        for (name, _, _) in NAMES.iter().filter(|(name, _, _)| name.len() < 8) {
            for written in [(*name).to_owned(), name.to_uppercase()] {
                for behind in ['>', ' ', '/', '\n', '\t'] {
                    let found = short_at(format!("<{written}{behind}       ").as_bytes(), 1);
                    assert_eq!(found, Some((place_of(name.as_bytes()).unwrap(), name.len() + 1)), "{name}");
                }
                for behind in ["x", "\u{e9}", "1", "_", "=", "-", ".", ",", "\0", "\u{b}"] {
                    let other = format!("{written}{behind}       ");
                    let found = short_at(other.as_bytes(), 0).map(|(place, _)| place);
                    assert_ne!(found, place_of(name.as_bytes()), "{other:?}");
                }
            }
        }
        assert_eq!(short_at(b"p>12345", 0), None, "a word is eight bytes");
        let letters = b"ABcdefGH-1jklmno";
        assert!((1..=16).all(|length| key_of(&letters[..length]) == Some(key(&letters[..length]))));
        assert_eq!((key_of(b""), key_of(b"abcdefghijklmnopq")), (None, None));
        for name in
            ["math", "plaintext", "frameset", "frame", "mglyph", "xx", "", "-", "a-", "annotation-xml"]
        {
            assert_eq!(place_of(name.as_bytes()), None, "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn the_short_way_says_what_the_long_one_says(
            name in 0..KNOWN, cut in 0_usize..9, mut behind in "[a-z0-9 >/<=.:_\\-\t\u{e9}\0]{8,12}",
        ) {
            behind.insert_str(0, NAMES[name].0.get(..cut).unwrap_or(NAMES[name].0));
            let bytes = behind.as_bytes();
            let name = match name_ends(bytes, 0) {
                Reading::Plain(end) => place_of(&bytes[..end]).filter(|_| end < 8).map(|place| (place, end)),
                Reading::Odd | Reading::Cut => None,
            };
            prop_assert_eq!(short_at(bytes, 0), name, "{}", behind);
        }
    }

    #[test]
    fn what_pages_define_is_told_from_what_browsers_know() {
        assert!(is_custom(b"my-element") && is_custom(b"x-1"));
        for name in ["annotation-xml", "font-face", "my", "My-Element", "x:y-z", "missing-glyph"] {
            assert!(!is_custom(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn nothing_that_ends_svg_is_boring_there() {
        for (name, _, in_svg) in NAMES {
            let ends = crate::html::doubt::LEAVES_FOREIGN.contains(name);
            assert!(!ends || *in_svg == InSvg::Odd, "{name}");
        }
    }
}
