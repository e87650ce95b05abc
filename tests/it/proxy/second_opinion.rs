//! Pages in which a second parser sees more than the rewriter did, through the whole proxy.

use countersign::store::EventKind;

use crate::support::{Client, Enforced, Upstream, enforce, get, page};

/// `lol_html` takes the script for text in a style; browsers run it.
const HIDDEN: &str = "<svg/><style><!--</style><script>evil()</script>-->";

fn hiding(before: &str) -> String {
    format!("<!doctype html>{before}{HIDDEN}<p>after</p><script>unapproved()</script>")
}

fn outcomes(proxy: &Enforced) -> Vec<String> {
    let metrics = proxy.running.metrics.encode();
    let counted = metrics.lines().filter_map(|line| line.strip_prefix("countersign_second_opinion_total"));
    counted.map(str::to_owned).collect()
}

fn told(proxy: &Enforced) -> Vec<String> {
    let events = proxy.running.store.events(usize::MAX).into_iter();
    events.filter(|event| event.kind == EventKind::SecondOpinion).map(|event| event.message).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_page_may_go_on_nothing_is_granted_behind_a_hidden_script() {
    for opinion in ["always", "suspects"] {
        let before = "<p>some text</p>".repeat(5_000);
        let upstream = Upstream::answering(page(hiding(&before))).await;
        let rules = format!("second-opinion = \"{opinion}\"\nfail = \"headers-only\"");
        let proxy = enforce(upstream.address, &rules);
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        assert_eq!((response.status, response.whole), (200, true));
        assert_eq!(response.text(), hiding(&before), "unedited behind the place");
        assert!(response.header("content-security-policy").unwrap().starts_with("script-src 'none'"));
        assert_eq!(outcomes(&proxy), ["{outcome=\"differed\"} 1"]);
        let told = told(&proxy);
        assert_eq!(told.len(), 1, "{}", proxy.events());
        assert!(told[0].contains("near") && told[0].contains("<!--</style><script>evil()"), "{told:?}");
        assert!(told[0].contains("went out unedited"), "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_page_fails_closed_a_hidden_script_ends_it() {
    for rules in [
        "[[page]]\npath = \"/*\"\npayment = true",
        "second-opinion = \"suspects\"\nfail = \"closed\"",
        "second-opinion = \"always\"\nfail = \"closed\"",
    ] {
        let upstream = Upstream::answering(page(hiding(&"<p>some text</p>".repeat(10_000)))).await;
        let proxy = enforce(upstream.address, rules);
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        assert!(!response.whole && !response.text().contains("evil"), "{rules}");
        assert_eq!(outcomes(&proxy), ["{outcome=\"differed\"} 1"], "{rules}");
        assert!(told(&proxy)[0].contains("cut"), "{rules}: {}", proxy.events());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_observing_a_hidden_script_is_said_and_changes_nothing() {
    let upstream = Upstream::answering(page(hiding(""))).await;
    let proxy = enforce(upstream.address, "mode = \"observe\"");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert_eq!((response.status, response.text()), (200, hiding("")));
    assert_eq!(outcomes(&proxy), ["{outcome=\"differed\"} 1"]);
    assert!(told(&proxy)[0].contains("It passed"), "{}", proxy.events());
    let scripts = proxy.running.store.scripts();
    let verdicts: Vec<_> = scripts.iter().map(|row| (row.seen.kind.name(), &*row.seen.reason)).collect();
    assert_eq!(verdicts, [("inline", "unknown-digest")], "the verdicts go on behind it");
}

#[tokio::test(flavor = "multi_thread")]
async fn ordinary_pages_need_no_second_opinion_or_agree_with_it() {
    let drawing =
        "<svg viewBox='0 0 1 1'><title>x</title><style>a{}</style><g><path d=M0/></g></svg><p>text</p>";
    let closes_itself = "<svg class=icon /><select><option>x</select>";
    let with = |opinion| format!("second-opinion = \"{opinion}\"");
    for (markup, opinion, outcome) in [
        (drawing, "suspects", &["{outcome=\"not-needed\"} 1"][..]),
        (closes_itself, "suspects", &["{outcome=\"agreed\"} 1"]),
        (drawing, "always", &["{outcome=\"agreed\"} 1"]),
        (drawing, "off", &[]),
    ] {
        let upstream = Upstream::answering(page(markup)).await;
        let proxy = enforce(upstream.address, &with(opinion));
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        assert_eq!(response.text(), markup);
        assert_eq!(outcomes(&proxy), outcome, "{opinion}: {markup}");
    }
}

/// As customizable selects have it; without a second parser it can't be told what is text there.
#[tokio::test(flavor = "multi_thread")]
async fn a_drawing_in_a_select_breaks_no_page() {
    let markup = "<select><option><svg><title>Red</title><circle r=1 /></svg> Red</select>";
    let upstream = Upstream::answering(page(markup)).await;
    let proxy = enforce(upstream.address, "fail = \"closed\"");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert_eq!((response.status, response.text().as_str()), (200, markup));
    assert_eq!(outcomes(&proxy), ["{outcome=\"agreed\"} 1"]);
}
