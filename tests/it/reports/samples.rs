//! What browsers send, each in its own spelling: of today as they were recorded here, of other years as the
//! standards, the browsers' documentation and those who collected them show.

use countersign::store::{Store, ViolationRow};

use super::fixture::Fixture;

/// A body, and what must come of it: type, directive, what it is about, source, disposition.
type Sample = (&'static str, &'static str, [&'static str; 5]);

const SAMPLES: &[Sample] = &[
    (
        "CSP level 3, report-uri",
        r#"{"csp-report":{"document-uri":"https://shop.example/page.html?a","referrer":"https://evil.example/haxor.html",
            "blocked-uri":"https://evil.example/image.png","violated-directive":"img-src","effective-directive":"img-src",
            "original-policy":"default-src 'self'; report-uri https://shop.example/r","disposition":"enforce","status-code":200,
            "script-sample":""}}"#,
        ["csp-violation", "img-src", "https://evil.example/image.png", "", "enforce"],
    ),
    (
        "CSP level 1, with the whole directive",
        r#"{"csp-report":{"document-uri":"http://shop.example/page.html","referrer":"http://evil.example/haxor.html",
            "blocked-uri":"http://evil.example/image.png","violated-directive":"default-src 'self'",
            "original-policy":"default-src 'self'; report-uri http://shop.example/csp-report.cgi"}}"#,
        ["csp-violation", "default-src", "http://evil.example/image.png", "", "enforce"],
    ),
    (
        "Reporting API, as the standard's Chromium",
        r#"[{"age":53531,"type":"csp-violation","url":"https://shop.example/csp-report","user_agent":"Mozilla/5.0 Chrome/127.0.0.0",
            "body":{"blockedURL":"inline","columnNumber":39,"disposition":"enforce","documentURL":"https://shop.example/csp-report",
            "effectiveDirective":"script-src-elem","lineNumber":121,"originalPolicy":"default-src 'self'; report-to x",
            "referrer":"https://www.google.com/","sample":"console.log(\"lo\")","sourceFile":"https://shop.example/csp-report",
            "statusCode":200}}]"#,
        ["csp-violation", "script-src-elem", "inline", "page", "enforce"],
    ),
    (
        "the same in snake case, without a list",
        r#"{"type":"csp-violation","url":"https://shop.example/","body":{"document_url":"https://shop.example/",
            "blocked_url":"https://x.example/a.js?b","effective_directive":"script-src-elem","disposition":"report"}}"#,
        ["csp-violation", "script-src-elem", "https://x.example/a.js", "", "report"],
    ),
    (
        "Chromium 70 by Report-To",
        r#"[{"type":"csp","age":10,"url":"https://shop.example/vulnerable-page/","user_agent":"Mozilla/5.0",
            "body":{"blocked":"https://evil.example/evil.js","blocked-uri":"https://evil.example/evil.js","directive":"script-src",
            "effective-directive":"script-src","policy":"script-src 'self'","status":200,"referrer":"https://evil.example/"}}]"#,
        ["csp-violation", "script-src", "https://evil.example/evil.js", "", "enforce"],
    ),
    (
        "Blink of 2014, inline",
        r#"{"csp-report":{"document-uri":"http://shop.example/","referrer":"","violated-directive":"style-src 'none'",
            "effective-directive":"style-src","original-policy":"style-src 'none'","blocked-uri":"","source-file":"http://shop.example/",
            "line-number":7,"column-number":3,"status-code":200}}"#,
        ["csp-violation", "style-src", "inline", "page", "enforce"],
    ),
    (
        "Firefox of 2014, inline as self",
        r#"{"csp-report":{"blocked-uri":"self","document-uri":"http://shop.example/","line-number":8,
            "original-policy":"script-src 'none'","referrer":"","script-sample":"alert(1)","source-file":"http://shop.example/",
            "violated-directive":"script-src 'none'"}}"#,
        ["csp-violation", "script-src", "inline", "page", "enforce"],
    ),
    (
        "Firefox of 2014, eval as self",
        r#"{"csp-report":{"blocked-uri":"self","document-uri":"http://shop.example/","line-number":8,
            "original-policy":"script-src 'self'","referrer":"","script-sample":"call to eval() or related function blocked by CSP",
            "source-file":"http://shop.example/app.js","violated-directive":"script-src 'self'"}}"#,
        ["csp-violation", "script-src", "eval", "http://shop.example/app.js", "enforce"],
    ),
    (
        "old WebKit, origin only and no effective directive",
        r#"{"csp-report":{"document-uri":"http://shop.example/","referrer":"","violated-directive":"script-src 'none'",
            "original-policy":"script-src 'none'; report-uri /r","blocked-uri":"http://cdn.example"}}"#,
        ["csp-violation", "script-src", "http://cdn.example/", "", "enforce"],
    ),
    (
        "Safari 15, with the policy's name in camel case",
        r#"{"csp-report":{"document-uri":"https://shop.example/","referrer":"","violated-directive":"connect-src",
            "effective-directive":"connect-src","original-policy":"connect-src 'self'","blocked-uri":"https://api.example/v1/users/4711",
            "status-code":200,"source-file":"https://shop.example/app.js","line-number":1,"column-number":2}}"#,
        [
            "csp-violation",
            "connect-src",
            "https://api.example/v1/users/",
            "https://shop.example/app.js",
            "enforce",
        ],
    ),
    (
        "an extension of Safari",
        r#"{"csp-report":{"document-uri":"https://shop.example/","violated-directive":"script-src-elem","effective-directive":
            "script-src-elem","blocked-uri":"inline","source-file":"webkit-masked-url://hidden/","status-code":0}}"#,
        ["csp-violation", "script-src-elem", "inline", "webkit-masked-url", "enforce"],
    ),
    (
        "an extension of Firefox",
        r#"{"csp-report":{"blocked-uri":"inline","column-number":1,"disposition":"enforce","document-uri":"https://shop.example/",
            "effective-directive":"style-src-elem","line-number":3,"original-policy":"style-src 'self'","referrer":"",
            "source-file":"moz-extension","status-code":200,"violated-directive":"style-src-elem"}}"#,
        ["csp-violation", "style-src-elem", "inline", "moz-extension", "enforce"],
    ),
    (
        "a data: script",
        r#"{"csp-report":{"document-uri":"https://shop.example/","violated-directive":"script-src-elem","blocked-uri":"data"}}"#,
        ["csp-violation", "script-src-elem", "data", "", "enforce"],
    ),
    (
        "trusted types",
        r#"[{"type":"csp-violation","url":"https://shop.example/","body":{"blockedURL":"trusted-types-sink","disposition":"enforce",
            "documentURL":"https://shop.example/","effectiveDirective":"require-trusted-types-for","lineNumber":1,
            "sample":"Element innerHTML|<img src=x onerror=1>","sourceFile":"https://shop.example/app.js","statusCode":200}}]"#,
        [
            "csp-violation",
            "require-trusted-types-for",
            "trusted-types-sink",
            "https://shop.example/app.js",
            "enforce",
        ],
    ),
    (
        "Integrity-Policy, Chromium 156 (IP26)",
        r#"[{"age":3,"type":"integrity-violation","url":"https://shop.example/t/","user_agent":"Mozilla/5.0 Chrome/156.0.0.0",
            "body":{"documentURL":"https://shop.example/t/","blockedURL":"https://vendor.example/s/a.js","destination":"script",
            "reportOnly":false}}]"#,
        ["integrity-violation", "script", "https://vendor.example/s/a.js", "", "enforce"],
    ),
    (
        "csp-hash as the standard's example",
        r#"[{"type":"csp-hash","age":12,"url":"https://shop.example/","user_agent":"Mozilla/5.0","body":{"document_url":
            "https://shop.example/","subresource_url":"https://shop.example/main.js",
            "hash":"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","type":"subresource","destination":"script"}}]"#,
        ["csp-hash", "script", "https://shop.example/main.js", "", "enforce"],
    ),
    (
        "Firefox ESR 153, code of a script",
        r#"{"csp-report":{"blocked-uri":"inline","column-number":35,"disposition":"enforce","document-uri":"https://shop.example/",
            "effective-directive":"script-src-elem","line-number":2,"original-policy":"script-src 'sha384-x'","referrer":"",
            "source-file":"https://shop.example/code.js","status-code":200,"violated-directive":"script-src-elem"}}"#,
        ["csp-violation", "script-src-elem", "inline", "https://shop.example/code.js", "enforce"],
    ),
    (
        "Firefox ESR 153, a frame by its origin",
        r#"{"csp-report":{"blocked-uri":"https://other.example:8443","column-number":0,"disposition":"enforce","document-uri":
            "https://shop.example/","effective-directive":"frame-src","original-policy":"frame-src 'self'","referrer":"",
            "status-code":200,"violated-directive":"frame-src"}}"#,
        ["csp-violation", "frame-src", "https://other.example:8443/", "", "enforce"],
    ),
    (
        "Firefox ESR 153, WebAssembly",
        r#"{"csp-report":{"blocked-uri":"wasm-eval","disposition":"enforce","document-uri":"https://shop.example/","effective-directive":
            "script-src","line-number":7,"original-policy":"script-src 'sha384-x'","referrer":"","source-file":
            "https://shop.example/code.js","status-code":200,"violated-directive":"script-src"}}"#,
        ["csp-violation", "script-src", "wasm-eval", "https://shop.example/code.js", "enforce"],
    ),
    (
        "Firefox ESR 153, a worker without who asked for it",
        r#"{"csp-report":{"blocked-uri":"https://shop.example/worker.js","disposition":"enforce","document-uri":"https://shop.example/",
            "effective-directive":"worker-src","original-policy":"script-src 'sha384-x'","referrer":"","status-code":200,
            "violated-directive":"worker-src"}}"#,
        ["csp-violation", "worker-src", "https://shop.example/worker.js", "", "enforce"],
    ),
    (
        "Chromium 156, a handler in markup",
        r#"[{"age":2,"type":"csp-violation","url":"https://shop.example/","user_agent":"Mozilla/5.0 HeadlessChrome/156.0.0.0",
            "body":{"blockedURL":"inline","disposition":"enforce","documentURL":"https://shop.example/","effectiveDirective":
            "script-src-attr","originalPolicy":"script-src 'sha384-x'","referrer":"","sample":"","statusCode":200}}]"#,
        ["csp-violation", "script-src-attr", "inline", "", "enforce"],
    ),
    (
        "Chromium 156, csp-hash",
        r#"[{"age":2,"type":"csp-hash","url":"https://shop.example/","user_agent":"Mozilla/5.0 HeadlessChrome/156.0.0.0","body":{
            "destination":"script","documentURL":"https://shop.example/","hash":
            "sha384-SKrIN4dDpW1eWZVpuGe4q/AQWuClP0h6db3Gk+mybszt4eUXcziHOuxGY37zmamf","subresourceURL":
            "https://shop.example/code.js","type":"subresource"}}]"#,
        ["csp-hash", "script", "https://shop.example/code.js", "", "enforce"],
    ),
    (
        "our witness",
        r#"[{"type":"script-refused","url":"https://shop.example/pay","body":{"blockedURL":"https://cdn.example/chat.js",
            "integrity":"sha384-x"}}]"#,
        ["script-refused", "integrity", "https://cdn.example/chat.js", "", "enforce"],
    ),
    (
        "deprecation",
        r#"[{"type":"deprecation","age":27,"url":"https://shop.example/","user_agent":"Mozilla/5.0","body":{"id":"WebSQL",
            "anticipatedRemoval":"2020-01-01","message":"gone soon","sourceFile":"https://shop.example/app.js","lineNumber":1234,
            "columnNumber":42}}]"#,
        ["deprecation", "", "WebSQL", "https://shop.example/app.js", "enforce"],
    ),
    (
        "intervention",
        r#"[{"type":"intervention","age":27,"url":"https://shop.example/","body":{"id":"audio-no-gesture","message":"no gesture",
            "sourceFile":"https://shop.example/app.js","lineNumber":1,"columnNumber":4}}]"#,
        ["intervention", "", "audio-no-gesture", "https://shop.example/app.js", "enforce"],
    ),
    (
        "crash",
        r#"[{"type":"crash","age":42,"url":"https://shop.example/","user_agent":"Mozilla/5.0 Firefox/60.0","body":{"reason":"oom"}}]"#,
        ["crash", "", "oom", "", "enforce"],
    ),
    (
        "crash without a reason",
        r#"[{"type":"crash","age":42,"url":"https://shop.example/","body":{"is_top_level":true,"visibility_state":"visible"}}]"#,
        ["crash", "", "crash", "", "enforce"],
    ),
    (
        "network error, as NEL shows",
        r#"[{"age":0,"type":"network-error","url":"https://shop.example/","body":{"sampling_fraction":0.5,"referrer":"https://x.example/",
            "server_ip":"2001:db8::1","protocol":"h2","method":"GET","request_headers":{},"response_headers":{},"status_code":200,
            "elapsed_time":823,"phase":"application","type":"http.protocol.error"}}]"#,
        ["network-error", "", "http.protocol.error", "", "enforce"],
    ),
    (
        "permissions policy",
        r#"[{"type":"permissions-policy-violation","url":"https://shop.example/","age":1,"body":{"featureId":"geolocation",
            "sourceFile":"https://shop.example/app.js","lineNumber":1,"columnNumber":1,"disposition":"report","message":"no"}}]"#,
        ["permissions-policy-violation", "", "geolocation", "https://shop.example/app.js", "report"],
    ),
    (
        "its old name",
        r#"[{"type":"feature-policy-violation","url":"https://shop.example/","body":{"featureId":"camera","disposition":"enforce"}}]"#,
        ["permissions-policy-violation", "", "camera", "", "enforce"],
    ),
    (
        "document policy",
        r#"[{"type":"document-policy-violation","url":"https://shop.example/","body":{"policyId":"document-write","message":"no",
            "disposition":"enforce"}}]"#,
        ["document-policy-violation", "", "document-write", "", "enforce"],
    ),
    (
        "embedder policy",
        r#"[{"type":"coep","url":"https://shop.example/","body":{"blockedURL":"https://x.example/a.png","destination":"image",
            "disposition":"enforce","type":"corp"}}]"#,
        ["coep", "", "https://x.example/a.png", "", "enforce"],
    ),
    (
        "opener policy",
        r#"[{"type":"coop","url":"https://shop.example/","body":{"disposition":"reporting","effectivePolicy":"same-origin",
            "nextResponseURL":"https://x.example/","type":"navigation-from-response"}}]"#,
        ["coop", "", "navigation-from-response", "", "report"],
    ),
];

fn read(row: &ViolationRow) -> [&str; 5] {
    let violation = &row.violation;
    [
        &violation.kind,
        &violation.directive,
        &violation.blocked,
        violation.source.as_deref().unwrap_or_default(),
        &violation.disposition,
    ]
}

#[test]
fn every_spelling_is_understood() {
    for (name, body, expected) in SAMPLES {
        let fixture = Fixture::alone();
        assert_eq!(fixture.send("application/reports+json", body), 204, "{name}");
        assert_eq!(read(&fixture.only()), *expected, "{name}");
    }
}

#[test]
fn nothing_is_kept_that_could_tell_of_a_visitor() {
    for (name, body, _) in SAMPLES {
        let fixture = Fixture::alone();
        fixture.send("application/reports+json", body);
        let kept = serde_json::to_string(&fixture.only()).unwrap();
        let events = format!("{:?}", fixture.store.events(10));
        for secret in [
            "haxor",
            "google",
            "alert(1)",
            "innerHTML",
            "2001:db8",
            "4711",
            "page.html?a",
            "original",
            "console",
        ] {
            assert!(
                !kept.contains(secret) && !events.contains(secret),
                "{name}: {secret} in {kept} {events}"
            );
        }
    }
}
