//! The whole way of a page: coded bytes in pieces are decoded, the charset is found, the markup is
//! rewritten, the outcome is encoded again. However the bytes were cut and coded, what a browser decodes
//! is what rewriting the plain document in one piece gives.

use countersign::html::{CHARSET_SEARCH, Charset, Coding, Decoder, Encoder, HtmlError, Limits, charset_of};
use encoding_rs::WINDOWS_1252;

use super::super::grants::{Shape, grants};
use super::super::rewriting::rewrite;
use super::{choices, one_of};

const CODINGS: [Coding; 5] = [Coding::Identity, Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];
const DECLARED: [Option<&str>; 8] = [
    None,
    Some("utf-8"),
    Some("shift_jis"),
    Some("gb18030"),
    Some("euc-kr"),
    Some("utf-16le"),
    Some("iso-2022-jp"),
    Some("nobody's"),
];

/// See the head of this file.
pub fn pipeline(input: &[u8]) {
    let ([coding, declared, size, flags], document) = choices(input);
    let (coding, declared) = (one_of(&CODINGS, coding), one_of(&DECLARED, declared));
    let size = usize::from(size).max(1);
    let grants = grants(&Shape { payment: flags & 1 != 0, witness: flags & 2 != 0, ..Shape::default() });
    let limits = Limits { decoded: 1 << 20, ..Limits::default() };

    let coded = encoded(coding, document, size);
    let Ok(pieces) = decoded(coding, &coded, size, &limits) else {
        // One repeated byte packs better than the ratio allows.
        return;
    };
    assert_eq!(pieces.concat(), document, "{coding:?} in pieces of {size}");
    let Some(charset) = found(&pieces, declared) else { return };
    assert_eq!(Charset::Known(charset), charset_of(document, true, declared, WINDOWS_1252));

    let whole = rewrite([document], &grants, charset, &limits);
    let through = rewrite(pieces.iter().map(Vec::as_slice), &grants, charset, &limits);
    if whole.error.is_some() || through.error.is_some() {
        // On disagreement: see `rewrite`.
        return;
    }
    let back = decoded(coding, &encoded(coding, &through.output, size), size, &limits);
    if let Ok(back) = back {
        assert_eq!(back.concat(), whole.output, "{coding:?}, {declared:?}, pieces of {size}");
    }
}

/// The charset as the proxy finds it: from as few of the first bytes as will do.
fn found(pieces: &[Vec<u8>], declared: Option<&str>) -> Option<&'static encoding_rs::Encoding> {
    let mut prefix = Vec::new();
    for piece in pieces {
        prefix.extend_from_slice(piece);
        match charset_of(&prefix, false, declared, WINDOWS_1252) {
            Charset::Known(charset) => return Some(charset),
            Charset::Refused(_) => return None,
            Charset::NeedMore => assert!(prefix.len() < CHARSET_SEARCH, "waits too long"),
        }
    }
    match charset_of(&prefix, true, declared, WINDOWS_1252) {
        Charset::Known(charset) => Some(charset),
        Charset::Refused(_) => None,
        Charset::NeedMore => panic!("undecided at the end"),
    }
}

fn encoded(coding: Coding, plain: &[u8], size: usize) -> Vec<u8> {
    let mut encoder = Encoder::new(coding).expect("an encoder");
    let mut out = Vec::new();
    for piece in plain.chunks(size) {
        encoder.write(piece, &mut out).expect("encodes");
    }
    encoder.finish(&mut out).expect("ends");
    out
}

fn decoded(coding: Coding, coded: &[u8], size: usize, limits: &Limits) -> Result<Vec<Vec<u8>>, HtmlError> {
    let mut decoder = Decoder::new(coding, limits)?;
    let mut pieces = Vec::new();
    for piece in coded.chunks(size) {
        let mut out = Vec::new();
        decoder.write(piece, &mut out)?;
        pieces.push(out);
    }
    let mut out = Vec::new();
    decoder.finish(&mut out)?;
    pieces.push(out);
    Ok(pieces)
}
