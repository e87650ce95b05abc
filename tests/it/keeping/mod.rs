//! The store of a running process on bad days: killed, without room, started anew.

mod flood;
mod killed;
mod pages;
mod full;
mod files;
