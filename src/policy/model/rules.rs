//! Page rules and the scripts that a policy names, valid and ready to be compiled into grants.

use std::sync::Arc;

use jiff::Timestamp;

use super::{CspForm, FailMode, Mode, Opinion, OwnScripts, PageHeaders, PageId, Refresh, Unapproved, Visit};
use crate::csp::Csp;
use crate::inventory::{ScriptAddress, ScriptId, Tier};
use crate::sri::Digest;
use crate::web::PathPattern;

/// An external script that the policy names, with what its tag gets.
#[derive(Debug)]
pub struct ApprovedScript {
    /// The operator's id.
    pub id: ScriptId,
    /// Canonical URL, or a path on the site itself.
    pub address: ScriptAddress,
    /// How it is delivered.
    pub tier: Tier,
    /// Digests of all bytes that a page may run; one algorithm. Tier pin: all approved and not retired.
    /// Tier mirror: that of the bytes we serve. Tier evergreen: that of the statement that was approved
    /// in place of bytes. Empty: named, not yet approved.
    pub digests: Vec<Digest>,
    /// The `integrity` attribute's value: the digests, separated by spaces. For tier mirror only the
    /// digest of the bytes we serve, for tier evergreen empty.
    pub integrity: String,
    /// Tier mirror: the absolute path on the site under which we serve the approved bytes.
    pub mirror_path: Option<String>,
    /// A module that other scripts may import.
    pub module: bool,
    /// Tier evergreen: from this moment on it may not run.
    pub expires: Option<Timestamp>,
}

impl ApprovedScript {
    /// Whether it has ended by then.
    pub fn has_ended(&self, at: Timestamp) -> bool {
        self.expires.is_some_and(|end| end <= at)
    }

    /// Whether it may run then: it is approved, there is something to serve where we serve it, and it has
    /// not ended.
    pub fn runs(&self, at: Timestamp) -> bool {
        !self.digests.is_empty()
            && (self.tier != Tier::Mirror || self.mirror_path.is_some())
            && !self.has_ended(at)
    }
}

/// A page rule: first match wins.
#[derive(Debug)]
pub struct PageRules {
    /// Its place.
    pub id: PageId,
    /// Which paths.
    pub path: PathPattern,
    /// Whether verdicts are carried out.
    pub mode: Mode,
    /// For how many of a hundred visitors they are, where they are; the others are observed.
    pub enforce_percent: u8,
    /// How the CSP names scripts.
    pub csp_form: CspForm,
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
    /// What becomes of the site's own scripts, served under these paths, that nobody approved.
    pub own_scripts: OwnScripts,
    /// The operator's directives, defaults included, without those on scripts.
    pub csp: Arc<Csp>,
    /// Response headers that the operator sets or removes.
    pub headers: Arc<PageHeaders>,
}

impl PageRules {
    /// A rule that holds on every path and says nothing but its mode.
    pub fn everywhere(mode: Mode) -> Self {
        Self {
            id: PageId(0),
            path: PathPattern::every(),
            mode,
            enforce_percent: 100,
            csp_form: CspForm::Hash,
            payment: false,
            unapproved: Unapproved::Quarantine,
            fail: FailMode::HeadersOnly,
            second_opinion: Opinion::Suspects,
            refresh: Refresh::Any,
            own_scripts: OwnScripts::Observe,
            csp: Arc::default(),
            headers: Arc::default(),
        }
    }

    /// Whether verdicts are carried out for a part of the visitors only.
    pub(in crate::policy) fn is_shared_out(&self) -> bool {
        self.mode == Mode::Enforce && self.enforce_percent < 100
    }

    /// Whether verdicts are carried out for a visitor.
    pub(in crate::policy) fn mode_for(&self, visit: Visit) -> Mode {
        if visit.place < self.enforce_percent { self.mode } else { Mode::Observe }
    }

    /// Greater is stricter.
    pub(in crate::policy) fn strictness(&self) -> (u8, bool, bool, bool, Opinion, bool, OwnScripts) {
        (
            if self.mode == Mode::Enforce { self.enforce_percent } else { 0 },
            self.payment,
            self.unapproved == Unapproved::Strip,
            self.fail == FailMode::Closed,
            self.second_opinion,
            self.refresh == Refresh::Own,
            self.own_scripts,
        )
    }
}
