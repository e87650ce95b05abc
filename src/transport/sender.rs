//! The sending half of a connection to a server, in either version of HTTP. Requests come in the form of
//! HTTP/1.1 (a path and `Host`) and are put into that of the connection; one that was not sent comes back
//! and can be given to a connection of the other version.

use std::cell::Cell;
use std::rc::Rc;

use http::header::{CONNECTION, HOST};
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Request, Response, Uri};
use hyper::body::{Body, Incoming};
use hyper::client::conn::{TrySendError, http1, http2};

use super::empties::EmptyPieces;
use super::paced::Pace;

/// The sending half of a connection that was just made.
#[derive(Debug)]
pub enum Sender<B> {
    /// For one request after the other.
    Http1(Http1Sender<B>),
    /// For many at once.
    Http2(Http2Sender<B>),
}

/// Sends one request after the other.
#[derive(Debug)]
pub struct Http1Sender<B> {
    pub(super) sender: http1::SendRequest<B>,
    /// How much of a response is read at once.
    pub(super) pace: Pace,
}

/// Sends many requests at once. The connection ends when the last of its clones is dropped and every
/// response has ended.
#[derive(Debug)]
pub struct Http2Sender<B> {
    pub(super) sender: http2::SendRequest<B>,
    pub(super) scheme: Scheme,
    /// How many streams the server lets us have open at once, as it said last.
    pub(super) most: Rc<Cell<usize>>,
    /// Pieces without a byte that the server has sent.
    pub(super) empty: EmptyPieces,
    /// Bytes of a response that come without being read.
    pub(super) window: usize,
    /// What small pieces of responses that are not read may cost, all together.
    pub(super) small_budget: usize,
}

impl<B> Clone for Http2Sender<B> {
    fn clone(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            scheme: self.scheme.clone(),
            most: Rc::clone(&self.most),
            empty: self.empty.clone(),
            window: self.window,
            small_budget: self.small_budget,
        }
    }
}

impl<B: Body + 'static> Sender<B> {
    /// Sends a request. The error has it again where nothing of it was sent.
    pub async fn send(
        &mut self,
        request: Request<B>,
    ) -> Result<Response<Incoming>, TrySendError<Request<B>>> {
        match self {
            Self::Http1(sender) => sender.send(request).await,
            Self::Http2(sender) => sender.send(request).await,
        }
    }
}

impl<B: Body + 'static> Http1Sender<B> {
    /// Sends a request. The error has it again where nothing of it was sent.
    // It goes on its way before the future is polled, so that there is no room in the future for it.
    pub fn send(
        &mut self,
        request: Request<B>,
    ) -> impl Future<Output = Result<Response<Incoming>, TrySendError<Request<B>>>> + use<B> {
        self.pace.set_little(false);
        self.sender.try_send_request(for_http1(request))
    }

    /// Whether the next request could be sent now, as far as is known.
    pub fn is_ready(&self) -> bool {
        self.sender.is_ready()
    }

    /// How much of the response is read at once; until the next request.
    pub fn pace(&self) -> Pace {
        self.pace.clone()
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }
}

impl<B: Body + 'static> Http2Sender<B> {
    /// Sends a request. The error has it again where nothing of it was sent.
    pub async fn send(
        &mut self,
        request: Request<B>,
    ) -> Result<Response<Incoming>, TrySendError<Request<B>>> {
        let request = for_http2(request, &self.scheme);
        self.sender.try_send_request(request).await
    }

    /// Whether the connection has ended, or takes no new streams any more.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// How many pieces without a byte the server has sent; h2 ends a connection that has a hundred.
    pub fn empty_pieces(&self) -> usize {
        self.empty.count()
    }

    /// Bytes of a response that come without being read.
    pub fn window(&self) -> usize {
        self.window
    }

    /// What pieces of responses that come without being read may cost together before h2 ends the connection:
    /// each what it lacks of 256 bytes.
    pub fn small_budget(&self) -> usize {
        self.small_budget
    }

    /// How many streams may be open at once.
    pub fn most_streams(&self) -> usize {
        self.most.get()
    }
}

/// Whether a server said that it did nothing with a request of HTTP/2, so that it may be sent again whatever
/// it is: the stream was refused, or came behind the last that the server would still answer.
/// <https://www.rfc-editor.org/rfc/rfc9113#section-8.7>
pub fn was_refused(error: &hyper::Error) -> bool {
    of_http2(error).is_some_and(|error| {
        let left_behind = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
        let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        error.is_remote() && (left_behind || refused)
    })
}

/// Whether only one stream of HTTP/2 has ended, and its connection goes on.
pub fn was_of_one_stream(error: &hyper::Error) -> bool {
    of_http2(error).is_some_and(h2::Error::is_reset)
}

/// Whether our end has ended a connection because of what the other end flooded it with.
/// <https://www.rfc-editor.org/rfc/rfc9113#section-10.5>
pub fn was_flooded(error: &hyper::Error) -> bool {
    of_http2(error)
        .is_some_and(|error| !error.is_remote() && error.reason() == Some(h2::Reason::ENHANCE_YOUR_CALM))
}

fn of_http2(error: &hyper::Error) -> Option<&h2::Error> {
    let mut below = std::error::Error::source(error);
    while let Some(cause) = below {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
        below = cause.source();
    }
    None
}

/// A path, and the host in a field.
/// <https://www.rfc-editor.org/rfc/rfc9112#section-3.2.1>
fn for_http1<B>(mut request: Request<B>) -> Request<B> {
    let Some(authority) = request.uri().authority() else { return request };
    if let Ok(host) = HeaderValue::from_str(authority.as_str()) {
        request.headers_mut().insert(HOST, host);
    }
    let target = request.uri().path_and_query().cloned();
    *request.uri_mut() = target.map_or_else(Uri::default, Uri::from);
    request
}

/// Scheme, authority and path, and no field that is for one connection.
/// <https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1>
fn for_http2<B>(mut request: Request<B>, scheme: &Scheme) -> Request<B> {
    request.headers_mut().remove(CONNECTION);
    let authority = request.headers().get(HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
    let Some(authority) = authority else { return request };
    let mut parts = request.uri().clone().into_parts();
    parts.scheme = Some(scheme.clone());
    parts.authority = Some(authority);
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
        request.headers_mut().remove(HOST);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_from_one_form_to_the_other_and_back() {
        let request = Request::get("/a%2fb?q").header(HOST, "Shop.test:8080").body(()).unwrap();
        let two = for_http2(request, &Scheme::HTTPS);
        assert_eq!(two.uri(), "https://Shop.test:8080/a%2fb?q");
        assert!(!two.headers().contains_key(HOST));
        let one = for_http1(two);
        assert_eq!(one.uri(), "/a%2fb?q");
        assert_eq!(one.headers()[HOST], "Shop.test:8080");
        let server_wide = Request::options("*").header(HOST, "a").body(()).unwrap();
        assert_eq!(for_http1(for_http2(server_wide, &Scheme::HTTP)).uri(), "*");
    }
}
