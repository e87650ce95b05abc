//! What is decided for each exchange and each script, without any bytes: which site and page rule it is (routing), what
//! becomes of a script (judging), the headers of a page rule (made once for each and generation), and an application's
//! own CSP made to live beside ours (merging).
#![expect(clippy::unwrap_used, reason = "a benchmark may stop the process")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::sync::Arc;

use countersign::csp::{Csp, ScriptDirectives, SourceExpression, merge_upstream, merge_upstream_meta};
use countersign::inventory::{ScriptAddress, ScriptId, Tier};
use countersign::judge::{Kind, SeenScript, judge};
use countersign::policy::{ApprovedScript, Mode, PageGrants, PageScripts, Snapshot, Visit, load_folder};
use countersign::sri::{Algorithm, Digest};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use url::Url;

/// One site in as many as `sites`, with as many page rules as `rules`; the rule for all other paths is the last.
fn policies(sites: usize, rules: usize) -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    for site in 0..sites {
        let mut policy =
            format!("hosts = [\"shop-{site}.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n");
        for rule in 0..rules {
            write!(policy, "\n[[page]]\npath = \"/part-{rule}/*\"\n").unwrap();
        }
        policy.push_str("\n[[page]]\npath = \"/*\"\n");
        fs::write(folder.path().join(format!("shop-{site}.toml")), policy).unwrap();
    }
    load_folder(folder.path(), None, 1).unwrap().snapshot
}

/// From a host and a path to the grants.
fn routing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("routing");
    for (sites, rules) in [(1, 1), (1, 100), (1, 1000), (100, 1)] {
        let snapshot = policies(sites, rules);
        let host = format!("shop-{}.example", sites - 1);
        let visit = Visit::enforced(Timestamp::UNIX_EPOCH);
        let name =
            BenchmarkId::from_parameter(format!("{sites} sites, {rules} page rules, the last of both"));
        group.bench_function(name, |bencher| {
            bencher.iter(|| snapshot.site(black_box(&host)).unwrap().grants(black_box("/item/4711"), visit));
        });
    }
    group.finish();
}

/// A page that has this many approved scripts.
fn grants(scripts: usize) -> PageGrants {
    let mut approved = PageScripts::default();
    for number in 0..scripts {
        let digest = Digest::of(Algorithm::Sha384, number.to_string().as_bytes());
        let script = ApprovedScript {
            id: ScriptId::new(&format!("script-{number}")).unwrap(),
            address: ScriptAddress::Absolute(url(number)),
            tier: Tier::Pin,
            integrity: digest.to_string(),
            digests: vec![digest],
            mirror_path: None,
            module: false,
            expires: None,
        };
        approved.insert(&Arc::new(script), Timestamp::UNIX_EPOCH);
    }
    let inline = HashMap::from([(digest(), ScriptId::new("inline").unwrap())]);
    PageGrants { scripts: approved, inline, ..PageGrants::nothing(Mode::Enforce) }
}

fn url(number: usize) -> Url {
    Url::parse(&format!("https://cdn.example/{number}.js")).unwrap()
}

fn digest() -> Digest {
    Digest::of(Algorithm::Sha256, b"inline()")
}

/// One script, among ten approved ones and among a hundred thousand.
fn judging(criterion: &mut Criterion) {
    let document = Url::parse("https://shop.example/checkout").unwrap();
    let (approved, strange) = (url(7), Url::parse("https://other.example/a.js").unwrap());
    let (known, unknown) = (digest(), Digest::of(Algorithm::Sha256, b"other()"));
    let external = |url| SeenScript::External { kind: Kind::Classic, url: Some(url), dangling: false };
    let inline = |digest| SeenScript::Inline { kind: Kind::Classic, digest };
    let mut group = criterion.benchmark_group("judging");
    for count in [10, 100_000] {
        let grants = grants(count);
        for (name, script) in [
            ("pinned", external(&approved)),
            ("refused", external(&strange)),
            ("inline, approved", inline(&known)),
            ("inline, refused", inline(&unknown)),
        ] {
            group.bench_function(format!("{count} approved: {name}"), |bencher| {
                bencher.iter(|| judge(black_box(&script), &grants, &document));
            });
        }
    }
    group.finish();
}

/// What is made once for each page rule and generation: a CSP with so many digests.
fn headers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a CSP as a header");
    for digests in [1, 10, 100] {
        let values: Vec<SourceExpression> = (0..digests)
            .map(|number: u32| Digest::of(Algorithm::Sha256, &number.to_be_bytes()))
            .map(|digest| format!("'{digest}'").parse().unwrap())
            .collect();
        let csp = Csp::new()
            .with("script-src", values)
            .with("base-uri", vec![SourceExpression::SelfOrigin])
            .with("object-src", vec![SourceExpression::None]);
        group.bench_function(format!("{digests} digests"), |bencher| {
            bencher.iter(|| http::HeaderValue::try_from(black_box(&csp).to_string()).unwrap());
        });
    }
    group.finish();
}

/// An application's own CSP.
const THEIRS: &str = "default-src 'self'; script-src 'self' https://cdn.example 'nonce-abc'; style-src 'self' \
                      'unsafe-inline'; img-src * data:; connect-src 'self' https://api.example; \
                      frame-ancestors 'none'; report-uri /csp";

fn merging(criterion: &mut Criterion) {
    let ours = ScriptDirectives {
        elements: format!("'{}' 'self'", digest()),
        attributes: Some("'none'".to_owned()),
    };
    let several = [THEIRS; 8].join(", ");
    let mut group = criterion.benchmark_group("merging");
    for (name, theirs) in [("one", THEIRS), ("eight in one field", &several)] {
        group.bench_function(name, |bencher| bencher.iter(|| merge_upstream(black_box(theirs), &ours)));
    }
    group.bench_function("one in a meta element", |bencher| {
        bencher.iter(|| merge_upstream_meta(black_box(THEIRS), &ours));
    });
    group.finish();
}

criterion_group!(benches, routing, judging, headers, merging);
criterion_main!(benches);
