//! Spans: one of an exchange, from its line for the access log, and one of each try at an upstream. Names and
//! attributes are those of OpenTelemetry's conventions for HTTP.
//! <https://opentelemetry.io/docs/specs/semconv/http/http-spans/>

use std::borrow::Cow;
use std::time::{Duration, Instant, SystemTime};

use http::HeaderMap;
use jiff::Timestamp;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::context::{Trace, new_span_id, write};
use crate::telemetry::AccessLine;

/// Methods that are told by name; others could be anything.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/// A request to an upstream, for its span.
#[derive(Debug, Clone)]
pub struct Called {
    /// `GET` and so on.
    pub method: String,
    /// The URL without query.
    pub url: String,
    /// The upstream's host, or its socket.
    pub host: String,
    /// Its port, where it has one.
    pub port: Option<u16>,
    /// How many tries there were before.
    pub resent: usize,
}

/// A try that is under way. Dropped without a word, the visitor went away meanwhile.
#[derive(Debug)]
pub struct Try {
    trace: Trace,
    context: SpanContext,
    began: Instant,
    at: Timestamp,
    called: Called,
    outcome: Result<u16, &'static str>,
}

impl Trace {
    /// The exchange is over, as its line says.
    pub fn end(&self, line: &AccessLine) {
        let (Some(traces), Some(context)) = (&self.traces, &self.context) else { return };
        let mut attributes = of_method(&line.method);
        let (host, port) = host_and_port(&line.host);
        attributes.extend([
            KeyValue::new("url.scheme", line.scheme),
            KeyValue::new("url.path", line.path.clone()),
            KeyValue::new("server.address", host.to_owned()),
            KeyValue::new("client.address", line.client.clone()),
            KeyValue::new("network.protocol.version", version(line.protocol)),
            KeyValue::new("http.response.status_code", i64::from(line.status)),
            KeyValue::new("countersign.exchange", line.exchange.clone()),
        ]);
        attributes.extend(port.map(|port| KeyValue::new("server.port", i64::from(port))));
        for (name, value) in [
            ("http.route", &line.rule),
            ("user_agent.original", &line.agent),
            ("countersign.site", &line.site),
            ("countersign.generation", &line.generation),
        ] {
            attributes.extend(value.clone().map(|value| KeyValue::new(name, value)));
        }
        let failed = line.status >= 500 || line.end == "cut";
        if failed {
            let what = line.failure.map_or_else(|| line.status.to_string(), str::to_owned);
            attributes.push(KeyValue::new("error.type", what));
        }
        let name = match &line.rule {
            Some(rule) => format!("{} {rule}", name_of(&line.method)),
            None => name_of(&line.method).to_owned(),
        };
        let parent = self.parent.as_ref().map_or(SpanId::INVALID, SpanContext::span_id);
        traces.send(SpanData {
            parent_span_is_remote: self.parent.is_some(),
            ..span(context, parent, SpanKind::Server, name.into(), times(line), attributes, failed)
        });
    }

    /// A request is about to go to an upstream. `None` where no spans are made.
    pub fn begin_try(&self, called: impl FnOnce() -> Called) -> Option<Try> {
        let (traces, own) = (self.traces.as_ref()?, self.context.as_ref()?);
        let context = SpanContext::new(
            own.trace_id(),
            new_span_id(),
            own.trace_flags(),
            false,
            own.trace_state().clone(),
        );
        Some(Try {
            trace: self.clone(),
            context,
            began: Instant::now(),
            at: traces.clock.now(),
            called: called(),
            outcome: Err("left"),
        })
    }
}

impl Try {
    /// Has the upstream told of it.
    pub fn pass_on(&self, headers: &mut HeaderMap) {
        write(headers, &self.context);
    }

    /// The upstream's status, or the code of what went wrong.
    pub fn end(mut self, outcome: Result<u16, &'static str>) {
        self.outcome = outcome;
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        let (Some(traces), Some(own)) = (&self.trace.traces, &self.trace.context) else { return };
        let called = &self.called;
        let mut attributes = of_method(&called.method);
        attributes.extend([
            KeyValue::new("url.full", called.url.clone()),
            KeyValue::new("server.address", called.host.clone()),
        ]);
        attributes.extend(called.port.map(|port| KeyValue::new("server.port", i64::from(port))));
        if let Some(resent) = i64::try_from(called.resent).ok().filter(|resent| *resent > 0) {
            attributes.push(KeyValue::new("http.request.resend_count", resent));
        }
        let failure = match self.outcome {
            Ok(status) => {
                attributes.push(KeyValue::new("http.response.status_code", i64::from(status)));
                (status >= 400).then(|| status.to_string())
            }
            Err(code) => Some(code.to_owned()),
        };
        let failed = failure.is_some();
        attributes.extend(failure.map(|what| KeyValue::new("error.type", what)));
        let began = system_time(self.at);
        let times = (began, began + self.began.elapsed());
        let name = Cow::from(name_of(&called.method).to_owned());
        traces.send(span(&self.context, own.span_id(), SpanKind::Client, name, times, attributes, failed));
    }
}

fn span(
    context: &SpanContext,
    parent: SpanId,
    kind: SpanKind,
    name: Cow<'static, str>,
    (start_time, end_time): (SystemTime, SystemTime),
    attributes: Vec<KeyValue>,
    failed: bool,
) -> SpanData {
    SpanData {
        span_context: context.clone(),
        parent_span_id: parent,
        parent_span_is_remote: false,
        span_kind: kind,
        name,
        start_time,
        end_time,
        attributes,
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: if failed { Status::error("") } else { Status::Unset },
        instrumentation_scope: InstrumentationScope::builder("countersign")
            .with_version(env!("CARGO_PKG_VERSION"))
            .build(),
    }
}

fn of_method(method: &str) -> Vec<KeyValue> {
    if METHODS.contains(&method) {
        return vec![KeyValue::new("http.request.method", method.to_owned())];
    }
    vec![
        KeyValue::new("http.request.method", "_OTHER"),
        KeyValue::new("http.request.method_original", method.to_owned()),
    ]
}

fn name_of(method: &str) -> &str {
    if METHODS.contains(&method) { method } else { "HTTP" }
}

fn version(protocol: &str) -> String {
    let version = protocol.trim_start_matches("HTTP/");
    version.strip_suffix(".0").filter(|version| *version == "2").unwrap_or(version).to_owned()
}

/// Of `shop.test:8080` and `[::1]:8080`.
fn host_and_port(authority: &str) -> (&str, Option<u16>) {
    let split = authority.rsplit_once(':').filter(|(_, after)| !after.ends_with(']'));
    let (host, port) = split.map_or((authority, None), |(host, port)| (host, port.parse().ok()));
    (host.trim_matches(['[', ']']), port)
}

fn times(line: &AccessLine) -> (SystemTime, SystemTime) {
    let began = system_time(line.at);
    (began, began + Duration::try_from_secs_f64(line.took_ms / 1e3).unwrap_or_default())
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::try_from(at.as_duration()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hosts_and_versions_are_the_conventions() {
        assert_eq!(host_and_port("shop.test"), ("shop.test", None));
        assert_eq!(host_and_port("shop.test:8080"), ("shop.test", Some(8080)));
        assert_eq!(host_and_port("[::1]:80"), ("::1", Some(80)));
        assert_eq!(host_and_port("[::1]"), ("::1", None));
        assert_eq!((version("HTTP/1.0"), version("HTTP/2.0")), ("1.0".to_owned(), "2".to_owned()));
        assert_eq!(name_of("BREW"), "HTTP");
        assert_eq!(of_method("BREW").len(), 2);
    }
}
