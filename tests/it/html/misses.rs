//! How often the rewriter alone overlooks a script, and that with a second opinion it never does.
//!
//! Documents are made by a generator that always makes the same ones, out of the pieces that lead parsers
//! apart; html5ever with a whole tree reads what left. The number of documents is small enough for every
//! run; `a_million_documents` is run by hand: `cargo test --release --test it misses -- --ignored
//! --nocapture`.

#![expect(clippy::print_stdout, reason = "the figures are what it is run for")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::html::{HtmlError, Limits, OpinionOutcome};
use countersign::policy::{Opinion, PageGrants};
use encoding_rs::UTF_8;

use super::grants::{Shape, grants};
use super::oracle::{Class, scripts};
use super::rewriting::rewrite;

/// Numbers that look random and are always the same (xorshift).
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    pub(super) fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// What a document is made of. Elements come with and without end tags, because where the end tag is
/// missing or stands in the wrong place, parsers part.
const OPENS: [&str; 72] = [
    "<svg>",
    "<svg/>",
    "<math>",
    "<math/>",
    "<mi>",
    "<mo>",
    "<mn>",
    "<ms>",
    "<mtext>",
    "<mglyph>",
    "<malignmark>",
    "<annotation-xml>",
    "<annotation-xml encoding=text/html>",
    "<annotation-xml encoding='text&sol;html'>",
    "<desc>",
    "<foreignObject>",
    "<foreignobject/>",
    "<title>",
    "<title/>",
    "<title t=>",
    "<style>",
    "<style/>",
    "<g>",
    "<g/>",
    "<a>",
    "<b>",
    "<i>",
    "<nobr>",
    "<font>",
    "<font color=x>",
    "<p>",
    "<div>",
    "<span>",
    "<h1>",
    "<ul>",
    "<li>",
    "<dl>",
    "<dd>",
    "<pre>",
    "<table>",
    "<caption>",
    "<colgroup>",
    "<col>",
    "<tbody>",
    "<tr>",
    "<td>",
    "<th>",
    "<template>",
    "<select>",
    "<option>",
    "<optgroup>",
    "<button>",
    "<form>",
    "<input>",
    "<input type=hidden>",
    "<object>",
    "<applet>",
    "<marquee>",
    "<noscript>",
    "<iframe>",
    "<xmp>",
    "<noembed>",
    "<noframes>",
    "<textarea>",
    "<frameset>",
    "<frame>",
    "<head>",
    "<body>",
    "<html>",
    "<br>",
    "<hr>",
    "<plaintext>",
];
const CLOSES: [&str; 48] = [
    "</svg>",
    "</math>",
    "</mi>",
    "</mtext>",
    "</annotation-xml>",
    "</desc>",
    "</foreignObject>",
    "</title>",
    "</style>",
    "</g>",
    "</a>",
    "</b>",
    "</i>",
    "</nobr>",
    "</font>",
    "</p>",
    "</div>",
    "</span>",
    "</h1>",
    "</ul>",
    "</li>",
    "</table>",
    "</caption>",
    "</colgroup>",
    "</tbody>",
    "</tr>",
    "</td>",
    "</template>",
    "</select>",
    "</option>",
    "</button>",
    "</form>",
    "</object>",
    "</applet>",
    "</marquee>",
    "</noscript>",
    "</iframe>",
    "</xmp>",
    "</noembed>",
    "</noframes>",
    "</textarea>",
    "</frameset>",
    "</head>",
    "</body>",
    "</html>",
    "</br>",
    "</script>",
    "</x>",
];
const OTHERS: [&str; 20] = [
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<!x",
    "<?x",
    "</ x",
    ">",
    "<",
    "text",
    " ",
    "\n",
    "\0",
    "<x y='",
    "<x y=\"",
    "'>",
    "\">",
    "&lt;",
];
const SCRIPTS: [&str; 11] = [
    "<script>evil()</script>",
    "<script>evil()</script>",
    "<script>evil()</script>",
    "<script src=//evil.example/x.js></script>",
    "<svg><script>evil()</script></svg>",
    "<script>evil()//<!--<script></script>",
    "<script>evil();/*</style></xmp></title>*/</script>",
    "<script>ok()</script>",
    "<iframe srcdoc='<script>evil()</script>'></iframe>",
    "<iframe srcdoc=\"<svg/><style>&lt;!--</style><script>evil()</script>-->\"></iframe>",
    "<script src=https://cdn.example/a.js></script>",
];
const ENDS: [&str; 8] = ["", "", "]]>", "-->", "</style>", "</title>", "\">", "'>"];

