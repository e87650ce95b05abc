//! `/scripts`, `/scripts.csv` and `/api/register`.

use std::collections::HashSet;

use countersign::inventory::Decision;
use serde_json::Value;

use super::fixture::{Console, HOSTILE, LAST, digest, links};
use crate::browser::eventually;
use crate::support::within;

const CHAT: &str = "https://cdn.example/chat.js";
const EVIL: &str = "https://evil.example/x.js";

async fn json(console: &Console, path: &str) -> Value {
    serde_json::from_str(&console.page(path).await).unwrap()
}

fn names(answer: &Value) -> Vec<&str> {
    let rows = answer["rows"].as_array().unwrap();
    rows.iter().map(|row| row["id"].as_str().or(row["script"].as_str()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_one_row_with_who_approved_it_and_where_it_was_seen_in_every_form() {
    let console = Console::start();
    console.seen(CHAT, Decision::Pin);
    console.seen(EVIL, Decision::Quarantine);
    let answer = json(&console, "/api/register?order=name").await;
    assert_eq!(answer["gaps"].as_array().unwrap().len(), 0, "{answer}");
    assert_eq!(names(&answer), ["app", "chat", EVIL, "theme"]);
    let chat = &answer["rows"][1];
    assert_eq!((&chat["state"], &chat["third_party"]), (&"runs".into(), &true.into()));
    assert_eq!(chat["named"]["approved"].as_array().unwrap().len(), 2);
    assert_eq!(chat["named"]["authorised"][1]["digest"], digest(LAST).to_string());
    assert_eq!(chat["named"]["authorised"][1]["by"], "tester@shop.example");
    assert_eq!(chat["seen"][0]["verdict"], "pin");
    assert_eq!(answer["rows"][0]["state"], "not-approved");
    assert_eq!(answer["rows"][2]["state"], "stopped");
    assert_eq!(answer["rows"][3]["state"], "unseen");

    let page = console.page("/scripts").await;
    for text in ["runs as approved", "no policy names it", "tester@shop.example", "4 of 4 scripts"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let csv = console.get("/scripts.csv?state=stopped").await;
    assert_eq!(csv.header("content-type").as_deref(), Some("text/csv; charset=utf-8"));
    let text = csv.text();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.lines().nth(1).unwrap().contains(EVIL), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_narrows_and_a_question_that_can_not_be_asked_is_said() {
    let console = Console::start();
    console.seen(CHAT, Decision::Pin);
    console.seen(EVIL, Decision::Quarantine);
    for (query, shown, not) in [
        ("text=CHAT&site=&kind=", "/script?site=site&id=chat", "evil.example"),
        ("state=stopped", "evil.example", "id=chat"),
        ("party=first", "id=app", "id=chat"),
        ("kind=external&order=top", "id=chat", "id=theme"),
        ("since=24h", "id=chat", "id=theme"),
    ] {
        let page = console.page(&format!("/scripts?{query}")).await;
        let found = links(&page, "/script?").join(" ");
        assert!(found.contains(shown) && !found.contains(not), "{query}: {found}");
    }
    let wrong = console.get("/scripts?order=random").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("order: it is one of recent"), "{}", wrong.text());
    assert_eq!(console.get("/api/register?text=").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn following_next_shows_every_script_once() {
    let console = Console::start();
    for number in 0..130 {
        console.seen(&format!("https://evil.example/{number}.js"), Decision::Quarantine);
    }
    let mut found = Vec::new();
    let mut path = "/scripts?text=evil.example&limit=40".to_owned();
    for part in 0.. {
        let page = console.page(&path).await;
        assert!(page.contains("130 of 133 scripts"), "{page}");
        assert_eq!(page.contains("First part"), part > 0);
        found.extend(links(&page, "/script?"));
        let next = links(&page, "/scripts?").into_iter().find(|link| link.contains("after="));
        let Some(next) = next else { break };
        path = next;
    }
    assert_eq!(found.len(), 130);
    assert_eq!(found.iter().collect::<HashSet<_>>().len(), 130);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_of_strangers_stay_texts_in_pages_and_tables() {
    let console = Console::start();
    for hostile in HOSTILE {
        console.seen(hostile, Decision::Quarantine);
    }
    let page = console.page("/scripts?text=alert").await;
    for markup in ["<script>alert", "<img", "'onmouseover='", "href=\"javascript", "href=\"https://evil"] {
        assert!(!page.contains(markup), "{markup}: {page}");
    }
    let pages = links(&page, "/script?");
    assert_eq!(pages.len(), 4, "{pages:?}");
    for path in pages {
        let page = console.page(&path).await;
        assert!(!page.contains("<script>alert") && !page.contains("<img"), "{page}");
    }
    let csv = console.get("/scripts.csv").await.text();
    assert!(csv.contains("\"'=cmd|' /C calc'!A0\""), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_approved_while_the_process_runs_is_in_the_list_soon() {
    let console = Console::start();
    assert!(console.page("/scripts?text=app.js").await.contains("nothing approved"));
    console.front.policies().approve("app", "app()");
    within("the new approval", async {
        eventually("the new approval is listed", async || {
            let answer = json(&console, "/api/register?text=app.js").await;
            (answer["rows"][0]["named"]["approved"].as_array()?.len() == 1).then_some(())
        })
        .await;
    })
    .await;
    // Refused policies change nothing that is in force, and nothing of what is known of it.
    console.front.policies().write("nonsense");
    let text = "The last change of the policies was refused";
    eventually("it is refused", async || console.page("/").await.contains(text).then_some(())).await;
    assert!(console.page("/scripts").await.contains("tester@shop.example"));
}
