//! What a policy can say beside pinned scripts, as visitors see it: evergreen scripts and their end, URL
//! patterns, event handlers, headers, directives of a page, a part of the visitors.

use std::path::Path;

use countersign::app::AppConfig;
use countersign::clock::Clock;
use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Approvers, Form, ScriptId, Trust};
use countersign::policy::named_scripts;
use countersign::sri::{Algorithm, Digest};

use crate::support::{Client, Upstream, enforce, enforce_with, get, get_with, page};

fn approve(folder: &Path, script: &str, form: Form, bytes: &[u8]) {
    approve_bytes(&Request {
        folder,
        site: "shop",
        script: &ScriptId::new(script).unwrap(),
        form,
        bytes,
        by: "alice@shop.test",
        because: "for a test",
        at: "2026-11-23T21:04:05Z".parse().unwrap(),
        retire_earlier: false,
    })
    .unwrap();
}

/// The statement that is approved of an evergreen script.
fn statement(folder: &Path, script: &str) -> String {
    let trust = Trust::new(Approvers::none(), at("2026-11-25T12:00:00Z"));
    let named = named_scripts(folder, &trust).unwrap();
    named.scripts.into_iter().find(|named| named.id.as_str() == script).unwrap().statement.unwrap()
}

fn at(moment: &str) -> Clock {
    Clock::Fixed(moment.parse().unwrap())
}

const CARDS: &str = "[[script]]\nid = \"cards\"\nurl = \"https://js.pay.test/v3/?a=1&b=2\"\n\
                     tier = \"evergreen\"\nwhy = \"Card fields\"\njustification = \"No copies\"\n\
                     expires = 2027-01-31\n";

