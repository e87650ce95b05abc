//! Where a script is: one URL, a path on the site, or a pattern of URLs.

use std::collections::HashMap;
use std::iter;

use serde_spanned::Spanned;
use url::Host;

use crate::diagnostic::{Problems, Text};
use crate::inventory::{ScriptAddress, ScriptAddressError, Tier};
use crate::policy::file::ScriptTable;
use crate::policy::lint;
use crate::web::ScriptUrlPatternError;

/// The address of a script with the place where it is written.
pub(super) fn address<'a>(
    table: &'a ScriptTable,
    tier: Option<Tier>,
    problems: &mut Problems,
) -> Option<(ScriptAddress, &'a Text)> {
    let (address, text) = match (&table.url, &table.url_pattern) {
        (Some(url), Some(pattern)) => {
            problems.error_with(
                pattern.span(),
                "a script has a `url` or a `url-pattern`, not both",
                "keep the pattern where the version is a part of the URL, the URL otherwise",
                (url.span(), "the other one"),
            );
            return None;
        }
        (Some(url), None) => (exact(url, problems)?, url),
        (None, Some(pattern)) => (varying(pattern, tier, problems)?, pattern),
        (None, None) => return None,
    };
    warn(&address, text, tier, problems);
    Some((address, text))
}

fn exact(text: &Text, problems: &mut Problems) -> Option<ScriptAddress> {
    let written = text.get_ref();
    match ScriptAddress::parse(written) {
        Ok(address) => Some(address),
        Err(error) => {
            let help = match error {
                ScriptAddressError::Scheme => {
                    "whoever writes a data: URL chooses its bytes; a script without a file can be an [[inline]] one"
                }
                ScriptAddressError::Credentials => "remove them; browsers don't use them for scripts",
                ScriptAddressError::OtherHost => "write the scheme too, such as \"https://cdn.example/x.js\"",
                ScriptAddressError::Invalid => {
                    "write a whole URL (\"https://cdn.example/x.js\"), or \"/x.js\" for the site's own scripts"
                }
            };
            problems.error(text.span(), format!("`{written}` can't be approved: {error}"), help);
            None
        }
    }
}

fn varying(text: &Text, tier: Option<Tier>, problems: &mut Problems) -> Option<ScriptAddress> {
    let written = text.get_ref();
    let address = match ScriptAddress::parse_pattern(written) {
        Ok(address) => address,
        Err(error) => {
            let help = match error {
                ScriptUrlPatternError::Fixed => "write it as url = \"…\"",
                ScriptUrlPatternError::Everything => {
                    "name what stays the same: \"https://cdn.example/chat/v:major/chat.js\""
                }
                ScriptUrlPatternError::Origin
                | ScriptUrlPatternError::Parts
                | ScriptUrlPatternError::Syntax(_) => {
                    "write \"https://cdn.example/chat/v:major/chat.js\", or \"/app.:build.js\" for the site's \
own scripts; the language is https://urlpattern.spec.whatwg.org/"
                }
            };
            problems.error(text.span(), format!("`{written}` is not a pattern of URLs: {error}"), help);
            return None;
        }
    };
    if tier.is_some_and(|tier| tier != Tier::Pin) {
        problems.error(
            text.span(),
            "only a pinned script may have a `url-pattern`",
            "with tier pin the digest decides which versions run; write tier = \"pin\", or one url",
        );
        return None;
    }
    Some(address)
}

/// What is valid, but will not do what is meant, or not for long.
fn warn(address: &ScriptAddress, text: &Text, tier: Option<Tier>, problems: &mut Problems) {
    let ScriptAddress::Absolute(url) = address else { return };
    if url.scheme() == "http" && !is_loopback(url) && tier != Some(Tier::Evergreen) {
        problems.lint(
            lint::HTTP_SCRIPT,
            text.span(),
            "this script is fetched without TLS, which browsers refuse on pages with TLS",
            "write https://, or tier = \"mirror\": then it is fetched from the site itself",
        );
    }
    if tier != Some(Tier::Evergreen)
        && let Some(what) = moving(url)
    {
        problems.lint(
            lint::MOVING_URL,
            text.span(),
            format!("{what}: when the vendor's bytes change, this script stops"),
            "name an exact version in the URL, or write tier = \"mirror\"",
        );
    }
}

