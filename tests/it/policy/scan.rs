//! `scan` as a person runs it: what it finds, what it proposes, what it never does.

use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::commands::{run, stderr, stdout};
use super::folder::Folder;
use super::vendor::{Vendor, bad_vendors};

const SCRIPT: &str = "200 OK\r\ncontent-type: text/javascript";
const CORS: &str = "200 OK\r\ncontent-type: text/javascript\r\naccess-control-allow-origin: *";

fn scan(folder: &Folder, arguments: &[&str]) -> (Output, Value) {
    let output = run(folder, &[&["scan", "--json"], arguments].concat(), "");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output, json)
}

/// An application with one page, and the site's own script.
fn site(page: impl Into<String>) -> Vendor {
    let page = page.into();
    Vendor::answering(move |path| match path {
        "/own.js?v=1" => (SCRIPT.to_owned(), b"own()".to_vec()),
        _ => ("200 OK\r\ncontent-type: text/html; charset=utf-8".to_owned(), page.clone().into_bytes()),
    })
}

/// The script of this name.
fn find<'j>(json: &'j Value, name: &str) -> &'j Value {
    let scripts = json["scripts"].as_array().unwrap_or_else(|| panic!("no scripts: {json}"));
    let is = |script: &&Value| script["script"].as_str().is_some_and(|script| script.ends_with(name));
    scripts.iter().find(is).unwrap_or_else(|| panic!("no {name} in {json}"))
}

/// The policy that was proposed, checked.
fn policy(folder: &Folder, json: &Value) -> String {
    let text = json["policy"].as_str().unwrap();
    folder.write("proposed/shop.toml", text);
    let checked = run(folder, &["check", "proposed"], "");
    assert_eq!(checked.status.code(), Some(0), "{}\n{text}", stdout(&checked));
    text.to_owned()
}

