//! `/script`.

use std::fs;

use countersign::inventory::{Decision, ScriptId, bytes_path};
use countersign::store::Class;

use super::fixture::{Console, FIRST, LAST, SKIMMER, digest};

const CHAT: &str = "/script?site=site&id=chat";

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn compare(from: &str, to: &str) -> String {
    format!("{CHAT}&from={}&to={}", encoded(&digest(from).to_string()), encoded(&digest(to).to_string()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_script_has_its_versions_and_what_changed_between_two_of_them() {
    let console = Console::start();
    let page = console.page(CHAT).await;
    for digest in [FIRST, LAST].map(|text| digest(text).to_string()) {
        assert!(page.contains(&digest.replace('+', "&#43;")) || page.contains(&digest), "{digest}: {page}");
    }
    assert!(page.contains("for a test") && page.contains("in force"), "{page}");
    assert!(!page.contains("<ins>"), "nothing is compared unasked");
    let page = console.page(&compare(FIRST, LAST)).await;
    assert!(page.contains("+chat.close();</ins>") && page.contains("-chat.open(1);</del>"), "{page}");
    assert!(page.contains("reaches nothing that the earlier code did not"), "{page}");
    let page = console.page(&compare(LAST, FIRST)).await;
    assert!(page.contains("-chat.close();</del>"), "{page}");
    // Only what was approved is compared.
    let page = console.page(&compare(FIRST, SKIMMER)).await;
    assert!(!page.contains("<ins>") && !page.contains("<del>"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_what_was_approved_are_not_shown_as_that() {
    let console = Console::start();
    let policies = console.front.policies().path();
    fs::write(bytes_path(policies, "site", &ScriptId::new("chat").unwrap(), &digest(FIRST)), SKIMMER)
        .unwrap();
    let page = console.page(&compare(FIRST, LAST)).await;
    assert!(page.contains("are not the bytes that were approved"), "{page}");
    assert!(!page.contains("evil.example") && !page.contains("<ins>"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn quarantined_bytes_are_shown_as_text_with_what_they_newly_reach_and_the_command_for_them() {
    let console = Console::start();
    let name = console.quarantined(&format!("{SKIMMER}//</pre><script>alert(1)</script>"));
    let page = console.page(CHAT).await;
    assert!(page.contains(&format!("review={name}#review")), "{page}");
    assert!(!page.contains("For review"), "there is no finding, so nobody has to look");
    let page = console.page(&format!("{CHAT}&review={name}")).await;
    assert!(page.contains("It reaches what the earlier code did not"), "{page}");
    assert!(page.contains("https://evil.example") && page.contains("document.cookie"), "{page}");
    assert!(!page.contains("<script>alert"), "{page}");
    let command = page.split_once("id=\"approve-reviewed\">").unwrap().1.split_once("</pre>").unwrap().0;
    assert!(command.starts_with("countersign approve chat --site site --policies /"), "{command}");
    assert!(command.contains(&format!("/quarantine/site/chat/{name}.js --because ")), "{command}");
    // A name that is none of those is looked up nowhere.
    let page = console.page(&format!("{CHAT}&review=..%2F..%2Fpolicies")).await;
    assert!(!page.contains("For review"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_no_policy_names_has_the_lines_that_would_and_one_that_is_none_says_so() {
    let console = Console::start();
    let url = "https://cdn.example/widget.min.js?v=1";
    console.seen(url, Decision::Quarantine);
    console.reported(Class::StoppedAsMeant, "script-src-elem", "https://cdn.example/widget.min.js", 1);
    let page = console.page(&format!("/script?site=site&seen={}", encoded(url))).await;
    assert!(page.contains("id    = &#34;widget&#34;") && page.contains("none names it"), "{page}");
    assert!(page.contains("stopped-as-meant"), "reports have no query: {page}");
    for missing in
        ["/script", "/script?site=site&id=nothing", "/script?site=blog&id=chat", "/script?site=site&seen=x"]
    {
        let response = console.get(missing).await;
        assert_eq!(response.status, 404, "{missing}");
        assert!(response.text().contains("Look for it in the list"), "{missing}");
    }
}
