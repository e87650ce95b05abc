//! `countersign evidence`: what it writes, and what it finds when somebody changes it.

use std::fs;
use std::path::PathBuf;

use countersign::inventory::Decision;
use countersign::store::Evidence;
use serde_json::{Value, json};

use super::observed::{Kept, now, script, stderr};

const HOSTILE: &str = "</td><script>alert(1)</script>=cmd|' /C calc'!A0";

const POLICY: &str = r#"
hosts = ["shop.test"]
upstreams = ["http://127.0.0.1:3000"]
mode = "enforce"

[[page]]
path = "/help/*"
mode = "observe"

[[script]]
id = "chat"
url = "https://cdn.example/chat.js"
pages = ["/pay/*"]
tier = "pin"
owner = "care@shop.test"
why = "Chat with customers"

[[script]]
id = "pay"
url = "https://pay.example/v3/"
tier = "evergreen"
why = "Card fields"
justification = "Its terms forbid copies"
expires = 2099-12-31
"#;

/// A shop that approved one script of two, two looks at vendors, one alert, and a script that nobody approved.
fn shop() -> Kept {
    let mut kept = Kept::new();
    kept.file("policies/shop.toml", POLICY);
    kept.file("chat.js", "chat()\n");
    let approve = [
        "approve",
        "chat",
        "--file",
        "chat.js",
        "--because",
        "release 3",
        "--by",
        "alice@shop.test",
        "--yes",
    ];
    let output = kept.run(&[&approve[..], &["--policies", "policies"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let row = |kind: &str, body: Value| Evidence { at: now(), kind: kind.to_owned(), body: body.to_string() };
    let evidence = vec![
        row("process-started", json!({"version": "0"})),
        row("policy-loaded", json!({"generation": "0123456789ab"})),
        row("drift-check", json!({"script": "chat", "drift": "same"})),
        row("drift-check", json!({"script": "chat", "drift": "changed", "message": HOSTILE})),
        row(
            "alert",
            json!({"id": "msg_1", "kind": "script-drift", "subject": "shop/chat", "message": HOSTILE}),
        ),
        row("alert-acknowledged", json!({"id": "msg_1", "by": "bob@shop.test", "because": "SHOP-12"})),
    ];
    let seen = vec![
        script("https://cdn.example/chat.js", "/pay/*", Decision::Pin, "approved", true),
        script(HOSTILE, "/pay/*", Decision::Quarantine, "unknown-url", true),
    ];
    kept.write_all(Vec::new(), seen, evidence);
    kept
}

fn written(kept: &Kept) -> (PathBuf, Value) {
    let told = kept.json(&["evidence", "--from", "24h", "--out", "pack", "--json"]);
    (kept.folder().join("pack"), told)
}

#[test]
fn an_assessor_finds_inventory_authorisations_looks_alerts_exceptions_and_gaps() {
    let kept = shop();
    let (folder, told) = written(&kept);
    assert_eq!((told["scripts"].as_u64(), told["rows"].as_u64()), (Some(2), Some(6)), "{told}");
    let pack: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("evidence.json")).unwrap()).unwrap();
    let chat = &pack["inventory"][0];
    assert_eq!((&chat["script"], &chat["owner"]), (&json!("chat"), &json!("care@shop.test")));
    assert_eq!(chat["why"], "Chat with customers");
    assert!(chat["integrity"].as_str().unwrap().contains("SRI"), "{chat}");
    let act = &chat["authorised"][0];
    assert_eq!(
        (&act["by"], &act["because"], &act["counts"]),
        (&json!("alice@shop.test"), &json!("release 3"), &json!(true))
    );
    let about = |file: &str| {
        let parts = pack["happened"].as_array().unwrap();
        parts.iter().find(|part| part["file"] == file).unwrap()["rows"].as_array().unwrap().len()
    };
    assert_eq!(
        [about("policy.csv"), about("drift.csv"), about("alerts.csv"), about("other.csv")],
        [1, 2, 2, 0]
    );
    let list = |name: &str| {
        pack[name].as_array().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let alert = &pack["alerts"][0];
    assert_eq!((&alert["subject"], &alert["seen"]["by"]), (&json!("shop/chat"), &json!("bob@shop.test")));
    let exceptions = list("exceptions");
    assert!(exceptions.contains("2100-01-01") && exceptions.contains("/help/*"), "{exceptions}");
    let gaps = list("gaps");
    for open in [
        "without approval",
        "nobody has approved any bytes",
        "not covered: no page under this rule was judged",
    ] {
        assert!(gaps.contains(open), "{open} in {gaps}");
    }
    let page = fs::read_to_string(folder.join("evidence.html")).unwrap();
    assert!(page.contains("Chat with customers") && page.contains("release 3") && page.contains("alert(1)"));
    assert!(!page.contains("<script"), "what strangers wrote is shown, not run");
    let table = fs::read_to_string(folder.join("seen.csv")).unwrap();
    assert!(table.contains("approved") && !table.contains("\n\"="), "{table}");
}

#[test]
fn whoever_changes_a_row_or_a_file_is_found_out() {
    let kept = shop();
    let (folder, _) = written(&kept);
    let answer = kept.answer(&["evidence", "--verify", "pack"]);
    assert!(answer.contains("6 rows: each as it was written"), "{answer}");

    let rows = folder.join("rows.jsonl");
    let good = fs::read_to_string(&rows).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let changed = good.replace("\\\"drift\\\":\\\"changed\\\"", "\\\"drift\\\":\\\"same\\\"");
    assert_ne!(changed, good);
    let removed = [lines[0], lines[1], lines[2], lines[4], lines[5], ""].join("\n");
    for (bad, what) in [(changed, "it was changed"), (removed, "rows were removed")] {
        fs::write(&rows, bad).unwrap();
        let output = kept.run(&["evidence", "--verify", "pack"]);
        let told = String::from_utf8(output.stdout.clone()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(
            told.contains(what) && told.contains("rows.jsonl: missing, or not what was written"),
            "{told}"
        );
        let alone = kept.run(&["evidence", "--verify", "pack/rows.jsonl", "--json"]);
        assert_eq!(alone.status.code(), Some(1), "{}", String::from_utf8_lossy(&alone.stdout));
    }
    fs::write(&rows, good).unwrap();
    fs::write(folder.join("more.csv"), "slipped in").unwrap();
    let output = kept.run(&["evidence", "--verify", "pack"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "more.csv: missing, or not what was written\n");
    fs::remove_file(folder.join("more.csv")).unwrap();
    fs::write(folder.join("inventory.csv"), "nothing here").unwrap();
    let output = kept.run(&["evidence", "--verify", "pack"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("inventory.csv: "));
}

#[test]
fn the_page_and_the_json_are_verified_alone() {
    let kept = shop();
    let (folder, _) = written(&kept);
    for name in ["evidence.html", "evidence.json"] {
        let path = format!("pack/{name}");
        let answer = kept.answer(&["evidence", "--verify", &path]);
        assert!(answer.contains("6 rows: each as it was written"), "{name}: {answer}");
        let good = fs::read_to_string(folder.join(name)).unwrap();
        // In the rows that it holds, and in what it shows of them.
        let (quote, shown) =
            if name == "evidence.html" { ("&#34;", "drift: same") } else { ("\"", "\"drift\": \"same\"") };
        let drift = format!("{quote}drift\\{quote}:\\{quote}same\\{quote}");
        assert!(good.contains(&drift), "{drift} in {good}");
        let changed = good.replace(&drift, &drift.replace("same", "gone"));
        let forged = good.replace(shown, &shown.replace("same", "gone"));
        for (bad, what) in [(changed, "it was changed"), (forged, "does not follow from")] {
            assert_ne!(bad, good);
            fs::write(folder.join(name), bad).unwrap();
            let output = kept.run(&["evidence", "--verify", &path]);
            let told = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.code() == Some(1) && told.contains(what), "{name}: {told}");
        }
        fs::write(folder.join(name), "{}").unwrap();
        assert_eq!(kept.run(&["evidence", "--verify", &path]).status.code(), Some(2));
    }
}

#[test]
fn what_can_not_be_done_is_said_with_the_way_out() {
    let kept = shop();
    written(&kept);
    for (arguments, said) in [
        (&["evidence", "--from", "24h", "--out", "pack"][..], "is there already"),
        (&["evidence", "--from", "24h", "--site", "blog", "--out", "other"], "no policy names a site blog"),
        (&["evidence", "--from", "2h", "--to", "3h"], "is not before"),
        (&["evidence", "--from", "yesterday"], "--from"),
        (&["evidence", "--verify", "policies"], "manifest.json"),
        (&["evidence", "--verify", "policies/shop.toml"], "shop.toml:1: "),
    ] {
        let output = kept.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
    }
    assert!(!kept.folder().join("other").exists());
}
