//! What comes when a script is asked for: several times, as several browsers.

use std::fs;
use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;
use serde::Serialize;
use url::Url;

use super::Scan;
use super::limits::Budget;
use super::moving::{Moves, moves};
use super::page::options;
use super::script::{Script, Source};
use crate::analysis::Reading;
use crate::inventory::Form;
use crate::sri::Digest;
use crate::transport::fetch::{self, FetchOptions, Fetched, MAX_BYTES};

/// Browsers as which it is asked for, beside asking truthfully.
const BROWSERS: [(&str, &str); 2] = [
    (
        "Chrome on Windows",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 \
         Safari/537.36",
    ),
    (
        "Safari on iPhone",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
         Version/18.5 Mobile/15E148 Safari/604.1",
    ),
];

/// What fetching a script told.
#[derive(Debug)]
pub struct Delivery {
    /// Why it was not fetched; then the rest is empty.
    pub failed: Option<String>,
    /// The file it was read from.
    pub file: Option<PathBuf>,
    /// Bytes.
    pub size: usize,
    /// Their digest.
    pub digest: Option<Digest>,
    /// Whether other sites may read it, which tier pin needs for a script of another site.
    pub cors: bool,
    /// Where its URL leads, hop by hop.
    pub redirects: Vec<String>,
    /// Whether its bytes differ from one fetch to the next.
    pub varies: Vec<Variation>,
    /// Why its bytes will change, if its URL tells that.
    pub moves: Option<Moves>,
    /// What its code reaches.
    pub reading: Option<Reading>,
}

/// When other bytes came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variation {
    /// At a second fetch.
    EachTime,
    /// For this browser.
    Browser(&'static str),
    /// The later fetch failed.
    Failed(String),
}

impl Delivery {
    fn failed(why: impl Into<String>) -> Self {
        Self {
            failed: Some(why.into()),
            file: None,
            size: 0,
            digest: None,
            cors: false,
            redirects: Vec::new(),
            varies: Vec::new(),
            moves: None,
            reading: None,
        }
    }
}

/// Asks for a script.
pub(super) fn look(scan: &Scan<'_>, script: &Script, budget: &Budget) -> Delivery {
    let Source::External { url, address } = &script.source else { return Delivery::failed("it has no URL") };
    if budget.is_spent() {
        return Delivery::failed("the scan's limit of bytes was met");
    }
    let on_site = address.starts_with('/');
    if on_site && !scan.roots.is_empty() {
        return match read_file(&scan.roots, url) {
            Ok((file, bytes)) => delivered(scan, url, &bytes, Some(file)),
            Err(why) => Delivery::failed(why),
        };
    }
    let page = script.page.as_ref().unwrap_or(url);
    let options = options(scan, page);
    let first = match fetched(url, &options, budget) {
        Ok(first) => first,
        Err(why) => return Delivery::failed(why),
    };
    let mut delivery = Delivery {
        cors: first.cors,
        redirects: first.redirects.iter().map(ToString::to_string).collect(),
        ..delivered(scan, url, &first.bytes, None)
    };
    delivery.varies = variations(url, &options, &first.bytes, budget);
    delivery
}

fn delivered(scan: &Scan<'_>, url: &Url, bytes: &[u8], file: Option<PathBuf>) -> Delivery {
    Delivery {
        failed: None,
        cors: false,
        file,
        size: bytes.len(),
        digest: Some(Digest::of(Form::External.algorithm(), bytes)),
        redirects: Vec::new(),
        varies: Vec::new(),
        moves: moves(url),
        reading: Some((scan.read)(bytes)),
    }
}

fn variations(url: &Url, options: &FetchOptions, first: &[u8], budget: &Budget) -> Vec<Variation> {
    let mut varies = Vec::new();
    match fetched(url, options, budget) {
        Ok(again) if again.bytes != first => {
            // Then a difference between browsers says nothing.
            return vec![Variation::EachTime];
        }
        Ok(_) => {}
        Err(why) => return vec![Variation::Failed(why)],
    }
    for (name, user_agent) in BROWSERS {
        let options = FetchOptions { user_agent: Some(user_agent), ..options.clone() };
        match fetched(url, &options, budget) {
            Ok(other) if other.bytes != first => varies.push(Variation::Browser(name)),
            Ok(_) => {}
            Err(why) => varies.push(Variation::Failed(format!("as {name}: {why}"))),
        }
    }
    varies
}

fn fetched(url: &Url, options: &FetchOptions, budget: &Budget) -> Result<Fetched, String> {
    let answer = fetch::get(url, options).map_err(|error| error.to_string())?;
    budget.spend(answer.bytes.len());
    let is_page = answer
        .content_type
        .as_ref()
        .is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with("text/html"));
    if is_page {
        return Err(format!("{} is an HTML page, not a script", answer.url));
    }
    Ok(answer)
}

/// The site's own script, from the folder that the pages came from.
fn read_file(roots: &[PathBuf], url: &Url) -> Result<(PathBuf, Vec<u8>), String> {
    let path = percent_decode_str(url.path()).decode_utf8_lossy().into_owned();
    let inner = Path::new(path.trim_start_matches('/'));
    if !inner.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(format!("{path} is no file below the folder"));
    }
    let found = roots.iter().map(|root| root.join(inner)).find(|file| file.is_file());
    let file = found.ok_or_else(|| format!("there is no file {path} below the folder of the pages"))?;
    let size = fs::metadata(&file).map_err(|error| error.to_string())?.len();
    if size > u64::try_from(MAX_BYTES).unwrap_or(u64::MAX) {
        return Err(format!("{}: more than {} MiB", file.display(), MAX_BYTES >> 20));
    }
    let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok((file, bytes))
}
