//! `countersign watch`: the same looks, without standing in front of a site.

use super::shop::{CHAT, serving, shop};
use super::watching::NEW;
use crate::policy::commands::{run, stderr};
use crate::policy::folder::Folder;
use crate::proxy::command::Child;

#[test]
fn vendors_are_watched_without_a_proxy_until_it_is_told_to_end() {
    let vendor = serving(NEW);
    let folder = shop(&vendor.url("/chat.js"), "pin");
    let policies = folder.join("policies");
    let mut child =
        Child::watch(&[policies.to_str().unwrap(), "--drift-interval", "1s", "--drift-allow-private"]);
    child.until_said("shop/chat: ");
    // Other policies come into force there too.
    let policy = std::fs::read_to_string(policies.join("shop.toml")).unwrap();
    let more =
        "\n[[script]]\nid = \"more\"\nurl = \"https://more.example/m.js\"\ntier = \"pin\"\nwhy = \"x\"\n";
    folder.write("policies/shop.toml", policy + more);
    child.until_said("Policies of generation 2");
    child.terminate();
    let (code, said) = child.end();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn without_policies_or_an_interval_there_is_nothing_to_watch() {
    let folder = Folder::empty();
    let out = run(&folder, &["watch"], "");
    assert_eq!(out.status.code(), Some(2));
    assert!(stderr(&out).contains("there is no folder policies: countersign watch DIR"), "{}", stderr(&out));
    let vendor = serving(CHAT);
    let folder = shop(&vendor.url("/chat.js"), "pin");
    let out = run(&folder, &["watch", "policies", "--drift-interval", "off"], "");
    assert_eq!(out.status.code(), Some(2));
    assert!(stderr(&out).contains("--drift-interval 1h"), "{}", stderr(&out));
}
