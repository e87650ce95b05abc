//! Logs and counters.

mod logs;
mod metrics;
mod shown;

pub use logs::{LogFormat, init_logs};
pub use metrics::{Metrics, OpenConnection};
pub use shown::shown;
