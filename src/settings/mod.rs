//! How the process runs: limits and time-outs of the data path. What may run on pages is policy, not
//! settings; settings change with a restart only.

use std::time::Duration;

/// Every bound of the data path. Plain values; [`Settings::default`] is what the product ships with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Downstream connections (upgraded ones included) in the whole process. More wait in the backlog.
    pub max_connections: usize,
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
    /// Whether `X-Forwarded-*`, `X-Real-IP` and `X-Request-Id` of the peer are believed: only where every
    /// peer is a proxy of the operator's own. `Forwarded` never is, nor passed on.
    pub trust_forwarded: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            handshake_time: Duration::from_secs(10),
            header_time: Duration::from_secs(30),
            connect_time: Duration::from_secs(5),
            head_time: Duration::from_mins(1),
            idle_time: Duration::from_mins(1),
            drain_time: Duration::from_secs(10),
            max_headers: 256,
            buffer_bytes: 64 * 1024,
            max_streams: 100,
            pool_size: 64,
            pool_time: Duration::from_secs(30),
            trust_forwarded: false,
        }
    }
}
