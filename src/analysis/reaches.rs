//! What code reaches: findings, bounded and comparable.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// What a finding is about, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A host or URL that the code names.
    Host,
    /// A call that sends something, or loads something.
    Network,
    /// Form fields and what is typed into them.
    Field,
    /// `document.cookie`.
    Cookie,
    /// What browsers keep for a site.
    Storage,
    /// Text that is run as code.
    Code,
    /// Elements that load something, made by code.
    Insert,
    /// Markup written by code.
    Markup,
    /// Messages to other windows.
    Message,
    /// The clipboard.
    Clipboard,
    /// Text that is kept from being read.
    Hidden,
    /// Its own address, from which it makes others.
    Address,
    /// Other elements looked up.
    Lookup,
}

impl What {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::Host,
        Self::Network,
        Self::Field,
        Self::Cookie,
        Self::Storage,
        Self::Code,
        Self::Insert,
        Self::Markup,
        Self::Message,
        Self::Clipboard,
        Self::Hidden,
        Self::Address,
        Self::Lookup,
    ];

    /// What such findings have in common, before a list of them.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Host => "names hosts",
            Self::Network => "sends or loads by",
            Self::Field => "form fields",
            Self::Cookie => "cookies",
            Self::Storage => "stored data",
            Self::Code => "runs text as code by",
            Self::Insert => "makes elements",
            Self::Markup => "writes markup by",
            Self::Message => "other windows",
            Self::Clipboard => "clipboard",
            Self::Hidden => "hides what it does",
            Self::Address => "its own address by",
            Self::Lookup => "looks up elements",
        }
    }
}

/// A place in the code as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is about.
    pub what: What,
    /// What exactly: a host, a function, a field.
    pub thing: String,
    /// How often.
    pub count: usize,
    /// Where it stands first.
    pub place: Place,
    /// The code there, on one line.
    pub excerpt: String,
}

/// Everything found in one script.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaches {
    /// In the order of [`What`], then of the code.
    pub items: Vec<Item>,
    /// Findings that were more than the lists hold.
    pub left_out: usize,
}

/// What one version of a script reaches and another does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Reached by the new one only.
    pub new: Vec<Item>,
    /// Reached by the old one only.
    pub gone: Vec<Item>,
}

impl Reaches {
    /// The findings about one thing.
    pub fn of(&self, what: What) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.what == what)
    }

    /// What `self` reaches that `old` did not, and the other way round.
    pub fn compared_with(&self, old: &Self) -> Comparison {
        Comparison { new: without(&self.items, &old.items), gone: without(&old.items, &self.items) }
    }
}

fn without(items: &[Item], others: &[Item]) -> Vec<Item> {
    let known: HashSet<(What, &str)> = others.iter().map(|item| (item.what, item.thing.as_str())).collect();
    let missing = |item: &&Item| !known.contains(&(item.what, item.thing.as_str()));
    items.iter().filter(missing).cloned().collect()
}
