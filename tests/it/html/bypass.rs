//! The bypass makes no difference: documents made at random from real pages and from what leads parsers astray, read
//! with it and by the parser alone. Each run begins from a seed of its own, which is said when a document fails;
//! `BYPASS_SEED` repeats one. `ten_million_documents` is run by hand: `cargo test --release --test it
//! ten_million_documents -- --ignored --nocapture`.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread;

use countersign::html::Limits;
use encoding_rs::UTF_8;

use super::beside::{Case, compare};
use super::bodies;
use super::grammar::PLAIN;
use super::grants::{Shape, grants};
use super::html5lib::inputs;
use super::last::TAKEN_OVER;
use super::misses::Numbers;

/// What stands between the pieces of real pages: what the bypass must know from its like.
const PIECES: [&str; 93] = [
    "<script src=https://cdn.example/a.js></script>",
    "<script src='https://cdn.example/m.js' type=module></script>",
    "<script src=/evil.js async></script>",
    "<script>ok()</script>",
    "<script>a\nb\nc</script>",
    "<script>evil()</script>",
    "<script>a<!--<script>b</script>c--></script>",
    "<script><!-- x --></script>",
    "<script>if (a<b && c<!--d) e</script >",
    "<script type=application/json>{\"a\":\"</p>\"}</script>",
    "<script/>",
    "<script></script/>",
    "<script></script x=y>",
    "<script>var a = '</scripty>';</script\n>",
    "<SCRIPT>ok()</sCript>",
    "<script type=importmap>{\"imports\":{}}</script>",
    "<script src=x src=https://cdn.example/a.js>",
    "<script src=\"https://cdn.example/a.js\" integrity='x\"y' onload=\"a<b\">",
    "<link rel=preload as=script href=https://cdn.example/a.js>",
    "<link rel=modulepreload href=/m.js />",
    "<link rel=stylesheet href='/a.css'>",
    "<link rel=\"\u{feff}preload x\" as=script href=https://cdn.example/a.js>",
    "<LINK REL=\"Preload\" AS=script HREF=\"/x.js?a=1&amp;b=2\">",
    "<base href=/sub/>",
    "<base href=https://evil.example/ target=x>",
    "<meta http-equiv=refresh content='0;url=javascript:a()'>",
    "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'\">",
    "<meta charset=utf-8>",
    "<meta name=\"x\" content=\"\u{e9}\u{fffd}\u{feff}\">",
    "<iframe srcdoc='<script>evil()</script>'></iframe>",
    "<iframe src=/x></iframe>",
    "<iframe>",
    "</iframe>",
    "<title>a<b>c</title>",
    "<title>",
    "</title >",
    "</title/>",
    "<textarea>",
    "</textarea>",
    "<style>a>b{}</style>",
    "<style>",
    "</style>",
    "<noscript><img src=x></noscript>",
    "<noscript>",
    "<xmp>",
    "<noembed>",
    "<plaintext>",
    "<template>",
    "<template shadowrootmode=open>",
    "<template shadowrootmode='Closed' shadowrootmode=x>",
    "</template>",
    "<template SHADOWROOTMODE=\"&#111;pen\">",
    "<svg viewBox='0 0 1 1'><path d=\"M0 0\"/></svg>",
    "<svg><title>x</title><g><path></path></g></svg>",
    "<svg><style>a{}</style></svg>",
    "<svg class=\"</svg>\"><use xlink:href=#a />",
    "<svg>",
    "</svg>",
    "<svg/>",
    "<g>",
    "</g>",
    "<path>",
    "<desc>",
    "</desc>",
    "<math>",
    "</math>",
    "<select><option>a<option selected>b</select>",
    "<select>",
    "</select>",
    "<option>",
    "</option>",
    "<optgroup label=x>",
    "<col>",
    "<colgroup>",
    "</colgroup>",
    "<frameset>",
    "<my-el a=b>",
    "</my-el>",
    "<My-El>",
    "<annotation-xml>",
    "<!-- a -->",
    "<!-->",
    "<!--->",
    "<!-- --!>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x y>",
    "</ x>",
    "</>",
    "<!doctype html>",
    "<!DOCTYPE html PUBLIC \"a>b\" 'c'>",
];

