//! A report in one sentence that a newcomer understands, and what to do about it.

use url::Url;

use super::injectors::injector;
use super::reason::Reason;
use crate::store::Violation;

/// What a browser did on a page and what it means, in plain words. The strings are scrubbed already.
pub fn in_words(violation: &Violation, document: &str) -> String {
    let did = did(violation, &page(document));
    match Reason::from_code(&violation.reason) {
        Some(reason) => format!("{did}: {}", why(violation, reason)),
        None => did,
    }
}

/// What to do about it, in plain words; nothing where there is nothing to do.
pub fn what_to_do(violation: &Violation) -> Option<String> {
    let reason = Reason::from_code(&violation.reason)?;
    let general = reason.way_out()?;
    let named = matches!(reason, Reason::Needs(_) | Reason::NotLookedFor | Reason::PageCode);
    Some(match origin(&violation.blocked) {
        Some(origin) if named && !violation.directive.is_empty() => {
            let careful = if reason == Reason::PageCode || reason == Reason::NotLookedFor {
                "if your page means to"
            } else {
                "if you mean it"
            };
            format!(
                "add {origin} to {} in `[csp]` {careful}; if you don't know it, look at what asks for it",
                violation.directive
            )
        }
        _ => general.to_owned(),
    })
}

fn why(violation: &Violation, reason: Reason) -> String {
    let explanation = reason.explanation();
    let asker =
        violation.source.as_deref().map(thing).filter(|_| violation.source.as_deref() != Some("page"));
    let program = || {
        let of = |text: &str| injector(text, Url::parse(text).ok().as_ref().filter(|url| url.has_host()));
        of(&violation.blocked).or_else(|| of(violation.source.as_deref()?))
    };
    match (reason, asker) {
        (Reason::KnownInjector, _) => match program() {
            Some(program) => format!("it comes from {program}, not from the page"),
            None => explanation.to_owned(),
        },
        (Reason::InsertedByScript, Some(asker)) => {
            format!("the page did not have it: the approved script {asker} put it there")
        }
        (Reason::Needs(_), Some(asker)) => format!("the approved script {asker} asked for it"),
        (Reason::AskedByUnapproved, Some(asker)) => {
            format!("{asker} asked for it, which the page had and nobody approved")
        }
        _ => explanation.to_owned(),
    }
}

/// What the browser did.
fn did(violation: &Violation, page: &str) -> String {
    let enforced = violation.disposition != "report";
    let blocked = violation.blocked.as_str();
    match violation.kind.as_str() {
        "script-refused" => format!("A browser on {page} refused {}", thing(blocked)),
        "integrity-violation" => {
            format!(
                "A browser on {page} {} {}, whose tag has no integrity",
                stopped(enforced),
                thing(blocked)
            )
        }
        "csp-hash" => {
            let digest = violation.digest.as_deref().unwrap_or("no digest");
            format!("A browser on {page} fetched {} ({digest})", thing(blocked))
        }
        "deprecation" => format!("{page} uses what browsers will drop ({blocked})"),
        "intervention" => format!("A browser did not do what {page} asked for ({blocked})"),
        "crash" => format!("{page} ended with its process in a browser ({blocked})"),
        "network-error" => format!("A browser could not fetch {page} ({blocked})"),
        "permissions-policy-violation" => format!("Permissions-Policy forbade {page} to use {blocked}"),
        "document-policy-violation" => format!("Document-Policy forbade {page} to use {blocked}"),
        "coep" | "coop" => format!("The isolation of {page} from other sites met {}", thing(blocked)),
        _ => csp(violation, enforced, page),
    }
}

