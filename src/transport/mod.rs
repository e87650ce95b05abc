//! Sockets and TLS, shared by the data path, the admin address and `approve`.

pub mod listen;
pub mod tls;
pub mod dial;
pub mod sender;
pub mod local;
mod address;
mod networks;
pub mod proxy_protocol;
mod heads;
mod empties;
pub mod frames;
pub mod gathered;
pub mod paced;
pub mod descriptors;
pub mod timers;
pub mod fetch;
pub mod post;

pub use networks::{Network, Networks};
