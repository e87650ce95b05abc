//! The text of an inline script as the browser sees it, which is what digests are made of.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::sri::{Algorithm, Digest};

/// The digest of an inline script's text, given the raw bytes between its tags: decoded, newlines
/// normalised, NUL replaced, then as UTF-8.
/// <https://w3c.github.io/webappsec-csp/#match-element-to-source-list>
/// <https://html.spec.whatwg.org/#preprocessing-the-input-stream>
pub(super) fn digest_of_script(raw: &[u8], charset: &'static Encoding) -> Digest {
    Digest::of(Algorithm::Sha256, browser_text(raw, charset).as_bytes())
}

/// The text itself.
pub(super) fn browser_text<'a>(raw: &'a [u8], charset: &'static Encoding) -> Cow<'a, str> {
    if charset == UTF_8
        && !raw.contains(&b'\r')
        && !raw.contains(&0)
        && let Ok(text) = std::str::from_utf8(raw)
    {
        return Cow::Borrowed(text);
    }
    // The browser decodes the whole stream, so a character cut off at the end of the text is followed
    // by the `<` of the end tag there, and not by the end of the input, which may decode differently.
    let mut followed = raw.to_vec();
    followed.push(b'<');
    let (decoded, _) = charset.decode_without_bom_handling(&followed);
    let decoded = decoded.strip_suffix('<').unwrap_or(&decoded);
    Cow::Owned(decoded.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{GB18030, SHIFT_JIS, WINDOWS_1252};

    #[test]
    fn newlines_nul_and_broken_characters_are_what_the_browser_makes_of_them() {
        for (raw, charset, expected) in [
            (&b"a"[..], UTF_8, "a"),
            (b"", UTF_8, ""),
            (b"a\r\nb\rc\nd\r", UTF_8, "a\nb\nc\nd\n"),
            (b"a\0b", UTF_8, "a\u{fffd}b"),
            (b"\xef\xbb\xbfa", UTF_8, "\u{feff}a"),
            (b"a\xff\xe2\x82", UTF_8, "a\u{fffd}\u{fffd}"),
            (b"caf\xe9", WINDOWS_1252, "café"),
            (b"\x83\x65\x83", SHIFT_JIS, "テ\u{fffd}"),
            (b"\x81\x30", GB18030, "\u{fffd}0"),
            (b"a<", UTF_8, "a<"),
            (b"a<\0", UTF_8, "a<\u{fffd}"),
        ] {
            assert_eq!(browser_text(raw, charset), expected, "{raw:?}");
        }
    }

    #[test]
    fn the_digest_is_the_one_of_the_standards_example() {
        let digest = digest_of_script(b"alert('Hello, world.');", UTF_8);
        assert_eq!(digest.to_string(), "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }
}
