//! Carrying the trace from one process, row or message to the next.
//!
//! HTTP and gRPC carry headers ([`inject_headers`], [`extract_headers`]).
//! Rows of the outbox and messages of streams carry one text, the `traceparent` of the W3C
//! ([`current_traceparent`]); who takes them up either continues the trace ([`set_parent`]) or, where the
//! work happens much later, points back to it ([`link_to`]).

use std::collections::HashMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";

/// Writes the current trace into headers that go out.
pub fn inject_headers(headers: &mut HeaderMap) {
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut HeaderWriter(headers));
}

/// Reads the caller's trace from headers that came in; empty where there is none.
pub fn extract_headers(headers: &HeaderMap) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderReader(headers))
}

/// The current trace as one text, such as `00-<32 hex>-<16 hex>-01`; nothing outside of a span.
pub fn current_traceparent() -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.remove(TRACEPARENT)
}

/// Makes `span` a child of the trace in `context`; to be called before the span is entered.
pub fn adopt(span: &Span, context: Context) {
    if context.span().span_context().is_valid() {
        // Refused only where no trace layer is installed, and then there is no trace to join.
        let _ = span.set_parent(context);
    }
}

/// Makes `span` a child of the span that `traceparent` names; to be called before the span is entered.
///
/// A text that is not a traceparent changes nothing: the span then starts a trace of its own.
pub fn set_parent(span: &Span, traceparent: &str) {
    adopt(span, parse(traceparent));
}

/// Lets `span` point to the span that `traceparent` names, without being part of its trace.
///
/// A text that is not a traceparent changes nothing.
pub fn link_to(span: &Span, traceparent: &str) {
    span.add_link(parse(traceparent).span().span_context().clone());
}

fn parse(traceparent: &str) -> Context {
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier)
}

struct HeaderWriter<'a>(&'a mut HeaderMap);

impl Injector for HeaderWriter<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

struct HeaderReader<'a>(&'a HeaderMap);

impl Extractor for HeaderReader<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testsuite::local;

    #[test]
    fn headers_carry_the_trace() {
        let (_subscriber, _lines) = local();
        let mut headers = HeaderMap::new();
        let caller = tracing::info_span!("caller");
        caller.in_scope(|| inject_headers(&mut headers));
        let callee = tracing::info_span!("callee");
        adopt(&callee, extract_headers(&headers));
        assert_eq!(trace_of(&callee), trace_of(&caller));
    }

    #[test]
    fn a_text_carries_the_trace() {
        let (_subscriber, _lines) = local();
        let caller = tracing::info_span!("caller");
        let text = caller.in_scope(current_traceparent).expect("a span is current");
        let callee = tracing::info_span!("callee");
        set_parent(&callee, &text);
        assert_eq!(trace_of(&callee), trace_of(&caller));
    }

    #[test]
    fn nonsense_starts_a_trace_of_its_own() {
        let (_subscriber, _lines) = local();
        for text in [
            "",
            "yes",
            "00-0-0-00",
            "00-00000000000000000000000000000000-0000000000000000-01",
        ] {
            let span = tracing::info_span!("callee");
            set_parent(&span, text);
            link_to(&span, text);
            assert!(span.context().span().span_context().is_valid(), "{text}");
        }
        assert_eq!(current_traceparent(), None);
    }

    fn trace_of(span: &Span) -> String {
        span.context().span().span_context().trace_id().to_string()
    }
}
