//! Suggestions as TOML that a person copies into a policy file, with the evidence as comments. Texts of strangers
//! can't end a comment or a string.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::suggest::{Advice, Evidence, Place, Suggestion, Withheld};
use crate::store::NETWORKS;
use crate::telemetry::shown;

/// Characters of a stranger's text in a comment.
const SHOWN: usize = 200;

/// All of it.
pub fn as_toml(advice: &Advice) -> String {
    let mut out = String::from(
        "# Proposed by `countersign reports --suggest` from what browsers reported. Anybody who can reach the site can\n\
         # forge reports: add a line only where you know why a page needs it. Nothing was changed, nothing approved.\n",
    );
    let mut before: Option<&Suggestion> = None;
    for suggestion in &advice.suggestions {
        let same_site = before.is_some_and(|before| before.site == suggestion.site);
        if !same_site {
            // Writing to a string can't fail.
            let _ = write!(out, "\n# ==== {}.toml\n", shown(&suggestion.site, SHOWN));
        }
        // TOML wants a table once, whatever stands in it.
        if !same_site || before.is_some_and(|before| before.place != suggestion.place) {
            out.push('\n');
            out.push_str(&head(&suggestion.place));
        }
        out.push_str(&line(suggestion));
        before = Some(suggestion);
    }
    if !advice.withheld.is_empty() {
        out.push_str("\n# ==== Not proposed\n");
    }
    for withheld in &advice.withheld {
        out.push('\n');
        out.push_str(&not_proposed(withheld));
    }
    out
}

/// One line of a policy in its table.
pub fn fragment(suggestion: &Suggestion) -> String {
    head(&suggestion.place) + &line(suggestion)
}

fn head(place: &Place) -> String {
    match place {
        Place::Csp => "[csp]\n".to_owned(),
        Place::PageCsp(path) => {
            format!("# the rule with this path\n[[page]]\npath = {}\n[page.csp]\n", quoted(path))
        }
        Place::Script(id) => format!("# the entry with this id\n[[script]]\nid = {}\n", quoted(id)),
    }
}

fn line(suggestion: &Suggestion) -> String {
    let mut out = format!("{} = [\n", suggestion.key);
    for value in &suggestion.values {
        let _ = writeln!(out, "  {},", quoted(value));
    }
    for added in &suggestion.added {
        let _ = writeln!(out, "  # {}", told(&added.evidence));
        if let Some(caution) = added.caution {
            let _ = writeln!(out, "  # Think first: {caution}.");
        }
        let _ = writeln!(out, "  {},", quoted(&added.value));
    }
    out.push_str("]\n");
    out
}

fn not_proposed(withheld: &Withheld) -> String {
    let Withheld { site, directive, blocked, why, evidence } = withheld;
    format!(
        "# {}: {} {}\n#   {}\n#   {}.\n",
        shown(site, SHOWN),
        shown(directive, SHOWN),
        shown(blocked, SHOWN),
        told(evidence),
        shown(why, 1000),
    )
}

fn told(evidence: &Evidence) -> String {
    let Evidence { count, networks, first_seen, last_seen, pages, groups } = evidence;
    let plus = if *networks >= NETWORKS { " or more" } else { "" };
    let of =
        |number: u64, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    let first = pages.first().map_or_else(|| "no page".to_owned(), |page| shown(page, SHOWN));
    let more = match pages.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" and {}", of(u64::try_from(more).unwrap_or(u64::MAX), "other page")),
    };
    let ids: Vec<String> =
        groups.iter().take(3).map(|id| id.to_string().chars().take(12).collect()).collect();
    let network = if *networks == 1 { "1 network".to_owned() } else { format!("{networks}{plus} networks") };
    format!(
        "{} from {network}, {} to {} UTC, on {first}{more}; group {}",
        of(*count, "report"),
        minute(*first_seen),
        minute(*last_seen),
        ids.join(", "),
    )
}

fn minute(moment: Timestamp) -> String {
    moment.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string()
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
