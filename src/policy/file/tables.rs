//! The tables of a policy file that may stand in it many times.

use std::ops::Range;

use serde_spanned::Spanned;

use super::{Directives, Fields, words};
use crate::diagnostic::{Keys, Problems, Text, Texts};

/// Keys that the design has and this version doesn't.
const LATER_PAGE: [&str; 1] = ["style"];

pub(super) const WHY: &str = "say in a sentence what the script is for: why = \"…\"";
pub(super) const ID: &str = "give it a short name, such as id = \"chat\"; logs and the lock use it";

/// What holds on some of the site's pages.
#[derive(Debug, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::policy) struct PageTable {
    /// A pattern of paths: the pathname part of `URLPattern`.
    #[schemars(with = "String")]
    pub(in crate::policy) path: Option<Text>,
    /// Whether verdicts are carried out.
    #[schemars(with = "Option<words::Mode>")]
    pub(in crate::policy) mode: Option<Text>,
    /// How many of a hundred visitors are enforced while the others are observed.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    pub(in crate::policy) enforce_percent: Option<Spanned<u64>>,
    /// How the CSP names scripts.
    #[schemars(with = "Option<words::CspForm>")]
    pub(in crate::policy) csp_form: Option<Text>,
    /// In PCI DSS scope: strict by itself.
    #[schemars(with = "Option<bool>")]
    pub(in crate::policy) payment: Option<Spanned<bool>>,
    /// What becomes of scripts without approval.
    #[schemars(with = "Option<words::Unapproved>")]
    pub(in crate::policy) unapproved: Option<Text>,
    /// What happens when a page can't be judged to its end.
    #[schemars(with = "Option<words::Fail>")]
    pub(in crate::policy) fail: Option<Text>,
    /// Whether a second parser reads what was rewritten, before it leaves.
    #[schemars(with = "Option<words::Opinion>")]
    pub(in crate::policy) second_opinion: Option<Text>,
    /// Where a refresh, by `meta` or header, may lead.
    #[schemars(with = "Option<words::Refresh>")]
    pub(in crate::policy) refresh: Option<Text>,
    /// What becomes of the site's own scripts, under these paths, whose bytes nobody has approved.
    #[schemars(with = "Option<words::OwnScripts>")]
    pub(in crate::policy) own_scripts: Option<Text>,
    /// CSP directives in place of those of the file.
    #[schemars(with = "Option<std::collections::BTreeMap<String, Vec<String>>>")]
    pub(in crate::policy) csp: Directives,
    /// Response headers in place of those of the file.
    #[schemars(with = "Option<std::collections::BTreeMap<String, words::HeaderValue>>")]
    pub(in crate::policy) headers: Fields,
}

/// An external script.
#[derive(Debug, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::policy) struct ScriptTable {
    #[schemars(skip)]
    pub(in crate::policy) span: Range<usize>,
    /// Its name in logs and in the lock.
    #[schemars(with = "String", regex(pattern = "^[a-z0-9_-][a-z0-9._-]{0,63}$"))]
    pub(in crate::policy) id: Option<Text>,
    /// Its whole URL, or a path on the site itself. One of `url` and `url-pattern` must be there.
    #[schemars(with = "Option<String>")]
    pub(in crate::policy) url: Option<Text>,
    /// A pattern of URLs for a script whose version is a part of its URL (tier pin).
    #[schemars(with = "Option<String>")]
    pub(in crate::policy) url_pattern: Option<Text>,
    /// Patterns of the paths on which it may run; without it, every page.
    #[schemars(with = "Option<Vec<String>>", length(min = 1))]
    pub(in crate::policy) pages: Option<Texts>,
    /// How it is delivered.
    #[schemars(with = "words::Tier")]
    pub(in crate::policy) tier: Option<Text>,
    /// Tier pin: what pages get while its vendor serves other bytes.
    #[schemars(with = "Option<words::OnDrift>")]
    pub(in crate::policy) on_drift: Option<Text>,
    /// Whether it is a module that other scripts may import.
    #[schemars(with = "Option<bool>")]
    pub(in crate::policy) module: Option<Spanned<bool>>,
    /// Who looks after it: for the people who read the file, and the evidence.
    #[schemars(with = "Option<String>")]
    pub(in crate::policy) owner: Option<Text>,
    /// What it is for.
    #[schemars(with = "String", length(min = 1))]
    pub(in crate::policy) why: Option<Text>,
    /// Tier evergreen: why its bytes can't be fixed.
    #[schemars(with = "Option<String>")]
    pub(in crate::policy) justification: Option<Text>,
    /// Tier evergreen: the last day on which it may run (UTC).
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub(in crate::policy) expires: Option<Text>,
    /// Where `expires` stands, whatever it is.
    #[schemars(skip)]
    pub(in crate::policy) expires_span: Option<Range<usize>>,
}