/// Adjusts a configuration: evergreen script approved, the clock at this moment.
fn with_cards(moment: &'static str) -> impl FnOnce(&mut AppConfig) {
    move |config| {
        let folder = config.policies.clone().unwrap();
        approve(&folder, "cards", Form::External, statement(&folder, "cards").as_bytes());
        config.clock = at(moment);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evergreen_script_is_named_by_its_url_and_integrity_policy_only_reports() {
    let body = "<script src='https://JS.pay.test/v3/./?a=1&amp;b=2#f' nonce=x async></script>\
                <script src='https://js.pay.test/v3/other.js'></script>";
    let upstream = Upstream::answering(page(body)).await;
    let proxy = enforce_with(upstream.address, CARDS, with_cards("2027-01-31T23:59:59Z"));
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    let text = response.text();
    assert!(text.contains("<script src=\"https://js.pay.test/v3/?a=1&amp;b=2\" async"), "{text}");
    assert!(!text.contains("integrity=") && !text.contains("nonce"), "{text}");
    assert!(!text.contains(" src=\"https://js.pay.test/v3/other.js\""), "{text}");
    let csp = response.header("content-security-policy").unwrap();
    assert!(csp.starts_with("script-src https://js.pay.test/v3/;"), "{csp}");
    assert_eq!(response.header("integrity-policy"), None);
    let reports = response.header("integrity-policy-report-only").unwrap();
    assert!(reports.starts_with("blocked-destinations=(script)"), "{reports}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_page_with_an_evergreen_script_passes_the_second_opinion() {
    let body = "<p>before</p><script src='https://js.pay.test/v3/?a=1&amp;b=2'></script><p>the end</p>";
    let upstream = Upstream::answering(page(body)).await;
    let rules = format!("[[page]]\npath = \"/*\"\npayment = true\n{CARDS}");
    let proxy = enforce_with(upstream.address, &rules, with_cards("2026-12-01T00:00:00Z"));
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert!(response.status == 200 && response.whole, "{}", response.status);
    assert!(response.text().ends_with("</script><p>the end</p>"), "{}", response.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evergreen_script_ends_with_its_day() {
    let upstream = Upstream::answering(page("<script src='https://js.pay.test/v3/?a=1&b=2'></script>")).await;
    let proxy = enforce_with(upstream.address, CARDS, with_cards("2027-02-01T00:00:00Z"));
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert!(response.text().contains("data-countersign-reason=\"ended\""), "{}", response.text());
    assert!(response.header("content-security-policy").unwrap().starts_with("script-src 'none'"));
    assert!(response.header("integrity-policy").is_some(), "nothing stands in its way any more");
    // The very same policies, a second earlier: it is the clock alone that ends it.
    let site = proxy.running.published.load().sites[0].clone();
    let live = |moment: &str| {
        let visit = countersign::policy::Visit::enforced(moment.parse().unwrap());
        site.grants("/", visit).evergreen.len()
    };
    assert_eq!([live("2027-01-31T23:59:59Z"), live("2027-02-01T00:00:00Z")], [1, 0]);
    assert_eq!(live("2027-01-31T23:59:59Z"), 1, "whatever was asked in between");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_of_another_url_or_day_does_not_count() {
    let upstream = Upstream::answering(page("<script src='https://js.pay.test/v3/?a=1&b=2'></script>")).await;
    for changed in [CARDS.replace("/v3/", "/v4/"), CARDS.replace("2027-01-31", "2027-02-28")] {
        let adjust = |config: &mut AppConfig| {
            let folder = config.policies.clone().unwrap();
            let policy = folder.join("shop.toml");
            let approved = std::fs::read_to_string(&policy).unwrap();
            approve(&folder, "cards", Form::External, statement(&folder, "cards").as_bytes());
            std::fs::write(&policy, approved.replace(CARDS.trim_end(), changed.trim_end())).unwrap();
            config.clock = at("2026-12-01T00:00:00Z");
        };
        let proxy = enforce_with(upstream.address, CARDS, adjust);
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        let csp = response.header("content-security-policy").unwrap();
        assert!(csp.starts_with("script-src 'none'"), "{csp}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_that_a_pattern_matches_gets_the_approved_digests() {
    let body = "<script src='/assets/app.1.js'></script><script src='/assets/app.2.js'></script>\
                <script src='/assets/evil/app.1.js'></script>";
    let upstream = Upstream::answering(page(body)).await;
    let rules =
        "[[script]]\nid = \"app\"\nurl-pattern = \"/assets/app.:build.js\"\ntier = \"pin\"\nwhy = \"x\"";
    let proxy = enforce_with(upstream.address, rules, |config| {
        approve(&config.policies.clone().unwrap(), "app", Form::External, b"app()");
    });
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    let integrity = format!("integrity=\"{}\"", Digest::of(Algorithm::Sha384, b"app()"));
    assert_eq!(response.text().matches(&integrity).count(), 2, "{}", response.text());
    assert!(!response.text().contains(" src='/assets/evil"), "{}", response.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_handler_has_a_directive_of_its_own_on_its_pages_only() {
    let body = "<button onclick=\"print()\">Print</button>";
    let upstream = Upstream::answering(page(body)).await;
    let rules = "[[inline]]\nid = \"print\"\nkind = \"handler\"\npages = [\"/receipt\"]\nwhy = \"x\"";
    let proxy = enforce_with(upstream.address, rules, |config| {
        approve(&config.policies.clone().unwrap(), "print", Form::Inline, b"print()");
    });
    let mut client = Client::connect(proxy.address()).await;
    let receipt = client.ask(get("/receipt")).await;
    assert_eq!(receipt.text(), body);
    let digest = Digest::of(Algorithm::Sha256, b"print()");
    let csp = receipt.header("content-security-policy").unwrap();
    let wanted = format!("script-src 'none'; script-src-attr 'unsafe-hashes' '{digest}'; ");
    assert!(csp.starts_with(&wanted), "{csp}");
    let other = client.ask(get("/")).await.header("content-security-policy").unwrap();
    assert!(!other.contains("unsafe-hashes") && !other.contains("script-src-attr"), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_set_and_removed_and_a_page_has_its_own_directives() {
    let headers = "Content-Type: text/html\r\nX-Powered-By: x\r\nReferrer-Policy: unsafe-url\r\n\
                   Strict-Transport-Security: max-age=1";
    let upstream = Upstream::answering(crate::support::answer(headers, "<p>")).await;
    let rules = "[[page]]\npath = \"/pay\"\npayment = true\n[page.csp]\nconnect-src = [\"'none'\"]\n\
                 [page.headers]\nPermissions-Policy = \"payment=(self)\"\n[csp]\n\
                 connect-src = [\"'self'\"]\n[headers]\nReferrer-Policy = \"no-referrer\"\n\
                 X-Powered-By = false\nStrict-Transport-Security = \"max-age=60\"\n";
    let proxy = enforce(upstream.address, rules);
    let mut client = Client::connect(proxy.address()).await;
    for (path, connect, permissions) in [("/", "'self'", None), ("/pay", "'none'", Some("payment=(self)"))] {
        let response = client.ask(get(path)).await;
        assert_eq!(response.header("referrer-policy").as_deref(), Some("no-referrer"), "{path}");
        assert_eq!(response.header("x-powered-by"), None, "{path}");
        let sent = response.header("strict-transport-security");
        assert_eq!(sent.as_deref(), Some("max-age=1"), "{path}: ours goes out over TLS only");
        assert_eq!(response.header("permissions-policy").as_deref(), permissions, "{path}");
        let csp = response.header("content-security-policy").unwrap();
        assert!(csp.contains(&format!("connect-src {connect};")), "{path}: {csp}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_visitors_is_enforced_and_stays_so() {
    let headers = "Content-Type: text/html; charset=utf-8\r\nCache-Control: public, max-age=60";
    let upstream = Upstream::answering(crate::support::answer(headers, "<script>x()</script>")).await;
    let rules = "mode = \"enforce\"\nenforce-percent = 40\n[[page]]\npath = \"/pay\"\npayment = true";
    let proxy = enforce(upstream.address, rules);
    let mut client = Client::connect(proxy.address()).await;
    let enforced = |response: &crate::support::Response| response.header("content-security-policy").is_some();
    for place in 0..100 {
        let request = get_with("/", &format!("Cookie: countersign-place={place}\r\n"));
        let response = client.ask(request).await;
        assert_eq!(enforced(&response), place < 40, "{place}");
        assert_eq!(response.text().contains("x()"), place >= 40, "{place}");
        let reports = response.header("content-security-policy-report-only");
        assert_eq!(reports.is_some(), place >= 40, "{place}: the others are observed");
        assert_eq!(response.header("cache-control").as_deref(), Some("private, max-age=60"));
        assert!(response.header("vary").unwrap().contains("Cookie"));
        assert_eq!(response.header("set-cookie"), None, "the place is known");
        let request = get_with("/pay", &format!("Cookie: countersign-place={place}\r\n"));
        let payment = client.ask(request).await;
        assert!(enforced(&payment), "payment pages are enforced for everybody");
        assert_eq!(payment.header("cache-control").as_deref(), Some("public, max-age=60"));
    }
    let first = client.ask(get("/")).await;
    let cookie = first.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(cookie, client.ask(get("/")).await.header("set-cookie").unwrap(), "by the address: the same");
    let place = cookie.split(';').next().unwrap();
    let again = client.ask(get_with("/", &format!("Cookie: a=b; {place}\r\n"))).await;
    assert_eq!(enforced(&again), enforced(&first));
}
