//! All about one group of reports.

use clap::Args;
use serde_json::json;

use super::cells::{minute, networks, number, text};
use super::meaning::{self, meaning};
use super::trend::chart;
use crate::cli::observed::StoreArgs;
use crate::cli::stop::Stop;
use crate::cli::write_data;
use crate::reports::in_words;
use crate::store::{
    Counted, Database, DatabaseError, Filter, Fingerprint, HourRow, Order, Paging, ViolationRow,
};
use crate::telemetry::shown;

/// Digits that an id must have at least.
const DIGITS: usize = 6;
/// Characters of one line.
const LINE: usize = 600;

/// Arguments of `countersign reports show`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code 0: shown; 1: there is no such group, or several; 2: the store can't be asked."
)]
pub(super) struct ShowArgs {
    /// The group, as lists show it; its first digits will do.
    id: String,
    /// Write one JSON document.
    #[arg(long)]
    json: bool,
    #[command(flatten, next_help_heading = "Where reports are")]
    store: StoreArgs,
}

/// Shows it.
pub(super) fn run(args: &ShowArgs) -> Result<(), Stop> {
    let hexadecimal = args.id.len() <= 32 && args.id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !hexadecimal || args.id.len() < DIGITS {
        return Err(Stop::CouldNot(format!(
            "countersign: `{}` is no group: {DIGITS} to 32 hexadecimal digits, as `countersign reports` lists them",
            shown(&args.id, 64)
        )));
    }
    let mut store = args.store.open()?;
    let failed = |error: &DatabaseError| args.store.failed(error);
    let row = find(store.as_mut(), &args.id.to_ascii_lowercase()).map_err(|stop| match stop {
        Lost::Failed(error) => failed(&error),
        Lost::None => Stop::No(format!("there is no group {}; older ones are removed after a time", args.id)),
        Lost::Several => Stop::No(format!("several groups begin with {}: write more of it", args.id)),
    })?;
    let filter = Filter { id: Some(row.id), ..Filter::default() };
    let hours = store.hours(&filter).map_err(|error| failed(&error))?;
    if args.json {
        let mut json = meaning::json(&row);
        if let Some(fields) = json.as_object_mut() {
            fields.insert("hours".to_owned(), json!(hours));
        }
        write_data(&json.to_string());
    } else {
        write_data(&told(&row, &hours));
    }
    Ok(())
}

/// Why no group is shown.
enum Lost {
    None,
    Several,
    Failed(DatabaseError),
}

fn find(store: &mut dyn Database, id: &str) -> Result<ViolationRow, Lost> {
    if let Ok(id) = id.parse::<Fingerprint>() {
        return store.violation(id).map_err(Lost::Failed)?.ok_or(Lost::None);
    }
    let mut found: Option<ViolationRow> = None;
    let mut paging = Paging::first(Paging::MOST);
    loop {
        let part = store.violations(&Filter::default(), Order::Recent, &paging).map_err(Lost::Failed)?;
        for row in part.rows.into_iter().filter(|row| row.id.to_string().starts_with(id)) {
            // The same one twice: it was reported while pages of the answer were turned.
            if found.replace(row.clone()).is_some_and(|earlier| earlier.id != row.id) {
                return Err(Lost::Several);
            }
        }
        match part.next {
            Some(next) => paging.after = Some(next),
            None => return found.ok_or(Lost::None),
        }
    }
}

fn told(row: &ViolationRow, hours: &[HourRow]) -> String {
    let violation = &row.violation;
    let meaning = meaning(row);
    let mut lines = vec![
        format!("{}  {} ({})", row.id, violation.class, shown(&violation.reason, 64)),
        shown(&in_words(violation, row.page()), LINE),
        format!("It means: {}", meaning.means),
    ];
    lines.extend(meaning.to_do.map(|to_do| format!("To do: {to_do}")));
    lines.extend(meaning.doubt.map(|doubt| format!("But: {doubt}")));
    lines.push(String::new());
    let optional = |value: &Option<String>| value.as_deref().map(|value| text(value, LINE));
    let facts = [
        ("site", Some(text(&violation.site, 64))),
        ("page rule", optional(&violation.rule)),
        ("report", Some(format!("{}, {}", text(&violation.kind, 64), text(&violation.disposition, 16)))),
        ("directive", (!violation.directive.is_empty()).then(|| text(&violation.directive, 64))),
        ("blocked", Some(text(&violation.blocked, LINE))),
        ("source", optional(&violation.source)),
        ("digest", optional(&violation.digest)),
        ("policies", optional(&row.generation)),
        ("times", Some(format!("{}, from {} networks", number(row.count), networks(row)))),
        ("first", Some(format!("{} UTC", minute(row.first_seen)))),
        ("last", Some(format!("{} UTC", minute(row.last_seen)))),
    ];
    lines.extend(facts.into_iter().filter_map(|(name, value)| Some(format!("{name:<10} {}", value?))));
    lines.extend(counted("Pages", "other pages", &row.pages));
    lines.extend(counted("Browsers", "others, or unknown", &row.browsers));
    if !hours.is_empty() {
        lines.extend([String::new(), "Hours (UTC)".to_owned()]);
        lines.extend(chart(hours));
    }
    lines.join("\n")
}

fn counted(head: &str, rest: &str, rows: &[Counted]) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), head.to_owned()];
    lines.extend(rows.iter().map(|row| {
        let name = if row.name.is_empty() { rest.to_owned() } else { shown(&row.name, LINE) };
        format!("{:>10}  {name}", number(row.count))
    }));
    lines
}
