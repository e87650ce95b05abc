//! Import maps and speculation rules for the person who approves them: JSON, not code.

use std::fmt::Write;

use serde_json::Value;

use crate::analysis::{Reading, one_line};
use crate::policy::InlineKind;
use crate::web::{ImportMap, SpecifierMap};

/// Specifiers that are shown.
const SHOWN: usize = 200;
/// Characters of one.
const TEXT: usize = 200;

/// Whether a text is JSON, as what it is to be approved as.
fn is_json(kind: Option<InlineKind>) -> bool {
    match kind {
        Some(InlineKind::ImportMap | InlineKind::SpeculationRules) => true,
        Some(InlineKind::Script | InlineKind::Handler | InlineKind::Url) | None => false,
    }
}

/// Why browsers would refuse a text of this kind as a whole.
pub(super) fn fault(kind: Option<InlineKind>, bytes: &[u8]) -> Option<String> {
    if !is_json(kind) {
        return None;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("it is not UTF-8".to_owned()) };
    if kind == Some(InlineKind::ImportMap) {
        return ImportMap::parse(text).err().map(|error| format!("as an import map, {error}"));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(_)) => None,
        Ok(_) => Some("as speculation rules, the whole must be an object, in braces".to_owned()),
        Err(error) => Some(format!("as speculation rules, it is not JSON ({error})")),
    }
}

/// What there is to know of JSON: the hosts that it names, and itself in lines. `None` of code.
pub(super) fn reading(kind: Option<InlineKind>, bytes: &[u8]) -> Option<Reading> {
    if !is_json(kind) {
        return None;
    }
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let readable = serde_json::to_string_pretty(&value).ok()?;
    Some(Reading { unparsed: None, readable, ..Reading::unparsed(bytes, "") })
}

/// What an import map leads where.
pub(super) fn leads(kind: Option<InlineKind>, bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok().filter(|_| kind == Some(InlineKind::ImportMap))?;
    let map = ImportMap::parse(text).ok()?;
    let mut said = "what it leads where\n".to_owned();
    let mut left = SHOWN;
    list(&mut said, "", &map.imports, &mut left);
    for (prefix, scope) in &map.scopes {
        list(&mut said, &format!(", imported by {}", one_line(prefix, TEXT)), scope, &mut left);
    }
    if !map.integrity.is_empty() {
        said.push_str("  its `integrity` is replaced by that of the approved modules\n");
    }
    if left == 0 {
        let _ = writeln!(said, "  … and no more than {SHOWN} are shown");
    }
    Some(said.trim_end().to_owned())
}

fn list(said: &mut String, whose: &str, map: &SpecifierMap, left: &mut usize) {
    for (specifier, address) in map {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let (specifier, address) =
            (one_line(specifier, TEXT), one_line(address.as_deref().unwrap_or("nowhere"), TEXT));
        // Writing to a string can't fail.
        let _ = writeln!(said, "  {specifier} → {address}{whose}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: Option<InlineKind> = Some(InlineKind::ImportMap);

    #[test]
    fn a_map_is_shown_by_what_it_leads_where() {
        let text =
            br#"{"imports":{"lib":"https://cdn.example/lib.js","x":null},"scopes":{"/a/":{"lib":"/b.js"}}}"#;
        let said = leads(MAP, text).unwrap();
        assert!(
            said.contains(
                "  lib → https://cdn.example/lib.js\n  x → nowhere\n  lib → /b.js, imported by /a/"
            )
        );
        let reading = reading(MAP, text).unwrap();
        assert!(reading.readable.lines().count() > 5 && reading.unparsed.is_none());
        assert_eq!(reading.reaches.items[0].thing, "https://cdn.example");
        assert_eq!(leads(Some(InlineKind::Script), text), None);
    }

    #[test]
    fn what_browsers_would_refuse_is_told() {
        let rules = Some(InlineKind::SpeculationRules);
        assert_eq!(fault(MAP, b"{}"), None);
        assert_eq!(fault(rules, b"{\"prefetch\":[]}"), None);
        assert_eq!(fault(Some(InlineKind::Script), b"ok()"), None);
        assert!(fault(MAP, b"ok()").unwrap().contains("not JSON"));
        assert!(fault(MAP, b"{\"imports\":[]}").unwrap().contains("`imports` must be an object"));
        assert!(fault(rules, b"[]").unwrap().contains("must be an object"));
        assert!(fault(rules, b"{").unwrap().contains("not JSON"));
    }
}
