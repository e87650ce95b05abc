//! Vendors that change, hide and vanish: what is seen of it, told, and done.

pub(crate) mod shop;
mod command;
pub(crate) mod watching;
