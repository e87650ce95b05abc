//! Was it ours? One row for each cause that a report may have, with the class and the reason that it must get.

use std::net::IpAddr;

use serde_json::json;

use countersign::store::Store;

use super::fixture::{EARLIER, Fixture};

/// A violation of the CSP on a page: directive, what was blocked, what asked for it, how it was disposed of.
fn csp(page: &str, directive: &str, blocked: &str, source: &str, disposition: &str) -> String {
    json!({"csp-report": {
        "document-uri": page, "effective-directive": directive, "blocked-uri": blocked, "source-file": source,
        "disposition": disposition,
    }})
    .to_string()
}

fn of_type(kind: &str, page: &str, body: &serde_json::Value) -> String {
    json!([{"type": kind, "url": page, "body": body}]).to_string()
}

/// Sends one report to a fresh collector; its class, reason and rule.
fn sent(query: &str, body: &str) -> [String; 3] {
    let fixture = Fixture::in_front();
    let query = query.replace("NOW", fixture.generation());
    let status = fixture.send_to(IpAddr::from([192, 0, 2, 1]), "application/csp-report", &query, body);
    assert_eq!(status, 204, "{body}");
    let row = fixture.only();
    [row.violation.class.to_string(), row.violation.reason, row.violation.rule.unwrap_or_default()]
}

const PAGE: &str = "https://shop.example/help/";
const PAY: &str = "https://shop.example/pay/card";
const OLD: &str = "https://shop.example/old/a";
const CHAT: &str = "https://cdn.example/chat.js?v=3";
const SERVED: &str = "https://ads.example/served.js?x=2";
const STRANGER: &str = "https://evil.example/x.js";

#[test]
fn every_cause_has_its_class_and_its_reason() {
    for (page, directive, blocked, source, expected) in [
        // Approved code asked for it.
        (PAGE, "connect-src", "https://api.example/v1/x", CHAT, "policy-fault needs-connect-src"),
        (PAGE, "connect-src", "https://api.example/v1/x", PAGE, "policy-fault needs-connect-src"),
        (
            PAGE,
            "img-src",
            "https://img.example/a.png",
            "https://shop.example/app.js",
            "policy-fault needs-img-src",
        ),
        (PAGE, "worker-src", "https://shop.example/w.js", CHAT, "policy-fault needs-worker-src"),
        (PAGE, "script-src", "eval", CHAT, "policy-fault needs-eval"),
        (PAGE, "script-src", "eval", PAGE, "policy-fault needs-eval"),
        (PAGE, "script-src", "wasm-eval", CHAT, "policy-fault needs-wasm-eval"),
        (PAGE, "require-trusted-types-for", "trusted-types-sink", CHAT, "policy-fault needs-trusted-types"),
        // Approved, but not so.
        (PAGE, "script-src-elem", "https://pay.example/sdk.js", "", "policy-fault approved-elsewhere"),
        (PAGE, "script-src-elem", CHAT, PAGE, "policy-fault without-integrity"),
        (PAGE, "script-src-elem", "https://tags.example/t.js", PAGE, "policy-fault evergreen-redirects"),
        // Served, and not approved.
        (PAGE, "script-src-elem", SERVED, PAGE, "stopped-as-meant not-approved"),
        (PAGE, "script-src-elem", "https://shop.example/local.js", "", "stopped-as-meant not-approved"),
        (PAGE, "script-src-elem", "https://cdn.example/new.js", "", "stopped-as-meant no-approval"),
        (PAGE, "script-src-elem", "https://tags.example/gone.js", "", "stopped-as-meant ended"),
        (PAGE, "script-src-attr", "inline", PAGE, "stopped-as-meant unapproved-handler"),
        (PAGE, "base-uri", "https://elsewhere.example/", "", "stopped-as-meant foreign-base"),
        (PAGE, "connect-src", "https://x.example/", SERVED, "stopped-as-meant asked-by-unapproved"),
        // In no page.
        (PAGE, "script-src-elem", "chrome-extension://abc/x.js", "", "never-served extension"),
        (PAGE, "img-src", "https://x.example/", "moz-extension://abc", "never-served extension"),
        (PAGE, "script-src-elem", "https://translate.googleapis.com/t.js", "", "never-served known-injector"),
        (PAGE, "font-src", "https://x.example/", "https://superfish.com/a.js", "never-served known-injector"),
        (PAGE, "script-src-elem", STRANGER, CHAT, "never-served inserted-by-script"),
        (PAGE, "script-src-elem", "inline", CHAT, "never-served inserted-by-script"),
        (PAGE, "script-src-elem", "data", CHAT, "never-served inserted-by-script"),
        (PAGE, "script-src-attr", "inline", CHAT, "never-served inserted-by-script"),
        (PAGE, "script-src-elem", STRANGER, PAGE, "never-served not-seen"),
        (PAGE, "script-src-elem", "inline", PAGE, "never-served not-seen"),
        (PAGE, "script-src-elem", "inline", "", "never-served not-seen"),
        (PAGE, "connect-src", "https://x.example/", STRANGER, "never-served not-seen"),
        (PAY, "script-src-attr", "inline", "", "never-served not-seen"),
        (PAGE, "frame-ancestors", "https://framing.example/", "", "never-served framed"),
        (PAGE, "base-uri", "https://x.example/", "", "never-served not-seen"),
        // Not known.
        (PAGE, "img-src", "https://img.example/a.png", "", "unjoined not-looked-for"),
        (PAGE, "form-action", "https://x.example/", PAGE, "unjoined not-looked-for"),
        (PAGE, "script-src-elem", "https://x.example", "", "unjoined host-only"),
        (PAGE, "worker-src", "https://shop.example/w.js", "", "unjoined not-looked-for"),
        (PAGE, "of-the-future", "https://x.example/", CHAT, "unjoined not-looked-for"),
    ] {
        let body = csp(page, directive, blocked, source, "enforce");
        let [class, reason, _] = sent(if page == PAY { "g=NOW&p=0" } else { "g=NOW&p=2" }, &body);
        assert_eq!(format!("{class} {reason}"), expected, "{directive} {blocked} asked by {source:?}");
    }
}

