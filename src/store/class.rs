//! What a violation means to whoever runs the site: was the thing ours?

use std::fmt;

use serde::{Deserialize, Serialize};

/// The answer to: did we serve it, and was it approved? Reports can be forged, so a class is what the
/// report and what was served say together, and never changes what is approved.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// We served it and somebody approved it, or code that we served asked for it: the policy lacks something.
    PolicyFault,
    /// We served it and nobody approved it: it was stopped as meant.
    StoppedAsMeant,
    /// It was in no page of ours: an extension, malware, or the page's own code put it there in the browser.
    NeverServed,
    /// The report names policies or pages that were never ours, or no longer are.
    ForgedOrStale,
    /// We don't know what was served: nothing was, by us, or it is a thing that we don't look for in pages.
    Unjoined,
    /// Nothing was stopped: the browser tells of a digest, a crash, a deprecated feature, a failed request.
    Notice,
}

impl Class {
    /// Every class, the one that asks most for a person first.
    pub const ALL: [Self; 6] = [
        Self::PolicyFault,
        Self::StoppedAsMeant,
        Self::NeverServed,
        Self::Unjoined,
        Self::ForgedOrStale,
        Self::Notice,
    ];

    /// The stable name, for metrics, filters and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PolicyFault => "policy-fault",
            Self::StoppedAsMeant => "stopped-as-meant",
            Self::NeverServed => "never-served",
            Self::ForgedOrStale => "forged-or-stale",
            Self::Unjoined => "unjoined",
            Self::Notice => "notice",
        }
    }

    /// The class of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_a_name_of_its_own() {
        for class in Class::ALL {
            assert_eq!(Class::from_name(class.name()), Some(class));
            assert_eq!(serde_json::to_value(class).unwrap(), class.name());
        }
        assert_eq!(Class::from_name("other"), None);
    }
}
