//! The words that a policy may say where only a few are allowed: what the reader takes and what the
//! schema lists are made from one table.

use crate::inventory;
use crate::policy::model;

/// A value that is written as one of a few words.
pub(in crate::policy) trait Word: Copy + 'static {
    /// Every word with what it means.
    const WORDS: &'static [(&'static str, Self)];
}

macro_rules! words {
    ($($name:ident for $meaning:ty { $($variant:ident $word:literal => $value:expr, $doc:literal;)* })*) => {$(
        #[derive(schemars::JsonSchema)]
        #[expect(dead_code, reason = "the schema is made from it, nothing else")]
        pub(super) enum $name {
            $(#[doc = $doc] #[schemars(rename = $word)] $variant,)*
        }

        impl Word for $meaning {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $value),)*];
        }
    )*};
}

words! {
    Mode for model::Mode {
        Observe "observe" => Self::Observe, "Pages pass unchanged; the CSP only reports.";
        Enforce "enforce" => Self::Enforce, "Verdicts are carried out.";
    }
    Strategy for model::Strategy {
        LeastLoaded "least-loaded" => Self::LeastLoaded, "The less loaded of two that are drawn.";
        RoundRobin "round-robin" => Self::RoundRobin, "One after the other.";
        Sticky "sticky" => Self::Sticky, "By the visitor's address.";
    }
    Unapproved for model::Unapproved {
        Quarantine "quarantine" => Self::Quarantine, "Made inert where it stands.";
        Strip "strip" => Self::Strip, "Replaced by a comment.";
    }
    Fail for model::FailMode {
        Closed "closed" => Self::Closed, "An error page, or a cut stream.";
        HeadersOnly "headers-only" => Self::HeadersOnly, "Editing stops; the CSP already sent goes on holding.";
    }
    Opinion for model::Opinion {
        Always "always" => Self::Always, "On every page, from its start.";
        Suspects "suspects" => Self::Suspects, "Once markup comes that parsers read differently.";
        Off "off" => Self::Off, "Never.";
    }
    UpstreamCsp for model::UpstreamCsp {
        Merge "merge" => Self::Merge, "Its word on scripts is replaced, the rest stays.";
        Replace "replace" => Self::Replace, "Dropped.";
        Append "append" => Self::Append, "Sent as it is; browsers enforce both.";
    }
    Refresh for model::Refresh {
        Any "any" => Self::Any, "To any page.";
        Own "own" => Self::Own, "To pages of the site itself; what leads elsewhere is made inert.";
    }
    OwnScripts for model::OwnScripts {
        Off "off" => Self::Off, "They pass without being looked at.";
        Observe "observe" => Self::Observe, "They pass; digest and verdict are written down.";
        Alert "alert" => Self::Alert, "They pass, and it is told.";
        Stop "stop" => Self::Stop, "They don't pass.";
    }
    CspForm for model::CspForm {
        Hash "hash" => Self::Hash, "By the digests of the approved bytes: the same for every visitor.";
    }
    Tier for inventory::Tier {
        Pin "pin" => Self::Pin, "The vendor's URL; the browser refuses other bytes.";
        Mirror "mirror" => Self::Mirror, "The approved bytes, served by Countersign.";
        Evergreen "evergreen" => Self::Evergreen, "The vendor's URL with whatever it serves, until a day.";
    }
    OnDrift for crate::policy::check::OnDrift {
        Refuse "refuse" => Self::Refuse, "The vendor's URL as before; the browser refuses other bytes.";
        Mirror "mirror" => Self::Mirror, "The approved bytes, served by Countersign, until the vendor serves them again.";
    }
    InlineKind for model::InlineKind {
        Script "script" => Self::Script, "The text of a script element.";
        ImportMap "import-map" => Self::ImportMap, "An import map.";
        SpeculationRules "speculation-rules" => Self::SpeculationRules, "Speculation rules.";
        Handler "handler" => Self::Handler, "The value of an attribute such as onclick.";
        Url "url" => Self::Url, "A whole javascript: URL.";
    }
}

/// A response header's value.
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "the schema is made from it, nothing else")]
pub(super) enum HeaderValue {
    /// Set, in place of the application's.
    Set(String),
    /// Removed.
    Removed(#[schemars(extend("const" = false))] bool),
}
