//! The new code beside the code approved before: what it reaches, what of that is new, and the
//! difference in readable form.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::map;
use crate::analysis::{Comparison, Difference, Item, Reaches, Reading, What, compare, one_line};
use crate::cli::apart::read_apart;
use crate::inventory::{ScriptId, bytes_path};
use crate::policy::InlineKind;
use crate::sri::Digest;

/// Lines of a difference that are shown unless all are asked for.
const DIFF_LINES: usize = 200;
/// Findings of one kind that are shown on one line.
const THINGS: usize = 12;
/// New findings that are shown, one a line.
const NEW_ITEMS: usize = 60;

/// What a person should know of the code before agreeing.
pub(super) struct Review {
    new: Reading,
    before: Before,
    /// What an import map leads where.
    leads: Option<String>,
}

/// What was approved before.
enum Before {
    Nothing,
    Same,
    /// The newest approval's bytes are not there, or not right.
    Missing(String),
    Code {
        old: Box<Reading>,
        reaches: Comparison,
        difference: Difference,
    },
}

/// What is to be read.
pub(super) struct Subject<'a> {
    pub(super) policies: &'a Path,
    pub(super) site: &'a str,
    pub(super) script: &'a ScriptId,
    /// The digest of what was approved before, if anything was.
    pub(super) before: Option<&'a Digest>,
    /// What an inline text is.
    pub(super) kind: Option<InlineKind>,
    /// The new code.
    pub(super) bytes: &'a [u8],
    pub(super) digest: &'a Digest,
}

impl Review {
    /// Reads the new code, and the one approved before.
    pub(super) fn of(subject: &Subject<'_>, full_diff: bool) -> Self {
        let read = |bytes: &[u8]| map::reading(subject.kind, bytes).unwrap_or_else(|| read_apart(bytes));
        let new = read(subject.bytes);
        let leads = map::leads(subject.kind, subject.bytes);
        let Some(before) = subject.before else { return Self { new, before: Before::Nothing, leads } };
        if before == subject.digest {
            return Self { new, before: Before::Same, leads };
        }
        let path = bytes_path(subject.policies, subject.site, subject.script, before);
        let before = match fs::read(&path) {
            Ok(bytes) if Digest::of(before.algorithm(), &bytes) == *before => {
                let old = read(&bytes);
                let limit = (!full_diff).then_some(DIFF_LINES);
                Before::Code {
                    reaches: new.reaches.compared_with(&old.reaches),
                    difference: compare(&old.readable, &new.readable, limit),
                    old: Box::new(old),
                }
            }
            Ok(_) => Before::Missing(format!("{} are not the bytes that were approved", path.display())),
            Err(error) => Before::Missing(format!("{}: {error}", path.display())),
        };
        Self { new, before, leads }
    }

    /// What to know before pages name our copy of it: by its address it may find other files.
    pub(super) fn of_mirroring(&self) -> Option<String> {
        let found: Vec<String> = self.new.reaches.of(What::Address).take(THINGS).map(short).collect();
        (!found.is_empty()).then(|| {
            format!(
                "note    it looks for its own address: {}. Mirrored, it finds ours (/_countersign/s/…) and not its \
vendor's, so files that it loads beside itself are missing. Try it before it goes live; where \
that happens, give it the vendor's address by its own settings or attributes, if it has any, or write \
tier = \"pin\" with on-drift = \"refuse\"",
                found.join(", ")
            )
        })
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if let Some(leads) = &self.leads {
            let _ = writeln!(text, "{leads}");
        }
        if let Some(why) = &self.new.unparsed {
            // Writing to a string can't fail, here and below.
            let _ = writeln!(text, "the code could not be parsed, because {why}: only hosts were looked for");
        }
        if let Before::Code { reaches, .. } = &self.before {
            changes(&mut text, reaches);
        }
        everything(&mut text, &self.new.reaches);
        imports(&mut text, &self.new.imports);
        match &self.before {
            Before::Nothing | Before::Same => {}
            Before::Missing(why) => {
                let _ = writeln!(text, "no comparison with the bytes approved before: {why}");
            }
            Before::Code { old, difference, .. } => self.difference(&mut text, old, difference),
        }
        text.trim_end().to_owned()
    }

