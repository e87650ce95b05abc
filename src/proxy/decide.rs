//! One treatment for the whole response, from its head alone. Pure.

use http::header::CONTENT_DISPOSITION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::error::Kind;
use super::forward::Asked;
use crate::html::{Coding, content_coding};
use crate::policy::Mode;
use crate::web::MediaType;

/// What becomes of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// HTML: every script judged, the head gets the page's CSP.
    Rewrite(Coding),
    /// HTML without a body to rewrite (HEAD, 204, 304 for a page of this generation): the head only.
    RewriteHead,
    /// HTML while observing: the body passes as it is, a copy is judged.
    Observe(Coding),
    /// HTML while observing, of which there is nothing to judge.
    ObserveHead,
    /// HTML while observing that passes, but would be refused where verdicts are carried out.
    ObserveUnread(Kind),
    /// Something else that a browser may run as a document: nothing in it may run.
    HeadersOnly,
    /// Something that is no document; the same headers, because browsers' lists grow.
    Pass,
    /// Can't be judged, so it doesn't go out.
    Refuse(Kind),
}

impl Treatment {
    /// In metrics: an error page of ours.
    pub(super) const REFUSED: &'static str = "refuse";
    /// In metrics: under our own path.
    pub(super) const OWN: &'static str = "own";
    /// In metrics: a WebSocket, whose bytes nobody reads.
    pub(super) const UPGRADE: &'static str = "upgrade";

    /// In metrics and logs.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Rewrite(_) | Self::RewriteHead => "rewrite",
            Self::Observe(_) | Self::ObserveHead | Self::ObserveUnread(_) => "observe",
            Self::HeadersOnly => "headers-only",
            Self::Pass => "pass",
            Self::Refuse(_) => Self::REFUSED,
        }
    }
}

/// Types that browsers never show as a document that could run scripts.
const INERT: [&str; 14] = [
    "text/css",
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "application/json",
    "application/ld+json",
    "application/manifest+json",
    "application/octet-stream",
    "application/wasm",
    "application/zip",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/event-stream",
    "text/vtt",
];

/// Decides. `media` is what a browser would take the type for.
pub(super) fn decide(
    mode: Mode,
    method: &Method,
    status: StatusCode,
    headers: &HeaderMap,
    media: Option<&MediaType>,
    asked: Asked,
) -> Treatment {
    let html = media.is_some_and(MediaType::is_html);
    if status == StatusCode::NOT_MODIFIED {
        return not_modified(mode, asked);
    }
    if !html || is_saved(headers) {
        return if media.is_some_and(is_inert) { Treatment::Pass } else { Treatment::HeadersOnly };
    }
    let bodyless = *method == Method::HEAD || status == StatusCode::NO_CONTENT;
    match mode {
        Mode::Observe if bodyless => Treatment::ObserveHead,
        // Carried out, nobody would have asked for a part of a document.
        Mode::Observe if status == StatusCode::PARTIAL_CONTENT && asked.document => Treatment::ObserveHead,
        Mode::Observe if status == StatusCode::PARTIAL_CONTENT => {
            Treatment::ObserveUnread(Kind::PartialDocument)
        }
        Mode::Observe => match content_coding(headers) {
            Ok(coding) => Treatment::Observe(coding),
            Err(_unreadable) if asked.document => Treatment::ObserveUnread(Kind::UnknownCoding),
            // Carried out, such a coding would not have been asked for.
            Err(_unreadable) => Treatment::ObserveHead,
        },
        Mode::Enforce if status == StatusCode::PARTIAL_CONTENT => Treatment::Refuse(Kind::PartialDocument),
        Mode::Enforce => match content_coding(headers) {
            Err(_unreadable) => Treatment::Refuse(Kind::UnknownCoding),
            Ok(_) if bodyless => Treatment::RewriteHead,
            Ok(coding) => Treatment::Rewrite(coding),
        },
    }
}

/// A 304 updates the stored response's headers, the CSP among them, so it must carry those of what
/// is stored: a page of this generation if our tag was sent back, something else if the upstream's was.
fn not_modified(mode: Mode, asked: Asked) -> Treatment {
    match mode {
        Mode::Observe => Treatment::Pass,
        // A script that was judged: its bytes were not changed.
        Mode::Enforce if asked.rewritten_before && asked.script && !asked.document => Treatment::Pass,
        Mode::Enforce if asked.rewritten_before => Treatment::RewriteHead,
        Mode::Enforce if asked.whole || !asked.conditional => Treatment::Refuse(Kind::UnrequestedNotModified),
        Mode::Enforce => Treatment::HeadersOnly,
    }
}

/// Whether browsers save the response instead of showing it. Only where that is beyond doubt; were one to
/// show it, nothing in it would run.
/// <https://www.rfc-editor.org/rfc/rfc6266#section-4.2>
pub(super) fn is_saved(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_DISPOSITION).iter();
    let named = |value: &HeaderValue| {
        let word = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
        word.trim_ascii().eq_ignore_ascii_case(b"attachment")
    };
    values.next().is_some_and(named) && values.next().is_none()
}

