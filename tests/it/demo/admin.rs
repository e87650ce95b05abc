//! The admin address: pages and JSON, hostile values, and who may ask.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;

use arc_swap::ArcSwap;
use countersign::admin::{self, Access, AccessConfig, Findings, Reloaded, Sources, State};
use countersign::alert::{Alerts, Kind, News, Outcome, Severity};
use countersign::clock::Clock;
use countersign::headers::Headers;
use countersign::inventory::{Decision, SeenKind};
use countersign::policy::{Generation, Snapshot};
use countersign::sri::{Algorithm, Digest};
use countersign::store::{
    self, Class, DriftRow, Event, EventKind, Keeping, Recorder, Reported, ScriptSeen, Store, StoreConfig,
    Violation,
};
use countersign::telemetry::Metrics;
use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

const HOSTILE: &str = "</td><script>alert(1)</script><img src=x onerror=alert(2)>\"'&";

/// A running admin address; stops with the value.
struct Admin {
    address: SocketAddr,
    store: Arc<Recorder>,
    _keeping: Keeping,
    metrics: Metrics,
    alerts: Alerts,
    headers: Headers,
    _stop: oneshot::Sender<()>,
    _runtime: Runtime,
}

impl Admin {
    fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let clock = Clock::Fixed(moment(1000));
        let metrics = Metrics::new();
        let opened = store::begin(StoreConfig::default(), clock).unwrap();
        let store = opened.recorder();
        let keeping = opened.keep(clock, metrics.clone(), Box::new(|_standing| {})).unwrap();
        metrics.exchange("rewrite", 200);
        metrics.policies().begin("7-0123456789ab".to_owned(), moment(880));
        let snapshot = Snapshot {
            generation: Generation { number: 7, fingerprint: "0123456789ab".into() },
            sites: Vec::new(),
            texts: Vec::new(),
        };
        let kept = Arc::clone(&store) as Arc<dyn Store>;
        let alerts = Alerts::unheard(kept, clock, metrics.clone());
        let headers = Headers::open(None, alerts.clone(), clock);
        let state = State {
            findings: Findings::default(),
            explaining: None,
            archive: keeping.archive(),
            alerts: alerts.clone(),
            headers: headers.clone(),
            reviews: None,
            sources: Sources::default(),
            access: Access::new(AccessConfig::default()),
            published: Arc::new(ArcSwap::from_pointee(snapshot)),
            store: Arc::clone(&store) as Arc<dyn Store>,
            clock,
            metrics: metrics.clone(),
            reload: Arc::new(|| {
                let in_force = "7-0123456789ab".to_owned();
                let answer =
                    Reloaded { what: "policies", outcome: "refused", in_force, problems: Vec::new() };
                Box::pin(async { Some(vec![answer]) })
            }),
        };
        let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        runtime.spawn(admin::serve(listener, None, state, async {
            let _ = stopped.await;
        }));
        Self { address, store, _keeping: keeping, metrics, alerts, headers, _stop: stop, _runtime: runtime }
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }

    /// Sends raw bytes and reads the whole answer.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8(answer).unwrap()
    }

    fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("application/json"), "{head}");
        serde_json::from_str(body).unwrap()
    }
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn event(second: i64, kind: EventKind, message: &str) -> Event {
    Event { at: moment(second), kind, message: message.into(), exchange: Some("e-1".into()) }
}

fn script(script: &str, verdict: Decision, reason: &'static str) -> ScriptSeen {
    ScriptSeen {
        site: "shop".into(),
        page: "/pay/*".into(),
        kind: SeenKind::External,
        srcdoc: 0,
        script: script.into(),
        digest: None,
        attribute: None,
        verdict,
        reason: reason.into(),
        enforced: true,
    }
}

fn report(blocked: &str) -> Reported {
    Reported {
        violation: Violation {
            site: "shop".into(),
            kind: "csp-violation".into(),
            class: Class::NeverServed,
            reason: "not-seen".into(),
            rule: Some("/pay".into()),
            directive: "script-src-elem".into(),
            blocked: blocked.into(),
            source: None,
            digest: None,
            disposition: "enforce".into(),
        },
        document: "https://shop.example/pay".into(),
        browser: "Chromium 156".into(),
        generation: Some("0123456789ab".into()),
        network: 1,
    }
}

