//! What Chromium does by itself with the means that Countersign uses: the ground on which the other
//! tests stand, and the proof that the harness sees what happens.

use countersign::sri::{Algorithm, Digest};
use http::Version;

use super::dump_dom::load_all;
use super::{Certificate, Reply, Session, Setup, Stub, eventually, in_browser};

const SCRIPT: &str = "document.documentElement.dataset.ran = 'yes';";

fn page(script: &str) -> String {
    format!("<!doctype html><title>t</title><link rel=icon href=data:,>{script}")
}

fn sha384(text: &str) -> Digest {
    Digest::of(Algorithm::Sha384, text.as_bytes())
}

async fn ran(browser: &Session) -> bool {
    browser.holds("document.documentElement.dataset.ran === 'yes'").await
}

#[test]
fn a_script_with_its_own_digest_runs_and_a_changed_one_is_refused() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor) = (Stub::http().await, Stub::http().await);
        let listener =
            "<script>addEventListener('error', e => { window.refused = e.target.src }, true)</script>";
        let tag = format!(
            "{listener}<script src={:?} integrity={:?} crossorigin=anonymous></script>",
            vendor.url_at("vendor.example", "/chat.js"),
            sha384(SCRIPT).to_string(),
        );
        shop.set("/", Reply::html(page(&tag)));
        vendor.set("/chat.js", Reply::script(SCRIPT));
        browser.open_page(&shop.url_at("shop.example", "/")).await;
        assert!(ran(&browser).await, "the approved bytes run");

        vendor.set("/chat.js", Reply::script(format!("{SCRIPT}//")));
        browser.reload().await;
        assert!(!ran(&browser).await, "other bytes do not");
        browser.until("window.refused.endsWith('/chat.js')").await;
        let console = browser.console().await;
        assert!(console.iter().any(|line| line.contains("integrity")), "{console:?}");
    });
}

#[test]
fn a_csp_of_digests_stops_an_inline_script_that_it_does_not_list_and_says_so() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        let listed = Digest::of(Algorithm::Sha256, SCRIPT.as_bytes());
        let csp = format!("script-src '{listed}'; report-uri /reports");
        let body = page(&format!("<script>{SCRIPT}</script><script>window.skimmer = 1</script>"));
        shop.set("/", Reply::html(body).with("content-security-policy", &csp));
        browser.open_page(&shop.url("/")).await;
        assert!(ran(&browser).await, "the listed one runs");
        assert!(!browser.holds("window.skimmer").await, "the other does not");
        let report = eventually("a report", async || shop.posted("/reports").pop()).await;
        assert_eq!(report.media_type, "application/csp-report");
        assert!(report.body.contains("\"blocked-uri\":\"inline\""), "{}", report.body);
    });
}

#[test]
fn an_integrity_policy_stops_a_script_without_integrity() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        shop.set("/a.js", Reply::script(SCRIPT));
        let plain = Reply::html(page("<script src=/a.js></script>"));
        shop.set("/without", plain.clone());
        shop.set("/with", plain.with("integrity-policy", "blocked-destinations=(script)"));
        browser.open_page(&shop.url("/without")).await;
        assert!(ran(&browser).await);
        browser.open_page(&shop.url("/with")).await;
        assert!(!ran(&browser).await);
    });
}

#[test]
fn over_plain_http_reports_go_to_report_uri_only_without_report_to() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        let body = page("<script>window.skimmer = 1</script>");
        let with_csp = |csp: &str| {
            Reply::html(body.clone())
                .with("content-security-policy", csp)
                .with("reporting-endpoints", "ours=\"/to\"")
        };
        shop.set("/both", with_csp("script-src 'none'; report-uri /both-uri; report-to ours"));
        shop.set("/uri", with_csp("script-src 'none'; report-uri /only-uri"));
        browser.open_page(&shop.url("/both")).await;
        browser.open_page(&shop.url("/uri")).await;
        eventually("a report to report-uri", async || shop.posted("/only-uri").pop()).await;
        // The page with both was loaded first; nothing came of it.
        assert!(shop.posted("/both-uri").is_empty() && shop.posted("/to").is_empty());
    });
}

#[test]
fn over_tls_and_http2_reports_reach_the_reporting_endpoint() {
    let certificate = Certificate::for_names(&["shop.example", "vendor.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let shop = Stub::https(&certificate).await;
        let csp = "script-src 'none'; report-uri /uri; report-to ours";
        let reply = Reply::html(page("<script>window.skimmer = 1</script>"))
            .with("content-security-policy", csp)
            .with("reporting-endpoints", "ours=\"/to\"");
        shop.set("/", reply);
        browser.open_page(&shop.url_at("shop.example", "/")).await;
        let report = eventually("a report", async || shop.posted("/to").pop()).await;
        assert_eq!(report.media_type, "application/reports+json");
        assert!(report.body.contains("csp-violation"), "{}", report.body);
        assert!(shop.received().iter().all(|request| request.version == Version::HTTP_2));
        assert!(browser.holds("isSecureContext").await);
    });
}

#[test]
fn a_certificate_that_nobody_trusts_is_not_accepted() {
    let certificate = Certificate::for_names(&["shop.example"]);
    in_browser(Setup::default(), async move |browser| {
        let shop = Stub::https(&certificate).await;
        shop.set("/", Reply::html(page("")));
        let opened = browser.try_to_open(&shop.url_at("shop.example", "/")).await;
        let refused = opened.expect_err("it was opened");
        assert!(refused.contains("ERR_CERT_AUTHORITY_INVALID"), "{refused}");
    });
}

#[test]
fn what_a_person_types_and_clicks_reaches_the_page() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        shop.set(
            "/",
            Reply::html(page("<form method=post action=/pay><input name=card><button>Pay</button></form>")),
        );
        browser.open_page(&shop.url("/")).await;
        browser.type_into("input[name=card]", "4111111111111111").await;
        browser.click("button").await;
        let paid = eventually("the form's POST", async || shop.posted("/pay").pop()).await;
        assert_eq!(paid.body, "card=4111111111111111");
    });
}

#[test]
fn a_batch_of_pages_tells_which_scripts_ran() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let stub = Stub::http().await;
        let mut urls = Vec::new();
        for number in 0..100 {
            let path = format!("/{number}");
            let body = page(&format!("<script>parent.postMessage('ran {number}', '*')</script><p>\u{fc}"));
            let csp = if number % 2 == 0 { "script-src 'unsafe-inline'" } else { "script-src 'none'" };
            stub.set(&path, Reply::html(body).with("content-security-policy", csp));
            urls.push(stub.url(&path));
        }
        let outcomes = load_all(&stub, &urls).await;
        assert_eq!(outcomes.len(), 100);
        for (number, outcome) in outcomes.iter().enumerate() {
            let expected = if number % 2 == 0 { vec![format!("ran {number}")] } else { vec![] };
            assert_eq!((&outcome.url, &outcome.ran), (&urls[number], &expected));
            assert!(outcome.dom.as_ref().is_some_and(|dom| dom.contains("<p>\u{fc}")), "{outcome:?}");
        }
    });
}
