//! One page: fetched or read, then judged by the code that judges pages for visitors, while it only
//! observes. So what is found here is what would be judged.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::rc::Rc;

use encoding_rs::{Encoding, WINDOWS_1252};
use http::HeaderMap;
use http::header::CONTENT_SECURITY_POLICY;
use serde::Serialize;
use url::Url;

use super::Scan;
use super::limits::Budget;
use super::place::Place;
use super::script::{Found, Shaped, Source};
use crate::html::{CHARSET_SEARCH, Charset, Handler, Limits, Rewriter, charset_of, survey};
use crate::inventory::SeenKind;
use crate::judge::Kind;
use crate::policy::{UpstreamAddress, Visit, observe_only};
use crate::transport::fetch::{self, FetchOptions, Fetched, MAX_BYTES, Through, Wanted};
use crate::web::extract_media_type;

/// How much of a page goes to the rewriter at once.
const PIECE: usize = 16 << 10;

/// A page and what is in it.
#[derive(Debug, Default)]
pub struct Page {
    /// Its URL, after redirects.
    pub url: String,
    /// Its path.
    pub path: String,
    /// The file it came from.
    pub file: Option<String>,
    /// What somebody should know.
    pub notes: Vec<Note>,
    /// Whether it was read.
    pub is_read: bool,
    /// Scripts, in the order of the page.
    pub scripts: Vec<Found>,
    /// Code in attributes.
    pub handlers: Vec<Handler>,
    /// Fields that ask for a card's data.
    pub card_fields: BTreeSet<String>,
}

/// Something that a person should know about a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Note(pub String);

/// What came of a page's place.
struct Markup {
    bytes: Vec<u8>,
    declared: Option<String>,
    url: Url,
    notes: Vec<Note>,
}

/// Reads a page. What goes wrong is among its notes.
pub(super) fn read(scan: &Scan<'_>, place: &Place, budget: &Budget) -> Page {
    let file = place.file.as_ref().map(|file| file.display().to_string());
    let mut page =
        Page { url: place.url.to_string(), path: place.url.path().to_owned(), file, ..Page::default() };
    if budget.is_spent() {
        page.note("not read: the scan's limit of bytes was met");
        return page;
    }
    let markup = match &place.file {
        Some(file) => read_file(file, &place.url),
        None => fetched(scan, &place.url),
    };
    match markup {
        Ok(markup) => {
            budget.spend(markup.bytes.len());
            page.url = markup.url.to_string();
            markup.url.path().clone_into(&mut page.path);
            page.notes.extend(markup.notes.iter().cloned());
            page.judge(scan, &markup);
            if place.file.is_none() {
                page.mark_fleeting(scan, &place.url, budget);
            }
        }
        Err(why) => page.note(format!("not read: {why}")),
    }
    page
}

/// Inline scripts of a page whose texts are compared with those of its second response.
const MAX_FLEETING: usize = 20;

/// The text of a classic inline script.
fn classic(found: &Found) -> Option<String> {
    match &found.source {
        Source::Inline { text, .. } if found.runs_as == Some(Kind::Classic) => text.clone(),
        Source::Inline { .. } | Source::External { .. } | Source::Nothing(_) => None,
    }
}

/// The page's charset where none is declared; the same that policies have by default.
const DEFAULT_CHARSET: &Encoding = WINDOWS_1252;

impl Page {
    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(Note(text.into()));
    }

    /// Marks the inline scripts whose text is another one when the page is asked for again.
    fn mark_fleeting(&mut self, scan: &Scan<'_>, url: &Url, budget: &Budget) {
        if !self.scripts.iter().any(|found| found.kind == SeenKind::Inline && found.runs()) {
            return;
        }
        let Ok(again) = fetched(scan, url) else { return self.note("could not be read a second time") };
        budget.spend(again.bytes.len());
        let mut second = Self::default();
        second.judge(scan, &again);
        let texts: BTreeSet<&Source> = second.scripts.iter().map(|found| &found.source).collect();
        let known: BTreeSet<Source> = self.scripts.iter().map(|found| found.source.clone()).collect();
        let others: Vec<String> = second
            .scripts
            .iter()
            .filter(|found| !known.contains(&found.source))
            .filter_map(classic)
            .collect();
        let fleeting = |found: &&mut Found| {
            found.kind == SeenKind::Inline && found.runs() && !texts.contains(&found.source)
        };
        for (number, found) in self.scripts.iter_mut().filter(fleeting).enumerate() {
            found.shaped = classic(found).filter(|_| number < MAX_FLEETING).and_then(|text| {
                let shape = (scan.shape)(&[vec![text.clone()], others.clone()]).ok()?;
                Some(Shaped { code: shape.code, samples: vec![text, shape.samples.get(1)?.clone()] })
            });
            if found.shaped.is_none() {
                found.hopeless = Some(
                    "its text differs from one response to the next, and not only in data that could be told \
                     from code: put what differs into a data block (<script type=\"application/json\">)",
                );
            }
        }
    }

    fn judge(&mut self, scan: &Scan<'_>, markup: &Markup) {
        let prefix = markup.bytes.get(..CHARSET_SEARCH).unwrap_or(&markup.bytes);
        let charset = match charset_of(prefix, true, markup.declared.as_deref(), DEFAULT_CHARSET) {
            Charset::Known(charset) => charset,
            Charset::Refused(name) => {
                return self
                    .note(format!("can't be rewritten: its charset is {name}, so it would be refused"));
            }
            Charset::NeedMore => return self.note("its charset can't be told"),
        };
        match judged(scan, markup, charset) {
            Ok((scripts, blind)) => {
                self.is_read = true;
                self.scripts = scripts;
                if let Some(why) = blind {
                    self.note(format!("read only in part: {why}"));
                }
            }
            Err(why) => return self.note(format!("can't be rewritten: {why}")),
        }
        match survey(&markup.bytes, charset, &Limits::default()) {
            Ok(survey) => {
                self.handlers = survey.handlers;
                self.card_fields = survey.card_fields;
                if survey.has_csp {
                    self.note("has a CSP of its own in a `meta`: see `upstream-csp` in docs/policy.md");
                }
                if survey.left_out > 0 {
                    self.note(format!("{} more pieces of code in attributes were left out", survey.left_out));
                }
            }
            Err(error) => self.note(format!("its attributes can't be read: {error}")),
        }
    }
}

