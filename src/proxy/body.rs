//! The bodies of an exchange. All are pulled: nothing is read from one side before the other side
//! wants it.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

use super::access::Logged;
use super::balance::Load;
use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::hop_by_hop::{strip_request_trailers, strip_response_trailers};
use super::observe::ObserveBody;
use super::pool::Lease;
use super::rewrite::RewriteBody;
use super::scripts::{PassingScript, StoppedScript};

type Polled = Poll<Option<Result<Frame<Bytes>, ProxyError>>>;

/// Limits the time between two pieces. The timer is only set where there is something to wait for.
#[derive(Debug)]
struct IdleTimer {
    limit: Option<Duration>,
    sleep: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

impl IdleTimer {
    fn new(limit: Option<Duration>) -> Self {
        Self { limit, sleep: None, waiting: false }
    }

    /// Something came.
    fn progress(&mut self) {
        self.waiting = false;
    }

    /// Nothing came: ready when it has been so for too long.
    fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(limit) = self.limit else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !self.waiting {
            self.waiting = true;
            sleep.as_mut().reset(Instant::now() + limit);
        }
        sleep.as_mut().poll(cx)
    }
}

/// How far a request's body has come, as seen by whoever waits for the response.
#[derive(Debug)]
pub(super) struct Progress {
    moved: Cell<Instant>,
    /// The visitor's next piece was asked for and has not come.
    waiting: Cell<bool>,
    failed: Cell<Option<Kind>>,
    /// Both sides talk for as long as they like.
    unhurried: Cell<bool>,
}

impl Progress {
    fn new() -> Self {
        Self {
            moved: Cell::new(Instant::now()),
            waiting: Cell::new(false),
            failed: Cell::new(None),
            unhurried: Cell::new(false),
        }
    }

    /// The request is on its way.
    pub(super) fn begin(&self) {
        self.moved.set(Instant::now());
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
}

/// A frame without those trailers that are for one connection only, or say what only a head may say.
fn of_one_message(mut frame: Frame<Bytes>, strip: fn(&mut HeaderMap)) -> Frame<Bytes> {
    if let Some(trailers) = frame.trailers_mut() {
        strip(trailers);
    }
    frame
}

/// A request's body on its way to the upstream.
#[derive(Debug)]
pub(super) struct RequestBody {
    frames: Option<Incoming>,
    idle: IdleTimer,
    progress: Rc<Progress>,
}

impl RequestBody {
    /// No body.
    pub(super) fn empty() -> Self {
        Self { frames: None, idle: IdleTimer::new(None), progress: Rc::new(Progress::new()) }
    }

    /// What the visitor sends, with a limit on the time between two pieces.
    pub(super) fn streaming(frames: Incoming, limit: Duration) -> Self {
        Self { frames: Some(frames), idle: IdleTimer::new(Some(limit)), ..Self::empty() }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_none()
    }

    /// How far it has come.
    pub(super) fn progress(&self) -> Rc<Progress> {
        Rc::clone(&self.progress)
    }

