//! How much each visitor's address has, of connections or of exchanges, so that one can't take every place.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The addresses that have something; there are never more of them than there are connections.
#[derive(Debug)]
pub struct Addresses {
    most: usize,
    held: Mutex<HashMap<IpAddr, Held>>,
}

#[derive(Debug, Default)]
struct Held {
    places: usize,
    /// The operator was told.
    told: bool,
}

/// A place among those of an address, until dropped.
#[derive(Debug)]
pub struct AddressPlace {
    addresses: Arc<Addresses>,
    network: IpAddr,
}

/// There is none: the address has as many as it may have.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

impl Addresses {
    /// Each may have so many connections.
    pub fn new(most: usize) -> Self {
        Self { most, held: Mutex::default() }
    }

    /// A place for one more of an address.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Result<AddressPlace, Full> {
        let network = network(address);
        let mut all = self.lock();
        let held = all.entry(network).or_default();
        if held.places >= self.most {
            return Err(Full);
        }
        held.places = held.places.saturating_add(1);
        Ok(AddressPlace { addresses: Arc::clone(self), network })
    }

    /// Whether nobody was told yet that an address has as many as it may have, since it last had none. From
    /// now on somebody was.
    pub(super) fn is_news(&self, address: IpAddr) -> bool {
        let mut all = self.lock();
        all.get_mut(&network(address)).is_some_and(|held| !std::mem::replace(&mut held.told, true))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AddressPlace {
    fn drop(&mut self) {
        let mut all = self.addresses.lock();
        if let Some(held) = all.get_mut(&self.network) {
            held.places = held.places.saturating_sub(1);
            if held.places == 0 {
                all.remove(&self.network);
            }
        }
    }
}

/// Whoever has one IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_so_many_places_and_gives_them_back() {
        let addresses = Arc::new(Addresses::new(2));
        let first = addresses.take(address("192.0.2.1")).unwrap();
        let second = addresses.take(address("::ffff:192.0.2.1")).unwrap();
        assert_eq!(addresses.take(address("192.0.2.1")).unwrap_err(), Full);
        assert!(addresses.is_news(address("192.0.2.1")) && !addresses.is_news(address("192.0.2.1")));
        let _other = addresses.take(address("192.0.2.2")).unwrap();
        drop(first);
        let third = addresses.take(address("192.0.2.1")).unwrap();
        drop((second, third));
        assert_eq!(addresses.lock().len(), 1);
    }

    #[test]
    fn addresses_of_one_line_count_as_one() {
        let addresses = Arc::new(Addresses::new(1));
        let _held = addresses.take(address("2001:db8:0:1::1")).unwrap();
        assert!(addresses.take(address("2001:db8:0:1:ffff::2")).is_err());
        assert!(addresses.take(address("2001:db8:0:2::1")).is_ok());
    }
}
