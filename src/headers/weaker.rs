//! Whether header fields protect less than others did, and in which way. Pure.

use std::fmt;

use super::csp;
use super::fields::{Fields, NAMES};
use super::permissions;
use crate::alert::Severity;

/// One field that protects less.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct Weaker {
    /// The field's name.
    pub header: String,
    /// In which way, in plain words.
    pub how: String,
}

impl fmt::Display for Weaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.header, self.how)
    }
}

/// In which ways `now` protects less than `before`.
pub fn weaker(before: &Fields, now: &Fields) -> Vec<Weaker> {
    let mut found = Vec::new();
    for name in NAMES {
        for how in of_one(name, before.value(name), now.value(name)) {
            found.push(Weaker { header: name.to_owned(), how });
        }
    }
    found
}

/// How soon somebody should look at a field that protects less.
pub(super) fn severity(header: &str) -> Severity {
    match header {
        "strict-transport-security"
        | "content-security-policy"
        | "x-frame-options"
        | "access-control-allow-origin" => Severity::Medium,
        _ => Severity::Low,
    }
}

fn of_one(name: &str, before: Option<&str>, now: Option<&str>) -> Vec<String> {
    let one = |how: Option<String>| how.into_iter().collect();
    match name {
        "strict-transport-security" => transport(before, now),
        "content-security-policy" | "content-security-policy-report-only" => csp::weaker(before, now),
        "permissions-policy" => permissions::weaker(before, now),
        "referrer-policy" => referrer(before, now),
        "access-control-allow-origin" => one(readers(before, now)),
        _ => one(rank(name).and_then(|words| ranked(words, before, now))),
    }
}

/// The words of a field whose values are ordered, the strictest first; the last stands for everything else.
fn rank(name: &str) -> Option<&'static [&'static str]> {
    match name {
        "x-frame-options" => Some(&["deny", "sameorigin"]),
        "x-content-type-options" => Some(&["nosniff"]),
        "cross-origin-opener-policy" => {
            Some(&["same-origin", "same-origin-allow-popups", "noopener-allow-popups"])
        }
        "cross-origin-embedder-policy" => Some(&["require-corp", "credentialless"]),
        "cross-origin-resource-policy" => Some(&["same-origin", "same-site"]),
        _ => None,
    }
}

fn ranked(words: &[&str], before: Option<&str>, now: Option<&str>) -> Option<String> {
    let place = |value: Option<&str>| {
        // The first of several, without parameters such as `report-to`.
        let word = value.unwrap_or_default().split([',', ';']).next().unwrap_or_default().trim();
        words.iter().position(|known| word.eq_ignore_ascii_case(known)).unwrap_or(words.len())
    };
    (place(now) > place(before)).then(|| said(before, now))
}

/// `removed`, or from what to what.
fn said(before: Option<&str>, now: Option<&str>) -> String {
    let before = before.unwrap_or_default();
    match now {
        None => format!("removed; it was `{before}`"),
        Some(now) => format!("`{now}`; it was `{before}`"),
    }
}

/// <https://www.rfc-editor.org/rfc/rfc6797#section-6.1>
fn transport(before: Option<&str>, now: Option<&str>) -> Vec<String> {
    /// Seconds, subdomains, preload. Of several fields the first counts.
    fn read(value: Option<&str>) -> Option<(u64, bool, bool)> {
        let (mut age, mut subdomains, mut preload) = (None, false, false);
        for part in value?.split(',').next()?.split(';').map(str::trim) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "max-age" => age = value.trim().trim_matches('"').parse::<u64>().ok(),
                "includesubdomains" => subdomains = true,
                "preload" => preload = true,
                _ => {}
            }
        }
        age.filter(|age| *age > 0).map(|age| (age, subdomains, preload))
    }
    let Some((age, subdomains, preload)) = read(before) else { return Vec::new() };
    let Some((age_now, subdomains_now, preload_now)) = read(now) else { return vec![said(before, now)] };
    let mut found = Vec::new();
    if age_now < age {
        found.push(format!("browsers remember it for {age_now} seconds; it was {age}"));
    }
    if subdomains && !subdomains_now {
        found.push("no longer holds for subdomains".to_owned());
    }
    if preload && !preload_now {
        found.push("no longer asks to be preloaded".to_owned());
    }
    found
}

/// What is told of a page's address: to the same origin, to others, and to others without TLS; 0: nothing, 1: the
/// origin, 2: all of it. <https://w3c.github.io/webappsec-referrer-policy/#referrer-policies>
fn told(policy: Option<&str>) -> [u8; 3] {
    let known = |word: &str| {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "no-referrer" => [0, 0, 0],
            "same-origin" => [2, 0, 0],
            "strict-origin" => [1, 1, 0],
            "origin" => [1, 1, 1],
            "strict-origin-when-cross-origin" => [2, 1, 0],
            "origin-when-cross-origin" => [2, 1, 1],
            "no-referrer-when-downgrade" => [2, 2, 0],
            "unsafe-url" => [2, 2, 2],
            _ => return None,
        })
    };
    // The last one that is known; without any, browsers' own.
    policy.and_then(|value| value.split(',').filter_map(known).next_back()).unwrap_or([2, 1, 0])
}

