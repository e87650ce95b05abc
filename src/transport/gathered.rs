//! Writes that are put together until the turn of whoever writes is over. h2 writes each frame of data by itself, and
//! where TLS lies below, each becomes a record of its own.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that wait at most until they are written, and those of a write that doesn't wait for others.
const FULL: usize = 16 * 1024;
/// What frames of HTTP/2 have before their bytes.
/// <https://www.rfc-editor.org/rfc/rfc9113#section-4.1>
const FRAME_HEAD: usize = 9;
/// What the first of them makes room for.
const ROOM: usize = 8 * 1024;

/// A stream whose writes wait for the end of the turn.
#[derive(Debug)]
pub struct Gathered<S>(Rc<RefCell<Inner<S>>>);

/// Ends turns.
#[derive(Debug)]
pub struct Turns<S>(Rc<RefCell<Inner<S>>>);

#[derive(Debug)]
struct Inner<S> {
    stream: S,
    waiting: Vec<u8>,
    /// As many of them are written.
    written: usize,
    /// Something was written that is not flushed.
    unflushed: bool,
    /// Why nothing more can be written; told to whoever writes next.
    broken: Option<io::Error>,
}

impl<S> Gathered<S> {
    /// A stream, and what ends its turns.
    pub fn new(stream: S) -> (Self, Turns<S>) {
        let inner = Inner { stream, waiting: Vec::new(), written: 0, unflushed: false, broken: None };
        let inner = Rc::new(RefCell::new(inner));
        (Self(Rc::clone(&inner)), Turns(inner))
    }
}

impl<S: AsyncWrite + Unpin> Turns<S> {
    /// Writes what waits, as far as the stream takes it; the rest goes when it takes more, for which the task is
    /// woken. To be called each time that whoever writes has done so.
    pub fn end(&self, cx: &mut Context<'_>) {
        let mut inner = self.0.borrow_mut();
        if let Poll::Ready(Err(error)) = inner.poll_flush(cx) {
            inner.waiting = Vec::new();
            inner.written = 0;
            inner.broken = Some(error);
            cx.waker().wake_by_ref();
        }
    }
}

impl<S: AsyncWrite + Unpin> Inner<S> {
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest @ [_, ..]) = self.waiting.get(self.written..) {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written = self.written.saturating_add(count);
        }
        // Nothing is kept of it: most connections are idle.
        self.waiting = Vec::new();
        self.written = 0;
        Poll::Ready(Ok(()))
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        if self.unflushed {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        if let Some(error) = self.broken.take() {
            return Poll::Ready(Err(error));
        }
        let length: usize = bytes.iter().map(|piece| piece.len()).sum();
        // A visitor chooses how long frames are: a long one is not copied behind a short one.
        let waits = self.waiting.len().saturating_sub(self.written);
        if waits >= FULL || (waits > 0 && length > FULL.saturating_add(FRAME_HEAD)) {
            ready!(self.poll_drain(cx))?;
        }
        self.unflushed = true;
        if self.waiting.is_empty() && length >= FULL {
            return Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        }
        // What has left makes room for what comes.
        self.waiting.drain(..self.written);
        self.written = 0;
        self.waiting.reserve(length.max(if self.waiting.is_empty() { ROOM } else { 0 }));
        for piece in bytes {
            self.waiting.extend_from_slice(piece);
        }
        Poll::Ready(Ok(length))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gathered<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0.borrow_mut().stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gathered<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.borrow_mut().poll_write(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.borrow_mut().poll_write(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// At the end of the turn.
    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.borrow_mut().broken.take().map_or(Ok(()), Err))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.0.borrow_mut();
        ready!(inner.poll_flush(cx))?;
        Pin::new(&mut inner.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    async fn end(turns: &Turns<DuplexStream>) {
        let ended = poll_fn(|cx| {
            turns.end(cx);
            Poll::Ready(())
        });
        ended.await;
    }

    async fn came(stream: &mut DuplexStream) -> Option<Vec<u8>> {
        let mut bytes = vec![0; 1 << 20];
        let mut buffer = ReadBuf::new(&mut bytes);
        let polled = poll_fn(|cx| Poll::Ready(Pin::new(&mut *stream).poll_read(cx, &mut buffer))).await;
        polled.is_ready().then(|| buffer.filled().to_vec())
    }

    #[tokio::test]
    async fn what_is_written_in_one_turn_leaves_at_its_end_as_one() {
        let (ours, mut theirs) = duplex(1 << 20);
        let (mut stream, turns) = Gathered::new(ours);
        for piece in ["a", "bc", "d"] {
            stream.write_all(piece.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
        }
        assert_eq!(came(&mut theirs).await, None);
        end(&turns).await;
        assert_eq!(came(&mut theirs).await.unwrap(), b"abcd");
        assert_eq!(turns.0.borrow().waiting.capacity(), 0, "nothing is kept");
        stream.write_all(b"e").await.unwrap();
        stream.shutdown().await.unwrap();
        assert_eq!(came(&mut theirs).await.unwrap(), b"e");
        assert_eq!(came(&mut theirs).await.unwrap(), b"", "its end");
    }

    #[tokio::test]
    async fn bytes_come_in_their_order_and_no_more_wait_than_may_whatever_the_reader_takes() {
        let (ours, mut theirs) = duplex(1000);
        let (mut stream, turns) = Gathered::new(ours);
        let sent: Vec<u8> = (0..400_000_u32).map(|n| n.to_be_bytes()[3] ^ n.to_be_bytes()[2]).collect();
        let sending = async {
            let (mut rest, mut size) = (sent.as_slice(), 1);
            while !rest.is_empty() {
                size = size * 7 % 40_009;
                let (piece, after) = rest.split_at(size.min(rest.len()));
                let written = poll_fn(|cx| {
                    let polled = Pin::new(&mut stream).poll_write(cx, piece);
                    turns.end(cx);
                    polled
                });
                let written = written.await.unwrap();
                assert!(turns.0.borrow().waiting.len() <= 2 * FULL + FRAME_HEAD);
                rest = &rest[written..];
                assert!(after.len() <= rest.len());
            }
            poll_fn(|cx| Pin::new(&mut stream).poll_shutdown(cx)).await.unwrap();
        };
        let mut received = Vec::new();
        let ((), count) = tokio::join!(sending, theirs.read_to_end(&mut received));
        assert_eq!(count.unwrap(), sent.len());
        assert!(received == sent);
    }

    #[tokio::test]
    async fn whoever_writes_is_told_of_an_error_at_the_end_of_a_turn() {
        let (ours, theirs) = duplex(10);
        let (mut stream, turns) = Gathered::new(ours);
        drop(theirs);
        stream.write_all(b"a").await.unwrap();
        end(&turns).await;
        assert!(stream.write_all(b"b").await.is_err());
    }
}
