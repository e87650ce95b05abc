//! A report in one sentence that a newcomer understands.

use url::Url;

use crate::store::Violation;

/// What a browser did on a page, in plain words. The strings are scrubbed already.
pub fn in_words(violation: &Violation, document: &str) -> String {
    let enforced = violation.disposition != "report";
    let page = page(document);
    match violation.kind.as_str() {
        "script-refused" => format!(
            "A browser on {page} refused {}: its bytes are not the approved ones, or it could not be fetched",
            thing(&violation.blocked)
        ),
        "integrity-violation" => format!(
            "A browser on {page} {} {}: its tag has no integrity, so {}",
            stopped(enforced),
            thing(&violation.blocked),
            if enforced { "nobody approved it" } else { "it is evergreen, or nobody approved it" },
        ),
        _ => csp(violation, enforced, &page),
    }
}

fn csp(violation: &Violation, enforced: bool, page: &str) -> String {
    let stopped = stopped(enforced);
    let directive = violation.directive.as_str();
    let blocked = violation.blocked.as_str();
    if directive == "script-src-attr" {
        return format!(
            "A browser {stopped} code in an attribute (such as onclick) on {page}: nobody approved it"
        );
    }
    if directive.starts_with("script-src") {
        return match blocked {
            "inline" => format!("A browser {stopped} an inline script on {page}: nobody approved it"),
            "eval" | "wasm-eval" => {
                format!(
                    "A browser {stopped} text being turned into code (eval) on {page}: the CSP does not allow it"
                )
            }
            _ => format!("A browser {stopped} {} on {page}: nobody approved it", thing(blocked)),
        };
    }
    let what = match directive {
        "connect-src" => "a connection to",
        "img-src" => "an image from",
        "frame-src" | "child-src" => "a frame from",
        "form-action" => "a form sent to",
        "style-src" | "style-src-elem" | "style-src-attr" => "a style from",
        "font-src" => "a font from",
        _ => "",
    };
    let blocked = if blocked.is_empty() { "something".to_owned() } else { thing(blocked) };
    let what = if what.is_empty() { blocked } else { format!("{what} {blocked}") };
    let directive =
        if directive.is_empty() { "the CSP".to_owned() } else { format!("the CSP's {directive}") };
    format!("A browser {stopped} {what} on {page}: {directive} does not allow it")
}

fn stopped(enforced: bool) -> &'static str {
    if enforced { "stopped" } else { "would have stopped" }
}

/// The page's path, and its host where it has one.
fn page(document: &str) -> String {
    match Url::parse(document) {
        Ok(url) if url.has_host() => url.path().to_owned(),
        _ if document.is_empty() => "a page".to_owned(),
        _ => document.to_owned(),
    }
}

/// A blocked URL as file name and host: `chat.js (cdn.example)`.
fn thing(blocked: &str) -> String {
    let Ok(url) = Url::parse(blocked) else {
        return if blocked.is_empty() { "a script".to_owned() } else { blocked.to_owned() };
    };
    let Some(host) = url.host_str() else { return blocked.to_owned() };
    let place = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let file = url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
    if file.is_empty() { place } else { format!("{file} ({place})") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Class;

    fn said(kind: &str, directive: &str, blocked: &str, disposition: &str) -> String {
        let violation = Violation {
            site: "shop".into(),
            kind: kind.into(),
            class: Class::Unjoined,
            reason: String::new(),
            rule: None,
            directive: directive.into(),
            blocked: blocked.into(),
            source: None,
            digest: None,
            disposition: disposition.into(),
        };
        in_words(&violation, "https://shop.example/pay")
    }

    #[test]
    fn each_kind_of_report_has_its_sentence() {
        assert_eq!(
            said("script-refused", "integrity", "http://cdn.example:81/v3/chat.js", "enforce"),
            "A browser on /pay refused chat.js (cdn.example:81): its bytes are not the approved ones, \
             or it could not be fetched"
        );
        assert_eq!(
            said("csp-violation", "script-src-elem", "inline", "enforce"),
            "A browser stopped an inline script on /pay: nobody approved it"
        );
        assert_eq!(
            said("csp-violation", "script-src-elem", "https://evil.example/x.js", "report"),
            "A browser would have stopped x.js (evil.example) on /pay: nobody approved it"
        );
        assert_eq!(
            said("csp-violation", "connect-src", "https://evil.example/", "enforce"),
            "A browser stopped a connection to evil.example on /pay: the CSP's connect-src does not allow it"
        );
        assert!(said("csp-violation", "script-src-attr", "inline", "enforce").contains("onclick"));
        assert!(said("csp-violation", "script-src", "eval", "enforce").contains("eval"));
        assert!(said("integrity-violation", "script", "", "enforce").contains("a script: its tag has no"));
        assert!(said("csp-violation", "", "", "enforce").contains("something on /pay: the CSP does"));
    }
}