#[test]
fn while_observing_more_runs_so_less_is_sure() {
    for (directive, blocked, source, expected) in [
        ("script-src-elem", CHAT, OLD, "notice only-observed"),
        ("script-src-elem", SERVED, OLD, "stopped-as-meant not-approved"),
        ("script-src-elem", "inline", OLD, "stopped-as-meant unapproved-inline"),
        ("script-src-elem", "inline", STRANGER, "never-served not-seen"),
        ("connect-src", "https://x.example/", OLD, "unjoined page-code"),
        ("script-src", "eval", OLD, "unjoined page-code"),
        ("connect-src", "https://x.example/", CHAT, "policy-fault needs-connect-src"),
        ("script-src-attr", "inline", OLD, "never-served not-seen"),
    ] {
        let [class, reason, rule] = sent("g=NOW&p=1", &csp(OLD, directive, blocked, source, "report"));
        assert_eq!(format!("{class} {reason}"), expected, "{directive} {blocked} asked by {source:?}");
        assert_eq!(rule, "/old/*");
    }
    // Where verdicts are carried out, an inline script in the markup is inert; a `javascript:` URL is not.
    let [_, reason, _] = sent("g=NOW&p=1", &csp(OLD, "script-src-elem", "inline", OLD, "enforce"));
    assert_eq!(reason, "unapproved-inline", "the rule observes, whatever the report says");
}

#[test]
fn a_report_counts_only_for_the_policies_and_the_site_that_it_names() {
    let body = csp(PAGE, "script-src-elem", STRANGER, "", "enforce");
    for (query, expected) in [
        ("g=NOW&p=2", ["never-served", "not-seen", "/*"]),
        ("g=NOW&p=0", ["never-served", "not-seen", "/pay/*"]),
        ("g=NOW&p=77", ["forged-or-stale", "unknown-rule", ""]),
        ("g=NOW", ["never-served", "not-seen", "/*"]),
        ("g=ffffffffffff&p=2", ["forged-or-stale", "unknown-generation", "/*"]),
        ("", ["forged-or-stale", "no-generation", "/*"]),
        ("g=%3Cscript%3E", ["forged-or-stale", "no-generation", "/*"]),
    ] {
        assert_eq!(sent(query, &body), expected, "{query}");
    }
    // Of earlier policies the place of the rule says nothing: the page's path does.
    let earlier = format!("g={EARLIER}&p=0");
    assert_eq!(sent(&earlier, &body), ["never-served", "not-seen", "/*"]);
    for page in ["https://evil.example/help/", "https://shop.example.evil.example/", "chrome://x", "ftp://x/"]
    {
        let [class, reason, _] = sent("g=NOW&p=2", &csp(page, "script-src-elem", STRANGER, "", "enforce"));
        let expected =
            if page.starts_with("chrome") { "never-served extension" } else { "forged-or-stale other-site" };
        assert_eq!(format!("{class} {reason}"), expected, "{page}");
    }
    for page in
        ["about:srcdoc", "about:blank", "blob:https://shop.example/7c6a", "https://www.shop.example:8443/x"]
    {
        let [class, reason, rule] = sent("g=NOW&p=2", &csp(page, "script-src-elem", STRANGER, "", "enforce"));
        assert_eq!([class.as_str(), &reason, &rule], ["never-served", "not-seen", "/*"], "{page}");
    }
}

