//! Reviews as JSON columns.

use postern_domain::review::{Rejection, Review, Stage, Verdict};
use postern_domain::time::Timestamp;
use serde_json::{Value as Json, json};

/// What stands in the column. Instants are microseconds since 1970.
pub(super) fn to_json(review: &Review) -> Json {
    let verdict = |verdict: &Verdict| {
        json!({
            "by": verdict.by,
            "at": verdict.at.as_micros(),
            "rejected": verdict.rejected.as_ref().map(|reason| reason.0.as_str()),
        })
    };
    json!({
        "asked_by": review.asked_by,
        "asked_at": review.asked_at.as_micros(),
        "verdict": review.verdict.as_ref().map(verdict),
    })
}

/// What a column's value means; none when it makes no sense.
pub(super) fn from_json(json: &Json) -> Option<Review> {
    let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    let instant = |json: &Json, key: &str| {
        let micros = json.get(key).and_then(Json::as_i64);
        micros.map(Timestamp::from_micros)
    };
    let verdict = match json.get("verdict") {
        None | Some(Json::Null) => None,
        Some(verdict) => Some(Verdict {
            by: text(verdict, "by")?,
            at: instant(verdict, "at")?,
            rejected: text(verdict, "rejected").map(Rejection),
        }),
    };
    Some(Review {
        asked_by: text(json, "asked_by")?,
        asked_at: instant(json, "asked_at")?,
        verdict,
    })
}

/// The stage that a draft with such a column is at.
pub(crate) fn stage(draft: bool, review: Option<&Json>) -> Stage {
    let is_open = |review: &Json| review.get("verdict").is_none_or(Json::is_null);
    match (draft, review) {
        (false, _) => Stage::Planned,
        (true, Some(review)) if is_open(review) => Stage::InReview,
        (true, Some(_) | None) => Stage::Draft,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviews_read_back_and_others_are_refused() {
        let now = Timestamp::from_secs(1_800_000_000);
        let open = Review::asked("ada", now);
        for (rejected, at_stage) in [
            (None, Stage::Draft),
            (Some(Rejection("no \"logo\"".into())), Stage::Draft),
        ] {
            let by = "eve".to_owned();
            let verdict = Some(Verdict {
                by,
                at: now,
                rejected,
            });
            let decided = Review {
                verdict,
                ..open.clone()
            };
            let json = to_json(&decided);
            assert_eq!(from_json(&json), Some(decided));
            assert_eq!(stage(true, Some(&json)), at_stage);
        }
        let json = to_json(&open);
        assert_eq!(from_json(&json), Some(open));
        assert_eq!(stage(true, Some(&json)), Stage::InReview);
        assert_eq!(stage(false, Some(&json)), Stage::Planned);
        assert_eq!(from_json(&json!({ "asked_by": 1 })), None);
    }
}
