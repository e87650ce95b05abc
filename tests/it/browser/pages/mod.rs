//! Real pages (`tests/pages`): the same through Countersign as direct, when all their scripts are approved.

mod appearance;
mod manifest;
mod ran;
mod site;

use std::process::{Command, Stdio};

use serde_json::Value;

use self::appearance::{Appearance, FROZEN, appearance, shows};
use self::manifest::{Page, found, manifest};
use self::site::{Vendors, everything_approved, site};
use super::Stub;
use super::devtools::{DevTools, Tab, with_devtools};
use super::front::{Front, Policies, policy};

/// One of so many pages goes the long way from scan to enforcing.
const SCANNED: usize = 5;

/// How many scripts have integrity, those of documents in attributes included.
const PINNED: &str = "(function count(page) {
    const frames = [...page.querySelectorAll('iframe[srcdoc]')].map(frame => count(frame.contentDocument));
    return frames.reduce((sum, more) => sum + more, page.querySelectorAll('script[integrity]').length);
})(document)";

async fn frozen_tab(browser: &DevTools) -> Tab {
    let tab = browser.tab().await;
    tab.before_every_page(FROZEN).await;
    tab
}

#[test]
fn the_manifest_lists_every_script_of_every_page() {
    with_devtools(async || {
        let site = site(&[]).await;
        let browser = DevTools::start(&[]);
        let tab = browser.tab().await;
        tab.open_page(&site.url("/blank")).await;
        let mut corrections = Vec::new();
        for page in manifest() {
            corrections.extend(page.correction(&found(&tab, &page.entry).await));
        }
        assert!(corrections.is_empty(), "pages.toml should say:\n\n{}", corrections.join("\n"));
        assert!(manifest().len() >= 60, "only {} pages", manifest().len());
    });
}

/// Sites with the same pages, in which different things become of them.
struct Sides {
    direct: Stub,
    again: Stub,
    scriptless: Stub,
    approved: Front,
    unapproved: Front,
}

#[test]
fn every_page_is_the_same_through_countersign_when_its_scripts_are_approved() {
    with_devtools(async || {
        let pages = manifest();
        let vendors = Vendors::start(&pages).await;
        let browser = vendors.browser();
        let (first, second) = (frozen_tab(&browser).await, frozen_tab(&browser).await);
        let direct = site(&[]).await;
        let sides = Sides {
            approved: everything_approved(&first, &direct, &pages, "").await.start(|_| {}),
            unapproved: Policies::new(&policy(&direct.url(""), &[], &[])).start(|_| {}),
            again: site(&[]).await,
            scriptless: site(&[("content-security-policy", "script-src 'none'")]).await,
            direct,
        };
        let (left, right) = pages.split_at(pages.len() / 2);
        let (mut faults, more) =
            tokio::join!(compare_all(&first, &sides, left), compare_all(&second, &sides, right));
        faults.extend(more);
        assert!(faults.is_empty(), "{} of {} pages:\n{}", faults.len(), pages.len(), faults.join("\n"));
    });
}

async fn compare_all(tab: &Tab, sides: &Sides, pages: &[Page]) -> Vec<String> {
    let mut faults = Vec::new();
    for page in pages {
        // A page that was caught before it had come to rest differs from itself; what Countersign does to one
        // it does each time.
        let mut compared = compare(tab, sides, page).await;
        for _ in 0..3 {
            if compared.is_err() {
                compared = compare(tab, sides, page).await;
            }
        }
        if let Err(fault) = compared {
            faults.push(format!("{}: {fault}", page.entry));
        }
    }
    faults
}

async fn compare(tab: &Tab, sides: &Sides, page: &Page) -> Result<(), String> {
    let direct = appearance(tab, &sides.direct.url(&page.entry)).await;
    let picture = tab.picture().await;
    let through = appearance(tab, &sides.approved.url(&page.entry)).await;
    match (&page.differs, same("through Countersign", &direct, &through)) {
        (None, Ok(())) => {}
        (None, Err(fault)) => {
            // Is it the page itself that differs from one time to the next?
            let again = appearance(tab, &sides.again.url(&page.entry)).await;
            return same("loaded twice", &direct, &again).and(Err(fault));
        }
        (Some(why), Ok(())) => return Err(format!("it doesn't differ, but this is said of it: {why}")),
        (Some(_), Err(_)) => return Ok(()),
    }
    if page.moves.is_none() && !shows(tab, &picture).await {
        return Err("through Countersign, it gives another picture".to_owned());
    }
    let pinned = tab.try_value(PINNED).await;
    if pinned.as_ref().and_then(Value::as_u64) < Some(page.scripts.len().try_into().unwrap()) {
        return Err(format!("{pinned:?} scripts have integrity, of {}", page.scripts.len()));
    }

    let scriptless = appearance(tab, &sides.scriptless.url(&page.entry)).await;
    if (direct != scriptless) != page.has_scripts() {
        return Err("without its scripts it should be another page exactly if it has any".to_owned());
    }
    let text = "document.body.innerText";
    let expected = tab.try_value(text).await;
    appearance(tab, &sides.unapproved.url(&page.entry)).await;
    if tab.try_value(text).await != expected {
        return Err("with nothing approved, it shows another text than without scripts".to_owned());
    }
    Ok(())
}

