//! Any bytes as a document: nothing panics, pieces change nothing, observing changes nothing, a document
//! comes out of a second pass as it came out of the first, and a second parser finds no grant in it that
//! the policy does not give; on payment pages no script either that would run.

use countersign::html::Limits;
use countersign::policy::{Mode, Unapproved};

use super::super::grants::{Shape, grants};
use super::super::oracle::{Class, scripts};
use super::super::rewriting::rewrite as run;
use super::{CHARSETS, choices, one_of};

/// See the head of this file.
pub fn rewrite(input: &[u8]) {
    let ([charset, size, flags], document) = choices(input);
    let charset = one_of(&CHARSETS, charset);
    let size = usize::from(size).max(1);
    let flag = |bit: u8| flags & bit != 0;
    let shape = Shape {
        unapproved: if flag(1) { Unapproved::Strip } else { Unapproved::Quarantine },
        witness: flag(2),
        payment: flag(4),
        ..Shape::default()
    };
    let enforcing = grants(&shape);
    let limits = Limits { inline_script: 4 << 10, parser_memory: 64 << 10, ..Limits::default() };

    let whole = run([document], &enforcing, charset, &limits);
    let pieces = run(document.chunks(size), &enforcing, charset, &limits);
    // Memory for a tag is only counted when it arrives in pieces, so one may fail and the other not.
    if whole.error.is_none() && pieces.error.is_none() {
        assert_eq!(whole.output, pieces.output, "pieces of {size} changed the output");
        assert_eq!(whole.verdicts, pieces.verdicts, "pieces of {size} changed the verdicts");
    }

    let observing = grants(&Shape { mode: Mode::Observe, ..shape.clone() });
    let observed = run(document.chunks(size), &observing, charset, &limits);
    assert!(observed.error.is_none(), "observing failed: {:?}", observed.error);
    assert_eq!(observed.output, document, "observing changed the document");

    if whole.error.is_some() {
        return;
    }
    let twice = run([whole.output.as_slice()], &enforcing, charset, &limits);
    if twice.error.is_none() {
        assert_eq!(twice.output, whole.output, "a second pass changed the output");
    }
    let (markup, _) = charset.decode_without_bom_handling(&whole.output);
    for script in scripts(&markup) {
        // `class` panics on a wrong grant.
        let class = script.class(&enforcing);
        assert!(!shape.payment || class != Class::Stopped, "would run on a payment page: {script:?}");
    }
}
