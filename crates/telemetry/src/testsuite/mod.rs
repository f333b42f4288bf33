//! For tests: an OTLP receiver in the process, and log lines in memory.

mod collector;
mod lines;

pub use collector::{Collector, ReceivedSpan};
pub use lines::{Lines, local, local_with};
