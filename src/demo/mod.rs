//! The demo: a ticket shop, a chat vendor that can be tampered with, a skimmer's drop box, and
//! Countersign in front. Loopback only, no files needed.
//!
//! ```text
//!  browser ─┬─► Countersign ─► shop          the page names the vendor's chat.js
//!           ├─► shop (directly)
//!           ├─► vendor (chat.js, as approved or tampered with)
//!           └─► drop box (what a skimmer got)
//! ```

mod addresses;
mod servers;
mod folder;
mod shop;
mod vendor;
mod drop_box;
mod page;
mod follow;
mod front;
mod guide;

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use addresses::Addresses;
pub use drop_box::Loot;

use crate::alert::Alerts;
use crate::clock::Clock;
use crate::store::Store;
use addresses::SharedAddresses;
use drop_box::DropBox;
use folder::PolicyFolder;
use follow::Follower;
use front::Front;
use servers::{Servers, listen};
use vendor::Vendor;

/// How often the store is asked for news.
const FOLLOW_EVERY: Duration = Duration::from_millis(250);

/// How the demo is started.
#[derive(Clone)]
pub struct Options {
    /// The first of five ports: shop through Countersign, shop, vendor, drop box, admin. A port that is
    /// taken is replaced by a free one. `None`: any free ports.
    pub port_base: Option<u16>,
    /// Whether the vendor's script is tampered with from the start.
    pub tampered: bool,
    /// Is told, line by line, what happens.
    pub tell: Tell,
}

/// Takes a line for the person who watches.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

impl Default for Options {
    /// Any free ports, nothing tampered with, nobody told.
    fn default() -> Self {
        Self { port_base: None, tampered: false, tell: Arc::new(|_| {}) }
    }
}

/// Why the demo could not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No socket, no runtime, no temporary folder.
    #[error("{what}: {cause}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// What happened.
        cause: io::Error,
    },
    /// Countersign itself did not start.
    #[error("Countersign did not start: {0}")]
    Front(String),
}

/// The running demo. Dropping it stops everything and removes the policy folder.
pub struct Demo {
    // Dropped in this order: the folder goes when nobody reads it any more.
    front: Front,
    _servers: Servers,
    addresses: Addresses,
    vendor: Vendor,
    drop_box: DropBox,
    folder: PolicyFolder,
}

/// Starts the demo; returns when everything listens.
pub fn start(options: &Options) -> Result<Demo, DemoError> {
    let io = |what| move |cause| DemoError::Io { what, cause };
    let port = |offset: u16| options.port_base.and_then(|base| base.checked_add(offset)).unwrap_or(0);
    let shop_port = listen(port(1)).map_err(io("no port for the shop"))?;
    let vendor_port = listen(port(2)).map_err(io("no port for the vendor"))?;
    let drop_box_port = listen(port(3)).map_err(io("no port for the drop box"))?;
    let local = |listener: &TcpListener| listener.local_addr().map_err(io("no address"));
    let (shop_at, vendor_at, drop_box_at) =
        (local(&shop_port)?, local(&vendor_port)?, local(&drop_box_port)?);

    let folder = PolicyFolder::write(shop_at, vendor_at).map_err(io("no folder for the policies"))?;
    let front = front::start(&folder, port(0), port(4))?;
    let addresses = Addresses {
        shop: front.shop,
        direct: shop_at,
        vendor: vendor_at,
        drop_box: drop_box_at,
        admin: front.admin,
    };
    let at: SharedAddresses = Arc::new(addresses.clone());

    let vendor = Vendor::new(Arc::clone(&at), Arc::clone(&options.tell), options.tampered);
    let drop_box = DropBox::new(Arc::clone(&at), Arc::clone(&options.tell), Clock::System);
    let servers = Servers::new().map_err(io("no runtime"))?;
    servers.serve(shop_port, shop::router(at)).map_err(io("the shop"))?;
    servers.serve(vendor_port, vendor.router()).map_err(io("the vendor"))?;
    servers.serve(drop_box_port, drop_box.router()).map_err(io("the drop box"))?;
    servers.spawn(follow(front.store(), Arc::clone(&options.tell)));
    Ok(Demo { front, _servers: servers, addresses, vendor, drop_box, folder })
}

impl Demo {
    /// Where everything is.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Tampers with the vendor's script, or restores it.
    pub fn tamper(&self, on: bool) {
        self.vendor.tamper(on);
    }

    /// What the drop box received, oldest first.
    pub fn stolen(&self) -> Vec<Loot> {
        self.drop_box.loot()
    }

    /// What Countersign observed.
    pub fn store(&self) -> Arc<dyn Store> {
        self.front.store()
    }

    /// What somebody should know.
    pub fn alerts(&self) -> Alerts {
        self.front.alerts()
    }

    /// The policy folder: change a file there, and the change is in force within a second.
    pub fn policies(&self) -> &Path {
        self.folder.policies()
    }

    /// Where what was observed is kept: for `countersign evidence --store` and `reports --store`.
    pub fn store_file(&self) -> PathBuf {
        self.folder.store_file()
    }

    /// What to open, what to click, what to expect.
    pub fn guide(&self) -> String {
        guide::text(&self.addresses, &self.folder, self.vendor.is_tampered())
    }
}

async fn follow(store: Arc<dyn Store>, tell: Tell) {
    let mut follower = Follower::default();
    let mut ticks = tokio::time::interval(FOLLOW_EVERY);
    loop {
        ticks.tick().await;
        for line in follower.news(store.as_ref()) {
            tell(&line);
        }
    }
}
