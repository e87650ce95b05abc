//! A lock of a hundred thousand entries.

use std::fmt::Write;
use std::time::Instant;

use countersign::clock::Clock;
use countersign::diagnostic::SourceFile;
use countersign::inventory::{
    Approval, Approver, Approvers, Lock, ScriptId, Signature, SigningKey, Statement, Trust, entry_digest,
};
use countersign::sri::{Algorithm, Digest};

const ENTRIES: usize = 100_000;

/// As `approve` writes it: five versions of each script, one after the other.
fn lock(signers: &[&SigningKey]) -> String {
    let mut text = "version = 1\n".to_owned();
    let mut previous = None;
    for number in 0..ENTRIES {
        let approval = Approval {
            script: ScriptId::new(&format!("script-{}", number / 5)).unwrap(),
            digest: Digest::of(Algorithm::Sha384, &number.to_le_bytes()),
            size: 48_213,
            at: "2026-11-23T21:04:05Z".parse().unwrap(),
            by: "alice@shop.example".to_owned(),
            because: format!("vendor release {number}, ticket SHOP-812"),
            previous: previous.take(),
            retires_earlier: false,
        };
        writeln!(
            text,
            "\n[[approval]]\nscript   = \"{}\"\ndigest   = \"{}\"\nsize     = {}\nat       = {}\nby       = \"{}\"\nbecause  = \"{}\"",
            approval.script, approval.digest, approval.size, approval.at, approval.by, approval.because
        )
        .unwrap();
        if let Some(previous) = &approval.previous {
            writeln!(text, "previous = \"{previous}\"").unwrap();
        }
        let digest = entry_digest(&Statement::Approval(approval));
        if !signers.is_empty() {
            text.push_str("signatures = [\n");
            for key in signers {
                let signature = Signature::make(key, "shop", &digest).unwrap();
                writeln!(text, "  {{ key = \"{}\", sig = \"{}\" }},", signature.key, signature.value())
                    .unwrap();
            }
            text.push_str("]\n");
        }
        previous = Some(digest);
    }
    text
}

/// Memory of this process now and at most, in MiB.
fn memory() -> (usize, usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().strip_suffix(" kB").unwrap().trim().parse::<usize>().unwrap() / 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

fn read(text: &str, trust: &Trust, what: &str) -> Lock {
    let source = SourceFile::new("shop.lock", text);
    let begun = Instant::now();
    let (lock, problems) = Lock::parse(&source, "shop", trust);
    let took = begun.elapsed();
    let (now, most) = memory();
    eprintln!(
        "{what}: {ENTRIES} entries, {} MiB, read in {took:?}; memory {now} MiB, at most {most} MiB",
        text.len() >> 20
    );
    assert_eq!(problems, []);
    lock.unwrap()
}

#[test]
fn a_lock_of_a_hundred_thousand_entries_is_read() {
    let text = lock(&[]);
    let lock = read(&text, &Trust::default(), "unsigned");
    assert_eq!(lock.entries().len(), ENTRIES);
    for number in [0, 777, ENTRIES / 5 - 1] {
        let script = ScriptId::new(&format!("script-{number}")).unwrap();
        let live = lock.live(&script);
        assert_eq!(live.len(), 5);
        assert_eq!(live[4].approval.digest, Digest::of(Algorithm::Sha384, &(number * 5 + 4).to_le_bytes()));
    }
}

#[test]
#[ignore = "measures, for minutes: run it in release"]
fn a_signed_lock_of_a_hundred_thousand_entries_is_read_and_faster_the_second_time() {
    let [alice, bob] = [(); 2].map(|()| SigningKey::generate().unwrap());
    let approver = |name: &str, key: &SigningKey| Approver { name: name.to_owned(), key: key.public() };
    let list = vec![approver("alice", &alice), approver("bob", &bob)];
    let trust = Trust::new(Approvers::new(list, 2).unwrap(), Clock::System);
    let text = lock(&[&alice, &bob]);
    for what in ["two signatures each, first time", "the same again"] {
        let lock = read(&text, &trust, what);
        assert!(lock.entries().iter().all(|entry| entry.counts));
    }
}
