//! A policy file's shape: every key with its place, nothing judged yet. What the values must be is
//! `check`'s to say. The JSON Schema for editors is made from the same types.

mod balance;
mod tables;
mod build;
mod words;
mod schema;

use serde_spanned::Spanned;

pub(super) use balance::BalanceTable;
pub(super) use build::BuildTable;
pub use schema::policy_schema;
pub(super) use tables::{InlineTable, PageTable, ScriptTable};
pub(super) use words::Word;

use crate::diagnostic::{Keys, Problems, Text, Texts};

/// Keys that the design has and this version doesn't.
const LATER_FILE: [&str; 3] = ["approvers", "quorum", "style"];

/// Directives of a `[csp]` table.
pub(super) type Directives = Vec<(Text, Texts)>;
/// Fields of a `[headers]` table; `None` where one is to be removed.
pub(super) type Fields = Vec<(Text, Option<Text>)>;

/// A policy of Countersign: which scripts may run on a site's pages.
#[derive(Debug, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields, title = "Countersign policy")]
pub(super) struct PolicyFile {
    /// Host names, without port; `*.shop.example` stands for one more label.
    #[schemars(with = "Vec<String>", length(min = 1))]
    pub(super) hosts: Option<Texts>,
    /// Where the application listens: scheme, host and port, or `unix:` and the path of a socket.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) upstreams: Option<Texts>,
    /// The name that the certificates of https and h2 upstreams are for, where that is not the host that is named.
    #[schemars(with = "Option<String>")]
    pub(super) upstream_name: Option<Text>,
    /// How requests are spread over several of them.
    pub(super) balance: Option<BalanceTable>,
    /// Whether verdicts are carried out.
    #[schemars(with = "Option<words::Mode>")]
    pub(super) mode: Option<Text>,
    /// How many of a hundred visitors are enforced while the others are observed.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    pub(super) enforce_percent: Option<Spanned<u64>>,
    /// How the CSP names scripts.
    #[schemars(with = "Option<words::CspForm>")]
    pub(super) csp_form: Option<Text>,
    /// The charset of pages that don't declare one.
    #[schemars(with = "Option<String>")]
    pub(super) default_charset: Option<Text>,
    /// What becomes of the application's own CSP.
    #[schemars(with = "Option<words::UpstreamCsp>")]
    pub(super) upstream_csp: Option<Text>,
    /// Whether browsers report the digest of every script that they fetch.
    #[schemars(with = "Option<bool>")]
    pub(super) report_hashes: Option<Spanned<bool>>,
    /// Whether pages with pinned scripts get a few lines that report a refused one.
    #[schemars(with = "Option<bool>")]
    pub(super) witness: Option<Spanned<bool>>,
    /// Whether service workers may be installed although a page rule enforces.
    #[schemars(with = "Option<bool>")]
    pub(super) service_workers: Option<Spanned<bool>>,
    /// What becomes of scripts without approval.
    #[schemars(with = "Option<words::Unapproved>")]
    pub(super) unapproved: Option<Text>,
    /// What happens when a page can't be judged to its end.
    #[schemars(with = "Option<words::Fail>")]
    pub(super) fail: Option<Text>,
    /// Whether a second parser reads what was rewritten, before it leaves.
    #[schemars(with = "Option<words::Opinion>")]
    pub(super) second_opinion: Option<Text>,
    /// Where a refresh, by `meta` or header, may lead.
    #[schemars(with = "Option<words::Refresh>")]
    pub(super) refresh: Option<Text>,
    /// What becomes of the site's own scripts whose bytes nobody has approved.
    #[schemars(with = "Option<words::OwnScripts>")]
    pub(super) own_scripts: Option<Text>,
    /// Page rules; the first that matches counts.
    #[schemars(rename = "page", with = "Option<Vec<PageTable>>")]
    pub(super) pages: Vec<PageTable>,
    /// External scripts.
    #[schemars(rename = "script", with = "Option<Vec<ScriptTable>>")]
    pub(super) scripts: Vec<ScriptTable>,
    /// Inline scripts, event handlers and `javascript:` URLs.
    #[schemars(with = "Option<Vec<InlineTable>>")]
    pub(super) inline: Vec<InlineTable>,
    /// The site's own scripts, as its builds make them.
    #[schemars(rename = "build", with = "Option<Vec<BuildTable>>")]
    pub(super) builds: Vec<BuildTable>,
    /// CSP directives that are not about scripts.
    #[schemars(with = "Option<std::collections::BTreeMap<String, Vec<String>>>")]
    pub(super) csp: Directives,
    /// Response headers of pages: a text sets one, `false` removes one.
    #[schemars(with = "Option<std::collections::BTreeMap<String, words::HeaderValue>>")]
    pub(super) headers: Fields,
}

/// How many page rules a file may have: they are compared with each other.
const MAX_RULES: usize = 1000;
/// How many scripts of a kind a file may have.
const MAX_SCRIPTS: usize = 100_000;
/// How many builds.
const MAX_BUILDS: usize = 100;

impl PolicyFile {
    /// Reads the file. `None` where it is not TOML.
    pub(super) fn read(text: &str, problems: &mut Problems) -> Option<Self> {
        let mut root = Keys::parse(text, "TOML is described at https://toml.io", problems)?;
        root.require("hosts", "name the host names that it is for: hosts = [\"shop.example\"]", problems);
        let file = Self {
            hosts: root.texts("hosts", problems),
            upstreams: root.texts("upstreams", problems),
            upstream_name: root.text("upstream-name", problems),
            balance: root
                .table("balance", "[balance]", problems)
                .map(|keys| BalanceTable::read(keys, problems)),
            mode: root.text("mode", problems),
            enforce_percent: root.number("enforce-percent", problems),
            csp_form: root.text("csp-form", problems),
            default_charset: root.text("default-charset", problems),
            upstream_csp: root.text("upstream-csp", problems),
            report_hashes: root.flag("report-hashes", problems),
            witness: root.flag("witness", problems),
            service_workers: root.flag("service-workers", problems),
            unapproved: root.text("unapproved", problems),
            fail: root.text("fail", problems),
            second_opinion: root.text("second-opinion", problems),
            refresh: root.text("refresh", problems),
            own_scripts: root.text("own-scripts", problems),
            pages: read_each(&mut root, "page", "[[page]]", MAX_RULES, PageTable::read, problems),
            scripts: read_each(&mut root, "script", "[[script]]", MAX_SCRIPTS, ScriptTable::read, problems),
            inline: read_each(&mut root, "inline", "[[inline]]", MAX_SCRIPTS, InlineTable::read, problems),
            builds: read_each(&mut root, "build", "[[build]]", MAX_BUILDS, BuildTable::read, problems),
            csp: root.lists("csp", problems),
            headers: root.texts_or_false("headers", problems),
        };
        root.finish(&LATER_FILE, problems);
        Some(file)
    }
}

fn read_each<'t, T>(
    root: &mut Keys<'t>,
    key: &'static str,
    name: &'static str,
    most: usize,
    read: impl Fn(Keys<'t>, &mut Problems) -> T,
    problems: &mut Problems,
) -> Vec<T> {
    let tables = root.tables(key, name, problems);
    if let Some(first_too_many) = tables.get(most) {
        problems.error(
            first_too_many.span(),
            format!("more than {most} {name} entries in one file"),
            "patterns such as \"/shop/*\" need fewer entries; sites can have files of their own",
        );
    }
    // The rest is not looked at: the file is refused in any case.
    tables.into_iter().take(most).map(|keys| read(keys, problems)).collect()
}
