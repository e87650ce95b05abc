//! STUB.
#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "stub")]
use std::sync::Arc;
use crate::{clock::Clock, policy::PublishedSnapshot, store::Store, telemetry::Metrics};
pub struct State { pub published: PublishedSnapshot, pub store: Arc<dyn Store>, pub clock: Clock, pub metrics: Metrics }
pub async fn serve(_l: tokio::net::TcpListener, _s: State, shutdown: impl Future<Output = ()>) -> std::io::Result<()> { shutdown.await; Ok(()) }
