//! Real pages (`tests/pages`): the same through Countersign as direct, when all their scripts are approved.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use countersign::sri::{Algorithm, Digest};
use serde::Deserialize;
use serde_json::Value;

use super::front::{Front, Policies, policy};
use super::{Reply, Session, Setup, Stub, eventually, in_browser};

/// `pages.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    page: Vec<Page>,
}

/// A page, and every script it has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    /// Its path.
    entry: String,
    /// Paths and queries of its external scripts, in order.
    scripts: Vec<String>,
    /// Digests (`sha256-…`) of its inline scripts, in order.
    inline: Vec<String>,
}

/// How a page looks to a visitor once it has come to rest.
#[derive(Debug, PartialEq, Eq)]
struct Appearance {
    dom: String,
    errors: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages")
}

fn manifest() -> Vec<Page> {
    let text = fs::read_to_string(folder().join("pages.toml")).unwrap();
    toml::from_str::<Manifest>(&text).unwrap().page
}

/// The site of all pages, with more headers on HTML.
async fn site(headers: &[(&str, &str)]) -> Stub {
    let stub = Stub::http().await;
    let mut folders = vec![folder()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut reply = Reply::of(media_type(&path), fs::read(&path).unwrap());
            if path.extension().is_some_and(|ext| ext == "html") {
                reply = headers.iter().fold(reply, |reply, (name, value)| reply.with(name, value));
            }
            stub.set(&format!("/{}", path.strip_prefix(folder()).unwrap().display()), reply);
        }
    }
    // Browsers ask for it at a moment of their own; a 404 would show up in some page's console.
    stub.set("/favicon.ico", Reply::of("image/x-icon", ""));
    stub.set("/blank", Reply::html("<!doctype html><title>blank</title>"));
    stub
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|ext| ext.to_str()) {
        // Without a charset, as many servers send it: the page's own `meta` decides.
        Some("html") => "text/html",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "text/plain; charset=utf-8",
    }
}

/// The document without what Countersign is meant to change: integrity, crossorigin and charset on
/// scripts and links, the witness, and the port of the site.
const SERIALISE: &str = "(witness => {
    const copy = document.documentElement.cloneNode(true);
    for (const element of copy.querySelectorAll('script, link')) {
        for (const name of ['integrity', 'crossorigin', 'charset']) element.removeAttribute(name);
        if (element.tagName === 'SCRIPT' && element.text === witness) element.remove();
    }
    return copy.outerHTML.replaceAll(location.host, 'site');
})";

/// Loads a page and waits until it has come to rest: five looks in a row that show the same.
async fn appearance(browser: &Session, url: &str) -> Appearance {
    browser.open_page(url).await;
    let witness = Value::from(countersign::policy::WITNESS);
    let expression = format!("{SERIALISE}({witness})");
    let (mut dom, mut looks) = (Value::Null, 0);
    let dom = eventually("the page comes to rest", async || {
        let seen = browser.value(&expression).await;
        looks = if seen == dom { looks + 1 } else { 0 };
        dom = seen;
        (looks >= 5).then(|| dom.as_str().unwrap().to_owned())
    })
    .await;
    let host = browser.value("location.host").await;
    let console = browser.console().await.into_iter().filter(|line| line.starts_with("SEVERE"));
    let mut errors: Vec<String> = console.map(|line| line.replace(host.as_str().unwrap(), "site")).collect();
    errors.sort();
    Appearance { dom, errors }
}

/// Finds what a browser would take as scripts in the markup of a page, without running it.
const FIND_SCRIPTS: &str = "
    const [entry, done] = arguments;
    fetch(entry).then(answer => answer.text()).then(text => {
        const page = new DOMParser().parseFromString(text, 'text/html');
        const runs = script => ['', 'module', 'text/javascript', 'application/javascript'].includes(script.type);
        const scripts = [...page.scripts].filter(runs);
        const path = script => {
            const url = new URL(script.getAttribute('src'), new URL(entry, location));
            return url.pathname + url.search;
        };
        done([
            scripts.filter(script => script.hasAttribute('src')).map(path),
            scripts.filter(script => !script.hasAttribute('src') && script.text).map(script => script.text),
        ]);
    });";

#[test]
fn the_manifest_lists_every_script_of_every_page() {
    in_browser(Setup::default(), async |browser| {
        let site = site(&[]).await;
        browser.open_page(&site.url("/blank")).await;
        for page in manifest() {
            let found = browser.value_later(FIND_SCRIPTS, vec![Value::from(page.entry.clone())]).await;
            let (scripts, inline): (Vec<String>, Vec<String>) = serde_json::from_value(found).unwrap();
            let digest = |text: &String| Digest::of(Algorithm::Sha256, text.as_bytes()).to_string();
            let inline: Vec<String> = inline.iter().map(digest).collect();
            assert_eq!((scripts, inline), (page.scripts, page.inline), "{}", page.entry);
        }
    });
}

