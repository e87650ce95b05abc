//! Everything that holds for one page.

use std::collections::HashMap;
use std::sync::Arc;

use http::HeaderValue;
use jiff::Timestamp;
use url::Url;

use super::{
    ApprovedMap, ApprovedScript, ApprovedShape, FailMode, Looks, MapText, Mode, Opinion, OwnScripts,
    PageHeaders, PageId, PageScripts, Refresh, Shaped, Unapproved, UpstreamCsp,
};
use crate::csp::{Csp, ScriptDirectives};
use crate::inventory::ScriptId;
use crate::sri::Digest;

/// Everything that holds for one page: the rule, the scripts approved there, the headers that say so.
#[derive(Debug)]
pub struct PageGrants {
    /// The page rule's place.
    pub page: PageId,
    /// Whether verdicts are carried out.
    pub mode: Mode,
    /// In PCI DSS scope.
    pub payment: bool,
    /// What becomes of scripts without approval.
    pub unapproved: Unapproved,
    /// What happens when the rewriter can't go on.
    pub fail: FailMode,
    /// Whether a second parser reads along.
    pub second_opinion: Opinion,
    /// Where a refresh may lead.
    pub refresh: Refresh,
    /// What becomes of the site's own scripts under this path that nobody approved.
    pub own_scripts: OwnScripts,
    /// What becomes of the upstream's own CSP.
    pub upstream_csp: UpstreamCsp,
    /// The rule carries verdicts out for a part of the visitors only.
    pub shared_out: bool,
    /// What pages written under these grants are known by (in `ETag`): unequal where any of them differs.
    pub fingerprint: String,
    /// The moment for which these grants were made.
    pub at: Timestamp,
    /// External scripts that the policy names here.
    pub scripts: PageScripts,
    /// Digests (SHA-256) of inline scripts, with their ids.
    pub inline: HashMap<Digest, ScriptId>,
    /// Import maps by the digest (SHA-256) of the page's text.
    pub import_maps: HashMap<Digest, ApprovedMap>,
    /// The import map that pages get which bring none: their modules would import nothing without it.
    pub module_map: Option<MapText>,
    /// Digests (SHA-256) of speculation rules, with their ids.
    pub speculation_rules: HashMap<Digest, ScriptId>,
    /// Inline scripts whose data differs in each response; the digests of their code are in
    /// [`Self::inline`].
    pub shapes: Vec<Arc<ApprovedShape>>,
    /// Digests (SHA-256) of event handlers, with their ids.
    pub handlers: HashMap<Digest, ScriptId>,
    /// Digests (SHA-256) of whole `javascript:` URLs, with their ids.
    pub urls: HashMap<Digest, ScriptId>,
    /// Evergreen scripts that may run here: what stands in the way of an enforced `Integrity-Policy`.
    pub evergreen: Vec<ScriptId>,
    /// The CSP, without reporting directives.
    pub csp: Csp,
    /// Its directives on scripts, for merging into an upstream's CSP.
    pub script_directives: ScriptDirectives,
    /// The finished header value for responses over TLS: CSP with `report-uri` and `report-to`.
    pub csp_secure: HeaderValue,
    /// The same for plain HTTP, where browsers deliver only to `report-uri`.
    pub csp_plain: HeaderValue,
    /// For other documents: nothing runs, and that is reported.
    pub csp_scriptless: HeaderValue,
    /// The `Integrity-Policy` value; report-only where there are [`Self::evergreen`] scripts.
    pub integrity_policy: HeaderValue,
    /// Response headers that the operator sets or removes.
    pub headers: Arc<PageHeaders>,
    /// The `Reporting-Endpoints` value (TLS only).
    pub reporting_endpoints: HeaderValue,
    /// The witness script, where pages with pinned scripts get one (see `policy::witness`).
    pub witness: Option<Arc<str>>,
    /// Which pages are looked at for code in attributes.
    pub looks: Looks,
}

