//! One event as one line of JSON.

use std::error::Error;
use std::fmt;

use opentelemetry::trace::TraceContextExt;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use crate::log::chain;
use crate::log::span_fields::{self, SpanFields};

/// Writes `timestamp`, `level`, `target`, `message`, `trace_id`, `span_id`, `span`, then the fields of the
/// event and of the spans around it; where names meet, the nearest wins.
///
/// Trace and span id are absent outside of any span.
pub(crate) struct JsonLine;

impl<S> FormatEvent<S, SpanFields> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, SpanFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Map::new();
        line.insert("timestamp".into(), now().into());
        line.insert("level".into(), event.metadata().level().as_str().into());
        line.insert("target".into(), event.metadata().target().into());
        let mut own = Fields::default();
        event.record(&mut own);
        line.insert(
            "message".into(),
            own.0.shift_remove("message").unwrap_or_default(),
        );
        insert_trace(&mut line);
        if let Some(span) = ctx.lookup_current() {
            line.insert("span".into(), span.name().into());
        }
        own.0
            .into_iter()
            .for_each(|(name, value)| insert_missing(&mut line, name, value));
        for span in ctx.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<SpanFields>>();
            fields
                .map(|fields| span_fields::read(&fields.fields))
                .unwrap_or_default()
                .into_iter()
                .for_each(|(name, value)| insert_missing(&mut line, name, value));
        }
        writeln!(writer, "{}", Value::Object(line))
    }
}

/// Names of the current trace and span, as the collector knows them.
fn insert_trace(line: &mut Map<String, Value>) {
    let context = opentelemetry::Context::current();
    let span = context.span().span_context().clone();
    if span.is_valid() {
        line.insert("trace_id".into(), span.trace_id().to_string().into());
        line.insert("span_id".into(), span.span_id().to_string().into());
    }
}

/// Fields that steer the exporter mean nothing to a reader of lines.
fn insert_missing(line: &mut Map<String, Value>, name: String, value: Value) {
    if !name.starts_with("otel.") && !line.contains_key(&name) {
        line.insert(name, value);
    }
}

fn now() -> String {
    let mut text = String::new();
    // Without a clock the line still tells what happened.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}

/// The fields of one event by name.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, chain(value));
    }
}
