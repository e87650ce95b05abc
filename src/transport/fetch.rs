//! Fetches one script for a person to look at and approve: limits on size, time and redirects, and on
//! where it may come from.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_ENCODING, CONTENT_TYPE, HOST, LOCATION,
    ORIGIN, USER_AGENT,
};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use tokio::net::lookup_host;
use tokio::task::LocalSet;
use tokio::time::timeout;
use url::{Position, Url};

use super::address::is_public;
use super::dial::Dialer;
use super::tls;

/// Bytes of one script, before and after decoding.
const MAX_BYTES: usize = 10 << 20;
/// The whole fetch, redirects included.
const MAX_TIME: Duration = Duration::from_secs(30);
/// Redirects followed.
const MAX_REDIRECTS: usize = 5;
/// Whom we ask for: nobody. A vendor that allows this origin allows any.
const ASKED_BY: &str = "https://countersign.invalid";

/// What may be fetched.
#[derive(Debug, Clone, Default)]
pub struct FetchOptions {
    /// Whether addresses of private networks and of this machine are fetched from.
    pub allow_private: bool,
    /// A CA (PEM) that the server's certificate may come from, beside the system's.
    pub extra_ca: Option<PathBuf>,
}

/// What was fetched, decoded.
#[derive(Debug)]
pub struct Fetched {
    /// The URL after redirects.
    pub url: Url,
    /// The bytes as browsers hash them: content codings removed.
    pub bytes: Vec<u8>,
    /// The `Content-Type`, if any.
    pub content_type: Option<String>,
    /// Whether the answer, and every redirect to it, allows any origin (`Access-Control-Allow-Origin`),
    /// which tier pin needs.
    pub cors: bool,
}

/// Why nothing was fetched; each says the way out.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Anything that went wrong on the network.
    #[error("could not fetch {url}: {cause}")]
    Network {
        /// What was asked for.
        url: String,
        /// What happened.
        cause: String,
    },
    /// Not 200.
    #[error("{url} answered {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// Its answer.
        status: u16,
    },
    /// Over a limit.
    #[error("{url}: more than {limit}")]
    Limit {
        /// What was asked for.
        url: String,
        /// The limit, in words.
        limit: String,
    },
    /// Could be fetched, but must not be.
    #[error("{url}: {why}")]
    Refused {
        /// What was asked for.
        url: String,
        /// Why, and the way out.
        why: String,
    },
}

/// Fetches `url` with GET. Blocks; it runs a runtime on a thread of its own.
pub fn get(url: &Url, options: &FetchOptions) -> Result<Fetched, FetchError> {
    let failed = |cause: String| FetchError::Network { url: url.to_string(), cause };
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        let fetching = async {
            timeout(MAX_TIME, follow(url, options)).await.unwrap_or_else(|_elapsed| {
                let limit = format!("{} seconds", MAX_TIME.as_secs());
                Err(FetchError::Limit { url: url.to_string(), limit })
            })
        };
        LocalSet::new().block_on(&runtime, fetching)
    };
    thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|_panic| Err(failed("an internal error".to_owned())))
}

async fn follow(start: &Url, options: &FetchOptions) -> Result<Fetched, FetchError> {
    let tls = tls::client(options.extra_ca.as_deref()).map_err(|error| network(start, &error))?;
    let dialer = Dialer { tls, max_headers: 256, buffer_bytes: 64 << 10, patience: MAX_TIME };
    let mut url = start.clone();
    let mut cors = true;
    for _ in 0..=MAX_REDIRECTS {
        let response = request(&dialer, &url, options).await?;
        cors &= allows_any_origin(response.headers());
        if response.status().is_redirection()
            && let Some(location) = response.headers().get(LOCATION)
        {
            url = redirected(&url, &String::from_utf8_lossy(location.as_bytes()))?;
            continue;
        }
        if response.status() != http::StatusCode::OK {
            return Err(FetchError::Status { url: url.to_string(), status: response.status().as_u16() });
        }
        let (parts, body) = response.into_parts();
        let coded = read(&url, body).await?;
        let bytes = decode(&url, &parts.headers, coded)?;
        let content_type = parts.headers.get(CONTENT_TYPE);
        let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        return Ok(Fetched { url, bytes, content_type, cors });
    }
    Err(FetchError::Limit { url: start.to_string(), limit: format!("{MAX_REDIRECTS} redirects") })
}

fn network(url: &Url, error: &dyn std::error::Error) -> FetchError {
    FetchError::Network { url: url.to_string(), cause: error.to_string() }
}

fn refused(url: &Url, why: impl Into<String>) -> FetchError {
    FetchError::Refused { url: url.to_string(), why: why.into() }
}

