//! Instants as clients of the compatible routes write them.

use postern_domain::time::{TimeError, Zone, parse_local};
use postern_domain::{Code, Problem, Timestamp};

/// Reads RFC 3339 or ISO 8601, a date alone included; a time without zone or offset is UTC.
///
/// Errors: one problem at the JSON pointer `field`.
pub fn in_utc(text: &str, field: &str) -> Result<Timestamp, Problem> {
    match Timestamp::parse(text) {
        Ok(instant) => Ok(instant),
        Err(TimeError::Naive) => parse_local(text)
            .map(|wall| Zone::utc().instant_of(wall))
            .map_err(|_| malformed(text, field)),
        Err(TimeError::Malformed | TimeError::UnknownZone) => Err(malformed(text, field)),
    }
}

fn malformed(text: &str, field: &str) -> Problem {
    Problem::new(
        Code::TimeMalformed,
        field,
        "must be a valid ISO 8601 date string",
        "send a date and time of the form 2026-01-15T10:00:00Z",
    )
    .given(text)
    .allowed("ISO 8601; without zone or offset it is UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_zone_is_utc() {
        for (text, want) in [
            ("2026-01-15T10:00:00", Some("2026-01-15T10:00:00.000Z")),
            ("2026-01-15T10:00", Some("2026-01-15T10:00:00.000Z")),
            ("2026-01-15", Some("2026-01-15T00:00:00.000Z")),
            ("2026-01-15T10:00:00.5Z", Some("2026-01-15T10:00:00.500Z")),
            ("2026-01-15T10:00:00+01:00", Some("2026-01-15T09:00:00.000Z")),
            ("2026-01-15T10:00:00+0100", Some("2026-01-15T09:00:00.000Z")),
            ("tomorrow", None),
            ("", None),
            ("2026-02-30", None),
        ] {
            let got = in_utc(text, "/date").ok().map(Timestamp::to_rfc3339);
            assert_eq!(got.as_deref(), want, "{text}");
        }
    }
}
