//! `/violations` and `/violations/{id}`.

use std::collections::HashSet;

use countersign::store::Class;

use super::fixture::{Console, HOSTILE, links};

const API: &str = "https://api.vendor.example/track";

#[tokio::test(flavor = "multi_thread")]
async fn groups_say_what_they_mean_and_what_to_do_and_narrow_as_the_command_does() {
    let console = Console::start();
    for network in 0..3 {
        console.reported(Class::PolicyFault, "connect-src", API, network);
    }
    console.reported(Class::NeverServed, "img-src", "https://extension.example/x.png", 9);
    let page = console.page("/violations").await;
    assert!(page.contains("In the last 24 hours") && page.contains("policy-fault"), "{page}");
    assert_eq!(links(&page, "/violations/").len(), 2);
    for (query, count) in [
        ("class=policy-fault", 1),
        ("directive=img-src", 1),
        ("text=TRACK&class=", 1),
        ("rule=/none", 0),
        ("since=24h&order=top", 2),
        ("until=2020-01-01", 0),
        ("disposition=report", 0),
    ] {
        let page = console.page(&format!("/violations?{query}")).await;
        assert_eq!(links(&page, "/violations/").len(), count, "{query}");
    }
    let wrong = console.get("/violations?class=policy").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("class: "), "{}", wrong.text());
    let csv = console.get("/violations.csv?class=policy-fault").await;
    assert_eq!(csv.header("content-disposition").as_deref(), Some("attachment; filename=\"violations.csv\""));
    assert_eq!(csv.text().lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_has_its_meaning_pages_browsers_hours_and_the_line_that_the_policy_lacks() {
    let console = Console::start();
    let id = console.reported(Class::PolicyFault, "connect-src", API, 0).fingerprint();
    let page = console.page(&format!("/violations/{id}")).await;
    assert!(page.contains("Fewer than three networks") && !page.contains("What the policy lacks"), "{page}");
    for network in 1..3 {
        console.reported(Class::PolicyFault, "connect-src", API, network);
    }
    let page = console.page(&format!("/violations/{id}")).await;
    for text in [
        "What the policy lacks",
        "connect-src",
        "https://api.vendor.example",
        "Chromium 156",
        "shop.example/pay",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("Fewer than three networks"), "{page}");
    for missing in ["/violations/zz", "/violations/00000000000000000000000000000000"] {
        let response = console.get(missing).await;
        assert_eq!(response.status, 404);
        assert!(response.text().contains("There is no group"), "{}", response.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_was_stopped_is_one_step_away() {
    let console = Console::start();
    let id = console
        .reported(Class::StoppedAsMeant, "script-src-elem", "https://evil.example/x.js", 0)
        .fingerprint();
    let page = console.page(&format!("/violations/{id}")).await;
    let to_scripts = links(&page, "/scripts?");
    assert_eq!(to_scripts, ["/scripts?site=site&text=https%3A%2F%2Fevil.example%2Fx.js"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn following_next_shows_every_group_once_and_hostile_ones_as_text() {
    let console = Console::start();
    for number in 0..90 {
        console.reported(Class::NeverServed, "img-src", &format!("https://x.example/{number}"), 1);
    }
    for hostile in HOSTILE {
        let id = console.reported(Class::NeverServed, hostile, hostile, 1).fingerprint();
        let page = console.page(&format!("/violations/{id}")).await;
        assert!(!page.contains("<script>alert") && !page.contains("<img"), "{page}");
    }
    let mut found = Vec::new();
    let mut path = "/violations?order=new&limit=30".to_owned();
    loop {
        let page = console.page(&path).await;
        assert!(!page.contains("<script>alert") && !page.contains("<img src"), "{page}");
        found.extend(links(&page, "/violations/"));
        let next = links(&page, "/violations?").into_iter().find(|link| link.contains("after="));
        let Some(next) = next else { break };
        path = next;
    }
    assert_eq!(found.len(), 95);
    assert_eq!(found.iter().collect::<HashSet<_>>().len(), 95);
}
