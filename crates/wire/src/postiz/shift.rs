//! Many posts moved at once, on a route of ours.

use std::time::Duration;

use postern_domain::Problem;
use postern_domain::id::ChannelId;
use postern_domain::ports::{Shift, ShiftBy, Shifted};
use serde_json::{Value as Json, json};

use super::create::{malformed, missing, not_an_object};
use crate::lenient;
use crate::moment::in_utc;

/// The longest move, in minutes: ten years.
const LONGEST: f64 = 5_256_000.0;

/// Reads `{"startDate", "endDate", "integrations": [], "minutes": 90 | -90, "toNextSlots": true, "dryRun": true}`.
///
/// Errors: all problems at once.
pub fn parse_shift(body: &Json) -> Result<Shift, Vec<Problem>> {
    if !body.is_object() {
        return Err(vec![not_an_object()]);
    }
    let mut problems = Vec::new();
    let mut instant = |name: &str| {
        let field = format!("/{name}");
        let Some(text) = lenient::filled(body.get(name)) else {
            let fix = "send a date and time of the form 2026-01-15T10:00:00Z";
            problems.push(missing(&field, "must be a valid ISO 8601 date string", fix));
            return None;
        };
        in_utc(&text, &field)
            .map_err(|problem| problems.push(problem))
            .ok()
    };
    let (from, until) = (instant("startDate"), instant("endDate"));
    let channels = channels(body, &mut problems);
    let by = by(body, &mut problems);
    let (Some(from), Some(until), Some(by), true) = (from, until, by, problems.is_empty()) else {
        return Err(problems);
    };
    let dry_run = body.get("dryRun").and_then(lenient::truth).unwrap_or_default();
    Ok(Shift {
        from,
        until,
        channels,
        by,
        dry_run,
    })
}

fn channels(body: &Json, problems: &mut Vec<Problem>) -> Vec<ChannelId> {
    let given = body.get("integrations").and_then(Json::as_array);
    let mut read = Vec::new();
    for (index, id) in given.into_iter().flatten().enumerate() {
        let text = lenient::text(id).unwrap_or_default();
        if let Ok(id) = text.trim().parse() {
            read.push(id);
        } else {
            let field = format!("/integrations/{index}");
            problems.push(malformed(&field, "is not the id of a channel", "list the channels").given(text));
        }
    }
    read
}

fn by(body: &Json, problems: &mut Vec<Problem>) -> Option<ShiftBy> {
    let to_slots = body
        .get("toNextSlots")
        .and_then(lenient::truth)
        .unwrap_or_default();
    let minutes = body.get("minutes").and_then(lenient::number);
    match (to_slots, minutes) {
        (true, None) => Some(ShiftBy::NextSlots),
        (false, Some(minutes)) if minutes != 0.0 && minutes.abs() <= LONGEST => {
            let span = Duration::from_secs_f64((minutes.abs() * 60.0).round());
            Some(if minutes > 0.0 {
                ShiftBy::Later(span)
            } else {
                ShiftBy::Earlier(span)
            })
        }
        _ => {
            let fix = "send minutes, negative for earlier, or {\"toNextSlots\": true}";
            problems.push(
                malformed("/minutes", "must say where the posts shall move", fix)
                    .allowed("-5256000 to 5256000"),
            );
            None
        }
    }
}

/// Shows what was moved.
pub fn shifted_out(posts: &[Shifted], dry_run: bool) -> Json {
    let posts: Vec<Json> = posts
        .iter()
        .map(|moved| {
            json!({
                "id": moved.post.to_string(),
                "from": moved.from.instant.to_rfc3339(),
                "to": moved.to.instant.to_rfc3339(),
            })
        })
        .collect();
    json!({ "dryRun": dry_run, "posts": posts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_says_what_and_where_to() {
        let span = json!({ "startDate": "2026-01-01", "endDate": "2026-02-01" });
        let with = |name: &str, value: Json| {
            let mut body = span.clone();
            body[name] = value;
            parse_shift(&body).map(|shift| shift.by)
        };
        let minutes = |minutes| Duration::from_mins(minutes);
        assert_eq!(with("minutes", json!("90")), Ok(ShiftBy::Later(minutes(90))));
        assert_eq!(with("minutes", json!(-1440)), Ok(ShiftBy::Earlier(minutes(1440))));
        assert_eq!(with("toNextSlots", json!(true)), Ok(ShiftBy::NextSlots));
        for (name, value) in [
            ("minutes", json!(0)),
            ("minutes", json!("soon")),
            ("toNextSlots", json!(false)),
        ] {
            assert_eq!(
                with(name, value.clone()).unwrap_err()[0].field,
                "/minutes",
                "{value}"
            );
        }
        let bad = json!({ "integrations": ["x"] });
        let fields: Vec<String> = parse_shift(&bad)
            .unwrap_err()
            .into_iter()
            .map(|it| it.field)
            .collect();
        assert_eq!(fields, ["/startDate", "/endDate", "/integrations/0", "/minutes"]);
        assert!(parse_shift(&json!([])).is_err());
    }
}
