//! `explain` as a person runs it: the verdicts of a page with rule and line, and the head that was sent.

use serde_json::Value;

use super::commands::{run, stderr, stdout};
use super::folder::Folder;
use super::vendor::Vendor;

const POLICY: &str = r#"hosts = ["shop.example"]
upstreams = ["http://127.0.0.1:1"]

[[page]]
path = "/checkout{/*}?"
payment = true

[[script]]
id = "chat"
url = "https://cdn.example/chat.js"
tier = "pin"
why = "Chat"

[[script]]
id = "later"
url = "/later.js"
tier = "pin"
why = "Not approved yet"

[[inline]]
id = "theme"
why = "Dark mode"
"#;

const PAGE: &str = "<!doctype html><script src=https://cdn.example/chat.js></script><script src=/later.js></script>\
                    <script>theme()</script><script>stranger()</script>\
                    <script type=application/json>{}</script><script src=//evil.example/x.js></script>\
                    <p onclick='clicked()'>x</p>";

fn shop() -> (Folder, Vendor) {
    let folder = Folder::empty();
    folder.write("policies/shop.toml", POLICY);
    folder.write("chat.js", "chat()");
    for arguments in [
        &["approve", "chat", "--file", "chat.js", "--because", "x", "--yes"][..],
        &["approve", "theme", "--inline", "--because", "x", "--yes"],
    ] {
        let output = run(&folder, arguments, "theme()");
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let upstream = Vendor::answering(|path| {
        let head = match path {
            "/odd" => "200 OK\r\ncontent-type: text/html\r\ncontent-encoding: odd",
            _ => {
                "200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-security-policy: img-src 'self'"
            }
        };
        (head.to_owned(), PAGE.as_bytes().to_vec())
    });
    (folder, upstream)
}

fn explain(folder: &Folder, upstream: &Vendor, url: &str) -> (Option<i32>, Value) {
    let output = run(folder, &["explain", url, "--upstream", &upstream.url(""), "--json"], "");
    let json = serde_json::from_slice(&output.stdout);
    (output.status.code(), json.unwrap_or_else(|error| panic!("{error}: {}", stderr(&output))))
}

#[test]
fn every_script_has_its_verdict_reason_and_line() {
    let (folder, upstream) = shop();
    let (code, json) = explain(&folder, &upstream, "https://shop.example/checkout/pay?step=1");
    assert_eq!(code, Some(1), "something does not run");
    let scripts: Vec<(&str, &str, Value, Value)> = json["scripts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|script| {
            let text = |key: &str| script[key].as_str().unwrap();
            (text("verdict"), text("reason"), script["id"].clone(), script["line"].clone())
        })
        .collect();
    let none = || (Value::Null, Value::Null);
    let named = |id: &str, line: usize| (Value::from(id), Value::from(line));
    let expected = [
        ("pin", "approved-url", named("chat", 8)),
        ("strip", "no-approval", named("later", 14)),
        ("release", "approved-digest", named("theme", 20)),
        ("strip", "unknown-digest", none()),
        ("keep", "not-executable", none()),
        ("strip", "unknown-url", none()),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(verdict, reason, (id, line))| (verdict, reason, id, line)).collect();
    assert_eq!(scripts, expected);
    assert_eq!((&json["rule"]["path"], &json["rule"]["line"]), (&"/checkout{/*}?".into(), &4.into()));
    assert_eq!((&json["rule"]["mode"], &json["rule"]["payment"]), (&"enforce".into(), &true.into()));
    let handler = &json["attributes"][0];
    assert_eq!((&handler["attribute"], &handler["allowed"]), (&"onclick".into(), &false.into()));
    assert_eq!((&handler["verdict"], &handler["reason"]), (&"block".into(), &"unknown-handler".into()));

    let asked = upstream.requests();
    assert_eq!(asked.len(), 1, "one request: {asked:?}");
    let asked = asked[0].to_lowercase();
    assert!(asked.starts_with("get /checkout/pay?step=1 "), "{asked}");
    assert!(
        asked.contains("host: shop.example\r\n") && asked.contains("x-forwarded-proto: https\r\n"),
        "{asked}"
    );
}

#[test]
fn the_headers_are_those_that_a_visitor_gets() {
    let (folder, upstream) = shop();
    let (_, json) = explain(&folder, &upstream, "https://shop.example/checkout");
    let headers = json["headers"].to_string();
    for part in ["script-src 'sha", "img-src 'self'", "integrity-policy", "report-to countersign", "nosniff"]
    {
        assert!(headers.contains(part), "{part}: {headers}");
    }
    // Without TLS browsers deliver reports in another way.
    let (_, plain) = explain(&folder, &upstream, "http://shop.example/checkout");
    assert!(!plain["headers"].to_string().contains("report-to"), "{plain}");
}

#[test]
fn the_rule_behind_the_last_one_is_named_as_such() {
    let (folder, upstream) = shop();
    let (_, json) = explain(&folder, &upstream, "https://shop.example/");
    assert_eq!((&json["rule"]["path"], &json["rule"]["line"]), (&"/*".into(), &Value::Null));
    assert_eq!(json["scripts"][3]["verdict"], "quarantine");
}

#[test]
fn people_read_the_same_with_file_and_line() {
    let (folder, upstream) = shop();
    let arguments = ["explain", "https://shop.example/checkout", "--upstream", &upstream.url("")];
    let said = stdout(&run(&folder, &arguments, ""));
    for part in [
        "rule    /checkout{/*}? (policies/shop.toml:4): enforce, payment, strip, fail = closed",
        "pin         external https://cdn.example/chat.js\n            `chat` (policies/shop.toml:8)",
        "no-approval: the policy names it, but nobody has approved its bytes",
        "stopped     p onclick: clicked()",
        "unknown-handler: no event handler with this code is approved for this page",
        "event   The CSP stops the code in `onclick` of a `p` element on shop/checkout",
        "event   Stopped a script on shop/checkout: https://evil.example/x.js",
        "\ncontent-security-policy: script-src 'sha",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}

#[test]
fn a_page_that_is_refused_says_why() {
    let (folder, upstream) = shop();
    let (code, json) = explain(&folder, &upstream, "https://shop.example/odd");
    assert_eq!((code, &json["status"]), (Some(1), &502.into()));
    assert!(json["events"].to_string().contains("coding"), "{json}");
}

#[test]
fn a_page_on_which_all_runs_is_answered_with_yes() {
    let (folder, _) = shop();
    let upstream = Vendor::answering(|_| {
        let page = "<script src=https://cdn.example/chat.js></script><script>theme()</script>";
        ("200 OK\r\ncontent-type: text/html".to_owned(), page.as_bytes().to_vec())
    });
    assert_eq!(explain(&folder, &upstream, "https://shop.example/checkout").0, Some(0));
}

#[test]
fn what_can_not_be_explained_says_what_to_do() {
    let (folder, upstream) = shop();
    let at = upstream.url("");
    for (arguments, hint) in [
        (&["explain", "https://other.example/", "--upstream", &at][..], "there are: shop.example"),
        (&["explain", "https://shop.example/", "--policies", "nowhere"], "nowhere"),
    ] {
        let output = run(&folder, arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(hint), "{}", stderr(&output));
    }
    // The application of the policy does not listen: the visitor would get an error page, and so do we.
    let output = run(&folder, &["explain", "https://shop.example/", "--json"], "");
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["status"], 502);
}
