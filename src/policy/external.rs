//! A site's external scripts as something that can be fetched, for whoever looks what vendors serve.

use std::sync::Arc;

use super::model::{ApprovedScript, Site};
use super::sample::meet;
use crate::inventory::ScriptId;

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

    /// The name under which the site is asked for: its first, and of a wildcard one that it stands for.
    pub fn example_host(&self) -> Option<String> {
        let exact = self.hosts.iter().find(|host| !host.starts_with("*."));
        let host = exact.or(self.hosts.first())?;
        Some(host.strip_prefix("*.").map_or_else(|| host.clone(), |parent| format!("www.{parent}")))
    }
}
