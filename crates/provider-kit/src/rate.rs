//! What platforms say about patience.

use std::time::Duration;

use postern_domain::manifest::RateScope;
use postern_domain::rate::RateHint;
use postern_domain::time::Timestamp;

use crate::http::Reply;

/// The longest patience that is believed; a platform that asks for more is asked again after it.
const LONGEST: Duration = Duration::from_hours(24);

/// When to come back after `429` or `503`, from `Retry-After` (seconds, or a date of the form of RFC 9110).
pub fn retry_after(reply: &Reply, now: Timestamp) -> Option<Timestamp> {
    let text = reply.header("retry-after")?.trim();
    let until = match text.parse::<u64>() {
        Ok(seconds) => now.plus(Duration::from_secs(seconds.min(LONGEST.as_secs()))),
        Err(_) => http_date(text)?,
    };
    Some(until.max(now).min(now.plus(LONGEST)))
}

/// When a window ends whose header `name` holds seconds since 1970, with a second on top.
pub fn reset_epoch(reply: &Reply, name: &str, now: Timestamp) -> Option<Timestamp> {
    let seconds: i64 = reply.header(name)?.trim().parse().ok()?;
    Some(bounded(Timestamp::from_secs(seconds), now))
}

/// When a window ends whose header `name` holds an ISO 8601 time, with a second on top.
pub fn reset_iso(reply: &Reply, name: &str, now: Timestamp) -> Option<Timestamp> {
    Timestamp::parse(reply.header(name)?)
        .ok()
        .map(|at| bounded(at, now))
}

/// What a reply says of a budget: the header `remaining` holds how many points are left until `resets_at`, of which
/// a publication costs `cost`.
pub fn hint(
    scope: RateScope,
    reply: &Reply,
    remaining: &str,
    cost: u32,
    resets_at: Option<Timestamp>,
) -> Option<RateHint> {
    let left: u32 = reply.header(remaining)?.trim().parse().ok()?;
    Some(RateHint {
        scope,
        remaining: left.div_ceil(cost.max(1)),
        resets_at: resets_at?,
    })
}

fn bounded(at: Timestamp, now: Timestamp) -> Timestamp {
    at.max(now).plus(Duration::from_secs(1)).min(now.plus(LONGEST))
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day = parts.next()?;
    let month_name = parts.next()?;
    let month = MONTHS.iter().position(|name| *name == month_name)? + 1;
    let (year, time) = (parts.next()?, parts.next()?);
    Timestamp::parse(&format!("{year}-{month:02}-{day}T{time}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(784_111_000);

    #[track_caller]
    fn check(header: &str, value: &str, want: Option<i64>) {
        let reply = Reply::sample(429, &[(header, value)], "");
        let until = retry_after(&reply, NOW)
            .or_else(|| reset_epoch(&reply, "x-reset", NOW))
            .or_else(|| reset_iso(&reply, "x-reset-iso", NOW));
        assert_eq!(
            until.map(|at| at.since(NOW).as_secs().cast_signed()),
            want,
            "{header}: {value}"
        );
    }

    #[test]
    fn patience_is_read_from_every_form() {
        check("retry-after", "30", Some(30));
        check("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", Some(777));
        check("retry-after", "99999999999", Some(86_400));
        check("retry-after", "soon", None);
        check("x-reset", "784111010", Some(11));
        check("x-reset", "784000000", Some(1));
        check("x-reset-iso", "1994-11-06T08:37:40.000Z", Some(61));
    }

    #[test]
    fn what_is_left_is_read_in_publications() {
        for (value, cost, want) in [
            ("9", 3, Some(3)),
            ("2", 3, Some(1)),
            ("0", 1, Some(0)),
            ("many", 1, None),
        ] {
            let reply = Reply::sample(200, &[("x-left", value)], "");
            let at = |resets_at| hint(RateScope::Channel, &reply, "x-left", cost, resets_at);
            assert_eq!(at(Some(NOW)).map(|hint| hint.remaining), want, "{value}");
            assert_eq!(at(None), None);
        }
    }
}
