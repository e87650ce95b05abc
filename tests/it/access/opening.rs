//! Where whoever reaches the admin address could come in, or read along, nothing is started.

use std::path::Path;
use std::process::{Command, Output};

use crate::policy::commands::{run, stderr, stdout};
use crate::policy::folder::{Folder, POLICY};
use crate::proxy::command::Child;
use crate::support::Certificates;

fn start(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(["run", "--upstream", "http://127.0.0.1:9", "--listen", "127.0.0.1:0"]).args(arguments);
    command.env_clear().output().unwrap()
}

fn add(file: &Path, name: &str, role: &str) -> String {
    let file = file.to_str().unwrap();
    let added = run(&Folder::empty(), &["token", "add", "--name", name, "--role", role, "--file", file], "");
    assert_eq!(added.status.code(), Some(0), "{}", stderr(&added));
    stdout(&added).trim().to_owned()
}

#[test]
fn elsewhere_than_on_loopback_nothing_starts_without_tokens_and_tls() {
    let (certificates, folder) = (Certificates::make(), tempfile::tempdir().unwrap());
    let tokens = folder.path().join("tokens.toml");
    let (empty, open) = (folder.path().join("empty.toml"), folder.path().join("open.toml"));
    add(&tokens, "alice", "operate");
    std::fs::write(&empty, "").unwrap();
    std::fs::set_permissions(&empty, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    std::fs::copy(&tokens, &open).unwrap();
    std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    let [tokens, empty, open] = [&tokens, &empty, &open].map(|path| path.to_str().unwrap());
    let files = certificates.files();
    let pair = [
        "--admin-tls-cert",
        files.certificate.to_str().unwrap(),
        "--admin-tls-key",
        files.key.to_str().unwrap(),
    ];
    let anywhere = ["--admin", "0.0.0.0:0"];
    let loopback = ["--admin", "127.0.0.1:0"];
    for (arguments, expected) in [
        (&[&anywhere[..]][..], "countersign token add"),
        (&[&["--admin", "[::]:0"]], "countersign token add"),
        (&[&anywhere, &pair], "countersign token add"),
        (&[&anywhere, &["--admin-behind-tls"]], "countersign token add"),
        (&[&anywhere, &pair, &["--admin-tokens", empty]], "countersign token add"),
        (&[&anywhere, &["--admin-tokens", tokens]], "--admin-tls-cert"),
        (&[&anywhere, &pair, &["--admin-tokens", open]], "chmod 600"),
        (&[&anywhere, &pair, &["--admin-tokens", "/nowhere.toml"]], "countersign token add"),
        (&[&anywhere, &["--admin-tokens", tokens], &pair[..2]], "--admin-tls-key"),
        // Something in front, or a name of its own, means that others come.
        (&[&loopback, &["--admin-behind-tls"]], "countersign token add"),
        (&[&loopback, &["--admin-hosts", "admin.shop.example"]], "countersign token add"),
    ] {
        let arguments: Vec<&str> = arguments.iter().flat_map(|part| part.iter().copied()).collect();
        let refused = start(&arguments);
        let said = stderr(&refused);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(expected) && !said.contains("listening on"), "{arguments:?}: {said}");
    }
}

#[test]
fn with_tokens_and_tls_it_opens_and_says_so() {
    let (certificates, folder) = (Certificates::make(), tempfile::tempdir().unwrap());
    let tokens = folder.path().join("tokens.toml");
    add(&tokens, "alice", "operate");
    let files = certificates.files();
    let mut started = Child::run(&[
        "--upstream",
        "http://127.0.0.1:9",
        "--admin",
        "0.0.0.0:0",
        "--admin-tokens",
        tokens.to_str().unwrap(),
        "--admin-tls-cert",
        files.certificate.to_str().unwrap(),
        "--admin-tls-key",
        files.key.to_str().unwrap(),
    ]);
    started.until_said("admin on https://0.0.0.0:");
    started.terminate();
    assert_eq!(started.end().0, Some(0));
}

#[test]
fn tokens_are_made_once_listed_without_themselves_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.toml");
    let token = add(&path, "alice@shop.example", "acknowledge");
    assert!(token.starts_with("cst_") && token.len() == 47, "{token}");
    let file = path.to_str().unwrap();
    let command = |arguments: &[&str]| {
        let all: Vec<&str> = ["token"].iter().chain(arguments).chain(&["--file", file]).copied().collect();
        run(&Folder::empty(), &all, "")
    };
    let twice = command(&["add", "--name", "alice@shop.example", "--role", "view"]);
    assert_eq!(twice.status.code(), Some(2));
    assert!(stderr(&twice).contains("there is a token of the name") && stdout(&twice).is_empty());
    for wrong in [["--name", "a b", "--role", "view"], ["--name", "bob", "--role", "admin"]] {
        assert_eq!(command(&[&["add"][..], &wrong].concat()).status.code(), Some(2), "{wrong:?}");
    }
    command(&["add", "--name", "bob", "--role", "view", "--expires", "90d"]);
    let list = command(&["list"]);
    assert_eq!(list.status.code(), Some(0));
    let text = stdout(&list);
    assert!(text.contains("alice@shop.example  acknowledge") && text.contains("bob  view"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&stdout(&command(&["list", "--json"]))).unwrap();
    assert_eq!((&json[0]["role"], &json[1]["taken"]), (&"acknowledge".into(), &true.into()));
    let written = std::fs::read_to_string(&path).unwrap();
    for shown in [&text, &json.to_string(), &written, &stderr(&list)] {
        assert!(!shown.contains(&token), "the token is nowhere");
    }
    assert_eq!(command(&["remove", "alice@shop.example"]).status.code(), Some(0));
    assert_eq!(command(&["remove", "alice@shop.example"]).status.code(), Some(1));
    assert!(!std::fs::read_to_string(&path).unwrap().contains("alice"));
}

#[test]
fn check_says_what_is_wrong_with_the_tokens() {
    let folder = Folder::empty();
    folder.write("policies/shop.toml", POLICY);
    let settings = "[admin]\nlisten = \"127.0.0.1:9180\"\ntokens = \"tokens.toml\"\n";
    folder.write("countersign.toml", settings);
    let missing = run(&folder, &["check"], "");
    assert_eq!(missing.status.code(), Some(1));
    assert!(stdout(&missing).contains("countersign token add"), "{}", stdout(&missing));
    folder.write("tokens.toml", "[[token]]\nname = \"alice\"\nrole = \"admin\"\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(folder.path().join("tokens.toml"), mode).unwrap();
    let wrong = run(&folder, &["check"], "");
    assert!(stdout(&wrong).contains("`admin` is no role"), "{}", stdout(&wrong));
    assert!(stdout(&wrong).contains("tokens.toml:3"), "{}", stdout(&wrong));
    // `--file` of the command that writes it may come from there too.
    std::fs::remove_file(folder.path().join("tokens.toml")).unwrap();
    let added = run(&folder, &["token", "add", "--name", "alice", "--role", "view"], "");
    assert_eq!(added.status.code(), Some(0), "{}", stderr(&added));
    assert!(!stdout(&run(&folder, &["check"], "")).contains("tokens.toml"));
}
