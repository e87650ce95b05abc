//! Pages that went through the proxy, by page rule; and what the policies in force say.

use countersign::app::AppConfig;
use countersign::store::{Access, PageFilter, PageRow, StoreTarget, open};

use crate::support::{Client, Upstream, enforce_with, get};

const RULES: &str = "[[page]]\npath = \"/free/*\"\nmode = \"observe\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_counted_once_by_rule_and_mode_with_those_on_which_something_would_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let store = StoreTarget::File(folder.path().join("a.db"));
    let upstream = Upstream::serving(|mut connection| async move {
        while let Some(request) = connection.request().await {
            let path = request.split(' ').nth(1).unwrap_or_default();
            let (kind, page) = match path {
                p if p.ends_with("/bad") => {
                    ("text/html", "<title>a</title><script>evil()</script><script src=/b.js></script>")
                }
                p if p.ends_with("/data") => ("application/json", "{}"),
                _ => ("text/html", "<title>a</title><p>b"),
            };
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8");
            connection.send(format!("{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len())).await;
        }
    })
    .await;
    let target = store.clone();
    let adjust = move |config: &mut AppConfig| config.store.target = target;
    let proxy = enforce_with(upstream.address, RULES, adjust);
    let mut client = Client::connect(proxy.address()).await;
    for path in ["/bad", "/good", "/good", "/data", "/free/bad", "/free/good", "/free/bad"] {
        assert_eq!(client.ask(get(path)).await.status, 200, "{path}");
    }
    drop(client);
    let generation = proxy.running.published.load().generation.fingerprint.clone();
    drop(proxy);
    let mut database = open(&store, Access::Read).unwrap();
    let rows = database.pages(&PageFilter::default()).unwrap();
    let told: Vec<(&str, bool, u64, u64)> = rows
        .iter()
        .map(|PageRow { rule, enforced, pages, .. }| {
            (rule.as_str(), *enforced, pages.responses, pages.stopped)
        })
        .collect();
    assert_eq!(told, [("/*", true, 3, 1), ("/free/*", false, 3, 2)]);
    let policy = database.policy(&generation).unwrap().unwrap();
    let [file] = policy.files.as_slice() else { panic!("{policy:?}") };
    assert!(file.name == "shop.toml" && file.text.as_ref().unwrap().contains("/free/*"), "{file:?}");
}
