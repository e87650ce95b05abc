//! Faults in the settings file: the line, what is wrong, and a way out.

use std::fs;
use std::path::Path;

use countersign::settings::{check_files, parse};

use crate::support::Certificates;

const ALICE: &str = "ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";

/// Line and message of each problem.
fn told(text: &str) -> Vec<(usize, String)> {
    let problems = parse(Path::new("countersign.toml"), text).err().unwrap_or_default();
    let told = problems.into_iter().map(|problem| {
        assert!(problem.help.is_some(), "{}", problem.message);
        (problem.place.unwrap().line, problem.message)
    });
    told.collect()
}

#[test]
fn each_fault_is_told_with_its_line() {
    let approver = |name: &str, key: &str| format!("[[approver]]\nname = \"{name}\"\nkey = \"{key}\"\n");
    let alice = approver("alice", ALICE);
    let bob = "ed25519:/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=";
    for (text, line, message) in [
        ("listen = 8080\n", 1, "`listen` must be text in quotes"),
        ("listen = \"8080\"\n", 1, "`8080` is not HOST:PORT"),
        ("\nadmin = \"localhost\"\n", 2, "`localhost` is not HOST:PORT"),
        ("upstream = \"127.0.0.1:3000\"\n", 1, "http://127.0.0.1:3000"),
        ("upstream = \"http://u:p@a/\"\n", 1, "no path, query or user name"),
        ("log-format = \"jsno\"\n", 1, "`log-format` can't be \"jsno\""),
        ("workers = 5000\n", 1, "5000 is not between 0 and 1024"),
        ("trust-forwarded = \"yes\"\n", 1, "`trust-forwarded` must be `true` or `false`"),
        ("tls = true\n", 1, "`tls` must be a table"),
        ("[tls]\ncert = \"chain.pem\"\n", 1, "[tls] has no `key`"),
        ("[[certificate]]\nkey = \"key.pem\"\n", 1, "[[certificate]] has no `cert`"),
        ("\nupstream-cert = \"a.pem\"\n", 2, "there is no `upstream-key` beside it"),
        ("upstream = \"h2c://a\"\n", 1, "no port in it"),
        ("upstream = \"h2://a\"\n", 1, "no port in it; write h2://"),
        ("redirect = \"80\"\n", 1, "`80` is not HOST:PORT"),
        ("[limits]\nbuffer-bytes = 100\n", 2, "100 is not between 8192 and 16777216"),
        ("[limits]\nidle-time = 10\n", 2, "`idle-time` must be text in quotes"),
        ("[limits]\nidle-time = \"10\"\n", 2, "`10` is no length of time"),
        ("[limits]\nidle-time = \"-10s\"\n", 2, "`-10s` is no length of time"),
        ("[limits]\nidle-time = \"0s\"\n", 2, "`0s` is not between"),
        ("[limits]\nidle-time = \"25h\"\n", 2, "`25h` is not between"),
        ("[limits]\nidel-time = \"1s\"\n", 2, "unknown key `idel-time` in [limits]"),
        ("uptream = \"http://a\"\n", 1, "unknown key `uptream` in the file"),
        ("quorum = 1\n", 1, "there is a quorum, but there are no approvers"),
        (&format!("quorum = 2\n{alice}"), 1, "a quorum of 2 is not possible with 1 approvers"),
        (&format!("quorum = 0\n{alice}"), 1, "0 is not between 1 and 1000"),
        (&format!("{alice}{}", approver("eve", ALICE)), 6, "`alice` and `eve` have the same key"),
        (&format!("{alice}{}", approver("alice", bob)), 6, "two approvers have the name `alice`"),
        (&approver("alice", "ed25519:AAAA"), 3, "a public key is written `ed25519:`"),
        ("[[approver]]\nname = \"alice\"\n", 1, "[[approver]] has no `key`"),
        ("[alert]\nwebhook = \"https://a/\"\n", 2, "there is no `secret` beside it"),
        ("[alert]\nkinds = [\"drfit\"]\n", 2, "`drfit` is no kind of alert; there are drift,"),
        ("[alert]\nseverity = \"grave\"\n", 2, "none of low, medium, high"),
        ("[alert]\nkinds = []\n", 2, "`kinds` is empty: nobody would be told of anything"),
        ("[alert.email]\nto = []\n", 2, "`to` is empty"),
        ("[alert.email]\nto = [\"x\"]\n", 2, "`x` is no e-mail address"),
        ("[alert.email]\nto = []\n", 1, "[alert.email] has no `server`"),
        (
            "[alert.email]\nserver = \"smtp-plain://mail.example\"\n",
            2,
            "without TLS only a server on this machine",
        ),
        ("[alert]\nemail = { user = \"bob\" }\n", 2, "there is no `password` beside it"),
        ("listen = \"\n", 1, "not valid TOML"),
    ] {
        let told = told(text);
        let found = told.iter().any(|(at, said)| *at == line && said.contains(message));
        assert!(found, "{text}: {told:#?}");
    }
}

