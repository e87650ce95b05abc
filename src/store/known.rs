//! What a database knows and memory needs after a start: which policies there were, what was served, what was told.

use super::database::{Database, DatabaseError};
use super::memory::{GENERATIONS, Known};
use super::query::{Filter, Order, Paging, ScriptFilter};

/// Scripts and violations taken over, the most recent.
const SCRIPTS: usize = 20_000;
const VIOLATIONS: usize = 1_000;

/// Reads it.
pub(super) fn known(database: &mut dyn Database) -> Result<Known, DatabaseError> {
    let mut generations = database.generations(GENERATIONS)?;
    generations.reverse();
    let mut scripts = Vec::new();
    let mut paging = Paging::first(Paging::MOST);
    loop {
        let part = database.scripts(&ScriptFilter::default(), &paging)?;
        scripts.extend(part.rows);
        let Some(next) = part.next.filter(|_| scripts.len() < SCRIPTS) else { break };
        paging.after = Some(next);
    }
    let violations = database.violations(&Filter::default(), Order::Recent, &Paging::first(VIOLATIONS))?.rows;
    Ok(Known { generations, scripts, violations, drifts: database.drifts()? })
}
