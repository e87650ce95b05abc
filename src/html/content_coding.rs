//! Which content coding a body came in, from its headers.

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::error::HtmlError;

/// A content coding that can be undone and applied.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// No coding.
    Identity,
    /// `gzip`, also as `x-gzip`.
    Gzip,
    /// `deflate`: zlib, or raw deflate, which browsers accept too.
    Deflate,
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
}

impl Coding {
    /// The name in headers; `identity` stands in none.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The coding of this name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "identity" => Some(Self::Identity),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// The longest part of an unknown coding that an error repeats, in characters.
const SHOWN: usize = 64;

/// The coding of a body. Empty list items count as absent, as in RFC 9110.
///
/// Several codings on top of each other are refused although browsers undo them: no server means it,
/// and each more layer multiplies what a bomb can do. So is every name that is not known here.
pub fn content_coding(headers: &HeaderMap) -> Result<Coding, HtmlError> {
    let mut names: Vec<String> = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        names.extend(text.split(',').map(|name| name.trim_matches([' ', '\t']).to_owned()));
    }
    names.retain(|name| !name.is_empty());
    match names.as_slice() {
        [] => Ok(Coding::Identity),
        [one] => Coding::from_name(one).ok_or_else(|| HtmlError::UnknownCoding(shown(one))),
        several => Err(HtmlError::UnknownCoding(shown(&several.join(", ")))),
    }
}

/// A name from a stranger, short and without characters that could break a log line.
fn shown(name: &str) -> String {
    name.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn coding(values: &[&[u8]]) -> Result<Coding, HtmlError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CONTENT_ENCODING, HeaderValue::from_bytes(value).unwrap());
        }
        content_coding(&headers)
    }

    #[test]
    fn known_names_are_read_in_any_case() {
        for (values, expected) in [
            (&[][..], Coding::Identity),
            (&[&b""[..]], Coding::Identity),
            (&[b" , ,"], Coding::Identity),
            (&[b"identity"], Coding::Identity),
            (&[b"gzip"], Coding::Gzip),
            (&[b"X-GZip"], Coding::Gzip),
            (&[b"\tgzip ,"], Coding::Gzip),
            (&[b"", b"br"], Coding::Brotli),
            (&[b"ZSTD"], Coding::Zstd),
            (&[b"deflate"], Coding::Deflate),
        ] {
            assert_eq!(coding(values).unwrap(), expected, "{values:?}");
        }
    }

    #[test]
    fn what_a_browser_might_ignore_is_refused() {
        for values in [
            &[&b"foo"[..]][..],
            &[b"none"],
            &[b"utf-8"],
            &[b"x-compress"],
            &[b"dcb"],
            &[b"gzip;q=1"],
            &[b"gzip br"],
            &[b"\"gzip\""],
            &[b"gzip, gzip"],
            &[b"gzip", b"gzip"],
            &[b"identity, gzip"],
            &[b"gzip\xff"],
        ] {
            assert!(matches!(coding(values), Err(HtmlError::UnknownCoding(_))), "{values:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_in_the_error() {
        let long = [b'a'; 5000];
        let Err(HtmlError::UnknownCoding(name)) = coding(&[&long]) else { panic!("accepted") };
        assert_eq!(name.len(), SHOWN);
    }
}
