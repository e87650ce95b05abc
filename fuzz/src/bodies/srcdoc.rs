//! Any text as a document in `srcdoc`, some levels deep: a second parser that reads such documents too finds
//! no grant in it that the policy does not give, and on payment pages no script that would run; a second
//! pass changes nothing; pieces change nothing; observing changes nothing.

use countersign::html::Limits;
use countersign::policy::{Mode, Unapproved};

use super::super::grants::{Shape, grants};
use super::super::oracle::{Class, scripts};
use super::super::rewriting::rewrite;
use super::{CHARSETS, choices, one_of};

/// See the head of this file.
pub fn srcdoc(input: &[u8]) {
    let ([charset, depth, size, flags], text) = choices(input);
    let charset = one_of(&CHARSETS, charset);
    let text = String::from_utf8_lossy(text).into_owned();
    let mut markup = text.clone();
    let depth = depth % 5 + 1;
    for _ in 0..depth {
        let escaped = markup.replace('&', "&amp;").replace('"', "&quot;");
        markup = format!("<p>before<iframe srcdoc=\"{escaped}\"></iframe>after");
    }
    let (document, _, _) = charset.encode(&markup);

    let flag = |bit: u8| flags & bit != 0;
    let unapproved = if flag(1) { Unapproved::Strip } else { Unapproved::Quarantine };
    let shape = Shape { unapproved, payment: flag(2), ..Shape::default() };
    let (enforcing, limits) = (grants(&shape), Limits::default());
    let whole = rewrite([&document[..]], &enforcing, charset, &limits);
    let pieces = rewrite(document.chunks(usize::from(size).max(1)), &enforcing, charset, &limits);
    let observing = grants(&Shape { mode: Mode::Observe, ..shape.clone() });
    let observed = rewrite([&document[..]], &observing, charset, &limits);
    assert_eq!(observed.output, &document[..], "observing changed the document");
    if whole.error.is_some() || pieces.error.is_some() {
        return;
    }
    assert_eq!(whole.output, pieces.output, "pieces changed the output");

    let (after, _) = charset.decode_without_bom_handling(&whole.output);
    for script in scripts(&after) {
        // `class` panics on a wrong grant.
        let class = script.class(&enforcing);
        assert!(!shape.payment || class != Class::Stopped, "would run on a payment page: {script:?}");
    }
    let twice = rewrite([whole.output.as_slice()], &enforcing, charset, &limits);
    if twice.error.is_none() {
        assert_eq!(twice.output, whole.output, "a second pass changed the output");
    }
}
