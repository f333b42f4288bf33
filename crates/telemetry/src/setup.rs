//! From options to a running subscriber.

use std::io::IsTerminal;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tracing::Subscriber;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{Layer, Registry};

use crate::log::{JsonLine, SpanFields, log_filter, span_filter};

/// How long one export may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long the last export may take at shutdown.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

/// Shape of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line, for collectors.
    #[default]
    Json,
    /// Coloured text, for people.
    Text,
}

/// Where log lines go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Output {
    /// Standard output.
    #[default]
    Stdout,
    /// Standard error, for programs whose standard output is their answer.
    Stderr,
}

/// What a main says about itself and its telemetry.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name of the service as the collector knows it, such as `postern-worker`.
    pub service_name: String,
    /// Version of the binary, usually `env!("CARGO_PKG_VERSION")`.
    pub version: String,
    /// A level, or a comma-separated list of levels by crate: `info,postern_worker=debug`.
    pub log_level: String,
    /// Shape of log lines.
    pub format: Format,
    /// Where log lines go.
    pub output: Output,
    /// Collector that takes OTLP over gRPC, such as `http://127.0.0.1:4317`. Without it spans have ids, which
    /// appear in logs and travel on, but go nowhere.
    pub otlp_endpoint: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            service_name: "postern".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            log_level: "info".into(),
            format: Format::default(),
            output: Output::default(),
            otlp_endpoint: None,
        }
    }
}

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A directive of the log level is not understood.
    #[error("log level {given} is not understood")]
    LogLevel {
        /// The level as given.
        given: String,
        /// What the parser says.
        #[source]
        source: ParseError,
    },
    /// The endpoint of the collector is not one that can be spoken to.
    #[error("collector {endpoint} cannot be used")]
    Endpoint {
        /// The endpoint as given.
        endpoint: String,
        /// What the exporter says.
        #[source]
        source: ExporterBuildError,
    },
    /// An exporter needs a Tokio runtime around it.
    #[error("a collector needs an async runtime and none is running")]
    NoRuntime,
    /// A subscriber is installed already.
    #[error("logs are set up already")]
    Twice(#[source] TryInitError),
}

/// Holds what is to be flushed at the end.
#[derive(Debug)]
#[must_use = "spans still in memory are lost unless shutdown is awaited"]
pub struct Guard {
    provider: SdkTracerProvider,
}

impl Guard {
    /// Sends the spans still in memory, within five seconds.
    ///
    /// With a collector that is down it gives up and says so.
    pub async fn shutdown(self) {
        let provider = self.provider;
        let flush = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH_TIMEOUT));
        match tokio::time::timeout(FLUSH_TIMEOUT, flush).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "last spans were not sent"),
            Ok(Err(error)) => tracing::warn!(%error, "last spans were not sent"),
            Err(error) => tracing::warn!(%error, "last spans were not sent"),
        }
    }
}

/// Installs logs and traces for the whole process.
///
/// Errors: a log level or an endpoint that is not understood, a collector without a runtime, a second call.
pub fn init(options: &Options) -> Result<Guard, InitError> {
    let provider = tracer_provider(options)?;
    let writer = match options.output {
        Output::Stdout => BoxMakeWriter::new(std::io::stdout),
        Output::Stderr => BoxMakeWriter::new(std::io::stderr),
    };
    let subscriber = subscriber(options, writer, provider.tracer("postern"))?;
    subscriber.try_init().map_err(InitError::Twice)?;
    Ok(Guard { provider })
}

/// The layers: log lines into `writer`, spans into `tracer`.
pub(crate) fn subscriber(
    options: &Options,
    writer: BoxMakeWriter,
    tracer: SdkTracer,
) -> Result<impl Subscriber + Send + Sync + 'static, InitError> {
    let filter = log_filter(&options.log_level).map_err(|source| InitError::LogLevel {
        given: options.log_level.clone(),
        source,
    })?;
    // The span layer comes first: it starts a span and makes it current before a line asks for its ids.
    let spans = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(span_filter());
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = match options.format {
        Format::Json => lines.fmt_fields(SpanFields).event_format(JsonLine).boxed(),
        Format::Text => lines.with_ansi(is_terminal(options.output)).boxed(),
    };
    Ok(Registry::default().with(spans).with(lines.with_filter(filter)))
}

