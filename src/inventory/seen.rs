//! How scripts stand in pages, and what was decided about them: the words of lists, logs and metrics.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How something stands in a page that runs code or decides which code runs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SeenKind {
    /// A script element with a `src`.
    External,
    /// A script element without one.
    Inline,
    /// A script element in SVG or MathML.
    Foreign,
    /// A `link` that fetches a script ahead.
    Preload,
    /// No element: other scripts import it.
    Import,
    /// Code in an attribute such as `onclick`.
    Handler,
    /// A `javascript:` URL in an attribute.
    JavascriptUrl,
    /// A `base` element.
    Base,
    /// A document in `iframe srcdoc`.
    Srcdoc,
    /// A `refresh`, by `meta` or header.
    Refresh,
    /// No element: a script of the site itself on its way through, whoever asked for it.
    OwnScript,
}

impl SeenKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::External,
        Self::Inline,
        Self::Foreign,
        Self::Preload,
        Self::Import,
        Self::Handler,
        Self::JavascriptUrl,
        Self::Base,
        Self::Srcdoc,
        Self::Refresh,
        Self::OwnScript,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Inline => "inline",
            Self::Foreign => "foreign",
            Self::Preload => "preload",
            Self::Import => "import",
            Self::Handler => "handler",
            Self::JavascriptUrl => "javascript-url",
            Self::Base => "base",
            Self::Srcdoc => "srcdoc",
            Self::Refresh => "refresh",
            Self::OwnScript => "own-script",
        }
    }

    /// Whether it is code in an attribute, which only the browser's CSP stops.
    pub const fn is_in_attribute(self) -> bool {
        matches!(self, Self::Handler | Self::JavascriptUrl)
    }
}

impl fmt::Display for SeenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What was decided about a script, without what the decision needs to be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Runs with its integrity checked.
    Pin,
    /// Runs, whatever its URL serves.
    Allow,
    /// Runs by its digest in the CSP.
    Release,
    /// Runs as an import map of ours.
    Merge,
    /// Can't run, and stays as it is.
    Keep,
    /// Is made inert in its place.
    Quarantine,
    /// Is replaced by a comment.
    Strip,
    /// Stays as it is; the CSP keeps it from running.
    Block,
    /// A response: goes on to the browser, because its bytes are approved.
    Pass,
    /// A response: does not go on to the browser.
    Refuse,
}

impl Decision {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Allow => "allow",
            Self::Release => "release",
            Self::Merge => "merge",
            Self::Keep => "keep",
            Self::Quarantine => "quarantine",
            Self::Strip => "strip",
            Self::Block => "block",
            Self::Pass => "pass",
            Self::Refuse => "refuse",
        }
    }

    /// Whether it keeps something from running.
    pub const fn stops(self) -> bool {
        match self {
            Self::Pin | Self::Allow | Self::Release | Self::Merge | Self::Keep | Self::Pass => false,
            Self::Quarantine | Self::Strip | Self::Block | Self::Refuse => true,
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_stable_names() {
        for kind in [SeenKind::External, SeenKind::JavascriptUrl, SeenKind::Srcdoc] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        for decision in [Decision::Pin, Decision::Merge, Decision::Block] {
            assert_eq!(serde_json::to_value(decision).unwrap(), decision.name());
        }
    }
}
