//! Where the parts of the demo listen.

use std::net::SocketAddr;
use std::sync::Arc;

/// The addresses, all on loopback.
#[derive(Debug, Clone)]
pub struct Addresses {
    pub(super) shop: SocketAddr,
    pub(super) direct: SocketAddr,
    pub(super) vendor: SocketAddr,
    pub(super) drop_box: SocketAddr,
    pub(super) admin: SocketAddr,
}

pub(super) type SharedAddresses = Arc<Addresses>;

impl Addresses {
    /// The shop through Countersign: `http://127.0.0.1:7600`, without a slash at the end.
    pub fn shop(&self) -> String {
        origin(self.shop)
    }

    /// The same shop, unprotected.
    pub fn direct(&self) -> String {
        origin(self.direct)
    }

    /// The chat vendor, with the switch.
    pub fn vendor(&self) -> String {
        origin(self.vendor)
    }

    /// The skimmer's drop box.
    pub fn drop_box(&self) -> String {
        origin(self.drop_box)
    }

    /// What Countersign saw.
    pub fn admin(&self) -> String {
        origin(self.admin)
    }
}

fn origin(address: SocketAddr) -> String {
    format!("http://{address}")
}
