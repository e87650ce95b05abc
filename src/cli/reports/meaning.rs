//! What a group of reports means and what to do, in words.

use serde_json::{Value, json};

use crate::store::{Class, ViolationRow};

/// For people.
pub(super) struct Meaning {
    pub(super) means: &'static str,
    pub(super) to_do: Option<&'static str>,
    /// Why it may not be true.
    pub(super) doubt: Option<&'static str>,
}

/// What it means.
pub(super) fn meaning(row: &ViolationRow) -> Meaning {
    let (means, to_do) = match row.violation.class {
        Class::PolicyFault => (
            "something that was served and approved asked for it: the policy lacks it",
            Some("countersign reports --suggest proposes the line"),
        ),
        Class::StoppedAsMeant => ("the page had it and nobody approved it: it was stopped as meant", None),
        Class::NeverServed => {
            ("it was in no page of ours: an extension, malware, or the page's own code put it there", None)
        }
        Class::ForgedOrStale => ("it names policies or pages that were never ours, or no longer are", None),
        Class::Unjoined => ("it is not known whether the page had it", None),
        Class::Notice => ("nothing was stopped", None),
    };
    let doubt = (row.networks == 1)
        .then_some("one network alone has reported it, which may be a forger, or one visitor's extension");
    Meaning { means, to_do, doubt }
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
