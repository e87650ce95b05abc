//! TLS towards visitors, with HTTP/1.1 and HTTP/2, and towards upstreams.

use countersign::app::{self, AppConfig, StartError, TlsFiles};
use countersign::policy::UpstreamAddress;

use http::Response;

use crate::support::{
    Certificates, Client, H2Client, H2Upstream, Upstream, answer, enforce_with, get, observe_with, page,
    upstream_at, whole, within,
};

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_judged_over_tls_in_both_protocols() {
    let certificates = Certificates::make();
    let upstream = Upstream::answering(page("<p>hi</p><script>steal()</script>")).await;
    let proxy = enforce_with(upstream.address, "", |config| config.tls = Some(certificates.files()));
    let first = Client::tls(proxy.address(), &certificates.ca()).await.ask(get("/")).await;
    let second = H2Client::connect(proxy.address(), &certificates.ca()).await.get("/", &[]).await;
    for response in [first, second] {
        assert_eq!((response.status, response.whole), (200, true), "{}", response.head);
        assert!(response.text().contains("hi") && !response.text().contains("steal()"));
        assert!(response.header("content-security-policy").unwrap().contains("report-to countersign"));
        assert!(response.header("reporting-endpoints").unwrap().contains("countersign="));
    }
    assert!(upstream.last_request().contains("x-forwarded-proto: https"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_in_pieces_and_hosts_in_two_places_become_one() {
    let certificates = Certificates::make();
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| config.tls = Some(certificates.files()));
    let mut client = H2Client::connect(proxy.address(), &certificates.ca()).await;
    let response = client.get("/a", &[("cookie", "a=1"), ("cookie", "b=2"), ("host", "shop.test")]).await;
    assert_eq!(response.status, 200);
    let seen = upstream.last_request();
    assert!(seen.contains("\r\ncookie: a=1; b=2\r\n"), "{seen}");
    assert_eq!(seen.matches("\r\nhost: shop.test\r\n").count(), 1, "{seen}");
    assert_eq!(client.get("/a", &[("host", "evil.test")]).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_over_tls_must_have_a_certificate_of_a_known_ca() {
    let certificates = Certificates::make();
    let origin = Upstream::answering(answer("Content-Type: text/plain", "from behind")).await;
    // A proxy with TLS serves as an upstream with TLS.
    let behind = observe_with(origin.address, |config| config.tls = Some(certificates.files()));
    let through = |upstream_ca| {
        let upstream = UpstreamAddress::tcp(true, "localhost", behind.address.port());
        app::start(AppConfig { upstream: Some(upstream), upstream_ca, ..AppConfig::on_loopback() }).unwrap()
    };
    let trusting = through(Some(certificates.ca()));
    let response = Client::connect(trusting.address).await.ask(get("/")).await;
    assert_eq!((response.status, response.text().as_str()), (200, "from behind"));
    let doubting = through(None);
    assert_eq!(Client::connect(doubting.address).await.ask(get("/")).await.status, 502);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_asks_who_connects_is_shown_a_certificate() {
    let (server, ours) = (Certificates::make(), Certificates::self_signed("clientAuth", 2));
    let upstream = H2Upstream::demanding(&server.files(), Some(&ours.ca()), &["h2"], |_| async {
        Response::new(whole("for you"))
    })
    .await;
    let through = |identity| {
        observe_with(upstream.address, |config| {
            config.upstream = Some(upstream_at(&format!("h2://localhost:{}", upstream.address.port())));
            config.upstream_ca = Some(server.ca());
            config.upstream_identity = identity;
        })
    };
    let known = through(Some(ours.files()));
    assert_eq!(Client::connect(known.address).await.ask(get("/")).await.text(), "for you");
    let stranger = through(None);
    assert_eq!(Client::connect(stranger.address).await.ask(get("/")).await.status, 502);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_upstreams_that_is_renewed_is_shown_from_then_on() {
    let (server, first) = (Certificates::make(), Certificates::self_signed("clientAuth", 2));
    let second = Certificates::self_signed("clientAuth", 2);
    let upstream = H2Upstream::demanding(&server.files(), Some(&second.ca()), &["h2"], |_| async {
        Response::new(whole("for you"))
    })
    .await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.upstream = Some(upstream_at(&format!("h2://localhost:{}", upstream.address.port())));
        config.upstream_ca = Some(server.ca());
        config.upstream_identity = Some(first.files());
    });
    assert_eq!(Client::connect(proxy.address()).await.ask(get("/")).await.status, 502, "one of another CA");
    let said = |what: &'static str| {
        let proxy = &proxy;
        within(what, async move {
            while !proxy.events().contains(what) {
                tokio::task::yield_now().await;
            }
        })
    };
    // Half of a renewal changes nothing.
    std::fs::copy(second.files().key, first.files().key).unwrap();
    said("A changed certificate or key for upstreams was refused").await;
    std::fs::copy(second.files().certificate, first.files().certificate).unwrap();
    said("A new certificate is shown to upstreams").await;
    assert_eq!(Client::connect(proxy.address()).await.ask(get("/")).await.text(), "for you");
    let metrics = proxy.running.metrics.encode();
    assert!(metrics.contains("countersign_upstream_certificate_last_reload_good 1\n"), "{metrics}");
    assert!(metrics.contains("countersign_upstream_certificate_ends_timestamp_seconds 1"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_upstreams_that_has_ended_is_said_at_the_start() {
    let ended = Certificates::self_signed("clientAuth", -1);
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| config.upstream_identity = Some(ended.files()));
    assert!(
        proxy.events().contains("A certificate that upstreams are shown has ended"),
        "{}",
        proxy.events()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_in_an_upstreams_certificate_may_be_another_than_its_address() {
    let certificates = Certificates::for_names(&["app.internal"]);
    let upstream = H2Upstream::secure(&certificates.files(), |_| async { Response::new(whole("ok")) }).await;
    let through = |rules: &str| {
        enforce_with(upstream.address, rules, |config| {
            config.upstream = Some(upstream_at(&format!("h2://127.0.0.1:{}", upstream.address.port())));
            config.upstream_ca = Some(certificates.ca());
        })
    };
    let named = through("upstream-name = \"app.internal\"");
    assert_eq!(Client::connect(named.address()).await.ask(get("/")).await.text(), "ok");
    let listed = format!(
        "upstreams = [\"h2://127.0.0.1:{}\"]\nupstream-name = \"app.internal\"",
        upstream.address.port()
    );
    let listed = through(&listed);
    assert_eq!(Client::connect(listed.address()).await.ask(get("/")).await.text(), "ok");
    for rules in ["", "upstream-name = \"other.internal\""] {
        let proxy = through(rules);
        assert_eq!(Client::connect(proxy.address()).await.ask(get("/")).await.status, 502, "{rules}");
    }
}

#[test]
fn keys_that_cannot_be_read_are_said_at_the_start() {
    let files = TlsFiles { certificate: "/nonexistent/leaf.pem".into(), key: "/nonexistent/key.pem".into() };
    let upstream = UpstreamAddress::tcp(false, "127.0.0.1", 1);
    let config = AppConfig { upstream: Some(upstream), tls: Some(files), ..AppConfig::on_loopback() };
    let error = app::start(config).unwrap_err();
    assert!(matches!(error, StartError::Tls(_)));
    assert!(error.to_string().contains("/nonexistent/leaf.pem"), "{error}");
}