/// Whether two appearances are one; else the first place where they part.
fn same(when: &str, expected: &Appearance, found: &Appearance) -> Result<(), String> {
    if expected.errors != found.errors {
        let unlike = |one: &[String], other: &[String]| -> Vec<String> {
            one.iter().filter(|line| !other.contains(line)).cloned().collect()
        };
        let (less, more) = (unlike(&expected.errors, &found.errors), unlike(&found.errors, &expected.errors));
        return Err(format!("{when}, errors: no longer {less:#?}, but {more:#?}"));
    }
    let Some(at) = expected.dom.bytes().zip(found.dom.bytes()).position(|(a, b)| a != b) else {
        let same = expected.dom.len() == found.dom.len();
        return same.then_some(()).ok_or_else(|| format!("{when}, the document has another end"));
    };
    let part = |dom: &str| {
        String::from_utf8_lossy(&dom.as_bytes()[at.saturating_sub(60)..]).chars().take(160).collect()
    };
    let (expected, found): (String, String) = (part(&expected.dom), part(&found.dom));
    Err(format!("{when}, the document parts here:\n  {expected:?}\n  {found:?}"))
}

/// Runs the binary, as a person would; what it wrote to stdout.
async fn command(arguments: Vec<String>) -> String {
    let run = move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(&arguments).stdin(Stdio::null()).env_remove("COUNTERSIGN_CONFIG").output()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Pages that `scan` can propose a policy for: all that they have is on the site, and runs.
fn scanned() -> Vec<Page> {
    let alone = |page: &Page| {
        page.differs.is_none()
            && page.handlers.is_empty()
            && page.scripts.iter().all(|url| url.starts_with('/'))
    };
    manifest().into_iter().filter(alone).step_by(SCANNED).collect()
}

#[test]
fn pages_are_the_same_under_the_policy_that_scan_proposes_once_it_is_approved() {
    with_devtools(async || {
        let pages = scanned();
        assert!(pages.len() >= 10, "only {} pages", pages.len());
        let site = site(&[]).await;
        let mut scan = vec!["scan".to_owned(), "--json".to_owned(), "--upstream".to_owned(), site.url("")];
        scan.extend(pages.iter().map(|page| page.entry.clone()));
        let texts = tempfile::tempdir().unwrap();
        scan.extend(["--texts".to_owned(), texts.path().display().to_string()]);
        let scanned: Value = serde_json::from_str(&command(scan).await).unwrap();
        let proposed = scanned["policy"].as_str().unwrap();
        // What the proposal says to do in the end.
        let enforcing = proposed.replace("mode = \"observe\"", "mode = \"enforce\"");
        assert_ne!(enforcing, proposed);
        // Search in pages of documentation runs in workers, which scan leaves to people.
        // The hosts that it names stand there as comments.
        let with_workers = format!("{enforcing}\n[csp]\nworker-src = [\"'self'\"]\n");
        let policies = Policies::new(&with_workers);
        let approve = scanned["approve"].as_array().unwrap();
        let wanted: usize = pages.iter().map(|page| page.scripts.len() + page.inline.len()).sum();
        assert!(!approve.is_empty() && approve.len() <= wanted, "each script once: {}", approve.len());
        for script in approve {
            let arguments = script["arguments"].as_array().unwrap().iter();
            let mut arguments: Vec<String> =
                arguments.map(|argument| argument.as_str().unwrap().to_owned()).collect();
            arguments
                .extend(["--because", "read by a test", "--by", "tester@shop.example"].map(str::to_owned));
            arguments.extend(["--yes", "--policies"].map(str::to_owned));
            arguments.push(policies.path().display().to_string());
            command(arguments).await;
        }
        let front = policies.start(|_| {});
        let browser = DevTools::start(&[]);
        let tab = frozen_tab(&browser).await;
        for page in &pages {
            let direct = appearance(&tab, &site.url(&page.entry)).await;
            let through = appearance(&tab, &front.url(&page.entry)).await;
            same("under the proposed policy", &direct, &through)
                .unwrap_or_else(|fault| panic!("{}: {fault}", page.entry));
            let url = site.url(&page.entry);
            let policies = front.policies().path().display().to_string();
            // Ends with success only where everything runs.
            command(["explain", &url, "--policies", &policies].map(str::to_owned).to_vec()).await;
        }
    });
}
