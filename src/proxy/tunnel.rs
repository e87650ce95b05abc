//! The bytes of an upgraded connection: they go both ways, unread, until an end is done or nothing has come
//! from either for too long.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional};
use tokio::time::{Instant, sleep_until};

/// Why a tunnel is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// Its ends are done.
    Ended,
    /// Nothing has come through it for too long.
    Idle,
}

/// Carries bytes between two ends.
pub(super) async fn carry<A, B>(one: A, other: B, limit: Duration) -> Over
where
    A: AsyncRead + AsyncWrite + Unpin,
    B: AsyncRead + AsyncWrite + Unpin,
{
    let moved = Rc::new(Cell::new(Instant::now()));
    let mut one = Watched { stream: one, moved: Rc::clone(&moved) };
    let mut other = Watched { stream: other, moved: Rc::clone(&moved) };
    tokio::select! {
        biased;
        // An end that resets is an end.
        _ = copy_bidirectional(&mut one, &mut other) => Over::Ended,
        () = idle(&moved, limit) => Over::Idle,
    }
}

async fn idle(moved: &Cell<Instant>, limit: Duration) {
    while moved.get().elapsed() < limit {
        sleep_until(moved.get() + limit).await;
    }
}

/// An end, and when something last came from it or went to it.
struct Watched<S> {
    stream: S,
    moved: Rc<Cell<Instant>>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.moved.set(Instant::now());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.moved.set(Instant::now());
        Poll::Ready(Ok(written))
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
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const LIMIT: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn a_tunnel_is_over_when_nothing_has_come_through_it_for_too_long_and_not_before() {
        let ((mut visitor, one), (mut server, other)) = (duplex(64), duplex(64));
        let began = Instant::now();
        let talking = async {
            while began.elapsed() < LIMIT * 2 {
                visitor.write_all(b"ping").await.unwrap();
                server.read_exact(&mut [0; 4]).await.unwrap();
                server.write_all(b"pong").await.unwrap();
                visitor.read_exact(&mut [0; 4]).await.unwrap();
            }
        };
        let (over, ()) = tokio::join!(carry(one, other, LIMIT), talking);
        assert_eq!(over, Over::Idle);
    }

    #[tokio::test]
    async fn a_tunnel_is_over_when_both_ends_are_done() {
        let ((visitor, one), (server, other)) = (duplex(64), duplex(64));
        drop((visitor, server));
        assert_eq!(carry(one, other, Duration::from_hours(1)).await, Over::Ended);
    }

    #[tokio::test]
    async fn an_end_that_takes_nothing_does_not_hold_a_tunnel() {
        let ((mut visitor, one), (_server, other)) = (duplex(64), duplex(64));
        // More than all buffers hold.
        let flooding = async { while visitor.write_all(&[0; 1024]).await.is_ok() {} };
        tokio::select! {
            over = carry(one, other, LIMIT) => assert_eq!(over, Over::Idle),
            () = flooding => panic!("there is an end to the buffers"),
        }
    }
}
