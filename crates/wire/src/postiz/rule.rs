//! Rules by which posts return, as clients send and read them.

use postern_domain::recurrence::{Frequency, Rule, RuleDraft};
use postern_domain::time::{PublishAt, Zone};
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::create::malformed;
use crate::lenient;

/// A rule as it is sent and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleOut {
    /// `daily`, `weekly`, `monthly` or `yearly`.
    pub frequency: &'static str,
    /// Only every so many days, weeks, months or years.
    pub every: u32,
    /// Days of the week, 1 (Monday) to 7 (Sunday).
    pub weekdays: Vec<u8>,
    /// Day of the month, -1 for the last.
    pub day: Option<i8>,
    /// Which of the same weekdays of a month, -1 for the last.
    pub nth: Option<i8>,
    /// Month of the year.
    pub month: Option<u8>,
    /// Wall time, `HH:MM`.
    pub time: String,
    /// IANA zone.
    pub zone: String,
    /// The first date that counts.
    pub starts_on: String,
    /// The last date that may be one.
    pub until: Option<String>,
    /// How many dates.
    pub count: Option<u32>,
    /// Dates that are left out.
    pub skips: Vec<String>,
    /// The same in words.
    pub words: String,
}

/// Shows a rule.
pub fn rule_out(rule: &Rule) -> RuleOut {
    let draft = RuleDraft::from(rule);
    RuleOut {
        frequency: draft.frequency.as_str(),
        every: draft.every,
        weekdays: draft.weekdays,
        day: draft.day,
        nth: draft.nth,
        month: draft.month,
        time: draft.time,
        zone: draft.zone,
        starts_on: draft.starts_on,
        until: draft.until,
        count: draft.count,
        skips: draft.skips,
        words: rule.to_string(),
    }
}

/// Reads a rule. Numbers may be texts; without a zone it is `zone`, without a time or a start that of `at`.
///
/// Errors: all problems at once, below `/recurrence`.
pub(in crate::postiz) fn read_rule(
    json: &Json,
    zone: &Zone,
    at: Option<&PublishAt>,
) -> Result<Rule, Vec<Problem>> {
    let mut problems = Vec::new();
    if !json.is_object() {
        let fix = "send a rule such as {\"frequency\": \"weekly\", \"weekdays\": [1]}";
        return Err(vec![malformed("/recurrence", "must be an object", fix)]);
    }
    let text = |name: &str| lenient::filled(json.get(name));
    let zone = text("zone").unwrap_or_else(|| zone.name().to_owned());
    // An unknown zone is one problem, not three.
    let own = at.map(|at| {
        at.instant
            .in_zone(Zone::parse(&zone).as_ref().unwrap_or(&at.zone))
    });
    let wall = |format: &str| {
        own.map(|own| own.strftime(format).to_string())
            .unwrap_or_default()
    };
    let mut draft = RuleDraft {
        frequency: frequency(json, &mut problems),
        time: text("time").unwrap_or_else(|| wall("%H:%M")),
        starts_on: text("startsOn").unwrap_or_else(|| wall("%Y-%m-%d")),
        until: text("until"),
        skips: texts(json, "skips", &mut problems),
        zone,
        ..RuleDraft::default()
    };
    draft.every = whole(json, "every", &mut problems).unwrap_or(1);
    draft.count = whole(json, "count", &mut problems);
    draft.day = whole(json, "day", &mut problems);
    draft.nth = whole(json, "nth", &mut problems);
    draft.month = whole(json, "month", &mut problems);
    draft.weekdays = weekdays(json, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    draft.check()
}

fn frequency(json: &Json, problems: &mut Vec<Problem>) -> Frequency {
    let word = lenient::filled(json.get("frequency")).unwrap_or_default();
    Frequency::parse(&word.to_ascii_lowercase()).unwrap_or_else(|| {
        let allowed = Frequency::ALL.map(Frequency::as_str).join(", ");
        problems.push(
            invalid(
                "/recurrence/frequency",
                "is not one of the frequencies",
                "send one of the frequencies",
            )
            .given(word)
            .allowed(allowed),
        );
        Frequency::Daily
    })
}

fn whole<T: std::str::FromStr>(json: &Json, name: &str, problems: &mut Vec<Problem>) -> Option<T> {
    let given = lenient::filled(json.get(name))?;
    let read = given.parse().ok();
    if read.is_none() {
        let field = format!("/recurrence/{name}");
        problems.push(
            invalid(
                &field,
                "is not such a whole number",
                "send a whole number in bounds",
            )
            .given(given),
        );
    }
    read
}

fn weekdays(json: &Json, problems: &mut Vec<Problem>) -> Vec<u8> {
    let given = texts(json, "weekdays", problems);
    let read = given
        .iter()
        .map(|day| day.parse::<u8>())
        .collect::<Result<Vec<u8>, _>>();
    read.unwrap_or_else(|_| {
        let fix = "send a list of numbers from 1 (Monday) to 7 (Sunday)";
        problems.push(
            invalid("/recurrence/weekdays", "are not days of the week", fix)
                .given(given.join(", "))
                .allowed("1 to 7"),
        );
        Vec::new()
    })
}

/// A list of scalars; one alone is a list of one.
fn texts(json: &Json, name: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let read = match json.get(name) {
        None | Some(Json::Null) => Some(Vec::new()),
        Some(Json::Array(items)) => items.iter().map(lenient::text).collect(),
        Some(one) => lenient::text(one).map(|one| vec![one]),
    };
    read.unwrap_or_else(|| {
        problems.push(invalid(
            &format!("/recurrence/{name}"),
            "must be a list",
            "send a list",
        ));
        Vec::new()
    })
}

fn invalid(field: &str, detail: &str, fix: &str) -> Problem {
    Problem::new(Code::RecurrenceInvalid, field, detail, fix)
}
