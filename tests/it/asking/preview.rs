//! `countersign preview`: what another policy would change, by what was observed.

use countersign::inventory::Decision;
use countersign::store::{Class, Violation};
use serde_json::Value;

use super::observed::{Kept, now, script, stderr, sum, violation};

const PAY: &str = "https://shop.test/checkout/pay";

fn policy(rest: &str) -> String {
    format!("hosts = [\"shop.test\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n{rest}\n")
}

const CHAT: &str = r#"
[[script]]
id    = "chat"
url   = "https://cdn.example/chat.js"
pages = ["/help/*"]
tier  = "pin"
why   = "Chat"
"#;

fn approve(kept: &Kept, folder: &str) {
    kept.file("chat.js", "chat()\n");
    let arguments = [
        "approve",
        "chat",
        "--file",
        "chat.js",
        "--because",
        "x",
        "--by",
        "a@b",
        "--yes",
        "--policies",
        folder,
    ];
    let output = kept.run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// The outcome of what has this name.
fn outcome(answer: &Value, what: &str) -> String {
    let rows = answer["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["what"] == what).unwrap_or_else(|| panic!("{what} in {answer}"));
    row["outcome"].as_str().unwrap().to_owned()
}

#[test]
fn a_script_on_more_pages_newly_passes_and_one_that_is_named_no_longer_is_newly_stopped() {
    let mut kept = Kept::new();
    kept.file("before/shop.toml", &policy(CHAT));
    kept.file("after/shop.toml", &policy(&CHAT.replace("\"/help/*\"", "\"/help/*\", \"/checkout/*\"")));
    kept.file("none/shop.toml", &policy(""));
    approve(&kept, "before");
    approve(&kept, "after");
    kept.write(
        Vec::new(),
        vec![
            script("https://cdn.example/chat.js", "/checkout/*", Decision::Quarantine, "unknown-url", true),
            script("https://cdn.example/chat.js", "/help/*", Decision::Pin, "approved-url", true),
            script("https://evil.example/x.js", "/*", Decision::Quarantine, "unknown-url", true),
        ],
    );
    let outcomes = |answer: &Value| -> Vec<String> {
        let rows = answer["rows"].as_array().unwrap().iter();
        let mut all: Vec<String> = rows
            .map(|row| {
                format!(
                    "{} {} {}",
                    row["rule"].as_str().unwrap(),
                    row["what"].as_str().unwrap().len(),
                    row["outcome"].as_str().unwrap()
                )
            })
            .collect();
        all.sort();
        all
    };
    let wider = kept.json(&["preview", "--policies", "after", "--before", "before", "--json"]);
    assert_eq!(
        outcomes(&wider),
        ["/* 25 still-stopped", "/checkout/* 27 newly-passing", "/help/* 27 still-passing"]
    );
    let none = kept.json(&["preview", "--policies", "none", "--before", "before", "--json"]);
    assert_eq!(
        outcomes(&none),
        ["/* 25 still-stopped", "/checkout/* 27 still-stopped", "/help/* 27 newly-stopped"]
    );
    let same = kept.json(&["preview", "--policies", "before", "--before", "before", "--json"]);
    assert_eq!(
        outcomes(&same),
        ["/* 25 still-stopped", "/checkout/* 27 still-stopped", "/help/* 27 still-passing"]
    );
}

#[test]
fn from_observing_to_enforcing_is_what_pages_would_lose() {
    let mut kept = Kept::new();
    kept.file("after/shop.toml", &policy("mode = \"enforce\""));
    kept.write(
        vec![sum(
            Violation {
                disposition: "report".into(),
                ..violation(Class::PolicyFault, "form-action", "https://bank.example/")
            },
            3,
            3,
            now(),
            &[PAY],
        )],
        vec![script("https://cdn.example/chat.js", "/*", Decision::Quarantine, "unknown-url", false)],
    );
    let output = kept.run(&["preview", "--policies", "after", "--fail-on", "newly-stopped"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("2 newly-stopped"), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Newly stopped: pages may break") && text.contains("100.0 %"), "{text}");
    let output = kept.run(&["preview", "--policies", "after", "--fail-on", "newly-passing"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn reports_are_matched_with_the_candidates_csp() {
    let mut kept = Kept::new();
    kept.file("before/shop.toml", &policy("[csp]\nconnect-src = [\"'self'\"]"));
    kept.file("after/shop.toml", &policy("[csp]\nconnect-src = [\"'self'\", \"https://api.example\", \"https:\"]\nframe-src = [\"'none'\"]"));
    let all = [
        ("connect-src", "https://api.example/v1", "newly-passing"),
        ("connect-src", "http://plain.example/", "still-stopped"),
        ("connect-src", "wss://live.example/", "unknown"),
        ("connect-src", "https://shop.test/already", "unknown"),
        ("frame-src", "https://frame.example/", "still-stopped"),
        ("font-src", "https://fonts.example/", "unknown"),
        ("script-src", "eval", "still-stopped"),
        ("script-src-elem", "inline", "still-stopped"),
        ("script-src-elem", "https://evil.example/x.js", "still-stopped"),
        ("frame-ancestors", "https://other.example/", "unknown"),
    ];
    let sums = all.iter().map(|(directive, blocked, _)| {
        sum(violation(Class::Unjoined, directive, blocked), 2, 2, now(), &[PAY])
    });
    let mut sums: Vec<_> = sums.collect();
    sums.push(sum(
        violation(Class::ForgedOrStale, "connect-src", "https://forged.example/"),
        2,
        2,
        now(),
        &[PAY],
    ));
    kept.write(sums, Vec::new());
    let answer = kept.json(&["preview", "--policies", "after", "--before", "before", "--json"]);
    for (directive, blocked, expected) in all {
        assert_eq!(outcome(&answer, blocked), expected, "{directive} {blocked}: {answer}");
    }
    assert_eq!(answer["rows"].as_array().unwrap().len(), all.len(), "what is forged is left out");
    let text = kept.answer(&["preview", "--policies", "after", "--before", "before"]);
    assert!(text.contains("NEWLY PASSING: each of these is a grant"), "{text}");
}

#[test]
fn what_is_suggested_newly_passes_and_nothing_else_does() {
    let mut kept = Kept::new();
    kept.file("policies/shop.toml", &policy("[csp]\nconnect-src = [\"'self'\"]"));
    kept.write(
        vec![
            sum(violation(Class::PolicyFault, "connect-src", "https://api.example/v1"), 9, 4, now(), &[PAY]),
            sum(violation(Class::NeverServed, "connect-src", "https://evil.example/"), 9, 4, now(), &[PAY]),
        ],
        Vec::new(),
    );
    let toml =
        kept.json(&["reports", "--suggest", "--json"])["suggestions"][0]["toml"].as_str().unwrap().to_owned();
    kept.file("after/shop.toml", &policy(&toml));
    let answer = kept.json(&["preview", "--policies", "after", "--before", "policies", "--json"]);
    assert_eq!(outcome(&answer, "https://api.example/v1"), "newly-passing");
    assert_eq!(outcome(&answer, "https://evil.example/"), "still-stopped");
}

#[test]
fn a_candidate_that_is_not_in_order_is_refused_as_check_refuses_it() {
    let kept = Kept::new();
    kept.file("after/shop.toml", "hosts = [\"shop.test\"]\nmod = \"enforce\"\n");
    let output = kept.run(&["preview", "--policies", "after"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("shop.toml") && stderr(&output).contains("mode"), "{}", stderr(&output));
}
