//! Pages flow: what has come leaves at once, and no more is kept than must be.

use std::sync::Arc;

use tokio::sync::{Mutex, oneshot};

use super::command::Child;
use crate::support::{Client, Upstream, enforce, get, observe, snapshot_of, within};

const HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";

fn chunk(text: impl AsRef<[u8]>) -> Vec<u8> {
    let text = text.as_ref();
    [format!("{:x}\r\n", text.len()).as_bytes(), text, b"\r\n"].concat()
}

/// Sends a page in two pieces, the second when the test says so.
async fn pausing(head: &str, first: Vec<u8>, second: Vec<u8>) -> (Upstream, oneshot::Sender<()>) {
    let (go, wait) = oneshot::channel();
    let wait = Arc::new(Mutex::new(Some(wait)));
    let begin = [head.as_bytes(), &chunk(first)].concat();
    let rest = [chunk(second), b"0\r\n\r\n".to_vec()].concat();
    let upstream = Upstream::serving(move |mut connection| {
        let (begin, rest, wait) = (begin.clone(), rest.clone(), Arc::clone(&wait));
        async move {
            connection.request().await;
            connection.send(begin).await;
            wait.lock().await.take().unwrap().await.unwrap();
            connection.send(rest).await;
        }
    })
    .await;
    (upstream, go)
}

fn three_kilobytes() -> String {
    let mut text = "<!doctype html><title>t</title>".to_owned();
    while text.len() < 3000 {
        text.push_str("<p>some text");
    }
    text + "<p>last before the pause</p>"
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_a_pause_leaves_before_it_ends() {
    let (upstream, go) = pausing(HEAD, three_kilobytes().into(), b"<p>after the pause".to_vec()).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    client.send(get("/")).await;
    assert!(client.until(b"last before the pause</p>").await);
    go.send(()).unwrap();
    let response = client.response(false).await;
    assert!(response.whole && response.text().ends_with("after the pause"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_pieces_are_all_there_leaves_as_one() {
    let pieces = ["<p>one", "<script>x()</script>", "<p>two", "<p>three"].map(chunk).concat();
    let upstream = Upstream::answering([HEAD.as_bytes(), &pieces, b"0\r\n\r\n"].concat()).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    // Compared with the last one it does so too.
    for _ in 0..4 {
        let response = client.ask(get("/")).await;
        let length = response.header("content-length").map(|length| length.parse().unwrap());
        assert_eq!(length, Some(response.text().len()), "{response:?}");
        assert!(response.text().ends_with("<p>two<p>three"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_holds_for_a_compressed_page_and_while_observing() {
    let gzip = |text: &[u8]| {
        use countersign::html::{Coding, Encoder};
        let (mut encoder, mut out) = (Encoder::new(Coding::Gzip).unwrap(), Vec::new());
        encoder.write(text, &mut out).unwrap();
        encoder.flush(&mut out).unwrap();
        let first = std::mem::take(&mut out);
        encoder.write(b"<p>rest", &mut out).unwrap();
        encoder.finish(&mut out).unwrap();
        (first, out)
    };
    let head = HEAD.replace("Transfer", "Content-Encoding: gzip\r\nTransfer");
    let (first, second) = gzip(three_kilobytes().as_bytes());
    let (upstream, go) = pausing(&head, first, second).await;
    let enforced = enforce(upstream.address, "");
    let mut client = Client::connect(enforced.address()).await;
    client.send(get("/")).await;
    let (status, _) = within("the head", client.head()).await.unwrap();
    assert_eq!(status, 200);
    // The sync marker with which a flushed deflate stream ends.
    assert!(client.until(b"\0\0\xff\xff").await);
    go.send(()).unwrap();
    assert!(client.until(b"0\r\n\r\n").await);

    let (upstream, go) = pausing(HEAD, three_kilobytes().into(), b"<p>rest".to_vec()).await;
    let observing = observe(upstream.address);
    let mut client = Client::connect(observing.address).await;
    client.send(get("/")).await;
    assert!(client.until(b"last before the pause</p>").await);
    go.send(()).unwrap();
    assert!(client.response(false).await.whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_ends_under_the_policies_it_began_with() {
    let first = format!("{}<script>one()</script>", three_kilobytes());
    let (upstream, go) = pausing(HEAD, first.into(), b"<script>two()</script><p>end".to_vec()).await;
    let strip = "[[page]]\npath = \"/*\"\nunapproved = \"strip\"";
    let proxy = enforce(upstream.address, "[[page]]\npath = \"/*\"\nunapproved = \"quarantine\"");
    let mut client = Client::connect(proxy.address()).await;
    client.send(get("/")).await;
    assert!(client.until(b"last before the pause</p>").await);
    let before = proxy.running.published.load().generation.fingerprint.clone();
    proxy.running.published.store(Arc::new(snapshot_of(upstream.address, strip, 2)));
    go.send(()).unwrap();
    let response = client.response(false).await;
    assert!(response.whole);
    assert!(response.header("content-security-policy").unwrap().contains(&before));
    // Both scripts were refused in the same manner: the manner of the policies at the beginning.
    let text = response.text();
    assert!(!text.contains("one()") && !text.contains("two()"), "{text}");
    assert_eq!(text.matches("data-countersign=\"quarantined\"").count(), 2, "{text}");
    // And a later exchange is under the new ones.
    let after = proxy.running.published.load().generation.fingerprint.clone();
    assert_ne!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_50_mib_takes_bounded_memory() {
    const PIECE: usize = 64 * 1024;
    const PIECES: usize = 800;
    let upstream = Upstream::serving(|mut connection| async move {
        connection.request().await;
        connection
            .send(format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
                PIECE * PIECES
            ))
            .await;
        let text = "<p class=a>some text</p>\n".repeat(PIECE / 25);
        let piece = format!("<script>x</script>{text}{}", " ".repeat(PIECE));
        for _ in 0..PIECES {
            connection.send(&piece[..PIECE]).await;
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.toml"), "hosts = [\"shop.test\"]\nmode = \"enforce\"\n").unwrap();
    let child = Child::run(&[
        "--upstream",
        &format!("http://{}", upstream.address),
        "--policies",
        folder.path().to_str().unwrap(),
    ]);
    let response = Client::connect(child.address()).await.ask(get("/")).await;
    assert!(response.status == 200 && response.whole);
    let peak = child.peak_memory();
    println!("peak memory of the proxy with a page of 50 MiB: {} MiB", peak >> 20);
    assert!(peak < 80 << 20, "{peak}");
}
