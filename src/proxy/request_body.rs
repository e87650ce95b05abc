//! A request's body on its way to the upstream, and how far it has come. Over a connection that others share,
//! small pieces are put together: the upstream may count those that it has not read, and end the connection.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

use super::body::{Polled, of_one_message};
use super::error::{Kind, ProxyError};
use super::hop_by_hop::strip_request_trailers;
use super::idle::IdleTimer;
use super::quota::Share;

/// Pieces below this size cost more than they carry; h2 counts them.
pub(super) const SMALL: usize = 256;
/// So much is put together at most.
const FULL: usize = 16 * 1024;
/// How long a small piece that may not go on waits until it is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// How far a request's body has come, as seen by whoever waits for the response.
#[derive(Debug)]
pub(super) struct Progress {
    moved: Cell<Instant>,
    /// The visitor's next piece was asked for and has not come.
    waiting: Cell<bool>,
    failed: Cell<Option<Kind>>,
    /// Both sides talk for as long as they like.
    unhurried: Cell<bool>,
    /// The small pieces that the upstream may not have read, where it goes over a shared connection.
    unread: RefCell<Option<Share>>,
}

impl Progress {
    fn new() -> Self {
        Self {
            moved: Cell::new(Instant::now()),
            waiting: Cell::new(false),
            failed: Cell::new(None),
            unhurried: Cell::new(false),
            unread: RefCell::new(None),
        }
    }

    /// The request is on its way, over a connection of its own or one that it shares.
    pub(super) fn begin(&self, unread: Option<Share>) {
        self.moved.set(Instant::now());
        self.unread.replace(unread);
    }

    /// When the last piece went on; the wait for a response begins there.
    pub(super) fn moved(&self) -> Instant {
        self.moved.get()
    }

    /// Whether the visitor is who everybody waits for.
    pub(super) fn waits_for_visitor(&self) -> bool {
        self.waiting.get()
    }

    /// What went wrong with the body, if that is how the request ended.
    pub(super) fn failed(&self) -> Option<Kind> {
        self.failed.get()
    }

    /// From now on there may be any time between two pieces.
    pub(super) fn take_time(&self) {
        self.unhurried.set(true);
    }

    /// The upstream has answered, or gone on with its answer: what it was sent it has read.
    pub(super) fn answered(&self) {
        if let Some(unread) = &*self.unread.borrow() {
            unread.give_back();
        }
    }

    fn is_shared(&self) -> bool {
        self.unread.borrow().is_some()
    }

    /// Whether a small piece may go on now.
    fn may_send_small(&self) -> bool {
        self.unread.borrow().as_ref().is_none_or(Share::take)
    }
}

/// The body. It is moved several times with its request, and most requests have none, so that of those is kept
/// elsewhere.
#[derive(Debug)]
pub(super) struct RequestBody {
    progress: Rc<Progress>,
    streaming: Option<Box<Streaming>>,
}

/// A body that there is.
#[derive(Debug)]
struct Streaming {
    frames: Incoming,
    idle: IdleTimer,
    progress: Rc<Progress>,
    /// Small pieces that have come and not gone on.
    gathered: BytesMut,
    /// What came behind them.
    trailers: Option<Frame<Bytes>>,
    look_again: Option<Pin<Box<Sleep>>>,
}

impl RequestBody {
    /// No body.
    pub(super) fn empty() -> Self {
        Self { progress: Rc::new(Progress::new()), streaming: None }
    }

    /// What the visitor sends, with a limit on the time between two pieces.
    pub(super) fn streaming(frames: Incoming, limit: Duration) -> Self {
        let progress = Rc::new(Progress::new());
        let streaming = Streaming {
            frames,
            idle: IdleTimer::new(Some(limit)),
            progress: Rc::clone(&progress),
            gathered: BytesMut::new(),
            trailers: None,
            look_again: None,
        };
        Self { progress, streaming: Some(Box::new(streaming)) }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.streaming.is_none()
    }

    /// How far it has come.
    pub(super) fn progress(&self) -> Rc<Progress> {
        Rc::clone(&self.progress)
    }
}

impl Streaming {
    fn fail(&self, error: ProxyError) -> Polled {
        self.progress.failed.set(Some(error.kind()));
        Poll::Ready(Some(Err(error)))
    }

    /// The next piece as the visitor sent it.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Polled {
        let polled = http_body::Body::poll_frame(Pin::new(&mut self.frames), cx);
        self.progress.waiting.set(polled.is_pending());
        match polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.idle.progress();
                self.progress.moved.set(Instant::now());
                Poll::Ready(Some(Ok(of_one_message(frame, strip_request_trailers))))
            }
            Poll::Ready(Some(Err(error))) => self.fail(ProxyError::because(Kind::RequestBroken, &error)),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if self.progress.unhurried.get() => Poll::Pending,
            Poll::Pending => {
                ready!(self.idle.poll_expired(cx));
                self.fail(ProxyError::new(Kind::RequestStalled, "the request's body stopped coming"))
            }
        }
    }

    /// The next piece, with what has come behind it where it is small.
    fn poll_gathered(&mut self, cx: &mut Context<'_>) -> Polled {
        while self.trailers.is_none() && self.gathered.len() < FULL {
            match self.poll_piece(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) if self.gathered.is_empty() && data.len() >= SMALL => {
                        return Poll::Ready(Some(Ok(Frame::data(data))));
                    }
                    Ok(data) => self.gathered.extend_from_slice(&data),
                    Err(trailers) => self.trailers = Some(trailers),
                },
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) if self.gathered.is_empty() => return Poll::Ready(None),
                // The last piece goes on whatever its size.
                Poll::Ready(None) => return self.take_gathered(),
                Poll::Pending if self.gathered.is_empty() => return Poll::Pending,
                Poll::Pending => {
                    if self.gathered.len() < SMALL {
                        ready!(self.poll_may_send_small(cx));
                    }
                    return self.take_gathered();
                }
            }
        }
        if self.gathered.is_empty() {
            return Poll::Ready(self.trailers.take().map(Ok));
        }
        self.take_gathered()
    }

    fn poll_may_send_small(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while !self.progress.may_send_small() {
            let look_again = self.look_again.get_or_insert_with(|| Box::pin(sleep(LOOK_AGAIN)));
            ready!(look_again.as_mut().poll(cx));
            look_again.as_mut().reset(Instant::now() + LOOK_AGAIN);
        }
        Poll::Ready(())
    }

    fn take_gathered(&mut self) -> Polled {
        Poll::Ready(Some(Ok(Frame::data(self.gathered.split().freeze()))))
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = ProxyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let Some(body) = &mut self.streaming else { return Poll::Ready(None) };
        if body.progress.is_shared() { body.poll_gathered(cx) } else { body.poll_piece(cx) }
    }

    fn is_end_stream(&self) -> bool {
        self.streaming.as_ref().is_none_or(|body| {
            let nothing_kept = body.gathered.is_empty() && body.trailers.is_none();
            nothing_kept && http_body::Body::is_end_stream(&body.frames)
        })
    }

    fn size_hint(&self) -> SizeHint {
        let of = |body: &Streaming| http_body::Body::size_hint(&body.frames);
        self.streaming.as_deref().map_or(SizeHint::with_exact(0), of)
    }
}
