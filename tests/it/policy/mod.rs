//! Policy folders as an operator meets them: what is said about faults, what is loaded, what the watcher
//! does, and `check` and `approve` as commands.

pub(crate) mod folder;
mod golden;
mod messages;
mod mutated;
mod planted;
mod schema;
mod evaluator;
mod lock;
mod approvers;
mod large_lock;
mod snapshot;
mod watch;
pub(crate) mod vendor;
pub(crate) mod commands;
mod review;
mod shape;
mod build;
mod proxied;
mod scan;
mod explain;
