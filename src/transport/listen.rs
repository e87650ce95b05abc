//! Listening sockets: one for each worker on the same address, so that the kernel spreads connections.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use listenfd::ListenFd;
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};

/// Connections that the kernel keeps ready for accept, per socket.
const BACKLOG: i32 = 1024;

/// Binds `count` sockets to one address and listens. With port 0 the kernel chooses a free port once,
/// and all share it. An address in use is an error, also when its user allows sharing.
pub fn bind(address: SocketAddr, count: usize) -> io::Result<Vec<TcpListener>> {
    let shared = count > 1;
    if shared && address.port() != 0 {
        // SO_REUSEPORT would join another process of the same user and take half of its connections.
        socket(address, false)?;
    }
    let first = socket(address, shared)?;
    let bound = first.local_addr()?;
    let mut listeners = vec![first];
    for _ in 1..count {
        listeners.push(socket(bound, shared)?);
    }
    Ok(listeners)
}

/// Sockets that were open before the process began, handed over by systemd or another supervisor. They
/// stay open from one process to the next, so that no connection is refused in between.
/// <https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html>
#[derive(Debug, Clone, Default)]
pub struct Inherited {
    /// For visitors: the first.
    pub visitors: Option<Arc<TcpListener>>,
    /// For operators: the second.
    pub admin: Option<Arc<TcpListener>>,
}

impl Inherited {
    /// Those that the environment names (`LISTEN_FDS`). To be called once, before threads begin.
    pub fn from_environment() -> io::Result<Self> {
        let mut sockets = ListenFd::from_env();
        let sockets_named = sockets.len();
        if sockets_named > 2 {
            return Err(io::Error::other("more than two sockets: one is for visitors, one for operators"));
        }
        let mut take = |place| sockets.take_tcp_listener(place).map(|socket| socket.map(Arc::new));
        let visitors = take(0)?;
        let admin = if visitors.is_some() && sockets_named > 1 { take(1)? } else { None };
        Ok(Self { visitors, admin })
    }
}

/// The same socket for each of `count` workers: they take connections from it in turn.
pub fn share(socket: &TcpListener, count: usize) -> io::Result<Vec<TcpListener>> {
    socket.set_nonblocking(true)?;
    (0..count).map(|_| socket.try_clone()).collect()
}

fn socket(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// Options for an accepted or dialled connection: no waiting for full packets; peers that vanished or
/// stopped reading are given up after `patience`.
pub fn tune(stream: &tokio::net::TcpStream, patience: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    // The system counts this one in seconds, from one.
    let keepalive = TcpKeepalive::new().with_time(patience.max(Duration::from_secs(1)));
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(patience))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loopback() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 0))
    }

    #[test]
    fn all_sockets_share_the_port_that_the_kernel_chose() {
        let listeners = bind(loopback(), 3).unwrap();
        let ports: Vec<u16> = listeners.iter().map(|l| l.local_addr().unwrap().port()).collect();
        assert_eq!(ports.len(), 3);
        assert!(ports.iter().all(|port| *port == ports[0] && *port != 0));
    }

    #[test]
    fn a_port_in_use_is_not_silently_shared() {
        let first = bind(loopback(), 2).unwrap();
        let address = first[0].local_addr().unwrap();
        assert_eq!(bind(address, 2).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        assert_eq!(bind(address, 1).unwrap_err().kind(), io::ErrorKind::AddrInUse);
    }
}
