//! Content codings through the whole proxy: what can be read is judged to its last byte, and what can't
//! is never shown as if it had been.

use std::io::Write as _;

use countersign::html::{Coding, Encoder};

use crate::support::{Client, Response, Upstream, answer, enforce, get, paragraphs};

/// The script stands behind everything, where only somebody who reads to the end finds it.
const END: &str = "<script>steal()</script><p>the end";

fn text() -> String {
    paragraphs(10_000) + END
}

fn coded(coding: Coding, text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(coding).unwrap();
    encoder.write(text.as_bytes(), &mut out).unwrap();
    encoder.finish(&mut out).unwrap();
    out
}

fn raw_deflate(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// What a visitor gets of a page whose body is sent under this name.
async fn sent(name: &str, body: Vec<u8>, rules: &str) -> Response {
    let headers = format!("Content-Type: text/html; charset=utf-8\r\nContent-Encoding: {name}");
    let upstream = Upstream::answering(answer(&headers, body)).await;
    let proxy = enforce(upstream.address, rules);
    Client::connect(proxy.address()).await.ask(get("/")).await
}

fn plain(response: &Response, coding: Coding) -> String {
    let limits = countersign::html::Limits::default();
    let mut decoder = countersign::html::Decoder::new(coding, &limits).unwrap();
    let mut out = Vec::new();
    decoder.write(&response.body, &mut out).unwrap();
    decoder.finish(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_judged_to_its_end_in_every_coding() {
    let (first, second) = (paragraphs(10_000), END.to_owned());
    let members = |coding| [coded(coding, &first), coded(coding, ""), coded(coding, &second)].concat();
    for (what, name, coding, body) in [
        ("gzip", "gzip", Coding::Gzip, coded(Coding::Gzip, &text())),
        ("its old name", "X-GZIP", Coding::Gzip, coded(Coding::Gzip, &text())),
        ("several members", "gzip", Coding::Gzip, members(Coding::Gzip)),
        ("several frames", "zstd", Coding::Zstd, members(Coding::Zstd)),
        ("zstd", "zstd", Coding::Zstd, coded(Coding::Zstd, &text())),
        ("br", "br", Coding::Brotli, coded(Coding::Brotli, &text())),
        ("zlib", "deflate", Coding::Deflate, coded(Coding::Deflate, &text())),
        ("raw deflate", "deflate", Coding::Deflate, raw_deflate(&text())),
        ("identity", "identity", Coding::Identity, text().into_bytes()),
    ] {
        let response = sent(name, body, "").await;
        assert_eq!((response.status, response.whole), (200, true), "{what}");
        let page = plain(&response, coding);
        assert!(page.starts_with(&first) && page.ends_with("<p>the end"), "{what}");
        assert!(!page.contains("steal()"), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_its_coding_says_is_refused_or_cut() {
    let mut cases: Vec<(String, &str, Vec<u8>)> = Vec::new();
    for (name, coding) in
        [("gzip", Coding::Gzip), ("br", Coding::Brotli), ("zstd", Coding::Zstd), ("deflate", Coding::Deflate)]
    {
        let body = coded(coding, &text());
        cases.push((format!("{name}, cut"), name, body[..body.len() - 1].to_vec()));
        cases.push((format!("{name}, half"), name, body[..body.len() / 2].to_vec()));
        cases.push((format!("{name}, and more"), name, [&body[..], END.as_bytes()].concat()));
        cases.push((format!("{name}, not really"), name, text().into_bytes()));
        // The others have no checksum: what comes out of them is judged, whatever it is.
        if matches!(coding, Coding::Gzip | Coding::Deflate) {
            let mut damaged = body.clone();
            let middle = damaged.len() / 2;
            damaged[middle..middle + 16].fill(0xff);
            cases.push((format!("{name}, damaged"), name, damaged));
        }
        // Bytes under another coding's name.
        let other = if name == "gzip" { "br" } else { "gzip" };
        cases.push((format!("{name} as {other}"), other, body.clone()));
        // One 0 after the other: far more than a hundred times what comes.
        let bomb = coded(coding, &format!("<p>{}{END}", "0".repeat(4 << 20)));
        cases.push((format!("{name}, a bomb"), name, bomb));
    }
    let twice = coded(Coding::Gzip, &String::from_utf8_lossy(&coded(Coding::Gzip, &text())));
    for name in
        ["gzip, gzip", "gzip,br", "identity, gzip", "compress", "aws-chunked", "dcb", "foo", "gzip;q=1"]
    {
        cases.push((format!("named {name:?}"), name, twice.clone()));
    }
    for (what, name, body) in cases {
        for rules in ["", "fail = \"closed\""] {
            let response = sent(name, body.clone(), rules).await;
            let refused = response.status == 502;
            assert!(refused || !response.whole, "{what}: {} and whole", response.status);
            if refused {
                assert!(!response.text().contains("steal()"), "{what}");
                let csp = response.header("content-security-policy").unwrap();
                assert!(csp.starts_with("default-src 'none'"), "{what}: {csp}");
            } else {
                let csp = response.header("content-security-policy").unwrap();
                assert!(csp.starts_with("script-src 'none'"), "{what}: {csp}");
            }
        }
    }
}
