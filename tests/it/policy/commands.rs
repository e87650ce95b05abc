//! `check` and `approve` as a person or a CI job runs them: the binary, its streams, its exit code.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::folder::{Folder, POLICY};

/// Runs the binary in a folder that holds `policies/`.
pub(crate) fn run(folder: &Folder, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(arguments)
        .current_dir(folder.path())
        .env("USER", "alice")
        .env("HOSTNAME", "desk")
        // No git configuration of the machine that runs the tests.
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_CEILING_DIRECTORIES", "/")
        .env_remove("EMAIL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that doesn't read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn shop() -> Folder {
    let folder = Folder::empty();
    folder.write("policies/shop.toml", POLICY);
    folder.write("chat.js", "chat()\n");
    folder
}

const CHAT: [&str; 7] = ["approve", "chat", "--file", "chat.js", "--because", "release 3.4.1", "--yes"];

#[test]
fn a_folder_in_order_answers_yes_with_a_sentence() {
    let folder = shop();
    assert_eq!(run(&folder, &CHAT, "").status.code(), Some(0));
    let theme = ["approve", "theme", "--inline", "--because", "ours", "--yes"];
    assert_eq!(run(&folder, &theme, "theme()").status.code(), Some(0));
    let output = run(&folder, &["check"], "");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output), "1 site, 0 page rules, 2 scripts approved; 0 errors, 0 warnings\n");
}

#[test]
fn a_folder_with_an_error_answers_no() {
    let folder = shop();
    folder.write("policies/shop.toml", format!("uptreams = []\n{POLICY}"));
    let output = run(&folder, &["check"], "");
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains("--> policies/shop.toml:1:1"), "{said}");
    assert!(said.ends_with("1 error, 2 warnings: these policies would be refused\n"), "{said}");
    assert!(!said.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn programs_get_json() {
    let folder = shop();
    folder.write("policies/shop.toml", format!("mode = \"x\"\n{POLICY}"));
    let output = run(&folder, &["check", "--json", "policies"], "");
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["summary"]["errors"], 1);
    let first = &json["diagnostics"][0];
    assert_eq!(first["severity"], "error");
    assert_eq!((&first["line"], &first["column"]), (&1.into(), &8.into()));
    assert!(first["file"].as_str().unwrap().ends_with("shop.toml") && first["help"].is_string());
}

#[test]
fn without_a_folder_nothing_can_be_checked() {
    let output = run(&Folder::empty(), &["check", "nowhere"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("nowhere"));
}

#[test]
fn approving_shows_what_is_new_and_writes_who_and_why() {
    let folder = shop();
    let first = run(&folder, &CHAT, "");
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    assert!(stderr(&first).contains("first approval of this script"));
    let lock = folder.read("policies/shop.lock");
    assert!(lock.contains("\"alice@desk\"") && lock.contains("\"release 3.4.1\""), "{lock}");
    folder.write("chat.js", "chat('new')\n");
    let json = run(&folder, &[&CHAT[..], &["--json", "--by", "bob"]].concat(), "");
    assert!(stderr(&json).contains("changed since the last approval"), "{}", stderr(&json));
    let outcome: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&outcome["outcome"], &outcome["script"]), (&"approved".into(), &"chat".into()));
    assert!(folder.read("policies/shop.lock").starts_with(&lock), "earlier entries keep their text");
    let again = run(&folder, &[&CHAT[..], &["--json"]].concat(), "");
    assert_eq!(again.status.code(), Some(0));
    let outcome: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(outcome["outcome"], "already-approved");
}

#[test]
fn without_a_terminal_nothing_is_approved_unless_told_so() {
    let folder = shop();
    let output = run(&folder, &CHAT[..6], "y\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--yes"));
    assert!(!folder.join("policies/shop.lock").exists());
    assert!(!folder.join("policies/shop.scripts").exists());
}

