//! WebSockets pass; nothing else does.

use crate::support::{Client, Upstream, enforce, get, get_with, page, within};

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
