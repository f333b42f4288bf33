//! Instants, zones and wall time.
//!
//! Every schedule keeps three things: the instant, the IANA zone and the wall time the author meant.

use std::fmt;
use std::time::Duration;

use jiff::civil;
use jiff::tz::TimeZone;

/// A local date and time without a zone.
pub type LocalDateTime = civil::DateTime;

/// A local date.
pub type LocalDate = civil::Date;

/// A local time of the day.
pub type LocalTime = civil::Time;

/// A day of the week.
pub type Weekday = civil::Weekday;

/// An instant in UTC with microseconds, which is what both databases keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// From whole seconds since 1970-01-01T00:00:00Z.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs * 1_000_000)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The instant `span` later; stops at the last representable instant.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// The instant `span` earlier; stops at the first representable instant.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Parses RFC 3339 or ISO 8601 with a zone or offset; a text without one is [`TimeError::Naive`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        if let Ok(instant) = text.trim().parse::<jiff::Timestamp>() {
            return Ok(Self(instant.as_microsecond()));
        }
        match parse_local(text) {
            Ok(_) => Err(TimeError::Naive),
            Err(error) => Err(error),
        }
    }

    /// The wall time of this instant in `zone`.
    pub fn in_zone(self, zone: &Zone) -> LocalDateTime {
        zone.0.to_datetime(self.to_jiff())
    }

    /// RFC 3339 in UTC with milliseconds, for example `2026-01-15T10:00:00.000Z`.
    pub fn to_rfc3339(self) -> String {
        format!("{:.3}", self.to_jiff())
    }

    /// `YYYY-MM-DDTHH:MM:SS` in UTC without a suffix.
    pub fn to_bare_utc(self) -> String {
        self.to_jiff().strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }

    /// RFC 3339 with the offset that `zone` has at this instant, to the second.
    pub fn to_rfc3339_in(self, zone: &Zone) -> String {
        self.to_jiff()
            .to_zoned(zone.0.clone())
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string()
    }

    fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// Why a time was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Neither RFC 3339 nor ISO 8601.
    #[error("not a date and time of the form 2026-01-15T10:00:00Z")]
    Malformed,
    /// A date and time without zone or offset.
    #[error("has no zone or offset")]
    Naive,
    /// No such IANA zone.
    #[error("no such time zone")]
    UnknownZone,
}

/// Parses a local date and time (`2026-01-15T10:00`, seconds optional, a date alone is its midnight).
pub fn parse_local(text: &str) -> Result<LocalDateTime, TimeError> {
    let text = text.trim();
    text.parse::<civil::DateTime>()
        .or_else(|_| {
            text.parse::<civil::Date>()
                .map(|date| date.to_datetime(civil::Time::midnight()))
        })
        .map_err(|_| TimeError::Malformed)
}

/// Parses a local date, `2026-01-15`.
pub fn parse_local_date(text: &str) -> Result<LocalDate, TimeError> {
    text.trim().parse().map_err(|_| TimeError::Malformed)
}

/// Parses a local time of the day, `09:00`; seconds are cut off.
pub fn parse_local_time(text: &str) -> Result<LocalTime, TimeError> {
    let time: LocalTime = text.trim().parse().map_err(|_| TimeError::Malformed)?;
    Ok(LocalTime::constant(time.hour(), time.minute(), 0, 0))
}

/// An IANA time zone that exists in the compiled-in data.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Looks an IANA name up, for example `Europe/Berlin`.
    pub fn parse(name: &str) -> Result<Self, TimeError> {
        TimeZone::get(name.trim())
            .map(Self)
            .map_err(|_| TimeError::UnknownZone)
    }

    /// Coordinated universal time.
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The instant of a wall time here: a missing hour moves forward, a doubled hour is its first pass.
    pub fn instant_of(&self, wall: LocalDateTime) -> Timestamp {
        self.0
            .to_ambiguous_zoned(wall)
            .compatible()
            .map_or(Timestamp(i64::MAX), |zoned| {
                Timestamp(zoned.timestamp().as_microsecond())
            })
    }

    /// All zone names of the compiled-in data, in alphabetical order.
    pub fn all_names() -> Vec<String> {
        let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        names.sort();
        names
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// When a post is meant to go out: instant, zone and wall time together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishAt {
    /// The instant in UTC.
    pub instant: Timestamp,
    /// The zone the author thought in.
    pub zone: Zone,
    /// What the author's clock shows at that instant.
    pub wall: LocalDateTime,
}

impl PublishAt {
    /// An instant, read in `zone`.
    pub fn at(instant: Timestamp, zone: Zone) -> Self {
        Self {
            instant,
            wall: instant.in_zone(&zone),
            zone,
        }
    }

    /// A wall time in `zone`; keeps the wall time that was asked for, also where it falls into a missing hour.
    pub fn local(wall: LocalDateTime, zone: Zone) -> Self {
        Self {
            instant: zone.instant_of(wall),
            zone,
            wall,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_hours_move_forward_and_doubled_hours_are_their_first_pass() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        for (wall, instant) in [
            ("2026-03-29T02:30", "2026-03-29T01:30:00.000Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00.000Z"),
            ("2026-07-01T09:00", "2026-07-01T07:00:00.000Z"),
        ] {
            assert_eq!(
                berlin.instant_of(parse_local(wall).unwrap()).to_rfc3339(),
                instant,
                "{wall}"
            );
        }
    }

    #[test]
    fn times_without_a_zone_are_told_from_nonsense() {
        assert_eq!(Timestamp::parse("2026-01-15T10:00:00"), Err(TimeError::Naive));
        assert_eq!(Timestamp::parse("tomorrow"), Err(TimeError::Malformed));
        assert_eq!(
            Timestamp::parse("2026-01-15T10:00:00+01:00")
                .unwrap()
                .to_rfc3339(),
            "2026-01-15T09:00:00.000Z"
        );
        assert_eq!(
            Timestamp::parse("2026-01-15T10:00:00Z").unwrap().to_bare_utc(),
            "2026-01-15T10:00:00"
        );
    }

    #[test]
    fn unknown_zones_are_refused() {
        assert_eq!(Zone::parse("Europe/Atlantis"), Err(TimeError::UnknownZone));
        assert_eq!(
            Zone::parse("America/New_York").unwrap().name(),
            "America/New_York"
        );
    }
}
