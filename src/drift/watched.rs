//! Which scripts are looked at, and where they are.

use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::vantage::VANTAGES;
use crate::inventory::{ScriptAddress, Tier};
use crate::policy::{ApprovedScript, Site, SiteName, Snapshot, UpstreamAddress, UpstreamScheme};
use crate::transport::fetch::Through;

/// An approved script that can be fetched.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Whose policy names it.
    pub site: SiteName,
    /// What is approved.
    pub script: Arc<ApprovedScript>,
    /// What is asked for.
    pub url: Url,
    /// Where the site's own scripts are: at its applications.
    pub through: Vec<Through>,
    /// The site's own address, from which a visitor's browser comes.
    pub page: Url,
    /// Runs on a page in PCI DSS scope.
    pub payment: bool,
}

/// An approved script that can't be fetched.
#[derive(Debug, Clone)]
pub struct Unwatched {
    /// Whose policy names it.
    pub site: SiteName,
    /// What is approved.
    pub script: Arc<ApprovedScript>,
    /// Why, and the way out.
    pub why: &'static str,
}

impl Watched {
    /// Whether it comes from another origin than its pages, so that browsers check it only with CORS.
    pub fn is_elsewhere(&self) -> bool {
        self.through.is_empty()
    }

    /// Which of the site's applications a vantage asks at a look: each in turn, all of them together.
    pub(super) fn application(&self, vantage: usize, look: usize) -> usize {
        let asked = look.wrapping_mul(VANTAGES.len()).wrapping_add(vantage);
        asked.checked_rem(self.through.len()).unwrap_or(0)
    }
}

/// The approved external scripts of a snapshot. `upstream` takes the place of what the policies name,
/// `default` that of none.
pub fn watched(
    snapshot: &Snapshot,
    upstream: Option<&UpstreamAddress>,
    default: Option<&UpstreamAddress>,
    now: Timestamp,
) -> (Vec<Watched>, Vec<Unwatched>) {
    let (mut found, mut not) = (Vec::new(), Vec::new());
    for site in &snapshot.sites {
        let upstreams: Vec<&UpstreamAddress> = match upstream {
            Some(upstream) => vec![upstream],
            None if site.upstreams.is_empty() => default.into_iter().collect(),
            None => site.upstreams.iter().collect(),
        };
        for script in site.external_scripts() {
            // What nobody approved is stopped, whatever its vendor serves.
            if script.digests.is_empty() || script.has_ended(now) {
                continue;
            }
            match place(site, script, &upstreams) {
                Ok((url, through, page)) => found.push(Watched {
                    site: site.name.clone(),
                    script: Arc::clone(script),
                    url,
                    through,
                    page,
                    payment: site.is_on_payment_page(&script.id),
                }),
                Err(why) => {
                    not.push(Unwatched { site: site.name.clone(), script: Arc::clone(script), why });
                }
            }
        }
    }
    (found, not)
}

/// What is asked for, where, and from which page.
fn place(
    site: &Site,
    script: &ApprovedScript,
    upstreams: &[&UpstreamAddress],
) -> Result<(Url, Vec<Through>, Url), &'static str> {
    const NO_HOST: &str = "its site has no host name under which it could be asked for";
    let host = site.example_host().ok_or(NO_HOST)?;
    let page = Url::parse(&format!("https://{host}/")).ok().ok_or(NO_HOST)?;
    match &script.address {
        ScriptAddress::Absolute(url) => Ok((url.clone(), Vec::new(), page)),
        ScriptAddress::Pattern(_) => {
            Err("a `url-pattern` stands for many URLs, and none is known to be asked \
                                          for; name each version in a [[script]] of its own to have it watched")
        }
        ScriptAddress::OnSite(path) => {
            let url = page.join(path).ok().ok_or("its path makes no URL")?;
            let found: Vec<_> = upstreams.iter().map(|upstream| through(upstream, &page)).collect();
            let nobody = "its site names no upstream: say where it is with --upstream URL";
            let why = found.iter().find_map(|found| found.as_ref().err().copied()).unwrap_or(nobody);
            let found: Vec<Through> = found.into_iter().flatten().collect();
            if found.is_empty() { Err(why) } else { Ok((url, found, page)) }
        }
    }
}

/// How one of a site's applications is asked.
fn through(upstream: &UpstreamAddress, page: &Url) -> Result<Through, &'static str> {
    let name = match upstream {
        UpstreamAddress::Tcp { scheme: UpstreamScheme::H2c, .. } => {
            return Err("its application speaks only HTTP/2 (h2c): name an http address with --upstream");
        }
        UpstreamAddress::Tcp { name, .. } => name.clone(),
        UpstreamAddress::Unix(_) => None,
    };
    let upstream = match upstream {
        // It is asked with HTTP/1.1, which it may speak too.
        UpstreamAddress::Tcp { scheme: UpstreamScheme::H2, host, port, .. } => {
            &UpstreamAddress::tcp(true, host, *port)
        }
        UpstreamAddress::Tcp { .. } | UpstreamAddress::Unix(_) => upstream,
    };
    let at = Url::parse(&upstream.to_string()).ok().ok_or("its upstream's address is no URL")?;
    Ok(Through { site: page.clone(), at, name })
}

/// Whether changed bytes reach visitors, are refused by their browsers, or don't matter to them.
pub(super) const fn consequence(tier: Tier) -> &'static str {
    match tier {
        Tier::Pin => "browsers refuse what is not approved: pages go without this script",
        Tier::Mirror => "visitors go on getting the approved bytes from Countersign",
        Tier::Evergreen => "nothing checks its bytes: visitors get whatever is served",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::inventory::ScriptId;
    use crate::sri::{Algorithm, Digest};

    /// `chat` of the site `shop`, pinned, with the bytes `chat()` approved.
    pub(in crate::drift) fn chat() -> Watched {
        let digest = Digest::of(Algorithm::Sha384, b"chat()");
        let script = ApprovedScript {
            id: ScriptId::new("chat").unwrap(),
            address: ScriptAddress::parse("https://cdn.example/chat.js").unwrap(),
            tier: Tier::Pin,
            integrity: digest.to_string(),
            digests: vec![digest],
            mirror_path: None,
            module: false,
            expires: None,
        };
        Watched {
            site: SiteName("shop".to_owned()),
            script: Arc::new(script),
            url: "https://cdn.example/chat.js".parse().unwrap(),
            through: Vec::new(),
            page: "https://shop.example/".parse().unwrap(),
            payment: false,
        }
    }
}
