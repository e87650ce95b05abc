//! A script as the rewriter found it in a page.

use url::Url;

use crate::sri::Digest;

/// What a `script` element would do, from its `type` and attributes.
/// <https://html.spec.whatwg.org/#prepare-the-script-element>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Classic JavaScript.
    Classic,
    /// A JavaScript module.
    Module,
    /// An import map.
    ImportMap,
    /// Speculation rules.
    SpeculationRules,
    /// A data block: any other type.
    DataBlock,
}

/// One script to be judged.
#[derive(Debug)]
pub enum SeenScript<'a> {
    /// Has a `src` attribute. `url` is `None` when that leads to no http(s) URL.
    External {
        /// What it would do.
        kind: Kind,
        /// Canonical URL.
        url: Option<&'a Url>,
        /// An attribute contains `<script` or `<style` (the standard's nonceable rule).
        dangling: bool,
    },
    /// Has no `src`; its text was withheld until here.
    Inline {
        /// What it would do.
        kind: Kind,
        /// SHA-256 of the text as the browser sees it.
        digest: &'a Digest,
    },
    /// Has no `src`, and its text has an approved shape: its data goes into a data block, and the
    /// approved code stands in its place.
    Shaped {
        /// SHA-256 of that code.
        digest: &'a Digest,
    },
    /// A `script` element in the SVG or MathML namespace.
    Foreign,
    /// Code in an attribute such as `onclick`.
    Handler {
        /// SHA-256 of the attribute's value.
        digest: &'a Digest,
    },
    /// A `javascript:` URL in an attribute.
    JavascriptUrl {
        /// SHA-256 of the URL as browsers compare it.
        digest: &'a Digest,
    },
}

/// JavaScript media types.
/// <https://mimesniff.spec.whatwg.org/#javascript-mime-type>
const JAVASCRIPT: [&str; 16] = [
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

/// Whether browsers run a response of this media type (its essence, in lower case) as JavaScript.
pub fn is_javascript(essence: &str) -> bool {
    JAVASCRIPT.contains(&essence)
}

/// What a script element is, from its decoded `type` and `language` attributes (`None` = absent).
/// Where browsers might differ the answer is the one that executes.
/// <https://html.spec.whatwg.org/#prepare-the-script-element> (steps 8 to 13)
pub fn kind_of_type(type_attribute: Option<&str>, language: Option<&str>) -> Kind {
    let block_type = match (type_attribute, language) {
        (Some(""), _) | (None, None | Some("")) => return Kind::Classic,
        (Some(value), _) => value.trim_matches([' ', '\t', '\n', '\u{c}', '\r']).to_ascii_lowercase(),
        (None, Some(language)) => format!("text/{}", language.to_ascii_lowercase()),
    };
    match block_type.as_str() {
        "module" => Kind::Module,
        "importmap" => Kind::ImportMap,
        "speculationrules" => Kind::SpeculationRules,
        // Parameters make a type non-matching in the standard; older engines ignored them.
        other => {
            let essence = other.split(';').next().unwrap_or(other).trim();
            if is_javascript(essence) { Kind::Classic } else { Kind::DataBlock }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_browsers_read_them() {
        for (type_attribute, language, kind) in [
            (None, None, Kind::Classic),
            (Some(""), None, Kind::Classic),
            (Some(" Text/JavaScript\n"), None, Kind::Classic),
            (Some("text/javascript; charset=x"), None, Kind::Classic),
            (None, Some(""), Kind::Classic),
            (None, Some("JavaScript1.5"), Kind::Classic),
            (None, Some("vbscript"), Kind::DataBlock),
            (Some("MODULE"), None, Kind::Module),
            (Some("importmap"), None, Kind::ImportMap),
            (Some("speculationrules"), None, Kind::SpeculationRules),
            (Some("application/ld+json"), None, Kind::DataBlock),
            (Some("text/template"), None, Kind::DataBlock),
            (Some(" "), None, Kind::DataBlock),
        ] {
            assert_eq!(kind_of_type(type_attribute, language), kind, "{type_attribute:?} {language:?}");
        }
    }
}
