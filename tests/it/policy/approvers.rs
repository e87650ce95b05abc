//! Signed locks: what counts, and what is noticed when somebody changes one.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use countersign::clock::Clock;
use countersign::diagnostic::{Diagnostic, SourceFile};
use countersign::inventory::approval::{
    Request, RetireRequest, Signing, approve_bytes, approve_signed, cosign, retire,
};
use countersign::inventory::{Approver, Approvers, Form, Lock, ScriptId, SigningKey, Trust};
use countersign::policy::{check_trusting, load_trusting};
use countersign::sri::{Algorithm, Digest};

use super::folder::{Folder, POLICY};

const AT: &str = "2026-11-23T21:04:05Z";

/// Two people and a stranger.
struct People {
    alice: SigningKey,
    bob: SigningKey,
    mallory: SigningKey,
    quorum: usize,
}

impl People {
    fn with_quorum(quorum: usize) -> Self {
        let [alice, bob, mallory] = [(); 3].map(|()| SigningKey::generate().unwrap());
        Self { alice, bob, mallory, quorum }
    }

    fn trust(&self) -> Trust {
        self.trust_at("2026-11-24T00:00:00Z")
    }

    fn trust_at(&self, now: &str) -> Trust {
        let approver = |name: &str, key: &SigningKey| Approver { name: name.to_owned(), key: key.public() };
        let list = vec![approver("alice", &self.alice), approver("bob", &self.bob)];
        Trust::new(Approvers::new(list, self.quorum).unwrap(), Clock::Fixed(now.parse().unwrap()))
    }

    fn approve(&self, folder: &Path, script: &str, form: Form, bytes: &[u8], retire_earlier: bool) {
        let trust = self.trust();
        let signing = Signing { key: Some(&self.alice), trust: &trust };
        let script = ScriptId::new(script).unwrap();
        approve_signed(&Request { retire_earlier, ..request(folder, &script, form, bytes) }, signing)
            .unwrap();
        self.cosign_last(folder);
    }

    fn retire(&self, folder: &Path, script: &str, digest: Option<&Digest>) {
        let trust = self.trust();
        let script = ScriptId::new(script).unwrap();
        let request = RetireRequest {
            folder,
            site: "shop",
            script: &script,
            digest,
            by: "alice@shop.example",
            because: "it has a hole",
            at: AT.parse().unwrap(),
        };
        retire(&request, Signing { key: Some(&self.alice), trust: &trust }).unwrap();
        self.cosign_last(folder);
    }

    fn cosign_last(&self, folder: &Path) {
        if self.quorum == 2 {
            let trust = self.trust();
            let entry = lock(folder, &trust).entries().last().unwrap().digest.clone();
            cosign(folder, "shop", &entry, &self.bob, &trust).unwrap();
        }
    }

    /// What `check` says, by the binary: its exit code, and file name, line and message of each problem.
    fn check(&self, folder: &Folder) -> (i32, Vec<(String, usize, String)>) {
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["check", "--json", "--deny-warnings", "--quorum", &self.quorum.to_string()])
            .arg(format!("--approver=alice={}", self.alice.public()))
            .arg(format!("--approver=bob={}", self.bob.public()))
            .arg(folder.path())
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        let problems = said["diagnostics"].as_array().unwrap().iter().map(|problem| {
            let file = problem["file"].as_str().unwrap();
            let name = file.strip_prefix(folder.path().to_str().unwrap()).unwrap().trim_start_matches('/');
            let line = problem["line"].as_u64().map_or(0, |line| usize::try_from(line).unwrap());
            (name.to_owned(), line, problem["message"].as_str().unwrap().to_owned())
        });
        (output.status.code().unwrap(), problems.collect())
    }
}

fn request<'a>(folder: &'a Path, script: &'a ScriptId, form: Form, bytes: &'a [u8]) -> Request<'a> {
    Request {
        folder,
        site: "shop",
        script,
        form,
        bytes,
        by: "alice@shop.example",
        because: "release 3.4.1",
        at: AT.parse().unwrap(),
        retire_earlier: false,
    }
}

fn lock(folder: &Path, trust: &Trust) -> Lock {
    let path = folder.join("shop.lock");
    let text = std::fs::read_to_string(&path).unwrap();
    let (lock, problems) = Lock::parse(&SourceFile::new(path, &text), "shop", trust);
    lock.unwrap_or_else(|| panic!("{problems:#?}"))
}

