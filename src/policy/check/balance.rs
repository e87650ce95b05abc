//! How requests are spread over a site's upstreams.

use std::time::Duration;

use jiff::SignedDuration;

use super::word;
use crate::diagnostic::{Problems, Text};
use crate::policy::file::{BalanceTable, PolicyFile};
use crate::policy::model::{Balance, HealthCheck, Strategy};

/// The greatest weight of an upstream.
const MAX_WEIGHT: u64 = 1000;
/// The most exchanges of an upstream at once that can be said.
const MAX_IN_FLIGHT: u64 = 1_000_000;
/// The most that a request is sent again.
const MAX_RETRIES: u64 = 5;
/// Between two questions after an upstream's health.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_hours(1);
const USUAL: Duration = Duration::from_secs(5);

/// The table's values; without it, the usual ones.
pub(super) fn balance(file: &PolicyFile, upstreams: usize, problems: &mut Problems) -> Balance {
    let usual = Balance::default();
    let Some(table) = &file.balance else { return usual };
    let mut within = |value: Option<&serde_spanned::Spanned<u64>>, key: &str, low: u64, high: u64| {
        let value = value?;
        if (low..=high).contains(value.get_ref()) {
            return Some(*value.get_ref());
        }
        let message = format!("`{key}` must be from {low} to {high}");
        problems.error(value.span(), message, "choose a number between them");
        None
    };
    let max_in_flight = within(table.max_in_flight.as_ref(), "max-in-flight", 1, MAX_IN_FLIGHT);
    let retries = within(table.retries.as_ref(), "retries", 0, MAX_RETRIES);
    Balance {
        weights: weights(table, upstreams, problems),
        max_in_flight: max_in_flight.and_then(|most| usize::try_from(most).ok()),
        retries: retries.and_then(|retries| u8::try_from(retries).ok()).unwrap_or(usual.retries),
        strategy: word(table.strategy.as_ref(), "strategy", problems).unwrap_or(Strategy::LeastLoaded),
        health: health(table, problems),
    }
}

fn weights(table: &BalanceTable, upstreams: usize, problems: &mut Problems) -> Vec<u32> {
    let Some(list) = &table.weights else { return Vec::new() };
    if list.get_ref().len() != upstreams {
        problems.error(
            list.span(),
            format!("{} weights, but {upstreams} upstreams", list.get_ref().len()),
            "write one number for each upstream, in their order",
        );
    }
    let mut weights = Vec::new();
    for weight in list.get_ref() {
        if !(1..=MAX_WEIGHT).contains(weight.get_ref()) {
            let message = format!("a weight must be from 1 to {MAX_WEIGHT}");
            problems.error(weight.span(), message, "to send an upstream nothing, remove it from the list");
        }
        weights.push(u32::try_from(*weight.get_ref()).unwrap_or(1));
    }
    weights
}

fn health(table: &BalanceTable, problems: &mut Problems) -> Option<HealthCheck> {
    let interval = table.health_interval.as_ref().and_then(|text| interval(text, problems));
    let Some(path) = &table.health_path else {
        if let Some(text) = &table.health_interval {
            let help = "name the path too: health-path = \"/healthz\"";
            problems.error(text.span(), "`health-interval` says how often, but nothing says what", help);
        }
        return None;
    };
    let plain = |c: char| c.is_ascii_graphic() && !"#\"<>\\^`{|}".contains(c);
    if !path.get_ref().starts_with('/') || !path.get_ref().chars().all(plain) {
        let help = "write it as it stands in a request: health-path = \"/healthz\"";
        problems.error(path.span(), "`health-path` is not a path", help);
        return None;
    }
    Some(HealthCheck { path: path.get_ref().clone(), interval: interval.unwrap_or(USUAL) })
}

fn interval(text: &Text, problems: &mut Problems) -> Option<Duration> {
    let time = text.get_ref().parse::<SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    let time = time.filter(|time| (SHORTEST..=LONGEST).contains(time));
    if time.is_none() {
        let help = "write it like 5s, 500ms or 2min";
        problems.error(text.span(), "`health-interval` must be a time from 100ms to 1h", help);
    }
    time
}
