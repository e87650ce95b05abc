//! Upstream connections with HTTP/2 of one worker: each is shared by many exchanges, up to a number of
//! streams; then one more is made.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use foldhash::fast::RandomState;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::pool::OLDEST;
use super::quota::{Quota, Share};
use super::request_body::{RequestBody, SMALL};
use crate::policy::UpstreamAddress;
use crate::transport::sender::Http2Sender;

/// Streams given up before their end after which a connection gets no new ones: servers count them too, and
/// end a connection that has too many of them, with every stream that is open.
const MOST_GIVEN_UP: usize = 50;

/// Small pieces of requests that its server may not have read, of all streams together: h2 bears some two
/// thousand.
const MOST_SMALL: usize = 800;
/// Pieces without a byte after which a connection gets no new streams: h2 bears a hundred.
const MOST_EMPTY: usize = 50;

/// The connections.
#[derive(Debug)]
pub(super) struct Streams {
    open: RefCell<HashMap<UpstreamAddress, Shared, RandomState>>,
    /// Streams of one connection.
    most: usize,
    time: Duration,
}

/// Those of an upstream that speaks HTTP/2.
#[derive(Debug, Default)]
struct Shared {
    connections: Vec<Rc<Connection>>,
    /// Held by whoever makes one, so that a burst of requests doesn't make as many as it is long.
    turn: Rc<Mutex<()>>,
}

#[derive(Debug)]
struct Connection {
    sender: Http2Sender<RequestBody>,
    streams: Cell<usize>,
    /// It gets no new streams.
    retired: Cell<bool>,
    /// Streams that were given up before their end.
    given_up: Cell<usize>,
    /// The upstream was blamed for its end.
    blamed: Rc<Cell<bool>>,
    /// Small pieces of requests.
    unread: Rc<Quota>,
    /// What responses in small pieces that wait for their visitors may cost.
    pauses: Rc<Quota>,
    /// When the last of its streams ended.
    idle_since: Cell<Instant>,
    born: Instant,
}

/// A stream of a connection, or the place for one, until dropped.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) sender: Http2Sender<RequestBody>,
    connection: Rc<Connection>,
    /// It came to its end.
    whole: bool,
}

impl Stream {
    fn of(connection: &Rc<Connection>) -> Self {
        connection.streams.set(connection.streams.get().saturating_add(1));
        Self { sender: connection.sender.clone(), connection: Rc::clone(connection), whole: false }
    }

    /// The connection refused the stream, or ended under it: it gets no further ones.
    pub(super) fn retire(&self) {
        self.connection.retired.set(true);
    }

    /// It has come to its end, so that dropping it gives nothing up.
    pub(super) fn end(mut self) {
        self.whole = true;
    }

    /// What it may have of small pieces that are not read.
    pub(super) fn unread(&self) -> Share {
        self.connection.unread.share()
    }

    /// Where its response may pause.
    pub(super) fn pauses(&self) -> Pauses {
        Pauses { connection: Rc::clone(&self.connection) }
    }

    /// Whether the upstream was blamed for the end of the connection.
    pub(super) fn blamed(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.connection.blamed)
    }
}

impl Connection {
    fn is_over(&self) -> bool {
        let worn = self.unread.is_low() || self.sender.empty_pieces() >= MOST_EMPTY;
        worn || self.retired.get() || self.sender.is_closed() || self.born.elapsed() >= OLDEST
    }
}

/// Where a response over a shared connection may wait for its visitor.
#[derive(Debug)]
pub(super) struct Pauses {
    connection: Rc<Connection>,
}

impl Pauses {
    /// Lets a response wait whose pieces have `average` bytes, until the share is dropped. `None`: the
    /// connection doesn't bear it. What comes meanwhile stays in the connection, up to the stream's window.
    pub(super) fn pause(&self, average: usize) -> Option<Share> {
        let share = self.connection.pauses.share();
        let each = SMALL.saturating_sub(average);
        if each > 0 {
            self.connection.retired.set(true);
        }
        let pieces = self.connection.sender.window() / average.max(1);
        share.take_all(pieces.saturating_mul(each)).then_some(share)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if !self.whole {
            let given_up = self.connection.given_up.get().saturating_add(1);
            self.connection.given_up.set(given_up);
            if given_up >= MOST_GIVEN_UP {
                self.retire();
            }
        }
        let left = self.connection.streams.get().saturating_sub(1);
        self.connection.streams.set(left);
        if left == 0 {
            self.connection.idle_since.set(Instant::now());
        }
    }
}

impl Streams {
    /// None yet. Each will have at most so many streams, and is kept for `time` without any.
    pub(super) fn new(most: u32, time: Duration) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Self { open: RefCell::default(), most, time }
    }

    /// A stream of a connection that is there and has room.
    pub(super) fn take(&self, address: &UpstreamAddress) -> Option<Stream> {
        let open = self.open.borrow();
        let with_room = |connection: &&Rc<Connection>| {
            // One whose server allows none is full, and says so by not answering in time.
            let most = self.most.min(connection.sender.most_streams()).max(1);
            !connection.is_over() && connection.streams.get() < most
        };
        open.get(address)?.connections.iter().find(with_room).map(Stream::of)
    }

    /// A stream of a connection that was just made.
    pub(super) fn begin(&self, address: &UpstreamAddress, sender: Http2Sender<RequestBody>) -> Stream {
        let now = Instant::now();
        let small_budget = sender.small_budget();
        let connection = Rc::new(Connection {
            sender,
            streams: Cell::new(0),
            retired: Cell::new(false),
            given_up: Cell::new(0),
            blamed: Rc::default(),
            unread: Quota::new(MOST_SMALL),
            pauses: Quota::new(small_budget / 2),
            idle_since: Cell::new(now),
            born: now,
        });
        let stream = Stream::of(&connection);
        self.open.borrow_mut().entry(address.clone()).or_default().connections.push(connection);
        stream
    }

    /// Whose turn it is to make a connection, where the upstream is known to speak HTTP/2.
    pub(super) fn turn(&self, address: &UpstreamAddress, known: bool) -> Option<Rc<Mutex<()>>> {
        let mut open = self.open.borrow_mut();
        if known {
            return Some(Rc::clone(&open.entry(address.clone()).or_default().turn));
        }
        open.get(address).map(|shared| Rc::clone(&shared.turn))
    }

    /// Forgets connections that have ended or are old, and those that nobody has used for a while. Streams
    /// that are open go on.
    pub(super) fn sweep(&self) {
        let mut open = self.open.borrow_mut();
        for shared in open.values_mut() {
            shared.connections.retain(|connection| {
                let idle =
                    connection.streams.get() == 0 && connection.idle_since.get().elapsed() >= self.time;
                !connection.is_over() && !idle
            });
        }
        open.retain(|_, shared| !shared.connections.is_empty() || Rc::strong_count(&shared.turn) > 1);
    }
}
