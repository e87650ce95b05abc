//! Fetches a script or a page for a person to look at: limits on size, time and redirects, and on where
//! it may come from. Each limit that is met is named.
//!
//! ```text
//!  get ─► follow: one hop after the other ─► hop: resolve, check the address, ask ─► body: read, decode
//! ```

mod error;
mod hop;
mod proxy;
mod body;

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use http::HeaderMap;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, COOKIE, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION, ORIGIN,
};
use tokio::task::LocalSet;
use tokio::time::timeout;
use url::Url;

pub use error::FetchError;

use super::dial::Dialer;
use super::tls::{self, PemPair, PublishedClient, TlsError};
use hop::{ASKED_BY, Stage};

/// Bytes of one answer, before and after decoding, unless said otherwise.
pub const MAX_BYTES: usize = 10 << 20;
/// The whole fetch, redirects included, unless said otherwise.
pub const MAX_TIME: Duration = Duration::from_secs(30);
/// Redirects followed, unless said otherwise.
pub const MAX_REDIRECTS: usize = 5;

/// What may be fetched, and how.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// Whether addresses of private networks and of this machine are fetched from.
    pub allow_private: bool,
    /// Bytes of one answer, before and after decoding.
    pub max_bytes: usize,
    /// Whether the proxy is used that the environment names (`HTTPS_PROXY` and the like). Which addresses it
    /// asks can't be seen.
    pub through_proxy: bool,
    /// The longest time for all of it.
    pub max_time: Duration,
    /// Redirects followed.
    pub max_redirects: usize,
    /// Whether any status is an answer; otherwise only 200 is.
    pub any_status: bool,
    /// What is asked for.
    pub wanted: Wanted,
    /// Whom it is asked as; `None` says truthfully that it is Countersign.
    pub user_agent: Option<&'static str>,
    /// A cookie that is brought, `name=value`.
    pub cookie: Option<&'static str>,
    /// A site that is reached at another address.
    pub through: Option<Through>,
    /// More fields of the request, each in place of what would stand there.
    pub fields: HeaderMap,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            allow_private: false,
            through_proxy: false,
            max_bytes: MAX_BYTES,
            max_time: MAX_TIME,
            max_redirects: MAX_REDIRECTS,
            any_status: false,
            wanted: Wanted::Script,
            user_agent: None,
            cookie: None,
            through: None,
            fields: HeaderMap::new(),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A script, as a tag with `crossorigin` asks: with CORS.
    Script,
    /// A script, as a tag without `crossorigin` asks.
    PlainScript,
    /// A page, as somebody does who follows a link.
    Page,
}

/// A site that is reached at another address than its name's: an application behind a proxy. The
/// operator named that address, so it may be private.
#[derive(Debug, Clone)]
pub struct Through {
    /// The site, whose scheme, host and port count.
    pub site: Url,
    /// Where it is reached: `http`, `https`, or a socket (`unix:/PATH`).
    pub at: Url,
    /// The name that its certificate must carry, where that is not the host's.
    pub name: Option<String>,
}

/// What was fetched, decoded.
#[derive(Debug)]
pub struct Fetched {
    /// The URL after redirects.
    pub url: Url,
    /// The redirects, each by the URL it led to.
    pub redirects: Vec<Url>,
    /// The status.
    pub status: u16,
    /// The head as it came.
    pub headers: HeaderMap,
    /// The bytes as browsers hash them: content codings removed.
    pub bytes: Vec<u8>,
    /// The `Content-Type`, if any.
    pub content_type: Option<String>,
    /// Whether the answer, and every redirect to it, allows the origin that asked
    /// (`Access-Control-Allow-Origin`), which tier pin needs. That is nobody's, unless the options name one.
    pub cors: bool,
}

/// Fetches from a runtime that is there already, with one reading of the system's certificates for all.
#[derive(Debug, Clone)]
pub struct Fetcher {
    /// Towards everybody.
    tls: PublishedClient,
    /// Towards applications that are reached at another address ([`Through`]).
    own: PublishedClient,
}

impl Fetcher {
    /// `own_ca`: a CA (PEM) that certificates of the operator's applications may come from, beside the
    /// system's; `identity` is shown to those. Nobody else is believed by that CA, or shown that.
    pub fn new(own_ca: Option<&Path>, identity: Option<&PemPair>) -> Result<Self, TlsError> {
        let published = |config| Arc::new(ArcSwap::new(config));
        let tls = published(tls::client(None, None)?);
        let identity = identity.map(PemPair::certified).transpose()?;
        let own = match (own_ca, identity) {
            (None, None) => Arc::clone(&tls),
            (ca, identity) => published(tls::client(ca, identity.as_ref())?),
        };
        Ok(Self { tls, own })
    }

