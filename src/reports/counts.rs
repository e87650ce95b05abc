//! Counters of the intake: every report that arrives is counted exactly once.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

/// Why a report was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dropped {
    /// Too many from this address, or too many altogether.
    Rate,
    /// The body is longer than the limit.
    TooLarge,
    /// Not a media type that reports come in, or compressed.
    MediaType,
    /// Not JSON, or not of the shape of a report.
    Malformed,
    /// Beyond the limit of reports in one request.
    Batch,
    /// About something that the visitor's own browser extension did.
    Extension,
    /// A well-formed report of a type that is only counted.
    OtherType,
}

impl Dropped {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Rate,
        Self::TooLarge,
        Self::MediaType,
        Self::Malformed,
        Self::Batch,
        Self::Extension,
        Self::OtherType,
    ];

    /// The stable name, for metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::TooLarge => "too-large",
            Self::MediaType => "media-type",
            Self::Malformed => "malformed",
            Self::Batch => "batch",
            Self::Extension => "extension",
            Self::OtherType => "other-type",
        }
    }
}

/// The counters' values at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Reports handed to the store.
    pub taken: u64,
    /// Reports (or whole requests, where they were not looked into) that were not, by reason.
    pub dropped: Vec<(Dropped, u64)>,
}

impl Counts {
    /// How many were dropped for this reason.
    pub fn of(&self, reason: Dropped) -> u64 {
        self.dropped.iter().find(|(dropped, _)| *dropped == reason).map_or(0, |(_, count)| *count)
    }
}

/// The counters.
#[derive(Debug, Default)]
pub(super) struct Counters {
    taken: AtomicU64,
    rate: AtomicU64,
    too_large: AtomicU64,
    media_type: AtomicU64,
    malformed: AtomicU64,
    batch: AtomicU64,
    extension: AtomicU64,
    other_type: AtomicU64,
}

impl Counters {
    pub(super) fn took(&self) {
        self.taken.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn dropped(&self, reason: Dropped, count: u64) {
        self.counter(reason).fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Counts {
        let count = |reason| (reason, self.counter(reason).load(Ordering::Relaxed));
        Counts { taken: self.taken.load(Ordering::Relaxed), dropped: Dropped::ALL.map(count).to_vec() }
    }

    fn counter(&self, reason: Dropped) -> &AtomicU64 {
        match reason {
            Dropped::Rate => &self.rate,
            Dropped::TooLarge => &self.too_large,
            Dropped::MediaType => &self.media_type,
            Dropped::Malformed => &self.malformed,
            Dropped::Batch => &self.batch,
            Dropped::Extension => &self.extension,
            Dropped::OtherType => &self.other_type,
        }
    }
}
