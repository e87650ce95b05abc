//! Several upstreams: what one doesn't answer another does, and nothing is done twice that may not be.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Notify;

use crate::support::{Client, Enforced, Upstream, answer, enforce, get, page, within};

fn upstreams(list: &[SocketAddr], more: &str) -> String {
    let list: Vec<String> = list.iter().map(|address| format!("\"http://{address}\"")).collect();
    format!("upstreams = [{}]\n{more}", list.join(", "))
}

/// An address at which nobody listens.
async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Takes a request and closes without an answer.
async fn closing() -> Upstream {
    Upstream::serving(|mut connection| async move {
        connection.request().await;
    })
    .await
}

async fn status(proxy: &Enforced, request: &str) -> u16 {
    Client::connect(proxy.address()).await.ask(request).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_upstream_can_not_take_another_gets() {
    let good = Upstream::answering(page("<p>here")).await;
    let rules = upstreams(&[nobody().await, good.address], "");
    let proxy = enforce(good.address, &rules);
    let post = "POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 2\r\n\r\nhi";
    for _ in 0..8 {
        assert_eq!(status(&proxy, &get("/")).await, 200);
        // It never left, so it may go elsewhere too.
        assert_eq!(status(&proxy, post).await, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_may_be_repeated_is_sent_again_when_an_answer_stays_away() {
    let (bad, good) = (closing().await, Upstream::answering(page("<p>here")).await);
    let rules = upstreams(&[bad.address, good.address], "[balance]\nstrategy = \"round-robin\"\n");
    let proxy = enforce(good.address, &rules);
    for _ in 0..6 {
        assert_eq!(status(&proxy, &get("/")).await, 200);
    }
    let failed = bad.requests().len();
    assert!(failed >= 1, "the bad one was never asked");
    assert_eq!(good.requests().len(), 6);
    let proxy = enforce(good.address, &rules);
    let post = "POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 2\r\n\r\nhi";
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(status(&proxy, post).await);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 502, 502], "each was sent once, to the one whose turn it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_again_where_the_policy_says_so() {
    let (bad, good) = (closing().await, Upstream::answering(page("<p>here")).await);
    let more = "[balance]\nstrategy = \"round-robin\"\nretries = 0\n";
    let proxy = enforce(good.address, &upstreams(&[bad.address, good.address], more));
    let mut statuses = [status(&proxy, &get("/")).await, status(&proxy, &get("/")).await];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 502]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_fails_again_and_again_is_left_alone() {
    let (bad, good) = (closing().await, Upstream::answering(page("<p>here")).await);
    let more = "[balance]\nstrategy = \"round-robin\"\n";
    let proxy = enforce(good.address, &upstreams(&[bad.address, good.address], more));
    for _ in 0..30 {
        assert_eq!(status(&proxy, &get("/")).await, 200);
    }
    // Three in a row, and one more each time that it was tried again; not every second request.
    assert!((3..=8).contains(&bad.requests().len()), "{}", bad.requests().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_says_that_it_is_unwell_gets_nothing_until_it_is_well() {
    let well = Arc::new(AtomicBool::new(false));
    let says = Arc::clone(&well);
    let one = Upstream::serving(move |mut connection| {
        let well = Arc::clone(&says);
        async move {
            while let Some(request) = connection.request().await {
                let healthy = !request.starts_with("GET /healthz") || well.load(Ordering::SeqCst);
                let status = if healthy { "200 OK" } else { "503 Unavailable" };
                let text =
                    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nContent-Type: text/plain\r\n\r\n");
                connection.send(text).await;
            }
        }
    })
    .await;
    let other = Upstream::answering(answer("Content-Type: text/plain", "")).await;
    let more =
        "[balance]\nstrategy = \"round-robin\"\nhealth-path = \"/healthz\"\nhealth-interval = \"100ms\"\n";
    let proxy = enforce(other.address, &upstreams(&[one.address, other.address], more));
    let told = |what: &'static str| {
        let proxy = &proxy;
        within(what, async move {
            while !proxy.events().contains(what) {
                tokio::task::yield_now().await;
            }
        })
    };
    told("does not answer its health check: it answered 503").await;
    let before = one.requests().iter().filter(|request| request.starts_with("GET /x")).count();
    for _ in 0..10 {
        assert_eq!(status(&proxy, &get("/x")).await, 200);
    }
    let after = one.requests().iter().filter(|request| request.starts_with("GET /x")).count();
    assert_eq!(before, after);
    well.store(true, Ordering::SeqCst);
    told("answers its health check again").await;
    for _ in 0..2 {
        status(&proxy, &get("/x")).await;
    }
    assert_eq!(one.requests().iter().filter(|request| request.starts_with("GET /x")).count(), after + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_are_full_a_request_is_refused_at_once() {
    let (go, asked) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (wait, tell) = (Arc::clone(&go), Arc::clone(&asked));
    let upstream = Upstream::serving(move |mut connection| {
        let (wait, tell) = (Arc::clone(&wait), Arc::clone(&tell));
        async move {
            while connection.request().await.is_some() {
                tell.notify_one();
                wait.notified().await;
                connection.send(page("<p>late")).await;
            }
        }
    })
    .await;
    let proxy = enforce(upstream.address, &upstreams(&[upstream.address], "[balance]\nmax-in-flight = 1\n"));
    let mut first = Client::connect(proxy.address()).await;
    first.send(get("/")).await;
    within("the first request", asked.notified()).await;
    assert_eq!(status(&proxy, &get("/")).await, 503);
    go.notify_one();
    assert_eq!(first.response(false).await.status, 200);
    go.notify_one();
    assert_eq!(status(&proxy, &get("/")).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_may_listen_on_a_socket_in_the_file_system() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).await.unwrap();
            assert!(buffer[..read].starts_with(b"GET /x HTTP/1.1\r\n"));
            stream.write_all(&page("<script>no()</script><p>from a socket")).await.unwrap();
        }
    });
    let proxy = enforce(nobody().await, &format!("upstreams = [\"unix:{}\"]", path.display()));
    let response = Client::connect(proxy.address()).await.ask(get("/x")).await;
    assert!(response.text().contains("from a socket") && !response.text().contains("no()"), "{response:?}");
    task.abort();
}