/// Whether a page has the console's script, and no other.
fn only_its_own_script(page: &str) -> bool {
    page.matches("<script").count() == 1 && page.contains("<script defer src=\"/assets/console-")
}

#[test]
fn the_overview_says_what_happened_in_plain_words() {
    let admin = Admin::start();
    admin.store.event(event(880, EventKind::PolicyLoaded, "Policies of generation 7 are in force"));
    admin.store.event(event(990, EventKind::ScriptStopped, "Stopped evil.js on /pay/*"));
    admin.store.script_seen(script("https://evil.example/evil.js", Decision::Strip, "unknown-url"));
    admin.store.script_seen(script("https://cdn.example/chat.js", Decision::Pin, "approved-url"));
    admin.store.reported(report("inline"));
    let pages = [
        "/",
        "/violations",
        "/script?site=shop&seen=https%3A%2F%2Fevil.example%2Fevil.js",
        "/script?site=shop&seen=https%3A%2F%2Fcdn.example%2Fchat.js",
    ];
    let page = pages.map(|path| admin.get(path)).concat();
    for expected in [
        "HTTP/1.1 200 OK",
        "0123456789ab",
        "2 minutes ago",
        "Stopped evil.js on /pay/*",
        "no script with this URL is approved for this page",
        "<code>approved-url</code>",
        "A browser stopped an inline script on /pay: the page did not have it",
    ] {
        assert!(page.contains(expected), "{expected:?} is missing in {page}");
    }
    assert!(!page.contains("was refused"), "{page}");
}

