//! `countersign reports`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use countersign::store::Class;
use jiff::ToSpan;

use super::observed::{Kept, now, stderr, sum, violation};

const PAGE: &str = "https://shop.test/checkout/pay";

/// Three groups, of different classes, counts and ages.
fn kept() -> Kept {
    let mut kept = Kept::new();
    let before = now().checked_sub(50.hours()).unwrap();
    kept.write(
        vec![
            sum(
                violation(Class::PolicyFault, "connect-src", "https://api.example/v1"),
                1204,
                8,
                before,
                &[PAGE],
            ),
            sum(
                violation(Class::NeverServed, "script-src-elem", "https://evil.example/x.js"),
                7,
                1,
                now(),
                &[PAGE],
            ),
            sum(
                violation(Class::StoppedAsMeant, "img-src", "https://pics.example/"),
                30,
                3,
                now(),
                &["https://shop.test/"],
            ),
        ],
        Vec::new(),
    );
    kept
}

#[test]
fn each_filter_narrows_and_each_order_orders() {
    let kept = kept();
    let blocked = |arguments: &[&str]| -> Vec<String> {
        let all = [&["reports", "--json"], arguments].concat();
        let answer = kept.json(&all);
        let rows = answer["rows"].as_array().unwrap().iter();
        rows.map(|row| row["directive"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(blocked(&["--top"]), ["connect-src", "img-src", "script-src-elem"]);
    assert_eq!(blocked(&["--new"]).last().unwrap(), "connect-src");
    assert_eq!(
        blocked(&["--class", "policy-fault,never-served", "--top"]),
        ["connect-src", "script-src-elem"]
    );
    assert_eq!(blocked(&["--directive", "img-src"]), ["img-src"]);
    assert_eq!(blocked(&["--site", "other"]), Vec::<String>::new());
    assert_eq!(blocked(&["--rule", "/*"]).len(), 3);
    assert_eq!(blocked(&["--page", "/help/*"]).len(), 0);
    assert_eq!(blocked(&["--text", "EVIL.example"]), ["script-src-elem"]);
    assert_eq!(blocked(&["--text", "/checkout/"]).len(), 2);
    assert_eq!(blocked(&["--until", "48h"]), ["connect-src"]);
    assert_eq!(blocked(&["--since", "24h"]).len(), 2);
    assert_eq!(blocked(&["--new-since", "24h"]).len(), 2);
    assert_eq!(blocked(&["--disposition", "report"]).len(), 0);
    assert_eq!(blocked(&["--kind", "csp-violation"]).len(), 3);
}

#[test]
fn the_parts_of_a_long_answer_put_together_are_the_whole() {
    let kept = kept();
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..3 {
        let mut arguments = vec!["reports", "--json", "--top", "--limit", "1"];
        arguments.extend(after.iter().flat_map(|after| ["--after", after]));
        let answer = kept.json(&arguments);
        found.push(answer["rows"][0]["count"].as_u64().unwrap());
        after = answer["next"].as_str().map(str::to_owned);
    }
    assert_eq!((found, after), (vec![1204, 30, 7], None));
}

#[test]
fn people_get_a_table_and_programs_one_document() {
    let kept = kept();
    let table = kept.answer(&["reports", "--top"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[0].starts_with("GROUP"), "{table}");
    for expected in ["1,204", "8+", "policy-fault", "connect-src", "https://api.example/v1", PAGE] {
        assert!(lines[1].contains(expected), "{expected} in {table}");
    }
    let row = &kept.json(&["reports", "--top", "--limit", "1", "--json"])["rows"][0];
    assert_eq!(row["class"], "policy-fault");
    assert!(row["means"].as_str().is_some_and(|means| !means.is_empty()), "{row}");
}

#[test]
fn one_group_is_shown_whole_by_the_first_digits_of_its_id() {
    let kept = kept();
    let id = kept.json(&["reports", "--top", "--limit", "1", "--json"])["rows"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let shown = kept.answer(&["reports", "show", &id[..8]]);
    for expected in
        [&id, "policy-fault", "It means: ", "api.example", "8+ networks", "Chromium 156", PAGE, "Hours (UTC)"]
    {
        assert!(shown.contains(expected), "{expected} in {shown}");
    }
    let json = kept.json(&["reports", "show", &id, "--json"]);
    assert_eq!(json["hours"].as_array().unwrap().len(), 1, "of this group alone: {json}");
    assert_eq!(json["hours"][0]["count"], 1204);
    let none = kept.run(&["reports", "show", "ffffffffffff"]);
    assert_eq!(none.status.code(), Some(1), "{}", stderr(&none));
    assert_eq!(kept.run(&["reports", "show", "xyz"]).status.code(), Some(2));
}

#[test]
fn the_trend_has_a_line_for_each_hour_and_names_classes() {
    let kept = kept();
    let chart = kept.answer(&["reports", "--trend"]);
    assert!(chart.lines().count() >= 1 && chart.contains("stopped-as-meant 30"), "{chart}");
    assert!(!chart.contains("policy-fault"), "50 hours ago: {chart}");
    let hours = kept.json(&["reports", "--trend", "--since", "4d", "--json"]);
    let counts: u64 =
        hours["hours"].as_array().unwrap().iter().map(|hour| hour["count"].as_u64().unwrap()).sum();
    assert_eq!(counts, 1241);
}

#[test]
fn no_stranger_reaches_the_terminal_or_a_spreadsheet() {
    let mut kept = Kept::new();
    let mut hostile =
        violation(Class::NeverServed, "script-src-elem", "\u{1b}[2J\r\n=HYPERLINK(\"x\")\u{202e}");
    hostile.site = "=1+1".into();
    hostile.source = Some("\"quoted\",\n+2".into());
    kept.write(vec![sum(hostile, 1, 1, now(), &["@SUM(A1)\u{1b}]0;x\u{7}"])], Vec::new());
    let id = kept.json(&["reports", "--json"])["rows"][0]["id"].as_str().unwrap().to_owned();
    for arguments in
        [&["reports"] as &[&str], &["reports", "show", &id], &["reports", "--csv"], &["reports", "--trend"]]
    {
        let text = kept.answer(arguments);
        let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(bad, None, "{arguments:?}: {text:?}");
    }
    let csv = kept.answer(&["reports", "--csv"]);
    assert_eq!(csv.lines().count(), 2, "{csv}");
    for cell in ["\"'=1+1\"", "\"'@SUM(A1)"] {
        assert!(csv.contains(cell), "{cell} in {csv}");
    }
    for formula in ["\"=", "\"+", "\"@", "\"-"] {
        assert!(!csv.contains(formula), "{formula} in {csv}");
    }
}

#[test]
fn what_can_t_be_asked_says_why_and_the_way_out() {
    let kept = kept();
    kept.file(
        "notes.txt",
        "These are notes, and no database. They are longer than a head would be. ".repeat(20).as_str(),
    );
    let missing = kept.folder().join("missing.db");
    for (arguments, words) in [
        (
            &["reports", "--store", missing.to_str().unwrap()] as &[&str],
            ["missing.db", "no such file", "countersign run"],
        ),
        (&["reports", "--store", "notes.txt"], ["notes.txt", "the store", ""]),
        (&["reports", "--class", "faults"], ["--class", "faults", "policy-fault"]),
        (&["reports", "--since", "soon"], ["--since", "soon", "24h"]),
        (&["reports", "--limit", "0"], ["--limit", "0", "1000"]),
        (&["reports", "--after", "x"], ["--after", "x", "next"]),
    ] {
        let output = kept.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        for word in words {
            assert!(stderr(&output).contains(word), "{word} in {}", stderr(&output));
        }
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    let unset = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .arg("reports")
        .current_dir(kept.folder())
        .env_remove("COUNTERSIGN_STORE")
        .env_remove("COUNTERSIGN_CONFIG")
        .output()
        .unwrap();
    assert_eq!(unset.status.code(), Some(2));
    assert!(
        stderr(&unset).contains("no store is set") && stderr(&unset).contains("[store]"),
        "{}",
        stderr(&unset)
    );
}

#[test]
fn nothing_is_told_apart_from_nothing_of_the_kind() {
    let empty = Kept::new();
    let output = empty.run(&["reports"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("no report has come yet"), "{}", stderr(&output));
    let output = kept().run(&["reports", "--site", "other"]);
    assert!(stderr(&output).contains("no report fits"), "{}", stderr(&output));
}

#[test]
fn what_is_new_and_what_grows_is_followed() {
    let mut kept = kept();
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["reports", "--follow", "--json"])
        .current_dir(kept.folder())
        .env("COUNTERSIGN_STORE", kept.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut talk = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(talk.next().unwrap().unwrap().contains("waiting for reports"));
    let grown = violation(Class::NeverServed, "script-src-elem", "https://evil.example/x.js");
    let new = violation(Class::PolicyFault, "font-src", "https://fonts.example/");
    kept.write(vec![sum(grown, 5, 1, now(), &[PAGE]), sum(new, 2, 2, now(), &[PAGE])], Vec::new());
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut news: Vec<(String, u64)> = (0..2)
        .map(|_| {
            let line: serde_json::Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
            (line["news"].as_str().unwrap().to_owned(), line["grown"].as_u64().unwrap())
        })
        .collect();
    child.kill().unwrap();
    child.wait().unwrap();
    news.sort();
    assert_eq!(news, [("more".to_owned(), 5), ("new".to_owned(), 2)]);
}
