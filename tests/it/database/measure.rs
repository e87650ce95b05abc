//! How long writing and asking take, on both. By hand: `cargo test --release --test it database::measure -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use countersign::store::{Database, Filter, Order, Paging, Violation, ViolationSum};

use super::{Node, Place, sum, violation_of};
use crate::support::Postgres;

/// Groups, of ten sites, over thirty days: three hours each.
const GROUPS: u32 = 1_000_000;

fn group(number: u32) -> ViolationSum {
    let site = format!("site-{}", number % 10);
    let classes = countersign::store::Class::ALL;
    let violation = Violation {
        site,
        class: classes[number as usize / 7 % classes.len()],
        directive: ["script-src-elem", "img-src", "connect-src"][number as usize % 3].into(),
        ..violation_of(&format!("https://host-{number}.example/path/to/script.js"))
    };
    let seconds = i64::from(number % (30 * 24 * 60)) * -60;
    let mut sum = ViolationSum { violation, ..sum("", 1 + u64::from(number % 97), seconds) };
    let (hour, count) = sum.hours[0];
    for more in 1..3 {
        sum.hours.push((hour - jiff::SignedDuration::from_hours(more), count));
    }
    sum
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn measured(what: &str, rounds: u32, mut work: impl FnMut()) {
    let times = (0..rounds).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed()
    });
    eprintln!("{what}: {:?}", median(times.collect()));
}

fn measure(name: &str, place: &Place) {
    let mut database = place.write();
    let mut node = Node::new("edge-1");
    for many in [1_000, 10_000] {
        measured(&format!("{name}: flush of {many} new groups"), 1, || {
            database.write(&node.reports((0..many).map(group).collect())).unwrap();
        });
        measured(&format!("{name}: flush of {many} known groups"), 5, || {
            database.write(&node.reports((0..many).map(group).collect())).unwrap();
        });
    }
    let began = Instant::now();
    for first in (10_000..GROUPS).step_by(10_000) {
        database.write(&node.reports((first..first + 10_000).map(group).collect())).unwrap();
    }
    eprintln!("{name}: {GROUPS} groups: {:?}", began.elapsed());
    ask(name, place.read().as_mut());
    measured(&format!("{name}: flush of 1000 known groups among them"), 5, || {
        database.write(&node.reports((0..1_000).map(|n| group(n * 997)).collect())).unwrap();
    });
}

fn ask(name: &str, database: &mut dyn Database) {
    let all = Filter::default();
    let site = Filter { site: Some("site-3".into()), ..all.clone() };
    let class = Filter { classes: vec![countersign::store::Class::Notice], ..site.clone() };
    let day = Filter { since: Some(super::at(-24 * 3600)), ..all.clone() };
    let day_of_site = Filter { since: Some(super::at(-24 * 3600)), ..site.clone() };
    let text = Filter { text: Some("host-77777.".into()), ..all.clone() };
    let directive = Filter { directive: Some("img-src".into()), ..all.clone() };
    for order in Order::ALL {
        for (what, filter) in [
            ("all", &all),
            ("site", &site),
            ("site and class", &class),
            ("directive", &directive),
            ("text", &text),
            ("last day", &day),
            ("last day of site", &day_of_site),
        ] {
            measured(&format!("{name}: 50 {what} by {}", order.name()), 3, || {
                database.violations(filter, order, &Paging::first(50)).unwrap();
            });
        }
    }
    let first = database.violations(&all, Order::Recent, &Paging::first(1000)).unwrap();
    measured(&format!("{name}: the second 1000 by recent"), 3, || {
        database.violations(&all, Order::Recent, &Paging { after: first.next, limit: 1000 }).unwrap();
    });
    for (what, filter) in
        [("all", &all), ("site", &site), ("last day", &day), ("last day of site", &day_of_site)]
    {
        measured(&format!("{name}: hours of {what}"), 3, || {
            database.hours(filter).unwrap();
        });
    }
}

#[test]
#[ignore = "minutes; by hand"]
fn sqlite_with_a_million_groups() {
    measure("SQLite", &Place::sqlite());
}

#[test]
#[ignore = "minutes; by hand"]
fn postgres_with_a_million_groups() {
    let server = Postgres::new(&[]);
    let url = server.database();
    measure("PostgreSQL", &Place::at(&url));
}
