//! Idle upstream connections with HTTP/1.1 of one worker: last in, first out, bounded in number and age.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use foldhash::fast::RandomState;
use tokio::time::Instant;

use super::balance::Load;
use super::request_body::RequestBody;
use super::streams::{Pauses, Stream};
use crate::policy::UpstreamAddress;
use crate::transport::paced::Pace;
use crate::transport::sender::Http1Sender;

/// The idle connections.
#[derive(Debug)]
pub(super) struct Pool {
    // Of names that the operator wrote: nobody can choose them to collide.
    idle: RefCell<HashMap<UpstreamAddress, VecDeque<Idle>, RandomState>>,
    size: usize,
    time: Duration,
}

/// A connection with where it leads.
#[derive(Debug)]
pub(super) struct Pooled {
    pub(super) sender: Http1Sender<RequestBody>,
    address: UpstreamAddress,
    born: Instant,
}

#[derive(Debug)]
struct Idle {
    connection: Pooled,
    since: Instant,
}

/// How old a connection may become: names are looked up again when a new one is made.
pub(super) const OLDEST: Duration = Duration::from_mins(5);

impl Pooled {
    /// A connection that was just made.
    pub(super) fn new(address: UpstreamAddress, sender: Http1Sender<RequestBody>) -> Self {
        Self { sender, address, born: Instant::now() }
    }
}

impl Pool {
    /// An empty pool that keeps `size` connections an upstream for at most `time`.
    pub(super) fn new(size: usize, time: Duration) -> Self {
        Self { idle: RefCell::default(), size, time }
    }

    /// A connection that can take a request now, as far as is known.
    pub(super) fn take(&self, address: &UpstreamAddress) -> Option<Pooled> {
        let mut idle = self.idle.borrow_mut();
        let kept = idle.get_mut(address)?;
        let now = Instant::now();
        while let Some(candidate) = kept.pop_back() {
            let young = now.saturating_duration_since(candidate.since) < self.time
                && now.saturating_duration_since(candidate.connection.born) < OLDEST;
            if candidate.connection.sender.is_ready() && young {
                return Some(candidate.connection);
            }
        }
        None
    }

    fn put(&self, connection: Pooled) {
        let now = Instant::now();
        if connection.sender.is_closed() || now.saturating_duration_since(connection.born) >= OLDEST {
            return;
        }
        let mut idle = self.idle.borrow_mut();
        if let Some(kept) = idle.get_mut(&connection.address) {
            if kept.len() >= self.size {
                kept.pop_front();
            }
            kept.push_back(Idle { connection, since: now });
        } else {
            let address = connection.address.clone();
            idle.insert(address, VecDeque::from([Idle { connection, since: now }]));
        }
    }

    /// Closes what has been idle for too long or was closed by the other side.
    pub(super) fn sweep(&self) {
        let mut idle = self.idle.borrow_mut();
        for kept in idle.values_mut() {
            kept.retain(|idle| !idle.connection.sender.is_closed() && idle.since.elapsed() < self.time);
        }
        idle.retain(|_, kept| !kept.is_empty());
    }
}

/// What a response comes over.
#[derive(Debug)]
pub(super) enum Line {
    /// A connection of its own.
    Alone(Pooled),
    /// A stream among others.
    Shared(Stream),
}

/// A connection or a stream in use. A connection goes back to its pool by [`Lease::give_back`], and is closed
/// when dropped.
#[derive(Debug)]
pub(super) struct Lease {
    pool: Rc<Pool>,
    line: Line,
    _load: Load,
}

impl Lease {
    /// For one exchange.
    pub(super) fn new(pool: &Rc<Pool>, line: Line, load: Load) -> Self {
        Self { pool: Rc::clone(pool), line, _load: load }
    }

    /// For a connection that is shared: where its responses pause.
    pub(super) fn pauses(&self) -> Option<Pauses> {
        match &self.line {
            Line::Alone(_) => None,
            Line::Shared(stream) => Some(stream.pauses()),
        }
    }

    /// How much of the response is read at once, where its connection is its own.
    pub(super) fn pace(&self) -> Option<Pace> {
        match &self.line {
            Line::Alone(connection) => Some(connection.sender.pace()),
            Line::Shared(_) => None,
        }
    }

    /// The exchange ended well. (A connection whose request is not sent whole is not ready when it is
    /// taken out again, and dropped then.)
    pub(super) fn give_back(self) {
        match self.line {
            Line::Alone(connection) => self.pool.put(connection),
            // Its connection is kept by others.
            Line::Shared(stream) => stream.end(),
        }
    }
}
