//! The site's own scripts on their way through: known bytes pass, others are written down, told or stopped.

use std::borrow::Cow;
use std::sync::Arc;

use countersign::clock::Clock;
use countersign::html::{Coding, Encoder};
use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Decision, Form, ScriptId, SeenKind};
use countersign::sri::{Algorithm, Digest};
use countersign::telemetry::AccessTarget;

use crate::support::{
    Client, Enforced, H2Upstream, H2Visitor, Upstream, answer, enforce, enforce_with, fed, observe, rest,
    upstream_at, whole, within,
};

const KNOWN: &[u8] = b"import './chunk.js'\n";
const SCRIPT: &str = "[[script]]\nid = \"app\"\nurl = \"/app.js\"\ntier = \"pin\"\nwhy = \"The shop\"\n";

fn policy(rules: &str) -> String {
    format!("{rules}\n{SCRIPT}")
}

fn approve(enforced: &Enforced, bytes: &[u8]) {
    approve_in(enforced.folder.path(), bytes);
}

fn approve_in(folder: &std::path::Path, bytes: &[u8]) {
    approve_bytes(&Request {
        folder,
        site: "shop",
        script: &ScriptId::new("app").unwrap(),
        form: Form::External,
        bytes,
        by: "tester@shop.test",
        because: "a test",
        at: Clock::System.now(),
        retire_earlier: false,
    })
    .unwrap();
}

/// With the known bytes approved under `/app.js`.
fn known(upstream: std::net::SocketAddr, rules: &str) -> Enforced {
    known_with(upstream, rules, |_| {})
}

fn known_with(
    upstream: std::net::SocketAddr,
    rules: &str,
    adjust: impl FnOnce(&mut countersign::app::AppConfig),
) -> Enforced {
    enforce_with(upstream, &policy(rules), |config| {
        approve_in(config.policies.as_deref().unwrap(), KNOWN);
        adjust(config);
    })
}

fn script(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer("Content-Type: text/javascript\r\nETag: \"v1\"", body)
}

fn ask(path: &str, destination: &str, more: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: shop.test\r\nSec-Fetch-Dest: {destination}\r\n{more}\r\n")
}

fn digest(bytes: &[u8]) -> String {
    Digest::of(Algorithm::Sha384, bytes).to_string()
}

