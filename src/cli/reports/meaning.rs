//! What a group of reports means and what to do, in words.

use serde_json::{Value, json};

use crate::reports::{in_words, what_to_do};
use crate::store::ViolationRow;
use crate::telemetry::shown;

/// Characters of a sentence.
const SENTENCE: usize = 1200;

/// For people.
pub(super) struct Meaning {
    /// What a browser did, and why.
    pub(super) means: String,
    pub(super) to_do: Option<String>,
    /// Why it may not be true.
    pub(super) doubt: Option<&'static str>,
}

/// What it means.
pub(super) fn meaning(row: &ViolationRow) -> Meaning {
    let doubt = (row.networks < 3).then_some(
        "fewer than three networks have reported it, which may be a forger, or one visitor's extension",
    );
    Meaning {
        means: shown(&in_words(&row.violation, row.page()), SENTENCE),
        to_do: what_to_do(&row.violation).map(|to_do| shown(&to_do, SENTENCE)),
        doubt,
    }
}

/// The row, with its meaning.
pub(super) fn json(row: &ViolationRow) -> Value {
    let Meaning { means, to_do, .. } = meaning(row);
    let mut json = json!(row);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("means".to_owned(), json!(means));
        fields.insert("to_do".to_owned(), json!(to_do));
    }
    json
}