fn is_inert(media: &MediaType) -> bool {
    let essence = &*media.essence;
    if essence.starts_with("image/") {
        return essence != "image/svg+xml";
    }
    media.is_font() || media.is_sound_or_film() || INERT.contains(&essence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::codings::Codings;
    use crate::web::extract_media_type;
    use http::header::CONTENT_TYPE;

    const ASKED: Asked = Asked {
        document: true,
        script: false,
        whole: true,
        rewritten_before: false,
        conditional: false,
        codings: Codings::NONE,
    };

    fn treat(mode: Mode, method: &Method, status: u16, fields: &[(&'static str, &'static str)]) -> Treatment {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let media = extract_media_type(&headers);
        decide(mode, method, StatusCode::from_u16(status).unwrap(), &headers, media.as_ref(), ASKED)
    }

    fn typed(value: &'static str) -> Treatment {
        treat(Mode::Enforce, &Method::GET, 200, &[(CONTENT_TYPE.as_str(), value)])
    }

    #[test]
    fn what_browsers_take_for_html_is_rewritten() {
        for value in [
            "text/html",
            "TEXT/HTML",
            "text/html;charset=utf-8;x=y",
            "text/html,",
            "text/plain; x=x, text/html, foobar",
            "text/plain, text/html",
            "text/html;",
            " text/html",
        ] {
            assert_eq!(typed(value), Treatment::Rewrite(Coding::Identity), "{value}");
        }
    }

    #[test]
    fn other_documents_get_headers_under_which_nothing_runs() {
        for value in [
            "application/xhtml+xml",
            "image/svg+xml",
            "text/xml",
            "application/xml",
            "application/rss+xml",
            "text/xsl",
            "application/pdf",
            "multipart/x-mixed-replace; boundary=b",
            "message/rfc822",
            "unknown/unknown",
            "application/unknown",
            "text/x-foo",
            "",
            "*/*",
            "foo",
            "\"text/html\"",
        ] {
            assert_eq!(typed(value), Treatment::HeadersOnly, "{value}");
        }
        assert_eq!(treat(Mode::Enforce, &Method::GET, 200, &[]), Treatment::HeadersOnly);
    }

    #[test]
    fn what_browsers_save_is_not_rewritten() {
        let saved = |disposition| {
            let fields = [("content-type", "text/html"), ("content-disposition", disposition)];
            treat(Mode::Enforce, &Method::GET, 200, &fields) == Treatment::HeadersOnly
        };
        assert!(saved("attachment") && saved(" Attachment ; filename=\"a.html\""));
        for shown in
            ["inline", "", "attachments", "filename=attachment", "\"attachment\"", "inline; attachment"]
        {
            assert!(!saved(shown), "{shown}");
        }
    }

    #[test]
    fn assets_pass() {
        for value in ["text/css", "image/png", "font/woff2", "application/json", "text/event-stream"] {
            assert_eq!(typed(value), Treatment::Pass, "{value}");
        }
    }

    #[test]
    fn error_pages_are_pages() {
        for status in [201, 203, 299, 300, 302, 400, 401, 404, 451, 500, 503, 600, 999] {
            assert_eq!(
                treat(Mode::Enforce, &Method::GET, status, &[("content-type", "text/html")]),
                Treatment::Rewrite(Coding::Identity),
                "{status}"
            );
        }
    }

    #[test]
    fn what_cannot_be_judged_is_refused() {
        let html = ("content-type", "text/html");
        assert_eq!(
            treat(Mode::Enforce, &Method::GET, 206, &[html]),
            Treatment::Refuse(Kind::PartialDocument)
        );
        assert_eq!(
            treat(Mode::Enforce, &Method::GET, 200, &[html, ("content-encoding", "foo")]),
            Treatment::Refuse(Kind::UnknownCoding)
        );
    }

    #[test]
    fn while_observing_nothing_is_refused() {
        let html = ("content-type", "text/html");
        let observe = |status, fields: &[_]| treat(Mode::Observe, &Method::GET, status, fields);
        assert_eq!(observe(200, &[html]), Treatment::Observe(Coding::Identity));
        let unreadable = observe(200, &[html, ("content-encoding", "foo")]);
        assert_eq!(unreadable, Treatment::ObserveUnread(Kind::UnknownCoding));
        assert_eq!(observe(206, &[html]), Treatment::ObserveHead, "carried out, the whole would come");
        assert_eq!(observe(304, &[]), Treatment::Pass);
    }

    #[test]
    fn without_a_body_only_the_head_is_written() {
        let html = [("content-type", "text/html")];
        assert_eq!(treat(Mode::Enforce, &Method::HEAD, 200, &html), Treatment::RewriteHead);
        assert_eq!(treat(Mode::Enforce, &Method::GET, 204, &html), Treatment::RewriteHead);
    }

    #[test]
    fn a_304_carries_the_headers_of_what_is_stored() {
        let none = HeaderMap::new();
        let decide = |document, rewritten_before, conditional| {
            let asked =
                Asked { document, whole: document, rewritten_before, conditional, ..Asked::default() };
            decide(Mode::Enforce, &Method::GET, StatusCode::NOT_MODIFIED, &none, None, asked)
        };
        assert_eq!(decide(true, true, true), Treatment::RewriteHead);
        assert_eq!(decide(false, true, true), Treatment::RewriteHead);
        assert_eq!(decide(false, false, true), Treatment::HeadersOnly);
        assert_eq!(decide(true, false, false), Treatment::Refuse(Kind::UnrequestedNotModified));
        assert_eq!(decide(false, false, false), Treatment::Refuse(Kind::UnrequestedNotModified));
    }
}
