//! Pages in random pieces through the memory, beside a rewriter without one; and its bounds.

mod guide;

use std::cell::Cell;
use std::sync::Arc;

use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use url::Url;

use super::*;
use crate::html::{Coding, Judged, Limits, Rewriter};
use crate::policy::{Opinion, PageGrants, sample_grants};

const APPROVED: &str = "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC";
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn grants() -> Arc<PageGrants> {
    Arc::new(PageGrants { second_opinion: Opinion::Suspects, ..sample_grants(APPROVED, "ok()") })
}

fn url(path: &str) -> Url {
    Url::parse("https://shop.example/").unwrap().join(path).unwrap()
}

fn asked<'a>(grants: &'a Arc<PageGrants>, url: &'a Url, looks: bool) -> PageAsked<'a> {
    PageAsked { generation: 1, grants, url, charset: encoding_rs::UTF_8, looks }
}

/// What a visitor gets, and what is told.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    output: Vec<u8>,
    verdicts: Vec<String>,
}

fn shown(judged: &Judged) -> String {
    format!("{:?} {} {} {:?}", judged.kind, judged.srcdoc, judged.script, judged.verdict)
}

struct Case {
    replay: Rc<Replay>,
    grants: Arc<PageGrants>,
    url: Url,
    /// How many pages had a guide, and how many were recorded.
    guided: Cell<usize>,
    recorded: Cell<usize>,
}

impl Case {
    fn new() -> Self {
        let (guided, recorded) = (Cell::new(0), Cell::new(0));
        Self { replay: Replay::new(8 << 20), grants: grants(), url: url("/a/"), guided, recorded }
    }

    fn rewriter(&self, tell: Box<dyn FnMut(Judged)>, looks: bool) -> Rewriter {
        let (grants, url) = (Arc::clone(&self.grants), self.url.clone());
        let rewriter = Rewriter::new(grants, url, encoding_rs::UTF_8, Limits::default(), tell).unwrap();
        if looks { rewriter.with_code().unwrap() } else { rewriter }
    }

    /// What parsing makes of it; nothing where the second parser ends it.
    fn wanted(&self, page: &[u8], looks: bool) -> Option<Outcome> {
        let (told, mut output) = (Rc::default(), Vec::new());
        let mut rewriter = self.rewriter(telling(&told, None, Told::default()), looks);
        rewriter.write(page, &mut output).ok()?;
        rewriter.end(&mut output).ok()?;
        Some(outcome(output, &told))
    }

    /// What comes of it here, in pieces, where before one of them nothing comes for too long; and whether it was
    /// parsed.
    fn get(&self, page: &[u8], pieces: &[usize], pause: usize, looks: bool) -> Option<(Outcome, bool)> {
        let told = Rc::<RefCell<Vec<String>>>::default();
        let mut output = Vec::new();
        let mut pieces = cut(page, pieces);
        let turn = self.replay.turn(&asked(&self.grants, &self.url, looks));
        let tell = |judged: &Judged| told.borrow_mut().push(shown(judged));
        let mut owed = Owed::default();
        let alone = |alongside: Alongside| {
            let rewriter = self.rewriter(telling(&told, alongside.recording(), Told::default()), looks);
            (alongside, rewriter)
        };
        let (mut alongside, mut rewriter) = match turn {
            Turn::Pass => alone(Alongside::Nobody),
            Turn::Record(recording) => alone(Alongside::Recording(recording)),
            Turn::Compare(entry) => {
                let mut replaying = Replaying::new(Rc::clone(&entry), looks);
                let place = pieces.iter().enumerate().position(|(number, piece)| {
                    let next = (number != pause).then(|| replaying.next(piece, tell)).flatten();
                    next.inspect(|more| output.extend_from_slice(more)).is_none()
                });
                if place.is_none()
                    && let Some(rest) = replaying.end(tell)
                {
                    output.extend_from_slice(rest);
                    self.replay.equal(&entry, NOW);
                    return Some((outcome(output, &told), false));
                }
                pieces.drain(..place.unwrap_or(pieces.len()));
                let mut alongside = self.replay.differs(&entry, looks);
                let observer = telling(&told, alongside.recording(), replaying.told());
                let rewriter = Box::new(self.rewriter(observer, looks));
                let catching = CatchingUp::new(rewriter, &replaying);
                let rewriter;
                (rewriter, owed) = caught_up(catching, &mut alongside, &mut output)?;
                (alongside, rewriter)
            }
        };
        self.guided.update(|pages| pages + usize::from(matches!(alongside, Alongside::Guide(_))));
        self.recorded.update(|pages| pages + usize::from(alongside.recording().is_some()));
        for (number, piece) in pieces.into_iter().enumerate() {
            let before = output.len();
            if number == pause {
                alongside.read_withheld(&mut rewriter, &mut output).ok()?;
            }
            alongside.write(&mut rewriter, piece, &mut output).ok()?;
            assert!(owed.settle(&mut output, before));
        }
        let before = output.len();
        alongside.end(&mut rewriter, &mut output).ok()?;
        alongside.finish(rewriter.outcome(), None, NOW);
        assert!(owed.settle(&mut output, before) && owed.is_settled());
        Some((outcome(output, &told), true))
    }
}

