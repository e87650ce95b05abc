//! Rules with names: what is valid, but rarely meant. Each is explained in docs/lints.md.

use crate::diagnostic::{Lint, Severity};

macro_rules! lints {
    ($($name:ident $code:literal $severity:ident $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub(super) const $name: Lint = Lint { code: $code, severity: Severity::$severity };
        )*

        /// Every lint, with one sentence about it.
        pub const LINTS: &[(Lint, &str)] = &[$(($name, $doc),)*];
    };
}

lints! {
    MOVING_URL "moving-url" Warning "The URL names no version, so its bytes change without the page changing.";
    HTTP_SCRIPT "http-script" Warning "A script is fetched without TLS.";
    NOT_APPROVED "not-approved" Warning "The policy names a script that nobody has approved.";
    ON_NO_PAGE "on-no-page" Warning "No path matches a pattern, so the script runs nowhere.";
    EXPIRED "expired" Warning "An evergreen script has ended.";
    EXPIRES_SOON "expires-soon" Warning "An evergreen script ends within 30 days.";
    EVERGREEN_HTTP "evergreen-http" Error "An evergreen script without TLS lets everybody on the way write it.";
    EVERGREEN_QUERY "evergreen-query" Warning "A CSP can't name the query, so every query of the URL may run.";
    EVERGREEN_PAYMENT "evergreen-payment" Warning "Nothing checks the bytes of a script on a payment page.";
    EVERGREEN_PAYMENT_LONG "evergreen-payment-long" Error "On payment pages evergreen scripts must end within 90 days.";
    KNOWN_BYPASS "known-bypass" Warning "The host serves strangers' code (JSONP, libraries, uploads) beside the script.";
    IP_SOURCE "ip-source" Warning "Browsers ignore addresses in a CSP, or treat them in different ways.";
    MIXED_DIGESTS "mixed-digests" Error "Browsers check only the strongest algorithm among a script's digests.";
    UNREACHABLE_RULE "unreachable-rule" Error "An earlier page rule matches all paths of this one.";
    RULE_ON_NO_PAGE "rule-on-no-page" Warning "No path matches the pattern of a page rule.";
    PAYMENT_OBSERVED "payment-observed" Warning "A payment page is only observed.";
    PAYMENT_BARE_PATH "payment-bare-path" Warning "A payment rule for /folder/* holds for /folder, and scripts approved for /folder/* don't.";
    CSP_LONG "csp-long" Warning "The CSP has more than 4 KiB.";
    CSP_TOO_LONG "csp-too-long" Error "The CSP has more than 8 KiB.";
    OPEN_DIRECTIVE "open-directive" Warning "A directive through which scripts come back in is opened.";
    WILDCARD_SOURCE "wildcard-source" Warning "A `*` stands where it lets anybody receive or frame the page.";
    SCHEME_SOURCE "scheme-source" Warning "A scheme alone names every host.";
    HTTP_SOURCE "http-source" Warning "A source without TLS.";
    UNSAFE_KEYWORD "unsafe-keyword" Warning "A keyword gives up what a CSP is for.";
    NO_EFFECT "no-effect" Warning "A source does nothing where it stands.";
    WITNESS_SILENCED "witness-silenced" Warning "The CSP would keep pages from reporting refused scripts.";
    DIRECTIVE_AS_SOURCE "directive-as-source" Warning "A source has the name of a directive: a list was not ended.";
    DEPRECATED_DIRECTIVE "deprecated-directive" Error "Browsers no longer know the directive.";
    DEPRECATED_HEADER "deprecated-header" Warning "Browsers no longer heed the header.";
    NOT_A_SHAPE "not-a-shape" Warning "The policy approves an inline script by its shape, and an approval is of a text as it stands.";
    BUILD_ELSEWHERE "build-elsewhere" Warning "The files of a build were approved under another path than the policy says.";
    LEFTOVER_APPROVAL "leftover-approval" Warning "The lock approves a script that the policy doesn't name.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_lint_has_a_code_of_its_own() {
        let codes: HashSet<&str> = LINTS.iter().map(|(lint, _)| lint.code).collect();
        assert_eq!(codes.len(), LINTS.len());
        assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
    }
}
