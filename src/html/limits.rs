//! How much of a document may be held in memory, and how far it may grow: settings.

pub use crate::settings::DocumentLimits as Limits;
