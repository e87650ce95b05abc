//! Whether a CSP forbids less than another did. It errs on the side of telling: a host that another source
//! expression covers in a way that isn't known here counts as added.

use std::collections::{BTreeMap, BTreeSet};

/// Directives whose values are sources, and which fall back on `default-src`.
const FETCHES: [&str; 13] = [
    "child-src",
    "connect-src",
    "font-src",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "script-src",
    "script-src-elem",
    "style-src",
    "style-src-elem",
    "worker-src",
];
/// Directives that only say where reports go.
const REPORTING: [&str; 2] = ["report-uri", "report-to"];
/// Sources that are named.
const NAMED: usize = 5;

/// Directives by name, with their values in a form in which they can be compared.
type Csp = BTreeMap<String, BTreeSet<String>>;

/// In which ways the CSPs of `now` forbid less than those of `before`. Browsers enforce each of several, so for
/// each that there was, one must be there that is at least as strict.
pub(super) fn weaker(before: Option<&str>, now: Option<&str>) -> Vec<String> {
    let before = read(before);
    let after = read(now);
    if before.is_empty() {
        return Vec::new();
    }
    if after.is_empty() {
        return vec!["removed".to_owned()];
    }
    let mut found = Vec::new();
    for csp in &before {
        let compared = after.iter().map(|now| of_one(csp, now));
        // The one that comes nearest says what changed.
        let nearest = compared.min_by_key(Vec::len).unwrap_or_default();
        for how in nearest {
            if !found.contains(&how) {
                found.push(how);
            }
        }
    }
    found
}

/// <https://w3c.github.io/webappsec-csp/#parse-serialized-policy-list>
fn read(value: Option<&str>) -> Vec<Csp> {
    let policies = value.unwrap_or_default().split(',').map(|policy| {
        let mut csp = Csp::new();
        for directive in policy.split(';') {
            let mut words = directive.split_ascii_whitespace();
            let Some(name) = words.next() else { continue };
            let name = name.to_ascii_lowercase();
            // The first of a name counts.
            if !csp.contains_key(&name) && !REPORTING.contains(&name.as_str()) {
                csp.insert(name, words.filter_map(comparable).collect());
            }
        }
        csp
    });
    policies.filter(|csp| !csp.is_empty()).collect()
}

/// Nonces differ in each response, and hashes from page to page.
fn comparable(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    let is = |start: &str| lower.starts_with(start);
    match lower.as_str() {
        "'none'" | "'report-sample'" => None,
        _ if is("'nonce-") => Some("a nonce".to_owned()),
        _ if is("'sha256-") || is("'sha384-") || is("'sha512-") => Some("a hash".to_owned()),
        _ if is("'") => Some(lower),
        // Paths are told apart by case.
        _ => Some(word.to_owned()),
    }
}

fn of_one(before: &Csp, now: &Csp) -> Vec<String> {
    let mut found = Vec::new();
    for (name, values) in before {
        let Some(values_now) = effective(now, name) else {
            found.push(format!("`{name}` is gone"));
            continue;
        };
        found.extend(compared(name, values, values_now));
    }
    // What fell back on a strict default-src and has a list of its own now.
    if let Some(default) = before.get("default-src") {
        for name in FETCHES.iter().filter(|name| !before.contains_key(**name)) {
            if let Some(values_now) = now.get(*name) {
                found.extend(compared(name, default, values_now));
            }
        }
    }
    found
}

/// What holds for a directive, by itself or by what stands in for it.
fn effective<'a>(csp: &'a Csp, name: &str) -> Option<&'a BTreeSet<String>> {
    let stands_in = match name {
        "script-src-elem" | "script-src-attr" | "worker-src" => "script-src",
        "style-src-elem" | "style-src-attr" => "style-src",
        "frame-src" => "child-src",
        _ => "",
    };
    let default = || FETCHES.contains(&name) || name.ends_with("-src-attr");
    csp.get(name).or_else(|| csp.get(stands_in)).or_else(|| csp.get("default-src").filter(|_| default()))
}

