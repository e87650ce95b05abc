//! Vendors that change, hide and vanish: what is seen of it, told, and done.

pub(crate) mod shop;
mod command;
mod many;
mod watch;
pub(crate) mod watching;
