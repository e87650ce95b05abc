//! The witness: a few lines of script, ours, put before the first pinned script of a page.
//!
//! No browser reports a failed integrity check; all it does is fire an `error` event at the element.
//! The witness turns that event into a report. It can't tell refused bytes from a network failure, and
//! a page without pinned scripts doesn't get it. Its text is constant, so its digest in the CSP is too.
//!
//! Its reports obey `connect-src`, so where the operator narrows that, the address for reports is added.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::own_paths::{REPORT_PATH, own_path};
use crate::csp::{Csp, Directive, SourceExpression};
use crate::sri::{Algorithm, Digest};

/// The text, between `<script>` and `</script>`. Must not contain `</`.
pub const WITNESS: &str = concat!(
    "addEventListener(\"error\",function(e){var t=e.target;",
    "if(t&&t.tagName===\"SCRIPT\"&&t.integrity&&navigator.sendBeacon)navigator.sendBeacon(\"",
    own_path!("/reports"),
    "\",new Blob([JSON.stringify([{type:\"script-refused\",url:location.href,",
    "body:{blockedURL:t.src,integrity:t.integrity}}])],{type:\"application/reports+json\"}))},true)"
);

static DIGEST: LazyLock<Digest> = LazyLock::new(|| Digest::of(Algorithm::Sha256, WITNESS.as_bytes()));

/// The digest of the witness's text.
pub fn witness_digest() -> &'static Digest {
    &DIGEST
}

/// The directive by which browsers would refuse to send the witness's reports from pages on `hosts`.
/// <https://w3c.github.io/webappsec-csp/#directive-connect-src>
pub(super) fn silencing<'c>(csp: &'c Csp, hosts: &[String]) -> Option<&'c Directive> {
    let directive = csp.directive("connect-src").or_else(|| csp.directive("default-src"))?;
    let whole_site = |source: &SourceExpression| match source {
        SourceExpression::SelfOrigin => true,
        SourceExpression::Other(text) => {
            let host = text.split_once("://").map_or(text.as_str(), |(_, host)| host);
            matches!(text.as_str(), "*" | "https:" | "http:") || hosts.iter().any(|ours| ours == host)
        }
        SourceExpression::None | SourceExpression::Hash(_) => false,
    };
    (!directive.values.iter().any(whole_site)).then_some(directive)
}

/// The CSP, with the address for reports among what pages may connect to.
pub(super) fn let_reports_out(csp: Csp, hosts: &[String]) -> Csp {
    let Some(directive) = silencing(&csp, hosts) else { return csp };
    let named = directive.values.iter().filter(|source| **source != SourceExpression::None);
    let sources = named.cloned().chain(report_sources(hosts)).collect();
    csp.with("connect-src", sources)
}

/// The one path on each host, on every port; the site itself where a host can't be named in a CSP.
fn report_sources(hosts: &[String]) -> Vec<SourceExpression> {
    if hosts.is_empty() || hosts.iter().any(|host| host.parse::<IpAddr>().is_ok() || host.contains('[')) {
        return vec![SourceExpression::SelfOrigin];
    }
    hosts.iter().map(|host| SourceExpression::Other(format!("{host}:*{REPORT_PATH}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csp(directives: &[(&str, &str)]) -> Csp {
        directives.iter().fold(Csp::new(), |csp, (name, values)| {
            csp.with(name, values.split(' ').map(|value| value.parse().unwrap()).collect())
        })
    }

    #[test]
    fn reports_get_out_however_narrow_the_operators_csp_is() {
        let hosts = ["shop.example".to_owned(), "*.shop.example".to_owned()];
        let added = "shop.example:*/_countersign/reports *.shop.example:*/_countersign/reports";
        for (written, connect) in [
            (("connect-src", "https://api.example"), format!("connect-src https://api.example {added}")),
            (("connect-src", "'none'"), format!("connect-src {added}")),
            (("default-src", "'none'"), format!("default-src 'none'; connect-src {added}")),
            (("default-src", "'self'"), "default-src 'self'".to_owned()),
            (("connect-src", "https://shop.example"), "connect-src https://shop.example".to_owned()),
            (("connect-src", "https:"), "connect-src https:".to_owned()),
            (("img-src", "'none'"), "img-src 'none'".to_owned()),
        ] {
            assert_eq!(let_reports_out(csp(&[written]), &hosts).to_string(), connect);
        }
        let narrow = csp(&[("connect-src", "'none'"), ("default-src", "'self'")]);
        assert!(silencing(&narrow, &hosts).is_some_and(|directive| directive.name == "connect-src"));
        let by_address = let_reports_out(csp(&[("connect-src", "'none'")]), &["127.0.0.1".to_owned()]);
        assert_eq!(by_address.to_string(), "connect-src 'self'", "a CSP can't name an address");
    }

    #[test]
    fn the_witness_cannot_end_its_own_element() {
        assert!(!WITNESS.contains('<'));
        assert!(WITNESS.is_ascii() && !WITNESS.contains(['\r', '\n', '\0']));
    }
}
