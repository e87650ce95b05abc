//! `[csp]`: what the operator says about everything but scripts.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use crate::csp::{Csp, DirectiveError, SourceError, SourceExpression};
use crate::diagnostic::{Lint, Problems, Text, Texts, suggestion};
use crate::policy::file::Directives;
use crate::policy::lint;

/// What a site gets where its policy says nothing.
const DEFAULTS: [(&str, SourceExpression); 4] = [
    ("object-src", SourceExpression::None),
    ("base-uri", SourceExpression::SelfOrigin),
    ("frame-ancestors", SourceExpression::SelfOrigin),
    ("form-action", SourceExpression::SelfOrigin),
];

/// Directives through which scripts come back in when they are opened.
const RISKY: [&str; 5] = ["object-src", "base-uri", "default-src", "worker-src", "child-src"];

/// Directives by which pages send data away, or are shown elsewhere.
const OUTWARD: [&str; 3] = ["form-action", "frame-ancestors", "connect-src"];

/// Directives that there once were, with what stands in their place.
const DEPRECATED: [(&str, &str); 9] = [
    ("block-all-mixed-content", "browsers do it by themselves; upgrade-insecure-requests = [] loads by TLS"),
    ("disown-opener", "write Cross-Origin-Opener-Policy in [headers]"),
    ("navigate-to", "no browser has it; form-action and connect-src confine what they can"),
    ("plugin-types", "plugins are gone; object-src = [\"'none'\"] is the default"),
    ("prefetch-src", "default-src confines what is prefetched"),
    ("referrer", "write Referrer-Policy in [headers]"),
    ("reflected-xss", "browsers no longer have the filter that it switched"),
    ("require-sri-for", "Countersign sends Integrity-Policy, which took its place"),
    ("policy-uri", "write the directives here"),
];

/// The operator's directives, then the defaults for those not named.
pub(super) fn csp(directives: &Directives, problems: &mut Problems) -> Csp {
    let mut csp = with(&Csp::new(), directives, problems);
    for (name, value) in DEFAULTS {
        if csp.directive(name).is_none() {
            csp = csp.with(name, vec![value]);
        }
    }
    csp
}

/// What is inherited, with the directives of a page rule in place of those of the same name.
pub(super) fn with(inherited: &Csp, directives: &Directives, problems: &mut Problems) -> Csp {
    let mut csp = inherited.clone();
    let mut named = HashSet::new();
    for (name, list) in directives {
        let key = name.get_ref().to_ascii_lowercase();
        if !check_name(name, &key, problems) {
            continue;
        }
        if !named.insert(key.clone()) {
            problems.error(
                name.span(),
                format!("`{key}` is set twice"),
                "browsers obey only one; join the two",
            );
            continue;
        }
        let values = list.get_ref().iter().filter_map(|text| value(&key, text, problems)).collect();
        check_list(&key, list, problems);
        csp = csp.with(&key, values);
    }
    csp
}

fn check_name(name: &Text, key: &str, problems: &mut Problems) -> bool {
    let Err(error) = Csp::check_settable(key) else { return true };
    if let Some((_, instead)) = DEPRECATED.iter().find(|(known, _)| *known == key) {
        let message = format!("browsers no longer know the directive `{key}`");
        problems.lint(lint::DEPRECATED_DIRECTIVE, name.span(), message, *instead);
        return false;
    }
    let help = match &error {
        DirectiveError::Ours(_) if key.starts_with("script-src") => {
            "name scripts with [[script]] and [[inline]], and remove this line".to_owned()
        }
        DirectiveError::Ours(_) => "browsers report to Countersign; remove this line".to_owned(),
        DirectiveError::Unknown(_) => match suggestion(key, Csp::settable()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "directives are listed at https://w3c.github.io/webappsec-csp/#csp-directives".to_owned(),
        },
    };
    problems.error(name.span(), error.to_string(), help);
    false
}

fn value(directive: &str, text: &Text, problems: &mut Problems) -> Option<SourceExpression> {
    let written = text.get_ref().as_str();
    // Some directives take words that are no source expressions; they only must not break the header.
    let word =
        |allowed: &[&str]| allowed.contains(&written).then(|| SourceExpression::Other(written.to_owned()));
    let (parsed, help) = match directive {
        "sandbox" => (
            written.strip_prefix("allow-").and_then(|rest| {
                let fits = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase() || c == '-');
                fits.then(|| SourceExpression::Other(written.to_owned()))
            }),
            "write words such as \"allow-forms\"; an empty list allows nothing".to_owned(),
        ),
        "require-trusted-types-for" => (word(&["'script'"]), "write \"'script'\"".to_owned()),
        "webrtc" => (word(&["'allow'", "'block'"]), "write \"'allow'\" or \"'block'\"".to_owned()),
        "upgrade-insecure-requests" => (None, "write upgrade-insecure-requests = []".to_owned()),
        "trusted-types" => (
            trusted_types(written),
            "write names of policies, \"*\", \"'none'\" or \"'allow-duplicates'\"".to_owned(),
        ),
        _ => match written.parse::<SourceExpression>() {
            Ok(expression) => (Some(expression), String::new()),
            Err(error) => {
                let help = source_help(&error);
                problems.error(text.span(), error.to_string(), help);
                return None;
            }
        },
    };
    if parsed.is_none() {
        problems.error(text.span(), format!("`{written}` is no value of `{directive}`"), help);
    }
    parsed
}

