//! New groups of reports, and those that grow, as they come.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;

use super::cells::number;
use super::{list, meaning};
use crate::cli::observed::StoreArgs;
use crate::cli::stop::Stop;
use crate::cli::{say, write_data};
use crate::store::{Database, DatabaseError, Fingerprint, Order, Paging, Question, ViolationRow};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(2);
/// Groups remembered; beyond, all are forgotten and looked at anew.
const KNOWN: usize = 100_000;

/// What a look brought: a group, and by how much it grew; `None`: it is new.
type News = (ViolationRow, Option<u64>);

/// Goes on until it is ended.
pub(super) fn run(
    store: &mut dyn Database,
    question: &Question,
    as_json: bool,
    args: &StoreArgs,
) -> Result<(), Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| Stop::CouldNot(error.to_string()))?;
    let mut known = HashMap::new();
    look(store, question, &mut known).map_err(|error| args.failed(&error))?;
    say("waiting for reports; end it with Ctrl-C");
    let mut away = false;
    loop {
        runtime.block_on(async { tokio::time::sleep(LOOK).await });
        match look(store, question, &mut known) {
            Ok(news) => {
                away = false;
                for (row, grown) in news {
                    write_data(&line(&row, grown, as_json));
                }
            }
            // Said once, and tried again.
            Err(error) if error.is_for_now() && away => {}
            Err(error) if error.is_for_now() => {
                away = true;
                say(&format!("{error}; trying again"));
            }
            Err(error) => return Err(args.failed(&error)),
        }
    }
}

/// What came since the last look, the oldest first. The last reported come first, so looking ends at the first
/// that has not grown.
fn look(
    store: &mut dyn Database,
    question: &Question,
    known: &mut HashMap<Fingerprint, u64>,
) -> Result<Vec<News>, DatabaseError> {
    let first = known.is_empty();
    let mut paging = Paging::first(Paging::MOST);
    let mut news: Vec<News> = Vec::new();
    loop {
        let part = store.violations(&question.filter, Order::Recent, &paging)?;
        let before = news.len();
        for row in part.rows {
            match known.insert(row.id, row.count) {
                Some(count) if count >= row.count => {}
                Some(count) => {
                    let grown = row.count.saturating_sub(count);
                    news.push((row, Some(grown)));
                }
                None => news.push((row, None)),
            }
        }
        let all_old = !first && news.len() == before;
        match part.next {
            Some(next) if !all_old && known.len() < KNOWN => paging.after = Some(next),
            _ => break,
        }
    }
    if known.len() >= KNOWN {
        known.clear();
    }
    news.reverse();
    Ok(if first { Vec::new() } else { news })
}

fn line(row: &ViolationRow, grown: Option<u64>, as_json: bool) -> String {
    if as_json {
        let mut json = meaning::json(row);
        if let Some(fields) = json.as_object_mut() {
            fields.insert("news".to_owned(), json!(if grown.is_some() { "more" } else { "new" }));
            fields.insert("grown".to_owned(), json!(grown.unwrap_or(row.count)));
        }
        return json.to_string();
    }
    let what = grown.map_or_else(|| "new".to_owned(), |grown| format!("+{}", number(grown)));
    format!("{what:>7}  {}", list::line(row))
}
