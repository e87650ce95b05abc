//! Alerts by e-mail: protected, with a password from a file, and again until the server takes them.

use std::fs;

use countersign::alert::{AlertConfig, Gathering, MailConfig};

use super::smtp::{MailServer, Speaks};
use crate::browser::eventually;
use crate::drift::shop::serving;
use crate::drift::watching::{NEW, stands, watching_with};
use crate::policy::commands::{run, stderr};
use crate::policy::folder::Folder;
use crate::support::{Upstream, page};

/// `countersign alert test` by this server.
fn test(server: &MailServer, scheme: &str, more: &[&str]) -> (Option<i32>, String) {
    let folder = Folder::empty();
    folder.write("password.txt", "correct horse\n");
    let url = format!("{scheme}://localhost:{}", server.port);
    let base = [
        "alert",
        "test",
        "--alert-email-to",
        "Security <security@shop.example>,ops@shop.example",
        "--alert-email-from",
        "countersign@shop.example",
        "--alert-email-server",
        &url,
    ];
    let output = run(&folder, &[&base[..], more].concat(), "");
    (output.status.code(), stderr(&output))
}

#[test]
fn mail_goes_out_with_tls_by_either_way_and_with_a_password_from_a_file() {
    for (speaks, scheme) in [(Speaks::StartTls, "smtp"), (Speaks::Tls, "smtps")] {
        let server = MailServer::refusing(0, speaks);
        let ca = server.certificates.ca();
        let login = ["--alert-email-user", "bob", "--alert-email-password", "password.txt"];
        let (code, said) =
            test(&server, scheme, &[&["--alert-email-ca", ca.to_str().unwrap()][..], &login].concat());
        assert_eq!(code, Some(0), "{scheme}: {said}");
        let mails = server.mails();
        let mail = &mails[0];
        assert!(mail.protected && mails.len() == 1, "{mail:?}");
        // NUL bob NUL correct horse
        assert_eq!(mail.login.as_deref(), Some("AGJvYgBjb3JyZWN0IGhvcnNl"), "{scheme}");
        assert_eq!(mail.from, "<countersign@shop.example>");
        assert_eq!(mail.to, ["<security@shop.example>", "<ops@shop.example>"]);
        for text in [
            "Subject: [countersign] test: This is a test",
            "Auto-Submitted: auto-generated",
            "nothing has happened",
        ] {
            assert!(mail.text.contains(text), "{text}: {}", mail.text);
        }
    }
}

#[test]
fn somebody_whom_the_server_does_not_know_keeps_no_mail_from_the_others() {
    let server = MailServer::refusing(0, Speaks::Plain);
    let people = ["--alert-email-to", "gone@shop.example,ops@shop.example"];
    let folder = Folder::empty();
    let url = format!("smtp-plain://localhost:{}", server.port);
    let from = ["--alert-email-from", "countersign@shop.example", "--alert-email-server", &url];
    let output = run(&folder, &[&["alert", "test"][..], &people, &from].concat(), "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let told: Vec<Vec<String>> = server.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(told, [["<ops@shop.example>"]]);
}

#[test]
fn nothing_is_sent_to_a_server_that_is_not_known_or_speaks_no_tls() {
    let unknown = MailServer::refusing(0, Speaks::StartTls);
    let (code, said) = test(&unknown, "smtp", &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.to_lowercase().contains("certificate") && unknown.mails().is_empty(), "{said}");
    let plain = MailServer::refusing(0, Speaks::Plain);
    let (code, said) = test(&plain, "smtp", &[]);
    assert!(code == Some(1) && plain.mails().is_empty(), "{said}");
    let (code, said) = test(&plain, "smtp-plain", &[]);
    assert!(code == Some(0) && plain.mails().len() == 1, "{said}");
    let (code, said) = test(&plain, "http", &[]);
    assert!(code == Some(2) && said.contains("no way to a mail server"), "{said}");
}

#[test]
fn half_of_what_mail_needs_is_refused() {
    let folder = Folder::empty();
    for (arguments, hint) in [
        (&["--alert-email-to", "a@shop.example"][..], "needs all of --alert-email-to"),
        (&["--alert-email-to", "nobody"], "no e-mail address"),
        (&["--alert-email-user", "bob"], "--alert-email-password FILE"),
        (&["--alert-kinds", "drfit"], "`drfit` is no kind of alert"),
        (&["--alert-severity", "none"], "none of low, medium, high"),
    ] {
        let output = run(&folder, &[&["alert", "test"][..], arguments].concat(), "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(hint), "{arguments:?}: {}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_mailed_again_until_it_is_taken_under_one_id() {
    let upstream = Upstream::answering(page("")).await;
    let (vendor, folder) = (serving(NEW), tempfile::tempdir().unwrap());
    let server = tokio::task::spawn_blocking(|| MailServer::refusing(1, Speaks::Plain)).await.unwrap();
    let mail = MailConfig {
        to: vec!["security@shop.example".parse().unwrap()],
        from: "countersign@shop.example".parse().unwrap(),
        server: format!("smtp-plain://127.0.0.1:{}", server.port).parse().unwrap(),
        login: None,
        ca: None,
    };
    let proxy = watching_with(&upstream, &vendor, "", |config| {
        let folder = Some(folder.path().to_owned());
        let gathering = Gathering::default();
        config.alerts = AlertConfig { mail: Some(mail), folder, gathering, ..AlertConfig::default() };
    });
    stands(&proxy, "changed").await;
    let text = eventually("mail", async || server.mails().first().map(|mail| mail.text.clone())).await;
    assert!(text.contains("Subject: [countersign] medium: shop/chat: "), "{text}");
    let kept = fs::read_to_string(folder.path().join("alerts.json")).unwrap();
    let id = text.split("Message-ID: <").nth(1).unwrap().split('@').next().unwrap();
    assert!(kept.contains(id), "{id}: {kept}");
    eventually("nothing that waits", async || {
        let kept = fs::read_to_string(folder.path().join("alerts.json")).unwrap();
        kept.contains("\"waiting\":[]").then_some(())
    })
    .await;
    assert_eq!(server.mails().len(), 1);
    let metrics = proxy.running.metrics.encode();
    assert!(metrics.contains("countersign_alerts_total{outcome=\"failed\"} 1"), "{metrics}");
}
