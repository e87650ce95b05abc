//! WebSockets pass; nothing else does.

use std::time::Duration;

use http::{Request, Response};
use hyper::ext::Protocol;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{
    Client, Connection, Fed, H2Visitor, Upstream, enforce, enforce_with, fed, get, get_with, page, rest,
    within,
};

const ASK: &str =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_echoes_through() {
    let upstream = Upstream::serving(|mut connection| async move {
        connection.request().await;
        // The first bytes come together with the switch.
        connection
            .send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: y\r\n\r\nhello")
            .await;
        loop {
            let bytes = connection.receive().await;
            if bytes.is_empty() {
                return;
            }
            connection.send(bytes).await;
        }
    })
    .await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    client.send(get_with("/ws", ASK)).await;
    let (status, head) = within("the switch", client.head()).await.unwrap();
    assert_eq!(status, 101, "{head}");
    assert!(head.to_lowercase().contains("sec-websocket-accept: y"), "{head}");
    assert!(client.until(b"hello").await);
    client.send(vec![0xc0; 100_000]).await;
    client.send("end").await;
    assert!(client.until(b"end").await);
    assert_eq!(client.taken().len(), 5 + 100_000 + 3);
    assert!(upstream.last_request().contains("upgrade: websocket\r\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_upgrade_is_an_answer_like_any_other() {
    let upstream = Upstream::answering(page("<p>no</p><script>steal()</script>")).await;
    let proxy = enforce(upstream.address, "");
    let response = Client::connect(proxy.address()).await.ask(get_with("/ws", ASK)).await;
    assert_eq!(response.status, 200);
    assert!(response.text().contains("no") && !response.text().contains("steal"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_was_not_asked_for_is_refused() {
    let switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: evil\r\n\r\n<script>steal()</script>";
    let upstream = Upstream::answering(switch).await;
    let proxy = enforce(upstream.address, "");
    for request in [get("/"), get_with("/", ASK), get_with("/", "Connection: Upgrade\r\nUpgrade: h2c\r\n")] {
        let response = Client::connect(proxy.address()).await.ask(&request).await;
        assert_eq!(response.status, 502, "{request}");
        assert!(!response.text().contains("steal"));
    }
}

fn connect(protocol: Option<&'static str>) -> Request<Fed> {
    let mut request = Request::connect("http://shop.test/ws?room=1")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-protocol", "chat")
        .header("origin", "http://shop.test")
        .body(fed().1)
        .unwrap();
    match protocol {
        Some(protocol) => drop(request.extensions_mut().insert(Protocol::from_static(protocol))),
        None => *request.uri_mut() = "shop.test:80".parse().unwrap(),
    }
    request
}

/// Switches as RFC 6455 says, or with another word than was asked for, and says all that it hears.
async fn echo(mut connection: Connection) {
    let request = connection.request().await.unwrap();
    let key = request.lines().find_map(|line| line.strip_prefix("sec-websocket-key: ")).unwrap().to_owned();
    let both = [key.as_bytes(), b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"].concat();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &both);
    let accept = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, digest);
    let accept = if request.contains("room=1") { accept } else { "wrong".to_owned() };
    connection
        .send(format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: chat\r\n\r\nhello"
        ))
        .await;
    loop {
        let bytes = connection.receive().await;
        if bytes.is_empty() {
            return;
        }
        connection.send(bytes).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_within_http2_echoes_through_to_an_upstream_of_http1() {
    let upstream = Upstream::serving(echo).await;
    let proxy = enforce(upstream.address, "");
    let mut visitor = H2Visitor::connect(proxy.address()).await;
    let response: Response<_> = visitor.ask(connect(Some("websocket"))).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["sec-websocket-protocol"], "chat");
    assert!(!response.headers().contains_key("sec-websocket-accept"), "{:?}", response.headers());
    let mut socket = TokioIo::new(within("the switch", hyper::upgrade::on(response)).await.unwrap());
    let mut heard = vec![0; 5];
    within("the first bytes", socket.read_exact(&mut heard)).await.unwrap();
    assert_eq!(heard, b"hello");
    let said = vec![0xc0; 100_000];
    let (mut read, mut write) = tokio::io::split(socket);
    let mut heard = vec![0; said.len()];
    let (sent, received) = within("an echo", async {
        tokio::join!(
            async {
                write.write_all(&said).await?;
                write.flush().await
            },
            read.read_exact(&mut heard)
        )
    })
    .await;
    sent.unwrap();
    received.unwrap();
    assert_eq!(heard, said);
    let seen = upstream.last_request();
    assert!(seen.starts_with("get /ws?room=1 http/1.1\r\n"), "{seen}");
    for expected in ["upgrade: websocket\r\n", "connection: upgrade\r\n", "host: shop.test\r\n"] {
        assert!(seen.contains(expected), "{expected:?} in {seen}");
    }
    // The end of one side is the end of the other.
    drop((read, write));
    let metrics = proxy.running.metrics.encode();
    assert!(
        metrics.contains("countersign_exchanges_total{treatment=\"upgrade\",status=\"2xx\"} 1"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_websocket_within_http2_is_refused() {
    let upstream = Upstream::serving(echo).await;
    let proxy = enforce(upstream.address, "");
    let mut visitor = H2Visitor::connect(proxy.address()).await;
    // A tunnel to anywhere, and one of a protocol that nobody knows.
    for protocol in [None, Some("connect-udp")] {
        assert_eq!(visitor.ask(connect(protocol)).await.unwrap().status(), 405, "{protocol:?}");
    }
    assert!(upstream.requests().is_empty());
    // An upstream that has not read the key, and one that answers as if nothing had been asked.
    let mut request = connect(Some("websocket"));
    *request.uri_mut() = "http://shop.test/ws?room=2".parse().unwrap();
    assert_eq!(visitor.ask(request).await.unwrap().status(), 502);
    let answering = Upstream::answering(page("<p>no</p><script>steal()</script>")).await;
    let proxy = enforce(answering.address, "");
    let mut visitor = H2Visitor::connect(proxy.address()).await;
    let response = visitor.ask(connect(Some("websocket"))).await.unwrap();
    assert_eq!(response.status(), 502);
    assert!(!String::from_utf8(rest(response.into_body()).await.unwrap().0).unwrap().contains("steal"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_through_which_nothing_comes_is_ended_in_either_protocol() {
    let (told, mut left) = tokio::sync::mpsc::channel(2);
    let upstream = Upstream::serving(move |connection| {
        let told = told.clone();
        async move {
            echo(connection).await;
            told.send(()).await.unwrap();
        }
    })
    .await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.settings.tunnel_idle_time = Duration::from_millis(200);
    });
    let mut client = Client::connect(proxy.address()).await;
    client.send(get_with("/ws?room=1", ASK)).await;
    assert!(client.until(b"hello").await);
    assert!(!client.until(b"never").await, "the visitor's end");
    within("the upstream's end", left.recv()).await.unwrap();
    let mut visitor = H2Visitor::connect(proxy.address()).await;
    let response = visitor.ask(connect(Some("websocket"))).await.unwrap();
    let mut socket = TokioIo::new(within("the switch", hyper::upgrade::on(response)).await.unwrap());
    let mut heard = Vec::new();
    // An end or a reset.
    let _ = within("the visitor's end", socket.read_to_end(&mut heard)).await;
    assert_eq!(heard, b"hello");
    within("the upstream's end", left.recv()).await.unwrap();
    let metrics = proxy.running.metrics.encode();
    assert!(metrics.contains("countersign_limits_total{limit=\"tunnel-idle-time\"} 2\n"), "{metrics}");
}
