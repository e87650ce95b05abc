//! kill -9, again and again, while reports come.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use countersign::store::{Access, Filter, Order, Paging, StoreTarget, open};

use super::flood::{Sent, blocked, flood, send_all};
use crate::proxy::command::Child;

/// From one write to the next.
const INTERVAL: Duration = Duration::from_millis(100);
/// How long a machine with other things to do may take to write.
const SLOWNESS: Duration = Duration::from_millis(900);
/// Lanes beside each other, each with a file of its own, and kills in each.
const LANES: usize = 4;
const KILLS: usize = 5;

fn run(file: &Path) -> Child {
    Child::run(&[
        "--upstream",
        "http://127.0.0.1:1",
        "--trust-forwarded",
        "--store",
        file.to_str().unwrap(),
        "--store-flush-interval",
        "100ms",
    ])
}

/// How often each was counted.
fn counted(file: &Path) -> HashMap<String, u64> {
    let mut database = open(&StoreTarget::File(file.to_owned()), Access::Read).unwrap();
    let mut counts = HashMap::new();
    let mut paging = Paging::first(Paging::MOST);
    loop {
        let part = database.violations(&Filter::default(), Order::New, &paging).unwrap();
        for row in part.rows {
            *counts.entry(row.violation.blocked).or_default() += row.count;
        }
        let Some(next) = part.next else { return counts };
        paging.after = Some(next);
    }
}

/// Returns how many had to be there.
async fn lane(file: &Path) -> usize {
    let sent = Sent::default();
    let mut certain = Vec::new();
    for _ in 0..KILLS {
        let child = run(file);
        let known = sent.answered().len();
        let moment = Duration::from_millis(fastrand::u64(1_100..2_200));
        let address = child.address();
        let killed = async {
            tokio::time::sleep(moment).await;
            // Dropping it kills it: SIGKILL.
            tokio::task::spawn_blocking(move || drop(child)).await.unwrap();
        };
        let begun = Instant::now();
        tokio::join!(killed, flood(address, &sent));
        for (number, answered) in sent.answered().into_iter().enumerate().skip(known) {
            if answered.is_some_and(|answered| answered + INTERVAL + SLOWNESS <= begun + moment) {
                certain.push(number);
            }
        }
    }
    let counts = counted(file);
    for number in &certain {
        assert_eq!(counts.get(&blocked(*number)), Some(&1), "report {number}, taken long before the kill");
    }
    let twice: Vec<_> = counts.iter().filter(|(_, count)| **count != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(counts.len() <= sent.answered().len());
    certain.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_before_a_kill_is_there_and_nothing_is_counted_twice() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = (0..LANES).map(|lane| folder.path().join(format!("{lane}.db"))).collect();
    let lanes = files.into_iter().map(|file| tokio::spawn(async move { lane(&file).await }));
    let mut certain = 0;
    for lane in lanes.collect::<Vec<_>>() {
        certain += lane.await.unwrap();
    }
    assert!(certain > 0, "nothing was taken long enough before any kill");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_to_stop_writes_everything_before() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let sent = Sent::default();
    for _ in 0..2 {
        let child = Child::run(&[
            "--upstream",
            "http://127.0.0.1:1",
            "--trust-forwarded",
            "--store",
            file.to_str().unwrap(),
            "--store-flush-interval",
            "1h",
        ]);
        send_all(child.address(), &sent, 50).await;
        child.terminate();
        assert_eq!(child.end().0, Some(0));
    }
    let counts = counted(&file);
    assert_eq!((counts.len(), counts.values().sum::<u64>()), (100, 100));
}