    fn fail(&self, error: ProxyError) -> Polled {
        self.progress.failed.set(Some(error.kind()));
        Poll::Ready(Some(Err(error)))
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = ProxyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let this = &mut *self;
        let Some(frames) = this.frames.as_mut() else { return Poll::Ready(None) };
        let polled = Pin::new(frames).poll_frame(cx);
        this.progress.waiting.set(polled.is_pending());
        match polled {
            Poll::Ready(Some(Ok(frame))) => {
                this.idle.progress();
                this.progress.moved.set(Instant::now());
                Poll::Ready(Some(Ok(of_one_message(frame, strip_request_trailers))))
            }
            Poll::Ready(Some(Err(error))) => this.fail(ProxyError::because(Kind::RequestBroken, &error)),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if this.progress.unhurried.get() => Poll::Pending,
            Poll::Pending => {
                ready!(this.idle.poll_expired(cx));
                this.fail(ProxyError::new(Kind::RequestStalled, "the request's body stopped coming"))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.frames.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.frames.as_ref().map_or(SizeHint::with_exact(0), http_body::Body::size_hint)
    }
}

/// A response's body as it comes from the upstream. Gives its connection back when it has ended well;
/// dropped earlier, the connection is closed.
#[derive(Debug)]
pub(super) struct UpstreamBody {
    frames: Incoming,
    idle: IdleTimer,
    lease: Option<Lease>,
    /// Its place among the upstream's exchanges, where no lease holds it.
    _load: Option<Load>,
    /// The request that it answers, which may still be coming.
    request: Option<Rc<Progress>>,
}

impl UpstreamBody {
    /// `limit` bounds the time between two pieces.
    pub(super) fn new(frames: Incoming, lease: Lease, request: Rc<Progress>, limit: Duration) -> Self {
        let mut body = Self {
            frames,
            idle: IdleTimer::new(Some(limit)),
            lease: Some(lease),
            _load: None,
            request: Some(request),
        };
        body.return_if_ended();
        body
    }

    /// The same over a connection that is not reused.
    pub(super) fn unpooled(frames: Incoming, load: Load, limit: Duration) -> Self {
        Self { frames, idle: IdleTimer::new(Some(limit)), lease: None, _load: Some(load), request: None }
    }

    /// Event streams and calls of gRPC may be silent for as long as they like, and so may the request of
    /// such a call once it is answered.
    pub(super) fn without_time_limit(&mut self) {
        self.idle.limit = None;
        if let Some(request) = &self.request {
            request.take_time();
        }
    }

    fn return_if_ended(&mut self) {
        if http_body::Body::is_end_stream(&self.frames)
            && let Some(lease) = self.lease.take()
        {
            lease.give_back();
        }
    }
}

impl http_body::Body for UpstreamBody {
    type Data = Bytes;
    type Error = ProxyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let this = &mut *self;
        match Pin::new(&mut this.frames).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.idle.progress();
                this.return_if_ended();
                Poll::Ready(Some(Ok(of_one_message(frame, strip_response_trailers))))
            }
            Poll::Ready(Some(Err(error))) => {
                this.lease = None;
                Poll::Ready(Some(Err(ProxyError::because(Kind::BodyBroken, &error))))
            }
            Poll::Ready(None) => {
                if let Some(lease) = this.lease.take() {
                    lease.give_back();
                }
                Poll::Ready(None)
            }
            Poll::Pending => this.idle.poll_expired(cx).map(|()| {
                this.lease = None;
                Some(Err(ProxyError::new(Kind::BodyStalled, "the response's body stopped coming")))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.frames.size_hint()
    }
}

/// Where a response's bytes come from.
#[derive(Debug)]
pub(super) enum Content {
    /// Nowhere.
    Empty,
    /// They are here already.
    Whole(Bytes),
    /// From the upstream, as they are.
    Pass(UpstreamBody),
    /// Through the rewriter.
    Rewrite(Box<RewriteBody>),
    /// From the upstream, as they are; a copy is judged.
    Observe(Box<ObserveBody>),
    /// From the upstream, as they are; a script whose bytes are looked at.
    Passing(Box<PassingScript>),
    /// The same of one that ends only with approved bytes.
    Stopped(Box<StoppedScript>),
}

/// A response's body on its way to the visitor. It holds its exchange, and with it the snapshot,
/// to its last byte.
#[derive(Debug)]
pub(super) struct Body {
    content: Content,
    exchange: Option<Rc<Exchange>>,
    /// Its line in the access log, written when this is dropped.
    logged: Option<Box<Logged>>,
}

impl Body {
    /// A body of an exchange that is told when it is cut.
    pub(super) fn of(exchange: &Rc<Exchange>, content: Content) -> Self {
        Self { content, exchange: Some(Rc::clone(exchange)), logged: None }
    }

    /// A body of our own.
    pub(super) fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let content = if bytes.is_empty() { Content::Empty } else { Content::Whole(bytes) };
        Self { content, exchange: None, logged: None }
    }

    /// An error page in place of an exchange's response, where it came so far that there is one.
    pub(super) fn refusing(bytes: impl Into<Bytes>, exchange: Option<&Rc<Exchange>>) -> Self {
        let mut body = Self::whole(bytes);
        body.exchange = exchange.cloned();
        body
    }

    /// No body.
    pub(super) fn empty() -> Self {
        Self { content: Content::Empty, exchange: None, logged: None }
    }

    /// Has the exchange logged when this body is done with.
    pub(super) fn log(&mut self, mut logged: Logged) {
        // hyper never asks for a body that says that it is empty.
        if http_body::Body::is_end_stream(self) {
            logged.ended(true);
        }
        self.logged = Some(Box::new(logged));
    }

    /// Nothing of it is sent (HEAD).
    pub(super) fn clear(&mut self) {
        self.content = Content::Empty;
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = ProxyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let this = &mut *self;
        let polled = match &mut this.content {
            Content::Empty => Poll::Ready(None),
            Content::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                this.content = Content::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Content::Pass(body) => Pin::new(body).poll_frame(cx),
            Content::Rewrite(body) => body.poll(cx),
            Content::Observe(body) => body.poll(cx),
            Content::Passing(body) => body.poll(cx),
            Content::Stopped(body) => body.poll(cx),
        };
        if let (Poll::Ready(frame), Some(logged)) = (&polled, this.logged.as_mut()) {
            match frame {
                Some(Ok(frame)) => logged.sent(frame.data_ref().map_or(0, Bytes::len)),
                Some(Err(error)) => {
                    logged.failed(error.kind());
                    logged.ended(false);
                }
                None => logged.ended(true),
            }
        }
        if let Poll::Ready(Some(Err(error))) = &polled {
            if let Some(exchange) = &this.exchange {
                exchange.body_cut(error);
            }
            // An upstream that is still sending must not be waited for.
            this.content = Content::Empty;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Empty => true,
            Content::Whole(_) => false,
            Content::Pass(body) => body.is_end_stream(),
            Content::Rewrite(body) => body.is_ended(),
            Content::Observe(body) => body.is_ended(),
            Content::Passing(body) => body.is_ended(),
            Content::Stopped(body) => body.is_ended(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Empty => SizeHint::with_exact(0),
            Content::Whole(bytes) => {
                u64::try_from(bytes.len()).map_or_else(|_| SizeHint::new(), SizeHint::with_exact)
            }
            Content::Pass(body) => body.size_hint(),
            Content::Rewrite(_) => SizeHint::new(),
            Content::Observe(body) => body.size_hint(),
            Content::Passing(body) => body.size_hint(),
            Content::Stopped(body) => body.size_hint(),
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Some(mut logged) = self.logged.take() {
            // A body that says that it has ended is not asked again.
            if http_body::Body::is_end_stream(self) {
                logged.ended_unless_cut();
            }
            logged.write(self.exchange.as_deref());
        }
    }
}