fn caught_up(
    mut catching: CatchingUp,
    alongside: &mut Alongside,
    output: &mut Vec<u8>,
) -> Option<(Rewriter, Owed)> {
    while let Some(piece) = catching.next(100) {
        let mut again = Vec::new();
        alongside.write(&mut catching.rewriter, &piece, &mut again).ok()?;
        output.extend_from_slice(catching.check(&again).unwrap());
    }
    let owed = catching.owed();
    Some((*catching.rewriter, owed))
}

fn outcome(output: Vec<u8>, told: &Rc<RefCell<Vec<String>>>) -> Outcome {
    let mut verdicts = told.take();
    verdicts.sort();
    Outcome { output, verdicts }
}

fn telling(
    told: &Rc<RefCell<Vec<String>>>,
    recording: Option<&Recording>,
    mut before: Told,
) -> Box<dyn FnMut(Judged)> {
    let (told, verdicts) = (Rc::clone(told), recording.map(Recording::verdicts));
    Box::new(move |judged| {
        if let Some(verdicts) = &verdicts {
            verdicts.add(&judged);
        }
        if !before.again(&judged) {
            told.borrow_mut().push(shown(&judged));
        }
    })
}

fn cut<'a>(page: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let (mut rest, mut pieces) = (page, Vec::new());
    for length in lengths.iter().cycle() {
        let (piece, more) = rest.split_at(rest.len().min(*length));
        pieces.push(piece);
        rest = more;
        if rest.is_empty() {
            break;
        }
    }
    pieces
}

fn part() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "<p>text</p>".to_owned(),
        "<script>ok()</script>".to_owned(),
        "<script>one()</script>".to_owned(),
        "<script src=x.js></script>".to_owned(),
        "<script src=https://cdn.example/x.js></script>".to_owned(),
        "<iframe srcdoc='<script>x()</script><b onclick=y()>'></iframe>".to_owned(),
        "<svg><style></style></svg>".to_owned(),
        "<svg/><path d=M0 />".to_owned(),
        "<template><script>t()</script></template>".to_owned(),
        "<!-- <script> -->".to_owned(),
        "<script>never closed".to_owned(),
        "<b onclick=a()>é".to_owned(),
        "<a href='javascript:b()' title='".to_owned(),
        "<base href=/x/>".to_owned(),
        "<link rel=preload as=script href=/c.js>".to_owned(),
        "<p>more of it</p>".repeat(200),
    ])
}

/// Which page, in which pieces, the piece before which it stops, and whether it is looked through.
type Visit = (usize, Vec<usize>, usize, bool);

fn visit() -> impl Strategy<Value = Visit> {
    (0..6_usize, prop::collection::vec(1..400_usize, 1..6), 0..12_usize, any::<bool>())
}

/// Two pages, and what they are with one byte changed, or cut.
fn pages() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let two = prop::collection::vec(prop::collection::vec(part(), 1..10), 2);
    (two, any::<prop::sample::Index>(), any::<u8>()).prop_map(|(two, place, byte)| {
        let mut pages: Vec<Vec<u8>> = two.into_iter().map(|parts| parts.concat().into_bytes()).collect();
        for page in pages.clone() {
            let place = place.index(page.len());
            pages.push(page[..place].to_vec());
            let mut other = page;
            other[place] = byte;
            pages.push(other);
        }
        pages
    })
}