fn document(numbers: &mut Numbers) -> String {
    let mut document = String::new();
    for _ in 0..2 + numbers.below(11) {
        document += match numbers.below(20) {
            0..=9 => numbers.of(&OPENS),
            10..=14 => numbers.of(&CLOSES),
            15 | 16 => numbers.of(&OTHERS),
            // Foreign content confuses more than anything else.
            17 => numbers.of(&["<svg>", "<math>", "<svg/>", "<![CDATA[", "<template>", "<style>", "<title>"]),
            _ => numbers.of(&SCRIPTS),
        };
    }
    document + SCRIPTS[0] + numbers.of(&ENDS)
}

/// What came of many documents.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    /// Documents with a script in what left that only the CSP stops.
    missed: usize,
    /// Documents that the second opinion ended.
    differed: usize,
    /// Documents that the rewriter ended by itself.
    failed: usize,
}

impl Count {
    fn add(&mut self, document: &str, grants: &Arc<PageGrants>) -> bool {
        let outcome = rewrite(document.as_bytes().chunks(97), grants, UTF_8, &Limits::default());
        match outcome.error {
            Some(HtmlError::Difference { .. }) => self.differed += 1,
            Some(_) => self.failed += 1,
            None => {}
        }
        let left = String::from_utf8_lossy(&outcome.output);
        let missed = scripts(&left).iter().any(|script| script.class(grants) == Class::Stopped);
        self.missed += usize::from(missed);
        missed
    }
}

/// The same out of few pieces, those that lead parsers apart most: what takes seven of them in one order
/// is found among these, and not among the many.
const NARROW: [&str; 30] = [
    "<svg>",
    "<math>",
    "<desc>",
    "<title>",
    "<foreignObject>",
    "<mi>",
    "<annotation-xml encoding=text/html>",
    "<style>",
    "<xmp>",
    "<textarea>",
    "<div>",
    "<p>",
    "<a>",
    "<b>",
    "<table>",
    "<td>",
    "<template>",
    "<select>",
    "</svg>",
    "</math>",
    "</desc>",
    "</title>",
    "</foreignObject>",
    "</mi>",
    "</style>",
    "</div>",
    "</p>",
    "</a>",
    "<![CDATA[",
    "<script>evil()</script>",
];

fn narrow_document(numbers: &mut Numbers) -> String {
    let pieces: String = (0..2 + numbers.below(9)).map(|_| numbers.of(&NARROW)).collect();
    pieces + "<script>evil()</script>" + numbers.of(&ENDS)
}

fn count(documents: usize, seed: u64, document: fn(&mut Numbers) -> String) {
    let with = |opinion| grants(&Shape { opinion, ..Shape::default() });
    let all = [Opinion::Off, Opinion::Suspects, Opinion::Always].map(|opinion| (opinion, with(opinion)));
    let mut numbers = Numbers(seed);
    let mut counts = [Count::default(), Count::default(), Count::default()];
    for _ in 0..documents {
        let document = document(&mut numbers);
        for ((opinion, grants), count) in all.iter().zip(&mut counts) {
            let missed = count.add(&document, grants);
            if missed && *opinion != Opinion::Off {
                println!("{}: missed in {document:?}", opinion.name());
            }
        }
    }
    for ((opinion, _), count) in all.iter().zip(&counts) {
        println!("{documents} documents, second opinion {}: {count:?}", opinion.name());
    }
    let [off, suspects, always] = counts;
    assert!(off.missed > 0, "the documents lead nothing astray");
    assert_eq!((suspects.missed, always.missed), (0, 0));
    assert_eq!(suspects.differed, always.differed, "a sign for every difference");
    // What the parser alone calls ambiguous is not, with a second one.
    assert!(
        suspects.failed == always.failed && always.failed < off.failed,
        "{off:?}, {suspects:?}, {always:?}"
    );
}

