//! The directives that reports name. A report's word is a stranger's: metrics and reasons know only these.

/// A directive of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Directive {
    /// Its name.
    pub(super) name: &'static str,
    /// What it governs.
    pub(super) role: Role,
    /// The code of the reason that approved code needs an entry more here; empty where there is none.
    pub(super) needs: &'static str,
}

/// What a directive governs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Which scripts run.
    Script,
    /// Code in attributes.
    Attribute,
    /// Workers, which are scripts that code asks for.
    Worker,
    /// What only code can ask for.
    Code,
    /// What markup, style sheets or code may ask for.
    Thing,
    /// Relative URLs.
    Base,
    /// Who may show the page in a frame.
    Ancestors,
    /// Text that becomes code.
    TrustedTypes,
}

const fn of(name: &'static str, role: Role, needs: &'static str) -> Directive {
    Directive { name, role, needs }
}

/// Those that reports are known to name.
/// <https://w3c.github.io/webappsec-csp/#csp-directives>
pub(super) const DIRECTIVES: [Directive; 23] = [
    of("script-src-elem", Role::Script, ""),
    of("script-src", Role::Script, ""),
    of("script-src-attr", Role::Attribute, ""),
    of("worker-src", Role::Worker, "needs-worker-src"),
    of("connect-src", Role::Code, "needs-connect-src"),
    of("img-src", Role::Thing, "needs-img-src"),
    of("style-src-elem", Role::Thing, "needs-style-src-elem"),
    of("style-src-attr", Role::Thing, "needs-style-src-attr"),
    of("style-src", Role::Thing, "needs-style-src"),
    of("font-src", Role::Thing, "needs-font-src"),
    of("media-src", Role::Thing, "needs-media-src"),
    of("frame-src", Role::Thing, "needs-frame-src"),
    of("child-src", Role::Thing, "needs-child-src"),
    of("fenced-frame-src", Role::Thing, ""),
    of("object-src", Role::Thing, "needs-object-src"),
    of("manifest-src", Role::Thing, "needs-manifest-src"),
    of("prefetch-src", Role::Thing, ""),
    of("form-action", Role::Thing, "needs-form-action"),
    of("default-src", Role::Thing, "needs-default-src"),
    of("base-uri", Role::Base, ""),
    of("frame-ancestors", Role::Ancestors, ""),
    of("require-trusted-types-for", Role::TrustedTypes, ""),
    of("trusted-types", Role::TrustedTypes, ""),
];

/// The directive of this name.
pub(super) fn known(name: &str) -> Option<&'static Directive> {
    DIRECTIVES.iter().find(|directive| directive.name == name)
}

/// The directive's name for metrics: never a stranger's word.
pub(super) fn label(name: &str) -> &'static str {
    match known(name) {
        Some(directive) => directive.name,
        None if name.is_empty() => "none",
        None => "other",
    }
}
