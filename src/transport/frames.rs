//! Frames of HTTP/2 that ask for nothing: PING and SETTINGS, which are answered, and those that are read and
//! forgotten. h2 takes any number of them. Here they are counted as they are read, by their heads alone, and
//! a peer that sends too many is not read any further.
//! <https://www.rfc-editor.org/rfc/rfc9113#section-10.5>

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::heads::{Head, Heads};

/// What a client begins with, before its first frame.
const PREFACE: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();
/// So many such frames at once.
const MOST: u64 = 1000;
/// So many more each second.
const EACH_SECOND: u64 = 10;
/// So many more for each request: clients say how urgent it is, or measure the line with it.
const EACH_REQUEST: u64 = 20;
/// One more for so many bytes that were sent to the client, who may measure the line with them.
const BYTES: usize = 1024;

/// A server's end of a connection with HTTP/2, whose frames are counted.
#[derive(Debug)]
pub struct Counted<S> {
    stream: S,
    frames: Frames,
    flooded: Flooded,
}

/// Whether the connection ended because of too many frames.
#[derive(Debug, Clone, Default)]
pub struct Flooded(Arc<AtomicBool>);

impl Flooded {
    /// Whether it did.
    pub fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far the frames were read, and how many more there may be.
#[derive(Debug)]
struct Frames {
    heads: Heads,
    most: u64,
    left: u64,
    since: Instant,
    sent: usize,
}

impl<S> Counted<S> {
    /// A connection of which nothing was read yet.
    pub fn new(stream: S) -> Self {
        Self::with(stream, MOST)
    }

    /// The same of a proxy of the operator's: there may be any number.
    pub fn unbounded(stream: S) -> Self {
        Self::with(stream, u64::MAX)
    }

    fn with(stream: S, most: u64) -> Self {
        let heads = Heads::behind(PREFACE);
        let frames = Frames { heads, most, left: most, since: Instant::now(), sent: 0 };
        Self { stream, frames, flooded: Flooded::default() }
    }

    /// Tells, later too, why it ended.
    pub fn flooded(&self) -> Flooded {
        self.flooded.clone()
    }
}

impl Frames {
    /// Whether all frames in these bytes, read now, may be there.
    fn see(&mut self, mut bytes: &[u8], now: Instant) -> bool {
        while let Some(head) = self.heads.next(&mut bytes) {
            if !self.frame(head, now) {
                return false;
            }
        }
        true
    }

    /// A head is complete.
    fn frame(&mut self, head: Head, now: Instant) -> bool {
        const ACK: u8 = 1;
        match head.kind {
            // DATA, RST_STREAM, PUSH_PROMISE, GOAWAY, WINDOW_UPDATE, CONTINUATION: h2 has bounds for them, or
            // they cost it nothing.
            0 | 3 | 5 | 7 | 8 | 9 => true,
            // HEADERS.
            1 => {
                self.earn(EACH_REQUEST);
                true
            }
            // SETTINGS and PING of ours, answered.
            4 | 6 if head.flags & ACK != 0 => true,
            _ => self.spend(now),
        }
    }

    fn spend(&mut self, now: Instant) -> bool {
        let seconds = now.saturating_duration_since(self.since).as_secs();
        if seconds > 0 {
            self.since = now;
            self.earn(seconds.saturating_mul(EACH_SECOND));
        }
        let left = self.left.checked_sub(1);
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    fn earn(&mut self, more: u64) {
        self.left = self.left.saturating_add(more).min(self.most);
    }

    fn sent(&mut self, bytes: usize) {
        self.sent = self.sent.saturating_add(bytes);
        let more = self.sent / BYTES;
        self.sent %= BYTES;
        self.earn(u64::try_from(more).unwrap_or(MOST));
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        let new = buffer.filled().get(before..).unwrap_or_default();
        if this.frames.see(new, Instant::now()) {
            return Poll::Ready(Ok(()));
        }
        this.flooded.0.store(true, Ordering::Relaxed);
        Poll::Ready(Err(io::Error::other("too many frames that ask for nothing")))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.frames.sent(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, pieces))?;
        self.frames.sent(written);
        Poll::Ready(Ok(written))
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

    fn frame(kind: u8, flags: u8, payload: usize) -> Vec<u8> {
        let length = u32::try_from(payload).unwrap().to_be_bytes();
        let head = [length[1], length[2], length[3], kind, flags, 0, 0, 0, 0];
        [&head[..], &vec![6; payload]].concat()
    }

    fn preface() -> Vec<u8> {
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()
    }

    /// How many of these frames are taken, read in pieces of any size.
    fn taken(frame: &[u8], piece: usize) -> usize {
        let mut counted = Counted::new(());
        let now = counted.frames.since;
        let bytes = [preface(), frame.repeat(2000)].concat();
        let mut read = 0;
        for piece in bytes.chunks(piece) {
            if !counted.frames.see(piece, now) {
                break;
            }
            read += piece.len();
        }
        read.saturating_sub(PREFACE) / frame.len()
    }

    #[test]
    fn frames_that_ask_for_nothing_are_taken_a_thousand_times_and_others_always() {
        for (kind, flags, payload, most) in [
            (6, 0, 8, 1000),
            (4, 0, 0, 1000),
            (4, 0, 6, 1000),
            (2, 0, 5, 1000),
            (16, 0, 7, 1000),
            (6, 1, 8, 2000),
            (4, 1, 0, 2000),
            (0, 0, 300, 2000),
            (1, 4, 40, 2000),
            (8, 0, 4, 2000),
        ] {
            for piece in [1, 7, 9] {
                let taken = taken(&frame(kind, flags, payload), piece);
                assert!(taken.abs_diff(most) <= 1, "kind {kind} in pieces of {piece}: {taken}");
            }
        }
    }

    #[test]
    fn time_requests_and_answers_allow_more() {
        let mut frames = Counted::new(()).frames;
        let now = frames.since;
        assert!(frames.see(&preface(), now));
        let ping = frame(6, 0, 8);
        assert!(frames.see(&ping.repeat(1000), now));
        frames.sent(5 * BYTES);
        assert!(frames.see(&ping.repeat(5), now));
        assert!(frames.see(&frame(1, 4, 10), now) && frames.see(&ping.repeat(20), now));
        let later = now + std::time::Duration::from_secs(2);
        assert!(frames.see(&ping.repeat(20), later));
        assert!(!frames.see(&ping, later));
    }
}
