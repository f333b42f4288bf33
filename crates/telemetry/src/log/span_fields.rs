//! The fields of a span, kept as text until a line wants them.
//!
//! Most spans begin and end without a line, so that writing their fields down has to cost little, and reading them may
//! cost more.

use std::error::Error;
use std::fmt::{self, Write};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FormatFields, FormattedFields};

use crate::log::chain;

/// Ends a field.
const END: char = '\u{1e}';

/// Stands between the name of a field, its kind and its value.
const THEN: char = '\u{1f}';

/// Words.
const WORDS: char = 'w';

/// Numbers and truth values, as JSON has them.
const PLAIN: char = 'p';

/// Writes fields in the form that [`read`] reads.
pub(crate) struct SpanFields;

impl<'writer> FormatFields<'writer> for SpanFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut visitor = Recorder {
            writer,
            result: Ok(()),
        };
        fields.record(&mut visitor);
        visitor.result
    }

    fn add_fields(
        &self,
        current: &'writer mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        self.format_fields(current.as_writer(), fields)
    }
}

/// The fields by name; what was recorded last wins.
pub(crate) fn read(text: &str) -> Map<String, Value> {
    let fields = text.split_terminator(END).filter_map(|field| {
        let (name, rest) = field.split_once(THEN)?;
        let value = match rest.strip_prefix(WORDS) {
            Some(words) => Value::from(words),
            None => serde_json::from_str(rest.strip_prefix(PLAIN)?).ok()?,
        };
        Some((name.to_owned(), value))
    });
    fields.collect()
}

struct Recorder<'writer> {
    writer: Writer<'writer>,
    result: fmt::Result,
}

impl Recorder<'_> {
    fn put(&mut self, field: &Field, kind: char, value: fmt::Arguments<'_>) {
        if self.result.is_ok() {
            self.result = self.try_put(field, kind, value);
        }
    }

    fn try_put(&mut self, field: &Field, kind: char, value: fmt::Arguments<'_>) -> fmt::Result {
        self.writer.write_str(field.name())?;
        self.writer.write_char(THEN)?;
        self.writer.write_char(kind)?;
        Harmless(&mut self.writer).write_fmt(value)?;
        self.writer.write_char(END)
    }
}

impl Visit for Recorder<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, WORDS, format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, WORDS, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, PLAIN, format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, PLAIN, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, PLAIN, format_args!("{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, PLAIN, format_args!("{}", Value::from(value)));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, WORDS, format_args!("{}", chain(value)));
    }
}

/// Lets everything through but what separates fields.
struct Harmless<'a, 'writer>(&'a mut Writer<'writer>);

impl Write for Harmless<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut parts = text.split([END, THEN]);
        if let Some(first) = parts.next() {
            self.0.write_str(first)?;
        }
        parts.try_for_each(|part| write!(self.0, " {part}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tracing::field::Empty;

    use super::*;
    use crate::testsuite::local;

    #[test]
    fn fields_of_every_kind_come_back_as_they_were() {
        let (_subscriber, lines) = local();
        let odd = format!("a{END}b{THEN}c \"d\" \\ e\nf");
        let span = tracing::info_span!(
            "span",
            words = odd,
            count = 3_u64,
            less = -4_i64,
            share = 0.5,
            never = f64::NAN,
            is_late = true,
            shown = %"x",
            later = Empty,
            changed = 1,
        );
        span.record("later", "now");
        span.record("changed", 2);
        span.in_scope(|| tracing::info!("told"));
        let [line] = &lines.json()[..] else {
            panic!("{}", lines.text())
        };
        for (name, want) in [
            ("words", json!("a b c \"d\" \\ e\nf")),
            ("count", json!(3)),
            ("less", json!(-4)),
            ("share", json!(0.5)),
            ("never", json!(null)),
            ("is_late", json!(true)),
            ("shown", json!("x")),
            ("later", json!("now")),
            ("changed", json!(2)),
        ] {
            assert_eq!(line[name], want, "{name} in {line}");
        }
    }
}
