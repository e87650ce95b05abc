//! What becomes of pages where verdicts are carried out.

use std::io::Write;

use countersign::html::{Coding, Decoder, Encoder, Limits};

use crate::support::{Client, Upstream, answer, enforce, enforce_with, get, get_with, page, paragraphs};

const ATTACKED: &str = "<!doctype html><p>before</p><script>steal()</script><p>between</p>\
                        <script src=https://evil.test/x.js></script><p>after</p>";

fn assert_disarmed(text: &str) {
    assert!(text.contains("before") && text.contains("between") && text.contains("after"), "{text}");
    assert!(!text.contains("steal()"), "{text}");
    assert!(!text.contains("src=https://evil.test"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_gets_its_csp_and_loses_its_unapproved_scripts() {
    let upstream = Upstream::answering(page(ATTACKED)).await;
    let proxy = enforce(upstream.address, "");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert_eq!((response.status, response.whole), (200, true));
    assert_disarmed(&response.text());
    let csp = response.header("content-security-policy").unwrap();
    assert!(csp.starts_with("script-src 'none'"), "{csp}");
    assert!(csp.contains("report-uri /_countersign/reports?"), "{csp}");
    assert!(response.header("integrity-policy").unwrap().contains("blocked-destinations=(script)"));
    assert_eq!(response.header("x-content-type-options").as_deref(), Some("nosniff"));
    assert_eq!(response.header("reporting-endpoints"), None, "browsers heed it over TLS only");
    let events = proxy.events();
    assert!(events.contains("https://evil.test/x.js") && events.contains("countersign approve"), "{events}");
    let metrics = proxy.running.metrics.encode();
    assert!(metrics.contains("treatment=\"rewrite\",status=\"2xx\"} 1"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_is_stopped_again_is_told_once() {
    let upstream = Upstream::answering(page(ATTACKED)).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    for _ in 0..5 {
        client.ask(get("/")).await;
    }
    assert_eq!(proxy.events().matches("https://evil.test/x.js").count(), 1);
}

fn coded(coding: Coding, text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(coding).unwrap();
    encoder.write(text.as_bytes(), &mut out).unwrap();
    encoder.finish(&mut out).unwrap();
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_page_without_scripts_is_the_same_in_every_coding() {
    let text = paragraphs(60_000);
    for (name, coding) in [
        ("identity", Coding::Identity),
        ("gzip", Coding::Gzip),
        ("br", Coding::Brotli),
        ("zstd", Coding::Zstd),
        ("deflate", Coding::Deflate),
    ] {
        let headers = format!("Content-Type: text/html; charset=utf-8\r\nContent-Encoding: {name}");
        let upstream = Upstream::answering(answer(&headers, coded(coding, &text))).await;
        let proxy = enforce(upstream.address, "");
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        assert!(response.status == 200 && response.whole, "{name}");
        assert!(decoded(coding, &response.body) == text, "{name}");
    }
}

fn decoded(coding: Coding, bytes: &[u8]) -> String {
    let mut out = Vec::new();
    let mut decoder = Decoder::new(coding, &Limits::default()).unwrap();
    decoder.write(bytes, &mut out).unwrap();
    decoder.finish(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_judged_in_every_coding_and_stay_compressed() {
    for (name, coding) in
        [("gzip", Coding::Gzip), ("br", Coding::Brotli), ("zstd", Coding::Zstd), ("deflate", Coding::Deflate)]
    {
        let headers = format!("Content-Type: text/html; charset=utf-8\r\nContent-Encoding: {name}");
        let upstream = Upstream::answering(answer(&headers, coded(coding, ATTACKED))).await;
        let proxy = enforce(upstream.address, "");
        let request = get_with("/", &format!("Accept-Encoding: {name}\r\n"));
        let response = Client::connect(proxy.address()).await.ask(request).await;
        assert_eq!((response.status, response.whole), (200, true), "{name}");
        assert_eq!(response.header("content-encoding").as_deref(), Some(name));
        assert_disarmed(&decoded(coding, &response.body));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gzip_of_several_members_is_judged_to_its_end() {
    let member = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let body = [member("<p>one</p>"), member("<script>steal()</script><p>two</p>")].concat();
    let upstream =
        Upstream::answering(answer("Content-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip", body))
            .await;
    let proxy = enforce(upstream.address, "");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    let text = decoded(Coding::Gzip, &response.body);
    assert!(text.contains("one") && text.contains("two") && !text.contains("steal()"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_judged_is_refused_and_told() {
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("<script>x</script>".bytes().flat_map(|b| [b, 0])).collect();
    let partial = b"HTTP/1.1 206 Partial Content\r\nContent-Type: text/html\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\n<p".to_vec();
    for (what, response) in [
        ("content coding", answer("Content-Type: text/html\r\nContent-Encoding: foo", "<script>x</script>")),
        ("content coding", answer("Content-Type: text/html\r\nContent-Encoding: gzip, foo", "x")),
        ("UTF-8", answer("Content-Type: text/html; charset=utf-8", utf16)),
        ("UTF-8", answer("Content-Type: text/html; charset=utf-16", "x")),
        ("UTF-8", answer("Content-Type: text/html; charset=iso-2022-jp", "x")),
        ("part of a page", partial),
        ("", answer("Content-Type: text/html\r\nContent-Encoding: gzip", "this is not gzip")),
    ] {
        let upstream = Upstream::answering(response).await;
        let proxy = enforce(upstream.address, "");
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        assert_eq!(response.status, 502, "{what}");
        assert!(response.text().contains(&response.header("x-request-id").unwrap()), "{what}");
        assert!(!response.text().contains("<script"), "{what}");
        assert!(proxy.events().contains(what), "{what}: {}", proxy.events());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_response_that_browsers_take_for_html_is_rewritten() {
    for headers in [
        "Content-Type: TEXT/HTML",
        "Content-Type: text/plain, text/html",
        "Content-Type: text/plain\r\nContent-Type: text/html",
        "Content-Type: text/html,",
    ] {
        let upstream = Upstream::answering(answer(headers, ATTACKED)).await;
        let proxy = enforce(upstream.address, "");
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        assert_disarmed(&response.text());
        assert_eq!(
            response.header("content-type").as_deref(),
            Some("text/html; charset=windows-1252"),
            "one type, with the charset that it was read as"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_documents_run_nothing() {
    for headers in [
        "Content-Type: image/svg+xml",
        "Content-Type: application/xhtml+xml",
        "Content-Type: text/html\r\nContent-Type: text/xml",
        "Content-Type: unknown/unknown",
        "X-No-Type: 1",
    ] {
        let body = "<svg xmlns='http://www.w3.org/2000/svg'><script>evil()</script></svg>";
        let upstream = Upstream::answering(answer(headers, body)).await;
        let proxy = enforce(upstream.address, "");
        let response = Client::connect(proxy.address()).await.ask(get("/")).await;
        assert_eq!(response.text(), body, "{headers}");
        let csp = response.header("content-security-policy").unwrap();
        assert!(csp.starts_with("script-src 'none'; report-uri /_countersign/reports?"), "{headers}: {csp}");
        assert_eq!(response.header("x-content-type-options").as_deref(), Some("nosniff"), "{headers}");
        assert!(proxy.events().contains("none of its scripts run"), "{headers}: {}", proxy.events());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_saved_is_not_changed_and_could_run_nothing() {
    let headers = "Content-Type: text/html\r\nContent-Disposition: attachment; filename=\"export.html\"";
    let upstream = Upstream::answering(answer(headers, ATTACKED)).await;
    let proxy = enforce(upstream.address, "");
    let response = Client::connect(proxy.address()).await.ask(get("/export")).await;
    assert_eq!(response.text(), ATTACKED);
    assert!(response.header("content-security-policy").unwrap().starts_with("script-src 'none';"));
    assert!(!proxy.events().contains("none of its scripts"), "{}", proxy.events());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_page_of_the_application_is_judged_too() {
    let upstream =
        Upstream::answering(String::from_utf8(page(ATTACKED)).unwrap().replace("200 OK", "404 Not Found"))
            .await;
    let proxy = enforce(upstream.address, "");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert_eq!(response.status, 404);
    assert_disarmed(&response.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upstreams_headers_cannot_undo_ours() {
    let headers = "Content-Type: text/html; charset=utf-8\r\nContent-Security-Policy: script-src 'self'; img-src *\r\n\
                   Integrity-Policy: blocked-destinations=()\r\nLink: </evil.js>; rel=preload; as=script\r\n\
                   Speculation-Rules: \"/r.json\"\r\nAlt-Svc: h3=\":1\"\r\nLast-Modified: x\r\nAccept-Ranges: bytes\r\n\
                   Content-MD5: x\r\nRepr-Digest: x\r\nETag: \"v1\"\r\nConnection: content-security-policy";
    let upstream = Upstream::answering(answer(headers, "<p>")).await;
    let proxy = enforce(upstream.address, "");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    let csps = response.header("content-security-policy").unwrap();
    let (ours, theirs) = csps.split_once(" | ").unwrap();
    assert!(ours.starts_with("script-src 'none'"), "{ours}");
    assert_eq!(theirs, "script-src 'none'; img-src *", "merged: its word on scripts is ours");
    assert!(response.header("integrity-policy").unwrap().starts_with("blocked-destinations=(script)"));
    for name in [
        "link",
        "speculation-rules",
        "alt-svc",
        "last-modified",
        "accept-ranges",
        "content-md5",
        "repr-digest",
    ] {
        assert_eq!(response.header(name), None, "{name}");
    }
    assert!(response.header("etag").unwrap().starts_with("W/\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_of_the_operator_the_browsers_side_counts() {
    let upstream = Upstream::answering(page("<p>")).await;
    let proxy = enforce_with(upstream.address, "", |config| config.settings.trust_forwarded = true);
    let request =
        get_with("/", "X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.1\r\nX-Request-Id: abc-1\r\n");
    let response = Client::connect(proxy.address()).await.ask(request).await;
    assert!(response.header("reporting-endpoints").is_some());
    assert_eq!(response.header("x-request-id").as_deref(), Some("abc-1"));
    assert!(upstream.last_request().contains("x-forwarded-for: 192.0.2.1, 127.0.0.1"));
}

/// Markup that `lol_html` refuses to follow: within `select` it can't tell what `title` would be.
fn ambiguous() -> String {
    let filler = paragraphs(2000);
    format!("<!doctype html>{filler}<select><title></select><script>steal()</script>{filler}the end")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_outlives_the_rewriter_has_no_hole_and_no_piece_twice() {
    let upstream = Upstream::answering(page(ambiguous())).await;
    let proxy = enforce(
        upstream.address,
        "[[page]]\npath = \"/*\"\nfail = \"headers-only\"\nsecond-opinion = \"off\"",
    );
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert_eq!((response.status, response.whole), (200, true));
    assert_eq!(response.text(), ambiguous(), "unedited behind the place, under a CSP that lets nothing run");
    assert!(response.header("content-security-policy").unwrap().starts_with("script-src 'none'"));
    assert!(proxy.events().contains("went out unedited"), "{}", proxy.events());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_closed_is_cut_where_the_rewriter_failed() {
    let upstream = Upstream::answering(page(ambiguous())).await;
    let proxy =
        enforce(upstream.address, "[[page]]\npath = \"/*\"\nfail = \"closed\"\nsecond-opinion = \"off\"");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert!(response.status == 502 || !response.whole, "{}", response.status);
    assert!(!response.text().contains("steal()"));
}
