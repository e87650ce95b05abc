//! The bodies of an exchange. All are pulled: nothing is read from one side before the other side
//! wants it.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;

use super::access::Logged;
use super::balance::Load;
use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::guard::caught;
use super::hop_by_hop::strip_response_trailers;
use super::idle::IdleTimer;
use super::observe::ObserveBody;
use super::outstanding::Outstanding;
use super::pool::Lease;
use super::pump::Pumped;
use super::request_body::Progress;
use super::rewrite::RewriteBody;
use super::scripts::{PassingScript, StoppedScript};
use crate::transport::paced::Pace;

/// The next piece of a body.
pub(super) type Polled = Poll<Option<Result<Frame<Bytes>, ProxyError>>>;

/// A frame without those trailers that are for one connection only, or say what only a head may say.
pub(super) fn of_one_message(mut frame: Frame<Bytes>, strip: fn(&mut HeaderMap)) -> Frame<Bytes> {
    if let Some(trailers) = frame.trailers_mut() {
        strip(trailers);
    }
    frame
}

/// A response's body as it comes from the upstream. Gives its connection back when it has ended well;
/// dropped earlier, the connection is closed.
#[derive(Debug)]
pub(super) struct UpstreamBody {
    frames: Frames,
    idle: IdleTimer,
    lease: Option<Lease>,
    /// Its place among the upstream's exchanges, where no lease holds it.
    _load: Option<Load>,
    /// The request that it answers, which may still be coming.
    request: Option<Rc<Progress>>,
}

/// How it comes.
#[derive(Debug)]
enum Frames {
    /// As it is asked for.
    Pulled(Incoming),
    /// As fast as it comes.
    Pumped(Pumped),
}

impl Frames {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Polled {
        match self {
            Self::Pulled(frames) => {
                Pin::new(frames).poll_frame(cx).map_err(|error| ProxyError::because(Kind::BodyBroken, &error))
            }
            Self::Pumped(frames) => frames.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Pulled(frames) => frames.is_end_stream(),
            Self::Pumped(frames) => frames.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Pulled(frames) => frames.size_hint(),
            Self::Pumped(frames) => frames.size_hint(),
        }
    }
}

impl UpstreamBody {
    /// `limit` bounds the time between two pieces, `most` the bytes that wait for the visitor where the
    /// connection is shared.
    pub(super) fn new(
        frames: Incoming,
        lease: Lease,
        request: Rc<Progress>,
        limit: Duration,
        most: usize,
    ) -> Self {
        let frames = match lease.pauses() {
            Some(pauses) if !frames.is_end_stream() => Frames::Pumped(Pumped::begin(frames, most, pauses)),
            _ => Frames::Pulled(frames),
        };
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
        let frames = Frames::Pulled(frames);
        Self { frames, idle: IdleTimer::new(Some(limit)), lease: None, _load: Some(load), request: None }
    }

    /// Event streams and calls of gRPC may be silent for as long as they like, and so may the request of
    /// such a call once it is answered.
    pub(super) fn without_time_limit(&mut self) {
        self.idle.remove_limit();
        if let Some(request) = &self.request {
            request.take_time();
        }
    }

    /// How much of it is read at once, where that can be said.
    pub(super) fn pace(&self) -> Option<Pace> {
        self.lease.as_ref().and_then(Lease::pace)
    }

    fn return_if_ended(&mut self) {
        if self.frames.is_end_stream()
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
        match this.frames.poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.idle.progress();
                if let Some(request) = &this.request {
                    request.answered();
                }
                this.return_if_ended();
                Poll::Ready(Some(Ok(of_one_message(frame, strip_response_trailers))))
            }
            Poll::Ready(Some(Err(error))) => {
                this.lease = None;
                Poll::Ready(Some(Err(error)))
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

impl Content {
    /// How long it is, where all of it is here.
    pub(super) fn length(&self) -> Option<usize> {
        match self {
            Self::Empty => Some(0),
            Self::Whole(bytes) => Some(bytes.len()),
            Self::Pass(_) | Self::Rewrite(_) | Self::Observe(_) | Self::Passing(_) | Self::Stopped(_) => None,
        }
    }
}

/// A response's body on its way to the visitor. It holds its exchange, and with it the snapshot,
/// to its last byte.
#[derive(Debug)]
pub(super) struct Body {
    content: Content,
    exchange: Option<Rc<Exchange>>,
    /// Of a page that is rewritten while it leaves.
    outstanding: Option<Outstanding>,
    /// Its line in the access log, written when this is dropped.
    logged: Option<Box<Logged>>,
}

impl Body {
    /// A body of an exchange that is told when it is cut.
    pub(super) fn of(exchange: &Rc<Exchange>, content: Content) -> Self {
        let outstanding = matches!(content, Content::Rewrite(_)).then(Outstanding::default);
        Self { content, exchange: Some(Rc::clone(exchange)), outstanding, logged: None }
    }

    /// A body of our own.
    pub(super) fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let content = if bytes.is_empty() { Content::Empty } else { Content::Whole(bytes) };
        Self { content, exchange: None, outstanding: None, logged: None }
    }

    /// An error page in place of an exchange's response, where it came so far that there is one.
    pub(super) fn refusing(bytes: impl Into<Bytes>, exchange: Option<&Rc<Exchange>>) -> Self {
        let mut body = Self::whole(bytes);
        body.exchange = exchange.cloned();
        body
    }

    /// No body.
    pub(super) fn empty() -> Self {
        Self { content: Content::Empty, exchange: None, outstanding: None, logged: None }
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
        let content = &mut this.content;
        if let Some(outstanding) = &this.outstanding {
            ready!(outstanding.poll_room(cx));
        }
        let polled = caught(|| match content {
            Content::Empty => Poll::Ready(None),
            Content::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                *content = Content::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Content::Pass(body) => Pin::new(body).poll_frame(cx),
            Content::Rewrite(body) => body.poll(cx),
            Content::Observe(body) => body.poll(cx),
            Content::Passing(body) => body.poll(cx),
            Content::Stopped(body) => body.poll(cx),
        })
        .unwrap_or_else(|error| Poll::Ready(Some(Err(error))));
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
        match (polled, &this.outstanding) {
            (Poll::Ready(Some(Ok(frame))), Some(outstanding)) => {
                Poll::Ready(Some(Ok(frame.map_data(|bytes| outstanding.counted(bytes)))))
            }
            (polled, _) => polled,
        }
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
