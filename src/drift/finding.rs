//! What came of a look, for people and for programs.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::answer::Answer;
use super::change::{Change, ReadScript};
use super::kind::Drift;
use super::look::{Sight, Version};
use super::quarantine::Quarantine;
use super::severity::{Assessment, assess};
use super::watched::Watched;
use crate::analysis::{Item, one_line};

/// New things of one version that are told.
const TOLD: usize = 40;

/// What came of a look at one script.
#[derive(Debug)]
pub struct Finding {
    /// Which.
    pub watched: Watched,
    /// In one word.
    pub drift: Drift,
    /// How grave, and why.
    pub assessment: Assessment,
    /// What each vantage was answered, by their names.
    pub answers: Vec<(&'static str, Answer)>,
    /// Each unknown version beside the approved one.
    pub changes: Vec<Change>,
    /// Their bytes, for review.
    pub versions: Vec<Version>,
    /// Where they are kept, if they are.
    pub kept: Vec<PathBuf>,
}

impl Finding {
    /// Reads the code of new versions, which takes its time.
    pub(super) fn of(watched: Watched, sight: Sight, policies: &Path, read: &ReadScript) -> Self {
        let compare = matches!(sight.drift, Drift::Changed | Drift::Cloaked);
        let versions = if compare { sight.versions } else { Vec::new() };
        let changes: Vec<Change> =
            versions.iter().map(|version| Change::of(&watched, version, policies, read)).collect();
        let unread = sight.answers.iter().find_map(|(_, answer)| match answer {
            Answer::Unread(why) => Some(why.as_str()),
            Answer::Bytes { .. } | Answer::Gone(_) | Answer::Redirect(_) | Answer::Failed(_) => None,
        });
        let assessment = assess(&watched, sight.drift, &changes, unread);
        Self {
            assessment,
            drift: sight.drift,
            answers: sight.answers,
            watched,
            changes,
            versions,
            kept: Vec::new(),
        }
    }

    /// Keeps the unknown versions for review. That it can't is told, and changes nothing else.
    pub fn keep(&mut self, quarantine: &Quarantine) -> io::Result<()> {
        for version in &self.versions {
            self.kept.push(quarantine.keep(&self.watched, version)?);
        }
        Ok(())
    }

    /// The digests of bytes that nobody has approved.
    pub(super) fn unknown(&self) -> Vec<String> {
        let mut unknown: Vec<String> =
            self.versions.iter().map(|version| version.digest.to_string()).collect();
        unknown.sort();
        unknown
    }

    /// What the unknown bytes newly reach, and that they can't be read, each once.
    pub(super) fn reaches(&self) -> Vec<String> {
        let unread = self.answers.iter().any(|(_, answer)| matches!(answer, Answer::Unread(_)));
        let unparsed = self.changes.iter().any(|change| change.unparsed.is_some());
        let items = self.changes.iter().flat_map(|change| &change.newly_reached);
        let mut reaches: Vec<String> =
            items.map(|item| format!("{:?} {}", item.what, one_line(&item.thing, 100))).collect();
        reaches.extend((unread || unparsed).then(|| "what can't be read".to_owned()));
        reaches.sort();
        reaches.dedup();
        reaches
    }

    /// Whether no vantage was sent any bytes that browsers may run.
    pub(super) fn brought_nothing(&self) -> bool {
        !self.answers.iter().any(|(_, answer)| matches!(answer, Answer::Bytes { .. } | Answer::Unread(_)))
    }

    /// Whether some vantage was answered, whatever it was.
    pub(super) fn says_something(&self) -> bool {
        !self.answers.iter().all(|(_, answer)| matches!(answer, Answer::Failed(_)))
    }

    /// Site and id: `shop/chat`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.watched.site, self.watched.script.id)
    }

