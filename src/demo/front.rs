//! Countersign itself, started as `countersign run` would.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use super::DemoError;
use crate::app::{self, AppConfig, Running, StartError};
use crate::diagnostic::render;
use crate::store::Store;

/// The running proxy.
pub(super) struct Front {
    /// Where the shop is reached.
    pub(super) shop: SocketAddr,
    /// The admin address.
    pub(super) admin: SocketAddr,
    running: Running,
}

impl Front {
    pub(super) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.running.store)
    }
}

/// Starts it in front of what the policies name, at these ports of loopback, or free ones where they
/// are taken.
pub(super) fn start(policies: &Path, port: u16, admin_port: u16) -> Result<Front, DemoError> {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let config = |port, admin_port| AppConfig {
        listen: loopback(port),
        admin: Some(loopback(admin_port)),
        policies: Some(policies.to_owned()),
        ..AppConfig::on_loopback()
    };
    let started = match app::start(config(port, admin_port)) {
        Err(StartError::Listen { .. }) => app::start(config(0, 0)),
        other => other,
    };
    let running = started.map_err(|error| DemoError::Front(explain(&error)))?;
    let shop = running.address;
    let admin = running.admin_address.unwrap_or(loopback(0));
    Ok(Front { shop, admin, running })
}

fn explain(error: &StartError) -> String {
    let mut text = error.to_string();
    if let StartError::Policy(problems) = error {
        for problem in problems {
            text.push('\n');
            text.push_str(&render(problem, false));
        }
    }
    text
}
