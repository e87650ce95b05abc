//! The data path. The files in the order in which a request meets them:
//!
//! ```text
//!  worker ─► exchange ─► admit ─► own ─► forward ─► upstream ─► treat ─► decide ─► open ─► rewrite ─► respond
//!  accept    the steps    one      our    hop_by_hop  pool        does     head →    charset  or       the head
//!  TLS, h2   in order     meaning  paths  conditional retry       it       Treatment          observe
//! ```
//!
//! Where a page is what it was the last time, `open` and `rewrite` take what it became then from `replay`.
//!
//! Everything runs on the thread that accepted the connection; nothing here is shared with other
//! threads but [`worker::Shared`].

mod worker;
mod accept;
mod addresses;
mod redirect;
mod challenges;
mod codings;
mod exchange;
mod ids;
mod page_url;
mod admit;
mod places;
mod own;
mod mirror;
mod forward;
mod hop_by_hop;
mod names;
mod conditional;
mod upgrade;
mod tunnel;
mod balance;
mod health;
mod upstream;
mod tries;
mod reach;
mod pool;
mod streams;
mod quota;
mod treat;
mod decide;
mod open;
mod prefix;
mod plain;
mod rewrite;
mod trail;
mod reading;
mod replay;
mod observe;
mod scripts;
mod respond;
mod refresh;
mod endpoints;
mod share;
mod access;
mod request_body;
mod idle;
mod until_stopped;
mod pump;
mod outstanding;
mod body;
mod record;
mod told;
mod judgements;
mod last_host;
mod guard;
mod error;

pub use addresses::{AddressPlace, Addresses, Full};
pub use balance::Roster;
pub use challenges::Challenges;
pub use forward::{OPERATORS_COOKIES, client_address};
pub use health::Health;
pub use places::Places;
pub use record::Record;
pub use redirect::redirect;
pub use worker::{Shared, work};
