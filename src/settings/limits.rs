//! Limits and time-outs of the data path, and between which values each may be.

use std::time::Duration;

use jiff::SignedDuration;

use super::document::DocumentLimits;
use super::reports::ReportLimits;
use crate::transport::Networks;
use crate::transport::dial::USUAL_HEADERS;

/// Every bound of the data path. Plain values; [`Settings::default`] is what the product ships with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Downstream connections (upgraded ones included) in the whole process. More wait in the backlog.
    pub max_connections: usize,
    /// Of those, how many one address may have; of IPv6 a network of 64 bits. The operator's own proxies and
    /// this machine have no such bound. Where none is said, a quarter of what is allowed.
    pub max_connections_per_address: Option<usize>,
    /// The same for exchanges in flight, of which as many are allowed as connections. Behind the operator's
    /// own proxies it counts for the visitors that they name.
    pub max_exchanges_per_address: Option<usize>,
    /// A TLS handshake, from accept to done.
    pub handshake_time: Duration,
    /// A request's head, from its first byte; also how long an idle keep-alive connection may wait.
    pub header_time: Duration,
    /// Resolving, connecting to and shaking hands with an upstream.
    pub connect_time: Duration,
    /// From a request sent (and each piece of its body) to the upstream's response head.
    pub head_time: Duration,
    /// Between two pieces of a body, either direction.
    pub idle_time: Duration,
    /// How long nothing may come through a WebSocket, from either side.
    pub tunnel_idle_time: Duration,
    /// How long exchanges in flight may go on after a stop was asked for.
    pub drain_time: Duration,
    /// Header fields in one message.
    pub max_headers: usize,
    /// Bytes of one message's head, and the size of hyper's buffers: 16 KiB would halve memory and
    /// double the cost of 100 KiB bodies.
    pub buffer_bytes: usize,
    /// HTTP/2 streams open at once on one connection.
    pub max_streams: u32,
    /// Idle connections kept for each upstream by each worker.
    pub pool_size: usize,
    /// How long an idle upstream connection is kept.
    pub pool_time: Duration,
    /// Bytes of pages, with what they became, that all workers together remember: one that is the same as the last
    /// is not parsed again. 0: none.
    pub replay_bytes: usize,
    /// Whether `X-Forwarded-*`, `X-Real-IP` and `X-Request-Id` of the peer are believed: only where every
    /// peer is a proxy of the operator's own. `Forwarded` never is, nor passed on.
    pub trust_forwarded: bool,
    /// Limits for one document.
    pub document: DocumentLimits,
    /// Limits for reports of browsers.
    pub reports: ReportLimits,
    /// Peers of which the same is believed where it is not believed of all.
    pub forwarded_from: Networks,
    /// Peers whose connections begin with a PROXY header.
    pub proxy_protocol_from: Networks,
}

/// The lowest and the highest value that a number may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers(u64, u64);

/// The shortest and the longest that a time may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times(Duration, Duration);

