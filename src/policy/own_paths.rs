//! The paths on every site that Countersign answers itself.

/// A path under ours, as a literal.
macro_rules! own_path {
    ($rest:literal) => {
        concat!("/_countersign", $rest)
    };
}
pub(super) use own_path;

/// Everything of ours lies here and below.
pub const OWN_PREFIX: &str = own_path!("");

/// Where browsers send their reports.
pub const REPORT_PATH: &str = own_path!("/reports");

/// Where approved bytes are served from.
pub const MIRROR_PREFIX: &str = own_path!("/s/");