    /// What each vantage was answered; those that were answered the same together.
    fn groups(&self) -> Vec<(String, Vec<&'static str>)> {
        let mut groups: Vec<(String, Vec<&'static str>)> = Vec::new();
        for (vantage, answer) in &self.answers {
            let said = self.said(answer);
            match groups.iter_mut().find(|(known, _)| *known == said) {
                Some((_, vantages)) => vantages.push(vantage),
                None => groups.push((said, vec![vantage])),
            }
        }
        groups
    }

    fn said(&self, answer: &Answer) -> String {
        match answer {
            Answer::Bytes { digest, size, leads_to, cors } => {
                let approved = self.watched.script.digests.contains(digest);
                let what = if approved { "the approved bytes" } else { "other bytes" };
                let leads = leads_to.as_ref().map_or(String::new(), |to| format!(", from {to}"));
                let cors = if *cors { "" } else { ", without CORS" };
                format!("{what} ({size}, {digest}{leads}{cors})")
            }
            Answer::Unread(why) | Answer::Gone(why) | Answer::Redirect(why) | Answer::Failed(why) => {
                why.clone()
            }
        }
    }

    /// In a sentence.
    pub fn sentence(&self) -> String {
        let url = one_line(self.watched.url.as_str(), 300);
        match self.drift {
            Drift::Same => format!("{url} serves the approved bytes"),
            Drift::FirstSeen => {
                format!("{url} is evergreen: no bytes are approved, and none were seen before these")
            }
            Drift::Changed if self.watched.script.digests.is_empty() => format!("{url} serves other bytes"),
            Drift::Changed => format!("{url} serves bytes that nobody has approved"),
            Drift::Gone => format!("{url} no longer serves a script"),
            Drift::Redirected => format!("{url} leads elsewhere"),
            Drift::Cloaked => format!("{url} does not serve everybody the same"),
            Drift::Unreachable => format!("{url} gives no answer"),
            Drift::CorsLost => format!("{url} no longer lets other sites read it"),
        }
    }

    /// What to do.
    pub fn way_out(&self) -> Option<String> {
        let (id, site) = (&self.watched.script.id, &self.watched.site);
        let file = self.kept.first().map_or(String::new(), |path| format!(" --file {}", path.display()));
        let approve = format!("countersign approve {id} --site {site}{file} --because \"…\"");
        match self.drift {
            Drift::Same | Drift::FirstSeen => None,
            Drift::Changed if self.changes.iter().any(|change| change.no_comparison.is_none()) => {
                Some(format!("{approve}   shows the difference, and asks before it approves"))
            }
            Drift::Changed => Some("look at what it serves, and ask its vendor what changed".to_owned()),
            Drift::Gone => {
                Some("ask its vendor where it is now; tier = \"mirror\" serves the approved bytes".to_owned())
            }
            Drift::Redirected => Some("if it is meant, name the new URL in pages and policy".to_owned()),
            Drift::Cloaked => Some(format!(
                "ask its vendor why; until then tier = \"mirror\" serves everybody the approved bytes. If the new \
                 ones are right: {approve}"
            )),
            Drift::Unreachable => Some("see whether its server can be reached from here".to_owned()),
            Drift::CorsLost => Some(
                "ask its vendor for Access-Control-Allow-Origin; tier = \"mirror\" needs none".to_owned(),
            ),
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string can't fail, here and below.
        let _ = writeln!(
            text,
            "{}  {}{}",
            self.name(),
            self.drift.name(),
            if self.drift.is_finding() {
                format!(", {}", self.assessment.severity.name())
            } else {
                String::new()
            }
        );
        let _ = writeln!(text, "  {} (tier {})", self.sentence(), self.watched.script.tier.name());
        if !self.drift.is_finding() {
            return text;
        }
        for (said, vantages) in self.groups() {
            let who =
                if vantages.len() == self.answers.len() { "all".to_owned() } else { vantages.join(", ") };
            let _ = writeln!(text, "  {who}: {said}");
        }
        for why in &self.assessment.because {
            let _ = writeln!(text, "  because {why}");
        }
        for change in &self.changes {
            for item in change.newly_reached.iter().take(TOLD) {
                let _ = writeln!(text, "  NEW {}", told(item));
            }
            let more = change.newly_reached.len().saturating_sub(TOLD);
            if more > 0 {
                let _ = writeln!(text, "  … and {more} more");
            }
        }
        if let Some(way_out) = self.way_out() {
            let _ = writeln!(text, "  what to do: {way_out}");
        }
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let answers: Vec<Value> = self
            .answers
            .iter()
            .map(|(vantage, answer)| json!({ "vantage": vantage, "answer": of(answer) }))
            .collect();
        json!({
            "site": self.watched.site.0,
            "script": self.watched.script.id.as_str(),
            "url": self.watched.url.as_str(),
            "tier": self.watched.script.tier.name(),
            "drift": self.drift,
            "severity": self.assessment.severity,
            "because": self.assessment.because,
            "approved": self.watched.script.digests.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "answers": answers,
            "changes": self.changes,
            "kept": self.kept,
            "what_to_do": self.way_out(),
        })
    }
}

fn of(answer: &Answer) -> Value {
    match answer {
        Answer::Bytes { digest, size, leads_to, cors } => json!({
            "kind": "bytes", "digest": digest.to_string(), "size": size,
            "leads_to": leads_to.as_ref().map(url::Url::as_str), "cors": cors,
        }),
        Answer::Unread(why) => json!({ "kind": "unread", "why": why }),
        Answer::Gone(why) => json!({ "kind": "gone", "why": why }),
        Answer::Redirect(why) => json!({ "kind": "redirect", "why": why }),
        Answer::Failed(why) => json!({ "kind": "failed", "why": why }),
    }
}

fn told(item: &Item) -> String {
    let (line, column) = (item.place.line, item.place.column);
    format!("{}: {} (line {line}:{column})  {}", item.what.title(), item.thing, item.excerpt)
}
