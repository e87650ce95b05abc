//! A document beside the last one: what is taken over from that makes no difference.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use countersign::html::{Difference, HtmlError, Judged, Limits, OpinionOutcome, Rewriter, Stretch, Waypoint};
use countersign::policy::Opinion;
use encoding_rs::UTF_8;
use url::Url;

use super::beside::Case;
use super::grants::{PAGE_URL, Shape, grants};

/// Bytes that were taken over in this process.
pub(super) static TAKEN_OVER: AtomicU64 = AtomicU64::new(0);

/// A document in its pieces, under its circumstances.
#[derive(Clone, Copy)]
pub(super) struct Visit<'a> {
    pub(super) pieces: &'a [&'a [u8]],
    pub(super) case: Case<'a>,
}

/// What came of one.
struct Run {
    output: Vec<u8>,
    verdicts: Vec<Judged>,
    error: Option<HtmlError>,
    outcome: Option<OpinionOutcome>,
    places: Vec<Place>,
}

/// How far all was somewhere in it, and what was known there.
#[derive(Default)]
struct Place {
    input: usize,
    output: usize,
    verdicts: usize,
    waypoint: Option<Waypoint>,
}

fn rewriter(visit: Visit<'_>, told: &Rc<RefCell<Vec<Judged>>>) -> Rewriter {
    let Visit { pieces, case } = visit;
    let told = Rc::clone(told);
    let observer = Box::new(move |judged: Judged| told.borrow_mut().push(judged));
    let (url, grants, limits) = (Url::parse(PAGE_URL).unwrap(), Arc::clone(case.grants), case.limits.clone());
    if case.whole {
        let whole = pieces.concat();
        return Rewriter::of_whole(grants, url, case.charset, limits, observer, [&whole, b""]).unwrap();
    }
    Rewriter::new(grants, url, case.charset, limits, observer).unwrap()
}

/// Has one rewritten by `read`, and notes all places.
fn run(
    visit: Visit<'_>,
    mut read: impl FnMut(&mut Rewriter, &[u8], usize, &mut Vec<u8>) -> Result<usize, HtmlError>,
) -> Run {
    let told = Rc::default();
    let mut rewriter = rewriter(visit, &told);
    let begins = Place { waypoint: rewriter.waypoint(), ..Place::default() };
    let (document, mut output, mut places, mut at) = (visit.pieces.concat(), Vec::new(), vec![begins], 0);
    let mut sizes = visit.pieces.iter().map(|piece| piece.len()).cycle();
    let mut written = || {
        while at < document.len() {
            let size = sizes.next().unwrap().max(1);
            let next = document.len().min(at + size);
            at = match read(&mut rewriter, &document, at, &mut output)? {
                0 => {
                    rewriter.write(&document[at..next], &mut output)?;
                    next
                }
                taken => at + taken,
            };
            let (verdicts, waypoint) = (told.borrow().len(), rewriter.waypoint());
            if let (Some(waypoint), Some(place)) = (&waypoint, rewriter.dealt_with()) {
                // What waits is the beginning of a tag.
                assert!(place == at || document[place] == b'<', "{place} of {at}");
                assert!(rewriter.is_at(waypoint, &document[..at]));
            }
            places.push(Place { input: at, output: output.len(), verdicts, waypoint });
        }
        rewriter.end(&mut output)
    };
    let error = written().err();
    let outcome = rewriter.outcome();
    drop(rewriter);
    Run { output, verdicts: Rc::try_unwrap(told).unwrap().into_inner(), error, outcome, places }
}

