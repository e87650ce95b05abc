//! An exchange's line in the access log, and its span: begun with the request, written when the response's
//! body is done with, however it ends.

use std::sync::Arc;
use std::time::Duration;

use http::header::{REFERER, USER_AGENT};
use http::{HeaderMap, HeaderName, Request, StatusCode, Version};
use tokio::time::Instant;
use url::Url;

use super::error::Kind;
use super::exchange::Exchange;
use crate::policy::Mode;
use crate::telemetry::{AccessLine, AccessLog, shown};
use crate::traces::Trace;

/// Characters of a path, a host or a field of the request that are logged.
const LEN: usize = 512;

/// What is said of a body's end.
const WHOLE: &str = "whole";
const CUT: &str = "cut";
const LEFT: &str = "left";

/// A line that is not finished.
#[derive(Debug)]
pub(super) struct Logged {
    log: Option<Arc<AccessLog>>,
    trace: Trace,
    line: AccessLine,
    began: Instant,
}

/// What is known before the request is looked at.
pub(super) struct Asker<'a> {
    /// The exchange id.
    pub id: &'a str,
    /// The visitor's address.
    pub client: std::net::IpAddr,
    /// Whether the browser's connection is TLS.
    pub secure: bool,
    /// The moment.
    pub at: jiff::Timestamp,
}

impl Logged {
    /// Begins a line: for the log, for a span, or for both.
    pub(super) fn begin<B>(
        log: Option<&Arc<AccessLog>>,
        trace: &Trace,
        asker: &Asker<'_>,
        request: &Request<B>,
    ) -> Self {
        let host = request.uri().host().map(str::to_owned);
        let host = host.or_else(|| field(request.headers(), &http::header::HOST)).unwrap_or_default();
        let line = AccessLine {
            at: asker.at,
            exchange: asker.id.to_owned(),
            trace: trace.id(),
            client: asker.client.to_string(),
            method: shown(request.method().as_str(), 20),
            scheme: if asker.secure { "https" } else { "http" },
            host: shown(&host, LEN),
            path: shown(request.uri().path(), LEN),
            protocol: protocol(request.version()),
            status: 0,
            sent: 0,
            head_ms: 0.0,
            took_ms: 0.0,
            end: LEFT,
            failure: None,
            site: None,
            rule: None,
            mode: None,
            generation: None,
            agent: field(request.headers(), &USER_AGENT),
            referrer: field(request.headers(), &REFERER).and_then(|said| without_query(&said)),
        };
        Self { log: log.cloned(), trace: trace.clone(), line, began: Instant::now() }
    }

    /// The response's head is decided.
    pub(super) fn head(&mut self, status: StatusCode) {
        self.line.status = status.as_u16();
        self.line.head_ms = milliseconds(self.began.elapsed());
    }

    /// So many bytes of the body went on.
    pub(super) fn sent(&mut self, bytes: usize) {
        self.line.sent = self.line.sent.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// What went wrong, before the head or after it.
    pub(super) fn failed(&mut self, kind: Kind) {
        self.line.failure = Some(kind.code());
    }

    /// How the body ended; without this the visitor went away before.
    pub(super) fn ended(&mut self, whole: bool) {
        self.line.end = if whole { WHOLE } else { CUT };
    }

    /// It has ended, in whichever way was told before, or else well.
    pub(super) fn ended_unless_cut(&mut self) {
        if self.line.end != CUT {
            self.line.end = WHOLE;
        }
    }

    /// Writes the line.
    pub(super) fn write(mut self, exchange: Option<&Exchange>) {
        self.line.took_ms = milliseconds(self.began.elapsed());
        if let Some(exchange) = exchange {
            self.line.site = Some(exchange.site.name.to_string());
            self.line.rule = Some(exchange.rule().to_owned());
            self.line.mode = Some(match exchange.grants.mode {
                Mode::Observe => "observe",
                Mode::Enforce => "enforce",
            });
            self.line.generation = Some(exchange.snapshot.generation.to_string());
        }
        self.trace.end(&self.line);
        if let Some(log) = &self.log {
            log.write(&self.line);
        }
    }
}

fn field(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| shown(&String::from_utf8_lossy(value.as_bytes()), LEN))
}

/// A referrer's query may hold what nobody may read: names, tokens, searches.
fn without_query(said: &str) -> Option<String> {
    let mut url = Url::parse(said).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    // Neither can fail for http and https; a URL of another kind has none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(url.into())
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_3 => "HTTP/3.0",
        _ => "HTTP/1.1",
    }
}

/// To a thousandth.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