/// The digests that are approved, whatever for.
fn live(lock: &Lock) -> BTreeSet<String> {
    let scripts = ["chat", "theme"].map(|script| ScriptId::new(script).unwrap());
    let live = scripts.iter().flat_map(|script| lock.live(script));
    live.map(|live| format!("{} {}", live.approval.script, live.approval.digest)).collect()
}

/// What is said about the folder by the library, as at a start.
fn said(folder: &Folder, trust: &Trust) -> Vec<String> {
    check_trusting(folder.path(), trust).diagnostics.into_iter().map(|found| found.message).collect()
}

/// A lock with every kind of entry, all of them signed by both.
fn signed_folder(people: &People) -> Folder {
    let folder = Folder::shop();
    people.approve(folder.path(), "chat", Form::External, b"chat(1)", false);
    people.approve(folder.path(), "theme", Form::Inline, b"theme(1)", false);
    people.approve(folder.path(), "chat", Form::External, b"chat(2)", true);
    people.approve(folder.path(), "theme", Form::Inline, b"theme(2)", false);
    people.retire(folder.path(), "theme", Some(&Digest::of(Algorithm::Sha256, b"theme(1)")));
    people.approve(folder.path(), "chat", Form::External, b"chat(3)", false);
    folder
}

#[test]
fn what_enough_approvers_signed_counts_and_nothing_is_said() {
    let people = People::with_quorum(2);
    let folder = signed_folder(&people);
    assert_eq!(people.check(&folder), (0, Vec::new()));
    let loaded = load_trusting(folder.path(), None, 1, &people.trust()).unwrap();
    assert_eq!(loaded.snapshot.sites[0].mirror.len(), 2, "chat(2) and chat(3); chat(1) was retired");
    assert_eq!(live(&lock(folder.path(), &people.trust())).len(), 3);
}

#[test]
fn one_person_who_signs_twice_is_one_person() {
    let people = People::with_quorum(2);
    let folder = Folder::shop();
    let trust = people.trust();
    let script = ScriptId::new("chat").unwrap();
    let signing = Signing { key: Some(&people.alice), trust: &trust };
    approve_signed(&request(folder.path(), &script, Form::External, b"chat()"), signing).unwrap();
    let text = folder.read("shop.lock");
    let signature = text.lines().find(|line| line.starts_with("  { key")).unwrap();
    folder.write("shop.lock", text.replace(signature, &format!("{signature}\n{signature}")));
    assert!(live(&lock(folder.path(), &trust)).is_empty());
    let messages = said(&folder, &trust);
    assert!(messages[0].contains("2 approvers must sign it, and only alice did"), "{messages:#?}");
    let entry = lock(folder.path(), &trust).entries()[0].digest.clone();
    cosign(folder.path(), "shop", &entry, &people.bob, &trust).unwrap();
    assert_eq!(live(&lock(folder.path(), &trust)).len(), 1);
}

#[test]
fn strangers_nobody_and_the_future_approve_nothing_and_earlier_approvals_stay() {
    let people = People::with_quorum(1);
    for (key, now, why) in [
        (Some(&people.mallory), "2026-11-24T00:00:00Z", "belongs to no approver"),
        (None, "2026-11-24T00:00:00Z", "it is not signed; an approver must sign it"),
        (Some(&people.alice), "2026-11-23T20:59:04Z", "which is in the future"),
    ] {
        let folder = Folder::shop();
        let trust = people.trust_at(now);
        let [theme, chat] = ["theme", "chat"].map(|script| ScriptId::new(script).unwrap());
        let at = "2026-11-01T00:00:00Z".parse().unwrap();
        let earlier = Request { at, ..request(folder.path(), &theme, Form::Inline, b"theme()") };
        approve_signed(&earlier, Signing { key: Some(&people.bob), trust: &trust }).unwrap();
        let approved = live(&lock(folder.path(), &trust));
        assert_eq!(approved.len(), 1);
        let request = request(folder.path(), &chat, Form::External, b"evil()");
        approve_signed(&request, Signing { key, trust: &trust }).unwrap();
        assert_eq!(live(&lock(folder.path(), &trust)), approved, "{why}");
        let messages = said(&folder, &trust);
        let told =
            messages.iter().find(|message| message.starts_with("entry 2 (approval of `chat`) does not"));
        assert!(told.is_some_and(|message| message.contains(why)), "{messages:#?}");
    }
}

