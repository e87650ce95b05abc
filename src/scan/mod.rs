//! What runs on pages: reads them as `run` would judge them, fetches every external script several
//! times, and proposes policy text. It approves nothing and writes no lock.
//!
//! ```text
//!  pages (URLs, files) ─► page: fetched or read, judged by the html layer in observe mode
//!                           └► script: one for each URL or text ─► vendor: fetched, compared, read
//!                                                                    └► propose: TOML
//! ```

mod limits;
mod place;
mod page;
mod script;
mod vendor;
mod moving;
mod party;
mod imports;
mod pool;
mod propose;
mod names;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub use limits::{MAX_FETCHED, MAX_PAGES, MAX_SCRIPTS};
pub use moving::Moves;
pub use page::{Note, Page};
pub use party::Party;
pub use place::{Place, PlaceError, places_in};
pub use propose::{Approve, Proposal, propose};
pub use script::{Found, Script, Shaped, Source};
pub use vendor::{Delivery, Variation};

use crate::analysis::Reading;
use crate::analysis::shape::Found as ShapeFound;
use crate::clock::Clock;
use limits::{Budget, MAX_IMPORT_DEPTH};

/// Finds a script's shape.
pub type FindShape = dyn Fn(&[Vec<String>]) -> Result<ShapeFound, String> + Sync;

/// What to scan, and how.
pub struct Scan<'a> {
    /// The pages, of one site.
    pub places: Vec<Place>,
    /// The application, where the site is to be read from there.
    pub upstream: Option<Url>,
    /// Whether vendors may be on private networks or this machine.
    pub allow_private: bool,
    /// Whether the proxy is used that the environment names.
    pub through_proxy: bool,
    /// The longest time for one fetch.
    pub patience: Duration,
    /// Folders from which the site's own files are read.
    pub roots: Vec<PathBuf>,
    /// The time.
    pub clock: Clock,
    /// Reads what a script's code reaches.
    pub read: &'a (dyn Fn(&[u8]) -> Reading + Sync),
    /// Finds the shape of an inline script, of which one text comes first, and then those among which the
    /// same script with other data may be.
    pub shape: &'a FindShape,
    /// Told about each step.
    pub progress: &'a (dyn Fn(&str) + Sync),
}

/// What was found.
#[derive(Debug)]
pub struct Scanned {
    /// Every page, in the order asked for.
    pub pages: Vec<Page>,
    /// Every script once, in the order of its first appearance.
    pub scripts: Vec<Script>,
    /// Which limits cut the scan short, in words.
    pub limits: Vec<String>,
}

/// Scans pages and their scripts. Blocks, with a few threads.
pub fn scan(scan: &Scan<'_>) -> Scanned {
    let budget = Budget::default();
    let mut limits = Vec::new();
    let places = scan.places.get(..MAX_PAGES).unwrap_or(&scan.places);
    if places.len() < scan.places.len() {
        let left_out = scan.places.len().saturating_sub(places.len());
        limits.push(format!("{left_out} pages were not read: no more than {MAX_PAGES} are"));
    }
    let pages = pool::each(places, |place| {
        (scan.progress)(&format!("page {}", place.shown()));
        page::read(scan, place, &budget)
    });
    let mut scripts = script::of_pages(&pages);
    // What scripts import is fetched in rounds, each of which finds what the next one fetches.
    let external = scripts.iter().filter(|script| script.url().is_some()).count();
    if external > MAX_SCRIPTS {
        let left_out = external.saturating_sub(MAX_SCRIPTS);
        limits.push(format!("{left_out} scripts were not fetched: no more than {MAX_SCRIPTS} are"));
    }
    let mut from = 0;
    for _round in 0..=MAX_IMPORT_DEPTH {
        fetch(scan, &mut scripts, from, &budget);
        let known = scripts.len();
        if imports::follow(&pages, &mut scripts, from) {
            limits.push(format!(
                "not all imported modules were followed: no more than {MAX_SCRIPTS} scripts are"
            ));
        }
        from = known;
        if scripts.len() == known {
            break;
        }
    }
    if budget.is_spent() {
        limits.push(format!("the rest was not fetched: no more than {} MiB are", MAX_FETCHED >> 20));
    }
    Scanned { pages, scripts, limits }
}

/// Fetches and reads the scripts from a place on; no more than are allowed altogether.
fn fetch(scan: &Scan<'_>, scripts: &mut [Script], from: usize, budget: &Budget) {
    let earlier = scripts.iter().take(from).filter(|script| script.url().is_some()).count();
    let new = scripts.get(from..).unwrap_or_default();
    let wanted: Vec<&Script> = new
        .iter()
        .filter(|script| script.url().is_some())
        .take(MAX_SCRIPTS.saturating_sub(earlier))
        .collect();
    let delivered = pool::each(&wanted, |script| {
        (scan.progress)(&format!("script {}", script.name()));
        vendor::look(scan, script, budget)
    });
    let mut delivered = delivered.into_iter();
    for script in scripts.iter_mut().skip(from) {
        if script.url().is_some() {
            script.delivery = delivered.next();
        } else if let Source::Inline { text: Some(text), .. } = &script.source
            && !script.found.is_json()
        {
            script.reading = Some((scan.read)(text.as_bytes()));
        }
    }
}
