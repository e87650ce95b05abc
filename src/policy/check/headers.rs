//! `[headers]`: what the operator sets or removes on pages. Never what Countersign writes, and never
//! what describes the connection or the bytes.

use http::{HeaderName, HeaderValue};

use crate::diagnostic::{Problems, Text};
use crate::policy::file::Fields;
use crate::policy::lint;
use crate::policy::model::PageHeaders;

/// Written by Countersign: another value would undo what it does.
const OURS: [&str; 14] = [
    "content-security-policy",
    "content-security-policy-report-only",
    "integrity-policy",
    "integrity-policy-report-only",
    "reporting-endpoints",
    "report-to",
    "x-content-type-options",
    "x-request-id",
    "etag",
    "last-modified",
    "link",
    "speculation-rules",
    "alt-svc",
    "service-worker-allowed",
];

/// About the connection, the bytes, or one response.
const OF_ONE_RESPONSE: [&str; 20] = [
    "accept-ranges",
    "connection",
    "content-encoding",
    "content-length",
    "content-location",
    "content-md5",
    "content-range",
    "content-type",
    "date",
    "keep-alive",
    "location",
    "proxy-authenticate",
    "proxy-connection",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "www-authenticate",
];

/// No longer heeded, with what stands in their place.
const DEPRECATED: [(&str, &str); 5] = [
    ("feature-policy", "write Permissions-Policy"),
    ("x-xss-protection", "the filter that it switched was a danger of its own; browsers have none any more"),
    ("public-key-pins", "browsers no longer pin keys"),
    ("expect-ct", "browsers expect it of every certificate"),
    ("p3p", "no browser reads it"),
];

/// The fields of a `[headers]` table.
pub(super) fn headers(fields: &Fields, problems: &mut Problems) -> PageHeaders {
    with(&PageHeaders::default(), fields, problems)
}

/// Those of a page rule, on top of those of the file.
pub(super) fn with(inherited: &PageHeaders, fields: &Fields, problems: &mut Problems) -> PageHeaders {
    let mut headers = inherited.clone();
    let mut seen: Vec<HeaderName> = Vec::new();
    for (name_text, value_text) in fields {
        let Some(name) = name(name_text, problems) else { continue };
        if seen.contains(&name) {
            let help = "names of headers are the same in every case; join the two";
            problems.error(name_text.span(), format!("`{name}` is named twice"), help);
            continue;
        }
        seen.push(name.clone());
        let value = match value_text {
            None => None,
            Some(text) => match value(&name, text, problems) {
                Some(value) => Some(value),
                None => continue,
            },
        };
        headers.fields.retain(|(known, _)| *known != name);
        headers.fields.push((name, value));
    }
    headers
}

fn name(text: &Text, problems: &mut Problems) -> Option<HeaderName> {
    let written = text.get_ref();
    let Ok(name) = HeaderName::from_bytes(written.as_bytes()) else {
        let help = "a name such as Referrer-Policy: letters, digits and `-`";
        problems.error(text.span(), format!("`{written}` is no name of a header"), help);
        return None;
    };
    let help = if OURS.contains(&name.as_str()) {
        "remove it; directives of the CSP stand in [csp]"
    } else if OF_ONE_RESPONSE.contains(&name.as_str()) {
        "remove it; only the application knows it, and only for one response"
    } else {
        if let Some((_, instead)) = DEPRECATED.iter().find(|(known, _)| *known == name.as_str()) {
            problems.lint(
                lint::DEPRECATED_HEADER,
                text.span(),
                format!("browsers no longer heed `{written}`"),
                *instead,
            );
        }
        return Some(name);
    };
    problems.error(text.span(), format!("`{written}` can't be set or removed by a policy"), help);
    None
}

fn value(name: &HeaderName, text: &Text, problems: &mut Problems) -> Option<HeaderValue> {
    let written = text.get_ref();
    let visible = written.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    let value = HeaderValue::from_str(written).ok().filter(|_| visible && !written.trim().is_empty());
    if value.is_none() {
        let help = "visible ASCII in one line; to remove the header, write `false` without quotes";
        problems.error(text.span(), format!("this can't be the value of `{name}`"), help);
        return None;
    }
    if name == "strict-transport-security" && !has_max_age(written) {
        problems.error(
            text.span(),
            "without `max-age` browsers ignore Strict-Transport-Security",
            "write \"max-age=31536000\"; add includeSubDomains only when every subdomain has TLS",
        );
    }
    value
}

/// <https://www.rfc-editor.org/rfc/rfc6797#section-6.1.1>
fn has_max_age(value: &str) -> bool {
    value.split(';').filter_map(|part| part.trim().split_once('=')).any(|(name, number)| {
        let number = number.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("max-age") && number.parse::<u64>().is_ok()
    })
}
