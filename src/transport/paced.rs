//! A stream of which less is read at once, where that is wanted. hyper makes its buffer as large as what one read
//! brings, and keeps it: for what is passed on as it is few large pieces are best, but of what is worked on here
//! piece by piece a large one only waits.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf, Take};

/// Less than 16 KiB: as much would have hyper's buffer grow.
const LITTLE: u64 = 16 * 1024 - 1;

/// The stream.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: Take<S>,
    pace: Pace,
}

/// How much is read at once.
#[derive(Debug, Clone, Default)]
pub struct Pace(Arc<AtomicBool>);

impl Pace {
    /// Little, or whatever there is room for.
    pub fn set_little(&self, little: bool) {
        self.0.store(little, Ordering::Relaxed);
    }
}

impl<S: AsyncRead> Paced<S> {
    /// A stream of which is read whatever there is room for, and how to change that.
    pub(super) fn new(stream: S) -> (Self, Pace) {
        let pace = Pace::default();
        (Self { stream: stream.take(u64::MAX), pace: pace.clone() }, pace)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.pace.0.load(Ordering::Relaxed) {
            return Pin::new(self.stream.get_mut()).poll_read(cx, buffer);
        }
        self.stream.set_limit(LITTLE);
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(self.stream.get_mut()).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.stream.get_mut()).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.get_ref().is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.stream.get_mut()).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.stream.get_mut()).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::*;

    #[tokio::test]
    async fn little_is_read_at_once_where_that_is_wanted_and_nothing_is_lost() {
        let (mut ours, theirs) = duplex(1 << 20);
        let (mut stream, pace) = Paced::new(theirs);
        let sent: Vec<u8> = (0..200_000_u32).map(|n| n.to_be_bytes()[3]).collect();
        tokio::io::AsyncWriteExt::write_all(&mut ours, &sent).await.unwrap();
        drop(ours);
        let mut received = Vec::new();
        let mut buffer = vec![0; 100_000];
        for (little, length) in [(false, 100_000), (true, 16_383), (true, 16_383), (false, 67_234), (true, 0)]
        {
            pace.set_little(little);
            let count = stream.read(&mut buffer).await.unwrap();
            assert_eq!(count, length);
            received.extend_from_slice(&buffer[..count]);
        }
        assert!(received == sent);
    }
}
