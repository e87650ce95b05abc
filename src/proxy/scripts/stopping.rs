//! A script that passes only with approved bytes. It is held until its end, so that an error page can come
//! in its place. One that is too long for that goes on but for its last piece, which browsers wait
//! for: they run no script that is cut.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};

use super::{Digesting, Transit};
use crate::html::Total;
use crate::proxy::body::UpstreamBody;
use crate::proxy::error::{Kind, ProxyError};

/// What is held by all exchanges of this process.
static TOTAL: Total = Total::none();

/// The body of such a script.
pub(in crate::proxy) struct StoppedScript {
    upstream: UpstreamBody,
    transit: Transit,
    /// Gone once the verdict has fallen.
    digesting: Option<Digesting>,
    held: VecDeque<Frame<Bytes>>,
    /// It ended before its end, or may not pass.
    broken: bool,
    /// Bytes that are held.
    length: usize,
    /// Counted among those of all exchanges.
    taken: usize,
}

/// Reads as much as may be held. The error is that of a script that is whole, and not approved.
pub(super) async fn open(
    transit: Transit,
    digesting: Digesting,
    upstream: UpstreamBody,
) -> Result<StoppedScript, ProxyError> {
    let mut script = StoppedScript {
        upstream,
        transit,
        digesting: Some(digesting),
        held: VecDeque::new(),
        broken: false,
        length: 0,
        taken: 0,
    };
    while script.digesting.is_some() && script.has_room() {
        poll_fn(|cx| script.poll_more(cx)).await?;
    }
    Ok(script)
}

impl StoppedScript {
    /// Whether nothing is left.
    pub(in crate::proxy) fn is_ended(&self) -> bool {
        !self.broken && self.digesting.is_none() && self.held.is_empty()
    }

    /// What is held and what is still to come. Before the verdict nobody is told, or a length would be announced
    /// by which a part could be taken for all.
    pub(in crate::proxy) fn size_hint(&self) -> SizeHint {
        if self.digesting.is_some() || self.broken {
            return SizeHint::default();
        }
        let rest = self.upstream.size_hint();
        let held = u64::try_from(self.length).unwrap_or(u64::MAX);
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(held));
        }
        hint.set_lower(rest.lower().saturating_add(held));
        hint
    }

    /// The next frame that may go. Before the verdict never the last one.
    pub(in crate::proxy) fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ProxyError>>> {
        while !self.broken && self.digesting.is_some() && self.held.len() < 2 {
            if let Err(error) = ready!(self.poll_more(cx)) {
                // Whoever asks again gets nothing, and is not told that this was all.
                (self.broken, self.digesting) = (true, None);
                self.held.clear();
                return Poll::Ready(Some(Err(error)));
            }
        }
        let frame = self.held.pop_front();
        self.length -= frame.as_ref().and_then(Frame::data_ref).map_or(0, Bytes::len).min(self.length);
        if self.taken > self.length {
            TOTAL.give_back(self.taken - self.length);
            self.taken = self.length;
        }
        Poll::Ready(frame.map(Ok))
    }

    /// Takes one more frame of the upstream, or the verdict.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ProxyError>> {
        let Some(frame) = ready!(Pin::new(&mut self.upstream).poll_frame(cx)) else {
            return Poll::Ready(self.judge());
        };
        let frame = frame?;
        let Some(data) = frame.data_ref() else {
            // Trailers come after the last byte.
            let judged = self.judge();
            self.held.push_back(frame);
            return Poll::Ready(judged);
        };
        if !data.is_empty() {
            if let Some(Err(error)) = self.digesting.as_mut().map(|digesting| digesting.add(data)) {
                self.transit.judge(None);
                return Poll::Ready(Err(ProxyError::of_document(Kind::CodingBroken, &error)));
            }
            self.length = self.length.saturating_add(data.len());
            self.held.push_back(frame);
        }
        // Known without another poll where the length was announced.
        Poll::Ready(if self.upstream.is_end_stream() { self.judge() } else { Ok(()) })
    }

    fn judge(&mut self) -> Result<(), ProxyError> {
        let Some(digesting) = self.digesting.take() else { return Ok(()) };
        match digesting.finish() {
            Ok(digests) if self.transit.judge(Some(&digests)) => Ok(()),
            Ok(_) => Err(self.transit.refusal()),
            Err(error) => {
                self.transit.judge(None);
                Err(ProxyError::of_document(Kind::CodingBroken, &error))
            }
        }
    }

    /// Whether more may be held; what is held now is counted.
    fn has_room(&mut self) -> bool {
        let limits = &self.transit.exchange.settings.document;
        let more = self.length - self.taken;
        if self.length >= limits.own_script {
            return false;
        }
        if !TOTAL.take(more, limits.own_script_total) {
            self.transit.exchange.record.met(Some("own-script-total-bytes"));
            return false;
        }
        self.taken = self.length;
        true
    }
}

impl Drop for StoppedScript {
    fn drop(&mut self) {
        TOTAL.give_back(self.taken);
    }
}

impl fmt::Debug for StoppedScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoppedScript").field("held", &self.length).finish_non_exhaustive()
    }
}