#[test]
fn a_clock_that_is_a_little_behind_stops_nothing() {
    let people = People::with_quorum(1);
    let folder = Folder::shop();
    people.approve(folder.path(), "chat", Form::External, b"chat()", false);
    assert_eq!(live(&lock(folder.path(), &people.trust_at("2026-11-23T20:59:06Z"))).len(), 1);
    assert_eq!(live(&lock(folder.path(), &people.trust_at("2026-11-23T20:59:04Z"))).len(), 0);
    let nobody = Trust::new(Approvers::none(), Clock::Fixed("2026-11-23T20:59:04Z".parse().unwrap()));
    assert_eq!(live(&lock(folder.path(), &nobody)).len(), 0, "without approvers the future is no better");
}

#[test]
fn what_was_ended_does_not_come_back_by_breaking_a_signature() {
    let people = People::with_quorum(1);
    let folder = Folder::shop();
    people.approve(folder.path(), "chat", Form::External, b"chat(1)", false);
    people.approve(folder.path(), "chat", Form::External, b"chat(2)", false);
    let approved = live(&lock(folder.path(), &people.trust()));
    people.retire(folder.path(), "chat", Some(&Digest::of(Algorithm::Sha384, b"chat(1)")));
    let whole = folder.read("shop.lock");
    let (before, retirement) = whole.split_once("[[retirement]]").unwrap();
    let unsigned = retirement.split("signatures").next().unwrap();
    folder.write("shop.lock", format!("{before}[[retirement]]{unsigned}"));
    let left = live(&lock(folder.path(), &people.trust()));
    assert_eq!((approved.len(), left.len()), (2, 1));
    let message = &said(&folder, &people.trust())[0];
    assert!(message.starts_with("entry 3 (retirement of `chat`) does not count"), "{message}");
    assert!(message.ends_with("What it ends is ended all the same"), "{message}");
}

#[test]
fn a_signed_entry_is_worth_nothing_in_the_lock_of_another_site() {
    let people = People::with_quorum(1);
    let folder = Folder::shop();
    people.approve(folder.path(), "chat", Form::External, b"chat()", false);
    folder.write("other.toml", POLICY.replace("shop.example", "other.example"));
    folder.write("other.lock", folder.read("shop.lock"));
    let bytes = Digest::of(Algorithm::Sha384, b"chat()").url_safe();
    folder.write(&format!("other.scripts/chat/{bytes}.js"), "chat()");
    let loaded = load_trusting(folder.path(), None, 1, &people.trust()).unwrap();
    let mirrored = |site: usize| loaded.snapshot.sites[site].mirror.len();
    assert_eq!((mirrored(0), mirrored(1)), (0, 1), "other, shop");
    assert!(loaded.warnings.iter().any(|warning| warning.message.contains("another site's lock")));
}

#[test]
fn signatures_that_nobody_looks_at_are_told() {
    let people = People::with_quorum(1);
    let folder = Folder::shop();
    people.approve(folder.path(), "chat", Form::External, b"chat()", false);
    let messages = said(&folder, &Trust::default());
    assert!(messages[0].contains("no approvers are set"), "{messages:#?}");
}

/// A lock's entries as text, each with its first line's number, and what stands before them.
fn entries(text: &str) -> (String, Vec<String>) {
    let mut parts = text.split("\n[[");
    let head = parts.next().unwrap().to_owned();
    (head, parts.map(|part| format!("\n[[{}", part.trim_end_matches('\n'))).collect())
}

fn joined(head: &str, entries: &[String]) -> String {
    format!("{head}{}\n", entries.join("\n"))
}

/// The line on which an entry's header stands, of entries that are joined.
fn line_of(head: &str, entries: &[String], number: usize) -> usize {
    let before = if number == 0 { head.to_owned() } else { joined(head, &entries[..number]) };
    before.matches('\n').count() + 2
}