    /// Fetches `url` with GET, within a `LocalSet`.
    pub async fn fetch(&self, url: &Url, options: &FetchOptions) -> Result<Fetched, FetchError> {
        let stage = Cell::new(Stage::Connecting);
        let work = follow(self, url, options, &stage);
        timeout(options.max_time, work).await.unwrap_or_else(|_elapsed| {
            let limit = format!("{} seconds, and {}", options.max_time.as_secs(), stage.get());
            let url = url.to_string();
            Err(match stage.get() {
                Stage::Connecting => {
                    FetchError::Unreached { url, cause: format!("it took more than {limit}") }
                }
                Stage::ConnectingOn | Stage::Asked | Stage::Reading(_) => FetchError::Late { url, limit },
            })
        })
    }
}

/// Fetches `url` with GET. Blocks; it runs a runtime on a thread of its own.
pub fn get(url: &Url, options: &FetchOptions) -> Result<Fetched, FetchError> {
    let failed = |cause: String| FetchError::Network { url: url.to_string(), cause };
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        let fetcher = Fetcher::new(None, None).map_err(|error| error::network(url, &error))?;
        LocalSet::new().block_on(&runtime, fetcher.fetch(url, options))
    };
    thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|_panic| Err(failed("an internal error".to_owned())))
}

async fn follow(
    fetcher: &Fetcher,
    start: &Url,
    options: &FetchOptions,
    stage: &Cell<Stage>,
) -> Result<Fetched, FetchError> {
    let dialer = |tls: &PublishedClient| Dialer {
        tls: Arc::clone(tls),
        max_headers: 256,
        buffer_bytes: 64 << 10,
        max_streams: 1,
        patience: options.max_time,
    };
    let (elsewhere, own) = (dialer(&fetcher.tls), dialer(&fetcher.own));
    let mut options = options.clone();
    let mut url = start.clone();
    let mut redirects = Vec::new();
    let mut cors = true;
    let mut began_private = None;
    loop {
        let dialer = if hop::is_through(&url, &options).is_some() { &own } else { &elsewhere };
        let (response, private) = hop::ask(dialer, &url, &options, (stage, began_private)).await?;
        began_private.get_or_insert(private);
        cors &= allows(&options, response.headers());
        let status = response.status();
        let location = response.headers().get(LOCATION).filter(|_| is_followed(status));
        if let Some(location) = location {
            if redirects.len() < options.max_redirects {
                url = redirected(&url, &String::from_utf8_lossy(location.as_bytes()))?;
                if url.origin() != start.origin() {
                    // As browsers do: what one server gave or was told is not for another.
                    options.cookie = None;
                    for name in [COOKIE, IF_NONE_MATCH, IF_MODIFIED_SINCE] {
                        options.fields.remove(name);
                    }
                }
                redirects.push(url.clone());
                continue;
            }
            if !options.any_status {
                let why = format!("more than {} redirects", options.max_redirects);
                return Err(FetchError::Redirect { url: start.to_string(), why });
            }
        }
        if status != http::StatusCode::OK && !options.any_status {
            return Err(FetchError::Status { url: url.to_string(), status: status.as_u16() });
        }
        let (parts, incoming) = response.into_parts();
        let read = body::read(&url, incoming, options.max_bytes, stage).await;
        let bytes = read.and_then(|coded| body::decode(&url, &parts.headers, coded, options.max_bytes));
        let bytes = bytes.map_err(|error| {
            let unread = matches!(error, FetchError::TooLong { .. } | FetchError::Coded { .. });
            // What an error says beside its status matters to nobody.
            if unread && !status.is_success() {
                FetchError::Status { url: url.to_string(), status: status.as_u16() }
            } else {
                error
            }
        })?;
        let content_type = parts.headers.get(CONTENT_TYPE);
        let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let (status, headers) = (status.as_u16(), parts.headers);
        return Ok(Fetched { url, redirects, status, headers, bytes, content_type, cors });
    }
}