#[test]
fn files_that_cannot_be_used_are_told_where_they_are_named() {
    let (one, other) = (Certificates::make(), Certificates::make());
    let folder = one.folder();
    fs::copy(other.folder().join("leaf-key.pem"), folder.join("other-key.pem")).unwrap();
    fs::write(folder.join("half.pem"), "-----BEGIN CERTIFICATE-----\nMIIB").unwrap();
    let settings = folder.join("countersign.toml");
    let told = |text: &str| -> Vec<(usize, String)> {
        fs::write(&settings, text).unwrap();
        let told = check_files(&settings).into_iter();
        told.map(|problem| (problem.place.unwrap().line, problem.message)).collect()
    };
    let good = "upstream-ca = \"ca.pem\"\nupstream-cert = \"leaf.pem\"\nupstream-key = \"leaf-key.pem\"\n\
                [tls]\ncert = \"leaf.pem\"\nkey = \"leaf-key.pem\"\n\
                [[certificate]]\ncert = \"leaf.pem\"\nkey = \"leaf-key.pem\"\n\
                [alert]\nwebhook = \"https://a.example/\"\nsecret = \"secret.txt\"\n\
                [alert.email]\nto = [\"a@shop.example\"]\nfrom = \"b@shop.example\"\nserver = \"smtps://mail.example\"\n\
                user = \"bob\"\npassword = \"password.txt\"\nca = \"ca.pem\"\n";
    for (name, text) in [
        ("secret.txt", "a secret of more than sixteen bytes\n"),
        ("password.txt", "correct horse\n"),
        ("short.txt", "x\n"),
        ("empty.txt", "\n"),
        ("long.txt", &"x".repeat(5000)),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    assert_eq!(told(good), []);
    for (changed, into, line, message) in [
        ("\"ca.pem\"", "\"nowhere.pem\"", 1, "nowhere.pem: "),
        ("\"ca.pem\"", "\"leaf-key.pem\"", 1, "leaf-key.pem: no certificate in it"),
        (
            "upstream-key = \"leaf-key.pem\"",
            "upstream-key = \"other-key.pem\"",
            3,
            "doesn't belong to the first",
        ),
        ("[tls]\ncert = \"leaf.pem\"", "[tls]\ncert = \"half.pem\"", 5, "half.pem: "),
        (
            "[[certificate]]\ncert = \"leaf.pem\"\nkey = \"leaf-key.pem\"",
            "[[certificate]]\ncert = \"leaf.pem\"\nkey = \"gone.pem\"",
            9,
            "gone.pem: ",
        ),
        ("\"secret.txt\"", "\"nofile.txt\"", 12, "nofile.txt: "),
        ("\"secret.txt\"", "\"short.txt\"", 12, "a secret has at least 16 bytes"),
        ("\"secret.txt\"", "\"long.txt\"", 12, "more than 4096 bytes"),
        ("\"password.txt\"", "\"nofile.txt\"", 18, "nofile.txt: "),
        ("\"password.txt\"", "\"empty.txt\"", 18, "the file is empty"),
        ("\nca = \"ca.pem\"", "\nca = \"nowhere.pem\"", 19, "nowhere.pem: "),
        ("\nca = \"ca.pem\"", "\nca = \"leaf-key.pem\"", 19, "there is no certificate"),
    ] {
        let text = good.replacen(changed, into, 1);
        assert_ne!(text, good);
        let told = told(&text);
        assert!(
            matches!(&told[..], [(at, said)] if *at == line && said.contains(message)),
            "{into}: {told:#?}"
        );
    }
}

#[test]
fn a_time_is_written_in_several_ways() {
    for time in ["10s", "500ms", "2min", "2m", "1h", "1m30s", "24h"] {
        assert_eq!(told(&format!("[limits]\nidle-time = \"{time}\"\n")), [], "{time}");
    }
    assert_eq!(told("[limits]\ndrain-time = \"0s\"\n"), []);
}
