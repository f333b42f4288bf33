//! Which lines and spans are let through.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{ParseError, Targets};

/// Crates whose lines would drown ours, which answer an export with more to export, or whose lines hold the
/// arguments of calls, and so texts of posts (rmcp).
const SILENCED: [&str; 5] = ["h2", "hyper", "tonic", "opentelemetry", "rmcp"];

/// Filter of log lines: the silenced crates, then what `directives` say (`info`, or
/// `info,postern_worker=debug`), which may raise a silenced crate again.
///
/// Errors: when a directive has no known level.
pub(crate) fn log_filter(directives: &str) -> Result<Targets, ParseError> {
    let asked: Targets = directives.parse()?;
    let default = asked.default_level().unwrap_or(LevelFilter::INFO);
    let silenced = silenced().with_default(default);
    Ok(asked.iter().fold(silenced, |filter, (target, level)| {
        filter.with_target(target, level)
    }))
}

/// Filter of spans: steps of a post's life, whatever the log level.
pub(crate) fn span_filter() -> Targets {
    silenced().with_default(LevelFilter::INFO)
}

fn silenced() -> Targets {
    SILENCED.into_iter().fold(Targets::new(), |filter, target| {
        filter.with_target(target, LevelFilter::OFF)
    })
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[track_caller]
    fn check(directives: &str, target: &str, level: Level, want: bool) {
        let filter = log_filter(directives).expect("directives parse");
        assert_eq!(
            filter.would_enable(target, &level),
            want,
            "{directives} {target} {level}"
        );
    }

    #[test]
    fn transport_crates_are_silent_unless_asked() {
        check("debug", "postern_app", Level::DEBUG, true);
        check("debug", "h2::codec", Level::ERROR, false);
        check("debug,h2=debug", "h2::codec", Level::DEBUG, true);
        check("warn", "postern_app", Level::INFO, false);
        check("warn,postern_app=info", "postern_app", Level::INFO, true);
        assert!(log_filter("info,postern_app=loud").is_err());
    }
}
