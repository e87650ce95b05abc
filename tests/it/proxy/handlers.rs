//! Code in attributes: told of the pages that are looked at, and never edited.

use std::sync::Arc;

use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Decision, Form, ScriptId, SeenKind};
use countersign::policy::{UpstreamAddress, load_folder};
use countersign::sri::{Algorithm, Digest};
use countersign::store::{ScriptSeen, ScriptSeenRow, Store};

use crate::support::{Client, Enforced, Upstream, enforce, get, observe, page};

const PAGE: &str = "<!doctype html><script src=/app.js></script><p onclick=\"buy(&quot;1&quot;)\">x</p>\
                    <a href='JavaScript:left()'>y</a>";

fn digest(text: &str) -> String {
    Digest::of(Algorithm::Sha256, text.as_bytes()).to_string()
}

fn code(store: &dyn Store) -> Vec<ScriptSeenRow> {
    let mut rows = store.scripts();
    rows.retain(|row| row.seen.kind.is_in_attribute());
    rows.sort_by_key(|row| (row.seen.kind, row.seen.script.clone()));
    rows
}

fn shown(row: &ScriptSeenRow) -> (SeenKind, &str, &str, Decision, &str, bool) {
    let ScriptSeen { kind, script, attribute, verdict, reason, enforced, .. } = &row.seen;
    (*kind, script, attribute.as_deref().unwrap_or_default(), *verdict, reason, *enforced)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_csp_stops_in_attributes_is_told_and_left_as_it_is() {
    // By a parser of its own where a second one reads seldom or never, and else by that.
    for opinion in ["off", "suspects", "always"] {
        let upstream = Upstream::answering(page(PAGE)).await;
        let proxy = enforce(upstream.address, &format!("second-opinion = \"{opinion}\""));
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        assert!(response.text().ends_with(PAGE.split_once("</script>").unwrap().1), "{}", response.text());
        let rows = code(&*proxy.running.store);
        let (handler, url) = (digest("buy(\"1\")"), digest("javascript:left()"));
        let expected = [
            (SeenKind::Handler, &*handler, "onclick", Decision::Block, "unknown-handler", true),
            (SeenKind::JavascriptUrl, &*url, "href", Decision::Block, "unknown-javascript-url", true),
        ];
        assert_eq!(rows.iter().map(shown).collect::<Vec<_>>(), expected, "{opinion}");
        let events = proxy.events();
        let event =
            events.lines().find(|event| event.contains(&handler)).unwrap_or_else(|| panic!("{events}"));
        for part in
            ["The CSP stops the code in `onclick` of a `p` element on shop/", "kind = \"handler\"", "approve"]
        {
            assert!(event.contains(part), "{part}: {event}");
        }
        assert!(!events.contains("buy("), "the code may have a visitor's data in it: {events}");
        let metrics = proxy.running.metrics.encode();
        let counted = "verdicts_total{action=\"block\",reason=\"unknown-handler\",enforced=\"true\"} 1";
        assert!(metrics.contains(counted), "{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_observing_every_page_is_looked_at_and_none_changed() {
    let upstream = Upstream::answering(page(PAGE)).await;
    let proxy = observe(upstream.address);
    let mut client = Client::connect(proxy.address).await;
    for _ in 0..50 {
        assert_eq!(client.ask(get("/")).await.text(), PAGE);
    }
    let rows = code(&*proxy.store);
    let seen: Vec<_> = rows.iter().map(|row| (row.seen.verdict, row.seen.enforced, row.count)).collect();
    assert_eq!(seen, [(Decision::Block, false, 50), (Decision::Block, false, 50)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_pages_some_are_looked_at_and_all_where_a_second_parser_reads_anyway() {
    for (opinion, looks) in [("suspects", 32 + 1), ("always", 65)] {
        let upstream = Upstream::answering(page(PAGE)).await;
        let proxy = enforce(upstream.address, &format!("second-opinion = \"{opinion}\""));
        let mut client = Client::connect(proxy.address()).await;
        for _ in 0..65 {
            client.ask(get("/")).await;
        }
        let counts: Vec<u64> = code(&*proxy.running.store).iter().map(|row| row.count).collect();
        assert_eq!(counts, [looks, looks], "{opinion}");
        let scripts = proxy.running.store.scripts();
        let external = scripts.iter().find(|row| row.seen.kind == SeenKind::External).unwrap();
        assert_eq!(external.count, 65, "scripts are judged on every page");
    }
}

fn approve(proxy: &Enforced, id: &str, text: &str) {
    let outcome = approve_bytes(&Request {
        folder: proxy.folder.path(),
        site: "shop",
        script: &ScriptId::new(id).unwrap(),
        form: Form::Inline,
        bytes: text.as_bytes(),
        by: "tester@shop.test",
        because: "a test",
        at: "2026-11-23T21:04:05Z".parse().unwrap(),
        retire_earlier: false,
    });
    outcome.unwrap_or_else(|error| panic!("{id}: {error}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn approved_code_is_listed_as_released_and_only_as_what_it_was_approved() {
    let body = format!("{PAGE}<p onfocus='javascript:left()'>");
    let upstream = Upstream::answering(page(body)).await;
    let proxy = enforce(
        upstream.address,
        "[[inline]]\nid = \"buy\"\nkind = \"handler\"\nwhy = \"x\"\n\
         [[inline]]\nid = \"left\"\nkind = \"url\"\nwhy = \"x\"\n",
    );
    approve(&proxy, "buy", "buy(\"1\")");
    approve(&proxy, "left", "javascript:left()");
    let at = UpstreamAddress::tcp(false, upstream.address.ip().to_string(), upstream.address.port());
    let loaded = load_folder(proxy.folder.path(), Some(at), 2).unwrap();
    proxy.running.published.store(Arc::new(loaded.snapshot));
    Client::connect(proxy.address()).await.ask(get("/")).await;
    let rows = code(&*proxy.running.store);
    let verdicts: Vec<_> = rows
        .iter()
        .map(|row| (row.seen.attribute.as_deref().unwrap_or_default(), row.seen.verdict))
        .collect();
    assert_eq!(verdicts.len(), 3, "{rows:?}");
    for expected in
        [("onclick", Decision::Release), ("href", Decision::Release), ("onfocus", Decision::Block)]
    {
        assert!(verdicts.contains(&expected), "{expected:?}: {verdicts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_full_of_different_code_makes_no_more_rows_than_the_bound() {
    let handlers: String =
        (0..2000).flat_map(|n: u32| ["<p onclick=a(".to_owned(), n.to_string(), ")>".to_owned()]).collect();
    let upstream = Upstream::answering(page(handlers)).await;
    let proxy = enforce(upstream.address, "");
    Client::connect(proxy.address()).await.ask(get("/")).await;
    let rows = code(&*proxy.running.store);
    assert_eq!(rows.len(), 201);
    let unseen: Vec<_> = rows.iter().filter(|row| row.seen.reason == "code-unseen").collect();
    assert_eq!((unseen.len(), unseen[0].seen.script.as_str()), (1, ""));
    assert!(
        proxy.events().contains("Not all code in attributes on shop/ was looked at"),
        "{}",
        proxy.events()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_for_the_look_passes() {
    let tag =
        format!("<img src=\"data:image/png;base64,{}\" onload=a()><p onclick=b()>", "A".repeat(2 << 20));
    let page_of_text = format!("{}<p onclick=b()>", "some text ".repeat(500 << 10));
    for body in [tag, page_of_text] {
        let upstream = Upstream::answering(page(&body)).await;
        let proxy = enforce(upstream.address, "");
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        assert!(response.text() == body, "the page is as it was");
        let rows = code(&*proxy.running.store);
        assert_eq!(rows.iter().map(|row| row.seen.reason.as_ref()).collect::<Vec<_>>(), ["code-unseen"]);
    }
}
