//! A policy file's shape: every key with its place, nothing judged yet. What the values must be is
//! `check`'s to say.

use std::ops::Range;

use serde_spanned::Spanned;

use crate::diagnostic::{Keys, Problems, Text, Texts};

/// Keys that the design has and this version doesn't.
const LATER_FILE: [&str; 5] = ["enforce-percent", "headers", "approvers", "quorum", "style"];
const LATER_SCRIPT: [&str; 3] = ["evergreen", "expires", "shape"];

/// `shop.toml`.
#[derive(Debug)]
pub(super) struct PolicyFile {
    pub(super) hosts: Option<Texts>,
    pub(super) upstreams: Option<Texts>,
    pub(super) mode: Option<Text>,
    pub(super) default_charset: Option<Text>,
    pub(super) upstream_csp: Option<Text>,
    pub(super) witness: Option<Spanned<bool>>,
    pub(super) service_workers: Option<Spanned<bool>>,
    pub(super) unapproved: Option<Text>,
    pub(super) fail: Option<Text>,
    pub(super) pages: Vec<PageTable>,
    pub(super) scripts: Vec<ScriptTable>,
    pub(super) inline: Vec<InlineTable>,
    pub(super) csp: Vec<(Text, Texts)>,
}

/// `[[page]]`
#[derive(Debug)]
pub(super) struct PageTable {
    pub(super) path: Option<Text>,
    pub(super) mode: Option<Text>,
    pub(super) payment: Option<Spanned<bool>>,
    pub(super) unapproved: Option<Text>,
    pub(super) fail: Option<Text>,
}

/// `[[script]]`
#[derive(Debug)]
pub(super) struct ScriptTable {
    pub(super) span: Range<usize>,
    pub(super) id: Option<Text>,
    pub(super) url: Option<Text>,
    pub(super) pages: Option<Texts>,
    pub(super) tier: Option<Text>,
    pub(super) why: Option<Text>,
}

/// `[[inline]]`
#[derive(Debug)]
pub(super) struct InlineTable {
    pub(super) span: Range<usize>,
    pub(super) id: Option<Text>,
    pub(super) pages: Option<Texts>,
    pub(super) why: Option<Text>,
}

/// How many entries of a kind a file may have.
const MAX_TABLES: usize = 1000;

const WHY: &str = "say in a sentence what the script is for: why = \"…\"";
const ID: &str = "give it a short name, such as id = \"chat\"; logs and the lock use it";

impl PolicyFile {
    /// Reads the file. `None` where it is not TOML.
    pub(super) fn read(text: &str, problems: &mut Problems) -> Option<Self> {
        let mut root = Keys::parse(text, "TOML is described at https://toml.io", problems)?;
        root.require("hosts", "name the host names that it is for: hosts = [\"shop.example\"]", problems);
        let file = Self {
            hosts: root.texts("hosts", problems),
            upstreams: root.texts("upstreams", problems),
            mode: root.text("mode", problems),
            default_charset: root.text("default-charset", problems),
            upstream_csp: root.text("upstream-csp", problems),
            witness: root.flag("witness", problems),
            service_workers: root.flag("service-workers", problems),
            unapproved: root.text("unapproved", problems),
            fail: root.text("fail", problems),
            pages: read_each(&mut root, "page", "[[page]]", PageTable::read, problems),
            scripts: read_each(&mut root, "script", "[[script]]", ScriptTable::read, problems),
            inline: read_each(&mut root, "inline", "[[inline]]", InlineTable::read, problems),
            csp: root.lists("csp", problems),
        };
        root.finish(&LATER_FILE, problems);
        Some(file)
    }
}

fn read_each<'t, T>(
    root: &mut Keys<'t>,
    key: &'static str,
    name: &'static str,
    read: impl Fn(Keys<'t>, &mut Problems) -> T,
    problems: &mut Problems,
) -> Vec<T> {
    let tables = root.tables(key, name, problems);
    if let Some(first_too_many) = tables.get(MAX_TABLES) {
        problems.error(
            first_too_many.span(),
            format!("more than {MAX_TABLES} {name} entries in one file"),
            "patterns such as \"/shop/*\" need fewer entries; sites can have files of their own",
        );
    }
    // The rest is not looked at: rules are compared with each other, which would take its time.
    tables.into_iter().take(MAX_TABLES).map(|keys| read(keys, problems)).collect()
}

impl PageTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let path = "say for which paths: path = \"/checkout/*\"";
        let table = Self {
            path: keys.required_text("path", path, problems),
            mode: keys.text("mode", problems),
            payment: keys.flag("payment", problems),
            unapproved: keys.text("unapproved", problems),
            fail: keys.text("fail", problems),
        };
        keys.finish(&LATER_FILE, problems);
        table
    }
}

impl ScriptTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let url = "say where it is: url = \"https://cdn.example/x.js\", or a path on the site itself";
        let tier = "write tier = \"pin\" (vendor's URL, checked) or tier = \"mirror\" (served by us)";
        let table = Self {
            span: keys.span(),
            id: keys.required_text("id", ID, problems),
            url: keys.required_text("url", url, problems),
            pages: keys.texts("pages", problems),
            tier: keys.required_text("tier", tier, problems),
            why: keys.required_text("why", WHY, problems),
        };
        // Read for its type; who owns a script is for the people who read the file.
        keys.text("owner", problems);
        keys.finish(&LATER_SCRIPT, problems);
        table
    }
}

impl InlineTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            span: keys.span(),
            id: keys.required_text("id", ID, problems),
            pages: keys.texts("pages", problems),
            why: keys.required_text("why", WHY, problems),
        };
        keys.text("owner", problems);
        keys.finish(&LATER_SCRIPT, problems);
        table
    }
}