/// Where a redirect leads. Never from https to http: who can read along could write along.
fn redirected(from: &Url, location: &str) -> Result<Url, FetchError> {
    let to = from.join(location).map_err(|error| network(from, &error))?;
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err(refused(from, format!("it redirects to {to}, which is not https")));
    }
    Ok(to)
}

/// <https://fetch.spec.whatwg.org/#concept-cors-check>
fn allows_any_origin(headers: &HeaderMap) -> bool {
    headers
        .get(ACCESS_CONTROL_ALLOW_ORIGIN)
        .is_some_and(|value| value == "*" || value.as_bytes() == ASKED_BY.as_bytes())
}

async fn request(
    dialer: &Dialer,
    url: &Url,
    options: &FetchOptions,
) -> Result<Response<Incoming>, FetchError> {
    let tls = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(refused(url, "only http and https can be fetched")),
    };
    let host = url.host_str().ok_or_else(|| refused(url, "no host in it"))?.trim_matches(['[', ']']);
    let address = resolve(url, host, options).await?;
    // The address that was checked is the one connected to: a second look-up could lead elsewhere.
    let mut sender =
        dialer.connect_to::<Empty<Bytes>>(address, host, tls).await.map_err(|error| network(url, &error))?;
    let request = Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
        .header(USER_AGENT, concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .header(ACCEPT, "*/*")
        .header(ACCEPT_ENCODING, "gzip, br, zstd, deflate")
        .header(ORIGIN, ASKED_BY)
        .body(Empty::new())
        .map_err(|error| network(url, &error))?;
    sender.send_request(request).await.map_err(|error| network(url, &error))
}

async fn resolve(url: &Url, host: &str, options: &FetchOptions) -> Result<SocketAddr, FetchError> {
    let port = url.port_or_known_default().unwrap_or(443);
    let found: Vec<SocketAddr> =
        lookup_host((host, port)).await.map_err(|error| network(url, &error))?.collect();
    if !options.allow_private
        && let Some(private) = found.iter().find(|address| !is_public(address.ip()))
    {
        let why = format!(
            "it leads to {}, which is not a public address. If that is meant, allow private addresses",
            private.ip()
        );
        return Err(refused(url, why));
    }
    found.first().copied().ok_or_else(|| refused(url, "its name has no address"))
}

async fn read(url: &Url, mut body: Incoming) -> Result<Bytes, FetchError> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| network(url, &error))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > MAX_BYTES {
            return Err(too_long(url));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

fn too_long(url: &Url) -> FetchError {
    FetchError::Limit { url: url.to_string(), limit: format!("{} MiB", MAX_BYTES >> 20) }
}

/// Removes one content coding. Several stacked, or one unknown, are refused: browsers would hash other
/// bytes than we.
fn decode(url: &Url, headers: &HeaderMap, coded: Bytes) -> Result<Vec<u8>, FetchError> {
    let codings: Vec<&[u8]> =
        headers.get_all(CONTENT_ENCODING).iter().map(http::HeaderValue::as_bytes).collect();
    let coding = codings.join(&b","[..]).to_ascii_lowercase();
    let text = &coded[..];
    let decoded = match coding.trim_ascii() {
        b"" | b"identity" => return Ok(coded.into()),
        b"gzip" | b"x-gzip" => bounded(flate2::read::MultiGzDecoder::new(text)),
        b"br" => bounded(brotli::Decompressor::new(text, 4096)),
        b"zstd" => zstd::stream::read::Decoder::with_buffer(text).and_then(bounded),
        // Some servers send the bare format under this name, and browsers take both.
        b"deflate" => bounded(flate2::read::ZlibDecoder::new(text))
            .or_else(|_not_zlib| bounded(flate2::read::DeflateDecoder::new(text))),
        other => {
            let name = String::from_utf8_lossy(other);
            return Err(refused(url, format!("it came in the content coding `{name}`, which can't be read")));
        }
    };
    match decoded {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(too_long(url)),
        Err(error) => Err(network(url, &error)),
    }
}

/// Everything that a decoder gives; `None` when that is too much.
fn bounded(decoder: impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    decoder.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= MAX_BYTES).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
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
        assert!(matches!(get(&server(vec![odd]), &private()), Err(FetchError::Refused { .. })));
        let broken = answer("200 OK\r\ncontent-encoding: br", b"no brotli");
        assert!(matches!(get(&server(vec![broken]), &private()), Err(FetchError::Network { .. })));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&vec![0; MAX_BYTES + 1]).unwrap();
        let bomb = answer("200 OK\r\ncontent-encoding: gzip", &gzip.finish().unwrap());
        assert!(matches!(get(&server(vec![bomb]), &private()), Err(FetchError::Limit { .. })));
    }
}
