//! Inline scripts that are approved by their shape, as a person approves one.

use serde_json::Value;

use super::commands::{run, stderr, stdout};
use super::folder::Folder;

const POLICY: &str = r#"hosts = ["shop.example"]
upstreams = ["http://127.0.0.1:3000"]

[[inline]]
id = "state"
shape = true
why = "What the shop knows of the visitor"

[[inline]]
id = "theme"
why = "Dark mode"
"#;

fn shop() -> Folder {
    let folder = Folder::empty();
    folder.write("policies/shop.toml", POLICY);
    folder
}

fn approve(folder: &Folder, more: &[&str]) -> (Option<i32>, String, Value) {
    let output = run(
        folder,
        &[&["approve", "state", "--because", "a test", "--yes", "--json"][..], more].concat(),
        "",
    );
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), stderr(&output), json)
}

#[test]
fn samples_are_approved_as_code_with_places_for_data() {
    let folder = shop();
    folder.write("a.js", "window.state = {user: 'bob', cart: [1]};\ntrack('page', 1);");
    folder.write("b.js", "window.state = {user: 'eve', cart: []};\ntrack('page', 1);");
    let (code, said, json) = approve(&folder, &["--shape", "--file", "a.js", "--file", "b.js"]);
    assert_eq!(code, Some(0), "{said}");
    for told in [
        "[0] string, value of state (line 1), such as 'bob' or 'eve'",
        "[1] array, value of state (line 1), such as [1] or []",
        "from 2 samples",
        "cart: JSON.parse(document.currentScript.countersign[1/*array*/])};",
        "track('page', 1);",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert_eq!(json["data"][0]["class"], "string");
    let check = run(&folder, &["check", "policies"], "");
    assert!(stdout(&check).contains("1 script approved"), "{}", stdout(&check));
    assert!(!stdout(&check).contains("not-a-shape"), "{}", stdout(&check));
    // Signatures, comparison and retirement are those of any script: what is approved is its code.
    folder.write("b.js", "window.state = {user: 'eve', cart: []};\ntrack('page', 1); fetch('/x');");
    folder.write("a.js", "window.state = {user: 'bob', cart: [1]};\ntrack('page', 1); fetch('/x');");
    let (code, said, _) =
        approve(&folder, &["--shape", "--file", "a.js", "--file", "b.js", "--retire-earlier"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("NEW: it reaches what the approved code did not") && said.contains("fetch"),
        "{said}"
    );
}

#[test]
fn pages_are_searched_for_the_one_script_that_differs_in_its_data() {
    let folder = shop();
    let page = |user: &str, more: &str| {
        format!(
            "<!doctype html><meta charset=utf-8><script>theme()</script><script type=application/json>{{}}</script>\
             <script>state = {{\"user\":\"{user}\"}}</script>{more}<script>go('{more}x' + 1)</script>"
        )
    };
    folder.write("a.html", page("bób", ""));
    folder.write("b.html", page("eve", "<script>only()</script>"));
    let (code, said, _) = approve(&folder, &["--shape", "--file", "a.html", "--file", "b.html"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("string, value of state") && said.contains("\"bób\" or \"eve\""), "{said}");

    folder.write("b.html", "<script>other()</script>");
    let (code, said, _) = approve(&folder, &["--shape", "--file", "a.html", "--file", "b.html"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("nothing was approved: the pages have no inline script in common"), "{said}");

    folder.write("a.html", "<script>a = 1</script><script>b = 1</script>");
    folder.write("b.html", "<script>a = 2</script><script>b = 2</script>");
    let (code, said, _) = approve(&folder, &["--shape", "--file", "a.html", "--file", "b.html"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("2 inline scripts of which each has a shape"), "{said}");
}

#[test]
fn what_has_no_shape_is_refused_with_its_reason() {
    let folder = shop();
    for (one, other, why) in [
        ("a = 1", "a = 1", "the samples are the same"),
        (
            "a = 1",
            "b = 1",
            "sample 2: its code differs from the first one's, not only its data: `a = ` and `b = `",
        ),
        ("eval(a); b = 1", "eval(a); b = 2", "sample 1: it mentions `eval`"),
        ("e.innerHTML = 'a'", "e.innerHTML = 'b'", "its code differs"),
        ("a = (", "a = (", "not valid"),
        (&"(".repeat(200_000), "a", "too long or too much memory"),
    ] {
        folder.write("a.js", one);
        folder.write("b.js", other);
        let (code, said, _) = approve(&folder, &["--shape", "--file", "a.js", "--file", "b.js"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("nothing was approved: ") && said.contains(why), "{why}: {said}");
    }
    assert!(!folder.join("policies/shop.lock").exists());
}

#[test]
fn shape_is_said_by_the_policy_and_the_command_alike() {
    let folder = shop();
    folder.write("a.js", "a = 1");
    for (id, flags, told) in [
        ("state", &["--inline", "--file", "a.js"][..], "approved by its shape: write --shape"),
        ("state", &["--file", "a.js"], "add --shape"),
        ("theme", &["--shape", "--file", "a.js"], "write `shape = true` into its [[inline]] entry"),
        ("theme", &["--inline", "--file", "a.js", "--file", "a.js"], "several files are samples of a shape"),
        ("state", &["--shape"], "--file"),
    ] {
        let arguments = [&["approve", id, "--because", "a test", "--yes"][..], flags].concat();
        let output = run(&folder, &arguments, "");
        assert_eq!(output.status.code(), Some(2), "{id} {flags:?}");
        assert!(stderr(&output).contains(told), "{id} {flags:?}: {}", stderr(&output));
    }
}

#[test]
fn whoever_signs_too_is_told_where_data_may_stand() {
    let folder = shop();
    folder.write("a.js", "f('a', [1])");
    folder.write("b.js", "f('b', [2, 3])");
    let (code, said, _) = approve(&folder, &["--shape", "--file", "a.js", "--file", "b.js"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(run(&folder, &["key", "new", "--out", "bob.pem", "--name", "bob"], "").status.code(), Some(0));
    let output = run(&folder, &["approve", "state", "--cosign", "--key", "bob.pem", "--yes"], "");
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("data    any may stand in its places: [0] string, [1] array"), "{said}");
}