fn compared(name: &str, before: &BTreeSet<String>, now: &BTreeSet<String>) -> Option<String> {
    // Flags without values, and lists of which more means stricter. Of all others more means less strict.
    match name {
        "upgrade-insecure-requests" | "block-all-mixed-content" => return None,
        "require-trusted-types-for" => {
            let gone = before.difference(now).next()?;
            return Some(format!("`{name}` no longer says {gone}"));
        }
        _ => {}
    }
    let added: Vec<&str> = now.iter().filter(|source| !covered(source, before)).map(String::as_str).collect();
    if added.is_empty() {
        return None;
    }
    let more = added.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = added.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    Some(format!("`{name}` newly allows {named}{more}"))
}

fn covered(source: &str, before: &BTreeSet<String>) -> bool {
    if before.contains(source) {
        return true;
    }
    let keyword = source != "'self'" && (source.starts_with('\'') || source.starts_with("a "));
    let local = ["data:", "blob:", "filesystem:"].iter().any(|scheme| source.starts_with(scheme));
    !keyword && !local && before.contains("*")
        || !keyword && source.starts_with("https://") && (before.contains("https:") || before.contains("http:"))
        // A script that a nonce or a hash lets run is one that somebody chose.
        || source.starts_with("a ") && before.contains("'unsafe-inline'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_forbidding_less_is_told_and_no_other() {
        for (before, now, said) in [
            ("default-src 'self'", "", "removed"),
            ("", "default-src *", ""),
            ("default-src 'self'; img-src *", "default-src 'self'", ""),
            ("default-src 'self'", "default-src 'self'; img-src *", "`img-src` newly allows *"),
            ("script-src 'self'; object-src 'none'", "script-src 'self'", "`object-src` is gone"),
            ("script-src 'self'", "default-src 'self'", ""),
            ("script-src 'self'", "script-src 'self' 'unsafe-inline'", "newly allows 'unsafe-inline'"),
            (
                "script-src 'self'",
                "script-src 'self' https://cdn.example",
                "newly allows https://cdn.example",
            ),
            ("script-src 'self' https:", "script-src https://cdn.example", ""),
            ("script-src *", "script-src cdn.example", ""),
            ("script-src *", "script-src * data:", "newly allows data:"),
            ("script-src *", "script-src * 'unsafe-eval'", "newly allows 'unsafe-eval'"),
            ("script-src 'nonce-abc'", "script-src 'nonce-xyz'", ""),
            ("script-src 'self'", "script-src 'self' 'nonce-xyz'", "newly allows a nonce"),
            ("script-src 'sha256-a='", "script-src 'sha256-b=' 'sha384-c='", ""),
            ("script-src 'none'", "script-src 'self'", "newly allows 'self'"),
            ("script-src 'self'", "script-src 'none'", ""),
            ("script-src 'self'", "SCRIPT-SRC 'SELF'; script-src *", ""),
            ("frame-ancestors 'none'", "frame-ancestors 'self'", "`frame-ancestors` newly allows 'self'"),
            ("frame-ancestors 'none'", "default-src 'none'", "`frame-ancestors` is gone"),
            ("form-action 'self'", "default-src 'self'", "`form-action` is gone"),
            ("upgrade-insecure-requests", "img-src *", "`upgrade-insecure-requests` is gone"),
            ("upgrade-insecure-requests; report-uri /x", "upgrade-insecure-requests", ""),
            ("sandbox", "sandbox allow-scripts", "`sandbox` newly allows allow-scripts"),
            ("sandbox allow-scripts", "sandbox", ""),
            ("require-trusted-types-for 'script'", "require-trusted-types-for", "no longer says 'script'"),
            ("default-src 'self', frame-ancestors 'none'", "default-src 'self'", "`frame-ancestors` is gone"),
            ("default-src 'self', frame-ancestors 'none'", "frame-ancestors 'none'; default-src 'self'", ""),
            ("worker-src 'self'", "script-src 'self'", ""),
            ("frame-src 'none'", "child-src 'none'", ""),
        ] {
            let value = |text: &'static str| Some(text).filter(|text| !text.is_empty());
            let found = weaker(value(before), value(now)).join("; ");
            let right = if said.is_empty() { found.is_empty() } else { found.contains(said) };
            assert!(right, "{before} → {now}: {found}");
            assert!(weaker(value(now), value(now)).is_empty(), "{now}");
        }
    }
}
