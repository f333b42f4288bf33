//! Instants as the simulator keeps them and as platforms print them.

use jiff::Timestamp;

/// Milliseconds since the Unix epoch.
pub(crate) type Millis = i64;

/// Seconds expressed in [`Millis`].
pub(crate) const SECOND: Millis = 1_000;
/// Minutes expressed in [`Millis`].
pub(crate) const MINUTE: Millis = 60 * SECOND;
/// Hours expressed in [`Millis`].
pub(crate) const HOUR: Millis = 60 * MINUTE;
/// Days expressed in [`Millis`].
pub(crate) const DAY: Millis = 24 * HOUR;

/// RFC 3339 in UTC with three decimals, as `2026-11-20T09:00:00.000Z`.
pub(crate) fn iso(at: Millis) -> String {
    timestamp(at).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// RFC 3339 in UTC with six decimals, the form of Mastodon's rate-limit reset.
pub(crate) fn iso_micros(at: Millis) -> String {
    timestamp(at).strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// As HTTP headers print it, as `Fri, 20 Nov 2026 09:00:00 GMT`.
pub(crate) fn http_date(at: Millis) -> String {
    timestamp(at).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The day as people read it, as `20 Nov 2026, 09:00 UTC`.
pub(crate) fn readable(at: Millis) -> String {
    timestamp(at).strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// Reads an RFC 3339 instant with a zone; `None` for anything else.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    if !text.contains('T') {
        return None;
    }
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

fn timestamp(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_printed_with_fixed_decimals() {
        assert_eq!(iso(1_763_629_200_007), "2025-11-20T09:00:00.007Z");
        assert_eq!(iso_micros(1_763_629_200_000), "2025-11-20T09:00:00.000000Z");
        assert_eq!(readable(1_763_629_200_000), "20 Nov 2025, 09:00 UTC");
    }

    #[test]
    fn only_zoned_instants_are_read() {
        assert_eq!(parse("2025-11-20T09:00:00Z"), Some(1_763_629_200_000));
        assert_eq!(parse("2025-11-20T10:00:00+01:00"), Some(1_763_629_200_000));
        assert_eq!(parse("2025-11-20T09:00:00"), None);
        assert_eq!(parse("2025-11-20"), None);
    }
}
