//! Modules that import modules, under a CSP of digests: what is approved runs however it is imported, and
//! nothing else does, whatever import maps say.

use std::fmt::Write;
use std::process::{Command, Stdio};

use countersign::inventory::{ScriptAddress, evergreen_statement};
use serde_json::{Value, json};

use super::front::{Front, Policies};
use super::{Reply, Session, Setup, Stub, eventually, in_browser};

/// A script that leaves a mark.
fn marks(name: &str) -> String {
    format!("document.documentElement.dataset.{name} = 'ran';")
}

/// Marks that are there.
async fn marked(browser: &Session) -> Vec<String> {
    let names = browser.value("Object.keys(document.documentElement.dataset).sort()").await;
    serde_json::from_value(names).unwrap()
}

/// Waits until these marks, and no others, are there.
async fn exactly(browser: &Session, wanted: &[&str]) {
    let mut wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    wanted.sort();
    let fits = async || (marked(browser).await == wanted).then_some(());
    eventually(&format!("the marks {wanted:?}, and no others"), fits).await;
}

/// Whether the page could import a module. What it imports itself has the same fate, and has met it by then:
/// a document fetches and runs a module once.
async fn imports(browser: &Session, url: &str) -> bool {
    let url = Value::from(url);
    browser.value(&format!("import({url}).then(() => true, () => false)")).await == Value::Bool(true)
}

fn page(scripts: &str) -> Reply {
    Reply::html(format!("<!doctype html><title>t</title><link rel=icon href=data:,>{scripts}<p>text"))
}

/// A policy as a test writes it.
struct Policy {
    text: String,
    approve: Vec<(String, String, bool)>,
}

impl Policy {
    fn new(shop: &Stub, mode: &str) -> Self {
        let upstream = shop.url("");
        let text = format!(
            "hosts = [\"shop.example\", \"127.0.0.1\"]\nupstreams = [{upstream:?}]\nmode = {mode:?}\n"
        );
        Self { text, approve: Vec::new() }
    }

    /// An external script with approved bytes.
    fn script(mut self, id: &str, url: &str, tier: &str, module: bool, bytes: &str) -> Self {
        let _ = write!(
            self.text,
            "[[script]]\nid = {id:?}\nurl = {url:?}\ntier = {tier:?}\nmodule = {module}\nwhy = \"a test\"\n"
        );
        self.approve.push((id.to_owned(), bytes.to_owned(), false));
        self
    }

    /// An approved inline text.
    fn inline(mut self, id: &str, kind: &str, text: &str) -> Self {
        let _ = write!(self.text, "[[inline]]\nid = {id:?}\nkind = {kind:?}\nwhy = \"a test\"\n");
        self.approve.push((id.to_owned(), text.to_owned(), true));
        self
    }

    fn start(self) -> Front {
        let policies = Policies::new(&self.text);
        for (id, bytes, inline) in &self.approve {
            if *inline {
                policies.approve_inline(id, bytes);
            } else {
                policies.approve(id, bytes);
            }
        }
        policies.start(|_| {})
    }
}

/// `main` imports `leaf` beside it, and `late` from one folder up when it runs.
fn main_module() -> String {
    format!("import './leaf.js'; {} import('../late.js');", marks("main"))
}

const INLINE_MODULE: &str = "import '/own.js'; document.documentElement.dataset.inlineModule = 'ran';";
const INLINE_CLASSIC: &str = "import('/dynamic.js'); document.documentElement.dataset.inlineClassic = 'ran';";
/// All that runs on the page of [`site`].
const ALL: [&str; 7] = ["dynamic", "inlineClassic", "inlineModule", "late", "leaf", "main", "own"];

/// A vendor with three modules and a shop with two, and a page that imports them in every way.
async fn site() -> (Stub, Stub) {
    let (shop, vendor) = (Stub::http().await, Stub::http().await);
    vendor.set("/v1/main.js", Reply::script(main_module()));
    vendor.set("/v1/leaf.js", Reply::script(marks("leaf")));
    vendor.set("/late.js", Reply::script(marks("late")));
    shop.set("/own.js", Reply::script(marks("own")));
    shop.set("/dynamic.js", Reply::script(marks("dynamic")));
    let main = vendor.url_at("vendor.example", "/v1/main.js");
    shop.set(
        "/",
        page(&format!(
            "<link rel=modulepreload href='{main}'><script>{INLINE_CLASSIC}</script>\
             <script type=module>{INLINE_MODULE}</script><script type=module src='{main}'></script>"
        )),
    );
    (shop, vendor)
}