fn referrer(before: Option<&str>, now: Option<&str>) -> Vec<String> {
    let to = ["the same origin", "other sites", "other sites without TLS"];
    let what = |much: u8| ["nothing", "the origin", "the whole address"].get(usize::from(much)).copied();
    let parts = to.into_iter().zip(told(before).into_iter().zip(told(now)));
    let more = parts.filter(|(_, (before, now))| now > before);
    more.map(|(to, (before, now))| {
        let (before, now) = (what(before).unwrap_or_default(), what(now).unwrap_or_default());
        format!("links tell {to} {now} of a page; it was {before}")
    })
    .collect()
}

/// Nobody, one origin, any sandboxed document (`null`), everybody.
fn readers(before: Option<&str>, now: Option<&str>) -> Option<String> {
    let wide = |value: Option<&str>| match value.map(str::trim) {
        None | Some("") => 0,
        Some("*") => 3,
        Some("null") => 2,
        Some(_) => 1,
    };
    let who = match (wide(before), wide(now)) {
        (before, now) if now <= before => return None,
        (_, 1) => "pages of another origin may read it",
        (_, 2) => "sandboxed documents of anybody may read it (`null`)",
        _ => "pages of every site may read it (`*`)",
    };
    Some(who.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Before, now, and what is said of it; empty: not weaker.
    const TABLE: &[(&str, &str, &str, &str)] = &[
        ("strict-transport-security", "max-age=63072000", "", "removed; it was `max-age=63072000`"),
        ("strict-transport-security", "max-age=100", "max-age=0", "`max-age=0`; it was"),
        ("strict-transport-security", "max-age=100", "rubbish", "`rubbish`; it was"),
        ("strict-transport-security", "max-age=100", "max-age=99", "for 99 seconds; it was 100"),
        ("strict-transport-security", "max-age=100", "Max-Age=\"100\"; preload", ""),
        (
            "strict-transport-security",
            "max-age=1; includeSubDomains",
            "max-age=2",
            "no longer holds for subdomains",
        ),
        ("strict-transport-security", "max-age=1; preload", "max-age=1", "no longer asks to be preloaded"),
        ("strict-transport-security", "", "max-age=1", ""),
        ("strict-transport-security", "max-age=9, max-age=1", "max-age=9", ""),
        ("x-frame-options", "DENY", "", "removed; it was `DENY`"),
        ("x-frame-options", "DENY", "SAMEORIGIN", "`SAMEORIGIN`; it was `DENY`"),
        ("x-frame-options", "sameorigin", "DENY", ""),
        ("x-frame-options", "sameorigin", "ALLOW-FROM https://a.example", "it was `sameorigin`"),
        ("x-frame-options", "ALLOW-FROM https://a.example", "", ""),
        ("x-content-type-options", "nosniff", "", "removed"),
        ("x-content-type-options", "nosniff", "NoSniff", ""),
        ("referrer-policy", "no-referrer", "", "tell other sites the origin of a page; it was nothing"),
        ("referrer-policy", "strict-origin-when-cross-origin", "", ""),
        ("referrer-policy", "", "unsafe-url", "other sites the whole address of a page; it was the origin"),
        ("referrer-policy", "", "origin", "without TLS the origin of a page; it was nothing"),
        ("referrer-policy", "same-origin", "unsafe-url, no-referrer", ""),
        ("referrer-policy", "no-referrer", "no-referrer, new-word", ""),
        ("cross-origin-opener-policy", "same-origin", "", "removed"),
        ("cross-origin-opener-policy", "same-origin", "same-origin; report-to=\"x\"", ""),
        ("cross-origin-opener-policy", "same-origin", "same-origin-allow-popups", "it was `same-origin`"),
        ("cross-origin-opener-policy", "unsafe-none", "", ""),
        ("cross-origin-embedder-policy", "require-corp", "credentialless", "it was `require-corp`"),
        ("cross-origin-embedder-policy", "credentialless", "unsafe-none", "it was `credentialless`"),
        ("cross-origin-resource-policy", "same-origin", "same-site", "it was `same-origin`"),
        ("cross-origin-resource-policy", "same-site", "cross-origin", "it was `same-site`"),
        ("cross-origin-resource-policy", "cross-origin", "", ""),
        ("access-control-allow-origin", "", "*", "pages of every site"),
        ("access-control-allow-origin", "https://a.example", "*", "pages of every site"),
        ("access-control-allow-origin", "", "https://a.example", "pages of another origin"),
        ("access-control-allow-origin", "https://a.example", "null", "sandboxed documents"),
        ("access-control-allow-origin", "https://a.example", "https://b.example", ""),
        ("access-control-allow-origin", "*", "", ""),
    ];

    #[test]
    fn each_way_of_protecting_less_is_told_and_no_other() {
        for (name, before, now, said) in TABLE {
            let value = |text: &'static str| Some(text).filter(|text| !text.is_empty());
            let found = of_one(name, value(before), value(now)).join("; ");
            let right = if said.is_empty() { found.is_empty() } else { found.contains(said) };
            assert!(right, "{name}: {before} → {now}: {found}");
        }
    }

    #[test]
    fn what_is_the_same_is_not_weaker() {
        let names: Vec<&str> = TABLE.iter().map(|(name, ..)| *name).collect();
        for name in NAMES {
            assert!(
                names.contains(&name) || name.starts_with("content-") || name == "permissions-policy",
                "{name}"
            );
        }
        for (name, before, now, _) in TABLE {
            for value in [before, now] {
                assert!(of_one(name, Some(value), Some(value)).is_empty(), "{name}: {value}");
            }
        }
    }
}
