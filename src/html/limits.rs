//! How much of a document may be held in memory, and how far it may grow: settings.

pub use crate::settings::DocumentLimits as Limits;

/// Steps of work that a second parser may spend on each byte of a `srcdoc` document, beside those that are
/// allowed in any document: enough for five hundred open elements.
const SRCDOC_STEPS_PER_BYTE: u64 = 192;

/// The limits for a `srcdoc` document of so many bytes in a document with these. A page may have thousands
/// of them, so what each may cost goes by its length alone.
pub(super) fn within_srcdoc(limits: &Limits, length: usize) -> Limits {
    let steps_floor = u64::try_from(length).unwrap_or(0).saturating_mul(SRCDOC_STEPS_PER_BYTE);
    Limits { steps_floor, ..limits.clone() }
}
