//! The rewriter with its bypass beside the parser alone: what comes out must be the same.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use countersign::html::{HtmlError, Judged, KnownTags, Limits, OpinionOutcome, Rewriter};
use countersign::policy::{Mode, PageGrants};
use encoding_rs::Encoding;
use url::Url;

use super::grants::PAGE_URL;

/// What came of a document.
struct Run {
    output: Vec<u8>,
    verdicts: Vec<String>,
    error: Option<HtmlError>,
    blind: Option<String>,
    outcome: Option<OpinionOutcome>,
    /// After each piece: what it stands for, and how much had come out.
    steps: Vec<(Option<usize>, usize)>,
    /// After an error.
    dealt_with: Option<usize>,
}

impl Run {
    /// Everything, to be compared.
    fn all(&self) -> String {
        let Self { output, verdicts, error, blind, outcome, steps, dealt_with } = self;
        format!("{output:?} {verdicts:?} {error:?} {blind:?} {outcome:?} {steps:?} {dealt_with:?}")
    }
}

/// Under which circumstances.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) grants: &'a Arc<PageGrants>,
    pub(super) charset: &'static Encoding,
    pub(super) limits: &'a Limits,
    /// The rewriter gets to know that the document is whole.
    pub(super) whole: bool,
    /// Code in attributes is looked for.
    pub(super) looking: bool,
}

/// With a bypass and what it knows of tags, or by the parser alone.
fn run(pieces: &[&[u8]], case: Case<'_>, bypass: Option<&KnownTags>) -> Run {
    let verdicts: Rc<RefCell<Vec<String>>> = Rc::default();
    let seen = Rc::clone(&verdicts);
    let observer = Box::new(move |judged: Judged| seen.borrow_mut().push(format!("{judged:?}")));
    let url = Url::parse(PAGE_URL).unwrap();
    let (grants, limits) = (Arc::clone(case.grants), case.limits.clone());
    let mut rewriter = if case.whole {
        let whole = pieces.concat();
        let (first, second) = whole.split_at(whole.len() / 3);
        Rewriter::of_whole(grants, url, case.charset, limits, observer, [first, second]).unwrap()
    } else {
        Rewriter::new(grants, url, case.charset, limits, observer).unwrap()
    };
    rewriter = rewriter.with_texts();
    rewriter = match bypass {
        Some(known) => rewriter.with_known(known),
        None => rewriter.without_bypass().unwrap(),
    };
    if case.looking {
        rewriter = rewriter.with_code().unwrap();
    }
    let (mut output, mut steps) = (Vec::new(), Vec::new());
    let mut written = || {
        for piece in pieces {
            rewriter.write(piece, &mut output)?;
            steps.push((rewriter.dealt_with(), output.len()));
        }
        rewriter.end(&mut output)
    };
    let error = written().err();
    let (outcome, dealt_with) = (rewriter.outcome(), rewriter.dealt_with());
    let blind = rewriter.blind().map(ToString::to_string);
    drop(rewriter);
    let mut verdicts = Rc::try_unwrap(verdicts).unwrap().into_inner();
    if case.looking {
        // Code in attributes is told after the piece with which it leaves.
        verdicts.sort();
    }
    Run { output, verdicts, error, blind, outcome, steps, dealt_with }
}

fn is_out_of_memory(run: &Run) -> bool {
    matches!(run.error, Some(HtmlError::OutOfMemory))
        || run.blind.as_deref() == Some(&HtmlError::OutOfMemory.to_string())
}

/// Panics, saying what differs, where the bypass makes a difference to a document that comes in these pieces.
pub(super) fn compare(pieces: &[&[u8]], case: Case<'_>) {
    let known = KnownTags::default();
    let with = run(pieces, case, Some(&known));
    let again = run(pieces, case, Some(&known));
    assert_eq!(
        String::from_utf8_lossy(&again.output),
        String::from_utf8_lossy(&with.output),
        "with known tags"
    );
    assert_eq!(again.all(), with.all(), "with known tags, and without");
    let alone = run(pieces, case, None);
    // What waits and what is nested counts only where the parser has it.
    if is_out_of_memory(&with) || is_out_of_memory(&alone) {
        return;
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let differs = matches!(&alone.error, Some(HtmlError::Difference { .. }));
    let told = |run: &Run| match &run.error {
        Some(HtmlError::Difference { difference, .. }) => format!("{difference:?}"),
        error => format!("{error:?}"),
    };
    assert_eq!(told(&with), told(&alone), "errors: left with, right without bypass");
    assert_eq!(with.blind, alone.blind);
    if alone.error.is_some() {
        // How much had come out before depends on what waited.
        let (shorter, longer) =
            if with.output.len() < alone.output.len() { (&with, &alone) } else { (&alone, &with) };
        assert!(
            longer.output.starts_with(&shorter.output),
            "{:?}, alone {:?}",
            text(&with.output),
            text(&alone.output)
        );
    } else {
        assert_eq!(text(&with.output), text(&alone.output), "output: left with, right without bypass");
        assert_eq!(with.output, alone.output);
    }
    if !differs {
        // Code in attributes is looked for in what has left, and that differs where the document ends with an error.
        let failed = alone.error.is_some() || alone.blind.is_some();
        let judged = |run: &Run| -> Vec<String> {
            let code = |line: &&String| failed && line.contains("attribute: Some(");
            run.verdicts.iter().filter(|line| !code(line)).cloned().collect()
        };
        assert_eq!(judged(&with), judged(&alone), "verdicts: left with, right without bypass");
    }
    assert_eq!(with.outcome, alone.outcome, "second opinion");
    // Byte by byte, the parser alone says of nearly each place what has come out there.
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    let observes = case.grants.mode == Mode::Observe;
    if length < 600 && !differs && !case.whole && !observes {
        let document = pieces.concat();
        let bytes: Vec<&[u8]> = document.chunks(1).collect();
        let mut places: HashMap<usize, HashSet<usize>> = HashMap::new();
        for (place, out) in run(&bytes, case, None).steps {
            if let Some(place) = place {
                places.entry(place).or_default().insert(out);
            }
        }
        let last = with.error.is_some().then_some((with.dealt_with, with.output.len()));
        for (place, out) in with.steps.iter().chain(&last) {
            if let Some(known) = place.and_then(|place| places.get(&place)) {
                assert!(known.contains(out), "at {place:?} {out} bytes had come out, not {known:?}");
            }
        }
    }
}
