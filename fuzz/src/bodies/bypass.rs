//! Any bytes as a document: the bypass makes no difference to what comes out, what is judged, and what is found; nor
//! does it where stretches that are the same as in the last document are taken over from that.

use countersign::html::Limits;
use countersign::policy::{FailMode, Mode, Opinion, Unapproved};
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, WINDOWS_1252};
use std::sync::Arc;

use super::super::beside::{Case, compare};
use super::super::grants::{Modules, Shape, grants};
use super::super::last::{Visit, compare_beside};
use super::{choices, one_of};

const CHARSETS: [&Encoding; 5] = [UTF_8, UTF_8, UTF_8, WINDOWS_1252, SHIFT_JIS];
const OPINIONS: [Opinion; 4] = [Opinion::Suspects, Opinion::Suspects, Opinion::Off, Opinion::Always];
const MODULES: [Modules; 3] = [Modules::None, Modules::Own, Modules::Merged];

/// See the head of this file.
pub fn bypass(input: &[u8]) {
    in_cases(input, |pieces, case, _| compare(pieces, case));
}

/// The same of a document that differs in one place from the last one.
pub fn stretches(input: &[u8]) {
    let mut input = input.to_vec();
    if let [_, size, flags, more, ..] = input.as_mut_slice() {
        // Enforced, not looked through, and in pieces: otherwise nothing is taken over.
        (*flags, *more) = (*flags & !1, *more & !64);
        *size = (*size).max(1 + *more % 40);
    }
    in_cases(&input, |pieces, case, chosen| {
        let [charset, size, flags, more] = chosen;
        // What is the first piece of the one is that of the other.
        let (first, last) = if flags & 16 == 0 { (None, pieces) } else { (pieces.first(), &pieces[1..]) };
        let this = changed(&last.concat(), chosen);
        // Each may have come whole, and in pieces of its own.
        let again = cut(&this, size.rotate_left(u32::from(charset) % 3), more);
        let again: Vec<&[u8]> = first.copied().into_iter().chain(again).collect();
        let whole = flags & 2 != 0;
        compare_beside(Visit { pieces, case }, Visit { pieces: &again, case: Case { whole, ..case } });
    });
}

/// A document with one change somewhere.
fn changed(document: &[u8], [charset, size, flags, more]: [u8; 4]) -> Vec<u8> {
    const PUT_IN: [&[u8]; 8] = [
        b"x",
        b"<",
        b"<p>",
        b"</div>",
        b"<base href=/sub/>",
        b"<svg>",
        b"<script>ok()</script>",
        b"token=0123",
    ];
    let place =
        [size, more, flags, charset].iter().fold(7_usize, |place, byte| place * 31 + usize::from(*byte));
    let at = place % document.len().saturating_add(1);
    let (before, behind) = document.split_at(at);
    let gone = usize::from(more) % 4;
    [before, one_of(&PUT_IN, charset ^ more), behind.get(gone..).unwrap_or_default()].concat()
}

/// Has the document that the input is checked under the circumstances that it chooses.
fn in_cases(input: &[u8], check: impl FnOnce(&[&[u8]], Case<'_>, [u8; 4])) {
    let (chosen, document) = choices(input);
    let [charset, size, flags, more] = chosen;
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
    check(&pieces, case, chosen);
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
