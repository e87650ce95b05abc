//! HTTP/2 on both sides: upstreams that speak it, by ALPN where that is asked for, or known beforehand; visitors without TLS; calls of
//! gRPC with their trailers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign::app::Running;
use http::{Method, Request, Response, Version};
use tokio::sync::Semaphore;

use crate::support::{
    Certificates, Client, Fed, H2Upstream, H2Visitor, Upstream, answer, enforce_with, fed, get, next_data,
    observe_with, rest, upstream_at, whole, within,
};

/// A proxy before an application that speaks HTTP/2 without TLS.
fn before(upstream: &H2Upstream) -> Running {
    observe_with(upstream.address, |config| {
        config.upstream = Some(upstream_at(&format!("h2c://{}", upstream.address)));
    })
}

fn asked(method: Method, path: &str, body: Fed) -> Request<Fed> {
    Request::builder().method(method).uri(format!("http://shop.test{path}")).body(body).unwrap()
}

fn call(body: Fed) -> Request<Fed> {
    let mut request = asked(Method::POST, "/shop.Prices/Watch", body);
    request.headers_mut().insert("content-type", "application/grpc".parse().unwrap());
    request.headers_mut().insert("te", "trailers".parse().unwrap());
    request
}

fn empty() -> Fed {
    fed().1
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_named_with_h2_is_spoken_to_with_it_over_one_connection() {
    let certificates = Certificates::make();
    let upstream = H2Upstream::secure(&certificates.files(), |request| async move {
        assert_eq!(request.version(), Version::HTTP_2);
        assert_eq!(request.uri().scheme_str(), Some("https"));
        let told = format!(
            "<p>{}</p><script>steal()</script>",
            request.uri().authority().map_or("?", |authority| authority.as_str())
        );
        Response::builder().header("content-type", "text/html; charset=utf-8").body(whole(told)).unwrap()
    })
    .await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.upstream = Some(upstream_at(&format!("h2://localhost:{}", upstream.address.port())));
        config.upstream_ca = Some(certificates.ca());
    });
    let mut clients = Vec::new();
    for _ in 0..8 {
        clients.push(Client::connect(proxy.address()).await);
    }
    // The first learns what the upstream speaks; the others share its connection.
    for client in &mut clients {
        for _ in 0..3 {
            let response = client.ask(get("/")).await;
            assert_eq!((response.status, response.whole), (200, true), "{}", response.head);
            let text = response.text();
            assert!(text.starts_with("<p>shop.test</p>") && !text.contains("steal()"), "{text}");
        }
    }
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_requests_shares_one_connection_up_to_the_streams_it_may_have() {
    let gate = Arc::new(Semaphore::new(0));
    let opened = Arc::clone(&gate);
    let upstream = H2Upstream::plain(move |_| {
        let gate = Arc::clone(&opened);
        async move {
            gate.acquire().await.unwrap().forget();
            Response::new(whole("ok"))
        }
    })
    .await;
    let proxy = observe_with(upstream.address, |config| {
        config.upstream = Some(upstream_at(&format!("h2c://{}", upstream.address)));
        config.settings.max_streams = 10;
    });
    // Two visitors, because what holds for upstreams holds for visitors too.
    let mut asking = Vec::new();
    for _ in 0..3 {
        let mut visitor = H2Visitor::connect(proxy.address).await;
        asking.extend((0..10).map(|_| visitor.begin(asked(Method::GET, "/a", empty()))));
    }
    let waiting: Vec<_> = asking.into_iter().map(tokio::spawn).collect();
    gate.add_permits(30);
    for response in waiting {
        let response = within("a response", response).await.unwrap().unwrap();
        assert_eq!(rest(response.into_body()).await.unwrap().0, b"ok");
    }
    assert!(upstream.connections() <= 3, "{}", upstream.connections());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_grpc_goes_both_ways_at_once_and_ends_with_trailers() {
    let upstream = H2Upstream::plain(|request| async move {
        assert_eq!(request.headers()["te"], "trailers");
        assert!(!request.headers().contains_key("connection"));
        let (feeder, body) = fed();
        tokio::spawn(async move {
            let mut asked = request.into_body();
            while let Some(piece) = next_data(&mut asked).await {
                feeder.send([b"re: ", &piece[..]].concat());
            }
            feeder.trailers(&[("grpc-status", "0"), ("grpc-message", "done")]);
        });
        Response::builder().header("content-type", "application/grpc+proto").body(body).unwrap()
    })
    .await;
    let proxy = before(&upstream);
    let (feeder, body) = fed();
    let response = H2Visitor::connect(proxy.address).await.ask(call(body)).await.unwrap();
    assert_eq!(response.status(), 200);
    let mut answers = response.into_body();
    // Each is answered before the next is said: nothing waits for more.
    for word in ["one", "two", "three"] {
        feeder.send(word);
        assert_eq!(next_data(&mut answers).await.unwrap(), format!("re: {word}"));
    }
    feeder.trailers(&[("x-checked", "yes"), ("x-forwarded-for", "6.6.6.6")]);
    drop(feeder);
    let (data, trailers) = rest(answers).await.unwrap();
    assert_eq!((data.len(), trailers["grpc-status"].as_bytes()), (0, &b"0"[..]));
    assert_eq!(trailers.len(), 2, "{trailers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn trailers_of_a_request_reach_the_upstream_without_what_only_a_head_may_say() {
    let (send, mut seen) = tokio::sync::mpsc::channel(2);
    let upstream = H2Upstream::plain(move |request| {
        let send = send.clone();
        async move {
            let _ = send.try_send(rest(request.into_body()).await.unwrap());
            Response::new(whole("ok"))
        }
    })
    .await;
    let proxy = before(&upstream);
    let (feeder, body) = fed();
    feeder.send("data");
    feeder.trailers(&[("x-checked", "yes"), ("x-forwarded-for", "6.6.6.6"), ("host", "evil.test")]);
    drop(feeder);
    let mut visitor = H2Visitor::connect(proxy.address).await;
    assert_eq!(visitor.ask(asked(Method::POST, "/a", body)).await.unwrap().status(), 200);
    // With HTTP/1.1 those that the request names beforehand.
    let chunked = "POST /a HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\nTrailer: x-checked\r\n\r\n\
                   4\r\ndata\r\n0\r\nX-Checked: yes\r\n\r\n";
    assert_eq!(Client::connect(proxy.address).await.ask(chunked).await.text(), "ok");
    for _ in 0..2 {
        let (data, trailers) = within("a request", seen.recv()).await.unwrap();
        assert_eq!((data, trailers.len()), (b"data".to_vec(), 1), "{trailers:?}");
        assert_eq!(trailers["x-checked"], "yes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trailers_pass_between_two_sides_of_http1() {
    let (send, seen) = tokio::sync::oneshot::channel();
    let send = Arc::new(tokio::sync::Mutex::new(Some(send)));
    let upstream = Upstream::serving(move |mut connection| {
        let send = Arc::clone(&send);
        async move {
            let mut request = Vec::new();
            while !request.ends_with(b"x-hash: 9\r\n\r\n") {
                request.extend(connection.receive().await);
            }
            send.lock().await.take().unwrap().send(String::from_utf8(request).unwrap()).unwrap();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n";
            connection.send(format!("{head}2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n")).await;
            connection.receive().await;
        }
    })
    .await;
    let proxy = observe_with(upstream.address, |_| {});
    let mut client = Client::connect(proxy.address).await;
    client
        .send(
            "POST /a HTTP/1.1\r\nHost: shop.test\r\nTE: trailers\r\nConnection: te\r\nTransfer-Encoding: chunked\r\n\
             Trailer: x-hash\r\n\r\n2\r\nhi\r\n0\r\nX-Hash: 9\r\n\r\n",
        )
        .await;
    assert!(client.until(b"0\r\nx-sum: 7\r\n\r\n").await);
    assert!(seen.await.unwrap().contains("trailer: x-hash\r\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_call_goes_on_and_a_silent_upload_does_not() {
    let upstream = H2Upstream::plain(|request| async move {
        let (feeder, body) = fed();
        let grpc = request.headers().contains_key("te");
        tokio::spawn(async move {
            let (data, _) = rest(request.into_body()).await.unwrap();
            feeder.send(data);
        });
        let content_type = if grpc { "application/grpc" } else { "text/plain" };
        Response::builder().header("content-type", content_type).body(body).unwrap()
    })
    .await;
    let proxy = observe_with(upstream.address, |config| {
        config.upstream = Some(upstream_at(&format!("h2c://{}", upstream.address)));
        config.settings.idle_time = Duration::from_millis(100);
    });
    let mut visitor = H2Visitor::connect(proxy.address).await;
    // The upload is given up; by then the call has been as silent for as long.
    let (feeder, body) = fed();
    let talking = visitor.ask(call(body)).await.unwrap();
    let (_kept, upload) = fed();
    let stalled = visitor.ask(asked(Method::POST, "/upload", upload)).await;
    assert!(match stalled {
        Ok(response) => rest(response.into_body()).await.is_err(),
        Err(_) => true,
    });
    feeder.send("still here");
    drop(feeder);
    assert_eq!(rest(talking.into_body()).await.unwrap().0, b"still here");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_one_by_one_over_http2() {
    let (events, body) = fed();
    let body = Arc::new(tokio::sync::Mutex::new(Some(body)));
    let upstream = H2Upstream::plain(move |_| {
        let body = Arc::clone(&body);
        async move {
            let body = body.lock().await.take().unwrap();
            Response::builder().header("content-type", "text/event-stream").body(body).unwrap()
        }
    })
    .await;
    let proxy = before(&upstream);
    let response =
        H2Visitor::connect(proxy.address).await.ask(asked(Method::GET, "/events", empty())).await.unwrap();
    let mut body = response.into_body();
    for number in 0..3 {
        events.send(format!("data: {number}\n\n"));
        assert_eq!(next_data(&mut body).await.unwrap(), format!("data: {number}\n\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_visitor_leaves_is_left_upstream_and_the_connection_goes_on() {
    let (feeder, body) = fed();
    let (watched, body) = (feeder.clone(), Arc::new(tokio::sync::Mutex::new(Some(body))));
    let upstream = H2Upstream::plain(move |_| {
        let body = Arc::clone(&body);
        async move { Response::new(body.lock().await.take().unwrap_or_else(|| whole("ok"))) }
    })
    .await;
    let proxy = before(&upstream);
    let mut visitor = H2Visitor::connect(proxy.address).await;
    feeder.send("begun");
    let mut left = visitor.ask(asked(Method::GET, "/long", empty())).await.unwrap().into_body();
    assert_eq!(next_data(&mut left).await.unwrap(), "begun");
    drop(left);
    watched.left().await;
    let next = visitor.ask(asked(Method::GET, "/next", empty())).await.unwrap();
    assert_eq!(rest(next.into_body()).await.unwrap().0, b"ok");
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_nobody_reads_holds_up_no_other() {
    let upstream = H2Upstream::plain(|request| async move {
        let long = request.uri().path() == "/long";
        Response::new(whole(if long { vec![b'x'; 16 << 20] } else { b"ok".to_vec() }))
    })
    .await;
    let proxy = before(&upstream);
    let mut unread = Vec::new();
    for _ in 0..4 {
        let mut client = Client::connect(proxy.address).await;
        client.send(get("/long")).await;
        assert!(client.head().await.is_some());
        unread.push(client);
    }
    let mut client = Client::connect(proxy.address).await;
    for _ in 0..3 {
        assert_eq!(client.ask(get("/short")).await.text(), "ok");
    }
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_body_of_an_upstream_is_never_whole() {
    let upstream = H2Upstream::plain(|request| async move {
        let (feeder, body) = fed();
        feeder.send("<p>begun");
        feeder.fail();
        let content_type = if request.uri().path() == "/page" { "text/html" } else { "text/css" };
        Response::builder().header("content-type", content_type).body(body).unwrap()
    })
    .await;
    let proxy = before(&upstream);
    for path in ["/page", "/style"] {
        let response = Client::connect(proxy.address).await.ask(get(path)).await;
        assert!(response.status == 502 || !response.whole, "{path}: {}", response.status);
        let visited =
            H2Visitor::connect(proxy.address).await.ask(asked(Method::GET, path, empty())).await.unwrap();
        assert!(visited.status() == 502 || rest(visited.into_body()).await.is_err(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_a_visitor_breaks_is_not_the_upstreams_fault() {
    let asked_for = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked_for);
    let upstream = H2Upstream::plain(move |request| {
        counter.fetch_add(1, Ordering::SeqCst);
        async move {
            let _ = rest(request.into_body()).await;
            Response::new(whole("ok"))
        }
    })
    .await;
    let proxy = before(&upstream);
    let broken = "POST /a HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n";
    for _ in 0..4 {
        let response = Client::connect(proxy.address).await.ask(broken).await;
        assert_eq!(response.status, 400, "{}", response.head);
    }
    let metrics = proxy.metrics.encode();
    assert!(metrics.contains("countersign_upstream_errors_total{kind=\"request-broken\"} 4"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_without_tls_begins_with_either_version() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "ok")).await;
    let proxy = observe_with(upstream.address, |_| {});
    let mut visitor = H2Visitor::connect(proxy.address).await;
    let response = visitor.ask(asked(Method::GET, "/a", empty())).await.unwrap();
    assert_eq!(rest(response.into_body()).await.unwrap().0, b"ok");
    let mut client = Client::connect(proxy.address).await;
    assert_eq!(client.ask(get("/a")).await.text(), "ok");
    // One byte is no verdict: PUT begins as the preface does.
    let mut client = Client::connect(proxy.address).await;
    client.send("P").await;
    tokio::task::yield_now().await;
    let rest_of_it = "UT /a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(client.ask(rest_of_it).await.text(), "ok");
    assert!(upstream.last_request().starts_with("put /a"));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_nothing_or_nothing_more_are_ended() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "ok")).await;
    let proxy = observe_with(upstream.address, |config| {
        config.settings.header_time = Duration::from_millis(100);
        config.settings.handshake_time = Duration::from_millis(100);
    });
    for beginning in ["", "P", "PRI", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let mut client = Client::connect(proxy.address).await;
        client.send(beginning).await;
        // Whatever is said first (a 408, SETTINGS), the end follows.
        assert!(!client.until(b"never").await, "{beginning:?}");
    }
    let mut visitor = H2Visitor::connect(proxy.address).await;
    assert_eq!(visitor.ask(asked(Method::GET, "/a", empty())).await.unwrap().status(), 200);
    within("the end of an idle connection", async {
        while visitor.ask(asked(Method::GET, "/a", empty())).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    })
    .await;
}

/// How an application gets rid of a connection.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// It says which request is the last, and ends when that is answered.
    Graceful,
    /// It goes on, but refuses every further stream, as a server does that has no room.
    Refusing,
    /// It closes without a word.
    Abrupt,
}

/// An application that closes each connection after a few requests, in the manner given.
async fn closing(few: usize, manner: Manner) -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                let mut served = 0;
                while let Some(Ok((_request, mut respond))) = connection.accept().await {
                    served += 1;
                    if manner == Manner::Refusing && served > few {
                        respond.send_reset(h2::Reason::REFUSED_STREAM);
                        continue;
                    }
                    let mut body = respond.send_response(Response::new(()), false).unwrap();
                    body.send_data("ok".into(), true).unwrap();
                    if manner == Manner::Graceful && served == few {
                        connection.graceful_shutdown();
                    }
                    if manner == Manner::Abrupt && served > few {
                        return;
                    }
                }
            });
        }
    });
    (address, connections)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_closes_as_it_should_costs_no_request() {
    let (address, connections) = closing(5, Manner::Graceful).await;
    let proxy = observe_with(address, |config| {
        config.upstream = Some(upstream_at(&format!("h2c://{address}")));
    });
    let mut client = Client::connect(proxy.address).await;
    for number in 0..50 {
        let response = client.ask(get("/a")).await;
        assert_eq!((response.status, response.whole), (200, true), "GET {number}");
        let post = "POST /a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 2\r\n\r\nhi";
        assert_eq!(client.ask(post).await.status, 200, "POST {number}");
    }
    let connections = connections.load(Ordering::SeqCst);
    assert!((10..=100).contains(&connections), "{connections}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_http2_that_die_without_a_word_cost_no_request_that_may_be_repeated() {
    let (address, connections) = closing(3, Manner::Abrupt).await;
    let proxy = observe_with(address, |config| {
        config.upstream = Some(upstream_at(&format!("h2c://{address}")));
    });
    let mut client = Client::connect(proxy.address).await;
    for number in 0..100 {
        let response = client.ask(get("/a")).await;
        // The last answer of a connection may be lost with it, and is then asked for again.
        assert_eq!((response.status, response.whole), (200, true), "GET {number}");
    }
    assert!(connections.load(Ordering::SeqCst) >= 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_stream_is_tried_again_over_another_connection_whatever_the_method() {
    let (address, _) = closing(1, Manner::Refusing).await;
    let proxy = observe_with(address, |config| {
        config.upstream = Some(upstream_at(&format!("h2c://{address}")));
    });
    let mut client = Client::connect(proxy.address).await;
    assert_eq!(client.ask(get("/a")).await.status, 200);
    // Not idempotent, but the upstream said that it did nothing.
    let post = "POST /a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(client.ask(post).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_waits_for_100_is_told_to_go_on_and_the_upstream_is_not_asked() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "ok")).await;
    let proxy = observe_with(upstream.address, |_| {});
    let mut client = Client::connect(proxy.address).await;
    client
        .send("POST /a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        .await;
    let (status, head) = within("the interim answer", client.head()).await.unwrap();
    assert_eq!((status, head.as_str()), (100, "HTTP/1.1 100 Continue\r\n\r\n"));
    client.send("hi").await;
    assert_eq!(client.response(false).await.text(), "ok");
    assert!(!upstream.last_request().contains("expect"), "{}", upstream.last_request());
    // Who is refused is not asked for the body.
    let mut client = Client::connect(proxy.address).await;
    let refused =
        "POST /a HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    assert_eq!(client.ask(refused).await.status, 400);
}
