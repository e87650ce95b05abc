//! What one vantage was answered.

use http::header::{CONTENT_TYPE, ETAG, LAST_MODIFIED, LOCATION};
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
    /// A body that browsers may run, and that can't be read here: too long, or oddly coded.
    Unread(String),
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
    /// More bytes than were to be taken.
    TooLong(String),
    /// The vendor was not asked: it can't be reached, whoever asks.
    Unreached(String),
    Other(Answer),
}

/// What a fetch brought.
pub(super) fn came(asked: &Url, algorithm: Algorithm, fetched: Result<Fetched, FetchError>) -> Came {
    let fetched = match fetched {
        Ok(fetched) => fetched,
        Err(error) => {
            let why = one_line(&error.to_string(), CAUSE);
            return match error {
                FetchError::Status { url, status } => without_bytes(&url, status),
                FetchError::Unreached { .. } => Came::Unreached(why),
                FetchError::Redirect { .. } => Came::Other(Answer::Redirect(why)),
                FetchError::TooLong { .. } => Came::TooLong(why),
                FetchError::Coded { .. } => Came::Other(Answer::Unread(why)),
                FetchError::Network { .. } | FetchError::Late { .. } | FetchError::Refused { .. } => {
                    Came::Other(Answer::Failed(why))
                }
            };
        }
    };
    let at = fetched.url.as_str();
    // Browsers run what comes with any of these; and what comes in place of a redirect that leads nowhere.
    let leads =
        fetched.headers.contains_key(LOCATION) && matches!(fetched.status, 301 | 302 | 303 | 307 | 308);
    let may_run = match fetched.status {
        200..300 => true,
        304 => false,
        300..400 => !leads,
        _ => false,
    };
    if !may_run || (fetched.status >= 300 && fetched.bytes.is_empty()) {
        return without_bytes(at, fetched.status);
    }
    let gone = |why: String| Came::Other(Answer::Gone(one_line(&why, CAUSE)));
    if fetched.bytes.is_empty() {
        return gone(format!("{at} is empty"));
    }
    if is_page(&fetched) {
        return gone(format!("{at} is an HTML page, not a script"));
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
        // One server's cookies are not for another.
        cookies: if fetched.redirects.is_empty() { cookies_of(&fetched.headers) } else { String::new() },
        // What a redirect leads to may be another thing tomorrow.
        validators: if fetched.redirects.is_empty() { validators } else { Validators::default() },
        bytes: fetched.bytes,
    }
}

/// What an answer with a status says that browsers run nothing of.
fn without_bytes(at: &str, status: u16) -> Came {
    let why = one_line(&format!("{at} answered {status}"), CAUSE);
    match status {
        304 => Came::NotModified,
        404 | 410 | 451 => Came::Other(Answer::Gone(why)),
        300..400 => Came::Other(Answer::Redirect(why)),
        _ => Came::Other(Answer::Failed(why)),
    }
}

/// Whether it is a page by its type and by its bytes, which are no JavaScript then: browsers run a script
/// that says it is a page. In doubt it is none.
fn is_page(fetched: &Fetched) -> bool {
    // In UTF-16 the same bytes may be a script.
    const TYPES: [&str; 3] = ["text/html", "text/html;charset=utf-8", "text/html;charset=iso-8859-1"];
    let mut types = fetched.headers.get_all(CONTENT_TYPE).iter();
    let (Some(kind), None) = (types.next(), types.next()) else { return false };
    let kind = String::from_utf8_lossy(kind.as_bytes()).to_ascii_lowercase().replace(['"', ' '], "");
    let text = fetched.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&fetched.bytes).trim_ascii_start();
    // `<!--` begins a comment in JavaScript too.
    let is_markup = match text {
        [b'<', b'!', next, ..] | [b'<', next, ..] => next.is_ascii_alphabetic(),
        _ => false,
    };
    TYPES.contains(&kind.as_str()) && is_markup
}
