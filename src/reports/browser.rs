//! Which browser sent a report: family and major version, from what it says of itself. A short table: more
//! would be guessed anyway, and anybody can write it.

use http::HeaderMap;
use http::header::USER_AGENT;

/// Longest `User-Agent` that is looked at.
const LONGEST: usize = 512;

/// A product token, and the family that it names. Browsers name those that they are made from, too, so the
/// first that is there counts.
const FAMILIES: [(&str, &str); 14] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("FxiOS/", "Firefox iOS"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome iOS"),
    ("HeadlessChrome/", "Chromium"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chromium"),
    ("Version/", "Safari"),
];

/// Of whoever sent a request; `named` is what a report's envelope says, which is what counts where a browser
/// sends for a page of another.
pub(super) fn browser(headers: &HeaderMap, named: Option<&str>) -> String {
    let sent = || headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    named.or_else(sent).map_or_else(String::new, from_text)
}

fn from_text(text: &str) -> String {
    let text: String = text.chars().take(LONGEST).collect();
    let found = FAMILIES.into_iter().find_map(|(token, family)| {
        let (_, rest) = text.split_once(token)?;
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some((family, number.parse::<u16>().ok()?))
    });
    match found {
        // Every WebKit has a `Version`; only Safari says so.
        Some(("Safari", _)) if !text.contains("Safari/") => "other".to_owned(),
        Some((family, version)) if version < 1000 => format!("{family} {version}"),
        _ if text.is_empty() => String::new(),
        _ => "other".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_by_what_they_say() {
        for (text, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36",
                "Chromium 156",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Safari/537.36 Edg/155.0.1.2",
                "Edge 155",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
                "Safari 26",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/150.0.1 Mobile/15E148 Safari/604.1",
                "Chrome iOS 150",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "Firefox 153"),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
                "Samsung Internet 27",
            ),
            ("curl/8.5.0", "other"),
            ("Version/7", "other"),
            ("Firefox/99999999", "other"),
            ("Firefox/1000", "other"),
            ("", ""),
        ] {
            assert_eq!(from_text(text), expected, "{text}");
        }
        assert_eq!(from_text(&format!("{}Firefox/153", "é".repeat(4000))), "other", "cut before");
    }

    #[test]
    fn the_envelope_counts_before_the_request() {
        let mut headers = HeaderMap::new();
        assert_eq!(browser(&headers, None), "");
        headers.insert(USER_AGENT, "Firefox/153".parse().unwrap());
        assert_eq!(browser(&headers, None), "Firefox 153");
        assert_eq!(browser(&headers, Some("Chrome/156")), "Chromium 156");
    }
}
