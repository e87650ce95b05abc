//! Logs and counters.

mod logs;
mod metrics;

pub use logs::{LogFormat, init_logs};
pub use metrics::{Metrics, OpenConnection};
