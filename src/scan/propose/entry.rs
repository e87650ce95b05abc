//! One script's entry in a proposed policy, or the comment that stands in its place.

use std::collections::BTreeSet;

use url::Url;

use super::words::{folder, obstacle, on, pattern, why};
use super::{Approve, Writer, quoted};
use crate::analysis::{Reaches, What, one_line};
use crate::inventory::{ScriptId, SeenKind, Tier};
use crate::judge::Kind;
use crate::scan::moving::Moves;
use crate::scan::party::Party;
use crate::scan::script::Script;
use crate::scan::vendor::{Delivery, Variation};

/// Pages that are named one by one; more become folders.
const PAGES_NAMED: usize = 12;
/// A script on every page of so many is taken for one of the whole site.
const EVERYWHERE: usize = 3;
/// Things that a comment names.
const THINGS: usize = 8;

/// A text, and the name of a file for it.
fn named(id: &ScriptId, text: Option<&str>) -> Vec<(String, String)> {
    vec![(format!("{id}.js"), text.unwrap_or_default().to_owned())]
}

impl Writer<'_> {
    pub(super) fn external(&mut self, script: &Script, url: &Url, address: &str, delivery: &Delivery) {
        let id = self.names.external(url);
        let on_site = address.starts_with('/');
        let whose = match script.party {
            Some(Party::Third) => "third party",
            Some(Party::First) | None => "first party",
        };
        let what = match script.found.kind {
            SeenKind::Preload if !script.imported => "only preloaded",
            SeenKind::Preload | SeenKind::Import => "imported module",
            SeenKind::External
            | SeenKind::Inline
            | SeenKind::Foreign
            | SeenKind::Handler
            | SeenKind::JavascriptUrl
            | SeenKind::Base
            | SeenKind::Srcdoc
            | SeenKind::Refresh
            | SeenKind::OwnScript => script.found.runs_as_name(),
        };
        self.comment(&format!("{whose}, {what}, {} bytes, {}", delivery.size, on(script)));
        if !delivery.redirects.is_empty() {
            self.comment(&format!("Redirected to {}.", delivery.redirects.join(" and ")));
        }
        if let Some(reading) = &delivery.reading {
            self.reaches(&reading.reaches, reading.unparsed.as_deref());
        }
        let obstacle = obstacle(delivery);
        // What can't be fixed to bytes can only be let run as it comes, until a day.
        let evergreen = obstacle.is_some() && delivery.failed.is_none() && !on_site;
        let tier =
            if on_site || (delivery.cors && delivery.moves.is_none()) { Tier::Pin } else { Tier::Mirror };
        if let Some(obstacle) = &obstacle {
            self.comment(&format!("NOT PROPOSED: {obstacle}"));
        } else if tier == Tier::Mirror {
            let why = match &delivery.moves {
                Some(Moves::NoVersion(why) | Moves::AnyTime(why)) => {
                    format!("{why}, so its bytes will change")
                }
                None => "the vendor sends no Access-Control-Allow-Origin, so browsers can't check its bytes"
                    .to_owned(),
            };
            self.comment(&format!("Mirrored, because {why}."));
        }
        if let Some(Variation::Failed(why)) =
            delivery.varies.iter().find(|varies| matches!(varies, Variation::Failed(_)))
        {
            self.comment(&format!("Not every fetch of it succeeded: {why}"));
        }
        let table = format!(
            "[[script]]\nid = {}\nurl = {}\n{}tier = {}\n{}why = {}\n",
            quoted(id.as_str()),
            quoted(address),
            self.pages_line(script),
            quoted(if evergreen { Tier::Evergreen.name() } else { tier.name() }),
            if script.imported && !evergreen { "module = true\n" } else { "" },
            quoted(&why(script)),
        );
        let table = if evergreen {
            format!("{table}justification = \"why its bytes can't be fixed\"\nexpires = 2000-01-01\n")
        } else {
            table
        };
        let mut arguments = vec!["approve".to_owned(), id.to_string()];
        if let Some(file) = &delivery.file {
            arguments.extend(["--file".to_owned(), file.display().to_string()]);
        } else if on_site {
            let at = self.scan.upstream.as_ref().and_then(|upstream| upstream.join(address).ok());
            arguments.extend(["--url".to_owned(), at.as_ref().unwrap_or(url).to_string()]);
        }
        if delivery.file.is_none() && (self.scan.allow_private || (on_site && self.scan.upstream.is_some())) {
            arguments.push("--allow-private".to_owned());
        }
        self.entry(&table, obstacle.is_some(), Approve { id, arguments, texts: Vec::new() });
    }

    pub(super) fn inline(&mut self, script: &Script, digest: &str, text: Option<&str>) {
        let id = self.names.in_page("inline", script.pages.iter());
        let size = text.map_or(0, str::len);
        self.comment(&format!(
            "inline, {}, {size} bytes, {digest}, {}",
            script.found.runs_as_name(),
            on(script)
        ));
        if let Some(text) = text {
            self.comment(&format!("It begins: {}", one_line(text.trim(), 80)));
        }
        if let Some(reading) = &script.reading {
            self.reaches(&reading.reaches, reading.unparsed.as_deref());
        }
        let shaped = script.found.shaped.as_ref();
        if shaped.is_some() {
            self.comment("Its data differs in each response, so its code is approved, with places for data.");
        }
        let table = format!(
            "[[inline]]\nid = {}\n{}{}why = {}\n",
            quoted(id.as_str()),
            match script.found.runs_as {
                _ if shaped.is_some() => "shape = true\n",
                Some(Kind::ImportMap) => "kind = \"import-map\"\n",
                Some(Kind::SpeculationRules) => "kind = \"speculation-rules\"\n",
                Some(Kind::Classic | Kind::Module | Kind::DataBlock) | None => "",
            },
            self.pages_line(script),
            quoted(&why(script)),
        );
        let texts = match shaped {
            Some(shaped) => (1_usize..)
                .zip(&shaped.samples)
                .map(|(n, text)| (format!("{id}.{n}.js"), text.clone()))
                .collect(),
            None => named(&id, text),
        };
        let flag = if shaped.is_some() { "--shape" } else { "--inline" };
        let arguments = self.inline_arguments(&id, flag, &texts);
        self.entry(&table, false, Approve { id, arguments, texts });
    }

    fn inline_arguments(&self, id: &ScriptId, flag: &str, texts: &[(String, String)]) -> Vec<String> {
        let file = |(name, _): &(String, String)| {
            self.texts.map_or_else(|| "FILE".to_owned(), |folder| folder.join(name).display().to_string())
        };
        let mut arguments = ["approve", id.as_str(), flag].map(str::to_owned).to_vec();
        arguments.extend(texts.iter().flat_map(|text| ["--file".to_owned(), file(text)]));
        arguments
    }

    /// Code in an attribute can be approved, but it is a choice: the policy says how.
    pub(super) fn attribute(&mut self, script: &Script, code: &str) {
        let is_url = script.found.kind == SeenKind::JavascriptUrl;
        let id = self.names.in_page(if is_url { "link" } else { "handler" }, script.pages.iter());
        let what = if is_url { "A javascript: URL" } else { "Code in an attribute" };
        self.comment(&format!("{what}, {}: {}", on(script), one_line(code.trim(), 120)));
        self.comment("Better than approving it: addEventListener in a script of the site.");
        let table = format!(
            "[[inline]]\nid = {}\nkind = {}\n{}why = {}\n",
            quoted(id.as_str()),
            quoted(if is_url { "url" } else { "handler" }),
            self.pages_line(script),
            quoted(&why(script)),
        );
        let texts = named(&id, Some(code));
        let arguments = self.inline_arguments(&id, "--inline", &texts);
        self.entry(&table, false, Approve { id, arguments, texts });
    }

    fn entry(&mut self, table: &str, commented: bool, approve: Approve) {
        if commented {
            for line in table.lines() {
                let line = format!("# {line}");
                self.line(&line);
            }
            return;
        }
        self.comment(&format!("countersign {} --because \"…\"", approve.arguments.join(" ")));
        self.out.push_str(table);
        self.approve.push(approve);
    }

    fn pages_line(&self, script: &Script) -> String {
        if self.pages >= EVERYWHERE && script.pages.len() >= self.pages {
            return "# on every page that was read, so it is proposed for every page\n".to_owned();
        }
        let mut patterns: BTreeSet<String> = script.pages.iter().filter_map(|path| pattern(path)).collect();
        if patterns.len() > PAGES_NAMED {
            patterns = script.pages.iter().map(|path| folder(path)).collect();
        }
        let patterns: Vec<String> = patterns.iter().map(|pattern| quoted(pattern)).collect();
        format!("pages = [{}]\n", patterns.join(", "))
    }

    fn reaches(&mut self, reaches: &Reaches, unparsed: Option<&str>) {
        if let Some(why) = unparsed {
            self.comment(&format!("Its code could not be parsed, because {why}."));
        }
        let telling = |what: &What| !matches!(what, What::Lookup | What::Address);
        let things: Vec<&str> = What::ALL
            .iter()
            .filter(|what| telling(what))
            .flat_map(|what| reaches.of(*what))
            .map(|item| item.thing.as_str())
            .collect();
        if !things.is_empty() {
            let shown = things.get(..THINGS).unwrap_or(&things).join(", ");
            let more = things.len().saturating_sub(THINGS);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            self.comment(&format!("Reaches: {shown}{more}"));
        }
        if reaches.of(What::Address).next().is_some() {
            self.comment("It may find other files by its own address, which tier mirror changes.");
        }
        if reaches.of(What::Code).next().is_some() {
            self.comment("It may run text as code, which the CSP stops.");
        }
        let loads = reaches.of(What::Insert).any(|item| item.thing == "script")
            || reaches.of(What::Network).any(|item| item.thing.starts_with("import"));
        if loads {
            self.comment("It may load other scripts, which run only where they are approved too.");
        }
    }
}