/// A vendor that answers each path in its own way, under a name of another registrable domain.
fn vendor() -> (Vendor, String) {
    let count = AtomicUsize::new(0);
    let vendor = Vendor::serving(move |head, stream| {
        use std::io::Write;
        let path = head.split(' ').nth(1).unwrap_or_default();
        let iphone = head.contains("iPhone");
        let (head, body) = match path {
            "/pin.js" => (CORS, "fetch('https://api.vendor.example/')".to_owned()),
            "/mirror.js" => (SCRIPT, "mirrored()".to_owned()),
            "/each.js" => (CORS, format!("each({})", count.fetch_add(1, Ordering::SeqCst))),
            "/browser.js" => (CORS, format!("browser({iphone})")),
            "/moved.js" => {
                ("302 Found\r\naccess-control-allow-origin: *\r\nlocation: /pin.js", String::new())
            }
            "/latest/x.js" => (CORS, "newest()".to_owned()),
            "/page.js" => ("200 OK\r\ncontent-type: text/html", "<p>not found".to_owned()),
            _ => ("404 Not Found", String::new()),
        };
        let _ = write!(stream, "HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    });
    let base = format!("http://localhost:{}", vendor.address.port());
    (vendor, base)
}

#[test]
fn every_kind_of_script_is_listed_and_what_can_be_approved_is_proposed() {
    let (_vendor, cdn) = vendor();
    let page = format!(
        "<!doctype html><script type=importmap>{{}}</script><script src='/own.js?v=1'></script>\
         <script src='{cdn}/pin.js'></script><script type=module src='{cdn}/mirror.js'></script>\
         <script src='{cdn}/each.js'></script><script src='{cdn}/browser.js'></script>\
         <script src='{cdn}/moved.js'></script><script src='{cdn}/latest/x.js'></script>\
         <script src='{cdn}/page.js'></script><script src='{cdn}/gone.js'></script>\
         <script>inline()</script><script type='application/json'>{{\"a\":1}}</script>\
         <script src='data:text/javascript,1'></script><svg><script>drawn()</script></svg>\
         <p onclick='clicked()'>x</p><a href='javascript:followed()'>y</a>\
         <link rel=preload as=script href='{cdn}/pin.js'>"
    );
    let folder = Folder::empty();
    let site = site(page);
    let (output, json) = scan(&folder, &["/pay", "--upstream", &site.url(""), "--allow-private"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));

    let own = find(&json, "/own.js?v=1");
    assert_eq!((&own["kind"], &own["party"], &own["size"]), (&"external".into(), &"first".into(), &5.into()));
    let pin = find(&json, "/pin.js");
    assert_eq!((&pin["party"], &pin["cors"]), (&"third".into(), &true.into()));
    assert_eq!(pin["kinds"], serde_json::json!(["external", "preload"]));
    assert!(pin["reaches"].to_string().contains("https://api.vendor.example"), "{pin}");
    assert_eq!(find(&json, "/mirror.js")["runs_as"], "module");
    assert_eq!(find(&json, "/mirror.js")["cors"], false);
    assert_eq!(find(&json, "/each.js")["varies"], serde_json::json!(["each-time"]));
    assert_eq!(find(&json, "/browser.js")["varies"], serde_json::json!([{ "browser": "Safari on iPhone" }]));
    assert_eq!(find(&json, "/moved.js")["redirects"], serde_json::json!([format!("{cdn}/pin.js")]));
    assert!(find(&json, "/latest/x.js")["moves"].to_string().contains("latest"));
    assert!(find(&json, "/page.js")["failed"].to_string().contains("HTML page"));
    assert!(find(&json, "/gone.js")["failed"].to_string().contains("404"));
    let kinds: Vec<(&str, &str)> = json["scripts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|script| (script["kind"].as_str().unwrap(), script["runs_as"].as_str().unwrap()))
        .collect();
    for kind in [
        ("inline", "import-map"),
        ("inline", "classic"),
        ("inline", "data"),
        ("foreign", "classic"),
        ("handler", "none"),
        ("javascript-url", "none"),
    ] {
        assert!(kinds.contains(&kind), "{kind:?} in {kinds:?}");
    }

    let policy = policy(&folder, &json);
    let entry =
        |id: &str| policy.split("[[script]]").find(|entry| entry.contains(&format!("\nid = {id:?}\n")));
    assert!(entry("own").unwrap().contains("url = \"/own.js?v=1\"\npages = [\"/pay\"]\ntier = \"pin\""));
    assert!(entry("pin").unwrap().contains("tier = \"pin\""));
    assert!(entry("mirror").unwrap().contains("tier = \"mirror\""));
    assert!(entry("x").unwrap().contains("tier = \"mirror\""), "a moving URL is mirrored");
    for commented in ["each", "browser", "page", "gone"] {
        assert!(policy.contains(&format!("# id = {commented:?}")), "{commented}: {policy}");
    }
    assert!(policy.contains("data:text/javascript,1: can't be approved"), "{policy}");
    assert!(policy.contains("# connect-src = [\"'self'\", \"https://api.vendor.example\"]"), "{policy}");
    assert!(
        policy.contains("# tier = \"evergreen\""),
        "what differs each time can only be evergreen: {policy}"
    );
    let approved: Vec<&str> =
        json["approve"].as_array().unwrap().iter().map(|approve| approve["id"].as_str().unwrap()).collect();
    assert_eq!(
        approved,
        ["pay-inline", "own", "pin", "mirror", "moved", "x", "pay-inline-2", "pay-handler", "pay-link"]
    );
}

#[test]
fn nothing_is_approved_and_no_file_is_written_over() {
    let folder = Folder::empty();
    let site = site("<script>inline()</script>");
    let arguments = ["scan", "/", "--upstream", &site.url(""), "--out", "shop.toml", "--texts", "texts"];
    let first = run(&folder, &arguments, "");
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let names = |folder: &Path| {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(folder.path()), ["shop.toml", "texts"], "no lock, no approved bytes");
    assert_eq!(folder.read("texts/start-inline.js"), "inline()");
    let listing = stdout(&first);
    assert!(listing.contains("inline classic  sha256-") && !listing.contains("[[inline]]"), "{listing}");
    folder.write("shop.toml", "mine");
    let again = run(&folder, &arguments, "");
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("shop.toml exists already"), "{}", stderr(&again));
    assert_eq!(folder.read("shop.toml"), "mine");
}

#[test]
fn files_and_folders_are_pages_too_and_bring_their_scripts() {
    let folder = Folder::empty();
    folder.write("site/index.html", "<script src=js/a.js></script><script src=/js/b.js></script>");
    folder.write("site/help/chat.htm", "<script src=../js/a.js></script><script src=/../../x.js></script>");
    folder.write("site/js/a.js", "a()");
    let (output, json) = scan(&folder, &["site", "--base", "https://shop.example"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let a = find(&json, "/js/a.js");
    assert_eq!(a["pages"], serde_json::json!(["/help/chat.htm", "/index.html"]));
    assert_eq!((&a["size"], &a["failed"]), (&3.into(), &Value::Null));
    assert!(find(&json, "/js/b.js")["failed"].to_string().contains("no file /js/b.js"));
    assert!(find(&json, "/x.js")["failed"].to_string().contains("no file"));
    let policy = policy(&folder, &json);
    assert!(policy.contains("hosts = [\"shop.example\"]"), "{policy}");
    assert_eq!(
        json["approve"][0]["arguments"],
        serde_json::json!(["approve", "a", "--file", "site/js/a.js"])
    );
}

#[test]
fn pages_come_from_a_list_and_belong_to_one_site() {
    let folder = Folder::empty();
    let site = site("<script>a()</script>");
    folder.write("pages.txt", "# the site\n/one\n\n/two\n");
    let (output, json) = scan(&folder, &["--list", "pages.txt", "--upstream", &site.url("")]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(json["pages"].as_array().unwrap().len(), 2);
    let asked = site.requests();
    assert!(asked.iter().any(|head| head.starts_with("GET /one ")), "{asked:?}");
    assert!(stderr(&output).contains("page http"), "progress is told: {}", stderr(&output));

    let two = run(&folder, &["scan", "https://a.example/", "https://b.example/"], "");
    assert_eq!(two.status.code(), Some(2));
    assert!(stderr(&two).contains("pages of two sites"), "{}", stderr(&two));
    let none = run(&folder, &["scan"], "");
    assert_eq!((none.status.code(), stderr(&none).contains("say which pages")), (Some(2), true));
}

#[test]
fn a_site_can_be_read_from_its_application_under_its_own_name() {
    let folder = Folder::empty();
    let site = site("<script src='https://shop.example/own.js?v=1'></script>");
    let (output, json) = scan(&folder, &["https://shop.example/pay", "--upstream", &site.url("")]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let asked = site.requests();
    assert!(asked.iter().all(|head| head.contains("host: shop.example\r\n")), "{asked:?}");
    assert!(asked.iter().all(|head| head.contains("x-forwarded-proto: https\r\n")), "{asked:?}");
    assert_eq!(find(&json, "/own.js?v=1")["size"], 5);
    assert!(policy(&folder, &json).contains("hosts = [\"shop.example\"]"));
}

#[test]
fn text_of_pages_stays_within_its_comment() {
    let folder = Folder::empty();
    let page = "<p onclick='a()\nmode = \"enforce\"\n'>x</p><script>\n[[script]]\nid = 1\n</script>\
                <script src='data:,\n[csp]\n'></script><script src='/a.js\" # ]'></script>\
                <input autocomplete=cc-number name='card\n[[page]]'>";
    folder.write("site/a*b.html", page);
    let (output, json) = scan(&folder, &["site"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let policy = policy(&folder, &json);
    assert_eq!(policy.matches("\n[[page]]\npath = '/a\\*b.html'\n").count(), 1, "{policy}");
    assert_eq!(policy.matches("\n[[script]]").count(), 0, "{policy}");
    assert!(!policy.contains("\n[csp]") && !policy.contains("\nmode = \"enforce\""), "{policy}");
}

#[test]
fn a_page_that_asks_for_a_card_becomes_a_payment_page() {
    let folder = Folder::empty();
    folder.write("site/pay.html", "<form><input name=cardNumber autocomplete='cc-number'></form>");
    let (_, json) = scan(&folder, &["site"]);
    let policy = policy(&folder, &json);
    assert!(policy.contains("[[page]]\npath = \"/pay.html\"\npayment = true"), "{policy}");
}

/// An application whose pages have scripts that differ each time.
fn fleeting(page: impl Fn(usize) -> String + Send + Sync + 'static) -> Vendor {
    let count = AtomicUsize::new(0);
    Vendor::answering(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        ("200 OK\r\ncontent-type: text/html".to_owned(), page(number).into_bytes())
    })
}

#[test]
fn an_inline_script_whose_code_differs_each_time_is_not_proposed() {
    let site = fleeting(|number| format!("<script>token() // {number}</script><script>same()</script>"));
    let folder = Folder::empty();
    let (output, json) = scan(&folder, &["/", "--upstream", &site.url("")]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let policy = policy(&folder, &json);
    assert!(policy.contains("its text differs from one response to the next"), "{policy}");
    assert_eq!(policy.matches("[[inline]]").count(), 1, "{policy}");
}

#[test]
fn an_inline_script_whose_data_differs_each_time_is_proposed_by_its_shape() {
    let site = fleeting(|number| {
        format!(
            "<script>token({number})</script><script>state = {{n: {number}, m: 1}}</script><script>same()</script>"
        )
    });
    let folder = Folder::empty();
    let (output, json) = scan(&folder, &["/a", "/b", "--upstream", &site.url(""), "--texts", "texts"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let policy = policy(&folder, &json);
    assert_eq!(policy.matches("shape = true").count(), 2, "once, whatever the page: {policy}");
    assert!(policy.contains("--shape --file texts/inline.1.js --file texts/inline.2.js"), "{policy}");
    // What is proposed can be approved as it stands.
    let policy = policy.replace("mode = \"observe\"", "mode = \"enforce\"");
    folder.write("policies/shop.toml", policy);
    for approve in json["approve"].as_array().unwrap() {
        let arguments = approve["arguments"].as_array().unwrap().iter().map(|part| part.as_str().unwrap());
        let arguments: Vec<&str> = arguments.chain(["--because", "a test", "--yes"]).collect();
        let output = run(&folder, &arguments, "");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    }
    let check = run(&folder, &["check", "policies", "--deny-warnings"], "");
    assert_eq!(check.status.code(), Some(0), "{}", String::from_utf8_lossy(&check.stdout));
}

#[test]
fn a_vendor_that_does_not_end_is_left_out_with_the_limit_named() {
    let vendors = bad_vendors();
    let tags: String = vendors
        .iter()
        .map(|(_, vendor, _)| vendor.url("/x.js"))
        .flat_map(|url| ["<script src=".to_owned(), url, "></script>".to_owned()])
        .collect();
    let folder = Folder::empty();
    let site = site(tags);
    let arguments = ["/", "--upstream", &site.url(""), "--allow-private", "--timeout", "1"];
    let (output, json) = scan(&folder, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    policy(&folder, &json);
    assert_eq!(json["approve"], serde_json::json!([]));
    for (name, vendor, limit) in vendors {
        let said = find(&json, &vendor.url("/x.js"))["failed"].to_string();
        // On a busy machine 10 MiB may take longer: then that limit is the one met.
        assert!(
            said.contains(limit) || (limit.contains("MiB") && said.contains("more than 1 seconds")),
            "{name}: {said}"
        );
    }
}

#[test]
fn private_addresses_are_refused_unless_they_are_meant() {
    let target = Vendor::answering(|_| (CORS.to_owned(), b"inner()".to_vec()));
    let folder = Folder::empty();
    let application = site(format!("<script src='{}'></script>", target.url("/inner.js")));
    let (_, json) = scan(&folder, &["/", "--upstream", &application.url("")]);
    let said = find(&json, "/inner.js")["failed"].to_string();
    assert!(
        said.contains("127.0.0.1, which is not a public address") && said.contains("--allow-private"),
        "{said}"
    );
    assert_eq!(target.requests(), [""; 0], "it was not asked");

    let direct = run(&folder, &["scan", &application.url("/")], "");
    assert_eq!(direct.status.code(), Some(1), "a page that can't be read");
    assert!(stdout(&direct).contains("not a public address"), "{}", stdout(&direct));
}

#[test]
fn a_redirect_does_not_lead_to_a_private_address() {
    let target = Vendor::answering(|_| (CORS.to_owned(), b"inner()".to_vec()));
    let to = target.url("/inner.js");
    // The application itself may be private; what it redirects to may not.
    let application = Vendor::answering(move |path| match path {
        "/own.js" => (format!("302 Found\r\nlocation: {to}"), Vec::new()),
        _ => ("200 OK\r\ncontent-type: text/html".to_owned(), b"<script src=/own.js></script>".to_vec()),
    });
    let folder = Folder::empty();
    let (_, json) = scan(&folder, &["/", "--upstream", &application.url("")]);
    let said = find(&json, "/own.js")["failed"].to_string();
    assert!(said.contains("127.0.0.1, which is not a public address"), "{said}");
    assert_eq!(target.requests(), [""; 0], "it was not asked");
}
