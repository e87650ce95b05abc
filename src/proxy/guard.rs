//! A defect of ours ends one exchange, and nothing else: a panic is caught where the exchange is worked on, said,
//! and answered like any other failure.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use super::error::{Kind, ProxyError};

/// Does work whose panics are failures.
pub(super) fn guarded<T>(
    mut work: Pin<&mut impl Future<Output = Result<T, ProxyError>>>,
) -> impl Future<Output = Result<T, ProxyError>> {
    poll_fn(move |cx| match caught(|| work.as_mut().poll(cx)) {
        Ok(polled) => polled,
        // It is not polled again.
        Err(error) => Poll::Ready(Err(error)),
    })
}

/// Does this; a panic is a failure. What the work touched must be given up then.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, ProxyError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let what = words(panic.as_ref());
        tracing::error!("a defect in Countersign ended an exchange; please report it: {what}");
        ProxyError::new(Kind::Internal, format!("a defect in Countersign: {what}"))
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(well: bool) -> Result<u8, ProxyError> {
        let work = std::pin::pin!(async move {
            tokio::task::yield_now().await;
            assert!(well, "a planted defect");
            Ok(7)
        });
        guarded(work).await
    }

    #[tokio::test]
    async fn a_panic_is_a_failure_of_ours_with_its_words() {
        assert_eq!(ask(true).await.unwrap(), 7);
        let error = ask(false).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Internal);
        assert!(error.to_string().contains("a planted defect"), "{error}");
    }

    #[test]
    fn so_is_one_of_work_that_takes_no_time() {
        assert_eq!(caught(|| 7).unwrap(), 7);
        let error = caught(|| panic!("number {}", 7)).unwrap_err();
        assert!(error.to_string().contains("number 7"), "{error}");
    }
}
