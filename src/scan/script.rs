//! Scripts as pages have them, and each of them once for all pages.

use std::collections::{BTreeSet, HashMap};

use url::Url;

use super::page::Page;
use super::party::Party;
use super::vendor::Delivery;
use crate::analysis::Reading;
use crate::html::Judged;
use crate::inventory::{ScriptAddress, SeenKind};
use crate::judge::{Kind, Reason};

/// A script in one page.
#[derive(Debug, Clone)]
pub struct Found {
    /// How it stands in the page.
    pub kind: SeenKind,
    /// What a browser runs it as.
    pub runs_as: Option<Kind>,
    /// Where it comes from.
    pub source: Source,
    /// Why nothing can approve it, where that is so.
    pub hopeless: Option<&'static str>,
    /// Its text differs in each response, but only its data.
    pub shaped: Option<Shaped>,
}

/// An inline script that could be approved by its shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shaped {
    /// The code that would be approved.
    pub code: String,
    /// Texts that it had.
    pub samples: Vec<String>,
}

/// Where a script comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A URL.
    External {
        /// Canonical.
        url: Url,
        /// As a policy names it: a path where it is on the site itself.
        address: String,
    },
    /// Its text stands in the page.
    Inline {
        /// `sha256-…`; empty for data blocks and empty scripts.
        digest: String,
        /// The text, where it was kept.
        text: Option<String>,
    },
    /// Something that makes no http URL: as the page has it.
    Nothing(String),
}

/// A script, wherever it was found.
#[derive(Debug)]
pub struct Script {
    /// As it was first found.
    pub found: Found,
    /// Where it comes from.
    pub source: Source,
    /// Other kinds in which it was found too (a preload, mostly).
    pub kinds: BTreeSet<SeenKind>,
    /// Other scripts import it.
    pub imported: bool,
    /// Whose it is; `None` where there is no URL.
    pub party: Option<Party>,
    /// The paths of its pages.
    pub pages: BTreeSet<String>,
    /// What fetching it told.
    pub delivery: Option<Delivery>,
    /// What its code reaches, for inline ones.
    pub reading: Option<Reading>,
    /// A page on which it was found.
    pub page: Option<Url>,
}

impl Found {
    /// What the rewriter said of a script in the page at `page`.
    pub(super) fn of(judged: Judged, page: &Url) -> Self {
        let hopeless = match judged.verdict.reason() {
            Reason::ForeignScript => Some("it stands in SVG or MathML, where browsers check no integrity"),
            Reason::DanglingMarkup => Some("its attributes contain `<script` or `<style`"),
            Reason::TooLong => Some("it is longer than an inline script may be"),
            Reason::Unclosed => Some("it has no end, so browsers don't run it"),
            Reason::ForeignBase => Some("a base on another origin moves every relative URL"),
            Reason::ForeignRefresh | Reason::ReplacedCsp => Some("it is no script"),
            Reason::SrcdocDepth | Reason::SrcdocLength | Reason::SrcdocUnread => {
                Some("a document in `srcdoc` that can't be judged")
            }
            Reason::NoUrl => Some("its src leads to no http or https URL"),
            Reason::ExternalMap => Some("browsers load no import map and no speculation rules from a URL"),
            Reason::ApprovedUrl
            | Reason::ApprovedDigest
            | Reason::ApprovedShape
            | Reason::Evergreen
            | Reason::Ended
            | Reason::NotExecutable
            | Reason::UnknownUrl
            | Reason::UnknownDigest
            | Reason::UnknownImportMap
            | Reason::UnknownSpeculationRules
            | Reason::UnknownHandler
            | Reason::UnknownJavascriptUrl
            | Reason::CodeUnseen
            | Reason::NoApproval
            | Reason::UnapprovedPreload
            | Reason::ApprovedBytes
            | Reason::UnknownOwnScript
            | Reason::ChangedOwnScript
            | Reason::OwnScriptUnread => None,
        };
        let (kind, runs_as) = (judged.kind, judged.runs_as);
        let source = if kind == SeenKind::Inline {
            Source::Inline { digest: judged.script, text: judged.text }
        } else if let (None, Ok(url)) = (hopeless, Url::parse(&judged.script)) {
            // By scheme, host and port: the policy's word for a script of the site itself.
            let on_site = ScriptAddress::on_site_key(&url, page);
            let address = on_site.unwrap_or_else(|| url.to_string());
            Source::External { url, address }
        } else {
            Source::Nothing(judged.script)
        };
        Self { kind, runs_as, source, hopeless, shaped: None }
    }

