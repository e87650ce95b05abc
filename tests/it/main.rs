//! All integration tests, one binary: real sockets, real files, a real browser.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "a test says what it expects by panicking"
)]

mod support;
mod layers;
mod html;
mod policy;
mod proxy;
mod settings;
mod reports;
mod database;
mod asking;
mod keeping;
mod drift;
mod alerts;
mod browser;
mod demo;
mod console;
mod access;
