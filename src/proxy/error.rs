//! What goes wrong in an exchange: whose side it was on, what the visitor is told, what the log says.
//! The one table from causes to status codes.

use std::error::Error;
use std::fmt;

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response, StatusCode};

use crate::html::HtmlError;
use crate::telemetry::shown;

/// Whose fault it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The visitor's, or of what stands between them and us.
    Downstream,
    /// The application's.
    Upstream,
    /// Ours.
    Internal,
}

impl Side {
    /// In logs.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Downstream => "downstream",
            Self::Upstream => "upstream",
            Self::Internal => "internal",
        }
    }
}

/// What went wrong. The codes are stable: logs and metrics use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// No single valid host, or a target that is not a path.
    BadRequest,
    /// CONNECT or TRACE.
    MethodRefused,
    /// A request coding other than exactly `chunked`.
    TransferEncodingRefused,
    /// No site has this host name.
    UnknownHost,
    /// Under our own path, but nothing there.
    NoSuchOwnPath,
    /// The request's body stopped coming.
    RequestStalled,
    /// The request's body ended with an error.
    RequestBroken,
    /// No connection to any of the site's upstreams.
    Unreachable,
    /// No connection within the limit.
    ConnectTimeout,
    /// No response head within the limit.
    HeadTimeout,
    /// Closed or reset before a response head came.
    ClosedEarly,
    /// Not HTTP, or HTTP with more than one meaning.
    Malformed,
    /// 101 where nothing of the kind was asked for.
    UnrequestedUpgrade,
    /// An answer like any other where a switch was asked for that can't do without.
    UpgradeIgnored,
    /// 304 where nothing conditional was asked for.
    UnrequestedNotModified,
    /// A document in a content coding that we can't read.
    UnknownCoding,
    /// A document in a charset that we can't judge.
    UnreadableCharset,
    /// A service worker on a site that enforces.
    ServiceWorker,
    /// A part of a document.
    PartialDocument,
    /// The visitor doesn't take a response in small pieces over a shared connection.
    VisitorSlow,
    /// A script of the site itself whose bytes nobody approved.
    OwnScript,
    /// A part of such a script.
    PartialScript,
    /// The response's body ended with an error or too early.
    BodyBroken,
    /// The response's body stopped coming.
    BodyStalled,
    /// The content coding of a document is damaged, or it expands beyond a limit.
    CodingBroken,
    /// The rewriter can't go on.
    RewriteFailed,
    /// A second parser saw a script that was not granted, or can't follow.
    SecondOpinion,
    /// No place among the exchanges in flight.
    Busy,
    /// The visitor's address has as many exchanges in flight as it may have.
    AddressBusy,
    /// Every upstream of the site has as many exchanges as it may have.
    UpstreamsFull,
    /// Anything that should not happen.
    Internal,
}

