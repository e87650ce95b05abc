//! Why a verdict fell as it did. The codes are stable: logs, the console and evidence use them.

/// A reason code, with the sentence that explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The URL is approved on this page; the bytes are checked by the browser.
    ApprovedUrl,
    /// The digest of the inline text is approved on this page.
    ApprovedDigest,
    /// The text has a shape that is approved on this page; its data can't run.
    ApprovedShape,
    /// The URL is approved on this page with whatever it serves, for a time; nothing checks the bytes.
    Evergreen,
    /// A data block: browsers don't run it.
    NotExecutable,
    /// No approval for this URL anywhere in the site's policy.
    UnknownUrl,
    /// No approval for an inline script of this digest.
    UnknownDigest,
    /// No approval for an import map of this digest.
    UnknownImportMap,
    /// No approval for speculation rules of this digest.
    UnknownSpeculationRules,
    /// No approval for a handler of this digest.
    UnknownHandler,
    /// No approval for a `javascript:` URL of this digest.
    UnknownJavascriptUrl,
    /// Code in attributes beyond what is looked at in one page.
    CodeUnseen,
    /// An import map or speculation rules with a `src`, which browsers don't load.
    ExternalMap,
    /// In the policy for this page, but no approved bytes in the lock.
    NoApproval,
    /// An evergreen script whose last day has passed.
    Ended,
    /// The attribute leads to no URL (`data:`, `blob:`, invalid, empty).
    NoUrl,
    /// Browsers don't check integrity on scripts in SVG, so none is granted.
    ForeignScript,
    /// A granted tag carries `<script` or `<style` in an attribute, as dangling markup does.
    DanglingMarkup,
    /// An inline script longer than the limit for withholding.
    TooLong,
    /// An inline script whose end never came.
    Unclosed,
    /// An element that would load scripts by another way (preload) without an approved script behind it.
    UnapprovedPreload,
    /// A `<base>` that leads away from the document's origin.
    ForeignBase,
    /// An `iframe srcdoc` nested deeper than the limit.
    SrcdocDepth,
    /// An `iframe srcdoc` longer than the limit.
    SrcdocLength,
    /// An `iframe srcdoc` whose markup can't be followed.
    SrcdocUnread,
    /// A refresh that leads away from the site, or to no page.
    ForeignRefresh,
    /// The application's own CSP in a `meta`, where the policy replaces it.
    ReplacedCsp,
    /// A script of the site itself in transit, with bytes that are approved under its path.
    ApprovedBytes,
    /// The same under a path of which no bytes are approved.
    UnknownOwnScript,
    /// The same with other bytes than are approved under its path.
    ChangedOwnScript,
    /// The same with bytes that can't be read.
    OwnScriptUnread,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 31] = [
        Self::ApprovedUrl,
        Self::ApprovedDigest,
        Self::ApprovedShape,
        Self::Evergreen,
        Self::NotExecutable,
        Self::UnknownUrl,
        Self::UnknownDigest,
        Self::UnknownImportMap,
        Self::UnknownSpeculationRules,
        Self::UnknownHandler,
        Self::UnknownJavascriptUrl,
        Self::CodeUnseen,
        Self::ExternalMap,
        Self::NoApproval,
        Self::Ended,
        Self::NoUrl,
        Self::ForeignScript,
        Self::DanglingMarkup,
        Self::TooLong,
        Self::Unclosed,
        Self::UnapprovedPreload,
        Self::ForeignBase,
        Self::SrcdocDepth,
        Self::SrcdocLength,
        Self::SrcdocUnread,
        Self::ForeignRefresh,
        Self::ReplacedCsp,
        Self::ApprovedBytes,
        Self::UnknownOwnScript,
        Self::ChangedOwnScript,
        Self::OwnScriptUnread,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ApprovedUrl => "approved-url",
            Self::ApprovedDigest => "approved-digest",
            Self::ApprovedShape => "approved-shape",
            Self::Evergreen => "evergreen",
            Self::NotExecutable => "not-executable",
            Self::UnknownUrl => "unknown-url",
            Self::UnknownDigest => "unknown-digest",
            Self::UnknownImportMap => "unknown-import-map",
            Self::UnknownSpeculationRules => "unknown-speculation-rules",
            Self::UnknownHandler => "unknown-handler",
            Self::UnknownJavascriptUrl => "unknown-javascript-url",
            Self::CodeUnseen => "code-unseen",
            Self::ExternalMap => "external-map",
            Self::NoApproval => "no-approval",
            Self::Ended => "ended",
            Self::NoUrl => "no-url",
            Self::ForeignScript => "foreign-script",
            Self::DanglingMarkup => "dangling-markup",
            Self::TooLong => "too-long",
            Self::Unclosed => "unclosed",
            Self::UnapprovedPreload => "unapproved-preload",
            Self::ForeignBase => "foreign-base",
            Self::SrcdocDepth => "srcdoc-too-deep",
            Self::SrcdocLength => "srcdoc-too-long",
            Self::SrcdocUnread => "srcdoc-unread",
            Self::ForeignRefresh => "foreign-refresh",
            Self::ReplacedCsp => "replaced-csp",
            Self::ApprovedBytes => "approved-bytes",
            Self::UnknownOwnScript => "unknown-own-script",
            Self::ChangedOwnScript => "changed-own-script",
            Self::OwnScriptUnread => "own-script-unread",
        }
    }

    /// The setting whose limit was met, if that is why.
    pub const fn limit(self) -> Option<&'static str> {
        match self {
            Self::TooLong => Some("inline-script-bytes"),
            Self::SrcdocDepth => Some("srcdoc-depth"),
            Self::SrcdocLength => Some("srcdoc-bytes"),
            Self::ApprovedUrl
            | Self::ApprovedShape
            | Self::ApprovedDigest
            | Self::Evergreen
            | Self::NotExecutable
            | Self::UnknownUrl
            | Self::UnknownDigest
            | Self::UnknownImportMap
            | Self::UnknownSpeculationRules
            | Self::UnknownHandler
            | Self::UnknownJavascriptUrl
            | Self::CodeUnseen
            | Self::ExternalMap
            | Self::NoApproval
            | Self::Ended
            | Self::NoUrl
            | Self::ForeignScript
            | Self::DanglingMarkup
            | Self::Unclosed
            | Self::UnapprovedPreload
            | Self::ForeignBase
            | Self::SrcdocUnread
            | Self::ForeignRefresh
            | Self::ReplacedCsp
            | Self::ApprovedBytes
            | Self::UnknownOwnScript
            | Self::ChangedOwnScript
            | Self::OwnScriptUnread => None,
        }
    }

    /// One sentence for people.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::ApprovedUrl => "the policy approves this URL here; the browser checks the bytes",
            Self::ApprovedDigest => "the policy approves exactly this text here",
            Self::ApprovedShape => {
                "the policy approves its code here; the data in it differs, and reaches the code as data"
            }
            Self::Evergreen => {
                "the policy lets this URL run whatever it serves, for a time; nothing checks it"
            }
            Self::NotExecutable => "a data block, which browsers don't run",
            Self::UnknownUrl => "no script with this URL is approved for this page",
            Self::UnknownDigest => "no inline script with this text is approved for this page",
            Self::UnknownImportMap => "no import map with this text is approved for this page",
            Self::UnknownSpeculationRules => "no speculation rules with this text are approved for this page",
            Self::UnknownHandler => "no event handler with this code is approved for this page",
            Self::UnknownJavascriptUrl => "no `javascript:` URL with this code is approved for this page",
            Self::CodeUnseen => {
                "the page is longer, or has more code in attributes, than is looked at, or it can't be followed"
            }
            Self::ExternalMap => "an import map or speculation rules with a src, which browsers don't load",
            Self::NoApproval => "the policy names it, but nobody has approved its bytes",
            Self::Ended => "the day until which the policy let it run whatever it serves has passed",
            Self::NoUrl => "its src leads to no http or https URL",
            Self::ForeignScript => "a script inside SVG or MathML, on which browsers check no integrity",
            Self::DanglingMarkup => "its attributes contain `<script` or `<style`, as injected markup does",
            Self::TooLong => "an inline script longer than the limit",
            Self::Unclosed => "an inline script without an end",
            Self::UnapprovedPreload => "it preloads a script that is not approved for this page",
            Self::ForeignBase => "a base URL on another origin would move every relative script",
            Self::SrcdocDepth => "a document in `srcdoc` that is nested deeper than the limit",
            Self::SrcdocLength => "a document in `srcdoc` that is longer than the limit",
            Self::SrcdocUnread => "a document in `srcdoc` whose markup can't be followed",
            Self::ForeignRefresh => "a refresh that leads away from the site, or to no page",
            Self::ReplacedCsp => "a CSP of the application, which the policy replaces",
            Self::ApprovedBytes => "the policy approves these bytes under this path",
            Self::UnknownOwnScript => {
                "a script of the site itself, under a path of which the policy approves no bytes"
            }
            Self::ChangedOwnScript => "the application serves other bytes under this path than are approved",
            Self::OwnScriptUnread => {
                "a script of the site itself that can't be read: its coding is unknown or broken, or it is only \
a part"
            }
        }
    }

    /// What an operator can do about it; nothing where nothing is amiss. `docs/reasons.md` says the same.
    pub const fn way_out(self) -> Option<&'static str> {
        Some(match self {
            Self::ApprovedUrl
            | Self::ApprovedDigest
            | Self::ApprovedShape
            | Self::ApprovedBytes
            | Self::NotExecutable => return None,
            Self::Evergreen => "pin or mirror it if the vendor lets you",
            Self::UnknownUrl => "if it belongs there: `[[script]]`, then `countersign approve`",
            Self::UnknownDigest => {
                "if it belongs there: `[[inline]]`, then `countersign approve ID --inline --file FILE`; where its \
data differs in each response, with `shape = true` and `--shape`"
            }
            Self::UnknownImportMap => {
                "if it belongs there: `[[inline]]` with `kind = \"import-map\"`, then `countersign approve ID \
--inline --file FILE`"
            }
            Self::UnknownSpeculationRules => {
                "if they belong there: `[[inline]]` with `kind = \"speculation-rules\"`, then \
`countersign approve ID --inline --file FILE`"
            }
            Self::UnknownHandler => {
                "move it into a script that calls `addEventListener`, or `[[inline]]` with `kind = \"handler\"`, then \
`countersign approve ID --inline --file FILE`; `countersign explain URL` shows the code"
            }
            Self::UnknownJavascriptUrl => {
                "make it a button with a script, or `[[inline]]` with `kind = \"url\"`, then \
`countersign approve ID --inline --file FILE`; `countersign explain URL` shows the code"
            }
            Self::CodeUnseen => "the CSP stops what is not approved, and browsers report it",
            Self::ExternalMap => "write it into the page",
            Self::NoApproval => "`countersign approve ID`",
            Self::Ended => "pin it, remove it, or write a later day in the policy and approve that",
            Self::NoUrl => "serve the script from a URL",
            Self::ForeignScript => "move it out of the drawing",
            Self::DanglingMarkup => {
                "write `&lt;` in the attribute; if you didn't put it there, look for an injection"
            }
            Self::TooLong => "move it to a file, or raise `limits.inline-script-bytes` in the settings",
            Self::Unclosed => "the page is cut or broken",
            Self::UnapprovedPreload => "approve the script, or remove the preload",
            Self::ForeignBase => "write a base on the site itself, or none",
            Self::SrcdocDepth => "give the frame a `src`, or raise `limits.srcdoc-depth` in the settings",
            Self::SrcdocLength => "give the frame a `src`, or raise `limits.srcdoc-bytes` in the settings",
            Self::ForeignRefresh => {
                "answer with a redirect, use a link, or write `refresh = \"any\"` in the page rule"
            }
            Self::ReplacedCsp => "to keep its other directives write `upstream-csp = \"merge\"`",
            Self::UnknownOwnScript => {
                "if it belongs there: `[[build]]`, then `countersign approve ID --from DIR`; or `[[script]]` with its path \
as `url`, then `countersign approve ID --file FILE`"
            }
            Self::ChangedOwnScript => {
                "if it is a release of yours: `countersign approve ID --from DIR`, or `--file FILE`; if not, the \
application was changed by somebody else"
            }
            Self::OwnScriptUnread => {
                "have the application send it whole, as it is or in gzip, br, zstd or deflate"
            }
            Self::SrcdocUnread => "give the frame a `src`, or mend the markup in `srcdoc`",
        })
    }
}
