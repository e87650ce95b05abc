//! Somebody who sends reports that all differ, and remembers which were taken, and when.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What was sent, by number.
#[derive(Default)]
pub(super) struct Sent(Mutex<Vec<Option<Instant>>>);

impl Sent {
    /// The next number, not answered yet.
    fn next(&self) -> usize {
        let mut sent = self.0.lock().unwrap();
        sent.push(None);
        sent.len() - 1
    }

    /// When each was answered with 204, if it was.
    pub(super) fn answered(&self) -> Vec<Option<Instant>> {
        self.0.lock().unwrap().clone()
    }
}

/// What a report of this number says was blocked.
pub(super) fn blocked(number: usize) -> String {
    format!("https://cdn.example/{number}.js")
}

/// The whole request. Each comes from an address of its own, or the limits for one would stop it.
fn request(number: usize) -> String {
    let body = format!(
        "{{\"csp-report\":{{\"document-uri\":\"https://shop.example/pay\",\"blocked-uri\":\"{}\",\
         \"effective-directive\":\"script-src-elem\",\"disposition\":\"enforce\"}}}}",
        blocked(number)
    );
    let address = format!("10.{}.{}.7", number / 250 % 250, number % 250);
    format!(
        "POST /_countersign/reports HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/csp-report\r\n\
         X-Forwarded-For: {address}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends until the process is gone, not as quickly as it can: it must not be about the limits.
pub(super) async fn flood(address: SocketAddr, sent: &Sent) {
    let Ok(mut connection) = TcpStream::connect(address).await else { return };
    let mut pace = tokio::time::interval(Duration::from_millis(5));
    loop {
        pace.tick().await;
        let number = sent.next();
        if !send(&mut connection, number).await {
            return;
        }
        sent.0.lock().unwrap()[number] = Some(Instant::now());
    }
}

/// Sends so many, and expects each to be taken.
pub(super) async fn send_all(address: SocketAddr, sent: &Sent, count: usize) {
    let mut connection = TcpStream::connect(address).await.unwrap();
    for _ in 0..count {
        let number = sent.next();
        assert!(send(&mut connection, number).await, "report {number}");
        sent.0.lock().unwrap()[number] = Some(Instant::now());
    }
}

/// Whether it was answered with 204.
async fn send(connection: &mut TcpStream, number: usize) -> bool {
    if connection.write_all(request(number).as_bytes()).await.is_err() {
        return false;
    }
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let Ok(byte) = connection.read_u8().await else { return false };
        answer.push(byte);
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    true
}
