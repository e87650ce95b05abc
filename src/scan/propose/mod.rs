//! A policy for what was found: TOML that `check` accepts, with comments for what a person must decide.
//! What can't be approved stands in it as a comment.

mod entry;
mod words;

use std::collections::BTreeSet;
use std::path::Path;

use url::Url;

use super::names::Names;
use super::script::{Script, Source};
use super::{Scan, Scanned};
use crate::analysis::{What, one_line};
use crate::inventory::{ScriptId, SeenKind};
use words::{on, pattern};

/// Things that a comment names.
const THINGS: usize = 8;
/// Characters of a comment.
const COMMENT: usize = 300;

/// Proposed policy text, and how its scripts would be approved.
#[derive(Debug)]
pub struct Proposal {
    /// TOML.
    pub text: String,
    /// One for each entry, in order.
    pub approve: Vec<Approve>,
}

/// How a script of the proposal would be approved. The reason is missing: it is a person's to give.
#[derive(Debug)]
pub struct Approve {
    /// Its id.
    pub id: ScriptId,
    /// Arguments of `countersign`, without `--because`.
    pub arguments: Vec<String>,
    /// Of an inline script: its text, or samples of it, with names for files in which they can stand.
    pub texts: Vec<(String, String)>,
}

/// Proposes a policy. `texts` is the folder where texts of inline scripts are put, if anywhere.
pub fn propose(scan: &Scan<'_>, scanned: &Scanned, texts: Option<&Path>) -> Proposal {
    let paths: BTreeSet<&str> =
        scanned.pages.iter().filter(|page| page.is_read).map(|page| page.path.as_str()).collect();
    let mut writer = Writer {
        scan,
        texts,
        pages: paths.len(),
        names: Names::default(),
        out: String::new(),
        approve: Vec::new(),
    };
    writer.head(scanned);
    writer.payment_pages(scanned);
    let runs = |script: &&Script| {
        !matches!(script.found.kind, SeenKind::Base | SeenKind::Srcdoc | SeenKind::Refresh)
            && (script.found.runs_as.is_none() || script.found.runs())
    };
    for script in scanned.scripts.iter().filter(runs) {
        writer.script(script);
    }
    writer.csp(scanned);
    Proposal { text: writer.out, approve: writer.approve }
}

struct Writer<'a> {
    scan: &'a Scan<'a>,
    texts: Option<&'a Path>,
    /// How many pages were read.
    pages: usize,
    names: Names,
    out: String,
    approve: Vec<Approve>,
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// A comment; text of pages in it can't end the line.
    fn comment(&mut self, text: &str) {
        let line = format!("# {}", one_line(text, COMMENT));
        self.line(&line);
    }

    fn head(&mut self, scanned: &Scanned) {
        let pages = self.pages;
        self.comment(&format!(
            "Proposed by `countersign scan` from {pages} page{}. It approves nothing: read it, write down why",
            if pages == 1 { "" } else { "s" }
        ));
        self.comment("each script is there, then run `countersign approve` with each id.");
        let hosts: BTreeSet<String> = scanned
            .pages
            .iter()
            .filter_map(|page| Some(Url::parse(&page.url).ok()?.host_str()?.to_owned()))
            .collect();
        let hosts: Vec<String> = hosts.iter().map(|host| quoted(host)).collect();
        self.line(&format!("hosts = [{}]", hosts.join(", ")));
        match &self.scan.upstream {
            Some(upstream) => {
                let upstream = quoted(upstream.origin().ascii_serialization().as_str());
                self.line(&format!("upstreams = [{upstream}]"));
            }
            None => self.line("# upstreams = [\"http://127.0.0.1:3000\"]"),
        }
        self.line("# \"enforce\" once everything is approved: until then nobody is protected.");
        self.line("mode = \"observe\"");
    }

    fn payment_pages(&mut self, scanned: &Scanned) {
        let mut told = BTreeSet::new();
        for page in scanned.pages.iter().filter(|page| !page.card_fields.is_empty()) {
            let Some(pattern) = pattern(&page.path) else { continue };
            if !told.insert(pattern.clone()) {
                continue;
            }
            let fields: Vec<&str> = page.card_fields.iter().take(THINGS).map(String::as_str).collect();
            self.line("");
            self.comment(&format!("This page asks for a card: {}.", fields.join(", ")));
            self.line("[[page]]");
            self.line(&format!("path = {}", quoted(&pattern)));
            self.line("payment = true");
        }
    }

    fn script(&mut self, script: &Script) {
        self.out.push('\n');
        if let Some(why) = script.found.hopeless {
            let name = script.name();
            let name = if name.is_empty() { "a script" } else { name };
            return self.comment(&format!(
                "{} {name}: can't be approved, because {why} ({})",
                script.found.kind,
                on(script)
            ));
        }
        match (&script.source, &script.delivery) {
            (Source::External { url, address }, Some(delivery)) => {
                self.external(script, url, address, delivery);
            }
            (Source::External { address, .. }, None) => {
                self.comment(&format!(
                    "{address}: not fetched, because a limit of the scan was met ({})",
                    on(script)
                ));
            }
            (Source::Inline { digest, text }, _) if script.found.kind == SeenKind::Inline => {
                self.inline(script, digest, text.as_deref());
            }
            (Source::Inline { text, .. }, _) => self.attribute(script, text.as_deref().unwrap_or_default()),
            (Source::Nothing(text), _) => {
                self.comment(&format!("{text}: leads to no script ({})", on(script)));
            }
        }
    }

    /// Where approved code can send things is worth a decision; which of these hosts are meant is not
    /// for a program to say.
    fn csp(&mut self, scanned: &Scanned) {
        let mut hosts = BTreeSet::new();
        for script in &scanned.scripts {
            let delivered = script.delivery.as_ref().and_then(|delivery| delivery.reading.as_ref());
            for item in delivered
                .or(script.reading.as_ref())
                .iter()
                .flat_map(|reading| reading.reaches.of(What::Host))
            {
                if item.thing.starts_with("https://") && !item.thing.ends_with("www.w3.org") {
                    hosts.insert(item.thing.clone());
                }
            }
        }
        if hosts.is_empty() {
            return;
        }
        let hosts: Vec<String> = hosts.iter().take(20).map(|host| quoted(host)).collect();
        self.out.push('\n');
        self.comment("Hosts that scripts name. Keep those that they are meant to reach, and nothing else:");
        self.line("# [csp]");
        let line = format!("# connect-src = [\"'self'\", {}]", hosts.join(", "));
        self.line(&line);
    }
}

impl std::fmt::Display for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