#[test]
fn what_can_not_be_meant_is_refused_with_a_way_out() {
    let folder = shop();
    folder.write("empty.js", "");
    folder.write("policies/other.toml", POLICY.replace("shop.example", "other.example"));
    let why = ["--because", "x", "--yes"];
    for (arguments, code, hint) in [
        (&["approve", "chta", "--file", "chat.js"][..], 2, "did you mean `chat`?"),
        (&["approve", "chat", "--file", "chat.js"], 2, "--site other or --site shop"),
        (&["approve", "chat", "--site", "shop", "--inline", "--file", "chat.js"], 2, "leave --inline out"),
        (&["approve", "theme", "--site", "shop", "--file", "chat.js"], 2, "add --inline"),
        (&["approve", "chat", "--site", "shop", "--file", "none.js"], 2, "none.js"),
        (&["approve", "chat", "--site", "shop", "--file", "empty.js"], 1, "no bytes"),
        (&["approve", "chat", "--policies", "nowhere", "--file", "chat.js"], 2, "--policies"),
    ] {
        let output = run(&folder, &[arguments, &why[..]].concat(), "");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(hint), "{arguments:?}: {}", stderr(&output));
    }
    assert!(!folder.join("policies/shop.lock").exists());
}

#[test]
fn a_script_of_the_site_itself_needs_a_file_or_a_url() {
    let folder = shop();
    folder.write("policies/shop.toml", POLICY.replace("https://cdn.example/chat.js", "/chat.js"));
    let output = run(&folder, &["approve", "chat", "--because", "x", "--yes"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--file FILE") && stderr(&output).contains("--url URL"));
    assert_eq!(run(&folder, &CHAT, "").status.code(), Some(0));
}

#[test]
fn a_lock_out_of_order_stops_approvals_and_stays_as_it_is() {
    let folder = shop();
    folder.write("policies/shop.lock", "version = 1\n[[approval]]\nscript = \"cha");
    let output = run(&folder, &CHAT, "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("shop.lock:3:"), "{}", stderr(&output));
    assert!(folder.read("policies/shop.lock").ends_with("\"cha"));
}

#[test]
fn what_is_approved_of_an_evergreen_script_is_its_url_and_last_day() {
    let folder = Folder::empty();
    let policy = "hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n[[script]]\n\
                  id = \"cards\"\nurl = \"https://js.pay.example/v3/\"\ntier = \"evergreen\"\nwhy = \"Cards\"\n\
                  justification = \"No copies\"\nexpires = 2098-12-31\n";
    folder.write("policies/shop.toml", policy);
    folder.write("x.js", "x()");
    let because = ["--because", "risk accepted, RISK-7", "--yes"];
    let with_bytes = run(&folder, &[&["approve", "cards", "--file", "x.js"], &because[..]].concat(), "");
    assert_eq!(with_bytes.status.code(), Some(2));
    assert!(stderr(&with_bytes).contains("leave --file and --url out"), "{}", stderr(&with_bytes));
    let approved = run(&folder, &[&["approve", "cards"], &because[..]].concat(), "");
    assert_eq!(approved.status.code(), Some(0), "{}", stderr(&approved));
    assert!(stderr(&approved).contains("// expires: 2098-12-31\n"), "{}", stderr(&approved));
    // No code was approved, so nothing is said of code.
    assert!(!stderr(&approved).contains("the code"), "{}", stderr(&approved));

    let checked = |folder: &Folder| -> serde_json::Value {
        serde_json::from_slice(&run(folder, &["check", "--json"], "").stdout).unwrap()
    };
    let json = checked(&folder);
    assert_eq!(json["summary"]["warnings"], 0, "{json:#}");
    let page = &json["pages"][0];
    assert_eq!((&page["integrity_policy"], &page["evergreen"]), (&"report-only".into(), &1.into()));
    assert!(page["csp"].as_str().unwrap().starts_with("script-src https://js.pay.example/v3/;"), "{page}");
    for changed in [policy.replace("2098", "2099"), policy.replace("/v3/", "/v4/")] {
        folder.write("policies/shop.toml", changed);
        let json = checked(&folder);
        assert_eq!(json["diagnostics"][0]["code"], "not-approved", "{json:#}");
        assert_eq!(json["pages"][0]["integrity_policy"], "enforced");
    }

    // Whoever signs it too sees the same, and is told of no code either.
    folder.write("policies/shop.toml", policy);
    assert_eq!(run(&folder, &["key", "new", "--out", "bob.pem"], "").status.code(), Some(0));
    let signed = run(&folder, &["approve", "cards", "--cosign", "--key", "bob.pem", "--yes"], "");
    assert_eq!(signed.status.code(), Some(0), "{}", stderr(&signed));
    assert!(stderr(&signed).contains("// expires: 2098-12-31\n"), "{}", stderr(&signed));
    assert!(!stderr(&signed).contains("the code"), "{}", stderr(&signed));
}