/// Bytes with a meaning.
const BYTES: &[u8] = b"<>/\"'= \n\r\t\x0c\0-!&;:x1@[]?S\xc3\xa9\xff\xfe\xef\xbb\xbf`";

struct Sources {
    pages: Vec<Vec<u8>>,
    others: Vec<Vec<u8>>,
}

impl Sources {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut pages = Vec::new();
        let mut folders = vec![root.join("tests/pages")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "html" || ending == "htm") {
                    pages.push(fs::read(path).unwrap());
                }
            }
        }
        // In whatever order a folder is read, a seed means the same documents.
        pages.sort();
        let attacks = fs::read_to_string(root.join("tests/attacks/markup.json")).unwrap();
        let mut others: Vec<Vec<u8>> = serde_json::from_str::<Vec<String>>(&attacks)
            .unwrap()
            .into_iter()
            .chain(inputs())
            .map(String::into_bytes)
            .collect();
        for corpus in ["rewrite", "pipeline", "inline", "srcdoc"] {
            let found = fs::read_dir(root.join("fuzz/corpus").join(corpus)).unwrap();
            let mut found: Vec<_> = found.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
            found.sort();
            others.extend(found.into_iter().map(|input| input.get(3..).unwrap_or_default().to_vec()));
        }
        assert!(pages.len() >= 60 && others.len() > 2000, "{} pages, {} others", pages.len(), others.len());
        Self { pages, others }
    }

    /// A document with the four bytes before it that choose what is varied beside it.
    fn input(&self, numbers: &mut Numbers) -> Vec<u8> {
        let mut input: Vec<u8> = (0..4).map(|_| u8::try_from(numbers.below(256)).unwrap()).collect();
        // The size of the pieces: often whole, often small.
        input[1] = match numbers.below(4) {
            0 => 0,
            1 => u8::try_from(1 + numbers.below(4)).unwrap(),
            _ => input[1],
        };
        let mut document = Vec::new();
        for _ in 0..=numbers.below(7) {
            match numbers.below(20) {
                0..=9 => document.extend_from_slice(slice(numbers, &self.pages, 400)),
                10..=13 => document.extend_from_slice(numbers.of(&PIECES).as_bytes()),
                14 | 15 => document.extend_from_slice(numbers.of(&PLAIN).as_bytes()),
                _ => document.extend_from_slice(slice(numbers, &self.others, 200)),
            }
        }
        if numbers.below(5) < 3 {
            for _ in 0..numbers.below(5) {
                mutate(numbers, &mut document);
            }
        }
        input.extend_from_slice(&document);
        input
    }
}

/// A piece of one of these, mostly from the beginning of a tag.
fn slice<'a>(numbers: &mut Numbers, from: &'a [Vec<u8>], most: usize) -> &'a [u8] {
    let whole = &from[numbers.below(from.len())];
    let mut begin = numbers.below(whole.len() + 1);
    if numbers.below(8) > 0 {
        begin = whole[..begin].iter().rposition(|byte| *byte == b'<').unwrap_or(0);
    }
    let end = whole.len().min(begin + 1 + numbers.below(most));
    &whole[begin..end]
}

fn mutate(numbers: &mut Numbers, document: &mut Vec<u8>) {
    if document.is_empty() {
        return;
    }
    let at = numbers.below(document.len());
    let byte = BYTES[numbers.below(BYTES.len())];
    match numbers.below(5) {
        0 => drop(document.remove(at)),
        1 => document[at] = byte,
        2 => {
            let end = document.len().min(at + numbers.below(12));
            let again = document[at..end].to_vec();
            document.splice(at..at, again);
        }
        // In place of what stands behind a tag's beginning more is decided.
        3 => match document[at..].iter().position(|found| matches!(found, b'<' | b'=' | b'/')) {
            Some(behind) => document.insert(at + behind + 1, byte),
            None => document.push(byte),
        },
        _ => document.insert(at, byte),
    }
}

