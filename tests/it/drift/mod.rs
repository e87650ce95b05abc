//! Vendors that change, hide and vanish: what is seen of it, told, and done.

mod shop;
mod command;
mod many;
mod watch;
mod watching;
mod alerts;
