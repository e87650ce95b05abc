//! The media type a browser would act on, found the way browsers find it.

use std::borrow::Cow;

use data_url::mime::Mime;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use memchr::memchr;

/// A parsed media type, its essence in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// `type/subtype`.
    pub essence: Cow<'static, str>,
    /// The `charset` parameter, as written.
    pub charset: Option<String>,
    /// There is one field, which says this and no more in the usual form, so that nobody reads it in another way.
    pub plain: bool,
}

/// What most responses say.
const USUAL: [&str; 14] = [
    "text/html",
    "text/css",
    "text/plain",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/octet-stream",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/svg+xml",
    "font/woff2",
];

impl MediaType {
    /// Whether this is HTML, which is rewritten.
    pub fn is_html(&self) -> bool {
        self.essence == "text/html"
    }

    /// Whether it is that of a font.
    pub fn is_font(&self) -> bool {
        self.essence.starts_with("font/")
    }

    /// Whether it is that of something to be heard or watched.
    pub fn is_sound_or_film(&self) -> bool {
        self.essence.starts_with("audio/") || self.essence.starts_with("video/")
    }
}

/// The media type of a response: the last valid one of all `Content-Type` values, each of which may
/// be a comma-separated list. `None` when there is none that browsers would accept.
/// <https://fetch.spec.whatwg.org/#concept-header-extract-mime-type>
pub fn extract_media_type(headers: &HeaderMap) -> Option<MediaType> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    if let (Some(value), None) = (values.next(), values.next())
        && let Some(plain) = plain(value.as_bytes())
    {
        return Some(plain);
    }
    let mut found: Option<MediaType> = None;
    for value in headers.get_all(CONTENT_TYPE) {
        // Bytes above ASCII can't be part of a valid type; they only spoil the value they stand in.
        let text = String::from_utf8_lossy(value.as_bytes());
        for part in split_on_commas(&text) {
            let Ok(mime) = part.parse::<Mime>() else { continue };
            let essence = format!("{}/{}", mime.type_, mime.subtype);
            if essence == "*/*" {
                continue;
            }
            let charset = mime.get_parameter("charset").map(ToOwned::to_owned);
            // A later value of the same essence without a charset keeps the earlier charset.
            let charset = charset.or_else(|| {
                found.as_ref().filter(|earlier| earlier.essence == essence).and_then(|e| e.charset.clone())
            });
            found = Some(MediaType { essence: essence.into(), charset, plain: false });
        }
    }
    found
}

/// A type as nearly all are written: in lower case, with nothing or only a charset behind it. There is nothing in it
/// that could be read in two ways.
fn plain(value: &[u8]) -> Option<MediaType> {
    let (essence, charset) = match memchr(b';', value).and_then(|end| value.split_at_checked(end)) {
        Some((essence, rest)) => {
            let rest = rest.strip_prefix(b";")?;
            (essence, Some(rest.strip_prefix(b" ").unwrap_or(rest).strip_prefix(b"charset=")?))
        }
        None => (value, None),
    };
    let essence = match USUAL.iter().find(|usual| usual.as_bytes() == essence) {
        Some(usual) => Cow::Borrowed(*usual),
        None => Cow::Owned(unusual(essence)?),
    };
    let of_charset = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if charset.is_some_and(|charset| charset.is_empty() || !charset.iter().all(of_charset)) {
        return None;
    }
    let charset = charset.and_then(|charset| String::from_utf8(charset.to_vec()).ok());
    Some(MediaType { essence, charset, plain: true })
}

/// Any other type in the same form.
fn unusual(essence: &[u8]) -> Option<String> {
    let (mut slashes, mut before) = (0, b'/');
    let of_type = |byte: &u8| {
        let after_slash = std::mem::replace(&mut before, *byte) == b'/';
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'+' | b'.' => true,
            b'/' => {
                slashes += 1;
                !after_slash
            }
            _ => false,
        }
    };
    let is_type = essence.iter().all(of_type) && slashes == 1 && before != b'/';
    is_type.then(|| String::from_utf8(essence.to_vec()).ok()).flatten()
}

/// Splits on commas that stand outside quoted strings.
/// <https://fetch.spec.whatwg.org/#header-value-get-decode-and-split>
fn split_on_commas(text: &str) -> Vec<&str> {
    let mut quoted = false;
    let mut escaped = false;
    text.split(move |c: char| {
        if escaped {
            escaped = false;
            return false;
        }
        match c {
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => return true,
            _ => {}
        }
        false
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn essence(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CONTENT_TYPE, HeaderValue::from_str(value).unwrap());
        }
        extract_media_type(&headers).map(|media_type| media_type.essence.into_owned())
    }

    #[test]
    fn the_last_valid_type_wins_as_in_browsers() {
        for (values, expected) in [
            (&["text/html"][..], Some("text/html")),
            (&["TEXT/HTML; Charset=x"], Some("text/html")),
            (&["text/html,"], Some("text/html")),
            (&["text/plain, text/html"], Some("text/html")),
            (&["text/html, text/plain"], Some("text/plain")),
            (&["text/plain", "text/html"], Some("text/html")),
            (&["text/plain; x=x, text/html, foobar"], Some("text/html")),
            (&["text/plain; x=\"a, text/html\""], Some("text/plain")),
            (&["\"text/html\""], None),
            (&["text/html;charset=utf-8"], Some("text/html")),
            (&["application/vnd.x+json; charset=a_b-1"], Some("application/vnd.x+json")),
            (&["text/a/b"], None),
            (&["text/"], None),
            (&["/html"], None),
            (&["/"], None),
            (&["text/html; charset="], Some("text/html")),
            (&["*/*"], None),
            (&["foo"], None),
            (&[""], None),
            (&[], None),
        ] {
            assert_eq!(essence(values).as_deref(), expected, "{values:?}");
        }
    }

    #[test]
    fn a_type_is_plain_where_one_field_says_it_in_the_usual_form() {
        let plain = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_TYPE, HeaderValue::from_static(value));
            }
            extract_media_type(&headers).is_some_and(|media| media.plain)
        };
        for value in ["text/html", "text/html; charset=utf-8", "text/html;charset=UTF-8", "x/y+z.1"] {
            assert!(plain(&[value]), "{value}");
            assert!(!plain(&[value, value]) && !plain(&["x/y", value]), "{value}");
        }
        for value in
            ["Text/html", "text/html ", "text/html, x/y", "text/html; charset=\"utf-8\"", "text/html; a=b"]
        {
            assert!(!plain(&[value]), "{value}");
        }
    }

    #[test]
    fn the_charset_is_kept_as_written() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=\"Shift_JIS\""));
        assert_eq!(extract_media_type(&headers).unwrap().charset.as_deref(), Some("Shift_JIS"));
    }
}
