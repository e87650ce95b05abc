//! How fast pages are rewritten, beside the parser alone with nothing to do; and what it costs to take a
//! page from the upstream in a content coding, beside asking for it as it is.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark may stop the process, and tells people"
)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign::analysis::shape::{Shape, shape_of_samples};
use countersign::html::{Coding, Decoder, Encoder, KnownTags, Limits, Rewriter};
use countersign::inventory::{ScriptAddress, ScriptId, Tier};
use countersign::policy::{ApprovedScript, Mode, Opinion, PageGrants, PageScripts};
use countersign::sri::{Algorithm, Digest};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use url::Url;

const VENDOR: &str = "https://cdn.example/a.js";
const INLINE: &str = "let theme = localStorage.theme; document.documentElement.className = theme;";

fn grants(opinion: Opinion) -> Arc<PageGrants> {
    let url = Url::parse(VENDOR).unwrap();
    let digest = Digest::of(Algorithm::Sha384, b"a");
    let script = ApprovedScript {
        id: ScriptId::new("a").unwrap(),
        address: ScriptAddress::Absolute(url),
        tier: Tier::Pin,
        integrity: digest.to_string(),
        digests: vec![digest],
        mirror_path: None,
        module: false,
        expires: None,
    };
    let mut scripts = PageScripts::default();
    scripts.insert(&Arc::new(script), Timestamp::UNIX_EPOCH);
    Arc::new(PageGrants {
        scripts,
        inline: HashMap::from([(
            Digest::of(Algorithm::Sha256, INLINE.as_bytes()),
            ScriptId::new("theme").unwrap(),
        )]),
        second_opinion: opinion,
        ..PageGrants::nothing(Mode::Enforce)
    })
}

/// A page of `paragraphs` paragraphs with a script every `every` of them.
fn page(paragraphs: usize, every: usize) -> Vec<u8> {
    let mut page = String::from("<!doctype html><html><head><title>Shop</title></head><body>");
    for n in 0..paragraphs {
        if n % every == 0 {
            match n / every % 3 {
                0 => write!(page, "<script src=\"{VENDOR}\" async></script>").unwrap(),
                1 => write!(page, "<script>{INLINE}</script>").unwrap(),
                _ => write!(page, "<script src=https://other.example/{n}.js></script>").unwrap(),
            }
        }
        write!(
            page,
            "<div class=\"item\" id=i{n}><a href=\"/item/{n}?a=1&amp;b=2\"><img src=\"/i/{n}.jpg\" alt=x>\
             </a><p>Some words about item {n} &mdash; and <b>its price</b>.</p></div>"
        )
        .unwrap();
    }
    page.into_bytes()
}

/// Real pages of the corpus, and ones made for the purpose.
fn pages() -> Vec<(&'static str, Vec<u8>)> {
    let real = |path: &str| {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages").join(path)).unwrap()
    };
    vec![
        ("made: small", page(20, 10)),
        ("made: shop", page(1500, 25)),
        ("made: long", page(6000, 3000)),
        ("real: aos", real("aos/demo/simple.html")),
        ("real: sphinx-furo", real("sphinx-furo/index.html")),
        ("real: impress", real("impress/index.html")),
        ("real: mdbook", real("mdbook/appendix-06-translation.html")),
    ]
}

/// The elements whose start tags the rewriter looks at, with nothing done there.
const WATCHED: &str = "script, base, link, meta, title, textarea, style, xmp, iframe, noembed, noframes, noscript, \
                       plaintext";

fn parsed(page: &[u8], selector: Option<&str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.len());
    let mut settings = lol_html::Settings::new();
    if let Some(selector) = selector {
        settings = settings.append_element_content_handler(lol_html::element!(selector, |_element| Ok(())));
    }
    let mut parser = lol_html::HtmlRewriter::new(settings, |chunk: &[u8]| out.extend_from_slice(chunk));
    for chunk in page.chunks(16 << 10) {
        parser.write(chunk).unwrap();
    }
    parser.end().unwrap();
    out
}

fn rewritten(page: &[u8], grants: &Arc<PageGrants>, looking: bool, known: Option<&KnownTags>) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.len());
    let url = Url::parse("https://shop.example/").unwrap();
    let observer = Box::new(|judged| {
        black_box(judged);
    });
    let mut rewriter =
        Rewriter::new(Arc::clone(grants), url, encoding_rs::UTF_8, Limits::default(), observer).unwrap();
    if let Some(known) = known {
        rewriter = rewriter.with_known(known);
    }
    if looking {
        rewriter = rewriter.with_code().unwrap();
    }
    for chunk in page.chunks(16 << 10) {
        rewriter.write(chunk, &mut out).unwrap();
    }
    rewriter.end(&mut out).unwrap();
    out
}

