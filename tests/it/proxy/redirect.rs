//! The listener that leads plain HTTP to https.

use countersign::app::Running;

use crate::support::{Certificates, Client, Enforced, Upstream, answer, enforce_with, get};

async fn led() -> (Upstream, Certificates, Enforced) {
    let certificates = Certificates::make();
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.tls = Some(certificates.files());
        config.redirect = Some("127.0.0.1:0".parse().unwrap());
    });
    (upstream, certificates, proxy)
}

async fn ask(proxy: &Running, request: &str) -> (u16, Option<String>) {
    let response = Client::connect(proxy.redirect_address.unwrap()).await.ask(request).await;
    assert!(response.whole, "{request}");
    (response.status, response.header("location"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_led_to_the_same_address_with_https() {
    let (upstream, _certificates, proxy) = led().await;
    for (target, host, location) in [
        ("/a%2fb?q=1", "shop.test", "https://shop.test/a%2fb?q=1"),
        ("/", "Shop.Test:8080", "https://shop.test/"),
        ("//evil.test/", "shop.test", "https://shop.test//evil.test/"),
        ("http://shop.test/x", "shop.test", "https://shop.test/x"),
    ] {
        for method in ["GET", "POST"] {
            let request = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
            assert_eq!(ask(&proxy.running, &request).await, (308, Some(location.to_owned())), "{request}");
        }
    }
    assert!(upstream.requests().is_empty());
    let metrics = proxy.running.metrics.encode();
    assert!(
        metrics.contains("countersign_exchanges_total{treatment=\"redirect\",status=\"3xx\"} 8"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_to_a_host_that_is_not_ours_or_away_from_a_challenge() {
    let (_upstream, _certificates, proxy) = led().await;
    for (request, status) in [
        ("GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n", 421),
        ("GET / HTTP/1.1\r\nHost: shop.test\r\nHost: evil.test\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: shop.test@evil.test\r\n\r\n", 400),
        ("GET /.well-known/acme-challenge/x HTTP/1.1\r\nHost: shop.test\r\n\r\n", 404),
        ("TRACE / HTTP/1.1\r\nHost: shop.test\r\n\r\n", 405),
    ] {
        assert_eq!(ask(&proxy.running, request).await, (status, None), "{request}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_has_browsers_come_with_https_by_themselves() {
    let certificates = Certificates::make();
    let upstream = Upstream::answering(answer("Content-Type: text/html", "<p>hi")).await;
    let hsts = "[headers]\nStrict-Transport-Security = \"max-age=63072000; includeSubDomains\"";
    let proxy = enforce_with(upstream.address, hsts, |config| config.tls = Some(certificates.files()));
    let secure = Client::tls(proxy.address(), &certificates.ca()).await.ask(get("/")).await;
    assert_eq!(
        secure.header("strict-transport-security").as_deref(),
        Some("max-age=63072000; includeSubDomains")
    );
    let plain = enforce_with(upstream.address, hsts, |_| {});
    let plain = Client::connect(plain.address()).await.ask(get("/")).await;
    assert_eq!(plain.header("strict-transport-security"), None, "browsers don't heed it without TLS");
}
