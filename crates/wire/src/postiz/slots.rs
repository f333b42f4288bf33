//! The posting slots of a channel, on a route of ours.

use postern_domain::channel::Slot;
use postern_domain::time::{LocalTime, Zone, parse_local_time};
use postern_domain::{Code, Problem};
use serde_json::{Value as Json, json};

use super::create::malformed;
use crate::lenient;

/// Shows slots: `{"zone", "slots": [{"weekday": 1..7 or null for every day, "time": "09:00"}]}`.
pub fn slots_out(slots: &[Slot], zone: &Zone) -> Json {
    let slots: Vec<Json> = slots
        .iter()
        .map(|slot| {
            let time = format!("{:02}:{:02}", slot.minute / 60, slot.minute % 60);
            json!({ "weekday": slot.weekday, "time": time })
        })
        .collect();
    json!({ "zone": zone.name(), "slots": slots })
}

/// Reads `{"slots": [...]}`; a bare text is a time of every day.
///
/// Errors: all problems at once, below `/slots`.
pub fn parse_slots(body: &Json) -> Result<Vec<Slot>, Vec<Problem>> {
    let Some(items) = body.get("slots").and_then(Json::as_array) else {
        let fix = "send {\"slots\": [{\"weekday\": 1, \"time\": \"09:00\"}]}";
        return Err(vec![malformed("/slots", "must be a list", fix)]);
    };
    let mut problems = Vec::new();
    let slots = items.iter().enumerate().filter_map(|(index, item)| {
        slot(item, &format!("/slots/{index}"))
            .map_err(|problem| problems.push(problem))
            .ok()
    });
    let slots: Vec<Slot> = slots.collect();
    if problems.is_empty() {
        Ok(slots)
    } else {
        Err(problems)
    }
}

fn slot(item: &Json, at: &str) -> Result<Slot, Problem> {
    let (time, weekday) = match item {
        Json::String(_) => (Some(item), None),
        _ => (item.get("time"), lenient::filled(item.get("weekday"))),
    };
    let text = lenient::filled(time).unwrap_or_default();
    let time = parse_local_time(&text).map_err(|_| {
        let fix = "send a local time of the form 09:00";
        Problem::new(
            Code::TimeMalformed,
            format!("{at}/time"),
            "is not a time of the day",
            fix,
        )
        .given(&text)
    })?;
    let weekday = match weekday {
        None => None,
        Some(text) => {
            let Ok(day @ 1..=7) = text.parse::<u8>() else {
                let fix = "send 1 (Monday) to 7 (Sunday), or null for every day";
                let field = format!("{at}/weekday");
                return Err(malformed(&field, "is not a day of the week", fix)
                    .given(&text)
                    .allowed("1 to 7 or null"));
            };
            Some(day)
        }
    };
    Ok(Slot {
        weekday,
        minute: minute(time),
    })
}

fn minute(time: LocalTime) -> u16 {
    let minutes = i32::from(time.hour()) * 60 + i32::from(time.minute());
    u16::try_from(minutes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_read_back_as_they_are_shown() {
        let slots = [
            Slot {
                weekday: None,
                minute: 560,
            },
            Slot {
                weekday: Some(7),
                minute: 1439,
            },
        ];
        let shown = slots_out(&slots, &Zone::utc());
        assert_eq!(
            shown,
            json!({ "zone": "UTC", "slots": [
                { "weekday": null, "time": "09:20" }, { "weekday": 7, "time": "23:59" },
            ] })
        );
        assert_eq!(parse_slots(&shown), Ok(slots.to_vec()));
        assert_eq!(
            parse_slots(&json!({ "slots": ["09:20"] })),
            Ok(slots[..1].to_vec())
        );
    }

    #[test]
    fn all_wrong_slots_are_told_at_once() {
        let body = json!({ "slots": [{ "time": "25:00" }, { "time": "09:00", "weekday": 8 }, {}] });
        let fields: Vec<String> = parse_slots(&body)
            .unwrap_err()
            .into_iter()
            .map(|it| it.field)
            .collect();
        assert_eq!(fields, ["/slots/0/time", "/slots/1/weekday", "/slots/2/time"]);
        assert!(parse_slots(&json!([])).is_err());
    }
}
