//! Under the strictest rule, nothing runs in real pages that no verdict let run, and everything that was
//! approved does.

use countersign::store::EventKind;

use super::manifest::{Page, manifest};
use super::site::{Vendors, everything_approved, site};
use crate::browser::devtools::with_devtools;
use crate::browser::front::Front;
use crate::browser::ran::{Granted, hunt};

/// The second opinion always reads along, and what it doubts is cut.
const PAYMENT: &str = "\n[[page]]\npath = \"/*\"\npayment = true\n";

/// Scripts of workers, which `worker-src` lets run for the site as a whole.
const WORKERS: &[&str] = &[
    "/mkdocs-readthedocs/search/worker.js",
    "/mkdocs-material/assets/javascripts/workers/search.a7633da7.min.js",
];

/// What may run in these pages by now.
fn granted(front: &Front, pages: &[Page]) -> Granted {
    let attributes: Vec<String> =
        pages.iter().flat_map(|page| page.handlers.iter().chain(&page.urls)).cloned().collect();
    // Modules are let run by the import map, which has no verdict for each.
    let modules = pages.iter().flat_map(|page| &page.modules).map(String::as_str);
    let url = |path: &str| if path.contains("://") { path.to_owned() } else { front.url(path) };
    modules.chain(WORKERS.iter().copied()).map(url).fold(Granted::by(front, &attributes), Granted::and)
}

#[test]
fn on_payment_pages_all_that_runs_has_a_verdict_and_no_page_is_cut() {
    with_devtools(async || {
        let pages = manifest();
        let vendors = Vendors::start(&pages).await;
        let browser = vendors.browser();
        let (first, second) = (browser.tab().await, browser.tab().await);
        let site = site(&[]).await;
        let front = everything_approved(&first, &site, &pages, PAYMENT).await.start(|_| {});
        let named: Vec<(String, String)> =
            pages.iter().map(|page| (page.entry.clone(), page.entry.clone())).collect();
        let (left, right) = named.split_at(named.len() / 2);
        let (url, may) = (|path: &str| front.url(path), || granted(&front, &pages));
        let ((some, mut faults), (more, others)) =
            tokio::join!(hunt(&first, left, url, may), hunt(&second, right, url, may));
        faults.extend(others);
        assert!(faults.is_empty(), "{} of {} pages: {faults:#?}", faults.len(), pages.len());
        let listed: usize = pages.iter().map(|page| page.scripts.len() + page.inline.len()).sum();
        assert!(some + more >= listed, "{} scripts ran of {listed}", some + more);
        let of_the_rewriter =
            [EventKind::ResponseRefused, EventKind::ResponseNotRewritten, EventKind::SecondOpinion];
        let events = front.events();
        let cut: Vec<&str> = events
            .iter()
            .filter(|event| of_the_rewriter.contains(&event.kind))
            .map(|event| event.message.as_str())
            .collect();
        assert!(cut.is_empty(), "{cut:#?}");
    });
}