/// Takes over what comes next from the last document, if it is the same from somewhere on where the same was known.
fn take_over(
    (last, run): (&[u8], &Run),
    rewriter: &mut Rewriter,
    (this, at): (&[u8], usize),
    output: &mut Vec<u8>,
) -> Result<usize, HtmlError> {
    let longer = last.len().abs_diff(this.len());
    let moved = if last.len() > this.len() { Some(at + longer) } else { at.checked_sub(longer) };
    for begins in [Some(at), moved].into_iter().flatten() {
        let Ok(number) = run.places.binary_search_by_key(&begins, |place| place.input) else { continue };
        let (from, later) = (&run.places[number], &run.places[number + 1..]);
        let Some(known) = &from.waypoint else { continue };
        let same = last[begins..].iter().zip(&this[at..]).take_while(|(one, other)| one == other).count();
        let reached = later.iter().rfind(|place| place.waypoint.is_some() && place.input <= begins + same);
        let Some(to) = reached else { continue };
        let length = to.input - from.input;
        let stretch = Stretch {
            from: known,
            to: to.waypoint.as_ref().unwrap(),
            read: &last[..to.input],
            length,
            output: &run.output[from.output..to.output],
        };
        if rewriter.pass_over(&stretch, run.verdicts[from.verdicts..to.verdicts].iter(), output)? {
            TAKEN_OVER.fetch_add(length as u64, Ordering::Relaxed);
            return Ok(length);
        }
    }
    Ok(0)
}

/// Panics, saying what differs, where taking over from the last document makes a difference to this one.
pub(super) fn compare_beside(last: Visit<'_>, this: Visit<'_>) {
    let nothing = |_: &mut Rewriter, _: &[u8], _: usize, _: &mut Vec<u8>| Ok(0);
    let (before, wanted) = (run(last, nothing), run(this, nothing));
    let document = last.pieces.concat();
    let got =
        run(this, |rewriter, this, at, output| take_over((&document, &before), rewriter, (this, at), output));
    let memory = |run: &Run| matches!(run.error, Some(HtmlError::OutOfMemory));
    if memory(&got) || memory(&wanted) {
        return;
    }
    let kind = |run: &Run| match &run.error {
        // Of several signs in one piece, the one that is named depends on the pieces.
        Some(HtmlError::Difference { difference: Difference::LateSign(_), .. }) => "a late sign".to_owned(),
        Some(HtmlError::Difference { difference, .. }) => format!("{difference:?}"),
        error => format!("{error:?}"),
    };
    assert_eq!(kind(&got), kind(&wanted), "errors: left what took over");
    assert_eq!(got.outcome, wanted.outcome, "second opinion");
    let text = |run: &Run| String::from_utf8_lossy(&run.output).into_owned();
    if wanted.error.is_none() {
        assert_eq!(text(&got), text(&wanted), "output: left what took over");
        assert!(got.output == wanted.output);
        assert_eq!(format!("{:?}", got.verdicts), format!("{:?}", wanted.verdicts));
    } else {
        // In which pieces it comes says how much has come out before.
        let is_one = got.output.starts_with(&wanted.output) || wanted.output.starts_with(&got.output);
        assert!(is_one, "{} {}", text(&got), text(&wanted));
    }
}

/// What is known of signs matters behind places where nothing else differs: the last document, this one, and where they
/// are cut.
const SIGNS: [[&str; 2]; 4] = [
    // The beginning of a CDATA section has passed.
    ["<svg></svg><p a><style>x<![CDATA[y</style><p>", "<svg></svg><p b><style>x<![CDATA[y</style><p>"],
    ["<svg></svg><p a><style>x<![CDATA[y</style><p>", "<svg></svg><p a><style>xyz[CDATA[y</style><p>"],
    // A column counts for something behind a template.
    ["<p></p>                      <p></p><col><p>x</p>", "<p></p><template></template><p></p><col><p>x</p>"],
    // Behind the first sign nobody looks for a second one.
    [
        "<svg></svg><style><![CDATA[</style><p>one</p><style><![CDATA[</style><p>two</p>",
        "<svg></svg><style><!?CDATA[</style><p>one</p><style><![CDATA[</style><p>two</p>",
    ],
];

#[test]
fn signs_are_found_although_what_is_behind_them_is_taken_over() {
    let grants = grants(&Shape { opinion: Opinion::Suspects, ..Shape::default() });
    let limits = Limits::default();
    let case = Case { grants: &grants, charset: UTF_8, limits: &limits, whole: false, looking: false };
    for [last, this] in SIGNS {
        for size in 1..last.len() {
            for other in 1..this.len() {
                let (last, this): (Vec<&[u8]>, Vec<&[u8]>) =
                    (last.as_bytes().chunks(size).collect(), this.as_bytes().chunks(other).collect());
                compare_beside(Visit { pieces: &last, case }, Visit { pieces: &this, case });
            }
        }
    }
}