impl PageGrants {
    /// Grants that grant nothing, with a CSP under which nothing runs.
    pub fn nothing(mode: Mode) -> Self {
        let header = HeaderValue::from_static("script-src 'none'");
        Self {
            page: PageId(0),
            mode,
            payment: false,
            unapproved: Unapproved::Quarantine,
            fail: FailMode::Closed,
            second_opinion: Opinion::Off,
            refresh: Refresh::Any,
            own_scripts: OwnScripts::Observe,
            upstream_csp: UpstreamCsp::Merge,
            shared_out: false,
            fingerprint: String::new(),
            at: Timestamp::UNIX_EPOCH,
            scripts: PageScripts::default(),
            inline: HashMap::new(),
            import_maps: HashMap::new(),
            module_map: None,
            speculation_rules: HashMap::new(),
            shapes: Vec::new(),
            handlers: HashMap::new(),
            urls: HashMap::new(),
            evergreen: Vec::new(),
            csp: Csp::new(),
            script_directives: ScriptDirectives::default(),
            csp_secure: header.clone(),
            csp_plain: header.clone(),
            csp_scriptless: header.clone(),
            integrity_policy: header.clone(),
            headers: Arc::default(),
            reporting_endpoints: header,
            witness: None,
            looks: Looks::default(),
        }
    }

    /// Whether a script of the site's own that nobody approved is kept from the browser.
    pub fn stops_own_scripts(&self) -> bool {
        self.mode == Mode::Enforce && self.own_scripts == OwnScripts::Stop
    }

    /// Whether a refresh in `document` may lead to `target`. Never to what would run in the site's name, or
    /// be a page of its own making.
    pub fn lets_refresh_to(&self, target: &Url, document: &Url) -> bool {
        if matches!(target.scheme(), "javascript" | "data" | "blob" | "filesystem") {
            return false;
        }
        match self.refresh {
            Refresh::Any => true,
            Refresh::Own => target.origin() == document.origin() || is_made_secure(document, target),
        }
    }

    /// Whether a script may run at the moment for which these grants were made.
    pub fn lets_run(&self, script: &ApprovedScript) -> bool {
        script.runs(self.at)
    }

    /// Whether a script has ended at that moment.
    pub fn has_ended(&self, script: &ApprovedScript) -> bool {
        script.has_ended(self.at)
    }

    /// Whether the next page is looked at for code in attributes: every one that is observed, every one that
    /// a second parser reads anyway, and of the others some.
    pub fn looks_for_code(&self, now: Timestamp) -> bool {
        self.mode == Mode::Observe || self.second_opinion == Opinion::Always || self.looks.next(now)
    }

    /// The id under which code in an attribute is approved here.
    pub fn code_id(&self, is_url: bool, digest: &Digest) -> Option<&ScriptId> {
        if is_url { self.urls.get(digest) } else { self.handlers.get(digest) }
    }

    /// The id under which an inline text of this digest is approved here, whatever kind of script it is:
    /// a CSP doesn't tell them apart.
    pub fn inline_id(&self, digest: &Digest) -> Option<&ScriptId> {
        let map = || self.import_maps.get(digest).map(|map| &map.id);
        [&self.inline, &self.speculation_rules].iter().find_map(|kind| kind.get(digest)).or_else(map)
    }

    /// Whether the CSP lets an inline text of this digest run.
    pub fn approves_inline(&self, digest: &Digest) -> bool {
        [&self.inline, &self.speculation_rules].iter().any(|kind| kind.contains_key(digest))
            || self.map_digests().any(|known| known == digest)
    }

    /// The digests of import maps as pages get them.
    pub fn map_digests(&self) -> impl Iterator<Item = &Digest> {
        let own = self.module_map.iter().map(MapText::digest);
        let approved = self.import_maps.iter();
        own.chain(approved.map(|(page, map)| map.merged.as_ref().map_or(page, MapText::digest)))
    }

    /// The shape that an inline script's text has, and its data, if one of them is approved here. Where
    /// several fit, the one that was approved last.
    pub fn shaped(&self, text: &str) -> Option<Shaped<'_>> {
        self.shapes.iter().rev().find_map(|shape| shape.fit(text))
    }
}

/// Whether `target` is the same site over TLS.
fn is_made_secure(document: &Url, target: &Url) -> bool {
    (document.scheme(), target.scheme()) == ("http", "https")
        && document.host_str() == target.host_str()
        && document.port().is_none()
        && target.port().is_none()
}
