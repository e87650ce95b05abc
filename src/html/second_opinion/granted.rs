//! What a script that is found may be: the one place that says whether it was granted.

use std::sync::Arc;

use html5ever::{Attribute, LocalName, local_name, ns};

use super::difference::Difference;
use crate::inventory::Tier;
use crate::judge::{Kind, kind_of_type};
use crate::policy::{PageGrants, witness_digest};
use crate::sri::Digest;

/// What the start tag of a script says.
pub(super) enum Start {
    /// It doesn't run, or is granted.
    Fine,
    /// It runs if its text is granted: [`Granted::text`].
    TextDecides,
    /// It would run without a grant.
    Refused(Difference),
}

/// The value of an attribute of HTML.
pub(super) fn value<'a>(attributes: &'a [Attribute], name: &LocalName) -> Option<&'a str> {
    attributes.iter().find(|a| a.name.ns == ns!() && a.name.local == *name).map(|a| &*a.value)
}

/// What is granted on a page.
pub(super) struct Granted {
    grants: Arc<PageGrants>,
}

impl Granted {
    /// What `grants` say.
    pub(super) fn new(grants: Arc<PageGrants>) -> Self {
        Self { grants }
    }

    /// Judges the start tag of an HTML script.
    pub(super) fn html_script(&self, attributes: &[Attribute]) -> Start {
        let kind = kind_of_type(
            value(attributes, &local_name!("type")),
            value(attributes, &local_name!("language")),
        );
        if kind == Kind::DataBlock {
            return Start::Fine;
        }
        let Some(src) = value(attributes, &local_name!("src")) else { return Start::TextDecides };
        if self.external(src, value(attributes, &local_name!("integrity")).unwrap_or_default()) {
            return Start::Fine;
        }
        Start::Refused(Difference::External(src.chars().take(200).collect()))
    }

    /// A script in SVG runs unless its type says otherwise; MathML ones never run.
    #[expect(clippy::unused_self, reason = "what is granted is asked here, whatever it is")]
    pub(super) fn svg_script(&self, attributes: &[Attribute]) -> Start {
        let declared = attributes.iter().find(|a| a.name.local == local_name!("type")).map(|a| &*a.value);
        if kind_of_type(declared, None) == Kind::DataBlock {
            return Start::Fine;
        }
        Start::Refused(Difference::Foreign)
    }

    /// Judges the whole text of an inline script.
    pub(super) fn text(&self, digest: &Digest) -> Result<(), Difference> {
        let witness = self.grants.witness.is_some() && digest == witness_digest();
        if witness || self.grants.approves_inline(digest) {
            return Ok(());
        }
        Err(Difference::Inline(digest.to_string()))
    }

    fn external(&self, src: &str, integrity: &str) -> bool {
        let evergreen = || {
            let script = self.grants.scripts.at(src)?;
            Some(script.tier == Tier::Evergreen && self.grants.lets_run(script))
        };
        self.grants.scripts.has_integrity(integrity) || evergreen().unwrap_or(false)
    }
}
