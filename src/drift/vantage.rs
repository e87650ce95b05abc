//! As whom a script is asked for. A vendor, or whoever has taken its place, may serve other bytes to those
//! whom it wants to rob than to those who look.

use http::header::{
    ACCEPT_ENCODING, ACCEPT_LANGUAGE, COOKIE, IF_MODIFIED_SINCE, IF_NONE_MATCH, ORIGIN, REFERER, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::watched::Watched;
use crate::inventory::Tier;

/// One of them.
#[derive(Debug, Clone, Copy)]
pub struct Vantage {
    /// Its name in output.
    pub name: &'static str,
    /// `None`: truthfully.
    agent: Option<&'static str>,
    language: Option<&'static str>,
    /// Whether the page is named.
    referrer: bool,
    /// Whether it brings cookies, as somebody does who comes back.
    cookies: bool,
    encodings: &'static str,
}

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/142.0.0.0 Safari/537.36";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, \
                      like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                       Chrome/142.0.0.0 Mobile Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";

/// All of them. User agents, languages, encodings, with and without referrer and cookies.
pub const VANTAGES: [Vantage; 6] = [
    Vantage {
        name: "countersign",
        agent: None,
        language: None,
        referrer: false,
        cookies: false,
        encodings: "gzip, br, zstd, deflate",
    },
    Vantage {
        name: "chrome-windows",
        agent: Some(CHROME),
        language: Some("en-US,en;q=0.9"),
        referrer: true,
        cookies: false,
        encodings: "gzip, deflate, br, zstd",
    },
    Vantage {
        name: "safari-iphone",
        agent: Some(IPHONE),
        language: Some("de-DE,de;q=0.9"),
        referrer: true,
        cookies: false,
        encodings: "gzip, deflate, br",
    },
    Vantage {
        name: "firefox-linux",
        agent: Some(FIREFOX),
        language: Some("fr,en;q=0.5"),
        referrer: false,
        cookies: false,
        encodings: "gzip, deflate",
    },
    Vantage {
        name: "chrome-android-returning",
        agent: Some(ANDROID),
        language: Some("es-ES,es;q=0.9"),
        referrer: true,
        cookies: true,
        encodings: "gzip, deflate, br, zstd",
    },
    Vantage {
        name: "uncompressed",
        agent: Some(CHROME),
        language: Some("en-US,en;q=0.9"),
        referrer: true,
        cookies: true,
        encodings: "identity",
    },
];

/// What a server gave to recognise an answer by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Validators {
    pub(super) etag: Option<HeaderValue>,
    pub(super) modified: Option<HeaderValue>,
}

impl Validators {
    pub(super) fn any(&self) -> bool {
        self.etag.is_some() || self.modified.is_some()
    }
}

/// Whether browsers ask for it with CORS. Granted tags get `crossorigin`, but for evergreen ones: these keep
/// what the page wrote, mostly nothing.
pub(super) fn with_cors(watched: &Watched) -> bool {
    watched.script.tier != Tier::Evergreen || watched.script.module
}

impl Vantage {
    /// Whether it asks as a browser.
    pub(super) const fn is_browser(&self) -> bool {
        self.agent.is_some()
    }

    /// The fields of a request from here.
    pub(super) fn fields(&self, watched: &Watched, cookies: &str, known: Option<&Validators>) -> HeaderMap {
        let mut fields = HeaderMap::new();
        let mut set = |name: HeaderName, text: &str| {
            if let Ok(value) = HeaderValue::from_str(text) {
                fields.insert(name, value);
            }
        };
        set(ACCEPT_ENCODING, self.encodings);
        if let Some(agent) = self.agent {
            set(USER_AGENT, agent);
            set(HeaderName::from_static("sec-fetch-dest"), "script");
            let mode = if with_cors(watched) { "cors" } else { "no-cors" };
            set(HeaderName::from_static("sec-fetch-mode"), mode);
            let site = if watched.is_elsewhere() { "cross-site" } else { "same-origin" };
            set(HeaderName::from_static("sec-fetch-site"), site);
            if with_cors(watched) {
                set(ORIGIN, &watched.page.origin().ascii_serialization());
            }
        }
        if let Some(language) = self.language {
            set(ACCEPT_LANGUAGE, language);
        }
        if self.referrer {
            set(REFERER, watched.page.as_str());
        }
        if self.cookies {
            set(COOKIE, if cookies.is_empty() { "visited=1" } else { cookies });
        }
        if let Some(known) = known {
            for (name, value) in [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.modified)] {
                if let Some(value) = value {
                    fields.insert(name, value.clone());
                }
            }
        }
        fields
    }
}

/// The cookies that an answer sets, as a browser would bring them back.
pub(super) fn cookies_of(headers: &HeaderMap) -> String {
    const LONGEST: usize = 4096;
    let pairs = headers.get_all(http::header::SET_COOKIE).iter().filter_map(|value| {
        let pair = value.to_str().ok()?.split(';').next()?.trim();
        pair.contains('=').then_some(pair)
    });
    let mut cookies = String::new();
    for pair in pairs {
        if cookies.len() + pair.len() + 2 > LONGEST {
            break;
        }
        if !cookies.is_empty() {
            cookies.push_str("; ");
        }
        cookies.push_str(pair);
    }
    cookies
}
