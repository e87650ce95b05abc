//! The types of report: what their names are, and which of them tell that something was stopped.

/// The type of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// The CSP was violated. <https://w3c.github.io/webappsec-csp/#reporting>
    Csp,
    /// The digest of a script that was fetched. <https://w3c.github.io/webappsec-csp/#csp-hash-report>
    CspHash,
    /// The `Integrity-Policy` was violated.
    Integrity,
    /// Our witness: an `error` event at a pinned script.
    ScriptRefused,
    /// The page uses what browsers will drop.
    Deprecation,
    /// The browser did not do what the page asked for.
    Intervention,
    /// The page ended with its process.
    Crash,
    /// A request failed. <https://w3c.github.io/network-error-logging/>
    NetworkError,
    /// `Permissions-Policy` forbade something.
    Permissions,
    /// `Document-Policy` did.
    DocumentPolicy,
    /// `Cross-Origin-Embedder-Policy` did.
    Embedder,
    /// `Cross-Origin-Opener-Policy` did.
    Opener,
    /// Something else, which is only counted.
    Other,
}

impl Kind {
    /// Every type that is kept.
    pub(super) const KEPT: [Self; 12] = [
        Self::Csp,
        Self::CspHash,
        Self::Integrity,
        Self::ScriptRefused,
        Self::Deprecation,
        Self::Intervention,
        Self::Crash,
        Self::NetworkError,
        Self::Permissions,
        Self::DocumentPolicy,
        Self::Embedder,
        Self::Opener,
    ];

    /// As reports write it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Csp => "csp-violation",
            Self::CspHash => "csp-hash",
            Self::Integrity => "integrity-violation",
            Self::ScriptRefused => "script-refused",
            Self::Deprecation => "deprecation",
            Self::Intervention => "intervention",
            Self::Crash => "crash",
            Self::NetworkError => "network-error",
            Self::Permissions => "permissions-policy-violation",
            Self::DocumentPolicy => "document-policy-violation",
            Self::Embedder => "coep",
            Self::Opener => "coop",
            Self::Other => "other",
        }
    }

    /// The type of this name, or of one that browsers once used for it.
    pub(super) fn from_name(name: &str) -> Self {
        match name {
            // Chromium 70 to 73 wrote `csp` into the envelope.
            "csp" => Self::Csp,
            "feature-policy-violation" | "potential-permissions-policy-violation" => Self::Permissions,
            _ => Self::KEPT.into_iter().find(|kind| kind.name() == name).unwrap_or(Self::Other),
        }
    }

    /// Whether it is about a script, or something else that a CSP stops; the others are only noted.
    pub(super) const fn is_joined(self) -> bool {
        matches!(self, Self::Csp | Self::CspHash | Self::Integrity | Self::ScriptRefused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_name_of_its_own() {
        for kind in Kind::KEPT {
            assert_eq!(Kind::from_name(kind.name()), kind);
        }
        assert_eq!(Kind::from_name("csp"), Kind::Csp);
        assert_eq!(Kind::from_name("expect-ct"), Kind::Other);
        assert_eq!(Kind::from_name("other"), Kind::Other);
    }
}
