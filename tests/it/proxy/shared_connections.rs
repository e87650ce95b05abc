//! Connections with HTTP/2 to upstreams, which visitors share: by choice only, and what one visitor does, or
//! the end of one connection, is no more than that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::app::Running;
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::channel;

use crate::support::{
    Certificates, Client, Fed, H2Upstream, H2Visitor, Upstream, answer, enforce, fed, get, next_data,
    observe_with, rest, upstream_at, whole, within,
};

fn asked(method: Method, path: &str) -> Request<Fed> {
    Request::builder().method(method).uri(format!("http://shop.test{path}")).body(fed().1).unwrap()
}

fn before(upstream: &H2Upstream) -> Running {
    observe_with(upstream.address, |config| {
        config.upstream = Some(upstream_at(&format!("h2c://{}", upstream.address)));
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_share_a_connection_to_an_upstream_with_tls_only_where_its_scheme_is_h2() {
    let certificates = Certificates::make();
    for (scheme, offered, spoken) in [
        ("https", &["h2", "http/1.1"][..], "HTTP/1.1"),
        ("h2", &["h2", "http/1.1"][..], "HTTP/2.0"),
        ("h2", &["http/1.1"][..], "HTTP/1.1"),
    ] {
        let upstream = H2Upstream::demanding(&certificates.files(), None, offered, |request| async move {
            Response::new(whole(format!("{:?}", request.version())))
        })
        .await;
        let proxy = observe_with(upstream.address, |config| {
            config.upstream = Some(upstream_at(&format!("{scheme}://localhost:{}", upstream.address.port())));
            config.upstream_ca = Some(certificates.ca());
        });
        let response = Client::connect(proxy.address).await.ask(get("/")).await;
        assert_eq!(response.text(), spoken, "{scheme} to one that offers {offered:?}");
    }
}

/// An application whose first connection ends without a word once so many requests are open on it; the
/// others answer with "frail".
async fn frail(open: usize) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::<AtomicUsize>::default();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let first = connections.fetch_add(1, Ordering::SeqCst) == 0;
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                let mut held = Vec::new();
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    if !first {
                        let mut body = respond.send_response(Response::new(()), false).unwrap();
                        body.send_data("frail".into(), true).unwrap();
                        continue;
                    }
                    held.push((request, respond));
                    if held.len() == open {
                        return;
                    }
                }
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_connection_is_one_failure_of_its_upstream_however_many_share_it() {
    let frail = frail(10).await;
    let good = Upstream::answering(answer("Content-Type: text/plain", "good")).await;
    let proxy = enforce(
        good.address,
        &format!(
            "upstreams = [\"h2c://{frail}\", \"http://{}\"]\n[balance]\nstrategy = \"round-robin\"\n",
            good.address
        ),
    );
    let mut visitor = H2Visitor::connect(proxy.address()).await;
    let asking: Vec<_> = (0..20).map(|_| tokio::spawn(visitor.begin(asked(Method::POST, "/a")))).collect();
    let mut failed = 0;
    for response in asking {
        let response = within("a response", response).await.unwrap().unwrap();
        failed += usize::from(response.status() == 502);
    }
    assert_eq!(failed, 10);
    // Were it left alone now, the other one would answer all of them.
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(Client::connect(proxy.address()).await.ask(get("/a")).await.text());
    }
    told.sort_unstable();
    assert_eq!(told, ["frail", "frail", "good", "good"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_on_which_many_streams_were_given_up_gets_no_new_ones_and_the_open_ones_go_on() {
    let (send, mut begun) = channel(64);
    let upstream = H2Upstream::plain(move |request| {
        let send = send.clone();
        async move {
            if request.uri().path() == "/short" {
                return Response::new(whole("ok"));
            }
            let (feeder, body) = fed();
            feeder.send("begun");
            send.send(feeder).await.unwrap();
            Response::new(body)
        }
    })
    .await;
    let proxy = before(&upstream);
    let mut visitor = H2Visitor::connect(proxy.address).await;
    let mut kept = visitor.ask(asked(Method::GET, "/long")).await.unwrap().into_body();
    assert_eq!(next_data(&mut kept).await.unwrap(), "begun");
    let feeder = within("the first request", begun.recv()).await.unwrap();
    for given_up in 0..50 {
        // What has come to its end is not given up.
        let short = visitor.ask(asked(Method::GET, "/short")).await.unwrap();
        assert_eq!(rest(short.into_body()).await.unwrap().0, b"ok");
        assert_eq!(upstream.connections(), 1, "after {given_up}");
        let mut left = visitor.ask(asked(Method::GET, "/long")).await.unwrap().into_body();
        assert_eq!(next_data(&mut left).await.unwrap(), "begun");
        drop(left);
        within("the request", begun.recv()).await.unwrap().left().await;
    }
    let next = visitor.ask(asked(Method::GET, "/short")).await.unwrap();
    assert_eq!(rest(next.into_body()).await.unwrap().0, b"ok");
    assert_eq!(upstream.connections(), 2);
    feeder.send("still here");
    assert_eq!(next_data(&mut kept).await.unwrap(), "still here");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_thousands_of_small_pieces_that_nobody_reads_yet_ends_no_other_exchange() {
    let (send, mut begun) = channel(1);
    let read = Arc::new(Semaphore::new(0));
    let may_read = Arc::clone(&read);
    let upstream = H2Upstream::plain(move |request: Request<hyper::body::Incoming>| {
        let (send, read) = (send.clone(), Arc::clone(&may_read));
        async move {
            let (feeder, body) = fed();
            match request.uri().path() {
                "/slow" => {
                    let _read = read.acquire().await.unwrap();
                    let bytes = request.into_body().collect().await.map(|body| body.to_bytes().len());
                    Response::new(whole(format!("{:?}", bytes.ok())))
                }
                "/long" => {
                    feeder.send("begun");
                    send.send(feeder).await.unwrap();
                    Response::new(body)
                }
                _ => Response::new(whole("ok")),
            }
        }
    })
    .await;
    let proxy = before(&upstream);
    let mut visitor = H2Visitor::connect(proxy.address).await;
    let mut kept = visitor.ask(asked(Method::GET, "/long")).await.unwrap().into_body();
    assert_eq!(next_data(&mut kept).await.unwrap(), "begun");
    let feeder = within("the first request", begun.recv()).await.unwrap();
    let mut greedy = Client::connect(proxy.address).await;
    greedy.send("POST /slow HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    for _ in 0..6000 {
        greedy.send("1\r\nx\r\n").await;
    }
    greedy.send("0\r\n\r\n").await;
    // Whatever was on its way has come to the upstream when these are answered.
    for _ in 0..20 {
        assert_eq!(visitor.ask(asked(Method::GET, "/short")).await.unwrap().status(), 200);
    }
    read.add_permits(1);
    assert_eq!(greedy.response(false).await.text(), "Some(6000)");
    feeder.send("still here");
    assert_eq!(next_data(&mut kept).await.unwrap(), "still here");
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_in_thousands_of_small_pieces_that_nobody_reads_end_no_other_exchange() {
    let (send, mut begun) = channel(4);
    let upstream = H2Upstream::plain(move |request: Request<hyper::body::Incoming>| {
        let send = send.clone();
        async move {
            let (feeder, body) = fed();
            if request.uri().path() == "/long" {
                feeder.send("begun");
            }
            send.send(feeder).await.unwrap();
            Response::new(body)
        }
    })
    .await;
    let proxy = before(&upstream);
    let mut visitor = H2Visitor::connect(proxy.address).await;
    let mut kept = visitor.ask(asked(Method::GET, "/long")).await.unwrap().into_body();
    assert_eq!(next_data(&mut kept).await.unwrap(), "begun");
    let feeder = within("the first request", begun.recv()).await.unwrap();
    let mut slow = H2Visitor::with_window(proxy.address, 100).await;
    let (mut unread, mut sending, mut feeders) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..3 {
        unread.push(slow.ask(asked(Method::GET, "/drip")).await.unwrap());
        let feeder = within("a request", begun.recv()).await.unwrap();
        feeders.push(feeder.clone());
        sending.push(tokio::spawn(async move {
            let mut pieces = 0;
            while pieces < 23_000 && feeder.push("drip").await {
                pieces += 1;
            }
        }));
    }
    for sent in sending {
        within("all to be sent, or nobody to want it", sent).await.unwrap();
    }
    feeder.send("still here");
    assert_eq!(next_data(&mut kept).await.unwrap(), "still here");
    // As much as the connection bears waits for its reader; the others are cut.
    within("two to be given up", async {
        while feeders.iter().filter(|feeder| feeder.is_left()).count() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    drop(feeders);
    let mut ends = Vec::new();
    for response in unread {
        ends.push(rest(response.into_body()).await.ok().map(|(bytes, _)| bytes.len()));
    }
    ends.sort_unstable();
    assert_eq!(ends, [None, None, Some(92_000)]);
    let metrics = proxy.metrics.encode();
    assert!(metrics.contains("bodies_cut_total{kind=\"visitor-slow\"} 2\n"), "{metrics}");
    assert_eq!(visitor.ask(asked(Method::GET, "/next")).await.unwrap().status(), 200);
    assert_eq!(upstream.connections(), 2, "such a connection gets no new streams");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_sends_empty_pieces_is_asked_over_new_connections() {
    let upstream = H2Upstream::plain(|_| async {
        let (feeder, body) = fed();
        for _ in 0..60 {
            feeder.send("");
        }
        feeder.send("ok");
        Response::new(body)
    })
    .await;
    let proxy = before(&upstream);
    let mut visitor = H2Visitor::connect(proxy.address).await;
    // h2 ends a connection at its 101st.
    for number in 1..=4 {
        let response = visitor.ask(asked(Method::GET, "/a")).await.unwrap();
        assert_eq!(rest(response.into_body()).await.unwrap().0, b"ok");
        assert_eq!(upstream.connections(), number);
    }
}
