//! Killed at any moment, in the middle of a check or of an alert, the process loses nothing, and what is told
//! twice has the same id.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use countersign::sri::{Algorithm, Digest};
use serde_json::Value;

use super::receiver::{SECRET, Taken};
use crate::drift::shop::script;
use crate::policy::commands::{run, stderr};
use crate::policy::folder::Folder;
use crate::policy::vendor::Vendor;
use crate::proxy::command::Child;

/// Scripts, and versions of each; a subject is told of no more than five times a day.
const SCRIPTS: usize = 6;
const VERSIONS: usize = 4;
/// Kills for each version.
const KILLS: usize = 4;
/// Kills come by chance up to so long after the start.
const LONGEST: u64 = 1500;
/// Nothing takes longer, unless something is broken.
const PATIENCE: Duration = Duration::from_mins(2);

/// What came, and a bell for each.
#[derive(Default)]
struct Came {
    taken: Mutex<Vec<Taken>>,
    bell: Condvar,
}

impl Came {
    /// Waits until so many have come, or for so long.
    fn until(&self, count: usize, patience: Duration) {
        let taken = self.taken.lock().unwrap();
        drop(self.bell.wait_timeout_while(taken, patience, |taken| taken.len() < count).unwrap());
    }

    fn all(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }
}

/// Nothing is waited for: this is when it is killed, or how long a receiver takes.
#[expect(clippy::disallowed_methods, reason = "a thread of its own, which nothing waits for")]
fn pass(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

fn code(script: &str, version: usize) -> String {
    format!("window.{script}={version};")
}

/// A folder with all scripts approved in version 0.
fn shop(vendor: &Vendor) -> Folder {
    let folder = Folder::empty();
    let mut policy = "hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n".to_owned();
    for number in 0..SCRIPTS {
        let url = vendor.url(&format!("/s{number}.js"));
        let entry = format!("[[script]]\nid = \"s{number}\"\nurl = \"{url}\"\ntier = \"pin\"\nwhy = \"x\"\n");
        policy.push_str(&entry);
        folder.write(&format!("s{number}.js"), code(&format!("s{number}"), 0));
    }
    folder.write("policies/shop.toml", policy);
    for number in 0..SCRIPTS {
        let (id, file) = (format!("s{number}"), format!("s{number}.js"));
        let approved = run(&folder, &["approve", &id, "--file", &file, "--because", "x", "--yes"], "");
        assert_eq!(approved.status.code(), Some(0), "{}", stderr(&approved));
    }
    folder.write("secret.txt", SECRET);
    folder
}

/// What a process that was killed left: all of it can be read, and what waits to be told.
fn left(folder: &Path) -> BTreeSet<String> {
    for name in ["standing.json", "alerts.json"] {
        if let Ok(bytes) = fs::read(folder.join(name)) {
            assert!(
                serde_json::from_slice::<Value>(&bytes).is_ok(),
                "{name}: {}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }
    for number in 0..SCRIPTS {
        let kept = fs::read_dir(folder.join(format!("quarantine/shop/s{number}"))).into_iter().flatten();
        let kept = kept.map(|entry| entry.unwrap().path());
        for path in kept.filter(|path| path.extension().is_some_and(|ending| ending == "js")) {
            let digest = Digest::of(Algorithm::Sha384, &fs::read(&path).unwrap());
            assert_eq!(path.file_stem().unwrap().to_str().unwrap(), digest.url_safe(), "whole or not at all");
        }
    }
    let Ok(bytes) = fs::read(folder.join("alerts.json")) else { return BTreeSet::new() };
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    let waiting = json["waiting"].as_array().unwrap().iter();
    waiting.map(|waiting| waiting["alert"]["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn killed_at_any_moment_nothing_is_lost_and_a_repetition_has_the_same_id() {
    let version = Arc::new(AtomicUsize::new(0));
    let served = Arc::clone(&version);
    let vendor = Vendor::serving(move |head, stream| {
        // Whoever is killed may have asked for nothing yet.
        let Some(id) = head.split('/').nth(1).and_then(|path| path.split(".js").next()) else { return };
        script(stream, &code(id, served.load(Ordering::SeqCst)));
    });
    let came = Arc::new(Came::default());
    let kept = Arc::clone(&came);
    let receiver = Vendor::serving(move |head, stream| {
        let Some(taken) = Taken::of(head, stream) else { return };
        let pause = {
            let mut all = kept.taken.lock().unwrap();
            all.push(taken);
            kept.bell.notify_all();
            // It has it, and says so only a moment later.
            u64::try_from(all.len() * 7 % 40).unwrap()
        };
        pass(pause);
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n");
    });
    let folder = shop(&vendor);
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (policies, drift, secret, hook) =
        (path("policies"), path("drift"), path("secret.txt"), receiver.url("/"));
    let begin = || {
        Child::run(&[
            "--policies",
            &policies,
            "--drift-interval",
            "1s",
            "--drift-allow-private",
            "--drift-folder",
            &drift,
            "--alert-webhook",
            &hook,
            "--alert-secret",
            &secret,
        ])
    };
    let mut moments = fastrand::Rng::with_seed(6);
    // How often an id waited when the process was killed.
    let mut interrupted: HashMap<String, usize> = HashMap::new();
    for now in 1..=VERSIONS {
        version.store(now, Ordering::SeqCst);
        for kill in 0..KILLS {
            let child = begin();
            if kill % 2 == 0 {
                // While an alert is being taken, or soon after.
                came.until(came.all().len() + 1, Duration::from_secs(3));
                pass(moments.u64(0..60));
            } else {
                pass(moments.u64(0..LONGEST));
            }
            child.signal("-KILL");
            drop(child.end());
            for id in left(Path::new(&drift)) {
                *interrupted.entry(id).or_default() += 1;
            }
        }
    }
    let child = begin();
    let last = |taken: &[Taken]| {
        let of_last = taken.iter().map(Taken::json).filter(|json| {
            let unknown = |number: usize| {
                Digest::of(Algorithm::Sha384, code(&format!("s{number}"), VERSIONS).as_bytes()).url_safe()
            };
            let number = json["subject"].as_str().unwrap().strip_prefix("shop/s").unwrap().parse().unwrap();
            json["what_to_do"].as_str().unwrap().contains(&unknown(number))
        });
        of_last.map(|json| json["subject"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>().len()
    };
    let waited_from = Instant::now();
    while last(&came.all()) < SCRIPTS || !left(Path::new(&drift)).is_empty() {
        assert!(waited_from.elapsed() < PATIENCE, "{:#?}", came.all());
        came.until(came.all().len() + 1, Duration::from_millis(200));
    }
    child.terminate();
    drop(child.end());

    check(&came.all(), &interrupted);
}

/// `interrupted`: how often an id waited when the process was killed.
fn check(taken: &[Taken], interrupted: &HashMap<String, usize>) {
    assert!(taken.iter().all(Taken::is_signed));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut ids: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for one in taken {
        *counts.entry(one.id.clone()).or_default() += 1;
        let json = one.json();
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        let news = (text("subject"), text("fingerprint"));
        ids.entry(news).or_default().insert(one.id.clone());
    }
    for (id, times) in interrupted {
        let count = counts.get(id).copied().unwrap_or_default();
        assert!(count >= 1, "{id} waited, and nobody was told");
        assert!(count <= 1 + times, "{id} was told {count} times, and interrupted {times} times");
    }
    for (id, count) in &counts {
        assert!(*count == 1 || interrupted.contains_key(id), "{id} was told {count} times without a kill");
    }
    for (news, ids) in &ids {
        let of_subject = || {
            let all = taken.iter().map(Taken::json);
            all.filter(|json| json["subject"].as_str() == Some(&news.0)).collect::<Vec<_>>()
        };
        assert_eq!(ids.len(), 1, "{news:?} was told as another: {:#?}", of_subject());
    }
    assert!(!interrupted.is_empty(), "no kill fell into a delivery: nothing was tested");
}
