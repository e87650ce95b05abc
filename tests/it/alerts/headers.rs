//! The application's security headers: what came first is the measure, over restarts, until somebody accepts less.

use std::path::Path;
use std::sync::{Arc, Mutex};

use countersign::app::AppConfig;
use serde_json::Value;

use super::receiver::{Receiver, Taken};
use crate::browser::eventually;
use crate::policy::commands::{run, stderr, stdout};
use crate::policy::folder::Folder;
use crate::support::{Client, Enforced, Upstream, answer, enforce_with, get};

const STRICT: &str = "Strict-Transport-Security: max-age=1000\r\nX-Frame-Options: DENY\r\n\
                      Content-Security-Policy: default-src 'self'; script-src 'nonce-1'";
/// Another nonce, and all else as it was.
const SAME: &str = "Strict-Transport-Security: max-age=1000\r\nX-Frame-Options: DENY\r\n\
                    Content-Security-Policy: default-src 'self'; script-src 'nonce-2'";
const LESS: &str =
    "X-Frame-Options: DENY\r\nContent-Security-Policy: default-src 'self' https:; script-src 'nonce-3'";

/// An application whose fields are changed by the test.
async fn application() -> (Upstream, Arc<Mutex<&'static str>>) {
    let fields = Arc::new(Mutex::new(STRICT));
    let sent = Arc::clone(&fields);
    let upstream = Upstream::serving(move |mut connection| {
        let sent = Arc::clone(&sent);
        async move {
            while connection.request().await.is_some() {
                let fields = *sent.lock().unwrap();
                let page = answer(&format!("Content-Type: text/html; charset=utf-8\r\n{fields}"), "<p>page");
                connection.send(page).await;
            }
        }
    })
    .await;
    (upstream, fields)
}

fn proxy(upstream: &Upstream, receiver: &Receiver, rules: &str, folder: &Path) -> Enforced {
    enforce_with(upstream.address, rules, |config: &mut AppConfig| {
        config.alerts = receiver.config(folder);
        config.admin = Some(([127, 0, 0, 1], 0).into());
    })
}

async fn page(proxy: &Enforced, path: &str) {
    assert_eq!(Client::connect(proxy.address()).await.ask(get(path)).await.status, 200);
}

fn of_headers(receiver: &Receiver) -> Vec<Value> {
    receiver.taken().iter().map(Taken::json).filter(|json| json["kind"] == "header-weakened").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_protect_less_are_told_once_over_restarts_and_until_somebody_accepts_them() {
    let ((upstream, fields), receiver) = (application().await, Receiver::refusing(0));
    let folder = tempfile::tempdir().unwrap();
    let first = proxy(&upstream, &receiver, "", folder.path());
    page(&first, "/").await;
    *fields.lock().unwrap() = SAME;
    page(&first, "/a").await;
    let file = folder.path().join("headers.json");
    eventually("the baseline on disk", async || file.exists().then_some(())).await;
    assert!(of_headers(&receiver).is_empty());
    tokio::task::spawn_blocking(move || first.running.stop()).await.unwrap();

    *fields.lock().unwrap() = LESS;
    let second = proxy(&upstream, &receiver, "", folder.path());
    page(&second, "/").await;
    let told = eventually("the alert", async || of_headers(&receiver).pop()).await;
    assert_eq!((&told["subject"], &told["severity"]), (&"shop /*".into(), &"medium".into()), "{told:#}");
    let message = told["message"].as_str().unwrap();
    for way in ["strict-transport-security: removed", "`default-src` newly allows https:"] {
        assert!(message.contains(way), "{way}: {message}");
    }
    page(&second, "/").await;

    let window = second.running.admin_address.unwrap();
    let ask = format!("GET /headers HTTP/1.1\r\nHost: {window}\r\n\r\n");
    let shown = Client::connect(window).await.ask(ask).await.text();
    for expected in [
        "protects less",
        "strict-transport-security: removed",
        "<del>max-age=1000</del><ins>(not sent)</ins>",
        "name=\"rule\" value=\"/*\"",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    let admin = second.running.admin_address.unwrap().to_string();
    let command = |arguments: &[&str]| {
        let (admin, arguments) =
            (admin.clone(), arguments.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>());
        tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> =
                arguments.iter().map(String::as_str).chain(["--admin", &admin]).collect();
            run(&Folder::empty(), &arguments, "")
        })
    };
    let list = command(&["headers", "list"]).await.unwrap();
    assert_eq!(list.status.code(), Some(1), "{}", stderr(&list));
    assert!(
        stdout(&list).contains("shop /*")
            && stdout(&list).contains("LESS strict-transport-security: removed"),
        "{}",
        stdout(&list)
    );
    assert!(stdout(&list).contains("  x-frame-options: DENY"), "{}", stdout(&list));
    let accept = command(&["headers", "accept", "shop", "/*", "--by", "alice", "--because", "behind a CDN"])
        .await
        .unwrap();
    assert_eq!(accept.status.code(), Some(0), "{}", stderr(&accept));
    let over = || of_headers(&receiver).into_iter().find(|json| json["over"] == true);
    let over = eventually("the end of it", async || over()).await;
    assert!(over["message"].as_str().unwrap().contains("alice accepted"), "{over:#}");
    page(&second, "/").await;
    let list = command(&["headers", "list"]).await.unwrap();
    assert!(
        list.status.code() == Some(0) && stdout(&list).contains("accepted by alice"),
        "{}",
        stdout(&list)
    );
    let nothing = command(&["headers", "accept", "shop", "/nowhere/*", "--by", "alice"]).await.unwrap();
    assert_eq!(nothing.status.code(), Some(1), "{}", stderr(&nothing));
    assert_eq!(of_headers(&receiver).len(), 2, "{:#?}", of_headers(&receiver));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_rule_has_its_own_measure_and_the_policys_own_headers_make_good() {
    let ((upstream, fields), receiver) = (application().await, Receiver::refusing(0));
    let folder = tempfile::tempdir().unwrap();
    let rules = "[[page]]\npath = \"/pay/*\"\npayment = true\n\
                 [[page]]\npath = \"/set/*\"\n[page.headers]\nStrict-Transport-Security = \"max-age=5\"\n";
    let proxy = proxy(&upstream, &receiver, rules, folder.path());
    page(&proxy, "/pay/a").await;
    page(&proxy, "/set/a").await;
    *fields.lock().unwrap() =
        "X-Frame-Options: DENY\r\nContent-Security-Policy: default-src 'self'; script-src 'nonce-1'";
    // The first page of this rule.
    page(&proxy, "/").await;
    page(&proxy, "/set/a").await;
    page(&proxy, "/pay/a").await;
    let told = eventually("the alert", async || of_headers(&receiver).pop()).await;
    assert_eq!((&told["subject"], &told["severity"]), (&"shop /pay/*".into(), &"high".into()), "{told:#}");
    let standing = proxy.running.alerts.all();
    assert_eq!(standing.len(), 1, "{standing:#?}");
    let weakened: Vec<usize> = proxy.running.headers.all().iter().map(|rule| rule.weakened.len()).collect();
    assert_eq!(weakened, [0, 1, 0]);
}
