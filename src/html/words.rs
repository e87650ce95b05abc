//! Markup by words of eight bytes: what is short, as most names and values are, is found without a branch for each
//! letter.

use memchr::memchr;

const ONES: u64 = u64::MAX / 255;
const TOPS: u64 = ONES << 7;
/// Makes small letters of capitals.
const SMALL: u64 = ONES * 0x20;

/// The bytes of a text, the first one lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word(u64);

impl Word {
    /// How many bytes one has.
    pub(super) const BYTES: usize = 8;

    /// The word that begins at `at`; `None` where the text ends before it does.
    pub(super) fn at(text: &[u8], at: usize) -> Option<Self> {
        text.get(at..)?.first_chunk().map(|bytes| Self(u64::from_le_bytes(*bytes)))
    }

    /// The place in it of the first byte that is a `>`, or lower than the digits: white space, `/`, `-`, `.`, controls.
    /// No name of HTML's own elements has one. [`Self::BYTES`] where there is none.
    pub(super) fn end_of_name(self) -> usize {
        // A borrow marks a byte falsely only above one that is marked rightly; the first counts.
        let lower = self.0.wrapping_sub(ONES * u64::from(b'0')) & !self.0;
        first((lower | self.equal(b'>')) & TOPS)
    }

    /// The place in it of the first byte that is neither a letter of ASCII nor a hyphen.
    pub(super) fn end_of_letters(self) -> usize {
        let small = self.0 | SMALL;
        let low = small & !TOPS;
        let from_a = low + ONES * u64::from(0x80 - b'a');
        let behind_z = low + ONES * u64::from(0x80 - b'z' - 1);
        let others = self.0 | !from_a | behind_z;
        // A hyphen is told by all of its bits.
        first(others & !self.exactly(b'-') & TOPS)
    }

    /// The place in it of the first byte that is this one.
    fn place_of(self, byte: u8) -> usize {
        first(self.equal(byte) & TOPS)
    }

    /// Its first bytes, with the bit that makes small letters of capitals; the others are zero.
    pub(super) fn small(self, bytes: usize) -> u64 {
        let Some(shift) = u32::try_from(bytes).ok().and_then(|bytes| bytes.checked_mul(8)) else { return 0 };
        (self.0 | SMALL) & !u64::MAX.checked_shl(shift).unwrap_or(0)
    }

    /// The top bit of each byte that is this one; above the first of them perhaps of others too.
    fn equal(self, byte: u8) -> u64 {
        let differs = self.0 ^ (ONES * u64::from(byte));
        differs.wrapping_sub(ONES) & !differs
    }

    /// The top bit of each byte that is this one, and of no other.
    fn exactly(self, byte: u8) -> u64 {
        let differs = self.0 ^ (ONES * u64::from(byte));
        !(((differs & !TOPS) + !TOPS) | differs)
    }
}

/// The first byte whose top bit is set.
fn first(tops: u64) -> usize {
    usize::try_from(tops.trailing_zeros() / 8).unwrap_or(Word::BYTES)
}

/// How many words are looked at before a search for what is far away is begun.
const NEAR: usize = 4;

/// The place of the first such byte, which mostly is near.
pub(super) fn find(text: &[u8], byte: u8) -> Option<usize> {
    let mut at = 0;
    for _ in 0..NEAR {
        let Some(word) = Word::at(text, at) else { break };
        let place = word.place_of(byte);
        if place < Word::BYTES {
            return Some(at.saturating_add(place));
        }
        at = at.saturating_add(Word::BYTES);
    }
    memchr(byte, text.get(at..)?).map(|place| at.saturating_add(place))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(text: [u8; 8], is: impl Fn(u8) -> bool) -> usize {
        text.iter().position(|byte| is(*byte)).unwrap_or(8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_word_says_what_its_bytes_say(mut text: [u8; 8], like: [Option<u8>; 8]) {
            // Bytes at the edges of what counts meet each other.
            for (byte, like) in text.iter_mut().zip(like) {
                *byte = like.map_or(*byte, |like| b"aAzZ-/0>=\x2c\x2e`{@[\"\x00\x7f\x80\xad"[usize::from(like % 20)]);
            }
            let word = Word::at(&text, 0).unwrap();
            prop_assert_eq!(word.end_of_name(), place(text, |byte| byte < b'0' || byte == b'>'));
            prop_assert_eq!(word.end_of_letters(), place(text, |byte| !byte.is_ascii_alphabetic() && byte != b'-'));
            for byte in [b'"', b'<', b'\'', 0, 0x7f, 0x80, text[3]] {
                prop_assert_eq!(word.place_of(byte), place(text, |other| other == byte));
            }
            for bytes in 0..=8 {
                let mut small = [0; 8];
                small.iter_mut().zip(text).take(bytes).for_each(|(small, byte)| *small = byte | 0x20);
                prop_assert_eq!(word.small(bytes), u64::from_le_bytes(small));
            }
        }

        #[test]
        fn what_is_looked_for_is_found(text in prop::collection::vec(any::<u8>(), 0..80), byte: u8) {
            prop_assert_eq!(find(&text, byte), memchr(byte, &text));
        }
    }

    #[test]
    fn each_byte_counts_for_itself() {
        for byte in 0..=u8::MAX {
            for beside in [b'a', 0, 0xff, b'-', b'>'] {
                let text = [b'x', byte, beside, byte, b'y', b'y', b'y', b'y'];
                let word = Word::at(&text, 0).unwrap();
                assert_eq!(word.end_of_name(), place(text, |byte| byte < b'0' || byte == b'>'), "{text:?}");
                let letters = place(text, |byte| !byte.is_ascii_alphabetic() && byte != b'-');
                assert_eq!(word.end_of_letters(), letters, "{text:?}");
            }
        }
    }
}