/// Whether browsers follow such an answer. Of others they take the body.
/// <https://fetch.spec.whatwg.org/#redirect-status>
fn is_followed(status: http::StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads. Never from https to http: who can read along could write along.
fn redirected(from: &Url, location: &str) -> Result<Url, FetchError> {
    let to = from.join(location).map_err(|error| error::network(from, &error))?;
    if from.scheme() == "https" && to.scheme() != "https" {
        let why = format!("it redirects to {to}, which is not https");
        return Err(FetchError::Redirect { url: from.to_string(), why });
    }
    Ok(to)
}

/// <https://fetch.spec.whatwg.org/#concept-cors-check>
fn allows(options: &FetchOptions, headers: &HeaderMap) -> bool {
    let origin = options.fields.get(ORIGIN).map_or(ASKED_BY.as_bytes(), http::HeaderValue::as_bytes);
    headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).is_some_and(|value| value == "*" || value.as_bytes() == origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Answers one connection after the other with these bytes.
    fn server(answers: Vec<Vec<u8>>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/a.js", listener.local_addr().unwrap());
        thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).unwrap();
                let _ = stream.write_all(&answer);
            }
        });
        url.parse().unwrap()
    }

    fn answer(head: &str, body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }

    fn private() -> FetchOptions {
        FetchOptions { allow_private: true, ..FetchOptions::default() }
    }

    #[test]
    fn a_script_is_fetched_and_decoded() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(b"alert(1)").unwrap();
        let coded = gzip.finish().unwrap();
        let head = "200 OK\r\ncontent-encoding: gzip\r\ncontent-type: text/javascript\r\naccess-control-allow-origin: *";
        let fetched = get(&server(vec![answer(head, &coded)]), &private()).unwrap();
        assert_eq!(fetched.bytes, b"alert(1)");
        assert_eq!(fetched.content_type.as_deref(), Some("text/javascript"));
        assert!(fetched.cors);
    }

    #[test]
    fn private_addresses_are_refused_unless_allowed() {
        let error = get(&server(vec![]), &FetchOptions::default()).unwrap_err();
        assert!(matches!(error, FetchError::Refused { .. }), "{error}");
        assert!(error.to_string().contains("127.0.0.1"), "{error}");
    }

    #[test]
    fn redirects_are_followed_up_to_a_limit() {
        let to_self = || answer("302 Found\r\nlocation: /b.js", b"");
        let fetched = get(&server(vec![to_self(), answer("200 OK", b"x")]), &private()).unwrap();
        assert!(fetched.url.path() == "/b.js" && fetched.bytes == b"x" && !fetched.cors);
        let error = get(&server((0..9).map(|_| to_self()).collect()), &private()).unwrap_err();
        assert!(error.to_string().contains("5 redirects"), "{error}");
    }

    #[test]
    fn what_is_not_the_whole_script_is_not_fetched() {
        let short = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx".to_vec();
        assert!(matches!(get(&server(vec![short]), &private()), Err(FetchError::Network { .. })));
        let missing = answer("404 Not Found", b"");
        assert!(matches!(
            get(&server(vec![missing]), &private()),
            Err(FetchError::Status { status: 404, .. })
        ));
        let odd = answer("200 OK\r\ncontent-encoding: gzip, br", b"x");
        assert!(matches!(get(&server(vec![odd]), &private()), Err(FetchError::Coded { .. })));
        let broken = answer("200 OK\r\ncontent-encoding: br", b"no brotli");
        assert!(matches!(get(&server(vec![broken]), &private()), Err(FetchError::Coded { .. })));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&vec![0; MAX_BYTES + 1]).unwrap();
        let bomb = answer("200 OK\r\ncontent-encoding: gzip", &gzip.finish().unwrap());
        assert!(matches!(get(&server(vec![bomb]), &private()), Err(FetchError::TooLong { .. })));
    }

    #[test]
    fn what_says_that_it_is_too_long_is_not_read() {
        let long = b"HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\n\r\n".to_vec();
        let error = get(&server(vec![long]), &private()).unwrap_err();
        assert!(error.to_string().contains("more than 10 MiB"), "{error}");
    }

    #[test]
    fn what_takes_too_long_says_how_far_it_came() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url: Url = format!("http://{}/a.js", listener.local_addr().unwrap()).parse().unwrap();
        // Nobody accepts: the kernel connects, and no head ever comes.
        let options = FetchOptions { max_time: Duration::from_secs(1), ..private() };
        let error = get(&url, &options).unwrap_err();
        assert!(error.to_string().contains("more than 1 seconds, and no head has come"), "{error}");
    }

    #[test]
    fn a_site_can_be_reached_at_another_address_and_only_that_one() {
        let at = server(vec![answer("200 OK", b"page")]);
        let site: Url = "https://shop.example/pay".parse().unwrap();
        let through = Some(Through { site: site.clone(), at, name: None });
        let options = FetchOptions { through, ..FetchOptions::default() };
        assert_eq!(get(&site, &options).unwrap().bytes, b"page");
        let elsewhere = server(vec![]);
        assert!(matches!(get(&elsewhere, &options), Err(FetchError::Refused { .. })));
    }

    #[test]
    fn any_status_can_be_an_answer() {
        let options = FetchOptions { any_status: true, max_redirects: 0, ..private() };
        let moved = get(&server(vec![answer("302 Found\r\nlocation: /b", b"")]), &options).unwrap();
        assert_eq!((moved.status, moved.url.path()), (302, "/a.js"));
    }
}
