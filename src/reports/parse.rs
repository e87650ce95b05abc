//! The bytes of a report request, read into [`Report`]s. Browsers of different makes and years spell
//! the same report differently (kebab, camel and snake case, two envelopes); the shape decides, not
//! the media type.
//!
//! - `{"csp-report": {…}}`: <https://w3c.github.io/webappsec-csp/#deprecated-serialize-violation>
//! - `[{"type", "url", "body"}, …]`: <https://w3c.github.io/reporting/#serialize-reports>
//!
//! Of a report never kept: queries, fragments, the original policy, the sample of code, the referrer, numbers
//! of lines, addresses of servers. What is needed once, to find out what the report is about, goes with it.

use serde_json::{Map, Value};
use url::Url;

use super::directive::{Role, known};
use super::kind::Kind;
use super::scrub::{Named, Scrub, file, thing, word};
use crate::sri::Digest;

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    /// Its type.
    pub(super) kind: Kind,
    /// The page.
    pub(super) document: Named,
    /// What was blocked, or what it is about.
    pub(super) blocked: Named,
    /// The effective directive, or the destination.
    pub(super) directive: String,
    /// The file whose code asked for it.
    pub(super) source: Named,
    /// The digest that the browser computed.
    pub(super) digest: Option<Digest>,
    /// Whether the browser acted on it.
    pub(super) enforced: bool,
    /// What the browser says it is, where the envelope does.
    pub(super) agent: Option<String>,
}

