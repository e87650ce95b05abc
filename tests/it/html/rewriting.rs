//! Runs the rewriter over a document that arrives in pieces.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use countersign::html::{HtmlError, Limits, OpinionOutcome, Rewriter};
use countersign::policy::PageGrants;
use encoding_rs::Encoding;
use url::Url;

use super::grants::PAGE_URL;

/// What came out of one run.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) output: Vec<u8>,
    /// `kind action reason script`, in order; a `>` before it for each `srcdoc` that it stands in.
    pub(super) verdicts: Vec<String>,
    pub(super) error: Option<HtmlError>,
    /// Why an observing rewriter stopped looking.
    pub(super) blind: Option<String>,
    /// What came of a second opinion.
    pub(super) second_opinion: Option<OpinionOutcome>,
}

/// Rewrites a document whose pieces arrive one after another.
pub(super) fn rewrite<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    grants: &Arc<PageGrants>,
    charset: &'static Encoding,
    limits: &Limits,
) -> Outcome {
    run(pieces, grants, charset, limits, false)
}

/// The same, and code in attributes is looked for.
pub(super) fn rewrite_looking<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    grants: &Arc<PageGrants>,
    charset: &'static Encoding,
    limits: &Limits,
) -> Outcome {
    run(pieces, grants, charset, limits, true)
}

/// Whether all of a document was there when its rewriter was made changes nothing.
fn run<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    grants: &Arc<PageGrants>,
    charset: &'static Encoding,
    limits: &Limits,
    looking: bool,
) -> Outcome {
    let pieces: Vec<&[u8]> = pieces.into_iter().collect();
    let outcome = run_once(&pieces, None, grants, charset, limits, looking);
    let whole = run_once(&pieces, Some(&pieces.concat()), grants, charset, limits, looking);
    let error = |outcome: &Outcome| outcome.error.as_ref().map(ToString::to_string);
    assert_eq!(outcome.output, whole.output);
    assert_eq!(outcome.verdicts, whole.verdicts);
    assert_eq!((error(&outcome), &outcome.blind), (error(&whole), &whole.blind));
    outcome
}

fn run_once(
    pieces: &[&[u8]],
    whole: Option<&[u8]>,
    grants: &Arc<PageGrants>,
    charset: &'static Encoding,
    limits: &Limits,
    looking: bool,
) -> Outcome {
    let verdicts: Rc<RefCell<Vec<String>>> = Rc::default();
    let seen = Rc::clone(&verdicts);
    let observer = move |judged: countersign::html::Judged| {
        let (action, reason) = (judged.verdict.action().decision(), judged.verdict.reason().code());
        let within = ">".repeat(judged.srcdoc);
        let line = format!("{within}{} {action} {reason} {}", judged.kind, judged.script);
        seen.borrow_mut().push(line.trim_end().to_owned());
    };
    let url = Url::parse(PAGE_URL).unwrap();
    let (grants, limits, observer) = (Arc::clone(grants), limits.clone(), Box::new(observer));
    let mut rewriter = match whole {
        Some(whole) => {
            // Cut where it hurts.
            let (first, second) = whole.split_at(whole.len() / 2);
            Rewriter::of_whole(grants, url, charset, limits, observer, [first, second]).unwrap()
        }
        None => Rewriter::new(grants, url, charset, limits, observer).unwrap(),
    };
    if looking {
        rewriter = rewriter.with_code().unwrap();
    }
    let mut output = Vec::new();
    let mut run = || {
        for piece in pieces {
            rewriter.write(piece, &mut output)?;
        }
        rewriter.end(&mut output)
    };
    let error = run().err();
    let blind = rewriter.blind().map(ToString::to_string);
    if error.is_some() {
        let before = output.len();
        assert!(matches!(rewriter.write(b"<p>", &mut output), Err(HtmlError::Spent)));
        assert!(matches!(rewriter.end(&mut output), Err(HtmlError::Spent)));
        assert_eq!(output.len(), before, "nothing leaves after an error");
    }
    let second_opinion = rewriter.outcome();
    drop(rewriter);
    let verdicts = Rc::try_unwrap(verdicts).unwrap().into_inner();
    Outcome { output, verdicts, error, blind, second_opinion }
}