fn seed() -> u64 {
    match std::env::var("BYPASS_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => RandomState::new().build_hasher().finish() | 1,
    }
}

/// Tries so many documents in so many threads. Each thousand has a seed of its own.
fn tried(documents: u64, threads: u64, body: fn(&[u8])) {
    let (sources, first) = (Sources::read(), seed());
    let next = std::sync::atomic::AtomicU64::new(0);
    let failed = std::sync::Mutex::new(Vec::new());
    let work = || {
        loop {
            let thousand = next.fetch_add(1, Ordering::Relaxed);
            if thousand * 1000 >= documents || !failed.lock().unwrap().is_empty() {
                return;
            }
            let seed = first.wrapping_add(thousand.wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1;
            let mut numbers = Numbers(seed);
            for _ in 0..1000 {
                let input = sources.input(&mut numbers);
                if catch_unwind(AssertUnwindSafe(|| body(&input))).is_err() {
                    failed.lock().unwrap().push((seed, input));
                    return;
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().unwrap();
    if let Some((seed, input)) = failed.first() {
        let input = smallest(input.clone(), body);
        panic!("BYPASS_SEED={seed}: {:?} {:?}", &input[..4], String::from_utf8_lossy(&input[4..]));
    }
}

/// What is left of a document that fails when all is taken away without which it fails too.
fn smallest(mut input: Vec<u8>, body: fn(&[u8])) -> Vec<u8> {
    let fails = |input: &[u8]| catch_unwind(AssertUnwindSafe(|| body(input))).is_err();
    let mut length = input.len() / 2;
    while length > 0 {
        let mut at = 4;
        while at < input.len() {
            let mut less = input.clone();
            less.drain(at..(at + length).min(input.len()));
            if fails(&less) {
                input = less;
            } else {
                at += length;
            }
        }
        length /= 2;
    }
    input
}

/// What each part of the bypass is there for; without it, one of these differs.
const POINTS: [&str; 45] = [
    // What only looks like markup that ends there.
    "</ x><script>evil()</script>",
    "<!-- --!><script>evil()</script>-->",
    "<!--><script>evil()</script>-->",
    "<p title='>'><script>evil()</script>'>",
    "<svg class=\"</svg>\"><style><script>evil()</script></style></svg>",
    "<title></titles><script>evil()</script></title>",
    "<script><!-- <script></script><b>--></script>",
    "<script><!-- </script><script>evil()</script>",
    "<script>a<!--<script>b</script>c--></script>",
    "<script></script/x><script></script y=z>",
    "<script src=https://cdn.example/a.js />evil()</script>",
    "<p/x=<script>><script>evil()</script>",
    "<p x='a'b><script>evil()</script>",
    "<p \"><script>evil()</script>\">",
    "<script\0 src=https://cdn.example/a.js></script>",
    "<script src\r=\r'https://cdn.example/a.js'\r></script\r>",
    "<script>a\r\nb\0</script>",
    "<![CDATA[<script>evil()</script>]]>",
    "<?x <script>evil()</script>?>",
    "<!doctype html \"<script>evil()</script>\">",
    "<xmp><script>evil()</script></xmp><plaintext><script>",
    // Attributes.
    "<script src=x src=https://cdn.example/a.js></script><link rel=x rel=preload as=script href=/x.js>",
    "<script src=\"\u{feff}https://cdn.example/a.js\"></script><script \u{feff}src=x></script>",
    "<meta http-equiv=refresh content='0;url=javascript:a()' content=x><base href=/sub/><script src=own.js></script>",
    "<SCRIPT SRC=https://cdn.example/a.js></SCRIPT><LINK REL=modulepreload HREF=https://cdn.example/m.js>",
    // Where a parser that takes over stands.
    "<p><b><script>evil()</script><i x='a'b></p><script>ok()</script>",
    "<div><svg></div><title><style></title><script>evil()</script>",
    "<div><svg><g></div><p><script>evil()</script>",
    "<svg><g><path></svg><style><!--</style><script>evil()</script>-->",
    "<svg><title>a</title><desc>b</desc><style>c{}</style></svg><svg><title>a<b></title></svg>",
    "<svg></svg><p>1</p><svg><g><style>a<b</style></g></svg>",
    "<svg><![CDATA[x]]></svg>",
    "<svg></svg><script type=x><![CDATA[</script>",
    "<div><select><option>a</div><xmp></select></xmp><script>evil()</script>",
    "<select><option>a<optgroup></select><textarea><b></textarea>",
    "<select><p></select><xmp></xmp>",
    "<template><col><iframe></template><script>evil()</script>",
    "<colgroup><template><",
    "<template><script src=https://cdn.example/a.js></script><p x='a'b><script src=https://cdn.example/a.js></script>",
    "<div><template></div><script src=https://cdn.example/a.js></script>",
    "<template shadowrootmode=open><script src=https://cdn.example/a.js></script><p 'x><link>",
    "<template shadowrootmode=&#111;pen><script src=https://cdn.example/a.js></script>",
    "<my-el><svg></my-el><title></svg></title>",
    "<script>ok(</scrip",
    "<script src=https://cdn.example/a.js",
];

#[test]
fn it_makes_none_where_each_part_of_it_matters() {
    for document in POINTS {
        for size in [0, 1, 7] {
            for flags in (0..=255).step_by(3) {
                let input = [&[0, size, flags, flags % 3], document.as_bytes()].concat();
                assert!(
                    catch_unwind(AssertUnwindSafe(|| bodies::bypass(&input))).is_ok(),
                    "{document} in pieces of {size}, {flags:b}"
                );
            }
        }
    }
}

#[test]
fn it_makes_none_where_a_value_begins_with_a_mark_that_the_parser_heeds() {
    for document in [
        &b"<link as=script href=/x.js rel=\"\xff\xfep\0r\0e\0l\0o\0a\0d\0\">"[..],
        b"<link as=script href=/x.js rel='\xfe\xff\0p\0r\0e\0l\0o\0a\0d'>",
        b"<link as=script href=/x.js rel='\xef\xbb\xbfpreload'>",
    ] {
        for flags in 0..=255 {
            bodies::bypass(&[&[0, 0, flags, 0], document].concat());
        }
    }
}

#[test]
fn the_bypass_makes_no_difference() {
    tried(20_000, 2, bodies::bypass);
}

#[test]
#[ignore = "takes many minutes; run by hand in release"]
fn ten_million_documents() {
    tried(10_000_000, 1, bodies::bypass);
}

#[test]
fn what_is_taken_over_from_the_last_document_makes_none() {
    tried(20_000, 2, bodies::stretches);
    let taken_over = TAKEN_OVER.load(Ordering::Relaxed);
    assert!(taken_over > 1_000_000, "only {taken_over} bytes");
}

#[test]
#[ignore = "takes many minutes; run by hand in release"]
fn ten_million_documents_beside_the_last() {
    tried(10_000_000, 1, bodies::stretches);
}

#[test]
fn it_makes_none_to_real_pages() {
    let sources = Sources::read();
    for opinion in [countersign::policy::Opinion::Off, countersign::policy::Opinion::Suspects] {
        let grants = grants(&Shape { opinion, witness: true, ..Shape::default() });
        for page in &sources.pages {
            for (size, whole) in [(16 << 10, false), (1460, false), (usize::MAX, true)] {
                let pieces: Vec<&[u8]> = page.chunks(size).collect();
                let limits = Limits::default();
                compare(
                    &pieces,
                    Case { grants: &grants, charset: UTF_8, limits: &limits, whole, looking: false },
                );
            }
        }
    }
}
