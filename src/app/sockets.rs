//! The sockets at which visitors and operators connect.

use std::io;
use std::net::{SocketAddr, TcpListener};

use super::{AppConfig, StartError};
use crate::transport::listen;

/// Open sockets.
pub(super) struct Sockets {
    /// One for each worker.
    pub visitors: Vec<TcpListener>,
    /// Where visitors connect; port 0 where nobody can.
    pub address: SocketAddr,
    pub admin: Option<TcpListener>,
    /// Where plain HTTP is led to https.
    pub redirect: Option<TcpListener>,
    /// Where operators connect.
    pub admin_address: Option<SocketAddr>,
    /// Where `redirect` listens.
    pub redirect_address: Option<SocketAddr>,
}

impl Sockets {
    /// Takes those that were open already, and opens the others.
    pub(super) fn open(config: &AppConfig, workers: usize) -> Result<Self, StartError> {
        let failed = |address| move |cause: io::Error| StartError::Listen { address, cause };
        let (visitors, address) = match config.listen {
            Some(asked) => {
                let visitors = match &config.inherited.visitors {
                    Some(socket) => listen::share(socket, workers),
                    None => listen::bind(asked, workers),
                };
                let visitors = visitors.map_err(failed(asked))?;
                let address = local(asked, visitors.first())?;
                (visitors, address)
            }
            None => (Vec::new(), SocketAddr::from(([0, 0, 0, 0], 0))),
        };
        let admin = match (&config.inherited.admin, config.admin) {
            (Some(socket), Some(asked)) => {
                listen::share(socket, 1).map_err(failed(asked))?.into_iter().next()
            }
            // It would be the operators' window, which may ask for no token, at an address meant for visitors.
            (Some(_), None) => {
                return Err(StartError::HandedOver(
                    "a second socket is that of operators, and the settings have no `admin`: set it, or hand \
                     over one socket",
                ));
            }
            (None, Some(asked)) => listen::bind(asked, 1).map_err(failed(asked))?.pop(),
            (None, None) => None,
        };
        let admin_address = match (&admin, config.admin) {
            (Some(socket), Some(asked)) => Some(local(asked, Some(socket))?),
            _ => None,
        };
        let redirect = match config.redirect {
            Some(asked) => listen::bind(asked, 1).map_err(failed(asked))?.pop(),
            None => None,
        };
        let redirect_address = match (&redirect, config.redirect) {
            (Some(socket), Some(asked)) => Some(local(asked, Some(socket))?),
            _ => None,
        };
        Ok(Self { visitors, address, admin, redirect, admin_address, redirect_address })
    }
}

fn local(asked: SocketAddr, socket: Option<&TcpListener>) -> Result<SocketAddr, StartError> {
    let address = socket.map_or(Ok(asked), TcpListener::local_addr);
    address.map_err(|cause| StartError::Listen { address: asked, cause })
}
