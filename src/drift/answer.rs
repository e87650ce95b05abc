//! What one vantage was answered.

use http::header::{ETAG, LAST_MODIFIED};
use url::Url;

use super::vantage::{Validators, cookies_of};
use crate::analysis::one_line;
use crate::sri::{Algorithm, Digest};
use crate::transport::fetch::{FetchError, Fetched};

/// Characters of a cause that are told.
const CAUSE: usize = 300;

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A script.
    Bytes {
        /// Of what came, decoded.
        digest: Digest,
        /// Bytes.
        size: usize,
        /// The last address of a redirect that ends on another host.
        leads_to: Option<Url>,
        /// Whether the site's pages may read it.
        cors: bool,
    },
    /// Nothing that could be a script: not found, or a page.
    Gone(String),
    /// A redirect that must not be followed.
    Redirect(String),
    /// No answer, or one that says nothing of the script.
    Failed(String),
}

/// An answer with what is needed to go on.
pub(super) enum Came {
    /// Bytes, and by what they are known again.
    Whole {
        answer: Answer,
        bytes: Vec<u8>,
        validators: Validators,
        cookies: String,
    },
    /// What was known already, as the server says.
    NotModified,
    Other(Answer),
}

/// What a fetch brought.
pub(super) fn came(asked: &Url, algorithm: Algorithm, fetched: Result<Fetched, FetchError>) -> Came {
    let fetched = match fetched {
        Ok(fetched) => fetched,
        Err(error) => {
            let why = one_line(&error.to_string(), CAUSE);
            return Came::Other(match error {
                FetchError::Redirect { .. } => Answer::Redirect(why),
                FetchError::Network { .. }
                | FetchError::Status { .. }
                | FetchError::Limit { .. }
                | FetchError::Refused { .. } => Answer::Failed(why),
            });
        }
    };
    let at = fetched.url.as_str();
    let gone = |why: String| Came::Other(Answer::Gone(one_line(&why, CAUSE)));
    match fetched.status {
        200 => {}
        304 => return Came::NotModified,
        404 | 410 | 451 => return gone(format!("{at} answered {}", fetched.status)),
        status if (300..400).contains(&status) => {
            return Came::Other(Answer::Redirect(one_line(&format!("{at} answered {status}"), CAUSE)));
        }
        status => return Came::Other(Answer::Failed(one_line(&format!("{at} answered {status}"), CAUSE))),
    }
    let is_page = |text: &String| text.trim_start().to_ascii_lowercase().starts_with("text/html");
    if fetched.content_type.as_ref().is_some_and(is_page) {
        return gone(format!("{at} is an HTML page, not a script"));
    }
    if fetched.bytes.is_empty() {
        return gone(format!("{at} is empty"));
    }
    let elsewhere = fetched.url.host_str() != asked.host_str();
    let validators = Validators {
        etag: fetched.headers.get(ETAG).cloned(),
        modified: fetched.headers.get(LAST_MODIFIED).cloned(),
    };
    Came::Whole {
        answer: Answer::Bytes {
            digest: Digest::of(algorithm, &fetched.bytes),
            size: fetched.bytes.len(),
            leads_to: elsewhere.then(|| fetched.url.clone()),
            cors: fetched.cors,
        },
        cookies: cookies_of(&fetched.headers),
        // What a redirect leads to may be another thing tomorrow.
        validators: if fetched.redirects.is_empty() { validators } else { Validators::default() },
        bytes: fetched.bytes,
    }
}
