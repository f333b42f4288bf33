//! What helps to tell a lost commit from what only looks like it.

use std::time::Duration;

use postern_domain::publication::Armed;
use postern_domain::time::Timestamp;

use crate::http::Reply;
use crate::rate::http_date;

/// Platforms tell times in whole seconds, in headers and often in posts.
const RESOLUTION: Duration = Duration::from_secs(2);

/// The earliest moment, by the platform's own clock, at which a commit can have made something.
///
/// The `Date` of the reply that lists the posts tells how the platform's clock differs from ours, so that what was
/// written shortly before the arming is not taken for the commit. Where there is no such header, or a cache answered,
/// the clocks are trusted within `skew`.
pub fn earliest(reply: &Reply, armed: &Armed, now: Timestamp, skew: Duration) -> Timestamp {
    let is_cached = reply.header("age").is_some();
    match reply.header("date").and_then(http_date).filter(|_| !is_cached) {
        None => armed.at.minus(skew),
        Some(theirs) if theirs >= now => armed.at.plus(theirs.since(now)).minus(RESOLUTION),
        Some(theirs) => armed.at.minus(now.since(theirs)).minus(RESOLUTION),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platforms_clock_decides_where_it_is_known() {
        // The header says 08:49:37.
        let now = Timestamp::from_secs(784_111_777);
        let armed = Armed {
            at: now.minus(Duration::from_secs(100)),
            key: "k".into(),
        };
        let skew = Duration::from_secs(30);
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        for (headers, ahead, want) in [
            (vec![], 0, 130),
            (vec![date], 0, 102),
            (vec![date], 600, 702),
            (vec![date], -600, -498),
            (vec![date, ("age", "5")], 600, 130),
            (vec![("date", "yesterday")], 0, 130),
        ] {
            let span = Duration::from_secs(i64::unsigned_abs(ahead));
            let ours = if ahead < 0 {
                now.minus(span)
            } else {
                now.plus(span)
            };
            let reply = Reply::sample(200, &headers, "[]");
            let got = earliest(&reply, &armed, ours, skew);
            let before = (now.as_micros() - got.as_micros()) / 1_000_000;
            assert_eq!(before, want, "{headers:?} {ahead}");
        }
    }
}