#[test]
fn with_a_second_opinion_no_script_is_overlooked() {
    count(20_000, 0x9e37_79b9_7f4a_7c15, document);
    count(20_000, 0x9e37_79b9_7f4a_7c15, narrow_document);
}

#[test]
#[ignore = "takes minutes; run by hand in release"]
fn a_million_documents() {
    count(1_000_000, 0x2545_f491_4f6c_dd1d, document);
    count(1_000_000, 0x2545_f491_4f6c_dd1d, narrow_document);
}

/// All pages below a folder.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries.map(Result::unwrap).filter(|entry| !entry.path().is_symlink()) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "html" || ending == "htm") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What came of real pages.
#[derive(Debug, Default)]
struct Readings {
    outcomes: BTreeMap<&'static str, usize>,
    /// The rewriter itself could not follow.
    failed: usize,
    /// In other charsets, which are the business of other tests.
    not_utf_8: usize,
}

/// Reads real pages with a second opinion; each alarm must be about a script that html5ever's tree has too.
fn read_pages(pages: &[PathBuf], opinion: Opinion) -> Readings {
    let [alone, grants] =
        [Opinion::Off, opinion].map(|opinion| grants(&Shape { opinion, ..Shape::default() }));
    let mut readings = Readings::default();
    for path in pages {
        let page = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if std::str::from_utf8(&page).is_err() {
            readings.not_utf_8 += 1;
            continue;
        }
        let read = |grants| rewrite(page.chunks(16 << 10), grants, UTF_8, &Limits::default());
        let outcome = read(&grants);
        *readings.outcomes.entry(outcome.second_opinion.map_or("none", OpinionOutcome::name)).or_default() +=
            1;
        let Some(error) = &outcome.error else { continue };
        println!("{}: {}: {error}", opinion.name(), path.display());
        if !matches!(error, HtmlError::Difference { .. }) {
            readings.failed += 1;
        }
        if outcome.second_opinion == Some(OpinionOutcome::Differed) {
            let alone = read(&alone);
            let left = String::from_utf8_lossy(&alone.output);
            let there = scripts(&left).iter().any(|script| script.class(&grants) == Class::Stopped);
            // The rewriter alone may have ended the page before it comes to the script.
            assert!(there || alone.error.is_some(), "{}: a false alarm: {error}", path.display());
        }
    }
    println!("{} pages, second opinion {}: {readings:?}", pages.len(), opinion.name());
    readings
}

#[test]
fn no_page_of_the_corpus_is_ended_by_a_second_opinion() {
    let pages = pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages"));
    assert!(pages.len() >= 60, "{} pages", pages.len());
    for opinion in [Opinion::Suspects, Opinion::Always] {
        let readings = read_pages(&pages, opinion);
        let differed = readings.outcomes.get("differed").copied().unwrap_or_default();
        let gave_up = readings.outcomes.get("gave-up").copied().unwrap_or_default();
        assert_eq!((differed, gave_up, readings.failed), (0, 0, 0), "{}: {readings:?}", opinion.name());
        assert!(readings.not_utf_8 < pages.len() / 2, "{readings:?}");
    }
}

#[test]
#[ignore = "reads the pages below the folder that PAGES names; run by hand"]
fn pages_of_a_folder() {
    let folder = std::env::var("PAGES").expect("PAGES=folder");
    let pages = pages(Path::new(&folder));
    for opinion in [Opinion::Suspects, Opinion::Always] {
        read_pages(&pages, opinion);
    }
}
