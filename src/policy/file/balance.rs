//! The `[balance]` table: how requests are spread over upstreams.

use serde_spanned::Spanned;

use super::words;
use crate::diagnostic::{Keys, Problems, Text};

/// How requests are spread over the upstreams.
#[derive(Debug, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::policy) struct BalanceTable {
    /// Which upstream is next.
    #[schemars(with = "Option<words::Strategy>")]
    pub(in crate::policy) strategy: Option<Text>,
    /// The share of each upstream, in their order.
    #[schemars(with = "Option<Vec<u32>>")]
    pub(in crate::policy) weights: Option<Spanned<Vec<Spanned<u64>>>>,
    /// Exchanges of one upstream at once; where all are full, further ones are refused at once.
    #[schemars(with = "Option<u64>", range(min = 1))]
    pub(in crate::policy) max_in_flight: Option<Spanned<u64>>,
    /// How often a request that may be repeated is sent to another upstream.
    #[schemars(with = "Option<u8>", range(max = 5))]
    pub(in crate::policy) retries: Option<Spanned<u64>>,
    /// A path at which each upstream says whether it is well.
    #[schemars(with = "Option<String>")]
    pub(in crate::policy) health_path: Option<Text>,
    /// From one such question to the next, for example `5s`.
    #[schemars(with = "Option<String>")]
    pub(in crate::policy) health_interval: Option<Text>,
}

impl BalanceTable {
    pub(super) fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            strategy: keys.text("strategy", problems),
            weights: keys.numbers("weights", problems),
            max_in_flight: keys.number("max-in-flight", problems),
            retries: keys.number("retries", problems),
            health_path: keys.text("health-path", problems),
            health_interval: keys.text("health-interval", problems),
        };
        keys.finish(&[], problems);
        table
    }
}
