//! `[csp]`: what the operator says about everything but scripts.

use std::collections::HashSet;

use crate::csp::{Csp, DirectiveError, SourceError, SourceExpression};
use crate::diagnostic::{Problems, Text, Texts, suggestion};
use crate::policy::own_paths::REPORT_PATH;
use crate::policy::witness::silencing;

/// What a site gets where its policy says nothing.
const DEFAULTS: [(&str, SourceExpression); 4] = [
    ("object-src", SourceExpression::None),
    ("base-uri", SourceExpression::SelfOrigin),
    ("frame-ancestors", SourceExpression::SelfOrigin),
    ("form-action", SourceExpression::SelfOrigin),
];

/// Directives through which scripts come back in when they are opened.
const RISKY: [&str; 5] = ["object-src", "base-uri", "default-src", "worker-src", "child-src"];

/// The operator's directives, then the defaults for those not named.
pub(super) fn csp(directives: &[(Text, Texts)], problems: &mut Problems) -> Csp {
    let mut csp = Csp::new();
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
    for (name, value) in DEFAULTS {
        if csp.directive(name).is_none() {
            csp = csp.with(name, vec![value]);
        }
    }
    csp
}

/// The witness's reports obey `connect-src`, like everything that a page sends.
pub(super) fn warn_of_silence(
    directives: &[(Text, Texts)],
    csp: &Csp,
    hosts: &[String],
    problems: &mut Problems,
) {
    let Some(silencing) = silencing(csp, hosts) else { return };
    let by_name = |(name, _): &&(Text, Texts)| name.get_ref().eq_ignore_ascii_case(&silencing.name);
    let Some((name, _)) = directives.iter().find(by_name) else { return };
    problems.warning(
        name.span(),
        format!(
            "this `{}` would keep pages from reporting refused scripts, so {REPORT_PATH} is added to connect-src",
            silencing.name
        ),
        "name \"'self'\" in connect-src, or write witness = false if you don't want these reports",
    );
}

fn check_name(name: &Text, key: &str, problems: &mut Problems) -> bool {
    let Err(error) = Csp::check_settable(key) else { return true };
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

/// What is valid, but surely not meant.
fn check_list(directive: &str, list: &Texts, problems: &mut Problems) {
    let values = list.get_ref();
    for text in values {
        let lower = text.get_ref().to_ascii_lowercase();
        if lower == "'none'" && values.len() > 1 && directive != "trusted-types" {
            problems.error(
                text.span(),
                "`'none'` only counts where it stands alone",
                "remove it, or remove everything beside it",
            );
        }
        let open = matches!(lower.as_str(), "*" | "http:" | "https:" | "data:" | "blob:" | "'unsafe-inline'");
        if open && RISKY.contains(&directive) {
            problems.warning(
                text.span(),
                format!("`{lower}` in `{directive}` lets strangers' code back in"),
                "name the hosts that are needed",
            );
        }
        if lower == "*" && matches!(directive, "form-action" | "frame-ancestors" | "connect-src") {
            problems.warning(
                text.span(),
                format!("`*` in `{directive}` is as good as not writing it"),
                match directive {
                    "frame-ancestors" => "name the sites that may show these pages in a frame",
                    _ => "name the hosts that these pages may send data to",
                },
            );
        }
    }
}
