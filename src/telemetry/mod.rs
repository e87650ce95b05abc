//! Logs and counters, and how what is reloaded stands.

mod logs;
mod metrics;
mod reloads;
mod shown;

pub use logs::{LogFormat, init_logs};
pub use metrics::{Metrics, OpenConnection};
pub use reloads::{Refusal, Reloads, Standing};
pub use shown::shown;
