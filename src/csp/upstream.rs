//! The upstream's own CSP, made to live beside ours.
//!
//! Browsers enforce every CSP they get, so an upstream's `script-src 'self'` would stop the scripts
//! that the operator approved. In a merged CSP everything the upstream said stays, except that its
//! word on scripts is replaced by ours, unless it says `'none'`, which stays.

use std::collections::HashSet;

/// One upstream CSP header value (possibly several CSPs, comma separated) with its directives on
/// scripts replaced by `script_src` (a serialised source list). Returns the values to send, one for
/// each CSP that still says something.
/// <https://w3c.github.io/webappsec-csp/#parse-serialized-policy>
pub fn merge_upstream(value: &str, script_src: &str) -> Vec<String> {
    value.split(',').filter_map(|csp| merge_one(csp, script_src)).collect()
}

fn merge_one(csp: &str, script_src: &str) -> Option<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    let mut forbids_scripts = false;
    let mut speaks_of_scripts = false;
    for token in csp.split(';') {
        let mut words = token.split_ascii_whitespace();
        let Some(name) = words.next() else { continue };
        let name = name.to_ascii_lowercase();
        // The first of a name counts; browsers ignore the others.
        if !seen.insert(name.clone()) {
            continue;
        }
        let values: Vec<&str> = words.collect();
        let none = matches!(values.as_slice(), [only] if only.eq_ignore_ascii_case("'none'"));
        match name.as_str() {
            "script-src" | "script-src-elem" => {
                speaks_of_scripts = true;
                forbids_scripts |= none || values.is_empty();
            }
            // Ours has no 'unsafe-inline' and no 'unsafe-hashes', so handlers are stopped already.
            "script-src-attr" => {}
            // The fallback of script-src: it stays for the rest, and script-src is written out beside it.
            "default-src" => {
                speaks_of_scripts = true;
                kept.push(rebuild(&name, &values));
            }
            _ => kept.push(rebuild(&name, &values)),
        }
    }
    if speaks_of_scripts {
        let list = if forbids_scripts { "'none'" } else { script_src };
        kept.insert(0, format!("script-src {list}"));
    }
    (!kept.is_empty()).then(|| kept.join("; "))
}

fn rebuild(name: &str, values: &[&str]) -> String {
    let mut text = name.to_owned();
    for value in values {
        text.push(' ');
        text.push_str(value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upstreams_word_on_scripts_gives_way_and_the_rest_stays() {
        assert_eq!(
            merge_upstream("default-src 'self'; script-src 'self' 'nonce-abc'; img-src *", "'sha384-x'"),
            ["script-src 'sha384-x'; default-src 'self'; img-src *"]
        );
    }

    #[test]
    fn default_src_alone_would_stop_our_scripts_so_script_src_is_added() {
        assert_eq!(
            merge_upstream("default-src 'none'", "'sha384-x'"),
            ["script-src 'sha384-x'; default-src 'none'"]
        );
    }

    #[test]
    fn a_ban_on_scripts_stays() {
        assert_eq!(merge_upstream("Script-Src 'NONE'; script-src *", "'sha384-x'"), ["script-src 'none'"]);
        assert_eq!(merge_upstream("script-src", "'sha384-x'"), ["script-src 'none'"]);
    }

    #[test]
    fn several_csps_in_one_value_stay_several() {
        assert_eq!(
            merge_upstream("frame-ancestors 'self', script-src-elem https: , ;", "'sha384-x'"),
            ["frame-ancestors 'self'", "script-src 'sha384-x'"]
        );
    }
}
