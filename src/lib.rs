//! Countersign: decides which scripts may run on a site's pages and makes the browser enforce it.
//!
//! The modules stand in layers; each uses only those below it (`tests/it/layers.rs` checks that).
//! Read from the bottom for the vocabulary, from `proxy` for the life of one exchange.

// bottom: the standards as types, what everything needs, what code says
pub mod clock;
pub mod telemetry;
pub mod watch;
pub mod diagnostic;
pub mod web;
pub mod sri;
pub mod analysis;
// the browser's policy language, the approved scripts, sockets and TLS
pub mod csp;
pub mod inventory;
pub mod transport;
// what the operator wants, how the process runs, what was observed
pub mod store;
pub mod traces;
pub mod alert;
pub mod settings;
pub mod policy;
// pure judgement
pub mod judge;
// bytes in, bytes out; what browsers tell; what vendors serve
pub mod html;
pub mod reports;
pub mod drift;
pub mod headers;
// every script: named, approved, seen
pub mod register;
// the data path
pub mod proxy;
// what a person is told: verdicts explained, evidence, proposals
pub mod explain;
pub mod evidence;
pub mod advice;
// the operator's window
pub mod admin;
// the process
pub mod app;
pub mod scan;
pub mod demo;
pub mod cli;