#[test]
fn whatever_pages_come_in_turn_each_is_what_parsing_makes_of_it() {
    let (mut runner, replayed) = (TestRunner::new(Config::with_source_file(file!())), Cell::new(0));
    let turns = (pages(), prop::collection::vec(visit(), 12));
    let result = runner.run(&turns, |(pages, visits)| {
        let case = Case::new();
        for (number, pieces, pause, looks) in visits {
            // Now and then for a while the same.
            for _ in 0..4 {
                let got = case.get(&pages[number], &pieces, pause, looks);
                replayed.update(|pages| pages + usize::from(matches!(got, Some((_, false)))));
                prop_assert_eq!(got.map(|(got, _)| got), case.wanted(&pages[number], looks));
            }
        }
        Ok(())
    });
    if let Err(why) = result {
        panic!("{why}");
    }
    assert!(replayed.get() > 100, "only {} pages were replayed", replayed.get());
}

#[test]
fn a_page_is_parsed_twice_and_then_not_again_until_it_differs() {
    let case = Case::new();
    let page = b"<p>text<script>one()</script><script>ok()</script><b onclick=a()>".repeat(100);
    let parsed = |page: &[u8], looks| case.get(page, &[500, 1], usize::MAX, looks).unwrap().1;
    assert_eq!([false; 4].map(|looks| parsed(&page, looks)), [true, true, false, false]);
    // Looked through it can stand for both.
    assert_eq!([true, true, false].map(|looks| parsed(&page, looks)), [true, false, false]);
    let other = [&page[..], b"x"].concat();
    assert_eq!([&page, &other, &other, &page].map(|page| parsed(page, true)), [false, true, false, true]);
}

#[test]
fn what_is_written_at_the_end_of_a_page_waits_for_the_end() {
    let case = Case::new();
    let page = b"<p>text<script>o";
    assert_eq!(
        [false; 3].map(|looks| case.get(page, &[100], usize::MAX, looks).unwrap().1),
        [true, true, false]
    );
    let longer = b"<p>text<script>ok()</script>";
    let (got, _) = case.get(longer, &[page.len()], usize::MAX, false).unwrap();
    assert_eq!(got, case.wanted(longer, false).unwrap());
}

#[test]
fn what_the_output_depends_on_tells_pages_apart() {
    let case = Case::new();
    let page = b"<script src=x.js></script>";
    for _ in 0..3 {
        case.get(page, &[100], usize::MAX, false);
    }
    let known = |asked: &PageAsked<'_>| matches!(case.replay.turn(asked), Turn::Compare(_));
    let asked = asked(&case.grants, &case.url, false);
    assert!(known(&asked));
    assert!(!known(&PageAsked { url: &url("/a/?b"), ..asked }));
    assert!(!known(&PageAsked { charset: encoding_rs::WINDOWS_1252, ..asked }));
    assert!(!known(&PageAsked { looks: true, ..asked }));
    assert!(!known(&PageAsked { grants: &grants(), ..asked }));
    assert!(known(&asked));
    assert!(!known(&PageAsked { generation: 2, ..asked }), "and what is of other policies is let go");
    assert!(!known(&asked) && case.replay.memory.borrow().len() == 0);
}

/// Has a page recorded, however often it was asked for.
fn record(replay: &Rc<Replay>, grants: &Arc<PageGrants>, url: &Url, page: &[u8], now: Timestamp) {
    for _ in 0..2 {
        if let Turn::Record(mut recording) = replay.turn(&asked(grants, url, false))
            && recording.step(page, page, None)
        {
            recording.keep(None, None, now);
        }
    }
}

#[test]
fn a_stranger_with_a_million_urls_fills_no_more_than_there_is_room_for() {
    let (most, grants) = (1 << 20, grants());
    let replay = Replay::new(most);
    let mut url = url("/");
    for number in 0..1_000_000 {
        url.set_query(Some(&format!("q={number}")));
        assert!(matches!(replay.turn(&asked(&grants, &url, false)), Turn::Pass));
    }
    assert_eq!(replay.memory.borrow().len(), 0);
    assert!(replay.room.claim(most).is_some());
    for number in 0..20_000 {
        url.set_query(Some(&format!("twice={number}")));
        record(&replay, &grants, &url, &[b'x'; 3000], NOW);
    }
    let kept = replay.memory.borrow().len();
    assert!((100..=1 + most / 6000).contains(&kept), "{kept}");
    // The last ones are those that are kept.
    assert!(matches!(replay.turn(&asked(&grants, &url, false)), Turn::Compare(_)));
    assert!(Arc::weak_count(&grants) <= kept + 1);
}

