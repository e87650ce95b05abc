//! Many scripts of many vendors over a slow network: the schedule is kept, within bounds.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use countersign::analysis;
use countersign::app::{AppConfig, DriftConfig, Running};
use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Form, ScriptId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::browser::eventually;

const SITES: usize = 20;

/// Vendors at addresses of their own, and what they saw.
struct Vendors {
    addresses: Vec<SocketAddr>,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    /// When each script was asked for by the first vantage of a look.
    looks: Mutex<HashMap<String, Vec<Instant>>>,
    open: AtomicUsize,
    most: AtomicUsize,
    most_of_one: AtomicUsize,
}

/// An answer takes between half of `latency` and one and a half.
async fn vendors(hosts: u8, latency: Duration, size: usize) -> Vendors {
    let seen = Arc::<Seen>::default();
    let mut addresses = Vec::new();
    for host in 0..hosts {
        let listener = TcpListener::bind((Ipv4Addr::new(127, 0, 7, host + 1), 0)).await.unwrap();
        addresses.push(listener.local_addr().unwrap());
        let seen = Arc::clone(&seen);
        let of_host = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, of_host) = (Arc::clone(&seen), Arc::clone(&of_host));
                tokio::spawn(async move {
                    seen.most.fetch_max(seen.open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let here = of_host.fetch_add(1, Ordering::SeqCst) + 1;
                    seen.most_of_one.fetch_max(here, Ordering::SeqCst);
                    answer(stream, &seen, latency, size).await;
                    of_host.fetch_sub(1, Ordering::SeqCst);
                    seen.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
    }
    Vendors { addresses, seen }
}

async fn answer(mut stream: TcpStream, seen: &Seen, latency: Duration, size: usize) {
    let mut head = vec![0; 4096];
    let Ok(length) = stream.read(&mut head).await else { return };
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    let Some(path) = head.split(' ').nth(1) else { return };
    if head.to_lowercase().contains("user-agent: countersign/") {
        seen.looks.lock().unwrap().entry(path.to_owned()).or_default().push(Instant::now());
    }
    tokio::time::sleep(latency.mul_f64(0.5 + fastrand::f64())).await;
    let conditional = head.to_lowercase().contains("if-none-match");
    let body = if conditional { String::new() } else { code(path, size) };
    let status = if conditional { "304 Not Modified" } else { "200 OK" };
    let fields =
        "access-control-allow-origin: *\r\ncontent-type: text/javascript\r\netag: \"1\"\r\nconnection: close";
    let text = format!("HTTP/1.1 {status}\r\n{fields}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    // Whoever has enough hangs up.
    let _ = stream.write_all(text.as_bytes()).await;
}

fn code(path: &str, size: usize) -> String {
    let mut text = format!("var path = '{path}';\n");
    while text.len() < size {
        text.push_str("function f() { return 1 }\n");
    }
    text
}

/// A process that looks at so many scripts of these vendors.
fn watching(vendors: &Vendors, scripts: usize, size: usize, interval: Duration, folder: &Path) -> Running {
    for site in 0..SITES {
        let name = format!("site{site}");
        let mut policy = format!("hosts = [\"{name}.test\"]\nupstreams = [\"http://127.0.0.1:1\"]\n");
        for number in (site..scripts).step_by(SITES) {
            let address = vendors.addresses[number % vendors.addresses.len()];
            let (id, path) = (format!("s{number}"), format!("/s{number}.js"));
            write!(
                policy,
                "\n[[script]]\nid = \"{id}\"\nurl = \"http://{address}{path}\"\ntier = \"mirror\"\n\
                            why = \"x\"\n"
            )
            .unwrap();
            approve_bytes(&Request {
                folder,
                site: &name,
                script: &ScriptId::new(&id).unwrap(),
                form: Form::External,
                bytes: code(&path, size).as_bytes(),
                by: "alice@shop.test",
                because: "a test",
                at: "2026-11-23T21:04:05Z".parse().unwrap(),
                retire_earlier: false,
            })
            .unwrap();
        }
        std::fs::write(folder.join(format!("{name}.toml")), policy).unwrap();
    }
    let drift = DriftConfig {
        interval,
        folder: None,
        allowed: countersign::drift::Allowed { private: true, through_proxy: false },
        patience: Duration::from_secs(30),
        blind_after: Duration::from_hours(24),
        read: Arc::new(analysis::read),
    };
    let config =
        AppConfig { policies: Some(folder.to_owned()), drift: Some(drift), ..AppConfig::on_loopback() };
    countersign::app::start(config).unwrap_or_else(|error| panic!("{error:?}"))
}

fn same(running: &Running) -> usize {
    running.store.drifts().iter().filter(|row| row.drift == "same").count()
}

impl Seen {
    /// Looks at the script that was looked at least.
    fn fewest(&self, scripts: usize) -> usize {
        let looks = self.looks.lock().unwrap();
        if looks.len() < scripts { 0 } else { looks.values().map(Vec::len).min().unwrap_or(0) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_script_of_many_is_looked_at_again_and_no_host_is_pressed() {
    // Two of each host would be 48.
    let vendors = vendors(24, Duration::from_millis(4), 2000).await;
    let folder = tempfile::tempdir().unwrap();
    let running = watching(&vendors, 120, 2000, Duration::from_millis(200), folder.path());
    eventually("three looks at each", async || (vendors.seen.fewest(120) >= 3).then_some(())).await;
    assert_eq!(same(&running), 120, "{:#?}", running.store.drifts().iter().find(|row| row.drift != "same"));
    let (all, of_one) = (&vendors.seen.most, &vendors.seen.most_of_one);
    assert!(all.load(Ordering::SeqCst) <= 32, "{all:?} connections at once");
    // One that is being closed may still count.
    assert!(of_one.load(Ordering::SeqCst) <= 4, "{of_one:?} of one host");
}

/// Sixty times faster than it would be: an hour is a minute, and an answer that takes 1 to 3 s takes 17 to 50 ms.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of four minutes: cargo test --release --test it drift::many -- --ignored --nocapture"]
async fn two_thousand_scripts_of_two_hundred_hosts() {
    const SCRIPTS: usize = 2000;
    const SIZE: usize = 60_000;
    let latency = Duration::from_secs(2) / 60;
    let vendors = vendors(200, latency, SIZE).await;
    let folder = tempfile::tempdir().unwrap();
    let interval = Duration::from_mins(1);
    let begun = Instant::now();
    let running = watching(&vendors, SCRIPTS, SIZE, interval, folder.path());
    // What follows is the looking alone: the policies and the approved bytes are read.
    let (started, before, mut peak) = (begun.elapsed(), resident(), 0);
    while vendors.seen.fewest(SCRIPTS) < 4 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        peak = peak.max(resident());
        assert!(begun.elapsed() < Duration::from_mins(8), "{} looks", vendors.seen.fewest(SCRIPTS));
    }
    let looks = vendors.seen.looks.lock().unwrap();
    let mut gaps: Vec<f64> = looks
        .values()
        .flat_map(|times| times.windows(2).map(|two| (two[1] - two[0]).as_secs_f64()))
        .map(|gap| gap / interval.as_secs_f64())
        .collect();
    gaps.sort_by(f64::total_cmp);
    let at = |percent: usize| gaps[gaps.len() * percent / 100];
    let first = looks.values().map(|times| times[0] - begun).max().unwrap();
    let told = format!(
        "{SCRIPTS} scripts, {} same; ready after {started:.1?}, all looked at after {first:.1?}; \
         between looks, in intervals: median {:.2}, 99 % {:.2}, longest {:.2}; most connections {}, of one host {}; \
         memory for looking {} MiB\n",
        same(&running),
        at(50),
        at(99),
        gaps.last().unwrap(),
        vendors.seen.most.load(Ordering::SeqCst),
        vendors.seen.most_of_one.load(Ordering::SeqCst),
        (peak.saturating_sub(before)) >> 20,
    );
    std::io::Write::write_all(&mut std::io::stdout(), told.as_bytes()).unwrap();
    assert_eq!(same(&running), SCRIPTS);
}

/// Bytes of memory that this process has.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap() * 4096
}
