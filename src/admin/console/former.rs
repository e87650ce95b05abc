//! What the overview shows of things that have no page of their own yet: scripts and reports.

use jiff::Timestamp;

use super::frame::Place;
use super::rows::{ReportView, ScriptView};
use crate::store::{ScriptSeenRow, Store};

/// Rows of each list; the API has all.
const ROWS: usize = 100;

/// The lists; `None` where there is a page.
pub(super) struct Former {
    pub(super) scripts: Option<Scripts>,
    pub(super) reports: Option<Vec<ReportView>>,
}

pub(super) struct Scripts {
    pub(super) stopped: Vec<ScriptView>,
    pub(super) passed: Vec<ScriptView>,
}

impl Former {
    pub(super) fn of(store: &dyn Store, seen: &[ScriptSeenRow], now: Timestamp) -> Self {
        let missing = |place: Place| (!place.is_there()).then_some(());
        let rows = |stops: bool| {
            let rows = seen.iter().filter(|row| row.seen.verdict.stops() == stops).take(ROWS);
            rows.map(|row| ScriptView::new(row.clone(), now)).collect()
        };
        Self {
            scripts: missing(Place::Scripts).map(|()| Scripts { stopped: rows(true), passed: rows(false) }),
            reports: missing(Place::Violations).map(|()| {
                let rows = store.violations(ROWS);
                rows.into_iter().map(|row| ReportView::new(row, now)).collect()
            }),
        }
    }
}
