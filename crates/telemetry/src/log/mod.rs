//! How a log line looks.

mod chain;
mod json_line;
mod level;
mod span_fields;

pub(crate) use chain::chain;
pub(crate) use json_line::JsonLine;
pub(crate) use level::{log_filter, span_filter};
pub(crate) use span_fields::SpanFields;