    /// Whether browsers run it at all.
    pub fn runs(&self) -> bool {
        self.runs_as != Some(Kind::DataBlock)
    }

    /// Whether it is JSON for the browser and no code.
    pub(super) fn is_json(&self) -> bool {
        matches!(self.runs_as, Some(Kind::ImportMap | Kind::SpeculationRules))
    }

    /// The name of what it runs as.
    pub const fn runs_as_name(&self) -> &'static str {
        match self.runs_as {
            Some(Kind::Classic) => "classic",
            Some(Kind::Module) => "module",
            Some(Kind::ImportMap) => "import-map",
            Some(Kind::SpeculationRules) => "speculation-rules",
            Some(Kind::DataBlock) => "data",
            None => "none",
        }
    }
}

impl Script {
    /// Its URL, where it is to be fetched.
    pub fn url(&self) -> Option<&Url> {
        match &self.source {
            Source::External { url, .. } if self.found.runs() => Some(url),
            Source::External { .. } | Source::Inline { .. } | Source::Nothing(_) => None,
        }
    }

    /// For people: URL, path or digest.
    pub fn name(&self) -> &str {
        match &self.source {
            Source::External { address, .. } => address,
            Source::Inline { digest, .. } => digest,
            Source::Nothing(text) => text,
        }
    }
}

/// Every script of these pages once: by address, by digest, by what else there is.
pub(super) fn of_pages(pages: &[Page]) -> Vec<Script> {
    let mut scripts: Vec<Script> = Vec::new();
    let mut places: HashMap<(Option<SeenKind>, String), usize> = HashMap::new();
    for page in pages {
        let url = Url::parse(&page.url).ok();
        let handlers = page.handlers.iter().map(|handler| Found {
            kind: if handler.is_url { SeenKind::JavascriptUrl } else { SeenKind::Handler },
            runs_as: None,
            source: Source::Inline {
                digest: handler.digest.to_string(),
                text: Some(handler.written.clone()),
            },
            hopeless: None,
            shaped: None,
        });
        for found in page.scripts.iter().cloned().chain(handlers) {
            let class = match (&found.source, found.kind) {
                (Source::External { .. }, _) => None,
                (_, kind) => Some(kind),
            };
            let key = match &found.source {
                Source::Inline { digest, text } if digest.is_empty() => text.clone().unwrap_or_default(),
                Source::Inline { digest, .. } => digest.clone(),
                Source::External { address, .. } => address.clone(),
                Source::Nothing(text) => text.clone(),
            };
            // With other data it is the same script.
            let key = found.shaped.as_ref().map_or(key, |shaped| shaped.code.clone());
            let place = *places.entry((class, key)).or_insert(scripts.len());
            if place == scripts.len() {
                let party = match (&found.source, &url) {
                    (Source::External { url, .. }, Some(page)) => Some(Party::of(url, page)),
                    _ => None,
                };
                scripts.push(Script {
                    source: found.source.clone(),
                    kinds: BTreeSet::new(),
                    imported: false,
                    party,
                    pages: BTreeSet::new(),
                    delivery: None,
                    reading: None,
                    page: url.clone(),
                    found: found.clone(),
                });
            }
            if let Some(script) = scripts.get_mut(place) {
                script.kinds.insert(found.kind);
                script.pages.insert(page.path.clone());
                // A preload says less than the script itself.
                if script.found.kind == SeenKind::Preload && found.kind != SeenKind::Preload {
                    script.found = found;
                }
            }
        }
    }
    scripts
}