/// Everything of [`site`] is approved, and may be imported.
fn everything(policy: Policy, vendor: &Stub, tier: &str) -> Policy {
    let at = |path: &str| vendor.url_at("vendor.example", path);
    policy
        .script("main", &at("/v1/main.js"), tier, true, &main_module())
        .script("leaf", &at("/v1/leaf.js"), tier, true, &marks("leaf"))
        .script("late", &at("/late.js"), tier, true, &marks("late"))
        .script("own", "/own.js", tier, true, &marks("own"))
        .script("dynamic", "/dynamic.js", tier, true, &marks("dynamic"))
        .inline("inline-module", "script", INLINE_MODULE)
        .inline("inline-classic", "script", INLINE_CLASSIC)
}

#[test]
fn approved_modules_import_each_other_and_a_tampered_one_is_stopped() {
    in_browser(Setup::default(), async |browser| {
        for tier in ["pin", "mirror"] {
            let (shop, vendor) = site().await;
            browser.open_page(&shop.url_at("shop.example", "/")).await;
            exactly(&browser, &ALL).await;
            let front = everything(Policy::new(&shop, "enforce"), &vendor, tier).start();
            browser.open_page(&front.url_at("shop.example", "/")).await;
            exactly(&browser, &ALL).await;

            // A module that another one imports is changed.
            vendor.set("/v1/leaf.js", Reply::script(marks("evil")));
            browser.reload().await;
            let leaf = vendor.url_at("vendor.example", "/v1/leaf.js");
            assert_eq!(imports(&browser, &leaf).await, tier == "mirror");
            if tier == "mirror" {
                exactly(&browser, &ALL).await;
            } else {
                exactly(&browser, &["dynamic", "inlineClassic", "inlineModule", "own"]).await;
            }
            shop.set("/dynamic.js", Reply::script(marks("evil")));
            browser.reload().await;
            for url in [leaf.as_str(), "/dynamic.js"] {
                assert_eq!(imports(&browser, url).await, tier == "mirror", "{url}");
            }
            if tier == "mirror" {
                exactly(&browser, &ALL).await;
            } else {
                exactly(&browser, &["inlineClassic", "inlineModule", "own"]).await;
            }
        }
    });
}

#[test]
fn a_module_that_may_not_be_imported_is_not_and_a_mirrored_one_needs_no_vendor() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor) = site().await;
        let at = |path: &str| vendor.url_at("vendor.example", path);
        let front = Policy::new(&shop, "enforce")
            .script("main", &at("/v1/main.js"), "mirror", true, &main_module())
            .script("leaf", &at("/v1/leaf.js"), "mirror", true, &marks("leaf"))
            .script("late", &at("/late.js"), "mirror", false, &marks("late"))
            .script("own", "/own.js", "pin", false, &marks("own"))
            .inline("inline-module", "script", INLINE_MODULE)
            .start();
        browser.open_page(&front.url_at("shop.example", "/")).await;
        exactly(&browser, &["leaf", "main"]).await;
        let fetched: Vec<String> = vendor.received().into_iter().map(|request| request.target).collect();
        assert!(!fetched.iter().any(|path| path.starts_with("/v1/")), "{fetched:?}");
        front.report("csp-violation", "/own.js").await;
    });
}

#[test]
fn the_pages_import_map_is_kept_and_its_modules_are_checked() {
    in_browser(Setup::default(), async |browser| {
        for tier in ["pin", "mirror"] {
            let (shop, vendor) = (Stub::http().await, Stub::http().await);
            let at = |path: &str| vendor.url_at("vendor.example", path);
            let uses = format!("import 'lib'; import 'kit/part.js'; {}", marks("uses"));
            // `lib` asks for `lib` of its scope, which is another one.
            let lib = format!("import 'dep'; {}", marks("lib"));
            vendor.set("/lib.js", Reply::script(lib.clone()));
            vendor.set("/kit/part.js", Reply::script(marks("part")));
            vendor.set("/dep.js", Reply::script(marks("dep")));
            shop.set("/uses.js", Reply::script(uses.clone()));
            let map = json!({
                "imports": {"lib": at("/lib.js"), "kit/": at("/kit/"), "dep": "/none.js"},
                "scopes": {at("/"): {"dep": at("/dep.js")}},
                "integrity": {at("/lib.js"): "sha384-AAAA", at("/kit/part.js"): ""},
            })
            .to_string();
            let classic = format!("import('lib').then(() => {{ {} }})", marks("classic"));
            let scripts = format!(
                "<script type=importmap>{map}</script><script>{classic}</script>\
                 <script type=module src=/uses.js></script>"
            );
            shop.set("/", page(&scripts));
            let front = Policy::new(&shop, "enforce")
                .script("lib", &at("/lib.js"), tier, true, &lib)
                .script("part", &at("/kit/part.js"), tier, true, &marks("part"))
                .script("dep", &at("/dep.js"), tier, true, &marks("dep"))
                .script("uses", "/uses.js", tier, false, &uses)
                .inline("map", "import-map", &map)
                .inline("classic", "script", &classic)
                .start();
            browser.open_page(&front.url_at("shop.example", "/")).await;
            exactly(&browser, &["classic", "dep", "lib", "part", "uses"]).await;
            vendor.set("/dep.js", Reply::script(marks("evil")));
            browser.reload().await;
            if tier == "mirror" {
                exactly(&browser, &["classic", "dep", "lib", "part", "uses"]).await;
            } else {
                front.report("script-refused", "/uses.js").await;
                exactly(&browser, &[]).await;
            }
        }
    });
}

