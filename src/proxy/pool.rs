//! Idle upstream connections of one worker: last in, first out, bounded in number and age.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use hyper::client::conn::http1::SendRequest;
use tokio::time::Instant;

use super::body::RequestBody;
use crate::policy::UpstreamAddress;

/// The sending half of an upstream connection.
pub(super) type Sender = SendRequest<RequestBody>;

/// The idle connections.
#[derive(Debug)]
pub(super) struct Pool {
    idle: RefCell<HashMap<UpstreamAddress, VecDeque<Idle>>>,
    size: usize,
    time: Duration,
}

#[derive(Debug)]
struct Idle {
    sender: Sender,
    since: Instant,
}

impl Pool {
    /// An empty pool that keeps `size` connections an upstream for at most `time`.
    pub(super) fn new(size: usize, time: Duration) -> Self {
        Self { idle: RefCell::default(), size, time }
    }

    /// A connection that can take a request now, as far as is known.
    pub(super) fn take(&self, address: &UpstreamAddress) -> Option<Sender> {
        let mut idle = self.idle.borrow_mut();
        let kept = idle.get_mut(address)?;
        while let Some(candidate) = kept.pop_back() {
            if candidate.sender.is_ready() && candidate.since.elapsed() < self.time {
                return Some(candidate.sender);
            }
        }
        None
    }

    fn put(&self, address: UpstreamAddress, sender: Sender) {
        if sender.is_closed() {
            return;
        }
        let mut idle = self.idle.borrow_mut();
        let kept = idle.entry(address).or_default();
        if kept.len() >= self.size {
            kept.pop_front();
        }
        kept.push_back(Idle { sender, since: Instant::now() });
    }

    /// Closes what has been idle for too long or was closed by the other side.
    pub(super) fn sweep(&self) {
        let mut idle = self.idle.borrow_mut();
        for kept in idle.values_mut() {
            kept.retain(|idle| !idle.sender.is_closed() && idle.since.elapsed() < self.time);
        }
        idle.retain(|_, kept| !kept.is_empty());
    }
}

/// A connection in use; goes back to its pool by [`Lease::give_back`], is closed when dropped.
#[derive(Debug)]
pub(super) struct Lease {
    pool: Rc<Pool>,
    address: UpstreamAddress,
    sender: Sender,
}

impl Lease {
    /// Takes a connection out for one exchange.
    pub(super) fn new(pool: &Rc<Pool>, address: UpstreamAddress, sender: Sender) -> Self {
        Self { pool: Rc::clone(pool), address, sender }
    }

    /// The exchange ended well. (A connection whose request is not sent whole is not ready when it is
    /// taken out again, and dropped then.)
    pub(super) fn give_back(self) {
        self.pool.put(self.address, self.sender);
    }
}
