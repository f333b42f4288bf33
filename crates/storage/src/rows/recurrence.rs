//! Recurrences.

use postern_domain::id::{PostId, RecurrenceId, WorkspaceId};
use postern_domain::ports::StorageError;
use postern_domain::recurrence::{Frequency, Recurrence, RecurrenceState, Rule, RuleDraft};
use postern_domain::time::parse_local_date;
use postern_entities::recurrence::Model;
use serde_json::{Value as Json, json};

use super::{Reader, RowId, big, instant, timestamp};

pub(crate) fn to_row(recurrence: &Recurrence) -> Model {
    Model {
        id: recurrence.id.to_uuid(),
        workspace_id: recurrence.workspace.to_uuid(),
        template_id: recurrence.template.to_uuid(),
        rule: rule_to_json(&recurrence.rule),
        state: recurrence.state.as_str().to_owned(),
        made_until: recurrence.made_until.map(|date| date.to_string()),
        advance_at: recurrence.advance_at.map(instant),
        version: big(recurrence.version),
        created_at: instant(recurrence.created_at),
        updated_at: instant(recurrence.updated_at),
    }
}

pub(crate) fn from_row(row: Model) -> Result<Recurrence, StorageError> {
    let id = RecurrenceId::of(row.id);
    let reader = Reader::new("recurrence", &id);
    let date = |text: &str| parse_local_date(text).ok();
    Ok(Recurrence {
        id,
        workspace: WorkspaceId::of(row.workspace_id),
        template: PostId::of(row.template_id),
        rule: rule_from_json(&row.rule).ok_or_else(|| reader.corrupt("rule"))?,
        state: reader.word("state", &row.state, RecurrenceState::parse)?,
        made_until: row
            .made_until
            .map(|text| reader.word("made_until", &text, date))
            .transpose()?,
        advance_at: row.advance_at.map(timestamp),
        version: reader.big("version", row.version)?,
        created_at: timestamp(row.created_at),
        updated_at: timestamp(row.updated_at),
    })
}

/// A rule for its column. What a reader of an older release does not know must not change what it makes of the rest.
fn rule_to_json(rule: &Rule) -> Json {
    let draft = RuleDraft::from(rule);
    json!({
        "frequency": draft.frequency.as_str(),
        "every": draft.every,
        "weekdays": draft.weekdays,
        "day": draft.day,
        "nth": draft.nth,
        "month": draft.month,
        "time": draft.time,
        "zone": draft.zone,
        "starts_on": draft.starts_on,
        "until": draft.until,
        "count": draft.count,
        "skips": draft.skips,
    })
}

/// A rule out of its column; none when it holds something else.
fn rule_from_json(json: &Json) -> Option<Rule> {
    let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    let whole = |name: &str| json.get(name).and_then(Json::as_i64);
    let list = |name: &str| {
        json.get(name)
            .and_then(Json::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let weekdays = list("weekdays");
    let skips = list("skips");
    let draft = RuleDraft {
        frequency: Frequency::parse(&text("frequency")?)?,
        every: u32::try_from(whole("every")?).ok()?,
        weekdays: weekdays
            .iter()
            .map(|day| u8::try_from(day.as_i64()?).ok())
            .collect::<Option<_>>()?,
        day: whole("day").map(i8::try_from).transpose().ok()?,
        nth: whole("nth").map(i8::try_from).transpose().ok()?,
        month: whole("month").map(u8::try_from).transpose().ok()?,
        time: text("time")?,
        zone: text("zone")?,
        starts_on: text("starts_on")?,
        until: text("until"),
        count: whole("count").map(u32::try_from).transpose().ok()?,
        skips: skips
            .iter()
            .map(|date| date.as_str().map(str::to_owned))
            .collect::<Option<_>>()?,
    };
    draft.check_stored()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_the_first_release_are_still_read() {
        let stored = json!({
            "frequency": "monthly", "every": 2, "weekdays": [5], "day": null, "nth": -1, "month": null,
            "time": "09:00", "zone": "Europe/Berlin", "starts_on": "2026-11-27", "until": "2027-12-31",
            "count": null, "skips": ["2027-01-29"],
        });
        let rule = rule_from_json(&stored).unwrap();
        assert_eq!(
            rule.to_string(),
            "every 2 months on the last Friday at 09:00 (Europe/Berlin), until 2027-12-31"
        );
        assert_eq!(rule_to_json(&rule), stored);
    }

    #[test]
    fn a_rule_that_was_skipped_to_its_end_is_read_and_nonsense_is_not() {
        let mut stored = json!({
            "frequency": "daily", "every": 1, "weekdays": [], "day": null, "nth": null, "month": null,
            "time": "09:00", "zone": "UTC", "starts_on": "2026-01-01", "until": null,
            "count": 1, "skips": ["2026-01-01"],
        });
        assert!(rule_from_json(&stored).is_some());
        stored["every"] = json!(0);
        assert!(rule_from_json(&stored).is_none());
        assert!(rule_from_json(&json!("daily")).is_none());
    }
}
