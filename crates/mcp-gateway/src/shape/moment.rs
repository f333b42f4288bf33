//! Instants, in and out.

use postern_domain::time::{PublishAt, TimeError, Zone, parse_local};
use postern_domain::{Code, Problem, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// An instant, in UTC and where the workspace is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Moment {
    /// In UTC, RFC 3339.
    pub(crate) utc: String,
    /// In the zone, RFC 3339 with its offset.
    pub(crate) local: String,
    /// The IANA zone.
    pub(crate) zone: String,
}

impl Moment {
    /// An instant, shown in `zone`.
    pub(crate) fn new(at: Timestamp, zone: &Zone) -> Self {
        Self {
            utc: at.to_rfc3339(),
            local: at.to_rfc3339_in(zone),
            zone: zone.name().to_owned(),
        }
    }
}

/// Reads a time for our own tools: RFC 3339 with an offset, or a local time with a zone beside it.
///
/// A time without either is a problem that suggests the workspace's zone.
pub(crate) fn exact(
    text: &str,
    zone: Option<&str>,
    workspace: &Zone,
    field: &str,
) -> Result<PublishAt, Box<Problem>> {
    let named = match zone.map(Zone::parse) {
        None => None,
        Some(Ok(zone)) => Some(zone),
        Some(Err(_)) => {
            let fix = format!("use an IANA zone, for example {}", workspace.name());
            let at = format!("{}/zone", field.rsplit_once('/').map_or("", |(before, _)| before));
            let problem = Problem::new(Code::ZoneUnknown, at, "is not a time zone", fix);
            let problem = problem.given(zone.unwrap_or_default());
            return Err(Box::new(problem.allowed("IANA names such as Europe/Berlin")));
        }
    };
    match (Timestamp::parse(text), named) {
        (Ok(instant), zone) => Ok(PublishAt::at(instant, zone.unwrap_or_else(|| workspace.clone()))),
        (Err(TimeError::Naive), Some(zone)) => {
            let Ok(wall) = parse_local(text) else {
                return malformed(text, field);
            };
            Ok(PublishAt::local(wall, zone))
        }
        (Err(TimeError::Naive), None) => {
            let fix = format!(
                "send `zone` beside it, most likely \"{}\", which is the workspace's zone, or add an offset",
                workspace.name()
            );
            let problem = Problem::new(Code::TimeNaive, field, "has no zone or offset", fix);
            let allowed = "2026-01-15T09:00:00+01:00, or 2026-01-15T09:00:00 and a zone";
            Err(Box::new(problem.given(text).allowed(allowed)))
        }
        (Err(TimeError::Malformed | TimeError::UnknownZone), _) => malformed(text, field),
    }
}

fn malformed<T>(text: &str, field: &str) -> Result<T, Box<Problem>> {
    let fix = "send RFC 3339, for example 2026-01-15T09:00:00Z; call server_time for the present date";
    let problem = Problem::new(Code::TimeMalformed, field, "is not a date and time", fix);
    Err(Box::new(problem.given(text).allowed("RFC 3339 or ISO 8601")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        Zone::parse("Europe/Berlin").unwrap()
    }

    #[test]
    fn our_tools_want_a_zone_or_an_offset() {
        for (text, zone, wanted) in [
            ("2026-01-15T09:00:00+01:00", None, Ok("2026-01-15T08:00:00.000Z")),
            (
                "2026-01-15T09:00:00Z",
                Some("America/New_York"),
                Ok("2026-01-15T09:00:00.000Z"),
            ),
            (
                "2026-01-15T09:00",
                Some("America/New_York"),
                Ok("2026-01-15T14:00:00.000Z"),
            ),
            ("2026-01-15T09:00", None, Err((Code::TimeNaive, "/publish_at"))),
            (
                "2026-01-15T09:00",
                Some("Mars/Base"),
                Err((Code::ZoneUnknown, "/zone")),
            ),
            ("tomorrow", None, Err((Code::TimeMalformed, "/publish_at"))),
        ] {
            let read = exact(text, zone, &berlin(), "/publish_at");
            let read = read
                .as_ref()
                .map(|at| at.instant.to_rfc3339())
                .map_err(|problem| (problem.code, problem.field.as_str()));
            assert_eq!(read.as_deref().map_err(|error| *error), wanted, "{text} {zone:?}");
        }
        let naive = exact("2026-01-15T09:00", None, &berlin(), "/publish_at").unwrap_err();
        assert!(naive.fix.contains("Europe/Berlin"), "{}", naive.fix);
    }
}
