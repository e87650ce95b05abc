//! Why a report is of its class. The codes are stable: the store, metrics and lists use them.
//! `docs/reasons.md` says the same; a test compares the two.

use super::directive::{DIRECTIVES, Directive};
use crate::store::Class;

/// A reason code, with its class, the sentence that explains it, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Approved code asked for something for which this directive has no entry.
    Needs(&'static Directive),
    /// Approved code makes code from text.
    NeedsEval,
    /// Approved code compiles WebAssembly.
    NeedsWasm,
    /// Approved code gives the browser text where the CSP wants a trusted type.
    NeedsTrustedTypes,
    /// Approved, but not on this page.
    ApprovedElsewhere,
    /// Approved by its bytes, but the tag or the import that asked for it names none.
    WithoutIntegrity,
    /// Evergreen, and its URL leads on to another.
    EvergreenRedirects,
    /// Served, and nobody approved it.
    NotApproved,
    /// Served, named by the policy, and nobody approved its bytes.
    NoApproval,
    /// Served, and the day until which it was approved has passed.
    Ended,
    /// A pinned script was refused, or could not be fetched.
    BytesDiffer,
    /// An event handler like those that pages are known to have without approval.
    UnapprovedHandler,
    /// A `javascript:` URL like those.
    UnapprovedJavascriptUrl,
    /// An inline script like those, while observing.
    UnapprovedInline,
    /// Something that a served script asked for which nobody approved.
    AskedByUnapproved,
    /// The page's base URL leads away from the site.
    ForeignBase,
    /// The visitor's browser extension did it.
    Extension,
    /// A program known to put things into pages did it.
    KnownInjector,
    /// An approved script put it there.
    InsertedByScript,
    /// It was in no page, and nobody knows where it comes from.
    NotSeen,
    /// Somebody showed the page in a frame, or tried to.
    Framed,
    /// The report names policies that were never in force here, or longer ago than is remembered.
    UnknownGeneration,
    /// It names no policies, which all our report URLs do.
    NoGeneration,
    /// It names a page rule that these policies don't have.
    UnknownRule,
    /// It is about a page of another site.
    OtherSite,
    /// No policy names the host, so nothing is known of what it serves.
    NoPolicy,
    /// It is about a thing for which pages are not looked at.
    NotLookedFor,
    /// The page's own code did it, while observing, when not only approved code runs.
    PageCode,
    /// Code in an attribute, on a page rule of which not every page is looked at for it.
    CodeUnseen,
    /// The browser names only the host.
    HostOnly,
    /// The digest of a script is among those that are approved.
    ApprovedBytes,
    /// The digest of an approved script is not.
    UnknownBytes,
    /// The browser could not read an approved script's bytes.
    UnreadBytes,
    /// The digest of a script of which no bytes are approved.
    OtherBytes,
    /// Evergreen scripts have no integrity, which is only reported.
    EvergreenUnchecked,
    /// While observing, browsers report what enforcing lets run.
    OnlyObserved,
    /// A type of report by which the browser tells something else.
    Told,
}

impl Reason {
    const FIXED: [Self; 36] = [
        Self::NeedsEval,
        Self::NeedsWasm,
        Self::NeedsTrustedTypes,
        Self::ApprovedElsewhere,
        Self::WithoutIntegrity,
        Self::EvergreenRedirects,
        Self::NotApproved,
        Self::NoApproval,
        Self::Ended,
        Self::BytesDiffer,
        Self::UnapprovedHandler,
        Self::UnapprovedJavascriptUrl,
        Self::UnapprovedInline,
        Self::AskedByUnapproved,
        Self::ForeignBase,
        Self::Extension,
        Self::KnownInjector,
        Self::InsertedByScript,
        Self::NotSeen,
        Self::Framed,
        Self::UnknownGeneration,
        Self::NoGeneration,
        Self::UnknownRule,
        Self::OtherSite,
        Self::NoPolicy,
        Self::NotLookedFor,
        Self::PageCode,
        Self::CodeUnseen,
        Self::HostOnly,
        Self::ApprovedBytes,
        Self::UnknownBytes,
        Self::UnreadBytes,
        Self::OtherBytes,
        Self::EvergreenUnchecked,
        Self::OnlyObserved,
        Self::Told,
    ];

