//! What an evergreen script must say, and what is told about it: nothing checks its bytes.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::address::is_loopback;
use super::bypass_hosts::is_bypass_host;
use super::scripts::EvergreenTerms;
use crate::diagnostic::{Problems, Text};
use crate::inventory::{ScriptAddress, Tier, end_of_day, evergreen_statement};
use crate::policy::file::ScriptTable;
use crate::policy::lint;
use crate::policy::model::PageRules;
use crate::policy::sample::overlap;
use crate::web::PathPattern;

/// So many days before its end it is told.
const SOON: i64 = 30;
/// On a payment page it must end within so many days.
const PAYMENT_DAYS: i64 = 90;

const JUSTIFICATION: &str =
    "say why its bytes can't be fixed: justification = \"the vendor forbids copies and changes it daily\"";
const EXPIRES: &str = "say until when somebody stands by that: expires = 2027-03-31";

/// The terms of an evergreen script; `None` for other tiers, and where they are not all there.
pub(super) fn terms(
    table: &ScriptTable,
    tier: Tier,
    address: &ScriptAddress,
    problems: &mut Problems,
) -> Option<EvergreenTerms> {
    if tier != Tier::Evergreen {
        for (key, place) in [("justification", &table.justification), ("expires", &table.expires)] {
            if let Some(place) = place {
                problems.error(
                    place.span(),
                    format!("`{key}` belongs to tier evergreen, and this script is {}", tier.name()),
                    "remove it; the digest says which bytes run, for as long as they are approved",
                );
            }
        }
        return None;
    }
    let tier_place = table.tier.as_ref().map_or_else(|| table.span.clone(), Text::span);
    let justified = table.justification.as_ref().filter(|text| !text.get_ref().trim().is_empty());
    if justified.is_none() {
        problems.error(tier_place.clone(), "an evergreen script needs a `justification`", JUSTIFICATION);
    }
    // The reader takes dates only, so what is there is a day.
    let date = table.expires.as_ref().and_then(|expires| expires.get_ref().parse::<Date>().ok());
    let Some(date) = date else {
        if table.expires_span.is_none() {
            problems.error(tier_place, "an evergreen script needs a date on which it `expires`", EXPIRES);
        }
        return None;
    };
    justified.map(|_| EvergreenTerms { end: end_of_day(date), statement: evergreen_statement(address, date) })
}

/// What is told about an evergreen script on its pages.
pub(super) fn warn(
    (address, url): (&ScriptAddress, &Text),
    expires: &Text,
    end: Timestamp,
    pages: (&[PathPattern], &[PageRules]),
    now: Timestamp,
    problems: &mut Problems,
) {
    warn_of_end(expires, end, now, problems);
    warn_of_address(address, url, problems);
    let (patterns, rules) = pages;
    let Some(rule) =
        rules.iter().find(|rule| rule.payment && overlap(patterns, std::slice::from_ref(&rule.path)))
    else {
        return;
    };
    problems.lint(
        lint::EVERGREEN_PAYMENT,
        url.span(),
        format!("nothing checks the bytes of this script on the payment page `{}`", rule.path.as_str()),
        "pin or mirror it, or keep it off these pages with `pages`; PCI DSS 6.4.3 asks how its integrity is \
assured",
    );
    if end > later(now, PAYMENT_DAYS) {
        problems.lint(
            lint::EVERGREEN_PAYMENT_LONG,
            expires.span(),
            format!("on a payment page an evergreen script must end within {PAYMENT_DAYS} days"),
            "write an earlier day; whoever extends it looks at the reasons again",
        );
    }
}

fn warn_of_end(expires: &Text, end: Timestamp, now: Timestamp, problems: &mut Problems) {
    let date = expires.get_ref();
    if end <= now {
        problems.lint(
            lint::EXPIRED,
            expires.span(),
            format!("this script ended with {date} and is stopped"),
            "pin it, remove it, or write a later day and approve that",
        );
    } else if end <= later(now, SOON) {
        problems.lint(
            lint::EXPIRES_SOON,
            expires.span(),
            format!("this script will be stopped after {date}"),
            "pin it, or write a later day and approve that",
        );
    }
}

fn later(now: Timestamp, days: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}

fn warn_of_address(address: &ScriptAddress, text: &Text, problems: &mut Problems) {
    let ScriptAddress::Absolute(url) = address else { return };
    if url.scheme() == "http" && !is_loopback(url) {
        problems.lint(
            lint::EVERGREEN_HTTP,
            text.span(),
            "an evergreen script without TLS is whatever anybody on the way writes",
            "write https://",
        );
    }
    if url.query().is_some() {
        problems.lint(
            lint::EVERGREEN_QUERY,
            text.span(),
            "a CSP can't name the query: injected markup may load this URL with any other",
            "use a URL without a query, or make sure that none makes it answer with somebody else's code",
        );
    }
    let host = url.host_str().unwrap_or_default();
    if is_bypass_host(host) {
        problems.lint(
            lint::KNOWN_BYPASS,
            text.span(),
            format!("`{host}` also serves code that strangers choose, to which a redirect may lead"),
            "pin or mirror the script: then the CSP names its digest and no host",
        );
    }
    if matches!(url.host(), Some(url::Host::Ipv4(_) | url::Host::Ipv6(_))) && !is_loopback(url) {
        problems.lint(
            lint::IP_SOURCE,
            text.span(),
            "browsers differ in what they make of an address in a CSP",
            "use a host name",
        );
    }
}
