//! A CSP as an ordered list of directives, and its one serialisation.

use std::fmt;

use super::source::SourceExpression;

/// One directive: a name and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// In lower case.
    pub name: String,
    /// The source list, or other values.
    pub values: Vec<SourceExpression>,
}

/// A CSP, serialised by `Display` into one header value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Csp {
    directives: Vec<Directive>,
}

/// Why a directive's name is refused in a policy's `[csp]` table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectiveError {
    /// Ours to decide: the whole point of the product.
    #[error("`{0}` is written by Countersign from the approved scripts")]
    Ours(String),
    /// Not in the standard.
    #[error("browsers don't know a directive `{0}`")]
    Unknown(String),
}

/// Directives that only Countersign writes.
const OURS: [&str; 5] = ["script-src", "script-src-elem", "script-src-attr", "report-uri", "report-to"];

/// Directives that a policy may set.
pub(super) const SETTABLE: [&str; 21] = [
    "default-src",
    "child-src",
    "connect-src",
    "font-src",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "worker-src",
    "base-uri",
    "form-action",
    "frame-ancestors",
    "sandbox",
    "upgrade-insecure-requests",
    "require-trusted-types-for",
    "trusted-types",
    "webrtc",
];

impl Csp {
    /// An empty CSP, which forbids nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a directive, in place of an earlier one of the same name.
    #[must_use]
    pub fn with(mut self, name: &str, values: Vec<SourceExpression>) -> Self {
        let directive = Directive { name: name.to_owned(), values };
        match self.directives.iter_mut().find(|d| d.name == name) {
            Some(existing) => *existing = directive,
            None => self.directives.push(directive),
        }
        self
    }

    /// The directive of that name.
    pub fn directive(&self, name: &str) -> Option<&Directive> {
        self.directives.iter().find(|d| d.name == name)
    }

    /// All directives, in order.
    pub fn directives(&self) -> &[Directive] {
        &self.directives
    }

    /// The names that a policy's `[csp]` table may set, for suggestions.
    pub const fn settable() -> &'static [&'static str] {
        &SETTABLE
    }

    /// Whether a policy's `[csp]` table may set a directive of this name.
    pub fn check_settable(name: &str) -> Result<(), DirectiveError> {
        if OURS.contains(&name) {
            return Err(DirectiveError::Ours(name.to_owned()));
        }
        if !SETTABLE.contains(&name) {
            return Err(DirectiveError::Unknown(name.to_owned()));
        }
        Ok(())
    }
}

impl fmt::Display for Csp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, directive) in self.directives.iter().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            f.write_str(&directive.name)?;
            for value in &directive.values {
                write!(f, " {value}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_set_twice_keeps_its_place() {
        let csp = Csp::new()
            .with("script-src", vec![SourceExpression::None])
            .with("base-uri", vec![SourceExpression::SelfOrigin])
            .with("script-src", vec![SourceExpression::SelfOrigin]);
        assert_eq!(csp.to_string(), "script-src 'self'; base-uri 'self'");
    }

    #[test]
    fn an_operator_cannot_open_script_src() {
        assert!(matches!(Csp::check_settable("script-src-elem"), Err(DirectiveError::Ours(_))));
        assert!(matches!(Csp::check_settable("scrip-src"), Err(DirectiveError::Unknown(_))));
        assert_eq!(Csp::check_settable("connect-src"), Ok(()));
    }
}