    fn difference(&self, text: &mut String, old: &Reading, difference: &Difference) {
        let formatted = match (&old.unparsed, &self.new.unparsed) {
            (None, None) => "both formatted",
            _ => "as it came, because one of the two could not be parsed",
        };
        if difference.is_empty() {
            let _ = writeln!(text, "the code is the same once it is formatted; only its writing changed");
            return;
        }
        let (added, removed) = (difference.added, difference.removed);
        let _ = writeln!(text, "difference ({formatted}): {added} lines more, {removed} lines less");
        for line in &difference.lines {
            let _ = writeln!(text, "{line}");
        }
        if difference.left_out > 0 {
            let left_out = difference.left_out;
            let _ = writeln!(text, "… {left_out} more lines of difference: --full-diff shows all");
        }
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let mut review = json!({
            "unparsed": self.new.unparsed,
            "reaches": self.new.reaches.items,
            "reaches_left_out": self.new.reaches.left_out,
            "imports": self.new.imports,
        });
        let before = match &self.before {
            Before::Nothing => json!("nothing"),
            Before::Same => json!("the-same-bytes"),
            Before::Missing(why) => json!({ "missing": why }),
            Before::Code { old, reaches, difference } => json!({
                "unparsed": old.unparsed,
                "newly_reached": reaches.new,
                "no_longer_reached": reaches.gone,
                "difference": difference,
            }),
        };
        if let Some(object) = review.as_object_mut() {
            object.insert("before".to_owned(), before);
        }
        review
    }
}

fn changes(text: &mut String, reaches: &Comparison) {
    if reaches.new.is_empty() {
        text.push_str("it reaches nothing that the approved code did not\n");
    } else {
        text.push_str("NEW: it reaches what the approved code did not\n");
        for item in reaches.new.iter().take(NEW_ITEMS) {
            let _ = writeln!(text, "  {}", long(item));
        }
        let more = reaches.new.len().saturating_sub(NEW_ITEMS);
        if more > 0 {
            let _ = writeln!(text, "  … and {more} more");
        }
    }
    if !reaches.gone.is_empty() {
        let gone: Vec<&str> = reaches.gone.iter().take(THINGS).map(|item| item.thing.as_str()).collect();
        let more = reaches.gone.len().saturating_sub(gone.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(text, "no longer: {}{more}", gone.join(", "));
    }
}

fn long(item: &Item) -> String {
    let times = if item.count > 1 { format!(", {} times", item.count) } else { String::new() };
    let (line, column) = (item.place.line, item.place.column);
    format!("{}: {} (line {line}:{column}{times})  {}", item.what.title(), item.thing, item.excerpt)
}

fn everything(text: &mut String, reaches: &Reaches) {
    if reaches.items.is_empty() {
        text.push_str("the code reaches nothing that was looked for; that does not make it harmless\n");
        return;
    }
    text.push_str("what the code reaches (found in its text; what it hides is not found)\n");
    for what in What::ALL {
        let all: Vec<&Item> = reaches.of(what).collect();
        if all.is_empty() {
            continue;
        }
        let shown: Vec<String> = all.iter().take(THINGS).map(|item| short(item)).collect();
        let more = all.len().saturating_sub(THINGS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(text, "  {:<21}{}{more}", what.title(), shown.join(", "));
    }
    if reaches.left_out > 0 {
        let _ = writeln!(text, "  … and {} more, which the lists don't hold", reaches.left_out);
    }
}

fn imports(text: &mut String, imports: &[String]) {
    if imports.is_empty() {
        return;
    }
    let shown: Vec<String> =
        imports.iter().take(NEW_ITEMS).map(|specifier| one_line(specifier, 200)).collect();
    let more = imports.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = writeln!(
        text,
        "it imports {}{more}; each needs a [[script]] with `module = true` on the same pages",
        shown.join(", ")
    );
}

fn short(item: &Item) -> String {
    format!("{} ({}:{})", item.thing, item.place.line, item.place.column)
}
