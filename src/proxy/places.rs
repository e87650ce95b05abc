//! Places for exchanges in flight. With HTTP/2 one connection may ask a hundred things at once, and each
//! holds buffers and a connection to the upstream: connections alone are no bound for either. And an exchange
//! may last for hours (WebSockets, event streams), so each address has a bound of its own.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};

use super::addresses::{AddressPlace, Addresses, Full};
use super::error::{Kind, ProxyError};

/// How long an exchange without a place waits until it looks again. There is no queue: one would be
/// filled by whoever asks most.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// A connection may hold one exchange, and further ones up to this part of what is free: ten connections
/// that ask for everything leave a tenth to others.
const SHARE: usize = 4;

/// The places of the whole process.
#[derive(Debug)]
pub struct Places {
    all: Arc<Semaphore>,
    of_addresses: Arc<Addresses>,
    /// As many of an address may wait until it has fewer.
    waiting: Arc<Addresses>,
}

/// A place, until dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    /// Its place among those of one address, where that is bounded.
    _of_address: Option<AddressPlace>,
    held: Rc<Cell<usize>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.held.set(self.held.get().saturating_sub(1));
    }
}

impl Places {
    /// So many, and so many of them for one address.
    pub fn new(count: usize, of_address: usize) -> Self {
        let addresses = || Arc::new(Addresses::new(of_address));
        Self { all: Arc::new(Semaphore::new(count)), of_addresses: addresses(), waiting: addresses() }
    }

    /// A place for one more exchange of a connection that holds `held`, asked for by `client`, unless that may
    /// stand for many. Waits for one, but not longer than `limit`. A connection of a proxy that is `trusted` may
    /// have all: many visitors share it.
    pub(super) async fn take(
        &self,
        held: &Rc<Cell<usize>>,
        trusted: bool,
        client: Option<IpAddr>,
        limit: Duration,
    ) -> Result<Place, ProxyError> {
        let mut begun = None;
        let of_address = match client {
            Some(client) => Some(if let Ok(place) = self.of_addresses.take(client) {
                place
            } else {
                let begun = *begun.insert(Instant::now());
                Box::pin(self.wait_of_address(client, begun, limit)).await?
            }),
            None => None,
        };
        loop {
            let fair = trusted || held.get() <= self.all.available_permits() / SHARE;
            if fair && let Ok(permit) = Arc::clone(&self.all).try_acquire_owned() {
                held.set(held.get().saturating_add(1));
                return Ok(Place { _permit: permit, _of_address: of_address, held: Rc::clone(held) });
            }
            // Nearly always there is a place, and the time is not asked for.
            let begun = *begun.get_or_insert_with(Instant::now);
            if begun.elapsed() >= limit {
                return Err(ProxyError::new(Kind::Busy, "too many exchanges in flight"));
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    async fn wait_of_address(
        &self,
        client: IpAddr,
        begun: Instant,
        limit: Duration,
    ) -> Result<AddressPlace, ProxyError> {
        let too_many =
            |what| ProxyError::new(Kind::AddressBusy, format!("{client} has too many exchanges {what}"));
        let _waiting = self.waiting.take(client).map_err(|Full| too_many("waiting"))?;
        while begun.elapsed() < limit {
            sleep(LOOK_AGAIN).await;
            if let Ok(place) = self.of_addresses.take(client) {
                return Ok(place);
            }
        }
        Err(too_many("in flight"))
    }

    /// Whether nobody was told yet that an address has as many as it may have.
    pub(super) fn is_news(&self, client: IpAddr) -> bool {
        self.of_addresses.is_news(client)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    async fn take(places: &Places, held: &Rc<Cell<usize>>) -> Option<Place> {
        places.take(held, false, None, Duration::ZERO).await.ok()
    }

    const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    #[tokio::test]
    async fn few_connections_do_not_take_every_place() {
        let places = Places::new(100, 100);
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
    async fn a_connection_of_a_trusted_proxy_may_have_every_place() {
        let (places, held) = (Places::new(100, 25), Rc::default());
        let mut taken = Vec::new();
        while let Ok(place) = places.take(&held, true, None, Duration::ZERO).await {
            taken.push(place);
        }
        assert_eq!(taken.len(), 100);
    }

    #[tokio::test]
    async fn an_exchange_waits_for_a_place_and_not_for_ever() {
        let places = Places::new(1, 1);
        let (first, second) = (Rc::default(), Rc::default());
        let place = take(&places, &first).await.unwrap();
        let refused = places.take(&second, false, None, Duration::ZERO).await;
        assert_eq!(refused.unwrap_err().kind(), Kind::Busy);
        let later = async {
            tokio::task::yield_now().await;
            drop(place);
        };
        let (taken, ()) = tokio::join!(places.take(&second, false, None, Duration::from_mins(1)), later);
        assert!(taken.is_ok());
    }

    #[tokio::test]
    async fn many_connections_of_one_address_do_not_take_every_place() {
        let places = Places::new(100, 25);
        let mut taken = Vec::new();
        for _connection in 0..25 {
            let held = Rc::default();
            for _stream in 0..4 {
                taken.extend(places.take(&held, false, Some(CLIENT), Duration::ZERO).await.ok());
            }
        }
        assert_eq!(taken.len(), 25);
        let held = Rc::default();
        let refused = places.take(&held, false, Some(CLIENT), Duration::ZERO).await;
        assert_eq!(refused.unwrap_err().kind(), Kind::AddressBusy);
        assert!(places.is_news(CLIENT) && !places.is_news(CLIENT));
        assert!(places.take(&held, false, Some(OTHER), Duration::ZERO).await.is_ok());
        assert!(take(&places, &held).await.is_some(), "and whoever stands for many has no such bound");
        drop(taken.pop());
        assert!(places.take(&held, false, Some(CLIENT), Duration::ZERO).await.is_ok());
    }

    #[tokio::test]
    async fn as_many_exchanges_of_an_address_wait_as_it_may_have() {
        let places = Places::new(100, 1);
        let held = Rc::default();
        let place = places.take(&held, false, Some(CLIENT), Duration::ZERO).await.unwrap();
        let patience = Duration::from_mins(1);
        let mut first = Box::pin(places.take(&held, false, Some(CLIENT), patience));
        tokio::select! {
            biased;
            _ = &mut first => panic!("there was no place"),
            () = tokio::task::yield_now() => {}
        }
        let second = places.take(&held, false, Some(CLIENT), patience).await;
        assert_eq!(second.unwrap_err().kind(), Kind::AddressBusy, "refused at once");
        drop(place);
        assert!(first.await.is_ok());
    }
}
