//! How many connections each visitor's address has, so that one can't take every place.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The addresses that have a connection; there are never more than connections.
#[derive(Debug)]
pub struct Addresses {
    most: usize,
    held: Mutex<HashMap<IpAddr, Held>>,
}

#[derive(Debug, Default)]
struct Held {
    connections: usize,
    /// The operator was told.
    told: bool,
}

/// A place among the connections of an address, until dropped.
#[derive(Debug)]
pub(super) struct AddressPlace {
    addresses: Arc<Addresses>,
    network: IpAddr,
}

/// Why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full {
    /// Nobody was told yet, since the address last had no connection.
    pub(super) first: bool,
}

impl Addresses {
    /// Each may have so many connections.
    pub fn new(most: usize) -> Self {
        Self { most, held: Mutex::default() }
    }

    /// A place for one more connection of an address.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Result<AddressPlace, Full> {
        let network = network(address);
        let mut all = self.lock();
        let held = all.entry(network).or_default();
        if held.connections >= self.most {
            return Err(Full { first: !std::mem::replace(&mut held.told, true) });
        }
        held.connections = held.connections.saturating_add(1);
        Ok(AddressPlace { addresses: Arc::clone(self), network })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AddressPlace {
    fn drop(&mut self) {
        let mut all = self.addresses.lock();
        if let Some(held) = all.get_mut(&self.network) {
            held.connections = held.connections.saturating_sub(1);
            if held.connections == 0 {
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
        assert_eq!(addresses.take(address("192.0.2.1")).unwrap_err(), Full { first: true });
        assert_eq!(addresses.take(address("192.0.2.1")).unwrap_err(), Full { first: false });
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
