//! Coming in, acting, and what is written down of it.

use axum::body::{Body, to_bytes};
use axum::http::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;

use super::{AccessConfig, Role, Token, TokenBook};
use crate::admin::fixture::Fixture;
use crate::alert::{Kind, News, Outcome, Severity};
use crate::store::{EventKind, Paging};

const HERE: [u8; 4] = [192, 0, 2, 1];

fn with_tls() -> Fixture {
    Fixture::with(AccessConfig { is_secure: true, ..AccessConfig::default() })
}

fn form(path: &str, fields: &[(&str, &str)], cookie: &str) -> Request<Body> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post(path)
        .header("host", "10.0.0.5:9180")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie);
    request.body(Body::from(body)).unwrap()
}

async fn log_in(fixture: &Fixture, token: &Token, cookie: &str) -> Response {
    fixture.ask(form("/login", &[("token", token.reveal()), ("to", "/")], cookie), HERE).await
}

/// `name=value` of the cookie that an answer sets.
fn cookie(response: &Response) -> String {
    let set = response.headers()[SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

async fn get(fixture: &Fixture, path: &str, cookie: &str) -> Response {
    let request = Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap();
    fixture.ask(request, HERE).await
}

/// The secret of a session's forms.
fn form_token(cookie: &str) -> String {
    super::session::SessionId::of(cookie.split_once('=').unwrap().1).form_token()
}

/// An alert that stands.
fn alert(fixture: &Fixture) -> String {
    let raised = fixture.state.alerts.raise(News {
        kind: Kind::Drift,
        subject: "shop/chat".into(),
        severity: Severity::High,
        since: None,
        fingerprint: "x".into(),
        message: "It serves something else.".into(),
        what_to_do: None,
    });
    assert!(matches!(raised, Outcome::Told(_)), "{raised:?}");
    fixture.state.alerts.all()[0].alert.id.clone()
}

async fn evidence(fixture: &Fixture) -> Vec<Value> {
    let (from, to) = (Timestamp::MIN, Timestamp::MAX);
    let asked = fixture.state.archive.ask(move |store| store.evidence(from, to, &Paging::first(1000)));
    let rows = asked.await.unwrap().rows.into_iter().filter(|row| row.kind == "act");
    rows.map(|row| serde_json::from_str(&row.body).unwrap()).collect()
}

#[tokio::test]
async fn a_login_opens_a_session_that_only_this_address_is_sent() {
    let fixture = with_tls();
    let token = fixture.token("alice", Role::View);
    let entered = log_in(&fixture, &token, "").await;
    assert_eq!(
        (entered.status(), &entered.headers()[LOCATION]),
        (StatusCode::SEE_OTHER, &"/".parse().unwrap())
    );
    let set = entered.headers()[SET_COOKIE].to_str().unwrap();
    let (name, attributes) = set.split_once('=').unwrap();
    assert_eq!(name, "__Host-countersign");
    assert!(attributes.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"), "{set}");
    let cookie = cookie(&entered);
    assert_eq!(get(&fixture, "/api/events", &cookie).await.status(), StatusCode::OK);
    assert!(!cookie.contains(token.reveal()));
    let plain = Fixture::with(AccessConfig::default());
    let entered = log_in(&plain, &plain.token("alice", Role::View), "").await;
    let set = entered.headers()[SET_COOKIE].to_str().unwrap();
    assert!(set.starts_with("countersign-admin=") && !set.contains("Secure"), "{set}");
}

#[tokio::test]
async fn a_session_that_somebody_put_into_the_browser_is_not_the_one_that_is_opened() {
    let fixture = with_tls();
    let (mallory, alice) = (fixture.token("mallory", Role::View), fixture.token("alice", Role::Operate));
    let fixed = cookie(&log_in(&fixture, &mallory, "").await);
    let entered = cookie(&log_in(&fixture, &alice, &fixed).await);
    assert_ne!(fixed, entered);
    let gone = get(&fixture, "/api/events", &fixed).await;
    assert_eq!(gone.status(), StatusCode::UNAUTHORIZED, "the session that was there before is over");
    let both = get(&fixture, "/api/events", &format!("{fixed}; {entered}")).await;
    assert_eq!(both.status(), StatusCode::UNAUTHORIZED, "of two nobody knows which");
    let chosen = get(&fixture, "/api/events", "__Host-countersign=chosen").await;
    assert_eq!(chosen.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_cookie_of_other_letters_keeps_nobody_out() {
    let fixture = with_tls();
    let session = cookie(&log_in(&fixture, &fixture.token("alice", Role::View), "").await);
    let cookies = [b"x=\xc3\xa9; y=\xff; ", session.as_bytes()].concat();
    let request = Request::get("/api/events").header("cookie", cookies).body(Body::empty()).unwrap();
    assert_eq!(fixture.ask(request, HERE).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn looking_where_something_can_be_done_does_nothing() {
    let fixture = with_tls();
    let token = format!("Bearer {}", fixture.token("alice", Role::Operate).reveal());
    let ask = |method: &str| {
        let request = Request::builder().method(method).uri("/api/reload").header("authorization", &token);
        fixture.ask(request.body(Body::empty()).unwrap(), HERE)
    };
    for _ in 0..100 {
        assert_eq!(ask("GET").await.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
    assert!(evidence(&fixture).await.is_empty(), "nothing is written down");
    assert_ne!(ask("POST").await.status(), StatusCode::TOO_MANY_REQUESTS, "no turn is used up");
    assert_eq!(evidence(&fixture).await.len(), 1);
}

#[tokio::test]
async fn a_session_acts_by_its_own_forms_only_and_as_the_tokens_holder() {
    let fixture = with_tls();
    let alice = fixture.token("alice", Role::Acknowledge);
    let id = alert(&fixture);
    let session = cookie(&log_in(&fixture, &alice, "").await);
    let other = cookie(&log_in(&fixture, &alice, "").await);
    let said = |token: &str| {
        let fields =
            [("id", id.as_str()), ("by", "mallory"), ("because", "asked the vendor"), ("form", token)];
        form("/alerts/acknowledge", &fields, &session)
    };
    for wrong in ["", "x", &form_token(&other)] {
        assert_eq!(fixture.ask(said(wrong), HERE).await.status(), StatusCode::FORBIDDEN, "{wrong}");
    }
    let mut foreign = said(&form_token(&session));
    foreign.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    assert_eq!(fixture.ask(foreign, HERE).await.status(), StatusCode::FORBIDDEN);
    let json = Request::post(format!("/api/alerts/{id}/acknowledge"))
        .header("cookie", &session)
        .header("content-type", "application/json")
        .body(Body::from("{\"by\":\"alice\"}"))
        .unwrap();
    assert_eq!(fixture.ask(json, HERE).await.status(), StatusCode::FORBIDDEN);
    assert!(fixture.state.alerts.all()[0].acknowledged.is_none());
    let done = fixture.ask(said(&form_token(&session)), HERE).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    let seen = fixture.state.alerts.all()[0].acknowledged.clone().unwrap();
    assert_eq!((seen.by.as_str(), seen.because.as_deref()), ("alice", Some("asked the vendor")));
    let rows = evidence(&fixture).await;
    let last = rows.last().unwrap();
    let expected = serde_json::json!({
        "who": "alice", "role": "acknowledge", "from": "192.0.2.1",
        "what": "acknowledge-alert", "about": id, "outcome": "done",
    });
    assert_eq!(*last, expected);
    let refused = rows.iter().filter(|row| row["outcome"] == "not-allowed").count();
    assert_eq!(refused, 5, "{rows:?}");
    let event = fixture.state.store.latest(EventKind::Act).unwrap().message;
    assert_eq!(event, format!("alice (acknowledge, from 192.0.2.1) asked to acknowledge alert {id}: done."));
}

#[tokio::test]
async fn what_a_viewer_may_not_do_is_refused_and_written_down() {
    let fixture = with_tls();
    let token = fixture.token("bob", Role::View);
    let bearer = format!("Bearer {}", token.reveal());
    let refused = fixture.status("POST", "/api/reload", Some(("authorization", &bearer))).await;
    assert_eq!(refused, StatusCode::FORBIDDEN);
    let rows = evidence(&fixture).await;
    assert_eq!((&rows[0]["who"], &rows[0]["what"]), (&"bob".into(), &"reload".into()));
    assert_eq!(rows[0]["outcome"], "not-allowed");
}

#[tokio::test]
async fn a_token_that_is_removed_takes_its_sessions_along_and_another_role_holds_at_once() {
    let fixture = with_tls();
    let token = fixture.token("alice", Role::Operate);
    let session = cookie(&log_in(&fixture, &token, "").await);
    let bearer = format!("Bearer {}", token.reveal());
    let with_bearer = || fixture.status("GET", "/api/events", Some(("authorization", &bearer)));
    assert_eq!(with_bearer().await, StatusCode::OK);
    let mut book = TokenBook::clone(&fixture.tokens.load());
    let mut holder = book.holders()[0].clone();
    book.remove("alice");
    holder.role = Role::View;
    let mut lesser = book.clone();
    lesser.add(holder.clone()).unwrap();
    fixture.tokens.store(lesser.into());
    let reload = form("/api/reload", &[("form", &form_token(&session))], &session);
    assert_eq!(fixture.ask(reload, HERE).await.status(), StatusCode::FORBIDDEN);
    holder.expires = Some("1969-12-31".parse().unwrap());
    let mut ended = book.clone();
    ended.add(holder).unwrap();
    for without in [ended, book] {
        fixture.tokens.store(without.into());
        assert_eq!(with_bearer().await, StatusCode::UNAUTHORIZED);
        assert_eq!(get(&fixture, "/api/events", &session).await.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn who_shows_wrong_tokens_is_told_to_wait_and_does_not_fill_the_evidence() {
    let fixture = with_tls();
    let token = fixture.token("alice", Role::View);
    let wrong = Token::generate().unwrap();
    let mut statuses = Vec::new();
    for n in 0..60 {
        let response = if n % 2 == 0 {
            log_in(&fixture, &wrong, "").await
        } else {
            let bearer = format!("Bearer {}", wrong.reveal());
            let request = Request::get("/").header("authorization", bearer).body(Body::empty()).unwrap();
            fixture.ask(request, HERE).await
        };
        assert!(response.headers().get(SET_COOKIE).is_none());
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            let wait: u64 = response.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!((1..=11).contains(&wait), "{wait}");
        }
        statuses.push(response.status());
    }
    assert!(statuses[..10].iter().all(|status| *status == StatusCode::UNAUTHORIZED), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count() > 40);
    let rows = evidence(&fixture).await;
    assert!((10..20).contains(&rows.len()), "{}", rows.len());
    assert!(rows.iter().all(|row| row["outcome"] == "not-allowed" && row["who"].is_null()));
    assert_eq!(log_in(&fixture, &token, "").await.status(), StatusCode::SEE_OTHER, "nobody is locked out");
}

#[tokio::test]
async fn a_browser_is_led_to_the_login_and_back_and_nowhere_else() {
    let fixture = with_tls();
    let asks = |path: &str| Request::get(path).header("accept", "text/html,*/*").body(Body::empty()).unwrap();
    let led = fixture.ask(asks("/api/events?limit=1"), HERE).await;
    assert_eq!(led.headers()[LOCATION], "/login?to=%2Fapi%2Fevents%3Flimit%3D1");
    let page = fixture.ask(asks("/login?to=%2Fapi%2Fevents%3Flimit%3D1"), HERE).await;
    let text = to_bytes(page.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(text.contains("name=\"to\" value=\"/api/events?limit=1\""), "{text}");
    let hostile = fixture.ask(asks("/login?to=%22%3E%3Cscript%3E"), HERE).await;
    let text = to_bytes(hostile.into_body(), usize::MAX).await.unwrap();
    assert!(!String::from_utf8_lossy(&text).contains("<script>"));
    let token = fixture.token("alice", Role::View);
    for (to, goes) in [("/api/events?limit=1", "/api/events?limit=1"), ("//evil.example/", "/")] {
        let entered = fixture.ask(form("/login", &[("token", token.reveal()), ("to", to)], ""), HERE).await;
        assert_eq!(entered.headers()[LOCATION], goes, "{to}");
    }
}

#[tokio::test]
async fn a_logout_ends_the_session_and_needs_its_form() {
    let fixture = with_tls();
    let session = cookie(&log_in(&fixture, &fixture.token("alice", Role::View), "").await);
    assert_eq!(fixture.ask(form("/logout", &[], &session), HERE).await.status(), StatusCode::FORBIDDEN);
    let out = fixture.ask(form("/logout", &[("form", &form_token(&session))], &session), HERE).await;
    assert_eq!(out.headers()[LOCATION], "/login");
    assert!(out.headers()[SET_COOKIE].to_str().unwrap().contains("=; Path=/; Max-Age=0;"));
    assert_eq!(get(&fixture, "/api/events", &session).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn strangers_learn_only_that_it_is_ready() {
    let fixture = with_tls();
    fixture.state.metrics.policies().begin("1-secret".to_owned(), Timestamp::UNIX_EPOCH);
    let body = |response: Response| async move {
        String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
    };
    assert_eq!(body(get(&fixture, "/ready", "").await).await, "ready\n");
    let session = cookie(&log_in(&fixture, &fixture.token("alice", Role::View), "").await);
    assert!(body(get(&fixture, "/ready", &session).await).await.contains("1-secret"));
}

#[tokio::test]
async fn where_somebody_is_says_only_who_is_believed() {
    for (believed, from) in [(&["192.0.2.0/24"][..], "198.51.100.7"), (&[], "192.0.2.1")] {
        let networks =
            crate::transport::Networks(believed.iter().map(|text| text.parse().unwrap()).collect());
        let config = AccessConfig { is_secure: true, believed: networks, ..AccessConfig::default() };
        let fixture = Fixture::with(config);
        let mut request = form("/login", &[("token", "cst_wrong")], "");
        request.headers_mut().insert("x-forwarded-for", "203.0.113.1, 198.51.100.7".parse().unwrap());
        assert_eq!(fixture.ask(request, HERE).await.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(evidence(&fixture).await[0]["from"], from);
    }
}

#[tokio::test]
async fn every_act_of_the_table_is_written_down_with_who_did_it() {
    let fixture = with_tls();
    let bearer = format!("Bearer {}", fixture.token("olga", Role::Operate).reveal());
    let routes = crate::admin::routes(fixture.state.clone());
    let acts = routes.table().iter().filter_map(|(path, needs)| Some((*path, needs.act?.name)));
    let mut count = 0;
    for (path, name) in acts {
        let path = path.replace(['{', '}'], "");
        fixture.status("POST", &path, Some(("authorization", &bearer))).await;
        count += 1;
        let rows = evidence(&fixture).await;
        assert_eq!(rows.len(), count, "{path}: {rows:?}");
        assert_eq!((&rows[count - 1]["what"], &rows[count - 1]["who"]), (&name.into(), &"olga".into()));
    }
    assert!(count >= 7, "{count}");
    let entered = log_in(&fixture, &fixture.token("ivan", Role::View), "").await;
    let session = cookie(&entered);
    fixture.ask(form("/logout", &[("form", &form_token(&session))], &session), HERE).await;
    let rows = evidence(&fixture).await;
    let last: Vec<&str> = rows[count..].iter().map(|row| row["what"].as_str().unwrap()).collect();
    assert_eq!(last, ["log-in", "log-out"]);
}

#[tokio::test]
async fn other_schemes_of_authorization_are_for_whatever_stands_in_front() {
    let fixture = with_tls();
    let session = cookie(&log_in(&fixture, &fixture.token("alice", Role::View), "").await);
    for (value, status) in [
        ("Basic YWxpY2U6eA==", StatusCode::OK),
        ("Bearer cst_wrong", StatusCode::UNAUTHORIZED),
        ("Bearer ", StatusCode::UNAUTHORIZED),
    ] {
        let request = Request::get("/api/events").header("cookie", &session).header("authorization", value);
        let answer = fixture.ask(request.body(Body::empty()).unwrap(), HERE).await;
        assert_eq!(answer.status(), status, "{value}");
    }
}

#[tokio::test]
async fn the_api_refuses_in_json() {
    let fixture = with_tls();
    let answer = get(&fixture, "/api/events", "").await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["www-authenticate"], "Bearer realm=\"countersign\"");
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let json: Value = serde_json::from_slice(&body).unwrap();
    assert!(json["error"].as_str().unwrap().contains("/login"), "{json}");
}
