//! WebSockets as a browser opens them: within HTTP/2, because the front says that it may.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::app::{self, AppConfig, TlsFiles};
use countersign::policy::UpstreamAddress;

use super::{Certificate, Setup, in_browser};
use crate::support::{Connection, Upstream, page};

const PAGE: &str = "<!doctype html><title>waiting</title><script>
const socket = new WebSocket(`wss://${location.host}/socket`, 'chat');
socket.onmessage = (event) => { document.title = event.data; socket.send('and you?'); };
socket.onclose = (event) => { document.title += ` ${event.code}`; };
</script>";

/// The page, or a socket that greets, listens and takes its leave.
async fn serve(mut connection: Connection) {
    while let Some(request) = connection.request().await {
        let key = request.lines().find_map(|line| line.strip_prefix("sec-websocket-key: "));
        let Some(key) = key else {
            connection.send(page(PAGE)).await;
            continue;
        };
        let both = [key.as_bytes(), b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"].concat();
        let accept = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &both));
        let head = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n";
        connection
            .send(format!("{head}Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: chat\r\n\r\n"))
            .await;
        // A text, and after an answer the end: 1000.
        connection.send(b"\x81\x05hello").await;
        assert!(!connection.receive().await.is_empty());
        connection.send(b"\x88\x02\x03\xe8").await;
        connection.receive().await;
        return;
    }
}

#[test]
fn a_websocket_of_a_page_runs_within_its_http2_connection() {
    let certificate = Certificate::for_names(&["shop.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let upstream = Upstream::serving(serve).await;
        let address = UpstreamAddress::tcp(false, upstream.address.ip().to_string(), upstream.address.port());
        let front = app::start(AppConfig {
            upstream: Some(address),
            tls: Some(TlsFiles { certificate: certificate.chain(), key: certificate.key() }),
            ..AppConfig::on_loopback()
        });
        let front = front.unwrap_or_else(|error| panic!("{error:?}"));
        browser.open_page(&format!("https://shop.example:{}/", front.address.port())).await;
        browser.until("document.title === 'hello 1000'").await;
        assert_eq!(
            browser.value("performance.getEntriesByType('navigation')[0].nextHopProtocol").await,
            "h2"
        );
        // By CONNECT, of which the answer is 200; by Upgrade it would be 101.
        let metrics = front.metrics.encode();
        let within = "countersign_exchanges_total{treatment=\"upgrade\",status=\"2xx\"} 1";
        assert!(metrics.contains(within), "{metrics}");
        let asked =
            upstream.requests().into_iter().find(|request| request.starts_with("GET /socket")).unwrap();
        assert!(asked.contains("sec-websocket-protocol: chat\r\n"), "{asked}");
        assert!(asked.contains("origin: https://shop.example"), "{asked}");
    });
}