type Row = (String, Option<String>, Decision, Cow<'static, str>, bool);

fn rows(store: &dyn countersign::store::Store) -> Vec<Row> {
    let own = store.scripts().into_iter().map(|row| row.seen).filter(|seen| seen.kind == SeenKind::OwnScript);
    own.map(|seen| (seen.script, seen.digest, seen.verdict, seen.reason, seen.enforced)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_policy_own_scripts_are_written_down_with_their_digests() {
    let upstream = Upstream::answering(script(KNOWN)).await;
    let proxy = observe(upstream.address);
    let response = Client::connect(proxy.address).await.ask(ask("/app.js?visitor=1", "script", "")).await;
    assert_eq!((response.status, &*response.body), (200, KNOWN));
    let row = (
        "http://shop.test/app.js".into(),
        Some(digest(KNOWN)),
        Decision::Refuse,
        "unknown-own-script".into(),
        false,
    );
    assert_eq!(rows(&*proxy.store), [row]);
    assert!(proxy.store.events(100).iter().all(|event| !event.message.contains("app.js")));
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_are_known_by_what_asked_for_them_where_nothing_else_keeps_them_from_running() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", KNOWN)).await;
    let proxy = observe(upstream.address);
    let mut client = Client::connect(proxy.address).await;
    for destination in ["document", "empty", "style"] {
        client.ask(ask("/a", destination, "")).await;
    }
    assert_eq!(rows(&*proxy.store), []);
    for destination in ["script", "worker", "sharedworker", "audioworklet"] {
        client.ask(ask(&format!("/{destination}"), destination, "")).await;
    }
    assert_eq!(rows(&*proxy.store).len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_every_coding_the_known_bytes_pass_and_others_do_not() {
    for coding in [Coding::Identity, Coding::Gzip, Coding::Brotli, Coding::Zstd, Coding::Deflate] {
        for (code, passes) in [(KNOWN, true), (&b"steal()"[..], false)] {
            let mut coded = Vec::new();
            let mut encoder = Encoder::new(coding).unwrap();
            encoder.write(code, &mut coded).unwrap();
            encoder.finish(&mut coded).unwrap();
            let named = if coding == Coding::Identity {
                String::new()
            } else {
                format!("\r\nContent-Encoding: {}", coding.name())
            };
            let upstream =
                Upstream::answering(answer(&format!("Content-Type: text/javascript{named}"), &coded)).await;
            let proxy = known(upstream.address, "own-scripts = \"stop\"");
            let mut client = Client::connect(proxy.address()).await;
            let accept = format!("Accept-Encoding: {}, foo;q=0\r\n", coding.name());
            let response = client.ask(ask("/app.js", "script", &accept)).await;
            assert_eq!(response.status, if passes { 200 } else { 502 }, "{coding:?}");
            assert!(!passes || (response.whole && response.body == coded), "{coding:?}: as it came");
            assert!(!response.text().contains("steal"), "{coding:?}");
            let (verdict, reason) = if passes {
                (Decision::Pass, "approved-bytes")
            } else {
                (Decision::Refuse, "changed-own-script")
            };
            let row =
                ("http://shop.test/app.js".to_owned(), Some(digest(code)), verdict, reason.into(), true);
            assert_eq!(rows(&*proxy.running.store), [row], "{coding:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_is_told_once_for_its_bytes_with_the_way_out_and_counted() {
    let upstream = Upstream::answering(script("steal()")).await;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    let proxy = known_with(upstream.address, "own-scripts = \"stop\"", |config| {
        config.access_log = Some(AccessTarget::File(log.clone()));
    });
    let mut client = Client::connect(proxy.address()).await;
    for _ in 0..3 {
        let response = client.ask(ask("/app.js?secret=1", "script", "")).await;
        assert_eq!(response.status, 502);
        assert_eq!(response.header("cache-control").unwrap(), "no-store");
    }
    let events = proxy.events();
    let told: Vec<&str> = events.lines().filter(|event| event.contains("/app.js")).collect();
    let [told] = told[..] else { panic!("{events}") };
    for part in
        ["shop/app.js: ", "other bytes", &digest(b"steal()"), "own-scripts = \"stop\"", "countersign approve"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!events.contains("secret"), "{events}");
    let metrics = proxy.running.metrics.encode();
    for counted in [
        "verdicts_total{action=\"refuse\",reason=\"changed-own-script\",enforced=\"true\"} 3",
        "refusals_total{kind=\"own-script-refused\"} 3",
    ] {
        assert!(metrics.contains(counted), "{counted}: {metrics}");
    }
    let line = within("a line in the access log", async {
        loop {
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            if let Some(line) = text.lines().next() {
                return line.to_owned();
            }
            tokio::task::yield_now().await;
        }
    });
    assert!(line.await.contains("\"failure\":\"own-script-refused\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn alert_tells_and_lets_pass_and_so_does_stop_while_observing() {
    for rules in ["own-scripts = \"alert\"", "mode = \"observe\"\nown-scripts = \"stop\""] {
        let upstream = Upstream::answering(script("steal()")).await;
        let proxy = known(upstream.address, rules);
        let response = Client::connect(proxy.address()).await.ask(ask("/app.js", "script", "")).await;
        assert_eq!((response.status, response.text().as_str()), (200, "steal()"), "{rules}");
        assert!(proxy.events().contains("It was passed on"), "{rules}: {}", proxy.events());
        assert!(!rows(&*proxy.running.store)[0].4, "{rules}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn off_looks_at_nothing_and_a_page_rule_says_it_for_its_paths() {
    let upstream = Upstream::answering(script("steal()")).await;
    let rules = "own-scripts = \"stop\"\n[[page]]\npath = \"/widgets/*\"\nown-scripts = \"off\"";
    let proxy = enforce(upstream.address, rules);
    let mut client = Client::connect(proxy.address()).await;
    assert_eq!(client.ask(ask("/widgets/a.js", "script", "")).await.status, 200);
    assert_eq!(rows(&*proxy.running.store), []);
    assert_eq!(client.ask(ask("/other/a.js", "script", "")).await.status, 502);
    // Read as another path by some servers: the stricter rule counts.
    assert_eq!(client.ask(ask("/widgets%2fa.js", "script", "")).await.status, 502);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_script_too_long_to_be_held_the_end_never_comes_unless_it_is_known() {
    let long = [KNOWN, &b"/* pad */".repeat(100_000)].concat();
    for (approved, total) in [(false, 64 << 20), (true, 64 << 20), (false, 0), (true, 0)] {
        for chunked in [false, true] {
            let body = long.clone();
            let upstream = Upstream::serving(move |mut connection| {
                let body = body.clone();
                async move {
                    while connection.request().await.is_some() {
                        if !chunked {
                            connection.send(script(&body)).await;
                            continue;
                        }
                        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nTransfer-Encoding: chunked\r\n\r\n";
                        connection.send(head).await;
                        for piece in body.chunks(50_000) {
                            connection.send(format!("{:x}\r\n", piece.len())).await;
                            connection.send([piece, b"\r\n"].concat()).await;
                        }
                        connection.send("0\r\n\r\n").await;
                    }
                }
            })
            .await;
            let proxy = enforce_with(upstream.address, &policy("own-scripts = \"stop\""), |config| {
                approve_in(config.policies.as_deref().unwrap(), if approved { &long } else { KNOWN });
                config.settings.document.own_script = 100_000;
                config.settings.document.own_script_total = total;
            });
            let response = Client::connect(proxy.address()).await.ask(ask("/app.js", "script", "")).await;
            let case = format!("approved {approved}, total {total}, chunked {chunked}");
            assert_eq!((response.status, response.whole), (200, approved), "{case}");
            assert_eq!(response.body == long, approved, "{case}");
            if !approved {
                assert!(response.body.len() < long.len(), "{case}: {}", response.body.len());
                let metrics = proxy.running.metrics.encode();
                assert!(metrics.contains("bodies_cut_total{kind=\"own-script-refused\"} 1"), "{metrics}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http2_a_script_that_is_cut_ends_with_a_reset() {
    let upstream = H2Upstream::plain(|_| async {
        let body = whole(b"/* pad */".repeat(50_000));
        http::Response::builder().header("content-type", "text/javascript").body(body).unwrap()
    })
    .await;
    let proxy = enforce_with(upstream.address, "own-scripts = \"stop\"", |config| {
        config.upstream = Some(upstream_at(&format!("h2c://{}", upstream.address)));
        config.settings.document.own_script = 10_000;
    });
    let mut visitor = H2Visitor::connect(proxy.address()).await;
    let request = http::Request::builder().uri("http://shop.test/app.js").body(fed().1).unwrap();
    let response = within("a response", visitor.begin(request)).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(within("the end", rest(response.into_body())).await.is_err(), "no clean end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_script_is_not_asked_for_and_not_passed_on() {
    let part =
        b"HTTP/1.1 206 Partial Content\r\nContent-Type: text/javascript\r\nContent-Range: bytes 0-2/9\r\n\
                 Content-Length: 3\r\n\r\nabc";
    let upstream = Upstream::answering(&part[..]).await;
    let proxy = known(upstream.address, "own-scripts = \"stop\"");
    let mut client = Client::connect(proxy.address()).await;
    let ranges =
        "Range: bytes=0-2\r\nIf-Range: \"v1\"\r\nIf-Modified-Since: Tue, 24 Nov 2026 08:00:00 GMT\r\n";
    let response = client.ask(ask("/app.js", "script", ranges)).await;
    assert_eq!(response.status, 502);
    let asked = upstream.last_request();
    assert!(!asked.contains("range") && !asked.contains("if-modified"), "{asked}");
    assert_eq!(rows(&*proxy.running.store)[0].3, "own-script-unread");
    // A browser that doesn't say what for it asks is known by the name.
    client
        .ask("GET /app.mjs?v=1 HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\nRange: bytes=0-2\r\n\r\n")
        .await;
    assert!(!upstream.last_request().contains("range"), "{}", upstream.last_request());
    // What is no script may come in parts.
    client.ask(ask("/film", "video", "Range: bytes=0-2\r\n")).await;
    assert!(upstream.last_request().contains("range: bytes=0-2"), "{}", upstream.last_request());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_script_is_confirmed_only_under_the_policies_under_which_it_passed() {
    let upstream = Upstream::serving(|mut connection| async move {
        while let Some(request) = connection.request().await {
            let known = request.to_lowercase().contains("if-none-match: \"v1\"");
            let not_modified = b"HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n".to_vec();
            connection.send(if known { not_modified } else { script(KNOWN) }).await;
        }
    })
    .await;
    let proxy = known(upstream.address, "own-scripts = \"stop\"");
    let mut client = Client::connect(proxy.address()).await;
    let full = client.ask(ask("/app.js", "script", "")).await;
    let tag = full.header("etag").unwrap();
    let confirmed = client.ask(ask("/app.js", "script", &format!("If-None-Match: {tag}\r\n"))).await;
    assert_eq!((confirmed.status, confirmed.header("etag").unwrap()), (304, tag.clone()));
    assert_eq!(confirmed.header("content-security-policy"), full.header("content-security-policy"));
    assert_eq!(confirmed.header("integrity-policy"), None, "a script's head, not that of a page");
    // Stored before its bytes were looked at.
    let before = client.ask(ask("/app.js", "script", "If-None-Match: \"v1\"\r\n")).await;
    assert_eq!(before.status, 200);
    // Under other policies it comes anew.
    approve(&proxy, b"other()");
    let other = countersign::policy::load_folder(
        proxy.folder.path(),
        Some(upstream_at(&format!("http://{}", upstream.address))),
        2,
    )
    .unwrap();
    proxy.running.published.store(Arc::new(other.snapshot));
    let again = client.ask(ask("/app.js", "script", &format!("If-None-Match: {tag}\r\n"))).await;
    assert_eq!(again.status, 200);
    assert_ne!(again.header("etag").unwrap(), tag);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_worker_keeps_its_own_csp_when_it_is_confirmed() {
    let upstream = Upstream::answering("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n").await;
    let proxy = known(upstream.address, "own-scripts = \"observe\"");
    let mut client = Client::connect(proxy.address()).await;
    let confirmed = client.ask(ask("/w.js", "worker", "If-None-Match: \"v1\"\r\n")).await;
    assert_eq!(confirmed.status, 304);
    let csp = confirmed.header("content-security-policy").unwrap();
    assert!(csp.contains(&digest(KNOWN)), "what a worker may import goes by the CSP of its script: {csp}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_does_not_pass_where_it_matters() {
    for (headers, body) in [
        ("Content-Type: text/javascript\r\nContent-Encoding: odd", &b"x"[..]),
        ("Content-Type: text/javascript\r\nContent-Encoding: gzip", b"no gzip"),
        ("Content-Type: text/javascript\r\nContent-Encoding: gzip, br", b"x"),
    ] {
        let upstream = Upstream::answering(answer(headers, body)).await;
        let stopping = known(upstream.address, "own-scripts = \"stop\"");
        let response = Client::connect(stopping.address()).await.ask(ask("/app.js", "script", "")).await;
        assert_eq!(response.status, 502, "{headers}");
        let telling = known(upstream.address, "own-scripts = \"alert\"");
        let response = Client::connect(telling.address()).await.ask(ask("/app.js", "script", "")).await;
        assert_eq!((response.status, &*response.body), (200, body), "{headers}");
        for proxy in [&stopping, &telling] {
            assert_eq!(rows(&*proxy.running.store)[0].3, "own-script-unread", "{headers}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_and_answers_without_a_script_pass() {
    let upstream = Upstream::serving(|mut connection| async move {
        while let Some(request) = connection.request().await {
            connection
                .send(if request.starts_with("HEAD") {
                    "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: 7\r\n\r\n"
                } else if request.contains("/missing") {
                    "HTTP/1.1 404 Not Found\r\nContent-Type: text/javascript\r\nContent-Length: 4\r\n\r\ngone"
                } else {
                    "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: 0\r\n\r\n"
                })
                .await;
        }
    })
    .await;
    let proxy = known(upstream.address, "own-scripts = \"stop\"");
    let mut client = Client::connect(proxy.address()).await;
    let head = client.ask("HEAD /app.js HTTP/1.1\r\nHost: shop.test\r\nSec-Fetch-Dest: script\r\n\r\n").await;
    assert_eq!((head.status, head.header("content-length").unwrap().as_str()), (200, "7"));
    assert_eq!(client.ask(ask("/missing.js", "script", "")).await.status, 404);
    let empty = client.ask(ask("/empty.js", "script", "")).await;
    assert_eq!((empty.status, empty.whole), (200, true));
    assert_eq!(rows(&*proxy.running.store), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coding_that_the_visitor_did_not_ask_for_does_not_pass() {
    let mut coded = Vec::new();
    let mut encoder = Encoder::new(Coding::Zstd).unwrap();
    encoder.write(KNOWN, &mut coded).unwrap();
    encoder.finish(&mut coded).unwrap();
    let head = "Content-Type: text/javascript\r\nContent-Encoding: zstd";
    let upstream = Upstream::answering(answer(head, &coded)).await;
    let proxy = known(upstream.address, "own-scripts = \"stop\"");
    let mut client = Client::connect(proxy.address()).await;
    for (accept, status) in [("gzip, br, zstd;q=0", 502), ("gzip", 502), ("gzip;q=0.5, ZSTD", 200)] {
        let accept = format!("Accept-Encoding: {accept}\r\n");
        assert_eq!(client.ask(ask("/app.js", "script", &accept)).await.status, status, "{accept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_browsers_read_differently_is_a_script_and_leaves_with_one_reading() {
    for odd in ["text/javascript(x", "text/javascript x"] {
        for (body, status) in [(&b"steal()"[..], 502), (KNOWN, 200)] {
            let upstream = Upstream::answering(answer(&format!("Content-Type: {odd}"), body)).await;
            let proxy = known(upstream.address, "own-scripts = \"stop\"");
            let mut client = Client::connect(proxy.address()).await;
            for destination in ["image", "empty", "worker"] {
                let response = client.ask(ask("/app.js", destination, "")).await;
                assert_eq!(response.status, status, "{odd} {destination}");
                let ours =
                    response.header("content-type").is_some_and(|media| media.starts_with("text/html"));
                assert!(ours == (status == 502), "{odd}: {}", response.head);
                assert!(!response.head.to_lowercase().contains("javascript"), "{}", response.head);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_has_no_body_gets_none() {
    for status in [204_u16, 205] {
        let upstream = H2Upstream::plain(move |_| async move {
            http::Response::builder()
                .status(status)
                .header("content-type", "text/javascript")
                .body(whole("steal()"))
                .unwrap()
        })
        .await;
        for rule in ["own-scripts = \"stop\"", "own-scripts = \"alert\"", "mode = \"observe\""] {
            let proxy = enforce_with(upstream.address, rule, |config| {
                config.upstream = Some(upstream_at(&format!("h2c://{}", upstream.address)));
            });
            let mut visitor = H2Visitor::connect(proxy.address()).await;
            let request = http::Request::builder().uri("http://shop.test/app.js").body(fed().1).unwrap();
            let response = within("a response", visitor.begin(request)).await.unwrap();
            assert_eq!(response.status(), status, "{rule}");
            let body = within("the end", rest(response.into_body())).await.unwrap();
            assert!(body.0.is_empty(), "{status} under {rule}: {body:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_too_long_to_be_held_has_no_length_by_which_a_part_could_be_taken_for_all() {
    let long = b"/* pad */".repeat(50_000);
    let upstream = Upstream::answering(script(&long)).await;
    let proxy = enforce_with(upstream.address, "own-scripts = \"stop\"", |config| {
        config.settings.document.own_script = 10_000;
    });
    let response = Client::connect(proxy.address()).await.ask(ask("/app.js", "script", "")).await;
    assert_eq!(response.header("content-length"), None, "{}", response.head);
    assert!(!response.whole);
}
