//! An instant in the reader's zone.

use askama::Template;
use askama::filters::HtmlSafe;
use postern_domain::Timestamp;
use postern_domain::time::Zone;

/// An instant as people read it, with the exact time for machines.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = r#"<time datetime="{{ iso }}" title="{{ full }}">{{ day }}, {{ time }}</time>"#,
    ext = "html"
)]
pub(crate) struct When {
    /// RFC 3339 with the zone's offset.
    pub(crate) iso: String,
    /// `Fri 20 Nov`, with the year when it is another one than now.
    pub(crate) day: String,
    /// `14:30`.
    pub(crate) time: String,
    /// `Friday 20 November 2026, 14:30 (Europe/Berlin)`.
    pub(crate) full: String,
    /// `in 3 hours`, `2 days ago`.
    pub(crate) relative: String,
}

impl HtmlSafe for When {}

impl When {
    /// `instant` in `zone`, seen from `now`.
    pub(crate) fn new(instant: Timestamp, zone: &Zone, now: Timestamp) -> Self {
        let wall = instant.in_zone(zone);
        let today = now.in_zone(zone);
        let day = if wall.year() == today.year() {
            "%a %-d %b"
        } else {
            "%a %-d %b %Y"
        };
        Self {
            iso: instant.to_rfc3339_in(zone),
            day: wall.strftime(day).to_string(),
            time: wall.strftime("%H:%M").to_string(),
            full: format!("{} ({})", wall.strftime("%A %-d %B %Y, %H:%M:%S"), zone.name()),
            relative: relative(instant, now),
        }
    }
}

fn relative(instant: Timestamp, now: Timestamp) -> String {
    let ahead = instant.since(now).as_secs();
    let behind = now.since(instant).as_secs();
    let words = |secs: u64| {
        let (number, unit) = match secs {
            0..60 => return "a moment".to_owned(),
            60..3600 => (secs / 60, "minute"),
            3600..86_400 => (secs / 3600, "hour"),
            _ => (secs / 86_400, "day"),
        };
        format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
    };
    if ahead > 0 {
        format!("in {}", words(ahead))
    } else {
        format!("{} ago", words(behind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_told_in_the_readers_zone() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let now = Timestamp::parse("2026-11-20T11:00:00Z").unwrap();
        for (instant, day, time, relative) in [
            ("2026-11-20T13:30:00Z", "Fri 20 Nov", "14:30", "in 2 hours"),
            ("2027-01-01T00:00:00Z", "Fri 1 Jan 2027", "01:00", "in 41 days"),
            ("2026-11-20T10:59:30Z", "Fri 20 Nov", "11:59", "a moment ago"),
            ("2026-11-19T10:00:00Z", "Thu 19 Nov", "11:00", "1 day ago"),
        ] {
            let when = When::new(Timestamp::parse(instant).unwrap(), &berlin, now);
            assert_eq!(
                (when.day.as_str(), when.time.as_str(), when.relative.as_str()),
                (day, time, relative)
            );
        }
    }
}