impl Report {
    /// Whether the file that asked is the page itself.
    pub(super) fn asked_by_page(&self) -> bool {
        let bare = |url: &Url| url.as_str().split(['?', '#']).next().map(str::to_owned);
        let (Some(source), Some(page)) = (&self.source.url, &self.document.url) else { return false };
        bare(source) == bare(page)
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
pub(super) fn read(body: &[u8], limit: usize, scrub: Scrub) -> Option<Batch> {
    let value: Value = serde_json::from_slice(body).ok()?;
    match value {
        Value::Array(entries) => {
            let beyond = entries.len().saturating_sub(limit);
            let considered = entries.len().min(limit);
            let reports: Vec<Report> =
                entries.iter().take(limit).filter_map(|entry| enveloped(entry, scrub)).collect();
            let malformed = considered.saturating_sub(reports.len());
            // A list without a single report was not meant for us.
            if reports.is_empty() && considered > 0 {
                return None;
            }
            Some(Batch { reports, malformed, beyond })
        }
        Value::Object(ref object) => {
            let report = match field(object, &["cspreport"]) {
                Some(body) => read_body(Kind::Csp, None, body.as_object()?, scrub)?,
                None => enveloped(&value, scrub)?,
            };
            Some(Batch { reports: vec![report], malformed: 0, beyond: 0 })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A report in the Reporting API's envelope.
fn enveloped(entry: &Value, scrub: Scrub) -> Option<Report> {
    let entry = entry.as_object()?;
    let kind = Kind::from_name(entry.get("type")?.as_str()?);
    let body = entry.get("body")?.as_object()?;
    let report = read_body(kind, entry.get("url").and_then(Value::as_str), body, scrub)?;
    let agent = field(entry, &["useragent"]).and_then(Value::as_str);
    Some(Report { agent: agent.map(|agent| agent.chars().take(512).collect()), ..report })
}

/// The body of a report. One that names neither a page nor what it is about says nothing.
fn read_body(kind: Kind, url: Option<&str>, body: &Map<String, Value>, scrub: Scrub) -> Option<Report> {
    let text = |names: &[&str]| field(body, names).and_then(Value::as_str);
    let document = scrub.page(text(&["documenturi", "documenturl"]).or(url).unwrap_or_default());
    let directive = match kind {
        Kind::Csp => word(text(&["effectivedirective", "violateddirective"]).unwrap_or_default()),
        Kind::Integrity | Kind::CspHash => word(text(&["destination"]).unwrap_or_default()),
        Kind::ScriptRefused => "integrity".to_owned(),
        Kind::Deprecation
        | Kind::Intervention
        | Kind::Crash
        | Kind::NetworkError
        | Kind::Permissions
        | Kind::DocumentPolicy
        | Kind::Embedder
        | Kind::Opener
        | Kind::Other => String::new(),
    };
    let blocked = about(kind, &directive, &text);
    let report_only = field(body, &["reportonly"]).and_then(Value::as_bool).unwrap_or(false)
        || text(&["disposition"]).is_some_and(|disposition| disposition.starts_with("report"));
    if kind != Kind::Other && (document.kept.is_empty() || (blocked.kept.is_empty() && directive.is_empty()))
    {
        return None;
    }
    let digest = (kind == Kind::CspHash).then(|| text(&["hash"])).flatten();
    Some(Report {
        kind,
        document,
        blocked,
        directive,
        source: file(text(&["sourcefile"]).unwrap_or_default()),
        digest: digest.and_then(|digest| digest.parse().ok()),
        enforced: !report_only,
        agent: None,
    })
}

/// What a report is about.
fn about<'a>(kind: Kind, directive: &str, text: &impl Fn(&[&str]) -> Option<&'a str>) -> Named {
    let said = |names: &[&str]| text(names).unwrap_or_default();
    let as_word = |names: &[&str]| Named { kept: word(said(names)), url: None };
    match kind {
        Kind::Csp => {
            stopped(directive, said(&["blockeduri", "blockedurl"]), said(&["scriptsample", "sample"]))
        }
        Kind::Integrity | Kind::ScriptRefused => file(said(&["blockeduri", "blockedurl"])),
        Kind::CspHash => file(said(&["subresourceurl", "blockedurl"])),
        Kind::Deprecation | Kind::Intervention => as_word(&["id"]),
        Kind::Crash => match as_word(&["reason"]) {
            reason if reason.kept.is_empty() => Named { kept: "crash".to_owned(), url: None },
            reason => reason,
        },
        Kind::NetworkError | Kind::Opener => as_word(&["type"]),
        Kind::Permissions => as_word(&["featureid", "policyid"]),
        Kind::DocumentPolicy => as_word(&["policyid"]),
        Kind::Embedder => match thing(said(&["blockedurl"])) {
            named if named.kept.is_empty() => as_word(&["type"]),
            named => named,
        },
        Kind::Other => Named::default(),
    }
}

/// What a CSP stopped, in the words of today's standard. Where those say `inline`, browsers once left the field
/// empty or wrote `self`, and told code made from text apart only in the sample.
fn stopped(directive: &str, blocked: &str, sample: &str) -> Named {
    let role = known(directive).map(|directive| directive.role);
    let of_code = matches!(role, Some(Role::Script | Role::Attribute)) || directive.starts_with("style-src");
    if of_code && (blocked.is_empty() || blocked == "self") {
        let eval = sample.starts_with("call to eval()");
        return Named { kept: if eval { "eval" } else { "inline" }.to_owned(), url: None };
    }
    let is_file = matches!(role, Some(Role::Script | Role::Worker | Role::Base | Role::Ancestors))
        || directive.starts_with("style-src");
    if is_file { file(blocked) } else { thing(blocked) }
}

/// The first of these fields that is there, whatever its case and separators.
fn field<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| object.iter().find(|(key, _)| is_called(key, name)).map(|(_, value)| value))
}

/// Whether a key is this name, which is in lower case and without separators.
fn is_called(key: &str, name: &str) -> bool {
    let plain = key.bytes().filter(|byte| !matches!(byte, b'-' | b'_')).map(|byte| byte.to_ascii_lowercase());
    plain.eq(name.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Scrub = Scrub { page_segments: None };

    fn one(body: &str) -> Report {
        let batch = read(body.as_bytes(), 50, WHOLE).expect("a report");
        assert_eq!(batch.reports.len(), 1, "{batch:?}");
        batch.reports.into_iter().next().unwrap()
    }

    #[test]
    fn the_page_itself_is_told_from_its_files() {
        let asked = |source: &str| {
            one(&format!(
                r#"{{"csp-report":{{"document-uri":"https://shop.example/pay?x=1","blocked-uri":"inline",
                "effective-directive":"script-src-elem","source-file":"{source}"}}}}"#
            ))
            .asked_by_page()
        };
        assert!(asked("https://shop.example/pay") && asked("https://shop.example/pay?y#z"));
        assert!(!asked("https://shop.example/pay.js") && !asked(""));
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
            r#"[{"type":"deprecation","url":"https://shop.example/","body":{"id":[]}}]"#,
            deep.as_str(),
            "\u{feff}{}",
        ] {
            assert_eq!(read(body.as_bytes(), 50, WHOLE), None, "{body}");
        }
        assert_eq!(read(b"\xff\xfe", 50, WHOLE), None);
    }

    #[test]
    fn a_long_list_is_cut_and_its_junk_counted() {
        let entry =
            r#"{"type":"csp-violation","url":"https://shop.example/","body":{"blockedURL":"inline"}}"#;
        let list = format!("[7,{}]", vec![entry; 99].join(","));
        let batch = read(list.as_bytes(), 50, WHOLE).unwrap();
        assert_eq!((batch.reports.len(), batch.malformed, batch.beyond), (49, 1, 50));
    }
}