/// Other values for a line of an entry, each valid by itself.
fn other_values(line: &str, people: &People, strange: &str) -> Vec<String> {
    let [sha384, sha256] =
        [Algorithm::Sha384, Algorithm::Sha256].map(|algorithm| Digest::of(algorithm, b"x"));
    let key = line.split_once('=').map_or("", |(key, _)| key.trim());
    let whole = match key {
        "script" => vec!["script = \"chat\"".into(), "script = \"theme\"".into()],
        "digest" => vec![format!("digest = \"{sha384}\""), format!("digest = \"{sha256}\"")],
        "retires" => vec![format!("retires = \"{sha256}\""), "retires = \"all\"".into()],
        "size" => vec!["size = 5".into(), "size = 0".into()],
        "at" => vec!["at = 2026-11-23T21:04:04Z".into(), "at = 2030-01-01T00:00:00Z".into()],
        "by" => vec!["by = \"mallory@shop.example\"".into()],
        "because" => vec!["because = \"release 3.4.2\"".into()],
        "retires-earlier" => vec!["retires-earlier = false".into()],
        "previous" => vec![format!("previous = \"{sha384}\"")],
        "signatures" => vec!["signatures = [], x = [".into()],
        "{ key" => {
            let others = [&people.alice, &people.bob, &people.mallory].map(|key| key.public().to_string());
            let old_key = line.split('"').nth(1).unwrap();
            let value = line.split('"').nth(3).unwrap();
            let flipped = if value.starts_with('A') { "B" } else { "A" };
            let mut changed: Vec<String> = others.iter().map(|key| line.replace(old_key, key)).collect();
            changed.push(line.replace(value, &format!("{flipped}{}", &value[1..])));
            changed.push(line.replace(value, strange));
            changed.push(line.replace(value, &value[..40]));
            changed
        }
        _ => Vec::new(),
    };
    whole.into_iter().filter(|other| other.split_whitespace().ne(line.split_whitespace())).collect()
}

/// Every way in which one thing in the lock was changed: what was done, the new text, and between which
/// lines it must be told.
fn tamperings(text: &str, people: &People) -> Vec<(String, String, usize, usize)> {
    let (head, entries) = entries(text);
    let end = usize::MAX;
    let strange = entries[0].lines().find_map(|line| line.split('"').nth(3)).unwrap().to_owned();
    let mut all = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let from = line_of(&head, &entries, number);
        // The chain breaks at the entry behind.
        let to = if number + 2 < entries.len() { line_of(&head, &entries, number + 2) } else { end };
        let mut with = |what: String, changed: String| {
            let mut changed_entries = entries.clone();
            changed_entries[number] = changed;
            all.push((what, joined(&head, &changed_entries), from, to));
        };
        let lines: Vec<&str> = entry.lines().collect();
        for (place, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            for other in other_values(line, people, &strange) {
                let mut changed = lines.clone();
                changed[place] = &other;
                with(format!("entry {number}: {line} -> {other}"), changed.join("\n"));
            }
            let mut changed = lines.clone();
            changed.remove(place);
            with(format!("entry {number}: without {line}"), changed.join("\n"));
        }
        if !entry.contains("retires-earlier") && entry.contains("[[approval]]") {
            let changed = entry.replace("\nsignatures", "\nretires-earlier = true\nsignatures");
            with(format!("entry {number}: ends earlier ones"), changed);
        }
        with(format!("entry {number}: twice"), format!("{entry}\n{entry}"));
    }
    for first in 0..entries.len() {
        for second in first + 1..entries.len() {
            let mut changed = entries.clone();
            changed.swap(first, second);
            all.push((format!("{first} and {second} swapped"), joined(&head, &changed), 1, end));
        }
        let mut changed = entries.clone();
        changed.remove(first);
        all.push((format!("without entry {first}"), joined(&head, &changed), 0, end));
        all.push((format!("cut before entry {first}"), joined(&head, &entries[..first]), 0, end));
    }
    all
}

