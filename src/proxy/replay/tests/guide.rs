//! Pages beside the last one that differ from it here and there.

use std::fmt::Write as _;

use super::*;
use crate::proxy::replay::guide::Guide;

/// A page that was recorded in steps of these sizes; `None` where it is none that is kept.
fn recorded(case: &Case, page: &[u8], steps: &[usize]) -> Option<Rc<Entry>> {
    let key = asked(&case.grants, &case.url, false).key(7);
    let mut recording = Recording::new(&case.replay, key, false, false);
    let verdicts = recording.verdicts();
    let mut rewriter = case.rewriter(Box::new(move |judged| verdicts.add(&judged)), false);
    let mut output = Vec::new();
    recording.begins(|| rewriter.waypoint());
    for step in cut(page, steps) {
        let before = output.len();
        rewriter.write(step, &mut output).ok()?;
        assert!(recording.step(step, &output[before..], rewriter.waypoint()));
    }
    let before = output.len();
    rewriter.end(&mut output).ok()?;
    assert!(recording.step(&[], &output[before..], None));
    recording.keep(rewriter.outcome(), None, NOW);
    case.replay.memory.borrow().kept(7)
}

/// What comes of a page beside the last, in pieces, where nothing comes for a while before some; and how much of it was
/// passed over.
fn beside(
    case: &Case,
    last: &Rc<Entry>,
    page: &[u8],
    pieces: &[usize],
    pauses: usize,
) -> Option<(Outcome, usize)> {
    let (told, mut output) = (Rc::default(), Vec::new());
    let mut rewriter = case.rewriter(telling(&told, None, Told::default()), false);
    let mut guide = Alongside::Guide(Box::new(Guide::new(&case.replay, last)));
    case.replay.take_same();
    for (number, piece) in cut(page, pieces).into_iter().enumerate() {
        if pauses > 0 && number % pauses == 0 {
            guide.read_withheld(&mut rewriter, &mut output).ok()?;
        }
        guide.write(&mut rewriter, piece, &mut output).ok()?;
    }
    guide.end(&mut rewriter, &mut output).ok()?;
    guide.finish(rewriter.outcome(), None, NOW);
    Some((outcome(output, &told), case.replay.take_same()))
}

/// A page, and what is put in its place: from where, instead of how much, what.
type Change = (prop::sample::Index, usize, String);

fn changed(page: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut page = page.to_vec();
    for (place, instead_of, what) in changes {
        let from = place.index(page.len() + 1);
        let to = page.len().min(from + instead_of);
        page.splice(from..to, what.bytes());
    }
    page
}

fn change() -> impl Strategy<Value = Change> {
    let what = prop_oneof![part(), "[a-z<>\"=/ ]{0,12}", Just("0123456789abcdef".to_owned())];
    (any::<prop::sample::Index>(), prop_oneof![Just(0_usize), Just(16), 0..300_usize], what)
}

#[test]
fn whatever_has_changed_a_page_is_what_parsing_makes_of_it() {
    let (mut runner, passed_over) =
        (TestRunner::new(Config { cases: 1000, ..Config::with_source_file(file!()) }), Cell::new(0));
    let sizes = |most: usize| prop::collection::vec(1..most, 1..6);
    let page = (
        prop::collection::vec(part(), 1..30),
        prop::collection::vec(change(), 1..4),
        any::<prop::sample::Index>(),
    );
    let ways = (sizes(400), sizes(3000), 0..4_usize);
    let result = runner.run(&(page, ways), |((parts, changes, shorter), (steps, pieces, pauses))| {
        let case = Case::new();
        let page = parts.concat().into_bytes();
        let Some(last) = recorded(&case, &page, &steps) else { return Ok(()) };
        let (changed, page) = (changed(&page, &changes), page);
        let shorter = page[..shorter.index(page.len())].to_vec();
        for (other, counts) in [(&changed, true), (&page, false), (&shorter, false)] {
            let got = beside(&case, &last, other, &pieces, pauses);
            if counts {
                // Behind the first difference.
                let same = page.iter().zip(other).take_while(|(one, other)| one == other).count();
                let bytes = got.as_ref().map_or(0, |(_, bytes)| bytes.saturating_sub(same));
                passed_over.update(|so_far| so_far + bytes);
            }
            prop_assert_eq!(got.map(|(got, _)| got), case.wanted(other, false));
        }
        Ok(())
    });
    if let Err(why) = result {
        panic!("{why}");
    }
    assert!(passed_over.get() > 100_000, "only {} bytes were passed over", passed_over.get());
}

