//! Looks that somebody asks for: by signal, and at the operators' address.

use std::fs;
use std::net::SocketAddr;

use super::command::Child;
use crate::support::{Client, Upstream, answer, enforce_with};

async fn ask(admin: SocketAddr, request: &str) -> (u16, String) {
    let request =
        format!("{request} HTTP/1.1\r\nHost: {admin}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let response = Client::connect(admin).await.ask(request).await;
    (response.status, response.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_at_the_admin_address_it_looks_at_once_and_says_what_came_of_it() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.admin = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        // Nothing but the question makes it look.
        config.pace.events = false;
        config.pace.poll = std::time::Duration::from_hours(1);
    });
    let admin = proxy.running.admin_address.unwrap();
    let file = proxy.folder.path().join("shop.toml");
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let (status, answer) = ask(admin, "POST /api/reload").await;
    assert_eq!((status, &json(&answer)[0]["outcome"]), (200, &"unchanged".into()), "{answer}");
    let good = fs::read_to_string(&file).unwrap();
    fs::write(&file, "hosts = [\"shop.test\"]\nmodus = \"enforce\"\n").unwrap();
    // Asked twice it answers twice, though nothing has changed.
    for _ in 0..2 {
        let (status, answer) = ask(admin, "POST /api/reload").await;
        let answer = &json(&answer)[0];
        assert_eq!((status, &answer["outcome"]), (422, &"refused".into()), "{answer}");
        assert_eq!(answer["problems"][0]["line"], 2, "{answer}");
        assert!(answer["in_force"].as_str().unwrap().starts_with("1-"), "{answer}");
    }
    let (status, ready) = ask(admin, "GET /ready").await;
    assert!(status == 200 && ready.contains("last good 1-"), "{ready}");
    assert!(ready.contains("unknown key `modus`"), "{ready}");
    fs::write(&file, good + "unapproved = \"strip\"\n").unwrap();
    let (status, answer) = ask(admin, "POST /api/reload").await;
    let answer = &json(&answer)[0];
    assert_eq!((status, &answer["outcome"]), (200, &"loaded".into()), "{answer}");
    assert!(answer["in_force"].as_str().unwrap().starts_with("2-"), "{answer}");
    assert!(ask(admin, "GET /ready").await.1.contains("policies: 2-"));
    let (_, metrics) = ask(admin, "GET /metrics").await;
    assert!(metrics.contains("countersign_policy_generation 2"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_makes_it_look_again_even_at_what_was_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.toml");
    fs::write(&file, "hosts = [\"shop.test\"]\n").unwrap();
    let mut child =
        Child::run(&["--upstream", "http://127.0.0.1:1", "--policies", folder.path().to_str().unwrap()]);
    tokio::task::spawn_blocking(move || {
        fs::write(&file, "hosts = [\"shop.test\"]\nmodus = \"enforce\"\n").unwrap();
        child.until_said("Changed policies were refused");
        child.signal("-HUP");
        child.until_said("looking at policies and certificate");
        child.until_said("Changed policies were refused");
        child.until_said("modus");
        fs::write(&file, "hosts = [\"shop.test\"]\nmode = \"enforce\"\n").unwrap();
        child.until_said("Policies of generation 2");
        child.signal("-HUP");
        child.until_said("the policies are what they were");
    })
    .await
    .unwrap();
}
