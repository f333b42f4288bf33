//! Log lines kept in memory.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::trace::TracerProvider;
use serde_json::Value;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use crate::Options;
use crate::setup::{subscriber, tracer_provider};

/// Everything that was logged so far.
#[derive(Debug, Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// The text as it was written.
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The lines as JSON; a line that is none is null.
    pub fn json(&self) -> Vec<Value> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_default())
            .collect()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs and traces for this thread alone, until the guard is dropped, with the default options.
pub fn local() -> (DefaultGuard, Lines) {
    local_with(&Options::default())
}

/// Logs and traces for this thread alone, until the guard is dropped.
///
/// Panics: when the options are wrong, for then the test is.
#[expect(clippy::expect_used, reason = "for tests only")]
pub fn local_with(options: &Options) -> (DefaultGuard, Lines) {
    let lines = Lines::default();
    let copy = lines.clone();
    let writer = BoxMakeWriter::new(move || copy.clone());
    let tracer = tracer_provider(options)
        .expect("the endpoint is usable")
        .tracer("test");
    let subscriber = subscriber(options, writer, tracer).expect("the log level parses");
    (tracing::subscriber::set_default(subscriber), lines)
}