/// A page of 50 KB with scripts and a token of this length somewhere.
fn with_token(at: usize, token: &str) -> Vec<u8> {
    let mut page =
        String::from("<!doctype html><title>Shop</title><script src=https://cdn.example/x.js></script>");
    for number in 0..500 {
        writeln!(
            page,
            "<div class=item><a href=/{number}>It <b>costs</b></a> <br>something &amp; more</div>"
        )
        .unwrap();
        if number % 100 == 7 {
            page.push_str("<svg><path d='M0 0'/></svg><script>ok()</script>");
        }
        if number == at {
            write!(page, "<input type=hidden name=token value=\"{token}\">").unwrap();
        }
    }
    page.into_bytes()
}

#[test]
fn nearly_all_of_a_page_with_another_token_is_passed_over() {
    let case = Case::new();
    for at in [0, 250, 499] {
        let last = recorded(&case, &with_token(at, "0123456789"), &[2048]).unwrap();
        for (token, pieces) in
            [("9876543210", 16 << 10), ("98765", 1460), ("a longer one, of 28 characters", 5000)]
        {
            let page = with_token(at, token);
            let (got, passed_over) = beside(&case, &last, &page, &[pieces], 0).unwrap();
            assert_eq!(Some(got), case.wanted(&page, false));
            assert!(page.len() - passed_over < 10_000, "{at} {token}: {passed_over} of {}", page.len());
        }
    }
}

#[test]
fn what_waits_for_a_mark_leaves_once_nothing_comes() {
    let case = Case::new();
    let last = recorded(&case, &with_token(0, "one"), &[500]).unwrap();
    let (mut rewriter, mut alone) =
        (case.rewriter(Box::new(|_| {}), false), case.rewriter(Box::new(|_| {}), false));
    let (mut guide, mut output, mut wanted) = (Guide::new(&case.replay, &last), Vec::new(), Vec::new());
    for piece in with_token(0, "two").chunks(777) {
        guide.write(&mut rewriter, piece, &mut output).unwrap();
        guide.read_withheld(&mut rewriter, &mut output).unwrap();
        alone.write(piece, &mut wanted).unwrap();
        assert_eq!((rewriter.dealt_with(), output.len()), (alone.dealt_with(), wanted.len()));
    }
    assert!(output == wanted && guide.passed_over() > 0);
}

#[test]
fn a_page_that_differs_all_over_is_read_without_looking_on_and_on() {
    let case = Case::new();
    let page = |word: &str| format!("<p class={word}>{word} <b>{word}</b></p>").repeat(2000).into_bytes();
    let last = recorded(&case, &page("one"), &[2048]).unwrap();
    let mut rewriter = case.rewriter(Box::new(|_| {}), false);
    let mut guide = Guide::new(&case.replay, &last);
    let (mut output, other) = (Vec::new(), page("another"));
    for piece in other.chunks(4096) {
        guide.write(&mut rewriter, piece, &mut output).unwrap();
    }
    assert!(guide.passed_over() == 0 && output == other);
    // And the next one has no guide.
    assert!(guide.is_lost());
    guide.ends();
    assert!(case.replay.memory.borrow().kept(7).is_none());
}

#[test]
fn pages_that_keep_differing_are_guided_and_now_and_then_recorded_anew() {
    let case = Case::new();
    for number in 0..200 {
        let page = with_token(100, &format!("{number:010}"));
        let (got, parsed) = case.get(&page, &[16 << 10], usize::MAX, false).unwrap();
        assert!(parsed && Some(got) == case.wanted(&page, false));
    }
    let (guided, recorded) = (case.guided.get(), case.recorded.get());
    assert!(guided > 150 && (3..20).contains(&recorded), "{guided} guided, {recorded} recorded");
}

#[test]
fn being_a_guide_keeps_no_page_longer() {
    let case = Case::new();
    let last = recorded(&case, &with_token(0, "one"), &[2048]).unwrap();
    let is_kept_after = |seconds| {
        case.replay.sweep(0, NOW + SignedDuration::from_secs(seconds));
        case.replay.memory.borrow().kept(7).is_some()
    };
    for seconds in [20, 40, 60] {
        assert!(matches!(case.replay.differs(&last, false), Alongside::Guide(_)));
        assert!(is_kept_after(seconds));
    }
    assert!(!is_kept_after(61));
}
