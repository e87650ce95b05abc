//! Any bytes as the beginning of a document: the charset is found without panics, from as few bytes as
//! need be, and more bytes never change it; a mark wins, then what the header declares.

use countersign::html::{CHARSET_SEARCH, Charset, charset_of};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use lol_html::AsciiCompatibleEncoding;

use super::{choices, one_of};

const DECLARED: [Option<&str>; 5] = [None, Some("shift_jis"), Some("utf-16be"), Some("x"), Some(" UTF-8\t")];

/// See the head of this file.
pub fn charset(input: &[u8]) {
    let ([declared, size], document) = choices(input);
    let declared = one_of(&DECLARED, declared);
    let last = charset_of(document, true, declared, WINDOWS_1252);
    assert!(last != Charset::NeedMore, "undecided at the end");

    let size = usize::from(size).max(1);
    for end in (0..document.len()).step_by(size).take(64) {
        let early = charset_of(&document[..end], false, declared, WINDOWS_1252);
        assert!(early == Charset::NeedMore || early == last, "{early:?} after {end} bytes, then {last:?}");
        assert!(early != Charset::NeedMore || end < CHARSET_SEARCH, "waits for more than {end} bytes");
    }

    let expected = match (Encoding::for_bom(document), declared) {
        (Some((marked, _)), _) => Some(marked),
        (None, Some(label)) => Encoding::for_label(label.as_bytes()),
        (None, None) => None,
    };
    match (expected, last) {
        (Some(expected), Charset::Known(found)) => assert_eq!(found, expected),
        (Some(expected), Charset::Refused(name)) => assert_eq!(name, expected.name()),
        _ => {}
    }
    if let Charset::Known(found) = last {
        assert!(AsciiCompatibleEncoding::new(found).is_some(), "{} can't be rewritten", found.name());
        // Without a declaration of any kind nothing but the default is left.
        let silent = expected.is_none() && !document.to_ascii_lowercase().windows(7).any(|w| w == b"charset");
        assert!(!silent || found == WINDOWS_1252, "{} from nowhere", found.name());
    }
    // Declared in UTF-8 by a mark: whatever follows.
    let marked = [b"\xef\xbb\xbf", document].concat();
    assert_eq!(charset_of(&marked, false, declared, WINDOWS_1252), Charset::Known(UTF_8));
}
