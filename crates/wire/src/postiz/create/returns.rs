//! How a post shall return: `inter` of the compatible body, and `recurrence` beside it.

use postern_domain::post::Intent;
use postern_domain::recurrence::{LONGEST_EVERY, NewRecurrence};
use postern_domain::time::{PublishAt, Zone};
use postern_domain::{Code, Problem};
use serde_json::Value as Json;

use crate::lenient;
use crate::postiz::rule::read_rule;

/// Reads `recurrence`, a rule of ours, or `inter`, a number of days; zero or nothing is none.
///
/// What a rule leaves out of time, zone and start is that of the post.
pub(in crate::postiz) fn read(
    body: &Json,
    intent: Option<&Intent>,
    zone: &Zone,
    problems: &mut Vec<Problem>,
) -> Option<NewRecurrence> {
    match body.get("recurrence") {
        None | Some(Json::Null) => read_days(body.get("inter"), problems).map(NewRecurrence::EveryDays),
        Some(rule) => match read_rule(rule, zone, time_of(intent)) {
            Ok(rule) => Some(NewRecurrence::Rule(Box::new(rule))),
            Err(found) => {
                problems.extend(found);
                None
            }
        },
    }
}

fn time_of(intent: Option<&Intent>) -> Option<&PublishAt> {
    match intent {
        Some(Intent::Schedule { at, .. }) => Some(at),
        Some(Intent::Draft(at)) => at.as_ref(),
        Some(Intent::Now | Intent::Queue) | None => None,
    }
}

/// A number of whole days; clients send it as a text too.
fn read_days(inter: Option<&Json>, problems: &mut Vec<Problem>) -> Option<u16> {
    let given = inter.filter(|given| !given.is_null() && given.as_str() != Some(""))?;
    let days = lenient::number(given);
    match days {
        Some(0.0) => None,
        Some(days) if days.fract() == 0.0 && (1.0..=f64::from(LONGEST_EVERY)).contains(&days) => {
            // In bounds and without a fraction, so that nothing is lost.
            format!("{days:.0}").parse().ok()
        }
        _ => {
            problems.push(
                Problem::new(
                    Code::RecurrenceInvalid,
                    "/recurrence",
                    "must be a whole number of days",
                    "send `inter` as the days from one post to the next, or a rule as `recurrence`",
                )
                .given(given)
                .allowed(format!("0 to {LONGEST_EVERY}")),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn days_between_posts_are_whole_and_zero_is_none() {
        for (given, want) in [
            (json!(7), Ok(Some(7))),
            (json!("14"), Ok(Some(14))),
            (json!(1.0), Ok(Some(1))),
            (json!(0), Ok(None)),
            (json!(null), Ok(None)),
            (json!(""), Ok(None)),
            (json!(1.5), Err(Code::RecurrenceInvalid)),
            (json!(-1), Err(Code::RecurrenceInvalid)),
            (json!(1001), Err(Code::RecurrenceInvalid)),
            (json!("weekly"), Err(Code::RecurrenceInvalid)),
        ] {
            let mut problems = Vec::new();
            let days = read_days(Some(&given), &mut problems);
            let got = problems.first().map_or(Ok(days), |problem| Err(problem.code));
            assert_eq!(got, want, "{given}");
        }
        assert_eq!(read_days(None, &mut Vec::new()), None);
    }

    #[test]
    fn a_rule_takes_from_the_post_what_it_leaves_out() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let at = PublishAt::at(Timestamp::parse("2026-12-01T08:30:00Z").unwrap(), zone.clone());
        let intent = Intent::Schedule {
            at,
            past_is_now: true,
        };
        let body = json!({ "inter": 3, "recurrence": { "frequency": "weekly", "count": "4" } });
        let mut problems = Vec::new();
        let Some(NewRecurrence::Rule(rule)) = read(&body, Some(&intent), &zone, &mut problems) else {
            panic!("{problems:?}");
        };
        assert_eq!(
            rule.to_string(),
            "every week on Tuesday at 09:30 (Europe/Berlin), 4 times"
        );
        let bad = json!({ "recurrence": { "frequency": "hourly", "every": "often" } });
        assert_eq!(read(&bad, Some(&intent), &zone, &mut problems), None);
        let fields: Vec<&str> = problems.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(fields, ["/recurrence/frequency", "/recurrence/every"]);
    }
}