/// Whether a URL is that of the machine itself: a demo, a test.
pub(super) fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Hosts that serve npm packages, where a package without `@version` is its newest one.
const PACKAGE_HOSTS: [(&str, &str); 4] =
    [("unpkg.com", "/"), ("cdn.jsdelivr.net", "/npm/"), ("esm.sh", "/"), ("cdn.skypack.dev", "/")];

/// Why a URL's bytes change without the URL changing.
fn moving(url: &url::Url) -> Option<&'static str> {
    let path = url.path();
    let moves =
        |segment: &str| matches!(segment, "latest" | "current" | "stable" | "main" | "master" | "edge");
    let tagged = |segment: &str| segment.rsplit_once('@').is_some_and(|(_, version)| moves(version));
    if path.split('/').any(|segment| moves(segment) || tagged(segment)) {
        return Some("this URL names whatever version is the newest");
    }
    let host = url.host_str()?;
    let (_, root) = PACKAGE_HOSTS.iter().find(|(known, _)| *known == host)?;
    let mut segments = path.strip_prefix(root)?.split('/');
    let first = segments.next()?;
    // `@scope/name@1.2.3`
    let package = if first.starts_with('@') { segments.next()? } else { first };
    let Some((_, version)) = package.rsplit_once('@') else {
        return Some("this URL names no version of the package, so it is the newest");
    };
    // `@3` and `@3.7` are ranges there.
    let exact = version.split('.').count() >= 3 && version.starts_with(|c: char| c.is_ascii_digit());
    (!exact).then_some("this URL names a range of versions, so it is the newest of them")
}

/// Earlier scripts by where they are, so that each is compared only with those that may be at the same
/// place.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<String, Vec<usize>>);

impl Places {
    /// The numbers of scripts that may have this address, ascending; then this one is `number`.
    pub(super) fn add(&mut self, address: &ScriptAddress, number: usize) -> Vec<usize> {
        // A script of the site itself is written either way; whose host it is, is looked at by `same`.
        let on_site = match address {
            ScriptAddress::Absolute(url) => ScriptAddress::on_site_key(url, url),
            ScriptAddress::OnSite(_) | ScriptAddress::Pattern(_) => None,
        };
        let mut found = Vec::new();
        for key in iter::once(address.key().to_owned()).chain(on_site) {
            let there = self.0.entry(key).or_default();
            found.extend_from_slice(there);
            there.push(number);
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether two addresses can be one URL on a page of the site.
pub(super) fn same(a: &ScriptAddress, b: &ScriptAddress, hosts: &[Spanned<String>]) -> bool {
    match (a, b) {
        (ScriptAddress::Absolute(url), ScriptAddress::OnSite(path))
        | (ScriptAddress::OnSite(path), ScriptAddress::Absolute(url)) => {
            let host = url.host_str().unwrap_or_default();
            let ours = hosts.iter().any(|name| name.get_ref() == host);
            ours && ScriptAddress::on_site_key(url, url).as_ref() == Some(path)
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_move_are_known() {
        let moves = |text: &str| moving(&url::Url::parse(text).unwrap()).is_some();
        for text in [
            "https://unpkg.com/react",
            "https://unpkg.com/react@18/umd/react.js",
            "https://unpkg.com/@scope/name/x.js",
            "https://cdn.jsdelivr.net/npm/vue@3.4/dist/vue.js",
            "https://cdn.jsdelivr.net/npm/vue@latest/dist/vue.js",
            "https://cdn.jsdelivr.net/gh/user/repo@main/x.js",
            "https://cdn.example/chat/latest/chat.js",
        ] {
            assert!(moves(text), "{text}");
        }
        for text in [
            "https://unpkg.com/react@18.3.1/umd/react.js",
            "https://unpkg.com/@scope/name@1.2.3/x.js",
            "https://cdn.jsdelivr.net/npm/vue@3.4.27/dist/vue.js",
            "https://cdn.example/latestnews.js",
            "https://cdn.example/chat/v3.4.1/chat.js",
        ] {
            assert!(!moves(text), "{text}");
        }
    }
}