#[test]
fn a_refused_change_stands_at_the_top_until_a_good_one_comes() {
    let admin = Admin::start();
    admin.metrics.policies().refused("shop.toml:3:1: unknown key `mod`\nmore".to_owned(), moment(940));
    admin.metrics.certificate().begin("sha256-a".to_owned(), moment(1));
    admin.metrics.certificate().refused("leaf.pem: no certificate in it".to_owned(), moment(950));
    let page = admin.get("/");
    assert!(page.contains("The last change of the policies was refused"), "{page}");
    assert!(page.contains("shop.toml:3:1: unknown key `mod`"), "{page}");
    assert!(page.contains("The last change of the certificate was refused"), "{page}");
    assert_eq!(admin.json("/api/policy")["standing"]["refused"]["at"], "1970-01-01T00:15:40Z");
    // It still serves, so it stays ready; but it says so.
    let ready = admin.get("/ready");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    assert!(
        ready.ends_with(
            "ready\n\
             policies: last good 7-0123456789ab since 1970-01-01T00:14:40Z; \
             refused 1970-01-01T00:15:40Z: shop.toml:3:1: unknown key `mod`\n\
             certificate: last good sha256-a since 1970-01-01T00:00:01Z; \
             refused 1970-01-01T00:15:50Z: leaf.pem: no certificate in it\n"
        ),
        "{ready}"
    );
    assert!(admin.get("/metrics").contains("countersign_policy_last_reload_good 0"));
    admin.metrics.policies().loaded("8-ba9876543210".to_owned(), moment(960));
    assert!(!admin.get("/").contains("The last change of the policies was refused"));
    assert!(admin.get("/ready").contains("policies: 8-ba9876543210 since"));
    let metrics = admin.get("/metrics");
    for line in [
        "countersign_policy_last_reload_good 1",
        "countersign_policy_loaded_timestamp_seconds 960",
        "countersign_policy_refused_timestamp_seconds 940",
        "countersign_policy_reloads_total{outcome=\"loaded\"} 1",
        "countersign_policy_reloads_total{outcome=\"refused\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}

#[test]
fn a_reload_can_be_asked_for_but_not_by_a_page_of_another_site() {
    let admin = Admin::start();
    let ask = |headers: &str| {
        admin.ask(&format!(
            "POST /api/reload HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n",
            admin.address
        ))
    };
    let answer = ask("");
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    assert!(
        answer.ends_with(
            r#"[{"what":"policies","outcome":"refused","in_force":"7-0123456789ab","problems":[]}]"#
        )
    );
    for headers in ["Origin: http://evil.example\r\n", "Sec-Fetch-Site: cross-site\r\n", "Origin: null\r\n"] {
        let answer = ask(headers);
        assert!(answer.starts_with("HTTP/1.1 403"), "{headers}: {answer}");
    }
    assert!(ask(&format!("Origin: http://{}\r\n", admin.address)).starts_with("HTTP/1.1 422"));
    assert!(admin.get("/api/reload").starts_with("HTTP/1.1 405"), "a link or an image asks for nothing");
}

#[test]
fn code_in_attributes_is_listed_with_its_attribute() {
    let admin = Admin::start();
    admin.store.script_seen(ScriptSeen {
        kind: SeenKind::Handler,
        digest: None,
        attribute: Some("onclick".into()),
        enforced: false,
        ..script("sha256-abc", Decision::Block, "unknown-handler")
    });
    let page = admin.get("/script?site=shop&seen=sha256-abc");
    for expected in ["handler onclick", "would block", "no event handler with this code is approved"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let row = &admin.json("/api/scripts")["rows"][0];
    assert_eq!((&row["kind"], &row["verdict"]), (&"handler".into(), &"block".into()));
    assert_eq!(row["attribute"], "onclick");
}

#[test]
fn hostile_values_are_text_on_the_page() {
    let admin = Admin::start();
    admin.store.event(event(1, EventKind::PolicyRefused, HOSTILE));
    admin.metrics.policies().refused(HOSTILE.to_owned(), moment(2));
    admin.store.script_seen(ScriptSeen {
        site: HOSTILE.into(),
        page: HOSTILE.into(),
        digest: None,
        attribute: Some(HOSTILE.into()),
        ..script(HOSTILE, Decision::Strip, "unknown-url")
    });
    let hostile = report(HOSTILE);
    admin.store.reported(Reported {
        violation: Violation { kind: HOSTILE.into(), directive: HOSTILE.into(), ..hostile.violation },
        document: HOSTILE.into(),
        generation: Some(HOSTILE.into()),
        ..hostile
    });
    let page = admin.get("/");
    assert!(page.contains("alert(1)"), "the values are shown: {page}");
    assert!(only_its_own_script(&page) && !page.contains("<img") && !page.contains("</td>&"), "{page}");
    assert!(
        !page.to_ascii_lowercase().contains(" style=") && !page.contains(" onerror=alert(2)\""),
        "{page}"
    );
    // A browser that saw something else in it would still run nothing.
    assert!(
        page.contains("content-security-policy: default-src 'none'; script-src 'sha384-")
            && page.contains("; require-trusted-types-for 'script'; trusted-types 'none'"),
        "{page}"
    );
    assert!(page.contains("x-content-type-options: nosniff"), "{page}");
}

#[test]
fn what_vendors_serve_is_told_findings_first() {
    let admin = Admin::start();
    let row = |script: &str, drift: &'static str, severity: &'static str| DriftRow {
        site: "shop".into(),
        script: script.into(),
        url: format!("https://cdn.example/{HOSTILE}"),
        tier: "pin".into(),
        drift: drift.into(),
        finding: drift != "same",
        severity: severity.into(),
        message: HOSTILE.into(),
        because: vec![HOSTILE.into()],
        what_to_do: Some("countersign approve chat".into()),
        unknown: Vec::new(),
        mirrored: drift != "same",
        since: moment(880),
        looked_at: moment(990),
        history: Vec::new(),
    };
    assert!(admin.get("/alerts").contains("Nothing was looked at yet"));
    admin.store.drift(row("fine", "same", "none"));
    assert!(admin.get("/alerts").contains("1 scripts looked at"));
    assert!(!admin.get("/").contains("something else than was approved"));
    admin.store.drift(row("chat", "changed", "medium"));
    admin.store.drift(row("menu", "cloaked", "high"));
    let overview = admin.get("/");
    assert!(overview.contains("2 vendors serve something else than was approved"), "{overview}");
    let page = admin.get("/alerts");
    for expected in ["shop/chat", "countersign approve chat", "the approved bytes from Countersign meanwhile"]
    {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(only_its_own_script(&page), "{page}");
    let at = |script: &str| page.find(script).unwrap();
    assert!(at("shop/menu") < at("shop/chat") && at("shop/chat") < at("shop/fine"), "{page}");
    let json = admin.json("/api/drift");
    let order: Vec<&str> =
        json.as_array().unwrap().iter().map(|row| row["script"].as_str().unwrap()).collect();
    assert_eq!(order, ["menu", "chat", "fine"]);
    admin.store.only_drift_of(&|_, script| script == "fine");
    assert_eq!(admin.json("/api/drift").as_array().unwrap().len(), 1);
    let ready = admin.get("/ready");
    assert!(ready.starts_with("HTTP/1.1 200") && !ready.contains("drift"), "{ready}");
}

#[test]
fn programs_get_the_same_as_json() {
    let admin = Admin::start();
    admin.store.event(event(1, EventKind::PolicyLoaded, "in force"));
    admin.store.script_seen(script("https://evil.example/evil.js", Decision::Strip, "unknown-url"));
    admin.store.reported(report("inline"));
    assert_eq!(admin.json("/api/events")["rows"][0]["kind"], "policy-loaded");
    let script = &admin.json("/api/scripts")["rows"][0];
    assert_eq!(script["reason"], "unknown-url");
    assert_eq!(script["explanation"], "no script with this URL is approved for this page");
    assert_eq!(admin.json("/api/reports")["rows"][0]["blocked"], "inline");
    assert_eq!(admin.json("/api/policy")["generation"], 7);
}

#[test]
fn lists_are_narrowed_and_come_in_parts() {
    let admin = Admin::start();
    for (number, blocked) in (0_u8..5).map(|n| (n, format!("https://h{n}.example/x.js"))) {
        let class = if number == 0 { Class::PolicyFault } else { Class::NeverServed };
        let one = report(&blocked);
        let violation = Violation { class, ..one.violation };
        for _ in 0..=number {
            admin.store.reported(Reported { violation: violation.clone(), ..report(&blocked) });
        }
        let verdict = if number == 0 { Decision::Pin } else { Decision::Strip };
        admin.store.script_seen(script(&blocked, verdict, "unknown-url"));
        let kind = if number == 0 { EventKind::PolicyLoaded } else { EventKind::ScriptStopped };
        admin.store.event(event(i64::from(number), kind, &blocked));
    }
    let mut counts = Vec::new();
    let mut path = "/api/reports?order=top&limit=2".to_owned();
    loop {
        let part = admin.json(&path);
        counts.extend(part["rows"].as_array().unwrap().iter().map(|row| row["count"].as_u64().unwrap()));
        let Some(next) = part["next"].as_str() else { break };
        path = format!("/api/reports?order=top&limit=2&after={next}");
    }
    assert_eq!(counts, [5, 4, 3, 2, 1]);
    let rows = |path: &str| admin.json(path)["rows"].as_array().unwrap().len();
    assert_eq!(rows("/api/reports?class=policy-fault"), 1);
    assert_eq!(rows("/api/reports?text=h3.example&site=shop&since=24h"), 1);
    assert_eq!(rows("/api/scripts?stops=true"), 4);
    assert_eq!(rows("/api/scripts?text=h2&page=/pay/*"), 1);
    assert_eq!(rows("/api/events?kind=script-stopped"), 4);
    let first = admin.json("/api/events?limit=3");
    let rest = admin.json(&format!("/api/events?limit=3&after={}", first["next"].as_str().unwrap()));
    assert_eq!(rest["rows"].as_array().unwrap().len(), 2);
    assert_eq!(rest["next"], serde_json::Value::Null);
    let hours = admin.json("/api/reports/hours?class=never-served");
    assert_eq!(hours["hours"][0]["count"], 14, "{hours}");
    let one = admin.json("/api/reports?class=policy-fault")["rows"][0].clone();
    let shown = admin.json(&format!("/api/reports/{}", one["id"].as_str().unwrap()));
    assert_eq!((&shown["blocked"], &shown["hours"][0]["count"]), (&one["blocked"], &1.into()));
    assert!(shown["means"].as_str().unwrap().contains("h0.example"), "{shown}");
    let page = admin.get("/");
    for classes in ["approved, but stopped <b>1</b>", "not from our pages <b>14</b>"] {
        assert!(page.contains(classes), "{classes}: {page}");
    }
}

#[test]
fn a_parameter_that_is_wrong_is_named() {
    let admin = Admin::start();
    for (path, name) in [
        ("/api/reports?class=faults", "class"),
        ("/api/reports?clas=policy-fault", "clas"),
        ("/api/reports?since=%1b[2J", "since"),
        ("/api/reports?limit=1001", "limit"),
        ("/api/reports/hours?until=x", "until"),
        ("/api/reports/xyz", "id"),
        ("/api/scripts?stops=maybe", "stops"),
        ("/api/scripts?sites=a", "sites"),
        ("/api/events?kind=x", "kind"),
        ("/api/events?after=x", "after"),
    ] {
        let answer = admin.get(path);
        assert!(answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
        let body: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(body["parameter"], name, "{path}");
        assert!(body["error"].as_str().is_some_and(|why| !why.is_empty()), "{path}: {body}");
    }
    let missing = admin.get(&format!("/api/reports/{}", "0".repeat(32)));
    assert!(missing.starts_with("HTTP/1.1 404") && missing.contains("\"error\""), "{missing}");
}

#[test]
fn a_platform_can_ask_for_health_and_metrics() {
    let admin = Admin::start();
    let ready = "\r\n\r\nready\npolicies: 7-0123456789ab since 1970-01-01T00:14:40Z\n";
    let count = "countersign_exchanges_total{treatment=\"rewrite\",status=\"2xx\"} 1";
    for (path, body) in [("/live", "live\n"), ("/ready", ready), ("/metrics", count)] {
        let answer = admin.get(path);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(body), "{path}: {answer}");
    }
    assert!(
        admin
            .get("/metrics")
            .contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    assert!(admin.get("/nothing").starts_with("HTTP/1.1 404"));
}

#[test]
fn a_pages_files_are_kept_for_ever_and_are_the_ones_that_it_names_by_digest() {
    let admin = Admin::start();
    let page = admin.get("/");
    for (before, media) in
        [("rel=\"stylesheet\" href=\"", "text/css"), ("<script defer src=\"", "text/javascript")]
    {
        let (_, rest) = page.split_once(before).unwrap();
        let (path, rest) = rest.split_once('"').unwrap();
        let integrity = rest.strip_prefix(" integrity=\"").unwrap().split_once('"').unwrap().0;
        let answer = admin.get(path);
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-type: {media}; charset=utf-8")), "{head}");
        assert!(head.contains("cache-control: public, max-age=31536000, immutable"), "{head}");
        let digest = Digest::of(Algorithm::Sha384, text.as_bytes()).to_string();
        assert_eq!(digest, askama_unescaped(integrity));
        let csp = page.lines().find(|line| line.starts_with("content-security-policy: ")).unwrap();
        assert_eq!(csp.contains(&digest), media == "text/javascript", "{csp}");
    }
    assert!(page.contains("cache-control: no-store"), "{page}");
    for path in ["/assets/console.css", "/assets/console-0.js", "/assets/..%2fguard.rs"] {
        assert!(admin.get(path).starts_with("HTTP/1.1 404"), "{path}");
    }
}

/// A digest as it was before the template escaped it.
fn askama_unescaped(value: &str) -> String {
    value.replace("&#43;", "+").replace("&#x2B;", "+")
}

#[test]
fn a_page_that_points_its_own_name_at_loopback_reads_nothing() {
    let admin = Admin::start();
    let port = admin.address.port();
    for host in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1.evil.example", ""] {
        let answer =
            admin.ask(&format!("GET /api/events HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 421") || answer.starts_with("HTTP/1.1 400"), "{host}: {answer}");
        assert!(!answer.contains("application/json"), "{host}: {answer}");
    }
    for host in ["localhost", &format!("localhost:{port}"), "[::1]"] {
        let answer = admin.ask(&format!("GET /live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{host}: {answer}");
    }
}

#[test]
fn nothing_can_be_changed_here() {
    let admin = Admin::start();
    for method in ["POST", "PUT", "DELETE"] {
        let answer = admin.ask(&format!(
            "{method} /api/policy HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ));
        assert!(answer.starts_with("HTTP/1.1 405"), "{method}: {answer}");
    }
}

fn raised(admin: &Admin, message: &str) -> String {
    let news = News {
        kind: Kind::WatcherBlind,
        subject: "cdn.example".into(),
        severity: Severity::High,
        since: None,
        message: message.into(),
        what_to_do: None,
        fingerprint: message.into(),
    };
    let Outcome::Told(alert) = admin.alerts.raise(news) else { panic!("told") };
    alert.id
}

impl Admin {
    fn post(&self, path: &str, kind: &str, more: &str, body: &str) -> String {
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: {kind}\r\n{more}\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        ))
    }
}

#[test]
fn an_alert_is_shown_until_somebody_has_seen_it() {
    let admin = Admin::start();
    let id = raised(&admin, HOSTILE);
    let page = admin.get("/");
    assert!(page.contains("1 grave alert that nobody has seen"), "{page}");
    assert!(!page.contains(HOSTILE) && only_its_own_script(&page), "{page}");
    let page = admin.get("/alerts");
    assert!(page.contains(&format!("name=\"id\" value=\"{id}\"")), "{page}");
    assert!(!page.contains(HOSTILE) && only_its_own_script(&page), "{page}");
    let form = format!("id={id}&by=alice%40shop.example&because=looked");
    let kind = "application/x-www-form-urlencoded";
    for foreign in ["Origin: http://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        assert!(
            admin.post("/alerts/acknowledge", kind, foreign, &form).starts_with("HTTP/1.1 403"),
            "{foreign}"
        );
    }
    let own = format!("Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\n", admin.address);
    let answer = admin.post("/alerts/acknowledge", kind, &own, &form);
    assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("location: /alerts\r\n"), "{answer}");
    let open = format!("name=\"id\" value=\"{id}\"");
    assert!(!admin.get("/").contains(&open) && !admin.get("/alerts").contains(&open));
    let seen = admin.get("/alerts");
    assert!(seen.contains("alice@shop.example") && seen.contains("looked"), "{seen}");
    let alerts = admin.json("/api/alerts");
    assert_eq!(alerts[0]["acknowledged"]["by"], "alice@shop.example", "{alerts:#}");

    let id = raised(&admin, "worse");
    let json = "application/json";
    let path = format!("/api/alerts/{id}/acknowledge");
    assert!(admin.post(&path, json, "", "{\"by\":\" \"}").starts_with("HTTP/1.1 422"));
    assert!(
        admin.post(&path, "text/plain", "", "{\"by\":\"bob\"}").starts_with("HTTP/1.1 415"),
        "no form can"
    );
    assert!(admin.post(&path, json, "", "{\"by\":\"bob\\u001b[2J\"}").starts_with("HTTP/1.1 200"));
    assert_eq!(admin.json("/api/alerts")[0]["acknowledged"]["by"], "bob\u{fffd}[2J");
    assert!(
        admin.post("/api/alerts/msg_0/acknowledge", json, "", "{\"by\":\"bob\"}").starts_with("HTTP/1.1 404")
    );
    let long = format!("{{\"by\":\"{}\"}}", "b".repeat(20_000));
    assert!(admin.post(&path, json, "", &long).starts_with("HTTP/1.1 413"));
}

#[test]
fn the_page_may_send_its_own_forms_and_tells_itself_where_they_come_from() {
    let admin = Admin::start();
    let head = admin.get("/").to_lowercase();
    assert!(head.contains("form-action 'self'") && head.contains("referrer-policy: same-origin"), "{head}");
    assert!(admin.headers.all().is_empty() && admin.json("/api/headers").as_array().unwrap().is_empty());
    let answer = admin.post(
        "/api/headers/accept",
        "application/json",
        "",
        "{\"site\":\"a\",\"rule\":\"/*\",\"by\":\"bob\"}",
    );
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}