/// An inline script, an event handler or a `javascript:` URL.
#[derive(Debug, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::policy) struct InlineTable {
    #[schemars(skip)]
    pub(in crate::policy) span: Range<usize>,
    /// Its name in logs and in the lock.
    #[schemars(with = "String", regex(pattern = "^[a-z0-9_-][a-z0-9._-]{0,63}$"))]
    pub(in crate::policy) id: Option<Text>,
    /// Where the text stands in pages.
    #[schemars(with = "Option<words::InlineKind>")]
    pub(in crate::policy) kind: Option<Text>,
    /// Its data differs in each response; the code around it is approved.
    #[schemars(with = "Option<bool>")]
    pub(in crate::policy) shape: Option<Spanned<bool>>,
    /// Patterns of the paths on which it may run; without it, every page.
    #[schemars(with = "Option<Vec<String>>", length(min = 1))]
    pub(in crate::policy) pages: Option<Texts>,
    /// Who looks after it: for the people who read the file, and the evidence.
    #[schemars(with = "Option<String>")]
    pub(in crate::policy) owner: Option<Text>,
    /// What it is for.
    #[schemars(with = "String", length(min = 1))]
    pub(in crate::policy) why: Option<Text>,
}

impl PageTable {
    pub(super) fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let path = "say for which paths: path = \"/checkout/*\"";
        let table = Self {
            path: keys.required_text("path", path, problems),
            mode: keys.text("mode", problems),
            enforce_percent: keys.number("enforce-percent", problems),
            csp_form: keys.text("csp-form", problems),
            payment: keys.flag("payment", problems),
            unapproved: keys.text("unapproved", problems),
            fail: keys.text("fail", problems),
            second_opinion: keys.text("second-opinion", problems),
            refresh: keys.text("refresh", problems),
            own_scripts: keys.text("own-scripts", problems),
            csp: keys.lists("csp", problems),
            headers: keys.texts_or_false("headers", problems),
        };
        keys.refuse(
            &["method", "content-type", "query", "host"],
            "page rules go by the path alone, so that no other spelling of a request leads around them",
            "responses are treated by their type anyway; a path that serves both kinds of pages needs the \
stricter rule",
            problems,
        );
        keys.finish(&LATER_PAGE, problems);
        table
    }
}

impl ScriptTable {
    pub(super) fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let url = "say where it is: url = \"https://cdn.example/x.js\", or a path on the site itself";
        let tier = "write tier = \"pin\" (vendor's URL, checked) or tier = \"mirror\" (served by us)";
        let span = keys.span();
        let id = keys.required_text("id", ID, problems);
        let url_pattern = keys.text("url-pattern", problems);
        // One of the two must be there.
        let url = match url_pattern {
            Some(_) => keys.text("url", problems),
            None => keys.required_text("url", url, problems),
        };
        let table = Self {
            expires_span: keys.span_of("expires"),
            span,
            id,
            url,
            url_pattern,
            pages: keys.texts("pages", problems),
            tier: keys.required_text("tier", tier, problems),
            on_drift: keys.text("on-drift", problems),
            module: keys.flag("module", problems),
            owner: keys.text("owner", problems),
            why: keys.required_text("why", WHY, problems),
            justification: keys.text("justification", problems),
            expires: keys.date("expires", problems),
        };
        keys.refuse(
            &["shape"],
            "what an external script is made of decides its digest",
            "only an [[inline]] script may be approved by its shape",
            problems,
        );
        keys.finish(&[], problems);
        table
    }
}

impl InlineTable {
    pub(super) fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            span: keys.span(),
            id: keys.required_text("id", ID, problems),
            kind: keys.text("kind", problems),
            shape: keys.flag("shape", problems),
            pages: keys.texts("pages", problems),
            owner: keys.text("owner", problems),
            why: keys.required_text("why", WHY, problems),
        };
        keys.finish(&[], problems);
        table
    }
}
