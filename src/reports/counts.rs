//! Counters of the intake: every report that arrives is counted exactly once.

use serde::Serialize;

use super::directive::label;
use crate::store::Class;
use crate::telemetry::Metrics;

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
    /// A finding that was not known, from a network that has brought as many as it may in an hour.
    NewFindings,
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
        Self::NewFindings,
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
            Self::NewFindings => "new-findings",
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

/// The counters, which are the process's metrics.
#[derive(Debug)]
pub(super) struct Counters(Metrics);

/// The outcome of a report that was handed to the store.
const TAKEN: &str = "taken";

impl Counters {
    /// All there from the start, so that what never happened reads 0.
    pub(super) fn new(metrics: Metrics) -> Self {
        for outcome in Dropped::ALL.map(Dropped::name).into_iter().chain([TAKEN]) {
            metrics.reports(outcome, 0);
        }
        Self(metrics)
    }

    /// A report of this class was handed to the store; `directive` is as it was reported.
    pub(super) fn took(&self, class: Class, directive: &str) {
        self.0.reports(TAKEN, 1);
        self.0.report_class(class.name(), label(directive));
    }

    pub(super) fn dropped(&self, reason: Dropped, count: u64) {
        self.0.reports(reason.name(), count);
    }

    pub(super) fn read(&self) -> Counts {
        let count = |reason: Dropped| (reason, self.0.reports_so_far(reason.name()));
        Counts { taken: self.0.reports_so_far(TAKEN), dropped: Dropped::ALL.map(count).to_vec() }
    }
}
