//! The media type a browser would act on, found the way browsers find it.

use data_url::mime::Mime;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// A parsed media type, its essence in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// `type/subtype`.
    pub essence: String,
    /// The `charset` parameter, as written.
    pub charset: Option<String>,
}

impl MediaType {
    /// Whether this is HTML, which is rewritten.
    pub fn is_html(&self) -> bool {
        self.essence == "text/html"
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
            found = Some(MediaType { essence, charset });
        }
    }
    found
}

/// A type as nearly all are written: in lower case, with nothing or only a charset behind it. There is nothing in it
/// that could be read in two ways.
fn plain(value: &[u8]) -> Option<MediaType> {
    let text = std::str::from_utf8(value).ok()?;
    let (essence, charset) = match text.split_once(';') {
        Some((essence, rest)) => {
            (essence, Some(rest.strip_prefix(' ').unwrap_or(rest).strip_prefix("charset=")?))
        }
        None => (text, None),
    };
    let (family, name) = essence.split_once('/')?;
    let is_name = |text: &str, plain: fn(u8) -> bool| !text.is_empty() && text.bytes().all(plain);
    let of_type = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'+' | b'.');
    let of_charset = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_plain = is_name(family, of_type)
        && is_name(name, of_type)
        && charset.is_none_or(|charset| is_name(charset, of_charset));
    is_plain.then(|| MediaType { essence: essence.to_owned(), charset: charset.map(ToOwned::to_owned) })
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
        extract_media_type(&headers).map(|media_type| media_type.essence)
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
            (&["*/*"], None),
            (&["foo"], None),
            (&[""], None),
            (&[], None),
        ] {
            assert_eq!(essence(values).as_deref(), expected, "{values:?}");
        }
    }

    #[test]
    fn the_charset_is_kept_as_written() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=\"Shift_JIS\""));
        assert_eq!(extract_media_type(&headers).unwrap().charset.as_deref(), Some("Shift_JIS"));
    }
}