#[test]
fn what_visitors_still_read_counts_although_it_was_read_withheld() {
    let (most, grants) = (1 << 20, grants());
    let replay = Replay::new(most);
    let held: Vec<bytes::Bytes> = (0..100)
        .filter_map(|number| {
            let url = url(&number.to_string());
            record(&replay, &grants, &url, &b"x".repeat(50_000), NOW);
            match replay.turn(&asked(&grants, &url, false)) {
                Turn::Compare(entry) => Some(entry.whole(Coding::Identity, &replay).unwrap()),
                Turn::Record(_) | Turn::Pass => None,
            }
        })
        .collect();
    assert!(held.len() > 5 && held.iter().map(bytes::Bytes::len).sum::<usize>() < most, "{}", held.len());
    drop(held);
    record(&replay, &grants, &url("later"), &b"x".repeat(50_000), NOW);
    assert!(replay.memory.borrow().len() > 0);
}

#[test]
fn long_pages_and_those_with_many_verdicts_are_not_kept() {
    let (grants, replay) = (grants(), Replay::new(1 << 20));
    record(&replay, &grants, &url("/long"), &b"x".repeat(200_000), NOW);
    assert_eq!(replay.memory.borrow().len(), 0);
    assert!(replay.room.claim(1 << 20).is_some());
    let case = Case::new();
    assert!(matches!(case.replay.turn(&asked(&case.grants, &case.url, false)), Turn::Pass));
    let Turn::Record(mut recording) = case.replay.turn(&asked(&case.grants, &case.url, false)) else {
        panic!("it may be recorded")
    };
    let verdicts = recording.verdicts();
    let mut rewriter = case.rewriter(Box::new(move |judged| verdicts.add(&judged)), false);
    rewriter.write(&b"<script>x</script>".repeat(2000), &mut Vec::new()).unwrap();
    assert!(!recording.step(b"x", b"x", None));
}

#[test]
fn a_minute_without_use_or_the_end_of_the_policies_lets_a_page_go() {
    let (grants, replay) = (grants(), Replay::new(1 << 20));
    let later = |seconds| NOW + SignedDuration::from_secs(seconds);
    let kept = || replay.memory.borrow().len();
    for path in ["/a", "/b"] {
        record(&replay, &grants, &url(path), b"<p>", NOW);
    }
    let Turn::Compare(entry) = replay.turn(&asked(&grants, &url("/a"), false)) else { panic!("it is kept") };
    replay.sweep(1, later(50));
    replay.equal(&entry, later(50));
    assert_eq!(kept(), 2);
    replay.sweep(1, later(70));
    assert_eq!(kept(), 1);
    drop(grants);
    replay.sweep(1, later(71));
    assert_eq!(kept(), 0);
    let grants = self::grants();
    record(&replay, &grants, &url("/c"), b"<p>", later(72));
    assert_eq!(kept(), 1);
    replay.sweep(2, later(72));
    assert_eq!(kept(), 0);
}

/// What is told again while a page is parsed is what it depends on: not the time, nor what came before, nor chance.
/// Were something else to enter, two readings of one page would differ now and then.
#[test]
fn rewriting_is_a_function_of_page_grants_url_and_charset() {
    let page =
        b"<base href=/b/><script src=x.js></script><script>ok()</script><svg><script>s()</script></svg>\
        <iframe srcdoc='<script>x()</script>'></iframe><script type=importmap>{}</script><b onclick=a()>";
    let wanted = Case::new().wanted(page, true);
    for (number, mut case) in (0..20).map(|number| (number, Case::new())) {
        let (got, parsed) = case.get(page, &[number + 1], usize::MAX, true).unwrap();
        assert!(parsed && Some(got) == wanted);
        // In another place everything may be otherwise.
        case.url = url("/other/");
        case.wanted(b"<script src=y.js></script>", false);
    }
}
