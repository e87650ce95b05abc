//! The upstream's own CSP, made to live beside ours.
//!
//! Browsers enforce every CSP they get, so an upstream's `script-src 'self'` would stop the scripts
//! that the operator approved. In a merged CSP everything the upstream said stays, except that its
//! word on scripts is replaced by ours, unless it says `'none'`, which stays.

use std::collections::HashSet;

/// The source lists for scripts, serialised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptDirectives {
    /// Of `script-src`.
    pub elements: String,
    /// Of `script-src-attr`, where it differs.
    pub attributes: Option<String>,
}

/// One upstream CSP header value (possibly several CSPs, comma separated) with its directives on
/// scripts replaced by `ours`. Returns the values to send, one for
/// each CSP that still says something.
/// <https://w3c.github.io/webappsec-csp/#parse-serialized-policy>
pub fn merge_upstream(value: &str, ours: &ScriptDirectives) -> Vec<String> {
    value.split(',').filter_map(|csp| merge_one(csp, ours, &[]).csp).collect()
}

/// The same for the content of a `meta` element; `None` where it has no word on scripts. Directives that
/// browsers don't take from there are left out. Some browsers read commas there as in the header, some
/// don't; written one to an element, what is returned means the same to both.
/// <https://html.spec.whatwg.org/#attr-meta-http-equiv-content-security-policy>
pub fn merge_upstream_meta(content: &str, ours: &ScriptDirectives) -> Option<Vec<String>> {
    let merged: Vec<Merged> = content.split(',').map(|csp| merge_one(csp, ours, &NOT_IN_META)).collect();
    let speaks = merged.iter().any(|merged| merged.speaks_of_scripts);
    speaks.then(|| merged.into_iter().filter_map(|merged| merged.csp).collect())
}

const NOT_IN_META: [&str; 3] = ["report-uri", "frame-ancestors", "sandbox"];

/// One CSP of the upstream with ours in it.
struct Merged {
    /// `None` where nothing is left.
    csp: Option<String>,
    speaks_of_scripts: bool,
}

fn merge_one(csp: &str, ours: &ScriptDirectives, left_out: &[&str]) -> Merged {
    let mut kept: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    let mut forbids_scripts = false;
    let mut forbids_handlers = false;
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
            // Handlers are stopped by our script-src, or approved by our script-src-attr.
            "script-src-attr" => forbids_handlers |= none || values.is_empty(),
            // The fallback of script-src: it stays for the rest, and script-src is written out beside it.
            "default-src" => {
                speaks_of_scripts = true;
                kept.push(rebuild(&name, &values));
            }
            other if left_out.contains(&other) => {}
            _ => kept.push(rebuild(&name, &values)),
        }
    }
    if speaks_of_scripts {
        let list = if forbids_scripts { "'none'" } else { &ours.elements };
        kept.insert(0, format!("script-src {list}"));
    }
    // Without a word on scripts everything was allowed, but for the handlers.
    match &ours.attributes {
        Some(list) if speaks_of_scripts && !forbids_scripts && !forbids_handlers => {
            kept.insert(1, format!("script-src-attr {list}"));
        }
        _ if forbids_handlers => kept.push("script-src-attr 'none'".to_owned()),
        _ => {}
    }
    let csp = (!kept.is_empty()).then(|| kept.join("; "));
    Merged { csp, speaks_of_scripts: speaks_of_scripts || forbids_handlers }
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

    fn merge(value: &str) -> Vec<String> {
        let ours = ScriptDirectives { elements: "'sha384-x'".to_owned(), attributes: None };
        merge_upstream(value, &ours)
    }

    #[test]
    fn approved_handlers_stay_approved_unless_the_upstream_forbids_them() {
        let ours = ScriptDirectives {
            elements: "'sha384-x'".to_owned(),
            attributes: Some("'unsafe-hashes' 'sha256-y'".to_owned()),
        };
        assert_eq!(
            merge_upstream("default-src 'self'; script-src-attr 'self'", &ours),
            ["script-src 'sha384-x'; script-src-attr 'unsafe-hashes' 'sha256-y'; default-src 'self'"]
        );
        assert_eq!(
            merge_upstream("script-src 'self'; script-src-attr 'none'", &ours),
            ["script-src 'sha384-x'; script-src-attr 'none'"]
        );
        assert_eq!(merge_upstream("script-src-attr 'none'", &ours), ["script-src-attr 'none'"]);
        assert_eq!(merge_upstream("script-src 'none'", &ours), ["script-src 'none'"]);
    }

    #[test]
    fn the_upstreams_word_on_scripts_gives_way_and_the_rest_stays() {
        assert_eq!(
            merge("default-src 'self'; script-src 'self' 'nonce-abc'; img-src *"),
            ["script-src 'sha384-x'; default-src 'self'; img-src *"]
        );
    }

    #[test]
    fn default_src_alone_would_stop_our_scripts_so_script_src_is_added() {
        assert_eq!(merge("default-src 'none'"), ["script-src 'sha384-x'; default-src 'none'"]);
    }

    #[test]
    fn in_a_meta_only_what_it_can_say_is_merged_and_merging_twice_is_merging_once() {
        let ours = ScriptDirectives { elements: "'sha384-x'".to_owned(), attributes: None };
        assert_eq!(merge_upstream_meta("img-src *; sandbox", &ours), None);
        for (content, merged) in [
            ("script-src 'self'; sandbox; report-uri /x; img-src *", "script-src 'sha384-x'; img-src *"),
            ("default-src 'self';frame-ancestors *", "script-src 'sha384-x'; default-src 'self'"),
            ("script-src-attr 'none'", "script-src-attr 'none'"),
            ("script-src 'none'", "script-src 'none'"),
        ] {
            assert_eq!(merge_upstream_meta(content, &ours).unwrap(), [merged]);
            assert_eq!(merge_upstream_meta(merged, &ours).unwrap(), [merged]);
        }
        let two = merge_upstream_meta("script-src a, img-src b", &ours).unwrap();
        assert_eq!(two, ["script-src 'sha384-x'", "img-src b"]);
    }

    #[test]
    fn a_ban_on_scripts_stays() {
        assert_eq!(merge("Script-Src 'NONE'; script-src *"), ["script-src 'none'"]);
        assert_eq!(merge("script-src"), ["script-src 'none'"]);
    }

    #[test]
    fn several_csps_in_one_value_stay_several() {
        assert_eq!(
            merge("frame-ancestors 'self', script-src-elem https: , ;"),
            ["frame-ancestors 'self'", "script-src 'sha384-x'"]
        );
    }
}