impl Kind {
    /// The table: side, status, stable code, and what the visitor may know.
    const fn row(self) -> (Side, StatusCode, &'static str, &'static str) {
        use Side::{Downstream, Internal, Upstream};
        const BUSY: &str = "Too much is going on here. Please try again in a moment.";
        const MANY: &str = "Too many requests come from your network at once. Please try again in a moment.";
        const NOT_TAKEN: &str = "The response was not taken in time.";
        const SITE: &str = "The site did not answer in a way that can be passed on safely.";
        match self {
            Self::BadRequest => {
                (Downstream, StatusCode::BAD_REQUEST, "bad-request", "The request was not understood.")
            }
            Self::MethodRefused => (
                Downstream,
                StatusCode::METHOD_NOT_ALLOWED,
                "method-refused",
                "This method is not allowed here.",
            ),
            Self::TransferEncodingRefused => (
                Downstream,
                StatusCode::NOT_IMPLEMENTED,
                "transfer-encoding-refused",
                "The request was sent in a way that is not supported.",
            ),
            Self::UnknownHost => (
                Downstream,
                StatusCode::MISDIRECTED_REQUEST,
                "unknown-host",
                "There is no site of this name here.",
            ),
            Self::NoSuchOwnPath => {
                (Downstream, StatusCode::NOT_FOUND, "no-such-path", "There is nothing here.")
            }
            Self::RequestStalled => (
                Downstream,
                StatusCode::REQUEST_TIMEOUT,
                "request-stalled",
                "The request took too long to arrive.",
            ),
            Self::RequestBroken => {
                (Downstream, StatusCode::BAD_REQUEST, "request-broken", "The request did not arrive whole.")
            }
            Self::Unreachable => {
                (Upstream, StatusCode::BAD_GATEWAY, "unreachable", "The site can't be reached at the moment.")
            }
            Self::ConnectTimeout => (
                Upstream,
                StatusCode::GATEWAY_TIMEOUT,
                "connect-timeout",
                "The site can't be reached at the moment.",
            ),
            Self::HeadTimeout => {
                (Upstream, StatusCode::GATEWAY_TIMEOUT, "head-timeout", "The site took too long to answer.")
            }
            Self::ClosedEarly => {
                (Upstream, StatusCode::BAD_GATEWAY, "closed-early", "The site did not answer.")
            }
            Self::Malformed => (Upstream, StatusCode::BAD_GATEWAY, "malformed", SITE),
            Self::UnrequestedUpgrade => (Upstream, StatusCode::BAD_GATEWAY, "unrequested-upgrade", SITE),
            Self::UpgradeIgnored => (Upstream, StatusCode::BAD_GATEWAY, "upgrade-ignored", SITE),
            Self::UnrequestedNotModified => {
                (Upstream, StatusCode::BAD_GATEWAY, "unrequested-not-modified", SITE)
            }
            Self::UnknownCoding => (Upstream, StatusCode::BAD_GATEWAY, "unknown-coding", SITE),
            Self::UnreadableCharset => (Upstream, StatusCode::BAD_GATEWAY, "unreadable-charset", SITE),
            Self::ServiceWorker => (
                Downstream,
                StatusCode::FORBIDDEN,
                "service-worker-refused",
                "Service workers are not allowed here.",
            ),
            Self::PartialDocument => (Upstream, StatusCode::BAD_GATEWAY, "partial-document", SITE),
            Self::VisitorSlow => (Downstream, StatusCode::REQUEST_TIMEOUT, "visitor-slow", NOT_TAKEN),
            Self::OwnScript => (Upstream, StatusCode::BAD_GATEWAY, "own-script-refused", SITE),
            Self::PartialScript => (Upstream, StatusCode::BAD_GATEWAY, "partial-script", SITE),
            Self::BodyBroken => (Upstream, StatusCode::BAD_GATEWAY, "body-broken", SITE),
            Self::BodyStalled => {
                (Upstream, StatusCode::GATEWAY_TIMEOUT, "body-stalled", "The site took too long to answer.")
            }
            Self::CodingBroken => (Upstream, StatusCode::BAD_GATEWAY, "coding-broken", SITE),
            Self::RewriteFailed => (Upstream, StatusCode::BAD_GATEWAY, "rewrite-failed", SITE),
            Self::SecondOpinion => (Upstream, StatusCode::BAD_GATEWAY, "second-opinion", SITE),
            Self::Busy => (Internal, StatusCode::SERVICE_UNAVAILABLE, "busy", BUSY),
            Self::AddressBusy => (Downstream, StatusCode::TOO_MANY_REQUESTS, "address-busy", MANY),
            Self::UpstreamsFull => (Downstream, StatusCode::SERVICE_UNAVAILABLE, "upstreams-full", BUSY),
            Self::Internal => {
                (Internal, StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here.")
            }
        }
    }

    /// Whose fault it was.
    pub(super) const fn side(self) -> Side {
        self.row().0
    }

    /// The setting whose limit this is.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most failures are no limits")]
    const fn limit(self) -> Option<&'static str> {
        Some(match self {
            Self::RequestStalled | Self::BodyStalled => "idle-time",
            Self::HeadTimeout => "head-time",
            Self::ConnectTimeout => "connect-time",
            Self::AddressBusy => "max-exchanges-per-address",
            _ => return None,
        })
    }