#[test]
fn whatever_is_changed_in_a_signed_lock_is_noticed_by_check_and_by_a_reload() {
    let people = People::with_quorum(2);
    let folder = signed_folder(&people);
    let text = folder.read("shop.lock");
    let approved = live(&lock(folder.path(), &people.trust()));
    let tamperings = tamperings(&text, &people);
    assert!(tamperings.len() > 150, "only {}", tamperings.len());
    for (what, changed, from, to) in tamperings {
        folder.write("shop.lock", &text);
        let running = people.trust();
        load_trusting(folder.path(), None, 1, &running).unwrap();
        folder.write("shop.lock", &changed);

        let (code, problems) = people.check(&folder);
        assert_eq!(code, 1, "{what}: {problems:#?}");
        let told = |(file, line, _): &(String, usize, String)| {
            (file == "shop.lock" && (from..to).contains(line))
                || file.starts_with("shop.scripts/") && from == 0
        };
        assert!(problems.iter().any(told), "{what}, lines {from} to {to}: {problems:#?}\n{changed}");

        // Nothing may count in a start that did not count before; and a reload refuses, or tells.
        let (fresh, _) = Lock::parse(&SourceFile::new("shop.lock", &changed), "shop", &people.trust());
        let fresh = fresh.map(|lock| live(&lock)).unwrap_or_default();
        let added: Vec<_> = fresh.difference(&approved).collect();
        // An older lock approves what was approved then; only a running process can know.
        let older = what.starts_with("cut before");
        assert!(added.is_empty() || older, "{what}: {added:?}");
        assert!(!older || load_trusting(folder.path(), None, 2, &running).is_err(), "{what}");
        match load_trusting(folder.path(), None, 2, &running) {
            Ok(loaded) => assert!(!loaded.warnings.is_empty(), "{what}"),
            Err(problems) => assert!(problems.iter().any(Diagnostic::is_error), "{what}"),
        }
    }
}

#[test]
fn a_running_process_notices_that_its_lock_is_an_older_one() {
    let people = People::with_quorum(2);
    let folder = signed_folder(&people);
    let whole = folder.read("shop.lock");
    let running = people.trust();
    load_trusting(folder.path(), None, 1, &running).unwrap();
    let (head, entries) = entries(&whole);
    for kept in 0..entries.len() {
        folder.write("shop.lock", joined(&head, &entries[..kept]));
        let problems = load_trusting(folder.path(), None, 2, &running).unwrap_err();
        assert!(problems[0].message.contains("entries that were in force are gone"), "{kept}: {problems:#?}");
    }
    std::fs::remove_file(folder.join("shop.lock")).unwrap();
    let problems = load_trusting(folder.path(), None, 2, &running).unwrap_err();
    assert!(problems[0].message.contains("entries that were in force are gone"), "{problems:#?}");
    folder.write("shop.lock", &whole);
    people.approve(folder.path(), "chat", Form::External, b"chat(4)", false);
    load_trusting(folder.path(), None, 2, &running).unwrap();
    // What nobody signed was never in force: it may go again.
    let with_unsigned = folder.read("shop.lock");
    let script = ScriptId::new("chat").unwrap();
    approve_bytes(&request(folder.path(), &script, Form::External, b"chat(5)")).unwrap();
    load_trusting(folder.path(), None, 3, &running).unwrap();
    folder.write("shop.lock", with_unsigned);
    load_trusting(folder.path(), None, 4, &running).unwrap();
}

#[test]
fn a_second_signature_changes_no_other_letter() {
    let people = People::with_quorum(2);
    let folder = Folder::shop();
    let script = ScriptId::new("chat").unwrap();
    approve_bytes(&request(folder.path(), &script, Form::External, b"chat()")).unwrap();
    // Somebody's remark, and no line end behind the last value.
    let text = folder
        .read("shop.lock")
        .replace("because  = \"release 3.4.1\"", "because  = \"release 3.4.1\" # see #812");
    folder.write("shop.lock", text.trim_end());
    let trust = people.trust();
    let entry = lock(folder.path(), &trust).entries()[0].digest.clone();
    for key in [&people.alice, &people.bob, &people.alice] {
        cosign(folder.path(), "shop", &entry, key, &trust).unwrap();
        let read = lock(folder.path(), &trust);
        assert_eq!(read.entries()[0].digest, entry);
    }
    let written = folder.read("shop.lock");
    assert!(written.starts_with(text.trim_end()), "{written}");
    let read = lock(folder.path(), &trust);
    assert_eq!((read.entries()[0].signatures.len(), live(&read).len()), (2, 1));
}
