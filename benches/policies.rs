//! What a hundred thousand scripts in policy and lock cost beside ten: loading them, keeping them, and
//! each exchange. Every script is pinned on pages of its own, with its approved bytes, as in a large
//! catalogue; a page that had all of them would have a CSP that no browser takes.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark may stop the process, and tells people"
)]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use countersign::inventory::{Approval, ScriptId, Statement, bytes_path, entry_digest};
use countersign::policy::{Site, Snapshot, Visit, load_folder};
use countersign::sri::{Algorithm, Digest};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use tempfile::TempDir;

const FEW: usize = 10;
const MANY: usize = 100_000;

/// A policy folder with this many scripts.
fn folder(scripts: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut policy = "hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n\n[[page]]\n\
         path = \"/checkout{/*}?\"\npayment = true\n"
        .to_owned();
    let mut lock = "version = 1\n".to_owned();
    let mut previous = None;
    for number in 0..scripts {
        let script = ScriptId::new(&format!("script-{number}")).unwrap();
        write!(
            policy,
            "\n[[script]]\nid = \"{script}\"\nurl = \"https://cdn.example/{number}.js\"\n\
             pages = [\"/item/{number}/*\"]\ntier = \"pin\"\nowner = \"team@shop.example\"\n\
             why = \"Shows the item\"\n"
        )
        .unwrap();
        let bytes = format!("item({number})");
        let approval = Approval {
            digest: Digest::of(Algorithm::Sha384, bytes.as_bytes()),
            size: u64::try_from(bytes.len()).unwrap(),
            at: "2026-11-23T21:04:05Z".parse().unwrap(),
            by: "alice@shop.example".to_owned(),
            because: "vendor release 3.4.1, ticket SHOP-812".to_owned(),
            previous,
            retires_earlier: false,
            script,
        };
        let path = bytes_path(folder.path(), "shop", &approval.script, &approval.digest);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &bytes).unwrap();
        write!(
            lock,
            "\n[[approval]]\nscript = \"{}\"\ndigest = \"{}\"\nsize = {}\nat = {}\nby = \"{}\"\nbecause = \"{}\"\n",
            approval.script, approval.digest, approval.size, approval.at, approval.by, approval.because
        )
        .unwrap();
        if let Some(previous) = &approval.previous {
            writeln!(lock, "previous = \"{previous}\"").unwrap();
        }
        previous = Some(entry_digest(&Statement::Approval(approval)));
    }
    fs::write(folder.path().join("shop.toml"), policy).unwrap();
    fs::write(folder.path().join("shop.lock"), lock).unwrap();
    folder
}

fn load(folder: &Path) -> Snapshot {
    let loaded = load_folder(folder, None, 1).unwrap();
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings.first());
    loaded.snapshot
}

/// Memory in use and the most there ever was, in MiB.
fn memory() -> (usize, usize) {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().strip_suffix(" kB").unwrap().trim().parse::<usize>().unwrap() / 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

/// What an exchange asks of the policies: the grants, and the headers made from them.
fn exchange(site: &Site, path: &str) -> usize {
    let grants = site.grants(path, Visit::enforced(Timestamp::UNIX_EPOCH));
    black_box((
        grants.csp_secure.clone(),
        grants.integrity_policy.clone(),
        grants.reporting_endpoints.clone(),
    ));
    grants.scripts.len()
}

/// Nanoseconds for an exchange, the best of several rounds.
fn cost(site: &Site, paths: &[String]) -> f64 {
    const EXCHANGES: u32 = 20_000;
    let round = || {
        let begun = Instant::now();
        for path in paths.iter().cycle().take(usize::try_from(EXCHANGES).unwrap()) {
            black_box(exchange(site, path));
        }
        begun.elapsed() / EXCHANGES
    };
    (0..5).map(|_| round()).min().unwrap_or(Duration::ZERO).as_secs_f64() * 1e9
}

/// Paths of items, spread over all of them.
fn paths(scripts: usize, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("/item/{}/x", number * 7919 % scripts)).collect()
}

fn policies(criterion: &mut Criterion) {
    let folders = [FEW, MANY].map(folder);
    let before = memory();
    let begun = Instant::now();
    let many = load(folders[1].path());
    let took = begun.elapsed();
    let after = memory();
    let few = load(folders[0].path());
    println!(
        "{MANY} scripts: loaded in {took:.2?} (policy {:.1} MB, lock {:.1} MB, as many files of bytes); \
         memory {} MiB more than before, {} MiB at the peak",
        megabytes(&folders[1].path().join("shop.toml")),
        megabytes(&folders[1].path().join("shop.lock")),
        after.0.saturating_sub(before.0),
        after.1
    );
    let (few_site, many_site) = (&few.sites[0], &many.sites[0]);
    assert_eq!(exchange(many_site, "/item/4711/x"), 1);
    for (what, of_few, of_many) in [
        ("the same few pages", paths(FEW, 10), paths(MANY, 10)),
        ("as many pages as are kept ready", paths(FEW, 10), paths(MANY, 1000)),
        ("ever new pages", paths(FEW, 10), paths(MANY, 20_000)),
    ] {
        let (ten, all) = (cost(few_site, &of_few), cost(many_site, &of_many));
        println!(
            "an exchange, {what}: {FEW} scripts {ten:.0} ns, {MANY} scripts {all:.0} ns, {:.1} times",
            all / ten
        );
    }
    let mut group = criterion.benchmark_group("exchange");
    for (name, site, scripts) in [("10 scripts", few_site, FEW), ("100000 scripts", many_site, MANY)] {
        let mut asked = paths(scripts, 10).into_iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| exchange(site, &asked.next().unwrap()));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    group.bench_function("10 scripts", |bencher| bencher.iter(|| load(folders[0].path())));
    group.bench_function("100000 scripts", |bencher| bencher.iter(|| load(folders[1].path())));
    group.finish();
}

#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "for people")]
fn megabytes(path: &Path) -> f64 {
    fs::metadata(path).unwrap().len() as f64 / 1e6
}

criterion_group!(benches, policies);
criterion_main!(benches);
