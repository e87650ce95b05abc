//! A webhook's receiver, which checks signatures and may refuse.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac::{HMAC_SHA256, Key, verify};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign::alert::{AlertConfig, Gathering, Secret, Webhook};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

use crate::browser::eventually;
use crate::policy::vendor::Vendor;

/// What alerts are signed with.
pub(super) const SECRET: &str = "a secret of more than sixteen bytes";

/// What came: id, timestamp, signature, body.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(super) id: String,
    timestamp: String,
    signature: String,
    body: String,
}

impl Taken {
    /// `None`: whoever sent it ended in the middle.
    pub(super) fn of(head: &str, stream: &mut TcpStream) -> Option<Self> {
        let (head, begun) = head.split_once("\r\n\r\n")?;
        let field = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut found =
                lines.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value);
            found.next_back().unwrap_or_default().to_owned()
        };
        let length: usize = field("content-length").parse().ok()?;
        let mut body = begun.as_bytes().to_vec();
        let mut rest = vec![0; length - body.len()];
        stream.read_exact(&mut rest).ok()?;
        body.extend(rest);
        Some(Self {
            id: field("webhook-id"),
            timestamp: field("webhook-timestamp"),
            signature: field("webhook-signature"),
            body: String::from_utf8(body).ok()?,
        })
    }

    pub(crate) fn is_signed(&self) -> bool {
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let signature = STANDARD.decode(self.signature.strip_prefix("v1,").unwrap()).unwrap();
        verify(&Key::new(HMAC_SHA256, SECRET.as_bytes()), signed.as_bytes(), &signature).is_ok()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver that refuses the first so many, or what it doesn't like.
pub(crate) struct Receiver {
    pub(super) vendor: Vendor,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Receiver {
    pub(crate) fn refusing(first: usize) -> Self {
        Self::answering(
            move |count, _| if count <= first { "503 Service Unavailable" } else { "204 No Content" },
        )
    }

    /// Refuses for good what has this word in it.
    pub(super) fn disliking(word: &'static str) -> Self {
        Self::answering(move |_, body| if body.contains(word) { "400 Bad Request" } else { "204 No Content" })
    }

    /// Answers by how many came, and by the last one's body.
    fn answering(status: impl Fn(usize, &str) -> &'static str + Send + Sync + 'static) -> Self {
        let taken = Arc::<Mutex<Vec<Taken>>>::default();
        let kept = Arc::clone(&taken);
        let vendor = Vendor::serving(move |head, stream| {
            let Some(came) = Taken::of(head, stream) else { return };
            let mut kept = kept.lock().unwrap();
            kept.push(came.clone());
            let status = status(kept.len(), &came.body);
            let _ = stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes());
        });
        Self { vendor, taken }
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    pub(crate) async fn until(&self, count: usize) -> Vec<Taken> {
        let taken = async || Some(self.taken()).filter(|taken| taken.len() >= count);
        eventually(&format!("{count} alerts"), taken).await
    }
}

impl Receiver {
    /// Told at once, and with what is told kept in this folder.
    pub(crate) fn config(&self, folder: &Path) -> AlertConfig {
        told_at(&self.vendor.url("/hook?a=1"), folder)
    }

    /// Waits for an alert of this kind.
    pub(super) async fn of_kind(&self, kind: &str) -> Value {
        let of_kind = || self.taken().iter().map(Taken::json).find(|json| json["kind"] == kind);
        eventually(kind, async || of_kind()).await
    }
}

/// A webhook at this address; what comes in passing is told at once.
pub(super) fn told_at(url: &str, folder: &Path) -> AlertConfig {
    let secret = Secret::of(SECRET).unwrap();
    AlertConfig {
        webhook: Some(Webhook { url: url.parse().unwrap(), secret }),
        folder: Some(folder.to_owned()),
        gathering: Gathering { first: Duration::from_millis(100), apart: Duration::ZERO },
        ..AlertConfig::default()
    }
}
