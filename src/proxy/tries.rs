//! Spans of tries at upstreams.

use http::Request;

use super::request_body::RequestBody;
use super::upstream::{Answered, Failed};
use crate::policy::UpstreamAddress;
use crate::telemetry::shown;
use crate::traces::{Called, Trace, Try};

/// Characters of a path that are told.
const PATH_LEN: usize = 512;

/// A request is about to go to an upstream, which is told of the span, where there is one.
pub(super) fn begin(
    trace: &Trace,
    request: &mut Request<RequestBody>,
    to: &UpstreamAddress,
    before: usize,
) -> Option<Try> {
    let begun = trace.begin_try(|| {
        let (host, port) = match to {
            UpstreamAddress::Tcp { host, port, .. } => (host.clone(), Some(*port)),
            UpstreamAddress::Unix(path) => (path.display().to_string(), None),
        };
        Called {
            method: shown(request.method().as_str(), 20),
            url: format!("{to}{}", shown(request.uri().path(), PATH_LEN)),
            host,
            port,
            resent: before,
        }
    });
    if let Some(begun) = &begun {
        begun.pass_on(request.headers_mut());
    }
    begun
}

/// What came of it.
pub(super) fn end(begun: Option<Try>, result: &Result<Answered, Failed>) {
    if let Some(begun) = begun {
        begun.end(match result {
            Ok(answered) => Ok(answered.response.status().as_u16()),
            Err(failed) => Err(failed.error.kind().code()),
        });
    }
}
