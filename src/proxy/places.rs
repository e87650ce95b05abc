//! Places for exchanges in flight. With HTTP/2 one connection may ask a hundred things at once, and each
//! holds buffers and a connection to the upstream: connections alone are no bound for either.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};

use super::error::{Kind, ProxyError};

/// How long an exchange without a place waits until it looks again. There is no queue: one would be
/// filled by whoever asks most.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// A connection may hold one exchange, and further ones up to this part of what is free: ten connections
/// that ask for everything leave a tenth to others.
const SHARE: usize = 4;

/// The places of the whole process.
#[derive(Debug)]
pub struct Places(Arc<Semaphore>);

/// A place, until dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    held: Rc<Cell<usize>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.held.set(self.held.get().saturating_sub(1));
    }
}

impl Places {
    /// So many.
    pub fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count)))
    }

    /// A place for one more exchange of a connection that holds `held`. Waits for one, but not longer
    /// than `limit`.
    pub(super) async fn take(&self, held: &Rc<Cell<usize>>, limit: Duration) -> Result<Place, ProxyError> {
        let begun = Instant::now();
        loop {
            let fair = held.get() <= self.0.available_permits() / SHARE;
            if fair && let Ok(permit) = Arc::clone(&self.0).try_acquire_owned() {
                held.set(held.get().saturating_add(1));
                return Ok(Place { _permit: permit, held: Rc::clone(held) });
            }
            if begun.elapsed() >= limit {
                return Err(ProxyError::new(Kind::Busy, "too many exchanges in flight"));
            }
            sleep(LOOK_AGAIN).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn take(places: &Places, held: &Rc<Cell<usize>>) -> Option<Place> {
        places.take(held, Duration::ZERO).await.ok()
    }

    #[tokio::test]
    async fn few_connections_do_not_take_every_place() {
        let places = Places::new(100);
        let greedy: Vec<Rc<Cell<usize>>> = (0..8).map(|_| Rc::default()).collect();
        let mut taken = Vec::new();
        for held in &greedy {
            while let Some(place) = take(&places, held).await {
                taken.push(place);
            }
        }
        let other = Rc::default();
        assert!(take(&places, &other).await.is_some());
        assert!(taken.len() > 75, "but most are used: {}", taken.len());
        taken.clear();
        assert!(greedy.iter().all(|held| held.get() == 0));
    }

    #[tokio::test]
    async fn an_exchange_waits_for_a_place_and_not_for_ever() {
        let places = Places::new(1);
        let (first, second) = (Rc::default(), Rc::default());
        let place = take(&places, &first).await.unwrap();
        let refused = places.take(&second, Duration::ZERO).await;
        assert_eq!(refused.unwrap_err().kind(), Kind::Busy);
        let later = async {
            tokio::task::yield_now().await;
            drop(place);
        };
        let (taken, ()) = tokio::join!(places.take(&second, Duration::from_mins(1)), later);
        assert!(taken.is_ok());
    }
}
