//! How the process runs: where it listens, what it stands in front of, its limits, whose signatures
//! count. What may run on pages is policy, not settings; settings change with a restart only.
//!
//! ```text
//!  flags ─┐
//!  environment ─┴─► Choices ─┐
//!  countersign.toml ─► file ─► check ─► Choices ─┴─► settle ─► Settled
//!  defaults ─────────────────────────────────────────┘
//! ```

mod limits;
mod document;
mod drift;
mod alert;
mod admin;
mod traces;
mod reports;
mod store;
mod values;
mod choices;
mod file;
mod check;
mod schema;
mod read;
mod settle;
mod files;

pub use admin::{AdminChoices, AdminSettings};
pub use alert::{AlertChoices, AlertSettings, EmailChoices, EmailSettings, settle_alerts};
pub use choices::{AccessLog, AcmeChoices, ApproverChoices, CertificateFiles, Choices, LimitChoices};
pub use document::{DocumentChoices, DocumentLimits};
pub use drift::{DriftChoices, DriftInterval, DriftSettings};
pub use files::check_files;
pub use limits::Settings;
pub use read::{FromFile, SettingsError, find, parse, read};
pub use reports::{ReportChoices, ReportLimits};
pub use schema::settings_schema;
pub use settle::{AcmeSettled, Settled, settle, settle_approvers};
pub use store::{StoreChoices, place as store_place, target as store_target};
pub use traces::{TracesChoices, TracesSettings};
pub use values::{address, upstream};
