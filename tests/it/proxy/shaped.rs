//! Scripts approved by their shape, on the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::analysis::shape::shape_of_samples;
use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Form, ScriptId};
use countersign::policy::load_folder;

use crate::support::{Client, Enforced, Upstream, enforce, get, get_with};

const RULES: &str = "[[inline]]\nid = \"state\"\nshape = true\nwhy = \"State\"\n";

/// A shop whose pages hold a number that differs each time.
async fn counting() -> Upstream {
    let count = Arc::new(AtomicUsize::new(0));
    Upstream::serving(move |mut connection| {
        let count = Arc::clone(&count);
        async move {
            while let Some(request) = connection.request().await {
                if request.to_lowercase().contains("if-none-match: \"v1\"") {
                    connection.send("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n").await;
                    continue;
                }
                let number = count.fetch_add(1, Ordering::Relaxed);
                let page =
                    format!("<p>a<script>state({{\"n\":{number}}})</script><script>state(evil)</script>");
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: \"v1\"\r\n\
                            Cache-Control: max-age=60";
                connection.send(format!("{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len())).await;
            }
        }
    })
    .await
}

/// Approves `state(…)` and puts the new policies in force.
fn approve(proxy: &Enforced, upstream: &Upstream) -> String {
    let found = shape_of_samples(&["state({\"n\":1})".to_owned(), "state({\"n\":2})".to_owned()]).unwrap();
    approve_bytes(&Request {
        folder: proxy.folder.path(),
        site: "shop",
        script: &ScriptId::new("state").unwrap(),
        form: Form::Inline,
        bytes: found.code.as_bytes(),
        by: "tester@shop.test",
        because: "a test",
        at: "2026-11-23T21:04:05Z".parse().unwrap(),
        retire_earlier: false,
    })
    .unwrap();
    let address = upstream.address;
    let at = countersign::policy::UpstreamAddress::tcp(false, address.ip().to_string(), address.port());
    let loaded = load_folder(proxy.folder.path(), Some(at), 2).unwrap();
    proxy.running.published.store(Arc::new(loaded.snapshot));
    found.code
}

#[tokio::test(flavor = "multi_thread")]
async fn data_differs_while_code_and_csp_stay_and_pages_are_confirmed_as_ever() {
    let upstream = counting().await;
    let proxy = enforce(upstream.address, RULES);
    let mut client = Client::connect(proxy.address()).await;
    assert!(!client.ask(get("/")).await.text().contains("state("), "nobody has approved it");
    let code = approve(&proxy, &upstream);
    let (one, other) = (client.ask(get("/")).await, client.ask(get("/")).await);
    for (response, number) in [(&one, 1), (&other, 2)] {
        let released = format!(
            "<script type=\"text/plain\" data-countersign=\"data\">{number}</script><script>{code}</script>"
        );
        assert!(response.text().contains(&released), "{}", response.text());
        assert!(!response.text().contains("evil"), "{}", response.text());
        assert_eq!(response.header("cache-control").as_deref(), Some("max-age=60"));
    }
    let csp = one.header("content-security-policy").unwrap();
    assert_eq!(other.header("content-security-policy").unwrap(), csp);
    assert!(csp.starts_with("script-src 'sha256-") && !csp.contains("nonce"), "{csp}");
    let tag = one.header("etag").unwrap();
    let confirmed = client.ask(get_with("/", &format!("If-None-Match: {tag}\r\n"))).await;
    assert_eq!((confirmed.status, confirmed.header("content-security-policy").unwrap()), (304, csp));
}