#[test]
fn a_page_looks_the_same_twice_and_different_without_its_scripts() {
    in_browser(Setup::default(), async |browser| {
        let (first, second) = (site(&[]).await, site(&[]).await);
        let stopped = site(&[("content-security-policy", "script-src 'none'")]).await;
        for page in manifest() {
            let direct = appearance(&browser, &first.url(&page.entry)).await;
            let again = appearance(&browser, &second.url(&page.entry)).await;
            assert_eq!(direct, again, "{}", page.entry);
            let without = appearance(&browser, &stopped.url(&page.entry)).await;
            let has_scripts = !page.scripts.is_empty() || !page.inline.is_empty();
            assert_eq!(direct != without, has_scripts, "{}", page.entry);
        }
    });
}

fn pages_policy(site: &Stub, scripts: &[(&str, &str, &str, &str)], inline: &[(&str, &str)]) -> String {
    policy(&site.url(""), scripts, inline)
}

/// The policy that approves every script of every page, each on the pages of its folder.
async fn everything_approved(browser: &Session, site: &Stub) -> Policies {
    browser.open_page(&site.url("/blank")).await;
    let pages = manifest();
    // Each external script once (a folder's pages share some), each inline script once.
    let mut external: BTreeMap<String, String> = BTreeMap::new();
    let mut inline: BTreeMap<(String, String), String> = BTreeMap::new();
    for page in &pages {
        let folder = format!("/{}/*", page.entry.split('/').nth(1).unwrap());
        external.extend(page.scripts.iter().map(|path| (path.clone(), folder.clone())));
        let found = browser.value_later(FIND_SCRIPTS, vec![Value::from(page.entry.clone())]).await;
        let (_, texts): (Vec<String>, Vec<String>) = serde_json::from_value(found).unwrap();
        for text in texts {
            let id = format!("inline-{}", inline.len());
            inline.entry((folder.clone(), text)).or_insert(id);
        }
    }
    let external: Vec<(String, String, String)> = external
        .into_iter()
        .enumerate()
        .map(|(number, (path, folder))| (format!("script-{number}"), path, folder))
        .collect();
    let scripts: Vec<_> = external
        .iter()
        .map(|(id, path, folder)| (id.as_str(), path.as_str(), "pin", folder.as_str()))
        .collect();
    let texts: Vec<_> = inline.iter().map(|((folder, _), id)| (id.as_str(), folder.as_str())).collect();
    let policies = Policies::new(&pages_policy(site, &scripts, &texts));
    for (id, path, _) in &external {
        let file = path.split('?').next().unwrap().trim_start_matches('/');
        policies.approve(id, fs::read(folder().join(file)).unwrap());
    }
    for ((_, text), id) in &inline {
        policies.approve_inline(id, text);
    }
    policies
}

#[test]
fn every_page_is_the_same_through_countersign_when_its_scripts_are_approved() {
    in_browser(Setup::default(), async |browser| {
        let site = site(&[]).await;
        let front = everything_approved(&browser, &site).await.start(|_| {});
        assert_same(&browser, &site, &front).await;
    });
}

/// Every page looks the same through Countersign as direct, and every script of it is pinned.
async fn assert_same(browser: &Session, site: &Stub, front: &Front) {
    for page in manifest() {
        let direct = appearance(browser, &site.url(&page.entry)).await;
        let through = appearance(browser, &front.url(&page.entry)).await;
        assert_eq!(direct, through, "{}", page.entry);
        let pinned = browser.value("document.querySelectorAll('script[integrity]').length").await;
        assert_eq!(pinned, Value::from(page.scripts.len()), "{}", page.entry);
    }
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

#[test]
fn every_page_is_the_same_under_the_policy_that_scan_proposes_once_it_is_approved() {
    in_browser(Setup::default(), async |browser| {
        let site = site(&[]).await;
        let mut scan = vec!["scan".to_owned(), "--json".to_owned(), "--upstream".to_owned(), site.url("")];
        scan.extend(manifest().into_iter().map(|page| page.entry));
        let texts = tempfile::tempdir().unwrap();
        scan.extend(["--texts".to_owned(), texts.path().display().to_string()]);
        let scanned: Value = serde_json::from_str(&command(scan).await).unwrap();
        let proposed = scanned["policy"].as_str().unwrap();
        // What the proposal says to do in the end.
        let enforcing = proposed.replace("mode = \"observe\"", "mode = \"enforce\"");
        assert_ne!(enforcing, proposed);
        let policies = Policies::new(&enforcing);
        let approve = scanned["approve"].as_array().unwrap();
        let wanted: usize = manifest().iter().map(|page| page.scripts.len() + page.inline.len()).sum();
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
        assert_same(&browser, &site, &front).await;
        for page in manifest() {
            let url = site.url(&page.entry);
            let policies = front.policies().path().display().to_string();
            // Ends with success only where everything runs.
            command(["explain", &url, "--policies", &policies].map(str::to_owned).to_vec()).await;
        }
    });
}

#[test]
fn every_page_stays_readable_when_none_of_its_scripts_is_approved() {
    in_browser(Setup::default(), async |browser| {
        let site = site(&[]).await;
        let stopped = self::site(&[("content-security-policy", "script-src 'none'")]).await;
        let front = Policies::new(&pages_policy(&site, &[], &[])).start(|_| {});
        let text = "document.body.innerText";
        for page in manifest() {
            browser.open_page(&stopped.url(&page.entry)).await;
            let expected = browser.value(text).await;
            browser.open_page(&front.url(&page.entry)).await;
            assert_eq!(browser.value(text).await, expected, "{}", page.entry);
        }
    });
}
