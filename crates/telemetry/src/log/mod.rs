//! How a log line looks.

mod chain;
mod json_line;
mod level;

pub(crate) use chain::chain;
pub(crate) use json_line::JsonLine;
pub(crate) use level::{log_filter, span_filter};
