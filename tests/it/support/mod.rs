//! What the tests of the data path share: an upstream and a client that speak raw bytes, so that they
//! can lie; an HTTP/2 client; a proxy in this process.
#![expect(dead_code, reason = "not every area of tests uses everything")]

mod upstream;
mod client;
mod h2;
mod front;
mod logs;
mod npm;
mod postgres;

pub(crate) use client::{Client, H2Client, Response, is_certified_by, is_certified_for};
pub(crate) use front::{
    Certificates, Enforced, enforce, enforce_with, observe, observe_with, snapshot_of, upstream_at,
};
pub(crate) use h2::{Fed, H2Upstream, H2Visitor, fed, next_data, rest, whole};
pub(crate) use logs::{logged, until_logged};
pub(crate) use npm::installed;
pub(crate) use postgres::{NOBODY, PASSWORD, Postgres};
pub(crate) use upstream::{Connection, Upstream};

use std::time::Duration;

/// Nothing in a test takes longer, unless something is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits, but not for ever.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, work).await;
    waited.unwrap_or_else(|_elapsed| panic!("waited too long for {what}"))
}

/// The response of an upstream, with its length.
pub(crate) fn answer(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// An HTML page of an upstream, with its length.
pub(crate) fn page(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer("Content-Type: text/html; charset=utf-8", body)
}

/// Paragraphs that differ, this many of them.
pub(crate) fn paragraphs(count: usize) -> String {
    (0..count).flat_map(|number| ["<p>".to_owned(), number.to_string(), "</p>".to_owned()]).collect()
}

/// A request for a path, over a connection that stays open.
pub(crate) fn get(path: &str) -> String {
    get_with(path, "")
}

/// The same with more header lines, each with its line end.
pub(crate) fn get_with(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: shop.test\r\nSec-Fetch-Dest: document\r\n{headers}\r\n")
}
