//! The demo on free ports, without a browser: what goes over the wire. What a browser makes of it is
//! tested in `browser`.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use countersign::demo::{self, Demo, Options};

const PATIENCE: Duration = Duration::from_secs(10);

fn start() -> Demo {
    demo::start(&Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// One request; HTTP/1.0, so that the body comes in one piece.
fn ask(origin: &str, method: &str, path: &str, body: &str) -> String {
    let authority = origin.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: {authority}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

fn get(origin: &str, path: &str) -> String {
    ask(origin, "GET", path, "")
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn every_page_answers_on_free_ports() {
    let demo = start();
    let at = demo.addresses();
    for (origin, path, expected) in [
        (at.shop(), "/", "through Countersign"),
        (at.direct(), "/", "directly, unprotected"),
        (at.direct(), "/pay/pin", "Card number"),
        (at.shop(), "/pay/mirror", "Card number"),
        (at.shop(), "/shop.js", "Ada Lovelace"),
        (at.vendor(), "/", "as the shop approved it"),
        (at.vendor(), "/chat.js", "3.4.1"),
        (at.drop_box(), "/", "Nothing so far"),
        (at.drop_box(), "/log", "[]"),
        (at.admin(), "/?live", "Countersign"),
    ] {
        let answer = get(&origin, path);
        assert!(answer.starts_with("HTTP/1.0 200"), "{origin}{path}: {answer}");
        assert!(answer.contains(expected), "{origin}{path}: {expected:?} is missing in {answer}");
    }
    let guide = demo.guide();
    for origin in [at.shop(), at.direct(), at.vendor(), at.drop_box(), at.admin()] {
        assert!(guide.contains(&origin), "{guide}");
    }
}

#[test]
fn countersign_writes_the_grants_and_takes_out_the_rest() {
    let demo = start();
    let at = demo.addresses();
    let pinned = get(&at.shop(), "/pay/pin");
    assert!(pinned.contains("content-security-policy: script-src 'sha"), "{pinned}");
    assert!(pinned.contains(&format!("src=\"{}/chat.js\"", at.vendor())), "{pinned}");
    assert_eq!(pinned.matches("integrity=\"sha384-").count(), 2, "{pinned}");
    assert!(pinned.contains("document.getElementById(\"held\")"), "the approved inline script: {pinned}");

    let mirrored = get(&at.shop(), "/pay/mirror");
    assert!(!mirrored.contains(&format!("src=\"{}/chat.js\"", at.vendor())), "{mirrored}");
    let path = mirrored.split("src=\"/_countersign/s/").nth(1).unwrap().split('"').next().unwrap();
    demo.tamper(true);
    let served = get(&at.shop(), &format!("/_countersign/s/{path}"));
    assert!(served.contains("3.4.1") && !served.contains("/gate"), "{served}");

    let attacked = get(&at.shop(), "/attacked");
    assert!(!attacked.contains("/gate") && !attacked.contains(" src=\"http://"), "{attacked}");
    let direct = get(&at.direct(), "/attacked");
    assert!(direct.contains("/gate") && direct.contains("/analytics.js"), "{direct}");
}

#[test]
fn the_switch_at_the_vendor_adds_the_skimmer_and_takes_it_away() {
    let demo = start();
    let vendor = demo.addresses().vendor();
    let honest = get(&vendor, "/chat.js");
    assert!(honest.contains("access-control-allow-origin: *"), "tier pin needs it: {honest}");
    let answer = ask(&vendor, "POST", "/tamper?on=1", "");
    assert!(answer.starts_with("HTTP/1.0 303"), "{answer}");
    let tampered = get(&vendor, "/chat.js");
    assert!(tampered.contains("3.4.1"), "the chat goes on working, as in 2018: {tampered}");
    assert!(tampered.contains(&format!("{}/gate", demo.addresses().drop_box())), "{tampered}");
    ask(&vendor, "POST", "/tamper?on=0", "");
    assert!(!get(&vendor, "/chat.js").contains("/gate"));
}

#[test]
fn what_a_skimmer_sends_is_kept_once_and_told() {
    let (tell, told) = mpsc::channel();
    let options =
        Options { tell: Arc::new(move |line| drop(tell.send(line.to_owned()))), ..Options::default() };
    let demo = demo::start(&options).unwrap();
    let drop_box = demo.addresses().drop_box();
    let loot = "card=4111+1111+1111+1111&page=http%3A%2F%2F127.0.0.1%2Fpay%2Fpin";
    ask(&drop_box, "POST", "/gate", &loot.replace("+1111&", "+11&"));
    ask(&drop_box, "POST", "/gate", loot);
    get(&drop_box, &format!("/gate?{loot}"));
    let stolen = demo.stolen();
    assert_eq!(stolen.len(), 1, "{stolen:?}");
    assert_eq!(stolen[0].card, "4111 1111 1111 1111");
    let line = std::iter::from_fn(|| told.recv_timeout(PATIENCE).ok())
        .find(|line| line.contains("1111 1111 1111"))
        .expect("the theft is told");
    assert!(line.ends_with("RECEIVED card 4111 1111 1111 1111 from http://127.0.0.1/pay/pin"), "{line}");
    assert!(get(&drop_box, "/log").contains("4111 1111 1111 1111"));
    assert!(get(&drop_box, "/").contains("Card numbers stolen: 1"));
}

#[test]
fn the_shop_still_gets_its_payment_through_countersign() {
    let demo = start();
    let answer = ask(&demo.addresses().shop(), "POST", "/paid", "holder=Ada&card=4111+1111+1111+1111");
    assert!(answer.contains("<b>1111</b>"), "{answer}");
}

#[test]
fn a_change_of_the_policy_is_live_and_the_folder_goes_with_the_demo() {
    let demo = start();
    let shop = demo.addresses().shop();
    let file = demo.policies().join("demo.toml");
    let policy = fs::read_to_string(&file).unwrap();
    fs::write(&file, policy.replace("connect-src = [\"'self'\"]", "connect-src = [\"https://new.example\"]"))
        .unwrap();
    until("the new CSP", || get(&shop, "/pay/pin").contains("connect-src https://new.example"));
    fs::write(&file, "no policy at all").unwrap();
    until("the refusal on the admin page", || {
        get(&demo.addresses().admin(), "/").contains("The last change of the policies was refused")
    });
    assert!(
        get(&shop, "/pay/pin").contains("connect-src https://new.example"),
        "the last good one stays in force"
    );
    let folder = demo.policies().to_owned();
    drop(demo);
    assert!(!folder.exists());
}

#[test]
fn two_demos_at_the_same_ports_do_not_meet() {
    let first = start();
    let port = |origin: String| origin.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    let base = port(first.addresses().shop());
    let second = demo::start(&Options { port_base: Some(base), ..Options::default() }).unwrap();
    assert_ne!(first.addresses().shop(), second.addresses().shop());
}
