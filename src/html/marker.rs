//! What stands in the place of something refused. ASCII only, complete in itself, and something always
//! stands there: taking an element away could join the text around it to a live tag.

use super::edited_tag::EditedTag;
use crate::judge::{Action, Reason, Verdict};
use crate::sri::Digest;

const MARK: &str = "data-countersign";
const QUARANTINED: &str = "quarantined";
/// Bytes of a URL that are shown in a page.
const SHOWN: usize = 512;

/// An inert script element, or a comment where the verdict is to strip.
pub(super) fn refused_script(verdict: &Verdict, src: Option<&str>, digest: Option<&Digest>) -> String {
    if strips(verdict) {
        return removed(verdict.reason());
    }
    let mut tag =
        quarantined(EditedTag::open("script").attribute("type", "text/plain"), verdict.reason(), src);
    if let Some(digest) = digest {
        tag = tag.attribute("data-countersign-digest", &digest.to_string());
    }
    tag.close() + "</script>"
}

/// The inert start tag of a script in SVG or MathML, whose content and end stay where they are.
pub(super) fn refused_foreign(verdict: &Verdict, src: Option<&str>, self_closing: bool) -> String {
    let tag = quarantined(EditedTag::open("script").attribute("type", "text/plain"), verdict.reason(), src);
    if self_closing { tag.close_empty() } else { tag.close() }
}

/// A link that loads nothing, or a comment where the verdict is to strip.
pub(super) fn refused_link(verdict: &Verdict, href: Option<&str>) -> String {
    if strips(verdict) {
        return removed(verdict.reason());
    }
    let tag = EditedTag::open("link").attribute("rel", "countersign-quarantined");
    quarantined(tag, verdict.reason(), href).close()
}

/// Adds the marks of a quarantine to a tag.
pub(super) fn quarantined(tag: EditedTag, reason: Reason, src: Option<&str>) -> EditedTag {
    let tag = tag.attribute(MARK, QUARANTINED).attribute("data-countersign-reason", reason.code());
    match src {
        Some(src) => tag.attribute("data-countersign-src", shown(src)),
        None => tag,
    }
}

/// As much of a URL as is shown: with a long `base` a few letters of a page could make megabytes of it.
fn shown(src: &str) -> &str {
    src.get(..src.floor_char_boundary(SHOWN)).unwrap_or_default()
}

fn strips(verdict: &Verdict) -> bool {
    match verdict.action() {
        Action::Strip => true,
        // Only refusals come here; were it another, inert is the safe answer.
        Action::Quarantine
        | Action::Pin(_)
        | Action::Allow(_)
        | Action::Release
        | Action::Merge(_)
        | Action::Keep
        | Action::Block => false,
    }
}

fn removed(reason: Reason) -> String {
    format!("<!-- countersign: removed, {} -->", reason.code())
}