fn csp(violation: &Violation, enforced: bool, page: &str) -> String {
    let stopped = stopped(enforced);
    let directive = violation.directive.as_str();
    let blocked = violation.blocked.as_str();
    if directive == "script-src-attr" {
        return format!("A browser {stopped} code in an attribute (such as onclick) on {page}");
    }
    if directive.starts_with("script-src") {
        return match blocked {
            "inline" => format!("A browser {stopped} an inline script on {page}"),
            "eval" | "wasm-eval" => {
                format!("A browser {stopped} text being turned into code (eval) on {page}")
            }
            _ => format!("A browser {stopped} {} on {page}", thing(blocked)),
        };
    }
    let what = match directive {
        "connect-src" => "a connection to",
        "img-src" => "an image from",
        "frame-src" | "child-src" => "a frame from",
        "frame-ancestors" => "the page from being shown in a frame by",
        "form-action" => "a form sent to",
        "style-src" | "style-src-elem" | "style-src-attr" => "a style from",
        "font-src" => "a font from",
        "worker-src" => "a worker from",
        "base-uri" => "a base URL at",
        _ => "",
    };
    let blocked = if blocked.is_empty() { "something".to_owned() } else { thing(blocked) };
    let what = if what.is_empty() { blocked } else { format!("{what} {blocked}") };
    let directive =
        if directive.is_empty() { "the CSP".to_owned() } else { format!("the CSP's {directive}") };
    format!("A browser {stopped} {what} on {page}, which {directive} does not allow")
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

/// What a policy names of a URL.
fn origin(blocked: &str) -> Option<String> {
    let url = Url::parse(blocked).ok()?;
    let host = url.host_str()?;
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{}://{host}{port}", url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violation(kind: &str, directive: &str, blocked: &str, reason: Reason) -> Violation {
        Violation {
            site: "shop".into(),
            kind: kind.into(),
            class: reason.class(),
            reason: reason.code().into(),
            rule: None,
            directive: directive.into(),
            blocked: blocked.into(),
            source: None,
            digest: None,
            disposition: "enforce".into(),
        }
    }

    fn said(kind: &str, directive: &str, blocked: &str, reason: Reason) -> String {
        in_words(&violation(kind, directive, blocked, reason), "https://shop.example/pay")
    }

    #[test]
    fn each_kind_of_report_has_its_sentence() {
        assert_eq!(
            said("script-refused", "integrity", "http://cdn.example:81/v3/chat.js", Reason::BytesDiffer),
            "A browser on /pay refused chat.js (cdn.example:81): its bytes are not the approved ones, \
             or it could not be fetched"
        );
        assert_eq!(
            said("csp-violation", "script-src-elem", "inline", Reason::NotSeen),
            "A browser stopped an inline script on /pay: the page did not have it: something in the browser put it there"
        );
        let observed = Violation {
            disposition: "report".into(),
            ..violation("csp-violation", "script-src-elem", "https://evil.example/x.js", Reason::NotApproved)
        };
        assert_eq!(
            in_words(&observed, "https://shop.example/pay"),
            "A browser would have stopped x.js (evil.example) on /pay: the page had it, and nobody approved it"
        );
        assert!(said("csp-violation", "script-src-attr", "inline", Reason::CodeUnseen).contains("onclick"));
        assert!(said("csp-violation", "script-src", "eval", Reason::NeedsEval).contains("(eval)"));
        assert!(
            said("integrity-violation", "script", "", Reason::NotSeen).contains("a script, whose tag has no")
        );
        assert!(
            said("csp-violation", "", "", Reason::NotLookedFor)
                .contains("something on /pay, which the CSP does")
        );
        assert_eq!(
            said("network-error", "", "tcp.timed_out", Reason::Told),
            "A browser could not fetch /pay (tcp.timed_out): nothing of ours was stopped"
        );
    }

    #[test]
    fn a_fault_of_the_policy_says_what_to_add() {
        let needs = Reason::from_code("needs-connect-src").unwrap();
        let fault = Violation {
            source: Some("https://cdn.example/chat.js".into()),
            ..violation("csp-violation", "connect-src", "https://api.example/v1/", needs)
        };
        assert_eq!(
            in_words(&fault, "https://shop.example/pay"),
            "A browser stopped a connection to api.example on /pay, which the CSP's connect-src does not allow: the \
             approved script chat.js (cdn.example) asked for it"
        );
        assert_eq!(
            what_to_do(&fault).unwrap(),
            "add https://api.example to connect-src in `[csp]` if you mean it; if you don't know it, look at what asks \
             for it"
        );
    }

    #[test]
    fn programs_are_named_and_unknown_codes_are_left_out() {
        let injected = violation(
            "csp-violation",
            "script-src-elem",
            "https://superfish.com/x.js",
            Reason::KnownInjector,
        );
        assert!(
            in_words(&injected, "")
                .ends_with("on a page: it comes from the adware Superfish, not from the page")
        );
        let newer = Violation { reason: "of-a-newer-version".into(), ..injected };
        assert!(in_words(&newer, "").ends_with("on a page"));
        assert_eq!(what_to_do(&newer), None);
    }
}
