//! `countersign reports --suggest`: the lines that policies lack.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::advice::{Advice, as_toml, fragment, suggest};
use crate::cli::candidate::load;
use crate::cli::observed::StoreArgs;
use crate::cli::stop::Stop;
use crate::cli::{say, write_data};
use crate::clock::Clock;
use crate::store::{Class, Database, DatabaseError, Filter, Order, Paging, ViolationRow};

/// Groups that are looked at, the most often reported ones.
const GROUPS: usize = 10_000;

/// About suggestions.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Suggestions")]
pub(super) struct SuggestArgs {
    /// Propose the lines that policies lack, each with what speaks for it; nothing is changed.
    #[arg(long, conflicts_with_all = ["trend", "limit", "after"])]
    suggest: bool,
    /// Also what fewer than three networks have reported.
    #[arg(long, requires = "suggest")]
    even_single: bool,
    /// The folder with the policies [default: the settings', or else policies].
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_POLICIES")]
    policies: Option<PathBuf>,
}

impl SuggestArgs {
    pub(super) fn wanted(&self) -> bool {
        self.suggest
    }
}

/// Proposes.
pub(super) fn run(
    args: &SuggestArgs,
    store: &StoreArgs,
    mut filter: Filter,
    as_json: bool,
) -> Result<(), Stop> {
    if filter.classes.is_empty() {
        filter.classes = vec![Class::PolicyFault];
    }
    if filter.classes.iter().any(|class| !matches!(class, Class::PolicyFault | Class::Unjoined)) {
        return Err(Stop::CouldNot(
            "countersign: --class: lines are proposed for policy-fault, and where asked for unjoined; the others are no \
fault of a policy"
                .to_owned(),
        ));
    }
    let snapshot = load(args.policies.as_deref(), &store.settings)?;
    let mut database = store.open()?;
    let rows = all(database.as_mut(), &filter).map_err(|error| store.failed(&error))?;
    let advice = suggest(&rows, &snapshot, args.even_single, Clock::System.now());
    if as_json {
        write_data(&json_of(&advice).to_string());
    } else if rows.is_empty() {
        say("no report that fits is a fault of the policy: there is nothing to propose");
    } else {
        write_data(as_toml(&advice).trim_end());
    }
    if rows.len() >= GROUPS {
        say(&format!(
            "only the {GROUPS} groups with the most reports were looked at; --site and --rule narrow it"
        ));
    }
    Ok(())
}

fn all(database: &mut dyn Database, filter: &Filter) -> Result<Vec<ViolationRow>, DatabaseError> {
    let mut rows = Vec::new();
    let mut paging = Paging::first(Paging::MOST);
    while rows.len() < GROUPS {
        let part = database.violations(filter, Order::Top, &paging)?;
        rows.extend(part.rows);
        let Some(next) = part.next else { break };
        paging.after = Some(next);
    }
    Ok(rows)
}

fn json_of(advice: &Advice) -> serde_json::Value {
    let suggestions: Vec<_> = advice
        .suggestions
        .iter()
        .map(|suggestion| {
            let mut json = json!(suggestion);
            if let Some(fields) = json.as_object_mut() {
                fields.insert("toml".to_owned(), json!(fragment(suggestion)));
            }
            json
        })
        .collect();
    json!({
        "note": "from reports, which anybody who can reach the site can forge; nothing was changed",
        "suggestions": suggestions,
        "withheld": advice.withheld,
    })
}
