//! Countersign itself, started as `countersign run` would.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use super::DemoError;
use crate::app::{self, AppConfig, Running, StartError};
use crate::diagnostic::render;
use crate::store::Store;

/// The running proxy; stopped when dropped.
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
    let begin = |listen, admin| {
        app::start(AppConfig {
            listen: Some(listen),
            admin: Some(admin),
            policies: Some(policies.to_owned()),
            ..AppConfig::on_loopback()
        })
    };
    let any = loopback(0);
    let running = match begin(loopback(free(port)), loopback(free(admin_port))) {
        // Somebody was quicker.
        Err(StartError::Listen { .. }) => begin(any, any),
        other => other,
    }
    .map_err(|error| DemoError::Front(in_words(&error)))?;
    Ok(Front { shop: running.address, admin: running.admin_address.unwrap_or(any), running })
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// The port, or 0 (any) where somebody listens already.
fn free(port: u16) -> u16 {
    TcpListener::bind(loopback(port)).map_or(0, |_| port)
}

fn in_words(error: &StartError) -> String {
    match error {
        StartError::Policy(problems) => {
            let problems: Vec<String> = problems.iter().map(|problem| render(problem, false)).collect();
            format!("{error}\n{}", problems.join("\n"))
        }
        StartError::Listen { .. }
        | StartError::Tls(_)
        | StartError::Watch { .. }
        | StartError::Secret { .. }
        | StartError::Alerts(_)
        | StartError::Traces(_)
        | StartError::AccessLog { .. }
        | StartError::Acme { .. }
        | StartError::Store { .. }
        | StartError::HandedOver(_)
        | StartError::Upstream(..)
        | StartError::NoUpstream
        | StartError::AdminOpen { .. }
        | StartError::Tokens(_)
        | StartError::Thread(_) => error.to_string(),
    }
}