#[test]
fn what_has_no_policy_is_not_joined() {
    let fixture = Fixture::alone();
    let body = csp(PAGE, "script-src-elem", STRANGER, "", "enforce");
    assert_eq!(fixture.send("application/csp-report", &body), 204);
    let row = fixture.only();
    assert_eq!((row.violation.class.name(), row.violation.reason.as_str()), ("unjoined", "no-policy"));
    assert_eq!((row.violation.site.as_str(), row.violation.rule), ("shop.example", None));

    // What injects into pages is known by its address, whoever serves the page.
    let fixture = Fixture::alone();
    let body = csp(PAGE, "script-src-elem", "https://www.joinhoney.com/x.js", "", "enforce");
    assert_eq!(fixture.send("application/csp-report", &body), 204);
    let violation = fixture.only().violation;
    assert_eq!((violation.class.name(), violation.reason.as_str()), ("never-served", "known-injector"));
}

#[test]
fn other_types_of_report_have_theirs() {
    let script = |blocked: &str, report_only: bool| json!({"documentURL": PAGE, "blockedURL": blocked, "destination": "script", "reportOnly": report_only});
    let hash = |url: &str, hash: &str| json!({"documentURL": PAGE, "subresourceURL": url, "hash": hash, "type": "subresource", "destination": "script"});
    let digest =
        |bytes: &[u8]| countersign::sri::Digest::of(countersign::sri::Algorithm::Sha384, bytes).to_string();
    for (kind, body, expected) in [
        ("integrity-violation", script(CHAT, false), "policy-fault without-integrity"),
        ("integrity-violation", script("https://tags.example/t.js", true), "notice evergreen-unchecked"),
        ("integrity-violation", script(SERVED, false), "stopped-as-meant not-approved"),
        (
            "integrity-violation",
            script("https://pay.example/sdk.js", false),
            "policy-fault approved-elsewhere",
        ),
        ("integrity-violation", script(STRANGER, false), "never-served not-seen"),
        (
            "script-refused",
            json!({"blockedURL": CHAT, "integrity": "sha384-x"}),
            "stopped-as-meant bytes-differ",
        ),
        (
            "script-refused",
            json!({"blockedURL": SERVED, "integrity": "sha384-x"}),
            "stopped-as-meant not-approved",
        ),
        ("script-refused", json!({"blockedURL": STRANGER, "integrity": "sha384-x"}), "never-served not-seen"),
        ("csp-hash", hash(CHAT, &digest(b"chat")), "notice approved-bytes"),
        ("csp-hash", hash(CHAT, &digest(b"another")), "notice unknown-bytes"),
        ("csp-hash", hash(CHAT, ""), "notice unread-bytes"),
        ("csp-hash", hash("https://tags.example/t.js", &digest(b"x")), "notice other-bytes"),
        ("csp-hash", hash(STRANGER, &digest(b"x")), "notice other-bytes"),
        ("deprecation", json!({"id": "UnloadHandler", "message": "x"}), "notice told"),
        ("crash", json!({"reason": "oom"}), "notice told"),
    ] {
        // The witness can't say under which policies its page was served.
        let query = if kind == "script-refused" { "" } else { "g=NOW&p=2" };
        let [class, reason, _] = sent(query, &of_type(kind, PAGE, &body));
        assert_eq!(format!("{class} {reason}"), expected, "{kind} {body}");
    }
}

#[test]
fn no_class_that_speaks_of_what_was_served_is_reached_without_naming_something_that_was() {
    // Whatever else a report says: of what the site never had comes no fault of the policy, and no stop as meant.
    let fixture = Fixture::in_front();
    let directives = [
        "script-src-elem",
        "script-src",
        "connect-src",
        "worker-src",
        "base-uri",
        "img-src",
        "trusted-types",
    ];
    let sources = ["", STRANGER, "about:blank", "https://cdn.example/chat.js.evil", "data:x"];
    for directive in directives {
        for blocked in [
            STRANGER,
            "https://x.example",
            "data:x",
            "https://cdn.example/chat.js/x",
            "//cdn.example/chat.js",
        ] {
            for source in sources {
                for disposition in ["enforce", "report"] {
                    let body = csp(PAGE, directive, blocked, source, disposition);
                    let query = format!("g={}&p=2", fixture.generation());
                    let peer = IpAddr::from([192, 0, 2, 1]);
                    fixture.send_to(peer, "application/csp-report", &query, &body);
                }
            }
        }
    }
    let rows = fixture.store.violations(usize::MAX);
    assert!(rows.len() > 50, "{}", rows.len());
    for row in rows {
        let class = row.violation.class.name();
        assert!(!["policy-fault", "stopped-as-meant"].contains(&class), "{:?}", row.violation);
    }
}
