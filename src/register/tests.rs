//! The join, and what can be asked of it.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::inventory::approval::{Request, approve_bytes};
use crate::inventory::{Decision, Form, ScriptId, SeenKind, Trust};
use crate::policy::{Snapshot, check_trusting};
use crate::store::{ScriptSeen, ScriptSeenRow};

const POLICY: &str = r#"
hosts     = ["shop.test", "*.shop.test"]
upstreams = ["http://127.0.0.1:3000"]
mode      = "enforce"

[[page]]
path    = "/checkout/*"
payment = true

[[script]]
id    = "chat"
url   = "https://cdn.test/chat.js"
tier  = "mirror"
pages = ["/checkout/*"]
owner = "care@shop.test"
why   = "Chat on help pages"

[[script]]
id    = "app"
url   = "/app.js"
tier  = "pin"
pages = ["/help/*"]
why   = "The shop itself"

[[script]]
id    = "cards"
url   = "https://pay.test/v3/"
tier  = "evergreen"
pages = ["/checkout/*"]
why   = "Cards"
justification = "The provider forbids copies"
expires = 2026-11-30

[[inline]]
id  = "theme"
why = "Dark mode before first paint"
"#;

fn at(minute: i64) -> Timestamp {
    "2026-11-26T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

fn approve(folder: &Path, id: &str, form: Form, bytes: &str) {
    approve_bytes(&Request {
        folder,
        site: "shop",
        script: &ScriptId::new(id).unwrap(),
        form,
        bytes: bytes.as_bytes(),
        by: "alice@shop.test",
        because: "SHOP-812",
        at: at(-60),
        retire_earlier: false,
    })
    .unwrap();
}

/// `chat` and `theme` are approved, `app` and `cards` are not.
fn policies() -> (Arc<Named>, Arc<Snapshot>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.toml"), POLICY).unwrap();
    approve(folder.path(), "chat", Form::External, "chat()");
    approve(folder.path(), "theme", Form::Inline, "dark()");
    let trust = Trust::default();
    let snapshot = check_trusting(folder.path(), &trust).snapshot.unwrap();
    let named = Named::read(folder.path(), &trust).unwrap();
    assert_eq!(named.fingerprint, snapshot.generation.fingerprint);
    (Arc::new(named), Arc::new(snapshot))
}

fn seen(script: &str, rule: &str, verdict: Decision, minute: i64) -> ScriptSeenRow {
    ScriptSeenRow {
        seen: ScriptSeen {
            site: "shop".into(),
            page: rule.into(),
            kind: if script.starts_with("sha") { SeenKind::Inline } else { SeenKind::External },
            srcdoc: 0,
            script: script.into(),
            digest: None,
            attribute: None,
            verdict,
            reason: "approved".into(),
            enforced: true,
        },
        count: 3,
        first_seen: at(minute - 5),
        last_seen: at(minute),
    }
}

fn digest(text: &str) -> String {
    crate::sri::Digest::of(crate::sri::Algorithm::Sha256, text.as_bytes()).to_string()
}

fn book(rows: Vec<ScriptSeenRow>) -> Book {
    let (named, snapshot) = policies();
    let mut binding = Binding::begin(&named, snapshot);
    assert!(binding.take(rows));
    binding.finish(at(0))
}

fn names(book: &Book, wanted: &Wanted) -> Vec<String> {
    let found = wanted.find(book);
    found.places.iter().map(|place| book.rows()[*place].name().to_owned()).collect()
}

#[test]
fn a_script_is_one_row_whatever_rules_addresses_and_bytes_it_was_seen_by() {
    let book = book(vec![
        seen("https://cdn.test/chat.js", "/checkout/*", Decision::Pin, 9),
        seen("https://cdn.test/chat.js", "/*", Decision::Strip, 8),
        seen("https://www.shop.test/app.js", "/*", Decision::Strip, 7),
        seen(&digest("dark()"), "/*", Decision::Release, 6),
        seen("https://evil.test/x.js", "/*", Decision::Strip, 5),
    ]);
    let row = |id: &str| book.named("shop", id).unwrap();
    assert_eq!(book.rows().len(), 5);
    assert_eq!(row("chat").seen.len(), 2);
    assert_eq!((row("chat").count(), row("chat").last(), row("chat").first()), (6, Some(at(9)), Some(at(3))));
    assert_eq!(row("chat").live().len(), 1);
    assert!(row("chat").third_party && row("chat").payment);
    assert_eq!(row("app").seen.len(), 1, "a script of the site on another of its hosts");
    assert!(!row("app").third_party && !row("app").payment);
    assert_eq!(row("theme").seen[0].kind, SeenKind::Inline);
    assert_eq!(row("theme").state, State::Runs);
    assert_eq!(row("app").state, State::Stopped);
    assert_eq!(row("cards").state, State::NotApproved);
    let stranger = book.unnamed("shop", "https://evil.test/x.js").unwrap();
    assert!(stranger.entry.is_none() && stranger.third_party);
    assert!(book.unnamed("shop", "https://cdn.test/chat.js").is_none(), "it is named");
    assert!(book.named("blog", "chat").is_none());
}

#[test]
fn a_script_stands_as_was_decided_last_wherever_it_was_seen() {
    let state = |rows: Vec<ScriptSeenRow>| book(rows).named("shop", "chat").unwrap().state;
    let url = "https://cdn.test/chat.js";
    let stop = |rule: &str, minute| seen(url, rule, Decision::Quarantine, minute);
    let runs = |rule: &str, minute| seen(url, rule, Decision::Pin, minute);
    assert_eq!(state(vec![]), State::Unseen);
    assert_eq!(state(vec![runs("/*", 9), stop("/*", 8)]), State::Runs, "stopped before it was approved");
    assert_eq!(state(vec![stop("/*", 9), runs("/*", 8)]), State::Stopped);
    assert_eq!(state(vec![runs("/*", 9), stop("/checkout/*", 8)]), State::Stopped, "on other pages still");
    let mut observed = stop("/*", 8);
    observed.seen.enforced = false;
    assert_eq!(state(vec![stop("/checkout/*", 9), observed]), State::RunsUnapproved);
}

#[test]
fn an_address_that_is_named_twice_is_told_of_once_and_the_other_says_where() {
    let twice = "[[script]]\nid = \"first\"\nurl = \"https://cdn.test/x.js\"\ntier = \"pin\"\n\
                 pages = [\"/a\"]\nwhy = \"A\"\n";
    let again = twice.replace("first", "second").replace("/a", "/b");
    let folder = tempfile::tempdir().unwrap();
    let head = "hosts = [\"shop.test\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n";
    fs::write(folder.path().join("shop.toml"), [head, twice, &again].concat()).unwrap();
    for id in ["first", "second"] {
        approve(folder.path(), id, Form::External, "x()");
    }
    let trust = Trust::default();
    let snapshot = check_trusting(folder.path(), &trust).snapshot.unwrap();
    let named = Arc::new(Named::read(folder.path(), &trust).unwrap());
    let mut binding = Binding::begin(&named, Arc::new(snapshot));
    binding.take(vec![seen("https://cdn.test/x.js", "/*", Decision::Pin, 1)]);
    let book = binding.finish(at(0));
    let row = |id: &str| book.named("shop", id).unwrap();
    assert_eq!((row("first").state, row("first").told_with.as_deref()), (State::Runs, None));
    assert_eq!((row("second").state, row("second").told_with.as_deref()), (State::Shared, Some("first")));
}

#[test]
fn every_filter_narrows_and_a_wrong_one_is_named() {
    let mut stopped = seen("https://evil.test/X.js", "/*", Decision::Strip, 5);
    stopped.seen.digest = Some("sha384-abc".into());
    let book = book(vec![
        seen("https://cdn.test/chat.js", "/checkout/*", Decision::Pin, 9),
        seen(&digest("dark()"), "/*", Decision::Release, 6),
        stopped,
    ]);
    let asked = |pairs: &[(&str, &str)]| {
        let mut wanted = Wanted { order: RowOrder::Name, ..Wanted::everything() };
        for (name, value) in pairs {
            wanted.set(name, value, at(10)).unwrap();
        }
        names(&book, &wanted)
    };
    let evil = "https://evil.test/X.js";
    assert_eq!(asked(&[]), ["app", "cards", "chat", evil, "theme"]);
    assert_eq!(asked(&[("text", "CARE@shop")]), ["chat"], "its owner");
    assert_eq!(asked(&[("text", "forbids")]).len(), 0, "the justification is not the why");
    assert_eq!(asked(&[("text", "dark mode")]), ["theme"]);
    assert_eq!(asked(&[("text", "x.JS")]), [evil]);
    assert_eq!(asked(&[("text", "sha384-ABC")]), [evil]);
    assert_eq!(asked(&[("text", "é")]).len(), 0);
    assert_eq!(asked(&[("state", "stopped,runs")]), ["chat", evil, "theme"]);
    assert_eq!(asked(&[("kind", "inline")]), ["theme"]);
    assert_eq!(asked(&[("party", "third")]), ["cards", "chat", evil]);
    assert_eq!(asked(&[("payment", "true")]), ["cards", "chat", "theme"]);
    assert_eq!(asked(&[("since", "4min")]), ["chat", "theme"]);
    assert_eq!(asked(&[("site", "blog")]).len(), 0);
    assert_eq!(asked(&[("order", "recent")]), ["chat", "theme", evil, "app", "cards"]);
    assert_eq!(asked(&[("order", "expiry")])[0], "cards");
    assert_eq!(asked(&[("order", "approved")])[..2], ["chat", "theme"]);
    for (name, value) in [
        ("state", "runs,walks"),
        ("kind", "outline"),
        ("party", "second"),
        ("payment", "yes"),
        ("order", "random"),
        ("limit", "0"),
        ("limit", "1001"),
        ("after", "x"),
        ("text", ""),
        ("since", "soon"),
        ("owner", "x"),
    ] {
        let error = Wanted::everything().set(name, value, at(0)).unwrap_err();
        assert_eq!(error.name, name);
    }
}

#[test]
fn parts_make_the_whole_in_every_order_and_a_cursor_is_read_as_it_is_written() {
    let rows =
        (0..200).map(|n| seen(&format!("https://evil.test/{}.js", n % 97), "/*", Decision::Strip, n / 7));
    let book = book(rows.collect());
    assert_eq!(book.rows().len(), 97 + 4);
    for order in RowOrder::ALL {
        let mut wanted = Wanted { order, limit: 8, ..Wanted::everything() };
        let whole = wanted.find_all(&book);
        let mut parts = Vec::new();
        loop {
            let found = wanted.find(&book);
            assert_eq!(found.total, 101);
            parts.extend(found.places);
            let Some(next) = found.next else { break };
            assert_eq!(Mark::parse(&next.to_string()).as_ref(), Some(&next));
            wanted.after = Some(next);
        }
        assert_eq!(parts, whole, "{order:?}");
        assert_eq!(whole.iter().collect::<HashSet<_>>().len(), 101);
    }
    for bad in ["", "1", "1.4.named", "1.9.named.shop", "x.4.named.shop", "1.4.other.shopx"] {
        assert_eq!(Mark::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_part_begins_where_the_one_before_ended_though_rows_came_and_went() {
    let row =
        |name: &str, minute| seen(&format!("https://evil.test/{name}.js"), "/*", Decision::Strip, minute);
    let before = book(vec![row("a", 9), row("b", 8), row("c", 7), row("d", 6)]);
    let mut wanted = Wanted { limit: 2, ..Wanted::everything() };
    wanted.after = wanted.find(&before).next;
    // `b` is gone, `c` was seen again, and `aa` is new.
    let after = book(vec![row("c", 12), row("aa", 11), row("a", 9), row("d", 6)]);
    assert_eq!(names(&after, &wanted)[0], "https://evil.test/d.js");
}

#[test]
fn no_more_is_taken_than_there_is_room_for() {
    let (named, snapshot) = policies();
    let mut binding = Binding::begin(&named, snapshot);
    binding.most = 25;
    let part = vec![seen("https://evil.test/x.js", "/*", Decision::Strip, 1); 10];
    let taken: Vec<bool> = (0..3).map(|_| binding.take(part.clone())).collect();
    assert_eq!(taken, [true, true, false]);
    let book = binding.finish(at(0));
    assert!(book.more);
    assert_eq!(book.unnamed("shop", "https://evil.test/x.js").unwrap().seen.len(), 25);
}