    /// Whether it says that the upstream is not well.
    pub(super) const fn blames_upstream(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::ConnectTimeout
                | Self::HeadTimeout
                | Self::ClosedEarly
                | Self::Malformed
        )
    }

    /// What an operator can do about a response that was refused.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most failures need no advice of their own")]
    pub(super) const fn advice(self) -> Option<&'static str> {
        Some(match self {
            Self::UnknownCoding => {
                "It came in a content coding that can't be read (gzip, br, zstd and deflate can). \
                 Have the application heed Accept-Encoding."
            }
            Self::PartialDocument => {
                "A part of a page can't be judged. Have the application ignore Range for HTML."
            }
            Self::PartialScript => {
                "A part of a script can't be judged. Have the application ignore Range for scripts."
            }
            Self::ServiceWorker => {
                "A service worker could answer for enforced pages by itself, without any header of ours. If \
                 this one is yours and reviewed, set service-workers = true in the policy."
            }
            Self::UpstreamsFull => {
                "Every upstream has as many exchanges as `max-in-flight` allows. Raise it, or add an upstream."
            }
            Self::SecondOpinion => {
                "Look at the page near the text that is shown: markup like that is either broken or an attempt \
                 to hide a script."
            }
            Self::UnreadableCharset => "Have the application send its pages as UTF-8.",
            Self::UnrequestedNotModified => {
                "The application answered 304 although it was asked for the whole page."
            }
            _ => return None,
        })
    }

    /// The stable code.
    pub(super) const fn code(self) -> &'static str {
        self.row().2
    }
}

/// Characters of a cause that are kept: strangers wrote parts of it.
const CAUSE_LEN: usize = 400;

/// The words of an error, with everything below it.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut cause = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        cause.push_str(": ");
        cause.push_str(&error.to_string());
        below = error.source();
    }
    shown(&cause, CAUSE_LEN)
}

/// A failure, with its cause in words for the log. The cause never reaches the visitor.
#[derive(Debug)]
pub(super) struct ProxyError {
    kind: Kind,
    cause: String,
    limit: Option<&'static str>,
}

impl ProxyError {
    /// A failure and its cause.
    pub(super) fn new(kind: Kind, cause: impl fmt::Display) -> Self {
        Self { kind, cause: shown(&cause.to_string(), CAUSE_LEN), limit: kind.limit() }
    }

    /// A failure that an error of a library explains, with everything below it.
    pub(super) fn because(kind: Kind, error: &(dyn Error + 'static)) -> Self {
        Self { kind, cause: chain(error), limit: kind.limit() }
    }

    /// A document that can't be judged or written.
    pub(super) fn of_document(kind: Kind, error: &HtmlError) -> Self {
        Self { limit: error.limit(), ..Self::because(kind, error) }
    }

    /// The setting whose limit was met, if that is what went wrong.
    pub(super) fn limit(&self) -> Option<&'static str> {
        self.limit
    }

    /// A failure to rewrite a page.
    pub(super) fn of_rewriter(error: &HtmlError) -> Self {
        let differs = matches!(error, HtmlError::Difference { .. });
        Self::of_document(if differs { Kind::SecondOpinion } else { Kind::RewriteFailed }, error)
    }

    /// What went wrong.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The page that the visitor gets: says nothing internal, only the exchange id.
    pub(super) fn page(&self, exchange: &str) -> Response<String> {
        let (_, status, _, words) = self.kind.row();
        let reason = status.canonical_reason().unwrap_or("Error");
        // `exchange` is a UUID of ours or was checked to be letters, digits and `-_.`.
        let body = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{code} {reason}</title>\n\
             <h1>{reason}</h1>\n<p>{words}</p>\n<p>If you tell someone about this, give them this number: \
             <code>{exchange}</code></p>\n</html>\n",
            code = status.as_u16(),
        );
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'"),
        );
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.kind.code(), self.kind.side().name(), self.cause)
    }
}

impl Error for ProxyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_page_shows_the_exchange_and_nothing_internal() {
        let error = ProxyError::new(Kind::Unreachable, "connect to 10.1.2.3:8080: refused");
        let page = error.page("0193-abc");
        assert_eq!(page.status(), StatusCode::BAD_GATEWAY);
        assert!(page.body().contains("0193-abc"));
        assert!(!page.body().contains("10.1.2.3"));
        assert!(error.to_string().contains("10.1.2.3"));
        assert!(page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'"));
    }
}