/// <https://w3c.github.io/trusted-types/dist/spec/#trusted-types-csp-directive>
fn trusted_types(written: &str) -> Option<SourceExpression> {
    let name = |c: char| c.is_ascii_alphanumeric() || "-#=_/@.%".contains(c);
    let known = matches!(written, "*" | "'none'" | "'allow-duplicates'");
    let fits = known || (!written.is_empty() && written.chars().all(name));
    fits.then(|| SourceExpression::Other(written.to_owned()))
}

fn source_help(error: &SourceError) -> &'static str {
    match error {
        SourceError::Characters => {
            "write every source as a text of its own: [\"'self'\", \"https://api.example\"]"
        }
        SourceError::Unquoted(_) => "without the single quotes browsers take it for a host name",
        SourceError::UnknownKeyword(_) => {
            "keywords such as 'self' and 'none' stand in single quotes, URLs and host names don't"
        }
    }
}

/// What is valid, but surely not meant. The rules are those of Google's csp-evaluator, as far as they
/// can be broken here.
fn check_list(directive: &str, list: &Texts, problems: &mut Problems) {
    // Directives whose values are no sources.
    if ["sandbox", "trusted-types", "require-trusted-types-for", "webrtc", "upgrade-insecure-requests"]
        .contains(&directive)
    {
        return;
    }
    for text in list.get_ref() {
        let lower = text.get_ref().to_ascii_lowercase();
        if lower == "'none'" && list.get_ref().len() > 1 {
            problems.error(
                text.span(),
                "`'none'` only counts where it stands alone",
                "remove it, or remove everything beside it",
            );
        }
        check_source(directive, text, &lower, problems);
    }
}

fn check_source(directive: &str, text: &Text, lower: &str, problems: &mut Problems) {
    let mut warn = |lint: Lint, message: String, help: &str| problems.lint(lint, text.span(), message, help);
    let scheme_alone = lower.strip_suffix(':').is_some_and(|scheme| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    let open = lower == "*" || scheme_alone;
    let (risky, outward) = (RISKY.contains(&directive), OUTWARD.contains(&directive));
    if risky && (open || lower == "'unsafe-inline'") {
        let message = format!("`{lower}` in `{directive}` lets strangers' code back in");
        warn(lint::OPEN_DIRECTIVE, message, "name the hosts that are needed");
    } else if lower == "*" && outward {
        let message = format!("`*` in `{directive}` is as good as not writing it");
        let help = match directive {
            "frame-ancestors" => "name the sites that may show these pages in a frame",
            _ => "name the hosts that these pages may send data to",
        };
        warn(lint::WILDCARD_SOURCE, message, help);
    } else if matches!(lower, "http:" | "https:" | "ws:" | "wss:") && outward {
        let message = format!("`{lower}` in `{directive}` names every host there is");
        warn(lint::SCHEME_SOURCE, message, "name the hosts that are needed");
    }
    match lower {
        "'unsafe-eval'" => warn(
            lint::UNSAFE_KEYWORD,
            format!("`'unsafe-eval'` in `{directive}` is about scripts, of which script-src speaks"),
            "remove it; script-src is written by Countersign, and never has it",
        ),
        "'strict-dynamic'" | "'unsafe-hashes'" | "'wasm-unsafe-eval'" | "'report-sample'"
            if !directive.starts_with("style-src") && directive != "default-src" =>
        {
            warn(
                lint::NO_EFFECT,
                format!("`{lower}` has no effect in `{directive}`"),
                "remove it; it means something for scripts and styles only",
            );
        }
        _ => {}
    }
    if Csp::check_settable(lower).is_ok() || lower == "script-src" {
        let message = format!("`{lower}` is the name of a directive, and here it is taken for a host");
        warn(lint::DIRECTIVE_AS_SOURCE, message, "write it as a key of its own");
    }
    check_host(directive, lower, &mut warn);
}

fn check_host(directive: &str, lower: &str, warn: &mut impl FnMut(Lint, String, &str)) {
    let (scheme, rest) = match lower.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None if lower.starts_with('\'') || lower.ends_with(':') => return,
        None => (None, lower),
    };
    let host = match rest.split_once(']') {
        Some((address, _)) if rest.starts_with('[') => address.trim_start_matches('['),
        _ => rest.split(['/', ':']).next().unwrap_or(rest),
    };
    let loopback = host == "localhost" || host.starts_with("127.");
    if matches!(scheme, Some("http" | "ws")) && !loopback {
        warn(
            lint::HTTP_SOURCE,
            format!("`{lower}` in `{directive}` is reached without TLS"),
            "write https:// or wss://",
        );
    }
    if (host.parse::<Ipv4Addr>().is_ok() && !loopback) || rest.starts_with('[') {
        warn(
            lint::IP_SOURCE,
            format!("browsers differ in what they make of the address `{host}` in a CSP"),
            "use a host name",
        );
    }
    if host.strip_prefix("*.").is_some_and(|parent| !parent.contains('.')) {
        warn(
            lint::WILDCARD_SOURCE,
            format!("`{lower}` in `{directive}` names every host of a top-level domain"),
            "name the hosts that are needed",
        );
    }
}
