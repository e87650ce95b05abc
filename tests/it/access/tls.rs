//! Asked over TLS, by programs and by the commands.

use std::process::Output;

use countersign::admin::{Role, Token, TokenBook};
use countersign::store::EventKind;

use super::{Desk, token};
use crate::browser::eventually;
use crate::policy::commands::{run, stderr, stdout};
use crate::policy::folder::Folder;
use crate::support::{
    Certificates, Client, Response, Upstream, is_certified_by, observe, observe_with, page,
};

/// Asks anew each time, as most programs do.
async fn ask(desk: &Desk, method: &str, path: &str, headers: &str) -> Response {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 0\r\n{headers}\r\n",
        desk.address().port()
    );
    Client::tls(desk.address(), &desk.certificates.ca()).await.ask(request).await
}

fn bearer(token: &Token) -> String {
    format!("Authorization: Bearer {}\r\n", token.reveal())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_taken_while_it_is_in_the_file_and_not_a_request_longer() {
    let desk = Desk::open().await;
    assert_eq!(ask(&desk, "GET", "/api/events", "").await.status, 401);
    let alice = token(&desk.tokens(), "alice", Role::View);
    let status = async || ask(&desk, "GET", "/api/events", &bearer(&alice)).await.status;
    desk.until_taken("alice").await;
    assert_eq!(status().await, 200);
    assert_eq!(ask(&desk, "POST", "/api/reload", &bearer(&alice)).await.status, 403);
    // A file with an error changes nothing, and is told.
    let good = TokenBook::read(&desk.tokens()).unwrap();
    std::fs::write(desk.tokens(), "[[token]]\nname = 1\n").unwrap();
    let told = async |text: &str| {
        let last = desk.running.store.latest(EventKind::Act);
        last.is_some_and(|event| event.message.contains(text)).then_some(())
    };
    eventually("a refusal", async || told("refused").await).await;
    assert_eq!(status().await, 200);
    assert!(desk.running.metrics.encode().contains("countersign_admin_tokens_last_reload_good 0"));
    let mut book = good;
    book.remove("alice");
    book.write(&desk.tokens()).unwrap();
    eventually("alice's end", async || told("alice (view) is no longer taken").await).await;
    assert_eq!(status().await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_say_that_nobody_may_frame_keep_or_sniff_them() {
    let desk = Desk::open().await;
    for path in ["/login", "/", "/live", "/api/events"] {
        let answer = ask(&desk, "GET", path, "Accept: text/html\r\n").await;
        let csp = answer.header("content-security-policy").unwrap();
        assert!(csp.contains("frame-ancestors 'none'") && csp.contains("base-uri 'none'"), "{path}: {csp}");
        assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"), "{path}");
        assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"), "{path}");
    }
    let named = "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    let answer = Client::tls(desk.address(), &desk.certificates.ca()).await.ask(named).await;
    assert_eq!(answer.status, 421, "a name that a stranger pointed here");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_without_tls_and_a_renewed_certificate_is_shown_at_once() {
    let desk = Desk::open().await;
    let plain =
        Client::connect(desk.address()).await.ask("GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await;
    assert_eq!(plain.status, 0, "{plain:?}");
    let other = Certificates::make();
    assert!(!is_certified_by(desk.address(), &other.ca()).await);
    let (from, to) = (other.files(), desk.certificates.files());
    std::fs::copy(from.key, to.key).unwrap();
    std::fs::copy(from.certificate, to.certificate).unwrap();
    let renewed = async || is_certified_by(desk.address(), &other.ca()).await.then_some(());
    eventually("the new certificate", renewed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_address_is_not_reached_through_that_of_visitors() {
    let desk = Desk::open().await;
    let operator = token(&desk.tokens(), "alice", Role::Operate);
    let port = desk.address().port();
    for path in [
        "/api/events",
        "/login",
        "/_countersign/api/events",
        "/_countersign/admin",
        "/_countersign/login",
        "/_countersign/../api/events",
        "/_countersign/%2e%2e/api/events",
        "/metrics",
    ] {
        for host in [format!("127.0.0.1:{port}"), "admin.shop.example".to_owned(), "shop.test".to_owned()] {
            let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", bearer(&operator));
            let answer = Client::connect(desk.running.address).await.ask(request).await;
            let text = answer.text();
            assert!(!text.contains("\"rows\"") && !text.contains("countersign_"), "{host} {path}: {text}");
            assert!(!text.contains("Your token"), "{host} {path}: {text}");
        }
    }
    let request = format!("CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    assert_ne!(Client::connect(desk.running.address).await.ask(request).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_is_the_admin_address_by_mistake_shows_visitors_nothing() {
    let upstream = Upstream::answering(page("")).await;
    let inner = observe_with(upstream.address, |config| config.admin = Some(([127, 0, 0, 1], 0).into()));
    let admin = inner.admin_address.unwrap();
    let own =
        Client::connect(admin).await.ask(format!("GET /api/events HTTP/1.1\r\nHost: {admin}\r\n\r\n")).await;
    assert_eq!(own.status, 200, "whoever is on this machine needs no token");
    let outer = observe(admin);
    for (method, path) in [("GET", "/api/events"), ("GET", "/"), ("GET", "/metrics"), ("POST", "/api/reload")]
    {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: {admin}\r\nContent-Length: 0\r\n\r\n");
        let answer = Client::connect(outer.address).await.ask(request).await;
        assert_eq!(answer.status, 421, "{method} {path}: {}", answer.text());
        assert!(answer.text().contains("through a proxy"), "{}", answer.text());
    }
}

async fn command(desk: &Desk, arguments: &[&str], token: Option<&Token>) -> Output {
    let ca = desk.certificates.ca().to_str().unwrap().to_owned();
    let admin = format!("https://localhost:{}", desk.address().port());
    let mut all: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    all.extend(["--admin".to_owned(), admin, "--admin-ca".to_owned(), ca]);
    if let Some(token) = token {
        let file = desk.folder.path().join("token.txt");
        std::fs::write(&file, format!("{}\n", token.reveal())).unwrap();
        all.extend(["--token-file".to_owned(), file.to_str().unwrap().to_owned()]);
    }
    let run = move || {
        let arguments: Vec<&str> = all.iter().map(String::as_str).collect();
        run(&Folder::empty(), &arguments, "")
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_come_with_a_token_over_tls_and_never_in_the_clear() {
    let desk = Desk::open().await;
    let alice = token(&desk.tokens(), "alice", Role::Acknowledge);
    let none = command(&desk, &["alert", "list"], None).await;
    assert_eq!(none.status.code(), Some(2));
    assert!(stderr(&none).contains("--token-file"), "{}", stderr(&none));
    desk.until_taken("alice").await;
    let list = command(&desk, &["alert", "list"], Some(&alice)).await;
    assert_eq!(list.status.code(), Some(0), "{}", stderr(&list));
    let headers = command(&desk, &["headers", "list", "--json"], Some(&alice)).await;
    assert_eq!(stdout(&headers).trim(), "[]", "{}", stderr(&headers));
    let ack = command(&desk, &["alert", "ack", "msg_0", "--by", "mallory"], Some(&alice)).await;
    assert_eq!(ack.status.code(), Some(1), "{}", stderr(&ack));
    let event = desk.running.store.latest(EventKind::Act).unwrap().message;
    assert!(
        event.starts_with("alice (acknowledge, from 127.0.0.1) asked to acknowledge alert msg_0"),
        "{event}"
    );
    let file = desk.folder.path().join("token.txt");
    let (file, elsewhere) = (file.to_str().unwrap(), "http://192.0.2.1:9180");
    let clear = run(&Folder::empty(), &["alert", "list", "--admin", elsewhere, "--token-file", file], "");
    assert_eq!(clear.status.code(), Some(2));
    assert!(stderr(&clear).contains("not sent in the clear"), "{}", stderr(&clear));
}