/// The parser with nothing to do, with the elements at which the rewriter stops, and the rewriter without
/// and with a second opinion, and with a look for code in attributes.
fn rewriting(criterion: &mut Criterion) {
    for (name, page) in pages() {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(u64::try_from(page.len()).unwrap()));
        group.sample_size(20).warm_up_time(Duration::from_millis(500));
        group.measurement_time(Duration::from_secs(2));
        group.bench_function("parser alone", |bencher| bencher.iter(|| black_box(parsed(&page, None))));
        group.bench_function("parser that stops", |bencher| {
            bencher.iter(|| black_box(parsed(&page, Some(WATCHED))));
        });
        for opinion in [Opinion::Off, Opinion::Suspects, Opinion::Always] {
            let grants = grants(opinion);
            group.bench_function(format!("rewriter, second opinion {}", opinion.name()), |bencher| {
                bencher.iter(|| black_box(rewritten(&page, &grants, false, None)));
            });
            let name = format!("second opinion {}, code in attributes looked for", opinion.name());
            group.bench_function(name, |bencher| {
                bencher.iter(|| black_box(rewritten(&page, &grants, true, None)));
            });
        }
        group.finish();
    }
}

/// Pages of several sizes: the parser alone, the parser with the elements at which the rewriter stops, and the
/// rewriter. Large pages are real ones over and over.
fn sizes(criterion: &mut Criterion) {
    let real = |path: &str, times: usize| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages").join(path);
        std::fs::read(path).unwrap().repeat(times)
    };
    let pages = [
        ("4.7 KB", real("sb-admin/login.html", 1)),
        ("17 KB", real("creative/index.html", 1)),
        ("34 KB", real("scheme48/manual-Z-H-1.html", 1)),
        ("100 KB", real("creative/index.html", 6)),
        ("1 MB", real("creative/index.html", 64)),
    ];
    let grants = grants(Opinion::Suspects);
    for (name, page) in pages {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(u64::try_from(page.len()).unwrap()));
        group.sample_size(10).warm_up_time(Duration::from_millis(300));
        group.measurement_time(Duration::from_secs(1));
        group.bench_function("parser alone", |bencher| bencher.iter(|| black_box(parsed(&page, None))));
        group.bench_function("parser with the same selectors", |bencher| {
            bencher.iter(|| black_box(parsed(&page, Some(WATCHED))));
        });
        group.bench_function("rewriter", |bencher| {
            bencher.iter(|| black_box(rewritten(&page, &grants, false, None)));
        });
        let known = KnownTags::default();
        group.bench_function("rewriter, tags known", |bencher| {
            bencher.iter(|| black_box(rewritten(&page, &grants, false, Some(&known))));
        });
        group.finish();
    }
}

fn encode(coding: Coding, plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(coding).unwrap();
    for chunk in plain.chunks(16 << 10) {
        encoder.write(chunk, &mut out).unwrap();
    }
    encoder.finish(&mut out).unwrap();
    out
}

fn decode(coding: Coding, coded: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut decoder = Decoder::new(coding, &Limits::default()).unwrap();
    for chunk in coded.chunks(16 << 10) {
        decoder.write(chunk, &mut out).unwrap();
    }
    decoder.finish(&mut out).unwrap();
    out
}

/// The visitor gets the page encoded in either case. What is asked of the upstream decides whether it is
/// decoded first, and how many bytes come from there (printed).
fn codings(criterion: &mut Criterion) {
    let page = page(1500, 25);
    for coding in [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd] {
        let coded = encode(coding, &page);
        println!("{}: {} bytes from the upstream instead of {}", coding.name(), coded.len(), page.len());
        let mut group = criterion.benchmark_group(coding.name());
        group.throughput(Throughput::Bytes(u64::try_from(page.len()).unwrap()));
        group.sample_size(20);
        group.bench_function("asked for as it is: encode", |bencher| {
            bencher.iter(|| black_box(encode(coding, &page)));
        });
        group.bench_function("asked for encoded: decode, encode", |bencher| {
            bencher.iter(|| black_box(encode(coding, &decode(coding, &coded))));
        });
        group.finish();
    }
}

/// An inline script with as much data as is looked at, held against an approved shape.
fn shapes(criterion: &mut Criterion) {
    let script = |items: usize, end: &str| {
        let items: Vec<String> = (0..items)
            .map(|n| format!("{{\"id\":{n},\"name\":\"item {n}\",\"tags\":[true,null]}}"))
            .collect();
        format!("window.state = [{}{end}];", items.join(","))
    };
    let found = shape_of_samples(&[script(1, ""), script(2, "")]).unwrap();
    let shape = Shape::parse(&found.code).unwrap();
    let mut group = criterion.benchmark_group("shape");
    for (name, text) in [("data that fits", script(5000, "")), ("code at its end", script(5000, ",evil()"))] {
        group.throughput(Throughput::Bytes(u64::try_from(text.len()).unwrap()));
        group.sample_size(20);
        group.bench_function(name, |bencher| bencher.iter(|| black_box(shape.fit(&text))));
    }
    group.finish();
}

criterion_group!(benches, sizes, rewriting, codings, shapes);
criterion_main!(benches);
