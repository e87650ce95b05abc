//! `countersign reports --suggest`: what is proposed is TOML that does what it is proposed for, and no more.

use countersign::store::{Class, Violation};
use serde_json::Value;

use super::observed::{Kept, now, sum, violation};

const PAY: &str = "https://shop.test/checkout/pay";
const POLICY: &str = r#"
hosts = ["shop.test"]
upstreams = ["http://127.0.0.1:3000"]

[[page]]
path = "/checkout/*"
[page.csp]
form-action = ["'self'", "https://bank.example"]

[[script]]
id    = "chat"
url   = "https://cdn.example/chat.js?v=2"
pages = ["/help/*"]
tier  = "mirror"
why   = "Chat"

[csp]
connect-src = ["'self'", "https://old.example"]
img-src     = ["'none'"]
style-src   = ["'self'"]
frame-src   = ["'self'"]
worker-src  = ["'none'"]
"#;

fn fault(directive: &str, blocked: &str) -> Violation {
    Violation { rule: Some("/checkout/*".into()), ..violation(Class::PolicyFault, directive, blocked) }
}

fn kept(violations: Vec<(Violation, u32)>) -> Kept {
    let mut kept = Kept::new();
    kept.file("policies/shop.toml", POLICY);
    let sums = violations.into_iter().map(|(violation, networks)| sum(violation, 9, networks, now(), &[PAY]));
    kept.write(sums.collect(), Vec::new());
    kept
}

/// The tables proposed for the site, read as TOML.
fn proposed(text: &str) -> toml::Table {
    text.split("# ====")
        .map(|part| part.split_once('\n').map_or("", |(_, rest)| rest))
        .find(|part| part.contains(" = ["))
        .unwrap_or("")
        .parse()
        .unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn each_directive_gets_its_line_beside_what_is_there() {
    let kept = kept(vec![
        (
            Violation {
                source: Some("https://cdn.example/chat.js".into()),
                ..fault("connect-src", "https://api.example/v1/x")
            },
            4,
        ),
        (fault("connect-src", "wss://live.example:8443/feed"), 4),
        (fault("img-src", "data"), 3),
        (fault("img-src", "https://pics.example/a.png"), 3),
        (fault("style-src-elem", "https://styles.example/a.css"), 8),
        (fault("frame-src", "https://pay.example/frame"), 3),
        (fault("worker-src", "https://shop.test/worker.js"), 3),
        (fault("form-action", "https://bank2.example/3ds"), 3),
        (
            Violation {
                reason: "approved-elsewhere".into(),
                ..fault("script-src-elem", "https://cdn.example/chat.js")
            },
            5,
        ),
    ]);
    let text = kept.answer(&["reports", "--suggest"]);
    let table = proposed(&text);
    let list = |value: &toml::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let csp = |name: &str| list(&table["csp"][name]);
    assert_eq!(
        csp("connect-src"),
        ["'self'", "https://old.example", "https://api.example", "wss://live.example:8443"]
    );
    let mut images = csp("img-src");
    images.sort();
    assert_eq!(images, ["data:", "https://pics.example"]);
    assert_eq!(csp("style-src"), ["'self'", "https://styles.example"]);
    assert_eq!(csp("frame-src"), ["'self'", "https://pay.example"]);
    assert_eq!(csp("worker-src"), ["https://shop.test/worker.js"]);
    let page = &table["page"][0];
    assert_eq!(page["path"].as_str(), Some("/checkout/*"));
    assert_eq!(
        list(&page["csp"]["form-action"]),
        ["'self'", "https://bank.example", "https://bank2.example"]
    );
    assert_eq!(table["script"][0]["id"].as_str(), Some("chat"));
    assert_eq!(list(&table["script"][0]["pages"]), ["/help/*", "/checkout/pay"]);
    assert!(text.contains("forge"), "{text}");
    for evidence in ["9 reports from 4 networks", PAY, "asked for by https://cdn.example/chat.js"] {
        assert!(text.contains(evidence), "{evidence} in {text}");
    }
}

#[test]
fn what_would_weaken_scripts_is_never_proposed() {
    let kept = kept(vec![
        (fault("script-src", "eval"), 8),
        (fault("script-src-elem", "inline"), 8),
        (fault("script-src-attr", "inline"), 8),
        (fault("style-src-elem", "inline"), 8),
        (fault("worker-src", "blob"), 8),
        (fault("frame-src", "data"), 8),
        (fault("base-uri", "https://evil.example/"), 8),
        (fault("object-src", "https://evil.example/x.swf"), 8),
        (fault("connect-src", "http://plain.example/"), 8),
        (fault("connect-src", "https://192.0.2.7/"), 8),
        (fault("connect-src", "https://old.example/x"), 8),
        (fault("script-src-elem", "https://evil.example/x.js"), 8),
        (fault("font-src", "chrome-extension"), 8),
        (Violation { site: "other".into(), ..fault("connect-src", "https://a.example/") }, 8),
    ]);
    let answer = kept.json(&["reports", "--suggest", "--even-single", "--json"]);
    assert_eq!(answer["suggestions"], Value::Array(Vec::new()));
    let withheld = answer["withheld"].as_array().unwrap();
    assert_eq!(withheld.len(), 14);
    assert!(withheld.iter().all(|one| one["why"].as_str().is_some_and(|why| why.len() > 20)), "{withheld:?}");
    let text = kept.answer(&["reports", "--suggest", "--even-single"]);
    assert!(text.contains("DANGER"), "{text}");
    // Comments only: there is not one line that could be copied.
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "{text}");
}

#[test]
fn one_network_alone_is_no_evidence_unless_asked_for() {
    let kept = kept(vec![(fault("connect-src", "https://api.example/"), 2)]);
    let lone = kept.json(&["reports", "--suggest", "--json"]);
    assert_eq!(lone["suggestions"], Value::Array(Vec::new()));
    assert!(lone["withheld"][0]["why"].as_str().unwrap().contains("--even-single"), "{lone}");
    let asked = kept.json(&["reports", "--suggest", "--even-single", "--json"]);
    assert_eq!(asked["suggestions"][0]["added"][0]["value"], "https://api.example");
}

#[test]
fn classes_that_are_no_fault_of_the_policy_are_refused_or_left_out() {
    let kept = kept(vec![]);
    let output = kept.run(&["reports", "--suggest", "--class", "never-served"]);
    assert_eq!(output.status.code(), Some(2));
    let mut kept = Kept::new();
    kept.file("policies/shop.toml", POLICY);
    let stranger = violation(Class::NeverServed, "connect-src", "https://evil.example/");
    kept.write(vec![sum(stranger, 9000, 8, now(), &[PAY])], Vec::new());
    assert_eq!(kept.answer(&["reports", "--suggest"]), "");
}

#[test]
fn no_text_of_a_stranger_leaves_its_comment_or_string() {
    let kept = kept(vec![
        (fault("connect-src\nmode = \"observe\"\n#", "https://api.example/"), 4),
        (fault("connect-src", "https://api.example/\"]\nmode = \"observe\"\n[x"), 4),
    ]);
    let text = kept.answer(&["reports", "--suggest"]);
    assert!(!text.lines().any(|line| line.starts_with("mode")), "{text}");
    let table = proposed(&text);
    assert!(table.get("mode").is_none() && table.get("x").is_none(), "{text}");
}
