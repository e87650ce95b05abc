//! Countersign itself, started as `countersign run` would.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::DemoError;
use crate::store::Store;

/// The running proxy.
pub(super) struct Front {
    /// Where the shop is reached.
    pub(super) shop: SocketAddr,
    /// The admin address.
    pub(super) admin: SocketAddr,
    store: Arc<dyn Store>,
}

impl Front {
    pub(super) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }
}

/// Starts it in front of what the policies name, at these ports of loopback, or free ones where they
/// are taken.
pub(super) fn start(_policies: &Path, _port: u16, _admin_port: u16) -> Result<Front, DemoError> {
    Err(DemoError::Front("not built yet".to_owned()))
}
