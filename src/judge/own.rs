//! The verdict on a script of the site itself, by the bytes in which it passes. No tag is asked: an import
//! has none, and a worker's script has no integrity.

use std::sync::Arc;

use jiff::Timestamp;

use super::Reason;
use crate::inventory::{Decision, Tier};
use crate::policy::ApprovedScript;
use crate::sri::Digest;

/// What is thought of the bytes. Only this module can make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnVerdict {
    decision: Decision,
    reason: Reason,
}

impl OwnVerdict {
    /// Whether they may pass.
    pub fn decision(self) -> Decision {
        self.decision
    }

    /// Why.
    pub fn reason(self) -> Reason {
        self.reason
    }

    fn pass(reason: Reason) -> Self {
        Self { decision: Decision::Pass, reason }
    }

    fn refuse(reason: Reason) -> Self {
        Self { decision: Decision::Refuse, reason }
    }
}

/// The verdict where no digest is needed: one of the scripts that are named for the path may run whatever it
/// serves.
pub fn judge_unseen(named: &[&Arc<ApprovedScript>], at: Timestamp) -> Option<OwnVerdict> {
    let free = |script: &&Arc<ApprovedScript>| script.tier == Tier::Evergreen && script.runs(at);
    named.iter().copied().any(|script| free(&script)).then(|| OwnVerdict::pass(Reason::Evergreen))
}

/// The verdict on bytes with these digests, one for each algorithm that was asked for; `None` where they
/// could not be read.
pub fn judge_own(named: &[&Arc<ApprovedScript>], digests: Option<&[Digest]>, at: Timestamp) -> OwnVerdict {
    if let Some(verdict) = judge_unseen(named, at) {
        return verdict;
    }
    let Some(digests) = digests else { return OwnVerdict::refuse(Reason::OwnScriptUnread) };
    // The digest of an evergreen script is that of a statement.
    let checked = || named.iter().filter(|script| script.tier != Tier::Evergreen);
    if checked().any(|script| script.digests.iter().any(|approved| digests.contains(approved))) {
        return OwnVerdict::pass(Reason::ApprovedBytes);
    }
    OwnVerdict::refuse(if named.is_empty() {
        Reason::UnknownOwnScript
    } else if named.iter().any(|script| script.has_ended(at)) {
        Reason::Ended
    } else if named.iter().all(|script| script.digests.is_empty()) {
        Reason::NoApproval
    } else {
        Reason::ChangedOwnScript
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{ScriptAddress, ScriptId};
    use crate::sri::Algorithm;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn script(tier: Tier, bytes: &[&[u8]], expires: Option<Timestamp>) -> Arc<ApprovedScript> {
        Arc::new(ApprovedScript {
            id: ScriptId::new("app").unwrap(),
            address: ScriptAddress::parse("/app.js").unwrap(),
            tier,
            digests: bytes.iter().map(|bytes| Digest::of(Algorithm::Sha384, bytes)).collect(),
            integrity: String::new(),
            mirror_path: None,
            module: false,
            expires,
        })
    }

    fn judged(named: &[&Arc<ApprovedScript>], bytes: &[u8]) -> (Decision, Reason) {
        let verdict = judge_own(named, Some(&[Digest::of(Algorithm::Sha384, bytes)]), NOW);
        (verdict.decision(), verdict.reason())
    }

    #[test]
    fn bytes_pass_that_are_approved_under_their_path_and_no_others() {
        let (app, other) = (script(Tier::Pin, &[b"one", b"two"], None), script(Tier::Pin, &[b"three"], None));
        assert_eq!(judged(&[&app], b"two"), (Decision::Pass, Reason::ApprovedBytes));
        assert_eq!(judged(&[&app], b"three"), (Decision::Refuse, Reason::ChangedOwnScript));
        assert_eq!(judged(&[&app, &other], b"three"), (Decision::Pass, Reason::ApprovedBytes));
        assert_eq!(judged(&[], b"one"), (Decision::Refuse, Reason::UnknownOwnScript));
        let unapproved = script(Tier::Pin, &[], None);
        assert_eq!(judged(&[&unapproved], b"one"), (Decision::Refuse, Reason::NoApproval));
        let unread = judge_own(&[&app], None, NOW);
        assert_eq!((unread.decision(), unread.reason()), (Decision::Refuse, Reason::OwnScriptUnread));
    }

    #[test]
    fn an_evergreen_script_passes_until_its_day_and_its_statement_is_no_bytes() {
        let later = Timestamp::from_second(10).unwrap();
        let free = script(Tier::Evergreen, &[b"statement"], Some(later));
        assert_eq!(judged(&[&free], b"anything"), (Decision::Pass, Reason::Evergreen));
        assert!(judge_unseen(&[&free], NOW).is_some());
        let ended = script(Tier::Evergreen, &[b"statement"], Some(NOW));
        assert_eq!(judged(&[&ended], b"statement"), (Decision::Refuse, Reason::Ended));
    }
}
