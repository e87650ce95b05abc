//! A site's external scripts as something that can be fetched, for whoever looks what vendors serve.

use std::sync::Arc;

use url::Url;

use super::model::{ApprovedScript, Site, is_under};
use super::sample::meet;
use crate::inventory::ScriptId;
use crate::web::PathPattern;

impl Site {
    /// Every external script that the policy names, approved or not, in its order. The files of builds are not
    /// among them: they are held against their digests as they pass.
    pub fn external_scripts(&self) -> impl Iterator<Item = &Arc<ApprovedScript>> {
        self.compiler.scripts.iter().take(self.compiler.watched).map(|(script, _)| script)
    }

    /// Whether a script may run on a page in PCI DSS scope. As far as examples of the patterns tell.
    pub fn is_on_payment_page(&self, id: &ScriptId) -> bool {
        let named = self.compiler.scripts.iter().find(|(script, _)| script.id == *id);
        let Some((_, places)) = named else { return false };
        let mut patterns = places.iter().filter_map(|place| self.compiler.patterns.get(*place));
        let payment: Vec<_> = self.pages.iter().filter(|rules| rules.payment).collect();
        patterns.any(|pattern| payment.iter().any(|rules| meet(pattern, &rules.path)))
    }

    /// The script that something seen at this URL stands for, on whichever of the site's hosts: one that the policy
    /// names, or a file of a build.
    pub fn script_at(&self, url: &Url) -> Option<&Arc<ApprovedScript>> {
        let own = self.is_own(url);
        let page = if own { url.clone() } else { self.example_page()? };
        let named = self.named.find(url, &page);
        named.or_else(|| if own { self.own_bytes.at(url).first().copied() } else { None })
    }

    /// Whether a URL is at one of the site's own hosts. A site for every host has none of its own.
    pub fn is_own(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        self.hosts.iter().any(|name| name == host || is_under(name, host))
    }

    /// Whether pages of this pattern may be in PCI DSS scope. As far as examples tell.
    pub fn has_payment_pages(&self, pages: &PathPattern) -> bool {
        self.pages.iter().any(|rules| rules.payment && meet(pages, &rules.path))
    }

    fn example_page(&self) -> Option<Url> {
        Url::parse(&format!("https://{}/", self.example_host()?)).ok()
    }

    /// The name under which the site is asked for: its first, and of a wildcard one that it stands for.
    pub fn example_host(&self) -> Option<String> {
        let exact = self.hosts.iter().find(|host| !host.starts_with("*."));
        let host = exact.or(self.hosts.first())?;
        Some(host.strip_prefix("*.").map_or_else(|| host.clone(), |parent| format!("www.{parent}")))
    }
}
