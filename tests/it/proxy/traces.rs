//! Traces: passed on, and sent to a collector where one is named.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign::app::AppConfig;
use countersign::telemetry::AccessTarget;
use countersign::traces::TracesConfig;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;

use crate::support::{
    Client, Upstream, answer, enforce_with, get, get_with, logged, page, until_logged, within,
};

const PARENT: &str = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// What was sent to it.
#[derive(Clone, Default)]
struct Taken(Arc<Mutex<Vec<Span>>>);

impl Taken {
    /// The spans, once there are so many.
    async fn spans(&self, count: usize) -> Vec<Span> {
        within("the spans", async {
            while self.0.lock().unwrap().len() < count {
                tokio::task::yield_now().await;
            }
        })
        .await;
        self.0.lock().unwrap().clone()
    }
}

/// A collector that answers with this status.
async fn collector(address: SocketAddr, status: StatusCode) -> (SocketAddr, Taken) {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    let taken = Taken::default();
    let kept = taken.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let kept = kept.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let kept = kept.clone();
                async move {
                    assert_eq!(request.uri().path(), "/v1/traces");
                    assert_eq!(request.headers()["content-type"], "application/x-protobuf");
                    let body = request.into_body().collect().await?.to_bytes();
                    let sent = ExportTraceServiceRequest::decode(body).unwrap();
                    for resource in sent.resource_spans {
                        let service = resource.resource.unwrap();
                        assert!(service.attributes.iter().any(|said| said.key == "service.name"));
                        for scope in resource.scope_spans {
                            kept.0.lock().unwrap().extend(scope.spans);
                        }
                    }
                    let mut response = Response::new(Full::new(Bytes::new()));
                    *response.status_mut() = status;
                    Ok::<_, hyper::Error>(response)
                }
            });
            tokio::spawn(async move {
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    (address, taken)
}

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

fn to(collector: SocketAddr, sample: u64) -> impl FnOnce(&mut AppConfig) {
    let endpoint = format!("http://{collector}").parse().unwrap();
    move |config| config.traces = Some(TracesConfig { endpoint, sample })
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|half| char::from(b"0123456789abcdef"[usize::from(half)]))
        .collect()
}

fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|said| said.key == key)?;
    let value = found.value.clone()?.value?;
    if let Value::IntValue(number) = value {
        return Some(number.to_string());
    }
    let Value::StringValue(text) = value else { panic!("{value:?}") };
    Some(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_is_a_span_with_a_child_for_its_upstream_and_the_upstream_goes_on_from_there() {
    let (collector, taken) = collector(ANY, StatusCode::OK).await;
    let upstream = Upstream::answering(page("<p>hello")).await;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    let proxy = enforce_with(upstream.address, "", |config| {
        to(collector, 1)(config);
        config.access_log = Some(AccessTarget::File(log.clone()));
    });
    let request = get_with("/buy?card=4711", &format!("{PARENT}\r\ntracestate: a=1\r\nCookie: secret=1\r\n"));
    let response = Client::connect(proxy.address()).await.ask(request).await;
    assert_eq!(response.status, 200);
    let spans = taken.spans(2).await;
    let of_kind = |kind: i32| spans.iter().find(|span| span.kind == kind).unwrap();
    let (server, client) = (of_kind(2), of_kind(3));
    assert_eq!(hex(&server.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(hex(&server.parent_span_id), "b7ad6b7169203331");
    assert_eq!((&client.trace_id, &client.parent_span_id), (&server.trace_id, &server.span_id));
    assert_eq!((server.name.as_str(), client.name.as_str()), ("GET /*", "GET"));
    assert!(server.start_time_unix_nano <= client.start_time_unix_nano);
    assert!(client.end_time_unix_nano <= server.end_time_unix_nano);
    for (span, key, value) in [
        (server, "http.request.method", "GET"),
        (server, "url.path", "/buy"),
        (server, "server.address", "shop.test"),
        (server, "http.response.status_code", "200"),
        (server, "http.route", "/*"),
        (server, "network.protocol.version", "1.1"),
        (server, "countersign.exchange", &response.header("x-request-id").unwrap()),
        (client, "url.full", &format!("http://{}/buy", upstream.address)),
        (client, "server.port", &upstream.address.port().to_string()),
        (client, "http.response.status_code", "200"),
    ] {
        assert_eq!(attribute(span, key).as_deref(), Some(value), "{key}");
    }
    let told = format!("{spans:?}");
    assert!(!told.contains("4711") && !told.contains("secret"), "{told}");
    let seen = upstream.last_request();
    let parent = format!("traceparent: 00-{}-{}-01\r\n", hex(&server.trace_id), hex(&client.span_id));
    assert!(seen.contains(&parent) && seen.contains("tracestate: a=1\r\n"), "{seen}");
    within("the line", async {
        let line = format!("\"trace\":\"{}\"", hex(&server.trace_id));
        while !std::fs::read_to_string(&log).unwrap_or_default().contains(&line) {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_failed_says_why_and_the_next_is_its_sibling() {
    let (collector, taken) = collector(ANY, StatusCode::OK).await;
    let good = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let bad = Upstream::serving(|mut connection| async move {
        connection.request().await;
    })
    .await;
    let rules = format!(
        "upstreams = [\"http://{}\", \"http://{}\"]\n[balance]\nstrategy = \"round-robin\"\n",
        bad.address, good.address
    );
    let proxy = enforce_with(good.address, &rules, to(collector, 1));
    // Whichever is first, one of the two begins at the bad one.
    for _ in 0..2 {
        assert_eq!(Client::connect(proxy.address()).await.ask(get("/a")).await.status, 200);
    }
    let mut spans = taken.spans(5).await;
    let failed = spans.iter().find(|span| attribute(span, "error.type").is_some()).unwrap().trace_id.clone();
    spans.retain(|span| span.trace_id == failed);
    assert_eq!(spans.len(), 3);
    let server = spans.iter().find(|span| span.kind == 2).unwrap();
    let tries: Vec<&Span> = spans.iter().filter(|span| span.kind == 3).collect();
    assert!(tries.iter().all(|span| span.parent_span_id == server.span_id));
    let of =
        |failed: bool| *tries.iter().find(|span| attribute(span, "error.type").is_some() == failed).unwrap();
    assert_eq!(attribute(of(true), "error.type").unwrap(), "closed-early");
    assert_eq!(attribute(of(false), "http.request.resend_count").unwrap(), "1");
    assert_eq!(server.status.clone().unwrap_or_default().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_is_begun_where_there_is_none_and_only_a_trusted_proxy_decides_what_is_sampled() {
    let (collector, taken) = collector(ANY, StatusCode::OK).await;
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let of_visitors = enforce_with(upstream.address, "", to(collector, 1_000_000));
    let mut client = Client::connect(of_visitors.address()).await;
    assert_eq!(client.ask(get("/a")).await.status, 200);
    let seen = upstream.last_request();
    let (_, parent) = seen.split_once("traceparent: 00-").unwrap_or_else(|| panic!("{seen}"));
    assert_eq!(parent.lines().next().unwrap().len(), 32 + 1 + 16 + 1 + 2, "{seen}");
    // A visitor can't have all sampled.
    let asked = get_with("/a", &format!("{PARENT}\r\n"));
    assert_eq!(client.ask(&asked).await.status, 200);
    let seen = upstream.last_request();
    assert!(seen.contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-"), "{seen}");
    assert!(!seen.contains("-01\r\n") && seen.contains("-00\r\n"), "{seen}");
    let of_a_proxy = enforce_with(upstream.address, "", |config| {
        to(collector, 1_000_000)(config);
        config.settings.trust_forwarded = true;
    });
    let mut client = Client::connect(of_a_proxy.address()).await;
    assert_eq!(client.ask(&asked).await.status, 200);
    assert_eq!(client.ask(asked.replace("-01\r\n", "-00\r\n")).await.status, 200);
    assert_eq!(taken.spans(2).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_down_or_refuses_costs_spans_only_and_is_told_of_once() {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let proxy = enforce_with(upstream.address, "", to(address, 1));
    let mut client = Client::connect(proxy.address()).await;
    let lost = |proxy: &crate::support::Enforced| {
        let metrics = proxy.running.metrics.encode();
        let line = metrics.lines().find(|line| line.contains("spans_total{outcome=\"not-taken\"}"));
        line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
    };
    for count in [2, 4] {
        assert_eq!(client.ask(get("/a")).await.status, 200);
        within("the count", async {
            while lost(&proxy) < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }
    let warned = logged(&["WARN", "the collector takes no spans", &address.to_string()]);
    assert_eq!(warned.len(), 1, "{warned:?}");
    let (_, taken) = collector(address, StatusCode::OK).await;
    assert_eq!(client.ask(get("/a")).await.status, 200);
    assert_eq!(taken.spans(2).await.len(), 2);
    until_logged(&["INFO", "the collector takes spans again", &address.to_string()]).await;
}
