//! A response that comes over a connection that others share. It is read as fast as it comes, up to a bound,
//! and small pieces are put together: what waits in the connection for its reader counts against all of them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::task::AbortHandle;

use super::body::Polled;
use super::error::{Kind, ProxyError};
use super::request_body::SMALL;
use super::streams::Pauses;

/// Bytes of small pieces that are handed on as one.
const MOST_AT_ONCE: usize = 16 * 1024;

/// The reader's end. Dropped, the response is given up.
#[derive(Debug)]
pub(super) struct Pumped {
    kept: Rc<RefCell<Kept>>,
    pumping: AbortHandle,
    left: SizeHint,
}

/// What has come and was not taken.
#[derive(Debug, Default)]
struct Kept {
    pieces: VecDeque<Bytes>,
    /// Small ones, behind the others.
    small: BytesMut,
    length: usize,
    trailers: Option<HeaderMap>,
    end: Option<Result<(), ProxyError>>,
    /// An error was told.
    broken: bool,
    reader: Option<Waker>,
    pump: Option<Waker>,
}

impl Pumped {
    /// Begins to read; so many bytes may wait to be taken.
    pub(super) fn begin(frames: Incoming, most: usize, pauses: Pauses) -> Self {
        let left = frames.size_hint();
        let kept = Rc::<RefCell<Kept>>::default();
        let filled = Rc::clone(&kept);
        let pump = async move {
            let end = pump(frames, &filled, most, &pauses).await;
            let mut kept = filled.borrow_mut();
            kept.end = Some(end);
            wake(&mut kept.reader);
        };
        Self { kept, pumping: tokio::task::spawn_local(pump).abort_handle(), left }
    }

    /// The next piece.
    pub(super) fn poll_frame(&mut self, cx: &mut Context<'_>) -> Polled {
        let mut kept = self.kept.borrow_mut();
        if let Some(piece) = kept.take() {
            wake(&mut kept.pump);
            if let Some(left) = self.left.exact() {
                let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
                self.left = SizeHint::with_exact(left.saturating_sub(length));
            }
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        if let Some(trailers) = kept.trailers.take() {
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        match &mut kept.end {
            Some(Ok(())) => Poll::Ready(None),
            // Told once; whoever asks again is told nothing more, and never that this was all.
            Some(end) => {
                let error = std::mem::replace(end, Ok(())).err();
                kept.broken = error.is_some();
                Poll::Ready(error.map(Err))
            }
            None => {
                kept.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Whether all of it was taken.
    pub(super) fn is_end_stream(&self) -> bool {
        let kept = self.kept.borrow();
        matches!(kept.end, Some(Ok(()))) && !kept.broken && kept.length == 0 && kept.trailers.is_none()
    }

    /// How much is to come.
    pub(super) fn size_hint(&self) -> SizeHint {
        self.left
    }
}

impl Drop for Pumped {
    fn drop(&mut self) {
        self.pumping.abort();
    }
}

impl Kept {
    fn put(&mut self, piece: Bytes) {
        self.length = self.length.saturating_add(piece.len());
        if piece.len() < SMALL {
            return self.small.extend_from_slice(&piece);
        }
        if !self.small.is_empty() {
            let small = self.small.split().freeze();
            self.pieces.push_back(small);
        }
        self.pieces.push_back(piece);
    }

    fn take(&mut self) -> Option<Bytes> {
        let piece = self.pieces.pop_front().or_else(|| {
            let length = self.small.len().min(MOST_AT_ONCE);
            (length > 0).then(|| self.small.split_to(length).freeze())
        })?;
        self.length = self.length.saturating_sub(piece.len());
        Some(piece)
    }
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

async fn pump(
    mut frames: Incoming,
    kept: &RefCell<Kept>,
    most: usize,
    pauses: &Pauses,
) -> Result<(), ProxyError> {
    let (mut pieces, mut bytes) = (0_usize, 0_usize);
    loop {
        if kept.borrow().length >= most {
            let Some(_paused) = pauses.pause(bytes / pieces.max(1)) else {
                return Err(ProxyError::new(
                    Kind::VisitorSlow,
                    "a response in small pieces was not taken, and its connection is shared",
                ));
            };
            poll_fn(|cx| room(&mut kept.borrow_mut(), most, cx)).await;
            (pieces, bytes) = (0, 0);
        }
        let Some(frame) = poll_fn(|cx| Pin::new(&mut frames).poll_frame(cx)).await else { return Ok(()) };
        let frame = frame.map_err(|error| ProxyError::because(Kind::BodyBroken, &error))?;
        let mut kept = kept.borrow_mut();
        match frame.into_data() {
            Ok(piece) => {
                pieces = pieces.saturating_add(1);
                bytes = bytes.saturating_add(piece.len());
                kept.put(piece);
            }
            Err(frame) => kept.trailers = frame.into_trailers().ok(),
        }
        wake(&mut kept.reader);
    }
}

fn room(kept: &mut Kept, most: usize, cx: &Context<'_>) -> Poll<()> {
    if kept.length < most {
        return Poll::Ready(());
    }
    kept.pump = Some(cx.waker().clone());
    Poll::Pending
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pieces_are_put_together_and_keep_their_place() {
        let mut kept = Kept::default();
        let large = Bytes::from(vec![b'x'; SMALL]);
        for piece in ["a", "b"].map(Bytes::from).into_iter().chain([large.clone(), Bytes::from("c")]) {
            kept.put(piece);
        }
        assert_eq!(kept.length, SMALL + 3);
        let taken: Vec<Bytes> = std::iter::from_fn(|| kept.take()).collect();
        assert_eq!(taken, [Bytes::from("ab"), large, Bytes::from("c")]);
        assert_eq!(kept.length, 0);
    }
}