#[test]
fn no_import_map_of_an_attacker_makes_anything_run() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor) = site().await;
        let at = |path: &str| vendor.url_at("vendor.example", path);
        vendor.set("/evil.js", Reply::script(marks("evil")));
        shop.set("/evil.js", Reply::script(marks("evil")));
        let inserter = format!(
            "const map = document.createElement('script'); map.type = 'importmap'; \
             map.textContent = JSON.stringify({{imports: {{'/own.js': '/evil.js', evil: '/evil.js'}}, \
             integrity: {{'/evil.js': ''}}}}); document.head.append(map); \
             import('evil').catch(() => {{ {} }}); import('/evil.js').catch(() => {{}});",
            marks("evilRefused")
        );
        let policy =
            everything(Policy::new(&shop, "enforce"), &vendor, "pin").inline("inserter", "script", &inserter);
        let front = policy.start();
        let remap = json!({"imports": {
            "/own.js": "/evil.js",
            "/dynamic.js": at("/evil.js"),
            at("/v1/leaf.js"): "/evil.js",
        }});
        let no_integrity = json!({"integrity": {
            "/own.js": "", "/dynamic.js": "", at("/v1/leaf.js"): "", "/evil.js": "", at("/evil.js"): "",
        }});
        let scripts = format!(
            "<script>{INLINE_CLASSIC}</script><script type=module>{INLINE_MODULE}</script>\
             <script type=module src='{}'></script>",
            at("/v1/main.js")
        );
        for (number, map) in [&remap, &no_integrity].into_iter().enumerate() {
            let element = format!("<script type=importmap>{map}</script>");
            for (place, markup) in
                [("before", format!("{element}{scripts}")), ("after", format!("{scripts}{element}"))]
            {
                let path = format!("/{place}{number}");
                shop.set(&path, page(&markup));
                browser.open_page(&front.url_at("shop.example", &path)).await;
                exactly(&browser, &ALL).await;
            }
        }
        // One that no rewriter sees.
        shop.set("/inserted", page(&format!("<script>{inserter}</script>{scripts}")));
        browser.open_page(&front.url_at("shop.example", "/inserted")).await;
        assert!(!imports(&browser, "/evil.js").await);
        let mut all = ALL.to_vec();
        all.push("evilRefused");
        exactly(&browser, &all).await;
    });
}

#[test]
fn while_observing_modules_are_left_alone() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor) = site().await;
        let map = json!({"imports": {"x": "/x.js"}}).to_string();
        let front = everything(Policy::new(&shop, "observe"), &vendor, "mirror")
            .inline("map", "import-map", &map)
            .start();
        browser.open_page(&front.url_at("shop.example", "/")).await;
        exactly(&browser, &ALL).await;
        assert!(!browser.holds("document.querySelector('[type=importmap]')").await);
        shop.set("/mapped", page(&format!("<script type=importmap>{map}</script>")));
        browser.open_page(&front.url_at("shop.example", "/mapped")).await;
        let text = browser.value("document.querySelector('[type=importmap]').textContent").await;
        assert_eq!(text, map);
    });
}

#[test]
fn an_evergreen_module_is_imported_by_the_url_that_the_csp_names() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor) = (Stub::http().await, Stub::http().await);
        // Evergreen scripts need TLS, but from the machine itself.
        let url = vendor.url("/evergreen.js");
        vendor.set("/evergreen.js", Reply::script(marks("evergreen")));
        let inline = format!("import '{url}'; {}", marks("inlineModule"));
        shop.set("/", page(&format!("<script type=module>{inline}</script>")));
        let upstream = shop.url("");
        let policies = Policies::new(&format!(
            "hosts = [\"shop.example\"]\nupstreams = [{upstream:?}]\n\
             [[script]]\nid = \"evergreen\"\nurl = {url:?}\ntier = \"evergreen\"\nwhy = \"a test\"\n\
             justification = \"a test\"\nexpires = 2999-01-01\n\
             [[inline]]\nid = \"inline\"\nwhy = \"a test\"\n"
        ));
        policies.approve_inline("inline", &inline);
        let address = ScriptAddress::parse(&url).unwrap();
        policies.approve("evergreen", evergreen_statement(&address, "2999-01-01".parse().unwrap()));
        let front = policies.start(|_| {});
        browser.open_page(&front.url_at("shop.example", "/")).await;
        exactly(&browser, &["evergreen", "inlineModule"]).await;
    });
}

