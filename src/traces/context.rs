//! The trace that an exchange belongs to.
//! <https://www.w3.org/TR/trace-context/>

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

use super::Traces;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// What is known of it.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Its id, with the span that stands for the exchange. Without spans, that of whoever asked.
    pub(super) context: Option<SpanContext>,
    /// Who asked.
    pub(super) parent: Option<SpanContext>,
    /// Where spans go, if any are made of this exchange.
    pub(super) traces: Option<Arc<Traces>>,
    /// What upstreams are told is ours.
    ours: bool,
}

impl Trace {
    /// What a request says of its trace; what can't be read is taken out. Where spans are made, a trace is begun
    /// for one that says nothing. Whether spans are made of it a proxy that is `trusted` may say, and nobody
    /// else: a visitor could have all made.
    pub fn of(headers: &mut HeaderMap, trusted: bool, traces: Option<&Arc<Traces>>) -> Self {
        let parent = said(headers);
        if parent.is_none() {
            headers.remove(TRACEPARENT);
            headers.remove(TRACESTATE);
        }
        let Some(traces) = traces else {
            return Self { context: parent.clone(), parent, traces: None, ours: false };
        };
        let sampled = match &parent {
            Some(parent) if trusted => parent.is_sampled(),
            _ => traces.wants_next(),
        };
        let trace = parent
            .as_ref()
            .map_or_else(|| RandomIdGenerator::default().new_trace_id(), SpanContext::trace_id);
        let state = parent.as_ref().map(SpanContext::trace_state).cloned().unwrap_or_default();
        let flags = if sampled { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED };
        let context = SpanContext::new(trace, new_span_id(), flags, false, state);
        let traces = sampled.then(|| Arc::clone(traces));
        Self { context: Some(context), parent, traces, ours: true }
    }

    /// One that is of no trace.
    pub fn none() -> Self {
        Self { context: None, parent: None, traces: None, ours: false }
    }

    /// Its id, for logs.
    pub fn id(&self) -> Option<String> {
        Some(self.context.as_ref()?.trace_id().to_string())
    }

    /// Whether spans are made of the exchange.
    pub fn is_recorded(&self) -> bool {
        self.traces.is_some()
    }

    /// Has the upstream told of it.
    pub fn pass_on(&self, headers: &mut HeaderMap) {
        if let Some(context) = self.context.as_ref().filter(|_| self.ours) {
            write(headers, context);
        }
    }
}

pub(super) fn new_span_id() -> SpanId {
    RandomIdGenerator::default().new_span_id()
}

pub(super) fn write(headers: &mut HeaderMap, context: &SpanContext) {
    let flags = context.trace_flags().to_u8();
    let parent = format!("00-{}-{}-{flags:02x}", context.trace_id(), context.span_id());
    // Both are made of characters that were checked before.
    if let Ok(parent) = HeaderValue::from_str(&parent) {
        headers.insert(TRACEPARENT, parent);
    }
    headers.remove(TRACESTATE);
    let state = context.trace_state().header();
    if let Some(state) = HeaderValue::from_str(&state).ok().filter(|state| !state.is_empty()) {
        headers.insert(TRACESTATE, state);
    }
}

/// What a request says, if that can be read.
fn said(headers: &HeaderMap) -> Option<SpanContext> {
    let mut parents = headers.get_all(TRACEPARENT).iter();
    let parent = parents.next()?.to_str().ok().filter(|text| is_well_formed(text))?;
    if parents.next().is_some() {
        return None;
    }
    let states: Option<Vec<&str>> =
        headers.get_all(TRACESTATE).iter().map(|value| value.to_str().ok()).collect();
    let state = states.unwrap_or_default().join(",");
    let said = Said { parent, state: &state };
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &said);
    let context = context.span().span_context().clone();
    context.is_valid().then_some(context)
}

/// The propagator takes numbers that are too short too.
/// <https://www.w3.org/TR/trace-context/#traceparent-header-field-values>
fn is_well_formed(text: &str) -> bool {
    const LENGTH: usize = 55;
    const DASHES: [usize; 3] = [2, 35, 52];
    let bytes = text.as_bytes();
    let fields = bytes.iter().take(LENGTH).enumerate().all(|(place, byte)| {
        if DASHES.contains(&place) { *byte == b'-' } else { matches!(byte, b'0'..=b'9' | b'a'..=b'f') }
    });
    // Later versions may have more fields, and "ff" is none.
    let version = !text.starts_with("ff");
    let rest = bytes.len() == LENGTH || (!text.starts_with("00") && bytes.get(LENGTH) == Some(&b'-'));
    fields && version && rest && bytes.len() >= LENGTH
}

struct Said<'a> {
    parent: &'a str,
    state: &'a str,
}

impl Extractor for Said<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => Some(self.parent),
            "tracestate" => Some(self.state).filter(|state| !state.is_empty()),
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TraceState;

    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn headers(parents: &[&str], states: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for parent in parents {
            headers.append(TRACEPARENT, HeaderValue::from_str(parent).unwrap());
        }
        for state in states {
            headers.append(TRACESTATE, HeaderValue::from_str(state).unwrap());
        }
        headers
    }

    #[test]
    fn what_is_well_formed_passes_unchanged_where_no_spans_are_made() {
        let before = headers(&[PARENT], &["a=1", "b=2"]);
        let mut after = before.clone();
        let trace = Trace::of(&mut after, false, None);
        trace.pass_on(&mut after);
        assert_eq!(after, before);
        assert_eq!(trace.id().unwrap(), "0af7651916cd43dd8448eb211c80319c");
        let later = headers(&["cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"], &[]);
        let mut after = later.clone();
        assert!(Trace::of(&mut after, false, None).id().is_some());
        assert_eq!(after, later);
    }

    #[test]
    fn what_is_not_well_formed_is_taken_out() {
        let zero = format!("00-{}-b7ad6b7169203331-01", "0".repeat(32));
        for parents in [
            &["x"][..],
            &[""],
            &[PARENT, PARENT],
            &["ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
            &["00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"],
            &["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"],
            &["00-af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
            &["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"],
            &[&zero],
        ] {
            let mut headers = headers(parents, &["a=1"]);
            assert_eq!(Trace::of(&mut headers, true, None).id(), None, "{parents:?}");
            assert!(headers.is_empty(), "{headers:?}");
        }
    }

    #[test]
    fn a_context_of_ours_is_written_with_the_state_of_who_asked() {
        let mut headers = headers(&[PARENT], &["a=1", "b=2"]);
        let parent = said(&headers).unwrap();
        let state = parent.trace_state().clone();
        let ours = SpanContext::new(
            parent.trace_id(),
            SpanId::from_bytes([1; 8]),
            TraceFlags::NOT_SAMPLED,
            false,
            state,
        );
        write(&mut headers, &ours);
        assert_eq!(headers[TRACEPARENT], "00-0af7651916cd43dd8448eb211c80319c-0101010101010101-00");
        assert_eq!(headers.get_all(TRACESTATE).iter().collect::<Vec<_>>(), ["a=1,b=2"]);
        let none =
            SpanContext::new(parent.trace_id(), new_span_id(), TraceFlags::SAMPLED, false, TraceState::NONE);
        write(&mut headers, &none);
        assert!(!headers.contains_key(TRACESTATE));
    }
}