    /// Every reason.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let needs = DIRECTIVES.iter().filter(|directive| !directive.needs.is_empty()).map(Self::Needs);
        needs.chain(Self::FIXED)
    }

    /// The reason of this code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|reason| reason.code() == code)
    }

    /// The stable code.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Needs(directive) => directive.needs,
            Self::NeedsEval => "needs-eval",
            Self::NeedsWasm => "needs-wasm-eval",
            Self::NeedsTrustedTypes => "needs-trusted-types",
            Self::ApprovedElsewhere => "approved-elsewhere",
            Self::WithoutIntegrity => "without-integrity",
            Self::EvergreenRedirects => "evergreen-redirects",
            Self::NotApproved => "not-approved",
            Self::NoApproval => "no-approval",
            Self::Ended => "ended",
            Self::BytesDiffer => "bytes-differ",
            Self::UnapprovedHandler => "unapproved-handler",
            Self::UnapprovedJavascriptUrl => "unapproved-javascript-url",
            Self::UnapprovedInline => "unapproved-inline",
            Self::AskedByUnapproved => "asked-by-unapproved",
            Self::ForeignBase => "foreign-base",
            Self::Extension => "extension",
            Self::KnownInjector => "known-injector",
            Self::InsertedByScript => "inserted-by-script",
            Self::NotSeen => "not-seen",
            Self::Framed => "framed",
            Self::UnknownGeneration => "unknown-generation",
            Self::NoGeneration => "no-generation",
            Self::UnknownRule => "unknown-rule",
            Self::OtherSite => "other-site",
            Self::NoPolicy => "no-policy",
            Self::NotLookedFor => "not-looked-for",
            Self::PageCode => "page-code",
            Self::CodeUnseen => "code-unseen",
            Self::HostOnly => "host-only",
            Self::ApprovedBytes => "approved-bytes",
            Self::UnknownBytes => "unknown-bytes",
            Self::UnreadBytes => "unread-bytes",
            Self::OtherBytes => "other-bytes",
            Self::EvergreenUnchecked => "evergreen-unchecked",
            Self::OnlyObserved => "only-observed",
            Self::Told => "told",
        }
    }

    /// What it makes of the report.
    pub(super) const fn class(self) -> Class {
        match self {
            Self::Needs(_)
            | Self::NeedsEval
            | Self::NeedsWasm
            | Self::NeedsTrustedTypes
            | Self::ApprovedElsewhere
            | Self::WithoutIntegrity
            | Self::EvergreenRedirects => Class::PolicyFault,
            Self::NotApproved
            | Self::NoApproval
            | Self::Ended
            | Self::BytesDiffer
            | Self::UnapprovedHandler
            | Self::UnapprovedJavascriptUrl
            | Self::UnapprovedInline
            | Self::AskedByUnapproved
            | Self::ForeignBase => Class::StoppedAsMeant,
            Self::Extension | Self::KnownInjector | Self::InsertedByScript | Self::NotSeen | Self::Framed => {
                Class::NeverServed
            }
            Self::UnknownGeneration | Self::NoGeneration | Self::UnknownRule | Self::OtherSite => {
                Class::ForgedOrStale
            }
            Self::NoPolicy | Self::NotLookedFor | Self::PageCode | Self::CodeUnseen | Self::HostOnly => {
                Class::Unjoined
            }
            Self::ApprovedBytes
            | Self::UnknownBytes
            | Self::UnreadBytes
            | Self::OtherBytes
            | Self::EvergreenUnchecked
            | Self::OnlyObserved
            | Self::Told => Class::Notice,
        }
    }

    /// One sentence for people, without a full stop.
    pub(super) const fn explanation(self) -> &'static str {
        match self {
            Self::Needs(_) => "the page's own, approved code asked for it",
            Self::NeedsEval => "approved code turns text into code, which no CSP of Countersign allows",
            Self::NeedsWasm => "approved code compiles WebAssembly, which no CSP of Countersign allows",
            Self::NeedsTrustedTypes => {
                "approved code gives the browser plain text where the CSP wants a trusted type"
            }
            Self::ApprovedElsewhere => "the policy approves it on other pages, but not on this one",
            Self::WithoutIntegrity => {
                "it is approved by its bytes, but the tag that a script wrote, or the import, names no integrity"
            }
            Self::EvergreenRedirects => {
                "it is evergreen, and its URL leads on to another, which the CSP doesn't name"
            }
            Self::NotApproved => "the page had it, and nobody approved it",
            Self::NoApproval => "the page had it, and the policy names it, but nobody has approved its bytes",
            Self::Ended => "the day until which the policy let it run whatever it serves has passed",
            Self::BytesDiffer => "its bytes are not the approved ones, or it could not be fetched",
            Self::UnapprovedHandler => "the page has such code, and nobody approved it",
            Self::UnapprovedJavascriptUrl => "the page has `javascript:` URLs that nobody approved",
            Self::UnapprovedInline => "the page has inline scripts that nobody approved",
            Self::AskedByUnapproved => "a script asked for it that the page had and nobody approved",
            Self::ForeignBase => "the page had a base URL that leads away from the site",
            Self::Extension => "an extension in the visitor's browser did it, not the page",
            Self::KnownInjector => "it comes from a program that puts things into pages, not from the page",
            Self::InsertedByScript => "the page did not have it: an approved script put it there",
            Self::NotSeen => "the page did not have it: something in the browser put it there",
            Self::Framed => "somebody else's page showed this one in a frame",
            Self::UnknownGeneration => {
                "the report names policies that were never in force here, as far as is remembered"
            }
            Self::NoGeneration => "the report names no policies, as browsers that had a page of ours would",
            Self::UnknownRule => "the report names a page rule that these policies don't have",
            Self::OtherSite => "the report is about a page of another site",
            Self::NoPolicy => "no policy names the host, so it is not known what its pages have",
            Self::NotLookedFor => {
                "pages are not looked at for such things, so it is not known whether the page had it"
            }
            Self::PageCode => {
                "code in the page asked for it, and while observing not only approved code runs"
            }
            Self::CodeUnseen => "not every page under this rule is looked at for code in attributes",
            Self::HostOnly => "the browser names only the host, so it is not known which script it was",
            Self::ApprovedBytes => "its bytes are approved ones",
            Self::UnknownBytes => "the policy names it, and its bytes are not approved ones",
            Self::UnreadBytes => "the policy names it, and the browser could not read its bytes",
            Self::OtherBytes => "the policy names no such script with bytes",
            Self::EvergreenUnchecked => {
                "it is evergreen, so nothing checks its bytes, which browsers only report"
            }
            Self::OnlyObserved => "it is approved; while observing browsers report it, enforcing lets it run",
            Self::Told => "nothing of ours was stopped",
        }
    }

    /// What to do; nothing where there is nothing to do.
    pub(super) const fn way_out(self) -> Option<&'static str> {
        Some(match self {
            Self::Needs(_) => {
                "if you mean it, add it to the directive in `[csp]`; if you don't know it, look at the script that asked"
            }
            Self::NeedsEval | Self::NeedsWasm => "use a build of the script that does without",
            Self::NeedsTrustedTypes => {
                "add the script's policy to `trusted-types`, or remove `require-trusted-types-for`"
            }
            Self::ApprovedElsewhere => "if it belongs here too, add the page to its `pages`",
            Self::WithoutIntegrity => {
                "have the page name it in a tag of its own; a module that others import: `module = true`"
            }
            Self::EvergreenRedirects => "name the URL that it leads to",
            Self::NotApproved => "if it belongs there: `[[script]]`, then `countersign approve`",
            Self::NoApproval => "`countersign approve ID`",
            Self::Ended => "pin it, remove it, or write a later day in the policy and approve that",
            Self::BytesDiffer => "`countersign drift` says what the vendor serves",
            Self::UnapprovedHandler => {
                "move it into a script that calls `addEventListener`, or approve it; `countersign explain URL` shows the code"
            }
            Self::UnapprovedJavascriptUrl => {
                "make it a button with a script, or approve it; `countersign explain URL` shows the code"
            }
            Self::UnapprovedInline => {
                "before you enforce, approve those that belong there; `countersign explain URL` shows them"
            }
            Self::AskedByUnapproved => "decide about the script first",
            Self::ForeignBase => "write a base on the site itself, or none",
            Self::Extension | Self::KnownInjector => "nothing: it is stopped, and the page is not at fault",
            Self::InsertedByScript => {
                "if you mean it, name it in the page and approve it; otherwise ask whoever makes the script why"
            }
            Self::NotSeen => {
                "nothing where single browsers report it; where many do, look for a module that imports it, or for script that strangers can put into the page"
            }
            Self::Framed => "if they may, add them to `frame-ancestors`",
            Self::NotLookedFor | Self::PageCode => "if the page means to, add it to the directive in `[csp]`",
            Self::CodeUnseen => "`countersign explain URL` shows the code in a page's attributes",
            Self::UnknownBytes => {
                "`countersign drift` says what the vendor serves; compare before you approve"
            }
            Self::UnreadBytes => {
                "have whoever serves it send `Access-Control-Allow-Origin`, and the tag say `crossorigin`"
            }
            Self::EvergreenUnchecked => "pin or mirror it if the vendor lets you",
            Self::NoPolicy => "write a policy for it",
            Self::UnknownGeneration
            | Self::NoGeneration
            | Self::UnknownRule
            | Self::OtherSite
            | Self::HostOnly
            | Self::ApprovedBytes
            | Self::OtherBytes
            | Self::OnlyObserved
            | Self::Told => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_documented_under_its_class() {
        let text = include_str!("../../docs/reasons.md");
        let (_, table) = text.split_once("### Classes and reasons of reports").unwrap();
        let rows: Vec<Vec<&str>> = table
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
            .collect();
        let mut documented = Vec::new();
        for row in &rows {
            for code in row[0].split(", ") {
                documented.push((code.trim_matches('`').to_owned(), row[1].trim_matches('`').to_owned()));
            }
        }
        let mut known: Vec<(String, String)> = Reason::all()
            .map(|reason| (reason.code().to_owned(), reason.class().name().to_owned()))
            .collect();
        documented.sort();
        known.sort();
        assert_eq!(documented, known);
    }

    #[test]
    fn every_reason_has_a_code_of_its_own() {
        let codes: Vec<&str> = Reason::all().map(Reason::code).collect();
        let mut different = codes.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), codes.len());
        for reason in Reason::all() {
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
            assert!(!reason.explanation().ends_with('.'), "{}", reason.code());
        }
    }
}
