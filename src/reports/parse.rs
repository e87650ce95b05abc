//! The bytes of a report request, read into [`Report`]s. Browsers of different makes and years spell
//! the same report differently (kebab, camel and snake case, two envelopes); the shape decides, not
//! the media type.
//!
//! - `{"csp-report": {…}}`: <https://w3c.github.io/webappsec-csp/#deprecated-serialize-violation>
//! - `[{"type", "url", "body"}, …]`: <https://w3c.github.io/reporting/#serialize-reports>

use serde_json::{Map, Value};

use super::scrub::{url_or_word, word};

/// One report, cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    /// Its type.
    pub(super) kind: Kind,
    /// The page.
    pub(super) document: String,
    /// What was blocked.
    pub(super) blocked: String,
    /// The effective directive, or the destination.
    pub(super) directive: String,
    /// Whether the browser acted on it.
    pub(super) enforced: bool,
}

/// The types of report that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The CSP was violated.
    Csp,
    /// The Integrity-Policy was violated.
    Integrity,
    /// Our witness: an `error` event at a pinned script.
    ScriptRefused,
    /// Something else, which is only counted.
    Other,
}

impl Kind {
    /// As reports write it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Csp => "csp-violation",
            Self::Integrity => "integrity-violation",
            Self::ScriptRefused => "script-refused",
            Self::Other => "other",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "csp-violation" => Self::Csp,
            "integrity-violation" => Self::Integrity,
            "script-refused" => Self::ScriptRefused,
            _ => Self::Other,
        }
    }
}

/// What one request carried.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// The reports, at most as many as asked for.
    pub(super) reports: Vec<Report>,
    /// Entries of a list that are not reports.
    pub(super) malformed: usize,
    /// Entries beyond the limit, not looked at.
    pub(super) beyond: usize,
}

