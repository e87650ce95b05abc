//! `Reporting-Endpoints` with ours in it. Browsers join all such fields to one dictionary and ignore the
//! whole of it where one is malformed, so the upstream's could silence every report. Pure.
//! <https://w3c.github.io/reporting/#header>

use http::{HeaderMap, HeaderName, HeaderValue};

const REPORTING_ENDPOINTS: HeaderName = HeaderName::from_static("reporting-endpoints");

/// Adds ours behind the upstream's; a later member replaces an earlier one of the same name. Of the
/// upstream's only plain ones stay.
pub(super) fn add(headers: &mut HeaderMap, ours: &HeaderValue) {
    let theirs = headers.get_all(&REPORTING_ENDPOINTS);
    let plain: Vec<HeaderValue> = theirs.iter().filter(|value| is_plain(value)).cloned().collect();
    headers.remove(&REPORTING_ENDPOINTS);
    for value in plain {
        headers.append(REPORTING_ENDPOINTS, value);
    }
    headers.append(REPORTING_ENDPOINTS, ours.clone());
}

/// Whether a value is a list of `name="url"` without anything that structured fields escape or allow
/// beside it. A comma in a URL makes it not plain, which costs the upstream that field.
/// <https://www.rfc-editor.org/rfc/rfc9651#section-3.2>
fn is_plain(value: &HeaderValue) -> bool {
    value.to_str().is_ok_and(|text| text.split(',').all(is_member))
}

fn is_member(text: &str) -> bool {
    let Some((name, quoted)) = text.trim_matches(' ').split_once('=') else { return false };
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '*');
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.*".contains(c);
    let url = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    begins
        && name.chars().all(named)
        && url.is_some_and(|url| !url.contains(['"', '\\']) && url.chars().all(|c| matches!(c, ' '..='~')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(theirs: &[&'static str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for value in theirs {
            headers.append(REPORTING_ENDPOINTS, HeaderValue::from_static(value));
        }
        add(&mut headers, &HeaderValue::from_static("countersign=\"/r\""));
        let values = headers.get_all(&REPORTING_ENDPOINTS).iter();
        values.map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn ours_comes_last_and_plain_ones_stay() {
        let theirs = "default=\"https://a.example/r?x=1\", b-2=\"/b\"";
        assert_eq!(sent(&[theirs]), [theirs, "countersign=\"/r\""]);
        assert_eq!(sent(&[]), ["countersign=\"/r\""]);
    }

    #[test]
    fn what_would_spoil_ours_goes() {
        for theirs in [
            "(((",
            "a=\"/b\" c",
            "a=\"/b",
            "a",
            "A=\"/b\"",
            "a=\"\\x\"",
            "",
            "a=1",
            ",",
            "=\"/b\"",
            "a=\"\t\"",
        ] {
            let kept = sent(&[theirs, "ok=\"/ok\""]);
            assert_eq!(kept, ["ok=\"/ok\"", "countersign=\"/r\""], "{theirs}");
        }
    }
}