/// What the rewriter says of each script, with why it stopped if it did.
fn judged(
    scan: &Scan<'_>,
    markup: &Markup,
    charset: &'static Encoding,
) -> Result<(Vec<Found>, Option<String>), String> {
    // A site for every host that approves nothing and only observes; its upstream is never asked.
    let nowhere = UpstreamAddress::tcp(false, "site.invalid", 80);
    let snapshot = observe_only(nowhere);
    let site = snapshot.sites.first().ok_or("no site")?;
    let grants = site.grants(markup.url.path(), Visit::enforced(scan.clock.now()));
    let found = Rc::<RefCell<Vec<Found>>>::default();
    let kept = Rc::clone(&found);
    let page = markup.url.clone();
    let observer = Box::new(move |judged| kept.borrow_mut().push(Found::of(judged, &page)));
    let rewriter = Rewriter::new(grants, markup.url.clone(), charset, Limits::default(), observer);
    let mut rewriter = rewriter.map_err(|error| error.to_string())?.with_texts();
    let mut passed = Vec::new();
    for piece in markup.bytes.chunks(PIECE) {
        rewriter.write(piece, &mut passed).map_err(|error| error.to_string())?;
        passed.clear();
    }
    let blind = rewriter.blind().map(ToString::to_string);
    rewriter.end(&mut passed).map_err(|error| error.to_string())?;
    Ok((found.take(), blind))
}

fn read_file(file: &std::path::Path, url: &Url) -> Result<Markup, String> {
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).map_err(|error| error.to_string())?;
    opened.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > MAX_BYTES {
        return Err(format!("it is longer than {} MiB", MAX_BYTES >> 20));
    }
    Ok(Markup { bytes, declared: None, url: url.clone(), notes: Vec::new() })
}

fn fetched(scan: &Scan<'_>, url: &Url) -> Result<Markup, String> {
    let options = FetchOptions { any_status: true, wanted: Wanted::Page, ..options(scan, url) };
    let answer = fetch::get(url, &options).map_err(|error| error.to_string())?;
    let media = extract_media_type(&answer.headers);
    if !media.as_ref().is_some_and(crate::web::MediaType::is_html) {
        let what = answer.content_type.as_deref().unwrap_or("nothing");
        return Err(format!("it is no HTML page (its type is {what})"));
    }
    let notes = notes(&answer, url);
    Ok(Markup {
        declared: media.and_then(|media| media.charset),
        url: answer.url,
        bytes: answer.bytes,
        notes,
    })
}

fn notes(answer: &Fetched, asked: &Url) -> Vec<Note> {
    let mut notes = Vec::new();
    if answer.status != 200 {
        notes.push(Note(format!("answered {}", answer.status)));
    }
    if answer.url != *asked {
        notes.push(Note(format!("{asked} leads here")));
    }
    if has_csp(&answer.headers) {
        notes.push(Note("has a CSP of its own: see `upstream-csp` in docs/policy.md".to_owned()));
    }
    notes
}

fn has_csp(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_SECURITY_POLICY)
}

/// How things of a page at `url` are fetched.
pub(super) fn options(scan: &Scan<'_>, url: &Url) -> FetchOptions {
    FetchOptions {
        allow_private: scan.allow_private,
        through_proxy: scan.through_proxy,
        max_time: scan.patience,
        through: scan.upstream.clone().map(|at| Through { site: url.clone(), at, name: None }),
        ..FetchOptions::default()
    }
}