/// A provider that always gives ids, and exports where there is a collector.
pub(crate) fn tracer_provider(options: &Options) -> Result<SdkTracerProvider, InitError> {
    let resource = Resource::builder_empty()
        .with_service_name(options.service_name.clone())
        .with_attribute(KeyValue::new("service.version", options.version.clone()))
        .build();
    let builder = SdkTracerProvider::builder().with_resource(resource);
    let Some(endpoint) = &options.otlp_endpoint else {
        // Ids for log lines and other services cost little; attributes that nobody will read are not collected.
        return Ok(builder.with_sampler(Sampler::AlwaysOff).build());
    };
    if tokio::runtime::Handle::try_current().is_err() {
        return Err(InitError::NoRuntime);
    }
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint.clone())
        .with_timeout(EXPORT_TIMEOUT)
        .build()
        .map_err(|source| InitError::Endpoint {
            endpoint: endpoint.clone(),
            source,
        })?;
    Ok(builder.with_batch_exporter(exporter).build())
}

fn is_terminal(output: Output) -> bool {
    match output {
        Output::Stdout => std::io::stdout().is_terminal(),
        Output::Stderr => std::io::stderr().is_terminal(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testsuite::{local, local_with};

    #[test]
    fn a_line_is_json_with_the_trace_and_the_fields_around_it() {
        let (_subscriber, lines) = local();
        tracing::info_span!("outer", post.id = "post_1", attempt = 1).in_scope(|| {
            tracing::info_span!("inner", attempt = 2, otel.kind = "server").in_scope(|| {
                tracing::info!(lane = "x", is_late = false, count = 3, "publication leased");
            });
        });
        let [line] = &lines.json()[..] else {
            panic!("{}", lines.text())
        };
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["message"], "publication leased");
        assert_eq!(line["span"], "inner");
        assert_eq!(
            (&line["lane"], &line["is_late"], &line["count"]),
            (&"x".into(), &false.into(), &3.into())
        );
        assert_eq!(
            (&line["post.id"], &line["attempt"]),
            (&"post_1".into(), &2.into())
        );
        assert_eq!(line["trace_id"].as_str().map(str::len), Some(32));
        assert_eq!(line["span_id"].as_str().map(str::len), Some(16));
        assert!(line.get("otel.kind").is_none());
    }

    #[test]
    fn a_quiet_log_level_keeps_the_trace() {
        let (_subscriber, lines) = local_with(&Options {
            log_level: "warn".into(),
            ..Options::default()
        });
        tracing::info_span!("step").in_scope(|| {
            tracing::info!("too much detail");
            tracing::warn!("worth a look");
        });
        let [line] = &lines.json()[..] else {
            panic!("{}", lines.text())
        };
        assert_eq!(line["message"], "worth a look");
        assert_eq!(line["trace_id"].as_str().map(str::len), Some(32));
    }

    #[test]
    fn text_is_for_people() {
        let (_subscriber, lines) = local_with(&Options {
            format: Format::Text,
            ..Options::default()
        });
        tracing::info!(lane = "x", "publication leased");
        assert!(
            lines.text().contains("publication leased lane=\"x\""),
            "{}",
            lines.text()
        );
    }

    #[test]
    fn options_that_cannot_work_are_refused() {
        let loud = Options {
            log_level: "info,postern=loud".into(),
            ..Options::default()
        };
        assert!(matches!(init(&loud), Err(InitError::LogLevel { .. })));
        let collector = Options {
            otlp_endpoint: Some("http://127.0.0.1:4317".into()),
            ..Options::default()
        };
        assert!(matches!(init(&collector), Err(InitError::NoRuntime)));
    }
}
