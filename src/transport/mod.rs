//! Sockets and TLS, shared by the data path, the admin address and `approve`.

pub mod fetch;
