//! Pieces without a byte that a server sends with HTTP/2. h2 ends a connection that has had a hundred, with
//! every stream that is open, and tells nobody of them before; so they are counted here, by their heads.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::heads::{Head, Heads};

/// A client's end of a connection with HTTP/2, whose empty pieces are counted.
#[derive(Debug)]
pub(super) struct EmptiesCounted<S> {
    stream: S,
    heads: Heads,
    count: EmptyPieces,
}

/// How many there were.
#[derive(Debug, Clone, Default)]
pub(super) struct EmptyPieces(Arc<AtomicUsize>);

impl EmptyPieces {
    /// So many.
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl<S> EmptiesCounted<S> {
    /// A connection of which nothing was read yet.
    pub(super) fn new(stream: S) -> Self {
        Self { stream, heads: Heads::behind(0), count: EmptyPieces::default() }
    }

    /// Tells, later too, how many there were.
    pub(super) fn empty_pieces(&self) -> EmptyPieces {
        self.count.clone()
    }

    fn see(&mut self, mut bytes: &[u8]) {
        const DATA: u8 = 0;
        const END_STREAM: u8 = 1;
        while let Some(Head { length, kind, flags }) = self.heads.next(&mut bytes) {
            if kind == DATA && length == 0 && flags & END_STREAM == 0 {
                self.count.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for EmptiesCounted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        this.see(buffer.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for EmptiesCounted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_pieces_that_end_nothing_are_counted_in_bytes_cut_anywhere() {
        let settings = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let empty = [0, 0, 0, 0, 0, 0, 0, 0, 1];
        let last = [0, 0, 0, 0, 1, 0, 0, 0, 1];
        let full = [0, 0, 1, 0, 0, 0, 0, 0, 1, b'x'];
        let bytes = [&settings[..], &empty, &full, &empty, &last].concat();
        for piece in 1..bytes.len() {
            let mut counted = EmptiesCounted::new(());
            bytes.chunks(piece).for_each(|bytes| counted.see(bytes));
            assert_eq!(counted.empty_pieces().count(), 2, "in pieces of {piece}");
        }
    }
}