pub(super) const MAX_CONNECTIONS: Numbers = Numbers(1, 1_000_000);
pub(super) const MAX_HEADERS: Numbers = Numbers(1, 10_000);
/// hyper panics below 8 KiB.
pub(super) const BUFFER_BYTES: Numbers = Numbers(8 * 1024, 16 * 1024 * 1024);
pub(super) const MAX_STREAMS: Numbers = Numbers(1, 10_000);
pub(super) const POOL_SIZE: Numbers = Numbers(0, 10_000);
pub(super) const REPLAY_BYTES: Numbers = Numbers(0, 1 << 40);
pub(super) const INLINE_SCRIPT_BYTES: Numbers = Numbers(1 << 10, 64 << 20);
/// A page of a few hundred nested elements needs 64 KiB.
pub(super) const PARSER_BYTES: Numbers = Numbers(64 << 10, 1 << 30);
pub(super) const MAX_ATTRIBUTES: Numbers = Numbers(16, 10_000);
pub(super) const SECOND_PARSER_STEPS: Numbers = Numbers(0, 1_000_000_000_000);
pub(super) const STEPS_PER_BYTE: Numbers = Numbers(1, 1_000_000);
/// Each is read by a parser within a parser.
pub(super) const SRCDOC_DEPTH: Numbers = Numbers(0, 8);
pub(super) const SECOND_PARSER_BYTES: Numbers = Numbers(0, 64 << 20);
pub(super) const SECOND_PARSER_TOTAL_BYTES: Numbers = Numbers(0, 1 << 40);
pub(super) const SRCDOC_BYTES: Numbers = Numbers(0, 16 << 20);
pub(super) const OWN_SCRIPT_BYTES: Numbers = Numbers(0, 64 << 20);
pub(super) const OWN_SCRIPT_TOTAL_BYTES: Numbers = Numbers(0, 1 << 40);
pub(super) const DECODED_BYTES: Numbers = Numbers(1 << 10, 1 << 40);
pub(super) const DECODED_RATIO: Numbers = Numbers(1, 1_000_000);
pub(super) const DECODED_RATIO_FROM: Numbers = Numbers(0, 1 << 40);
/// Of nothing at all nobody would hear.
pub(super) const REPORT_RATE: Numbers = Numbers(1, 1_000_000);
pub(super) const PAGE_SEGMENTS: Numbers = Numbers(0, 100);
/// Tables and indexes take a few hundred KiB.
pub(super) const STORE_BYTES: Numbers = Numbers(4 << 20, 1 << 50);
pub(super) const WORKERS: Numbers = Numbers(0, 1024);
pub(super) const SAMPLE: Numbers = Numbers(1, 1_000_000);
pub(super) const QUORUM: Numbers = Numbers(1, 1000);
/// Vendors must not be flooded.
pub(super) const INTERVAL: Times = Times(Duration::from_secs(1), LONGEST);
pub(super) const TIME: Times = Times(Duration::from_millis(1), LONGEST);
pub(super) const FLUSH_INTERVAL: Times = Times(Duration::from_millis(100), LONGEST);
/// Nothing in flight may be worth waiting for.
pub(super) const DRAIN: Times = Times(Duration::ZERO, LONGEST);
const LONGEST: Duration = Duration::from_hours(24);

impl Numbers {
    /// The number, if it is between the bounds.
    pub(super) fn bound(self, number: u64) -> Result<u64, String> {
        let Self(low, high) = self;
        if (low..=high).contains(&number) {
            return Ok(number);
        }
        Err(format!("{number} is not between {low} and {high}"))
    }

    /// The number that a text is.
    pub(super) fn parse(self, text: &str) -> Result<u64, String> {
        self.bound(text.parse().ok().ok_or_else(|| format!("`{text}` is no whole number"))?)
    }
}

impl Times {
    /// The time that a text is: `10s`, `500ms`, `2min`.
    pub(super) fn parse(self, text: &str) -> Result<Duration, String> {
        let Self(shortest, longest) = self;
        let time = text.parse::<SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
        let time = time.ok_or_else(|| format!("`{text}` is no length of time: write 10s, 500ms or 2min"))?;
        if (shortest..=longest).contains(&time) {
            return Ok(time);
        }
        Err(format!("`{text}` is not between {shortest:?} and 24h"))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            max_connections_per_address: None,
            max_exchanges_per_address: None,
            handshake_time: Duration::from_secs(10),
            header_time: Duration::from_secs(30),
            connect_time: Duration::from_secs(5),
            head_time: Duration::from_mins(1),
            idle_time: Duration::from_mins(1),
            tunnel_idle_time: Duration::from_hours(1),
            drain_time: Duration::from_secs(10),
            max_headers: USUAL_HEADERS,
            buffer_bytes: 64 * 1024,
            max_streams: 100,
            pool_size: 64,
            pool_time: Duration::from_secs(30),
            replay_bytes: 16 << 20,
            trust_forwarded: false,
            document: DocumentLimits::default(),
            reports: ReportLimits::default(),
            forwarded_from: Networks::default(),
            proxy_protocol_from: Networks::default(),
        }
    }
}
