//! A script that passes whatever is thought of it: its bytes go on as they come, and the verdict falls
//! at its end. Trouble in reading it only ends the reading.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};

use super::{Digesting, Transit};
use crate::proxy::body::UpstreamBody;
use crate::proxy::error::ProxyError;

/// The body of such a script.
pub(in crate::proxy) struct PassingScript {
    upstream: UpstreamBody,
    reading: Option<(Transit, Digesting)>,
}

impl PassingScript {
    pub(super) fn new(transit: Transit, digesting: Digesting, upstream: UpstreamBody) -> Self {
        Self { upstream, reading: Some((transit, digesting)) }
    }

    /// Whether nothing is left.
    pub(in crate::proxy) fn is_ended(&self) -> bool {
        // While it is read, the end must be polled for: the verdict falls there.
        self.reading.is_none() && self.upstream.is_end_stream()
    }

    /// The upstream's.
    pub(in crate::proxy) fn size_hint(&self) -> SizeHint {
        self.upstream.size_hint()
    }

    /// The upstream's next frame.
    pub(in crate::proxy) fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ProxyError>>> {
        let polled = Pin::new(&mut self.upstream).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.read(data);
                }
                if self.upstream.is_end_stream() {
                    self.finish();
                }
            }
            Poll::Ready(None) => self.finish(),
            // Not a whole script: browsers don't run it.
            Poll::Ready(Some(Err(_))) => self.reading = None,
            Poll::Pending => {}
        }
        polled
    }

    fn read(&mut self, data: &Bytes) {
        if let Some((_, digesting)) = self.reading.as_mut()
            && digesting.add(data).is_err()
            && let Some((transit, _)) = self.reading.take()
        {
            transit.judge(None);
        }
    }

    fn finish(&mut self) {
        if let Some((transit, digesting)) = self.reading.take() {
            transit.judge(digesting.finish().ok().as_deref());
        }
    }
}

impl fmt::Debug for PassingScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassingScript").field("reading", &self.reading.is_some()).finish_non_exhaustive()
    }
}
