//! From making a key to serving what it signed, and what a running process says of a lock that somebody
//! changed: by the binary alone.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::command::Child;
use crate::support::{Client, Upstream, get, page};

/// Runs a command in the folder and returns what it wrote to stdout.
fn countersign(folder: &Path, arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_countersign")).args(arguments).current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_people_signed_is_served_and_what_somebody_changed_is_told() {
    let upstream = Upstream::answering(page("<script src=\"https://cdn.example/chat.js\"></script>")).await;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("policies")).unwrap();
    let upstreams = format!("upstreams = [\"http://{}\"]\n", upstream.address);
    let policy = "hosts = [\"shop.test\"]\nmode = \"enforce\"\n\n[[script]]\nid = \"chat\"\n\
                  url = \"https://cdn.example/chat.js\"\ntier = \"mirror\"\nwhy = \"Chat\"\n";
    fs::write(at("policies/shop.toml"), upstreams + policy).unwrap();
    fs::write(at("chat.js"), "chat(1)\n").unwrap();
    let mut settings = "policies = \"policies\"\nquorum = 2\n".to_owned();
    for name in ["alice", "bob"] {
        let file = format!("{name}.pem");
        settings += &countersign(folder.path(), &["key", "new", "--out", &file, "--name", name]);
        assert!(settings.ends_with(&countersign(folder.path(), &["key", "show", &file, "--name", name])));
    }
    fs::write(at("countersign.toml"), settings).unwrap();
    let approve =
        ["approve", "chat", "--file", "chat.js", "--because", "read", "--yes", "--key", "alice.pem"];
    countersign(folder.path(), &approve);
    let said = countersign(folder.path(), &["check"]);
    assert!(said.contains("2 approvers must sign it, and only alice did"), "{said}");
    countersign(folder.path(), &["approve", "chat", "--cosign", "--yes", "--key", "bob.pem"]);
    let said = countersign(folder.path(), &["check"]);
    assert!(said.contains("1 script approved; 0 errors, 0 warnings"), "{said}");

    let config = at("countersign.toml");
    let mut child = Child::run(&["--config", config.to_str().unwrap()]);
    let served = Client::connect(child.address()).await.ask(get("/")).await.text();
    assert!(served.contains("src=\"/_countersign/s/sha384-"), "{served}");

    // Somebody writes an approval of other bytes.
    fs::write(at("chat.js"), "steal()\n").unwrap();
    let forged = ["approve", "chat", "--file", "chat.js", "--because", "trust me", "--yes", "--by", "alice"];
    countersign(folder.path(), &forged);
    let child = tokio::task::spawn_blocking(move || {
        child.until_said("entry 2 (approval of `chat`) does not count: it is not signed");
        child
    });
    let mut child = child.await.unwrap();
    assert_eq!(Client::connect(child.address()).await.ask(get("/")).await.text(), served);

    // Somebody puts an older lock in its place: none at all.
    fs::remove_file(at("policies/shop.lock")).unwrap();
    let child = tokio::task::spawn_blocking(move || {
        child.until_said("entries that were in force are gone from this lock");
        child
    });
    let child = child.await.unwrap();
    assert_eq!(Client::connect(child.address()).await.ask(get("/")).await.text(), served);
}
