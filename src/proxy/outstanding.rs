//! What of a body was handed to hyper and has not left. hyper takes pieces until it has as much as its buffer may
//! hold, and of a visitor who doesn't read all of that would lie there: of a page the next piece is not even made
//! before most of the last one has left.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

/// With so many bytes under way there is no next piece.
const MOST: usize = 16 * 1024;

/// The bytes of one body.
// Whoever holds bytes may give them to another thread; hyper doesn't.
#[derive(Debug, Clone, Default)]
pub(super) struct Outstanding(Arc<Mutex<UnderWay>>);

#[derive(Debug, Default)]
struct UnderWay {
    bytes: usize,
    waits: Option<Waker>,
}

/// A piece on its way, until dropped.
struct Piece {
    bytes: Bytes,
    of: Outstanding,
}

impl Outstanding {
    /// Ready when there may be a next piece.
    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<()> {
        let mut under_way = self.lock();
        if under_way.bytes < MOST {
            return Poll::Ready(());
        }
        under_way.waits = Some(cx.waker().clone());
        Poll::Pending
    }

    /// A piece that counts until it has left.
    pub(super) fn counted(&self, bytes: Bytes) -> Bytes {
        let mut under_way = self.lock();
        under_way.bytes = under_way.bytes.saturating_add(bytes.len());
        Bytes::from_owner(Piece { bytes, of: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let mut under_way = self.of.lock();
        under_way.bytes = under_way.bytes.saturating_sub(self.bytes.len());
        let waits = if under_way.bytes < MOST { under_way.waits.take() } else { None };
        drop(under_way);
        if let Some(waits) = waits {
            waits.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test]
    async fn there_is_no_next_piece_until_the_last_has_left() {
        let outstanding = Outstanding::default();
        let room = || poll_fn(|cx| Poll::Ready(outstanding.poll_room(cx)));
        let small = outstanding.counted(Bytes::from_static(b"abc"));
        assert!(room().await.is_ready());
        let large = outstanding.counted(Bytes::from(vec![b'x'; MOST]));
        let part = large.slice(10..20);
        assert!(room().await.is_pending());
        drop((small, large));
        assert!(room().await.is_pending(), "a part of it is still there");
        let waiting = async { poll_fn(|cx| outstanding.poll_room(cx)).await };
        let leaving = async {
            tokio::task::yield_now().await;
            assert_eq!(&part[..], &[b'x'; 10]);
            drop(part);
        };
        tokio::join!(waiting, leaving);
        assert_eq!(outstanding.lock().bytes, 0);
    }
}