/// Reads a body; `None` when it is not JSON, or JSON that is no report at all. The parser stops at 128
/// levels of nesting.
pub(super) fn read(body: &[u8], limit: usize) -> Option<Batch> {
    let value: Value = serde_json::from_slice(body).ok()?;
    match value {
        Value::Array(entries) => {
            let beyond = entries.len().saturating_sub(limit);
            let considered = entries.len().min(limit);
            let reports: Vec<Report> = entries.iter().take(limit).filter_map(enveloped).collect();
            let malformed = considered.saturating_sub(reports.len());
            // A list without a single report was not meant for us.
            if reports.is_empty() && considered > 0 {
                return None;
            }
            Some(Batch { reports, malformed, beyond })
        }
        Value::Object(ref object) => {
            let report = match field(object, &["cspreport"]) {
                Some(body) => violation(Kind::Csp, None, body.as_object()?)?,
                None => enveloped(&value)?,
            };
            Some(Batch { reports: vec![report], malformed: 0, beyond: 0 })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A report in the Reporting API's envelope.
fn enveloped(entry: &Value) -> Option<Report> {
    let entry = entry.as_object()?;
    let kind = Kind::from_name(entry.get("type")?.as_str()?);
    let body = entry.get("body")?.as_object()?;
    violation(kind, entry.get("url").and_then(Value::as_str), body)
}

/// The body of a report. A report that names neither a page nor what was blocked says nothing.
fn violation(kind: Kind, url: Option<&str>, body: &Map<String, Value>) -> Option<Report> {
    let text = |names: &[&str]| field(body, names).and_then(Value::as_str);
    let document = url_or_word(text(&["documenturi", "documenturl"]).or(url).unwrap_or_default());
    let blocked = url_or_word(text(&["blockeduri", "blockedurl"]).unwrap_or_default());
    let directive = match kind {
        Kind::Csp => word(text(&["effectivedirective", "violateddirective"]).unwrap_or_default()),
        Kind::Integrity => word(text(&["destination"]).unwrap_or_default()),
        Kind::ScriptRefused => "integrity".to_owned(),
        Kind::Other => String::new(),
    };
    let report_only = field(body, &["reportonly"]).and_then(Value::as_bool).unwrap_or(false)
        || text(&["disposition"]).is_some_and(|disposition| disposition == "report");
    if kind != Kind::Other && (document.is_empty() || (blocked.is_empty() && directive.is_empty())) {
        return None;
    }
    Some(Report { kind, document, blocked, directive, enforced: !report_only })
}

/// The first of these fields that is there, whatever its case and separators.
fn field<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    let plain =
        |key: &str| key.chars().filter(|c| !"-_".contains(*c)).collect::<String>().to_ascii_lowercase();
    names.iter().find_map(|name| object.iter().find(|(key, _)| plain(key) == *name).map(|(_, value)| value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(body: &str) -> Report {
        let batch = read(body.as_bytes(), 50).expect("a report");
        assert_eq!(batch.reports.len(), 1, "{batch:?}");
        batch.reports.into_iter().next().unwrap()
    }

    #[test]
    fn every_spelling_of_a_violation_is_the_same_report() {
        let expected = Report {
            kind: Kind::Csp,
            document: "https://shop.example/pay".into(),
            blocked: "inline".into(),
            directive: "script-src-elem".into(),
            enforced: true,
        };
        for body in [
            r#"{"csp-report":{"document-uri":"https://shop.example/pay?x","blocked-uri":"inline",
                "effective-directive":"script-src-elem","violated-directive":"script-src-elem","disposition":"enforce"}}"#,
            r#"{"csp-report":{"document-uri":"https://shop.example/pay","blocked-uri":"inline",
                "violated-directive":"script-src-elem 'self'"}}"#,
            r#"[{"type":"csp-violation","url":"https://shop.example/pay","age":1,"user_agent":"x","body":
                {"documentURL":"https://shop.example/pay","blockedURL":"inline","effectiveDirective":"script-src-elem"}}]"#,
            r#"[{"type":"csp-violation","url":"https://shop.example/pay","body":
                {"document_url":"https://shop.example/pay","blocked_url":"inline","effective_directive":"script-src-elem"}}]"#,
            r#"{"type":"csp-violation","url":"https://shop.example/pay","body":
                {"blockedURL":"inline","effectiveDirective":"script-src-elem"}}"#,
        ] {
            assert_eq!(one(body), expected, "{body}");
        }
    }

    #[test]
    fn the_witness_and_integrity_reports_are_understood() {
        let refused = one(r#"[{"type":"script-refused","url":"https://shop.example/pay",
            "body":{"blockedURL":"https://cdn.example/chat.js","integrity":"sha384-x"}}]"#);
        assert_eq!(
            (refused.kind, refused.blocked.as_str()),
            (Kind::ScriptRefused, "https://cdn.example/chat.js")
        );
        let integrity = one(r#"[{"type":"integrity-violation","url":"https://shop.example/","body":
            {"documentURL":"https://shop.example/","blockedURL":"https://evil.example/x.js","destination":"script","reportOnly":true}}]"#);
        assert_eq!((integrity.directive.as_str(), integrity.enforced), ("script", false));
        assert_eq!(one(r#"[{"type":"deprecation","url":"x","body":{}}]"#).kind, Kind::Other);
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for body in [
            "",
            "{",
            "null",
            "7",
            "\"csp-report\"",
            "{}",
            "[1,2]",
            r#"{"csp-report":[]}"#,
            r#"{"csp-report":{}}"#,
            r#"[{"type":1,"body":{}}]"#,
            r#"[{"type":"csp-violation","body":"x"}]"#,
            r#"[{"type":"csp-violation","url":7,"body":{"blockedURL":8}}]"#,
            deep.as_str(),
            "\u{feff}{}",
        ] {
            assert_eq!(read(body.as_bytes(), 50), None, "{body}");
        }
        assert_eq!(read(b"\xff\xfe", 50), None);
    }

    #[test]
    fn a_long_list_is_cut_and_its_junk_counted() {
        let entry =
            r#"{"type":"csp-violation","url":"https://shop.example/","body":{"blockedURL":"inline"}}"#;
        let list = format!("[7,{}]", vec![entry; 99].join(","));
        let batch = read(list.as_bytes(), 50).unwrap();
        assert_eq!((batch.reports.len(), batch.malformed, batch.beyond), (49, 1, 50));
    }
}
