//! A webhook: one signed request for each alert.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::alert::Alert;
use super::deliver::NotTaken;
use super::sign::Secret;
use crate::clock::Clock;
use crate::transport::post::Poster;
use crate::transport::tls::TlsError;

/// The longest time for one attempt.
const PATIENCE: Duration = Duration::from_secs(15);

/// Who takes alerts.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where they are posted.
    pub url: Url,
    /// What they are signed with.
    pub secret: Secret,
}

/// The same, ready to post.
#[derive(Debug)]
pub(super) struct Post {
    webhook: Webhook,
    poster: Poster,
}

impl Post {
    pub(super) fn new(webhook: Webhook) -> Result<Self, TlsError> {
        Ok(Self { webhook, poster: Poster::new(PATIENCE)? })
    }

    /// Posts an alert once. Needs a `LocalSet`.
    pub(super) async fn attempt(&self, alert: &Alert, clock: Clock) -> Result<String, NotTaken> {
        let body = serde_json::to_vec(alert).map_err(|error| NotTaken::ForNow(error.to_string()))?;
        let seconds = clock.now().as_second();
        let signature = self.webhook.secret.signature(&alert.id, seconds, &body);
        let mut fields = HeaderMap::new();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, text) in [
            ("webhook-id", alert.id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ] {
            let value = HeaderValue::from_str(&text).map_err(|error| NotTaken::ForNow(error.to_string()))?;
            fields.insert(HeaderName::from_static(name), value);
        }
        let posted = self.poster.post(&self.webhook.url, &fields, Bytes::from(body)).await;
        match posted.map_err(|error| NotTaken::ForNow(format!("{}: {error}", self.webhook.url)))? {
            status if (200..300).contains(&status) => {
                Ok(format!("{} took alert {} ({status})", self.webhook.url, alert.id))
            }
            status => {
                let why = format!("{} answered {status}", self.webhook.url);
                Err(if is_for_good(status) { NotTaken::ForGood(why) } else { NotTaken::ForNow(why) })
            }
        }
    }
}

/// Whether an answer is about what was sent: the same will be answered to it again. 401 and 407 are about who sends,
/// and 408, 425 and 429 about when. <https://www.rfc-editor.org/rfc/rfc9110#section-15.5>
const fn is_for_good(status: u16) -> bool {
    matches!(status, 400..500) && !matches!(status, 401 | 407 | 408 | 425 | 429)
}
