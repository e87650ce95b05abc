//! The site of all pages, its vendors, and Countersign before it with everything approved.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::manifest::{Page, folder, found};
use crate::browser::devtools::{DevTools, Tab};
use crate::browser::front::{Policies, policy};
use crate::browser::{Certificate, Reply, Stub};

/// The site of all pages, with more headers on HTML.
pub(super) async fn site(headers: &[(&str, &str)]) -> Stub {
    let stub = Stub::http().await;
    for (path, bytes) in files(&folder()).into_iter().filter(|(path, _)| !path.starts_with("/vendor/")) {
        let media_type = media_type(Path::new(&path));
        let mut reply = Reply::of(media_type, bytes);
        if media_type == "text/html" {
            reply = headers.iter().fold(reply, |reply, (name, value)| reply.with(name, value));
        }
        stub.set(&path, reply);
    }
    // Browsers ask for it at a moment of their own; a 404 would show up in some page's console.
    stub.set("/favicon.ico", Reply::of("image/x-icon", ""));
    stub.set("/blank", Reply::html("<!doctype html><title>blank</title>"));
    stub
}

/// All files below a folder, by their paths from there.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = format!("/{}", path.strip_prefix(folder).unwrap().display());
                files.push((name, fs::read(path).unwrap()));
            }
        }
    }
    files
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|ext| ext.to_str()) {
        // Without a charset, as many servers send it: the page's own `meta` decides.
        Some("html") => "text/html",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("gif") => "image/gif",
        Some("jpg") => "image/jpeg",
        Some("json") => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}

/// The other origins that pages name: `tests/pages/vendor/HOST/…` under that host, with and without TLS.
pub(super) struct Vendors {
    plain: Stub,
    secure: Stub,
    certificate: Certificate,
    hosts: BTreeSet<String>,
}

impl Vendors {
    pub(super) async fn start(pages: &[Page]) -> Self {
        let urls = pages.iter().flat_map(|page| &page.scripts).filter_map(|script| script.split_once("://"));
        let hosts: BTreeSet<String> =
            urls.map(|(_, rest)| rest.split('/').next().unwrap().to_owned()).collect();
        let names: Vec<&str> = hosts.iter().map(String::as_str).chain(["vendor.example"]).collect();
        let certificate = Certificate::for_names(&names);
        let (plain, secure) = (Stub::http().await, Stub::https(&certificate).await);
        for (path, bytes) in files(&folder().join("vendor")) {
            // The stub asks for no host: paths of different hosts must differ, and do.
            let path = format!("/{}", path.splitn(3, '/').nth(2).unwrap());
            let reply =
                Reply::of(media_type(Path::new(&path)), bytes).with("access-control-allow-origin", "*");
            plain.set(&path, reply.clone());
            secure.set(&path, reply);
        }
        Self { plain, secure, certificate, hosts }
    }

    /// A browser that finds them. Every other name but loopback leads nowhere.
    pub(super) fn browser(&self) -> DevTools {
        let port = |stub: &Stub| stub.url("").rsplit(':').next().unwrap().to_owned();
        let mut rules = String::new();
        for host in &self.hosts {
            let (plain, secure) = (port(&self.plain), port(&self.secure));
            write!(rules, "MAP {host}:80 127.0.0.1:{plain}, MAP {host}:443 127.0.0.1:{secure}, ").unwrap();
        }
        DevTools::start(&[
            format!("--host-resolver-rules={rules}MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
            format!("--ignore-certificate-errors-spki-list={}", self.certificate.pin()),
        ])
    }
}

/// The bytes of a script that the manifest names.
pub(super) fn bytes_of(script: &str) -> Vec<u8> {
    let path = script.split('?').next().unwrap();
    let path = match path.split_once("://") {
        Some((_, rest)) => folder().join("vendor").join(rest),
        None => folder().join(path.trim_start_matches('/')),
    };
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The policy that approves everything that these pages have, each on the pages of its folder. Scripts
/// whose file is missing fail on both sides. `more` are tables of the policy.
pub(super) async fn everything_approved(tab: &Tab, site: &Stub, pages: &[Page], more: &str) -> Policies {
    tab.open_page(&site.url("/blank")).await;
    // Each external script once (a folder's pages share some), each text once.
    let mut external: BTreeMap<String, (String, &str)> = BTreeMap::new();
    let mut modules: BTreeSet<&String> = BTreeSet::new();
    let mut texts: BTreeSet<(String, &str, String)> = BTreeSet::new();
    for page in pages {
        let folder = format!("/{}/*", page.entry.split('/').nth(1).unwrap());
        for script in &page.scripts {
            let tier = if page.mirrored && script.contains("://") { "mirror" } else { "pin" };
            external.insert(script.clone(), (folder.clone(), tier));
        }
        for module in &page.modules {
            external.entry(module.clone()).or_insert_with(|| (folder.clone(), "pin"));
            modules.insert(module);
        }
        let found = found(tab, &page.entry).await;
        for (kind, list) in [("script", found.inline), ("handler", found.handlers), ("url", found.urls)] {
            texts.extend(
                list.into_iter().filter(|text| !text.is_empty()).map(|text| (folder.clone(), kind, text)),
            );
        }
    }
    let ids: Vec<String> = (0..external.len()).map(|number| format!("script-{number}")).collect();
    let named = ids.iter().zip(&external);
    let scripts: Vec<_> = named
        .map(|(id, (url, (folder, tier)))| (id.as_str(), url.as_str(), *tier, folder.as_str()))
        .collect();
    let mut text = policy(&site.url(""), &scripts, &[]);
    for module in modules {
        let url = format!("url = {module:?}\n");
        assert!(text.contains(&url), "{module}");
        text = text.replace(&url, &format!("{url}module = true\n"));
    }
    for (number, (folder, kind, _)) in texts.iter().enumerate() {
        let table =
            format!("id = \"text-{number}\"\nkind = {kind:?}\npages = [{folder:?}]\nwhy = \"a test\"");
        write!(text, "\n[[inline]]\n{table}").unwrap();
    }
    // Search in pages of documentation runs in workers.
    text.push_str("\n[csp]\nworker-src = [\"'self'\"]\n");
    text.push_str(more);
    let policies = Policies::new(&text);
    for (id, url, ..) in scripts {
        let bytes = bytes_of(url);
        // Nothing is no script: it can't be approved.
        if !bytes.is_empty() {
            policies.approve(id, bytes);
        }
    }
    for (number, (_, _, text)) in texts.iter().enumerate() {
        policies.approve_inline(&format!("text-{number}"), text);
    }
    policies
}
