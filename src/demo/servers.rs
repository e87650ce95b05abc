//! The demo's own little servers, on a runtime of their own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use axum::Router;
use tokio::runtime::{Builder, Runtime};

/// The runtime; stopped when dropped, without waiting.
pub(super) struct Servers {
    runtime: Option<Runtime>,
}

impl Servers {
    pub(super) fn new() -> io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(2).thread_name("demo").enable_all().build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Serves until the end.
    pub(super) fn serve(&self, listener: TcpListener, router: Router) -> io::Result<()> {
        let runtime = self.runtime.as_ref().ok_or_else(|| io::Error::other("already stopped"))?;
        listener.set_nonblocking(true)?;
        let entered = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        drop(entered);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(())
    }

    /// Runs something beside the servers.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            runtime.spawn(task);
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // A runtime that is dropped waits, which may not be done where a test's own runtime is running.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A listener on loopback at this port, or at a free one where it is taken.
pub(super) fn listen(port: u16) -> io::Result<TcpListener> {
    let bind = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    bind(port).or_else(|_| bind(0))
}
