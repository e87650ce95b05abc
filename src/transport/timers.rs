//! Timers of one thread that all run for the same time and nearly never to their end, one for each request. Another
//! use puts off one that runs already, which costs next to nothing; a new one has to be entered among all others
//! and taken out again.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant as StdInstant};

use hyper::rt::{Sleep as HyperSleep, Timer};
use tokio::time::{Instant, Sleep, sleep_until};

/// As many are kept for another use.
const KEPT: usize = 256;

/// The timers. Belongs to the runtime in which it is used. Cheap to clone.
// hyper's timers must be fit to be sent to another thread; none of these is.
#[derive(Debug, Clone, Default)]
pub struct Timers(Arc<Mutex<Vec<Pin<Box<Sleep>>>>>);

/// One of them, in use until dropped.
#[derive(Debug)]
pub struct Running {
    sleep: Option<Pin<Box<Sleep>>>,
    timers: Timers,
}

impl Timers {
    /// One that ends at this moment.
    pub fn until(&self, moment: Instant) -> Running {
        let kept = self.kept().pop();
        let sleep = match kept {
            Some(mut sleep) => {
                sleep.as_mut().reset(moment);
                sleep
            }
            None => Box::pin(sleep_until(moment)),
        };
        Running { sleep: Some(sleep), timers: self.clone() }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Pin<Box<Sleep>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Puts the end off.
    pub fn reset(&mut self, moment: Instant) {
        if let Some(sleep) = &mut self.sleep {
            sleep.as_mut().reset(moment);
        }
    }
}

impl Future for Running {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().map_or(Poll::Pending, |sleep| sleep.as_mut().poll(cx))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(sleep) = self.sleep.take() else { return };
        let mut kept = self.timers.kept();
        if kept.len() < KEPT {
            kept.push(sleep);
        }
    }
}

impl HyperSleep for Running {}

impl Timer for Timers {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn HyperSleep>> {
        Box::pin(self.until(Instant::now() + duration))
    }

    fn sleep_until(&self, deadline: StdInstant) -> Pin<Box<dyn HyperSleep>> {
        Box::pin(self.until(deadline.into()))
    }

    fn now(&self) -> StdInstant {
        Instant::now().into()
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn HyperSleep>>, new_deadline: StdInstant) {
        match sleep.as_mut().downcast_mut_pin::<Running>() {
            Some(running) => running.get_mut().reset(new_deadline.into()),
            None => *sleep = self.sleep_until(new_deadline),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_that_is_used_again_ends_when_it_should_and_not_before() {
        let timers = Timers::default();
        let later = || Instant::now() + Duration::from_hours(1);
        for _ in 0..2 {
            let mut running = timers.until(later());
            assert!(now(&mut running).await.is_pending());
        }
        assert_eq!(timers.kept().len(), 1);
        // Sooner than it would have ended in its last use.
        timers.until(Instant::now()).await;
        let mut running = timers.until(later());
        assert!(now(&mut running).await.is_pending());
        running.reset(Instant::now());
        running.await;
        let mut of_hyper = timers.sleep_until(later().into());
        Timer::reset(&timers, &mut of_hyper, StdInstant::now());
        of_hyper.await;
        assert_eq!(timers.kept().len(), 1);
    }

    async fn now(running: &mut Running) -> Poll<()> {
        std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut *running).poll(cx))).await
    }
}
