//! Any bytes as a document: the bypass makes no difference to what comes out, what is judged, and what is found.

use countersign::html::Limits;
use countersign::policy::{FailMode, Mode, Opinion, Unapproved};
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, WINDOWS_1252};
use std::sync::Arc;

use super::super::beside::{Case, compare};
use super::super::grants::{Modules, Shape, grants};
use super::{choices, one_of};

const CHARSETS: [&Encoding; 5] = [UTF_8, UTF_8, UTF_8, WINDOWS_1252, SHIFT_JIS];
const OPINIONS: [Opinion; 4] = [Opinion::Suspects, Opinion::Suspects, Opinion::Off, Opinion::Always];
const MODULES: [Modules; 3] = [Modules::None, Modules::Own, Modules::Merged];

/// See the head of this file.
pub fn bypass(input: &[u8]) {
    let ([charset, size, flags, more], document) = choices(input);
    let flag = |bit: u8| flags & bit != 0;
    let shape = Shape {
        mode: if flag(1) { Mode::Observe } else { Mode::Enforce },
        unapproved: if flag(2) { Unapproved::Strip } else { Unapproved::Quarantine },
        witness: flag(4),
        opinion: one_of(&OPINIONS, flags >> 6),
        modules: one_of(&MODULES, more),
        ..Shape::default()
    };
    let mut under = Arc::into_inner(grants(&shape)).unwrap();
    if flag(8) {
        under.fail = FailMode::Closed;
    }
    let under = Arc::new(under);
    // Without room, each sign ends the document, and says which one it is; there is none from the first byte on that
    // leaves.
    let (second_parser_bytes, before) =
        if flag(16) { (0, Some(&b"x"[..])) } else { (Limits::default().second_parser_bytes, None) };
    let limits = Limits { inline_script: 4 << 10, attributes: 24, second_parser_bytes, ..Limits::default() };
    let case = Case {
        grants: &under,
        charset: one_of(&CHARSETS, charset),
        limits: &limits,
        whole: flag(32),
        looking: more & 64 != 0,
    };
    let pieces: Vec<&[u8]> = before.into_iter().chain(cut(document, size, more)).collect();
    compare(&pieces, case);
}

/// The pieces in which a document comes: all at once, of one size, or of sizes that change.
fn cut(document: &[u8], size: u8, more: u8) -> Vec<&[u8]> {
    let size = usize::from(size);
    if size == 0 {
        return vec![document];
    }
    if more & 128 == 0 {
        return document.chunks(size).collect();
    }
    let (mut pieces, mut rest, mut next) = (Vec::new(), document, size);
    while !rest.is_empty() {
        next = 1 + next.wrapping_mul(31).wrapping_add(usize::from(more)) % 97;
        let (piece, behind) = rest.split_at(next.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}
