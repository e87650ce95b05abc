//! Work that goes on until a stop is asked for.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Poll, Waker};

use tokio_util::sync::CancellationToken;

/// Does work until it is done; `None` where a stop was asked for before. The wait for that is begun once for each
/// task: looking after it takes longer than to ask whether it has come.
pub(super) async fn until_stopped<F>(stop: &CancellationToken, work: &mut F) -> Option<F::Output>
where
    F: Future + Unpin,
{
    let mut stopped = pin!(stop.cancelled());
    let mut waits: Option<Waker> = None;
    poll_fn(|cx| {
        if let Poll::Ready(done) = Pin::new(&mut *work).poll(cx) {
            return Poll::Ready(Some(done));
        }
        let will_be_told = waits.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        if will_be_told && !stop.is_cancelled() {
            return Poll::Pending;
        }
        waits = Some(cx.waker().clone());
        stopped.as_mut().poll(cx).map(|()| None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stop_ends_the_wait_however_often_the_work_was_looked_at_and_work_that_is_done_comes_first() {
        let stop = CancellationToken::new();
        let mut looked = 0;
        let mut work = Box::pin(poll_fn(|cx| {
            looked += 1;
            if looked == 5 {
                stop.cancel();
            } else {
                cx.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        }));
        assert_eq!(until_stopped(&stop, &mut work).await, None);
        drop(work);
        assert!(looked >= 5);
        assert_eq!(until_stopped(&stop, &mut std::future::ready(7)).await, Some(7));
        let waiting = CancellationToken::new();
        let mut never = std::future::pending::<()>();
        let ended = async { tokio::join!(until_stopped(&waiting, &mut never), async { waiting.cancel() }).0 };
        assert_eq!(ended.await, None);
    }
}
