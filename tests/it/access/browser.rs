//! The way of a person, in a real browser: to the login, back to the page, acting within the role, out again.

use countersign::admin::{Role, TokenBook};
use countersign::alert::{Kind, News, Severity};
use countersign::app::TlsFiles;

use super::{Desk, token};
use crate::browser::{Certificate, Reply, Session, Setup, Stub, eventually, in_browser};

const NAME: &str = "admin.example";

/// A desk that a browser trusts, and where it is.
async fn desk(certificate: &Certificate) -> (Desk, String) {
    let files = TlsFiles { certificate: certificate.chain(), key: certificate.key() };
    let desk = Desk::with(|config| {
        config.admin_access.tls = Some(files);
        config.admin_access.hosts = vec![NAME.to_owned()];
    })
    .await;
    let url = format!("https://{NAME}:{}", desk.address().port());
    (desk, url)
}

fn alert(desk: &Desk, subject: &str) -> String {
    desk.running.alerts.raise(News {
        kind: Kind::Drift,
        subject: subject.into(),
        severity: Severity::High,
        since: None,
        fingerprint: subject.into(),
        message: format!("{subject} serves <b>other</b> bytes."),
        what_to_do: Some("countersign approve chat".into()),
    });
    let all = desk.running.alerts.all();
    all.into_iter().find(|standing| standing.alert.subject == subject).unwrap().alert.id
}

async fn log_in(browser: &Session, token: &str) {
    browser.type_into("input[name=token]", token).await;
    browser.click("main button").await;
}

fn seen_by(desk: &Desk, id: &str) -> Option<String> {
    let all = desk.running.alerts.all();
    all.into_iter().find(|standing| standing.alert.id == id)?.acknowledged.map(|seen| seen.by)
}

#[test]
fn a_person_logs_in_sees_what_stands_and_does_what_the_role_allows() {
    let certificate = Certificate::for_names(&[NAME]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let (desk, url) = desk(&certificate).await;
        let (viewer, seer) =
            (token(&desk.tokens(), "victor", Role::View), token(&desk.tokens(), "carol", Role::Acknowledge));
        desk.until_taken("victor").await;
        desk.until_taken("carol").await;
        let id = alert(&desk, "shop/chat");
        browser.open_page(&format!("{url}/alerts")).await;
        browser.until("location.pathname === '/login'").await;
        log_in(&browser, "cst_wrong").await;
        browser.until("document.querySelector('[role=alert]')?.textContent.includes('not taken')").await;
        log_in(&browser, viewer.reveal()).await;
        browser.until("location.pathname === '/alerts'").await;
        browser
            .until("document.querySelector('#open').textContent.includes('serves <b>other</b> bytes')")
            .await;
        assert!(browser.holds("document.querySelector('.who').textContent.includes('victor')").await);
        assert!(!browser.holds("document.querySelector('#open form')").await, "nothing for a viewer to do");
        assert_eq!(browser.value("document.cookie").await, "", "the session is out of reach for scripts");
        // Whoever makes the form all the same is refused.
        let secret = "document.querySelector('[name=form]').value";
        let forged = format!(
            "fetch('/alerts/acknowledge', {{method: 'POST', body: new URLSearchParams({{id: '{id}', form: {secret}}})}})\
             .then(answer => {{ document.title = 'answered ' + answer.status; }}), true"
        );
        browser.value(&forged).await;
        browser.until("document.title === 'answered 403'").await;
        browser.click(".at form button").await;
        browser.until("location.pathname === '/login'").await;
        browser.open_page(&format!("{url}/alerts")).await;
        browser.until("location.pathname === '/login'").await;

        log_in(&browser, seer.reveal()).await;
        browser.until("document.querySelector('#open form')").await;
        browser.type_into("#open input[name=because]", "asked the vendor").await;
        browser.click("#open form button").await;
        browser.until("document.querySelector('#seen')?.textContent.includes('asked the vendor')").await;
        assert_eq!(seen_by(&desk, &id).as_deref(), Some("carol"));
        browser.until("document.querySelector('#acts').textContent.includes('carol (acknowledge')").await;

        // Gone from the file, gone from the page.
        let mut book = TokenBook::read(&desk.tokens()).unwrap();
        book.remove("carol");
        book.write(&desk.tokens()).unwrap();
        eventually("the end of the session", async || {
            browser.reload().await;
            browser.holds("location.pathname === '/login'").await.then_some(())
        })
        .await;
    });
}

#[test]
fn a_page_of_another_site_can_neither_act_for_somebody_nor_show_them_the_pages() {
    let certificate = Certificate::for_names(&[NAME]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let (desk, url) = desk(&certificate).await;
        let operator = token(&desk.tokens(), "alice", Role::Operate);
        desk.until_taken("alice").await;
        let id = alert(&desk, "shop/chat");
        browser.open_page(&format!("{url}/alerts")).await;
        log_in(&browser, operator.reveal()).await;
        browser.until("location.pathname === '/alerts'").await;
        let evil = Stub::http().await;
        let form = format!(
            "<form id=f method=post action='{url}/alerts/acknowledge'><input name=id value={id}><input name=by \
             value=evil></form><iframe src='{url}/alerts'></iframe><script>document.title = 'ready'</script>"
        );
        evil.set("/", Reply::html(form));
        browser.open_page(&evil.url_at("evil.example", "/")).await;
        browser.until("document.title === 'ready'").await;
        let framed = "(() => { try { return frames[0].document !== null; } catch { return false; } })()";
        assert!(!browser.holds(framed).await);
        let console = browser.console().await.join("\n");
        assert!(console.contains("frame-ancestors") || console.contains("refused"), "{console}");
        browser.value("document.getElementById('f').submit(), true").await;
        browser.until("document.body.textContent.includes('another site')").await;
        assert_eq!(seen_by(&desk, &id), None);
        // The session is there still.
        browser.open_page(&format!("{url}/alerts")).await;
        browser.until("document.querySelector('#open form')").await;
    });
}
