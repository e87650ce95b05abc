//! `countersign preview`: what another policy would change, by what was observed.

use countersign::inventory::{Decision, SeenKind};
use countersign::sri::{Algorithm, Digest};
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

#[test]
fn a_script_named_with_a_query_is_the_one_that_is_reported_without() {
    let mut kept = Kept::new();
    kept.file(
        "after/shop.toml",
        &policy(&CHAT.replace("chat.js\"", "chat.js?v=2\"").replace("/help/*", "/*")),
    );
    approve(&kept, "after");
    let report = |reason: &str| Violation {
        reason: reason.into(),
        ..violation(Class::StoppedAsMeant, "script-src-elem", "https://cdn.example/chat.js")
    };
    kept.write(vec![sum(report("no-approval"), 2, 2, now(), &[PAY])], Vec::new());
    let answer = kept.json(&["preview", "--policies", "after", "--json"]);
    assert_eq!(outcome(&answer, "https://cdn.example/chat.js"), "newly-passing");
    // One that a script puts in has no integrity, whatever is approved.
    let mut kept2 = Kept::new();
    kept2.file("after/shop.toml", &policy(&CHAT.replace("/help/*", "/*")));
    approve(&kept2, "after");
    kept2.write(vec![sum(report("inserted-by-script"), 2, 2, now(), &[PAY])], Vec::new());
    let answer = kept2.json(&["preview", "--policies", "after", "--json"]);
    assert_eq!(outcome(&answer, "https://cdn.example/chat.js"), "still-stopped");
}

#[test]
fn a_path_that_was_cut_is_not_taken_for_the_whole() {
    let mut kept = Kept::new();
    kept.file(
        "after/shop.toml",
        &policy("[csp]\nconnect-src = [\"https://api.example/v1/orders/new\", \"https://b.example\"]"),
    );
    let at = |url: &str| sum(violation(Class::Unjoined, "connect-src", url), 2, 2, now(), &[PAY]);
    kept.write(
        vec![
            at("https://api.example/v1/orders/"),
            at("https://b.example/v1/orders/"),
            at("https://c.example/v1/orders/"),
        ],
        Vec::new(),
    );
    let answer = kept.json(&["preview", "--policies", "after", "--json"]);
    assert_eq!(outcome(&answer, "https://api.example/v1/orders/"), "unknown");
    assert_eq!(outcome(&answer, "https://b.example/v1/orders/"), "newly-passing");
    assert_eq!(outcome(&answer, "https://c.example/v1/orders/"), "still-stopped");
}

#[test]
fn texts_in_pages_and_code_in_attributes_are_known_by_their_digests() {
    let mut kept = Kept::new();
    let inline = "[[inline]]\nid = \"theme\"\nwhy = \"ours\"\npages = [\"/*\"]\n\n[[inline]]\nid = \"print\"\nkind = \"handler\"\nwhy = \"ours\"\npages = [\"/*\"]";
    kept.file("after/shop.toml", &policy(inline));
    for (id, text) in [("theme", "theme()"), ("print", "print()")] {
        kept.file("text.js", text);
        let arguments = [
            "approve",
            id,
            "--inline",
            "--file",
            "text.js",
            "--because",
            "x",
            "--by",
            "a@b",
            "--yes",
            "--policies",
            "after",
        ];
        let output = kept.run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let digest = |text: &str| Digest::of(Algorithm::Sha256, text.as_bytes()).to_string();
    let row = |kind: SeenKind, text: &str, reason: &'static str, verdict| {
        let mut sum = script(&digest(text), "/*", verdict, reason, true);
        sum.seen.kind = kind;
        sum
    };
    kept.write(
        Vec::new(),
        vec![
            row(SeenKind::Inline, "theme()", "unknown-digest", Decision::Quarantine),
            row(SeenKind::Inline, "evil()", "unknown-digest", Decision::Quarantine),
            row(SeenKind::Inline, "gone()", "approved-digest", Decision::Release),
            row(SeenKind::Handler, "print()", "unknown-handler", Decision::Block),
            // Approved as a handler is not approved as a script.
            row(SeenKind::JavascriptUrl, "print() ", "unknown-javascript-url", Decision::Block),
        ],
    );
    let answer = kept.json(&["preview", "--policies", "after", "--json"]);
    for (text, expected) in [
        ("theme()", "newly-passing"),
        ("evil()", "still-stopped"),
        ("gone()", "newly-stopped"),
        ("print()", "newly-passing"),
        ("print() ", "still-stopped"),
    ] {
        assert_eq!(outcome(&answer, &digest(text)), expected, "{text}: {answer}");
    }
}
