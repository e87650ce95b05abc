//! How many reports of browsers are taken, and how much is kept of them.

use clap::Args;

use super::limits;

/// Bounds on what strangers send. Plain values; [`ReportLimits::default`] is what the product ships with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportLimits {
    /// Requests a second from one address, when it goes on; at once it may send five times as many, because a page
    /// with many violations sends them in a burst. Of IPv6 a network of 64 bits is one address.
    pub requests_per_address: u32,
    /// Requests a second altogether.
    pub requests: u32,
    /// Reports a second altogether, of which a request has up to 50.
    pub reports: u32,
    /// Findings that were not known before, an hour and address.
    pub new_per_address: u32,
    /// Segments of a page's path that are kept; `None`: all.
    pub page_segments: Option<usize>,
}

impl Default for ReportLimits {
    fn default() -> Self {
        Self {
            requests_per_address: 20,
            requests: 5_000,
            reports: 40_000,
            new_per_address: 200,
            page_segments: None,
        }
    }
}

/// The same, as far as they were said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct ReportChoices {
    /// Requests with reports, a second and address; five times as many at once [default: 20].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_REPORT_REQUESTS_PER_ADDRESS", value_parser = |text: &str| limits::REPORT_RATE.parse(text))]
    pub report_requests_per_address: Option<u64>,
    /// Requests with reports, a second and altogether [default: 5000].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_REPORT_REQUESTS", value_parser = |text: &str| limits::REPORT_RATE.parse(text))]
    pub report_requests: Option<u64>,
    /// Reports a second altogether, of which a request has up to 50 [default: 40000].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_REPORTS_PER_SECOND", value_parser = |text: &str| limits::REPORT_RATE.parse(text))]
    pub reports_per_second: Option<u64>,
    /// Findings that nobody reported before, an hour and address [default: 200].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_NEW_FINDINGS_PER_ADDRESS", value_parser = |text: &str| limits::REPORT_RATE.parse(text))]
    pub new_findings_per_address: Option<u64>,
    /// Segments of a page's path that are kept of a report, from 0 [default: all].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_REPORT_PAGE_SEGMENTS", value_parser = |text: &str| limits::PAGE_SEGMENTS.parse(text))]
    pub report_page_segments: Option<u64>,
}

impl ReportLimits {
    /// The limits by what was said first and, where nothing was said, by the file.
    pub(super) fn settled(said: &ReportChoices, file: &ReportChoices) -> Self {
        let shipped = Self::default();
        let rate = |said: Option<u64>, file: Option<u64>, shipped: u32| {
            said.or(file).map_or(shipped, |number| u32::try_from(number).unwrap_or(u32::MAX))
        };
        let segments = said.report_page_segments.or(file.report_page_segments);
        Self {
            requests_per_address: rate(
                said.report_requests_per_address,
                file.report_requests_per_address,
                shipped.requests_per_address,
            ),
            requests: rate(said.report_requests, file.report_requests, shipped.requests),
            reports: rate(said.reports_per_second, file.reports_per_second, shipped.reports),
            new_per_address: rate(
                said.new_findings_per_address,
                file.new_findings_per_address,
                shipped.new_per_address,
            ),
            page_segments: segments.map(|number| usize::try_from(number).unwrap_or(usize::MAX)),
        }
    }
}
