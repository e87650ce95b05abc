//! Logs, the access log and counters, and how what is reloaded stands.

mod access;
mod csv;
mod logs;
mod metrics;
mod reloads;
mod series;
mod replays;
mod store;
mod shown;

pub use access::{AccessLine, AccessLog, AccessTarget};
pub use csv::{csv, csv_rows};
pub use logs::{LogFormat, init_logs};
pub use metrics::{Metrics, OpenConnection};
pub use reloads::{AdminReloads, Refusal, Reloads, Standing};
pub use shown::{Visible, shown};
pub use store::StoreCounters;
