//! What holds for a whole site: host names, upstreams, charset.

use encoding_rs::Encoding;
use serde_spanned::Spanned;
use url::{Host, Url};

use super::DefaultUpstream;
use crate::diagnostic::{Problems, Text};
use crate::policy::file::PolicyFile;
use crate::policy::model::UpstreamAddress;

/// Host names in the form in which requests are compared with them: lower case, ASCII.
pub(super) fn hosts(file: &PolicyFile, problems: &mut Problems) -> Vec<Spanned<String>> {
    let Some(list) = &file.hosts else { return Vec::new() };
    if list.get_ref().is_empty() {
        problems.error(list.span(), "`hosts` is empty", "name at least one host");
    }
    let mut hosts: Vec<Spanned<String>> = Vec::new();
    for text in list.get_ref() {
        let Some(host) = host(text, problems) else { continue };
        if let Some(earlier) = hosts.iter().find(|earlier| *earlier.get_ref() == host) {
            problems.error_with(
                text.span(),
                format!("the host `{host}` is named twice"),
                "remove one of the two",
                (earlier.span(), "here first"),
            );
            continue;
        }
        hosts.push(Spanned::new(text.span(), host));
    }
    hosts
}

fn host(text: &Text, problems: &mut Problems) -> Option<String> {
    let written = text.get_ref();
    let (star, name) = match written.strip_prefix("*.") {
        Some(name) => ("*.", name),
        None => ("", written.as_str()),
    };
    let mut refuse = |help: &str| {
        problems.error(text.span(), format!("`{written}` is not a host name"), help);
        None
    };
    if name.contains('/') {
        return refuse("write the name alone, without scheme and path");
    }
    if name.contains('*') {
        return refuse("a `*` may only stand for the first label, as in \"*.shop.example\"");
    }
    match Host::parse(name) {
        Ok(Host::Domain(_) | Host::Ipv4(_)) if name.ends_with('.') => {
            refuse("write it without the dot at its end")
        }
        Ok(Host::Domain(domain)) => Some(format!("{star}{domain}")),
        Ok(address) if star.is_empty() => Some(address.to_string()),
        Ok(_) => refuse("an address has no labels that a `*` could stand for"),
        Err(_) if name.contains(':') => refuse("leave the port out: a site is the same on every port"),
        Err(_) => refuse("a host name such as \"shop.example\", or an address"),
    }
}

/// Upstreams, or the process's default one.
pub(super) fn upstreams(
    file: &PolicyFile,
    default: &DefaultUpstream,
    problems: &mut Problems,
) -> Vec<UpstreamAddress> {
    const HELP: &str = "say where the application listens: upstreams = [\"http://127.0.0.1:3000\"]; \
or start Countersign with --upstream";
    let listed = file.upstreams.as_ref().filter(|list| !list.get_ref().is_empty());
    let Some(list) = listed else {
        let span = file.upstreams.as_ref().map_or(0..0, Spanned::span);
        let name = upstream_name(file, problems);
        match default {
            DefaultUpstream::Given(address) => {
                let address = address.clone();
                return vec![name.map_or(address.clone(), |name| address.named(&name))];
            }
            DefaultUpstream::Missing => problems.error(span, "the file names no upstream", HELP),
            DefaultUpstream::Unknown => problems.warning(span, "the file names no upstream", HELP),
        }
        return Vec::new();
    };
    let found: Vec<UpstreamAddress> =
        list.get_ref().iter().filter_map(|text| upstream(text, problems)).collect();
    let Some(name) = upstream_name(file, problems) else { return found };
    if !found.iter().any(UpstreamAddress::is_secure)
        && let Some(text) = &file.upstream_name
    {
        let message = "`upstream-name` is for https and h2 upstreams, and there is none";
        problems.error(text.span(), message, "remove it, or write https:// before the upstream");
    }
    found.into_iter().map(|address| address.named(&name)).collect()
}

/// The name that certificates of upstreams are for.
fn upstream_name(file: &PolicyFile, problems: &mut Problems) -> Option<String> {
    let text = file.upstream_name.as_ref()?;
    match Host::parse(text.get_ref()) {
        Ok(Host::Domain(name)) if !name.ends_with('.') => Some(name),
        Ok(_) | Err(_) => {
            let message = format!("`{}` is not the name of a host", text.get_ref());
            problems.error(
                text.span(),
                message,
                "write the name that stands in the certificate, without port",
            );
            None
        }
    }
}

fn upstream(text: &Text, problems: &mut Problems) -> Option<UpstreamAddress> {
    let written = text.get_ref();
    let mut refuse = |why: &str| {
        problems.error(
            text.span(),
            format!("`{written}` is not an upstream: {why}"),
            "write scheme, host and port only, such as \"http://127.0.0.1:3000\", or \"unix:/run/app.sock\"",
        );
        None
    };
    let Ok(url) = Url::parse(written) else { return refuse("it is not a URL") };
    match UpstreamAddress::of_url(&url) {
        Ok(address) => Some(address),
        Err(why) => refuse(why),
    }
}

/// The charset of documents that declare none.
pub(super) fn default_charset(file: &PolicyFile, problems: &mut Problems) -> &'static Encoding {
    let Some(text) = &file.default_charset else { return encoding_rs::WINDOWS_1252 };
    match Encoding::for_label(text.get_ref().as_bytes()) {
        Some(encoding) if encoding.is_ascii_compatible() => encoding,
        Some(encoding) => {
            problems.error(
                text.span(),
                format!("pages in {} can't be rewritten", encoding.name()),
                "write default-charset = \"utf-8\", or the charset that the pages really have",
            );
            encoding_rs::WINDOWS_1252
        }
        None => {
            problems.error(
                text.span(),
                format!("browsers know no charset \"{}\"", text.get_ref()),
                "labels are listed at https://encoding.spec.whatwg.org/#names-and-labels",
            );
            encoding_rs::WINDOWS_1252
        }
    }
}