#[test]
fn speculation_rules_hold_where_they_are_approved() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        let rules = |path: &str| {
            json!({"prefetch": [{"source": "list", "urls": [path], "eagerness": "immediate"}]}).to_string()
        };
        let (approved, unapproved) = (rules("/ahead"), rules("/never"));
        for path in ["/ahead", "/never"] {
            shop.set(path, page(""));
        }
        let inserter = format!(
            "const rules = document.createElement('script'); rules.type = 'speculationrules'; \
             rules.textContent = {unapproved:?}; document.head.append(rules);"
        );
        shop.set(
            "/",
            page(&format!(
                "<script type=speculationrules>{unapproved}</script><script>{inserter}</script>\
                 <script type=speculationrules>{approved}</script>"
            )),
        );
        let front = Policy::new(&shop, "enforce")
            .inline("rules", "speculation-rules", &approved)
            .inline("inserter", "script", &inserter)
            .start();
        // Browsers fetch ahead only where nobody listens: over TLS, or on the machine itself.
        browser.open_page(&front.url("/")).await;
        let asked = |path: &str| shop.received().iter().any(|request| request.target == path);
        eventually("what the approved rules name is fetched ahead", async || asked("/ahead").then_some(()))
            .await;
        front.report("csp-violation", "inline").await;
        assert!(!asked("/never"));
    });
}

/// Runs the binary, as a person would; what it wrote to stdout.
async fn command(arguments: Vec<String>) -> String {
    let run = move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(&arguments).stdin(Stdio::null()).env_remove("COUNTERSIGN_CONFIG").output()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_scan_proposes_for_a_page_of_modules_lets_all_of_them_run() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor) = (Stub::http().await, Stub::http().await);
        let at = |path: &str| vendor.url(path);
        let main = format!("import 'lib'; import('./late.js'); {}", marks("main"));
        let lib = format!("export {{ x }} from './deep/leaf.js'; {}", marks("lib"));
        let leaf = format!("export const x = 1; {}", marks("leaf"));
        shop.set("/app/main.js", Reply::script(main.clone()));
        shop.set("/app/late.js", Reply::script(marks("late")));
        vendor.set("/lib.js", Reply::script(lib.clone()));
        vendor.set("/deep/leaf.js", Reply::script(leaf.clone()));
        let map = json!({"imports": {"lib": at("/lib.js"), "unused": "/unused.js"}}).to_string();
        shop.set(
            "/",
            page(&format!(
                "<script type=importmap>{map}</script><script type=module src=/app/main.js></script>"
            )),
        );
        let all = ["late", "leaf", "lib", "main"];
        browser.open_page(&shop.url("/")).await;
        exactly(&browser, &all).await;

        let texts = tempfile::tempdir().unwrap();
        let scan = ["scan", "/", "--json", "--allow-private", "--upstream"].map(str::to_owned).into_iter();
        let scan = scan.chain([shop.url(""), "--texts".to_owned(), texts.path().display().to_string()]);
        let scanned: Value = serde_json::from_str(&command(scan.collect()).await).unwrap();
        let proposed = scanned["policy"].as_str().unwrap();
        assert_eq!(proposed.matches("module = true").count(), 3, "{proposed}");
        assert_eq!(proposed.matches("kind = \"import-map\"").count(), 1, "{proposed}");
        let policies = Policies::new(&proposed.replace("mode = \"observe\"", "mode = \"enforce\""));
        for script in scanned["approve"].as_array().unwrap() {
            let arguments = script["arguments"].as_array().unwrap().iter();
            let arguments = arguments.map(|argument| argument.as_str().unwrap().to_owned());
            let more = ["--because", "a test", "--by", "tester@shop.example", "--yes", "--policies"];
            let folder = policies.path().display().to_string();
            command(arguments.chain(more.map(str::to_owned)).chain([folder]).collect()).await;
        }
        let front = policies.start(|_| {});
        browser.open_page(&front.url("/")).await;
        exactly(&browser, &all).await;
    });
}
