//! Approved bytes from us: compressed, stored for ever, whole or in part.

use countersign::html::{Coding, Decoder, Limits};
use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Form, ScriptId};
use countersign::sri::{Algorithm, Digest};

use countersign::clock::Clock;

use crate::support::{Client, Enforced, Response, Upstream, enforce_with, page, within};

const SCRIPT: &str =
    "[[script]]\nid = \"chat\"\nurl = \"https://cdn.example/chat.js\"\ntier = \"mirror\"\nwhy = \"Chat\"\n";

/// Long enough to be worth a coding, and different for each test: what was compressed is kept for the process.
fn code(test: &str) -> Vec<u8> {
    format!("/* {test} */ function chat() {{ return fetch('/chat') }}\n").repeat(100).into_bytes()
}

async fn serving(code: &[u8]) -> (Enforced, String) {
    let upstream = Upstream::answering(page("<p>")).await;
    let proxy = enforce_with(upstream.address, SCRIPT, |config| {
        approve_bytes(&Request {
            folder: config.policies.as_deref().unwrap(),
            site: "shop",
            script: &ScriptId::new("chat").unwrap(),
            form: Form::External,
            bytes: code,
            by: "tester@shop.test",
            because: "a test",
            at: Clock::System.now(),
            retire_earlier: false,
        })
        .unwrap();
    });
    let digest = Digest::of(Algorithm::Sha384, code).url_safe();
    (proxy, format!("/_countersign/s/{digest}/chat.js"))
}

async fn ask(proxy: &Enforced, method: &str, path: &str, fields: &str) -> Response {
    let request = format!("{method} {path} HTTP/1.1\r\nHost: shop.test\r\n{fields}\r\n");
    Client::connect(proxy.address()).await.ask(request).await
}

/// Asks until the coding was made.
async fn coded(proxy: &Enforced, path: &str, accepted: &str, name: &str) -> Response {
    within("a coding", async {
        loop {
            let response = ask(proxy, "GET", path, &format!("Accept-Encoding: {accepted}\r\n")).await;
            assert_eq!(response.status, 200);
            if response.header("content-encoding").as_deref() == Some(name) {
                return response;
            }
            assert_eq!(response.header("content-encoding"), None);
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn mirrored_bytes_come_in_the_best_coding_that_a_visitor_reads() {
    let code = code("codings");
    let (proxy, path) = serving(&code).await;
    for (accepted, name, coding) in [
        ("gzip, deflate, br, zstd", "br", Coding::Brotli),
        ("gzip, zstd", "zstd", Coding::Zstd),
        ("gzip;q=0.1, br;q=0", "gzip", Coding::Gzip),
    ] {
        let response = coded(&proxy, &path, accepted, name).await;
        let (mut decoder, mut text) = (Decoder::new(coding, &Limits::default()).unwrap(), Vec::new());
        decoder.write(&response.body, &mut text).unwrap();
        decoder.finish(&mut text).unwrap();
        assert!(text == code && response.body.len() < code.len() / 4, "{name}");
        assert!(response.header("etag").unwrap().ends_with(&format!("-{name}\"")), "{}", response.head);
        assert_eq!(response.header("vary").unwrap(), "Accept-Encoding");
        let head = ask(&proxy, "HEAD", &path, &format!("Accept-Encoding: {accepted}\r\n")).await;
        assert_eq!(head.header("content-length"), response.header("content-length"), "{name}");
        assert_eq!(head.header("etag"), response.header("etag"), "{name}");
    }
    let plain = ask(&proxy, "GET", &path, "").await;
    assert!(plain.body == code && plain.header("content-encoding").is_none(), "{}", plain.head);
    for (field, value) in [
        ("content-type", "text/javascript; charset=utf-8"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(plain.header(field).as_deref(), Some(value), "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_in_any_coding_is_confirmed() {
    let (proxy, path) = serving(&code("confirmed")).await;
    let plain = ask(&proxy, "GET", &path, "").await.header("etag").unwrap();
    let brotli = coded(&proxy, &path, "br", "br").await.header("etag").unwrap();
    assert_ne!(plain, brotli, "other bytes, another strong tag");
    for stored in [plain.clone(), brotli.clone(), format!("W/{brotli}"), format!("\"x\", {plain}")] {
        let response =
            ask(&proxy, "GET", &path, &format!("Accept-Encoding: br\r\nIf-None-Match: {stored}\r\n")).await;
        assert_eq!((response.status, response.header("etag").unwrap()), (304, brotli.clone()), "{stored}");
        assert!(response.header("content-encoding").is_none() && response.header("content-length").is_none());
    }
    assert_eq!(ask(&proxy, "GET", &path, "If-None-Match: \"x\"\r\n").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_one_of_the_bytes_as_they_are() {
    let code = code("parts");
    let (proxy, path) = serving(&code).await;
    let tag = ask(&proxy, "GET", &path, "").await.header("etag").unwrap();
    let length = code.len();
    for (range, from, to) in [("bytes=0-9", 0, 10), ("bytes=5-", 5, length), ("bytes=-7", length - 7, length)]
    {
        let fields = format!("Accept-Encoding: br\r\nRange: {range}\r\nIf-Range: {tag}\r\n");
        let part = ask(&proxy, "GET", &path, &fields).await;
        assert_eq!((part.status, &part.body[..]), (206, &code[from..to]), "{range}");
        assert_eq!(part.header("content-range").unwrap(), format!("bytes {from}-{}/{length}", to - 1));
        assert_eq!(part.header("etag").unwrap(), tag);
    }
    for fields in [
        "Range: bytes=0-9\r\nIf-Range: \"other\"\r\n",
        "Range: lines=1-2\r\n",
        "Range: bytes=0-1, 5-6\r\n",
        "Range: bytes=9-2\r\n",
    ] {
        let all = ask(&proxy, "GET", &path, fields).await;
        assert!(all.status == 200 && all.body == code || all.status == 416, "{fields}: {}", all.status);
    }
    let beyond = ask(&proxy, "GET", &path, &format!("Range: bytes={length}-\r\n")).await;
    assert_eq!((beyond.status, beyond.header("content-range").unwrap()), (416, format!("bytes */{length}")));
    let written = ask(&proxy, "POST", &path, "Content-Length: 0\r\n").await;
    assert_eq!((written.status, written.header("allow").unwrap().as_str()), (405, "GET, HEAD"));
}
