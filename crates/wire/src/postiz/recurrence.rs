//! Recurrences, on routes of ours.

use postern_domain::media::Media;
use postern_domain::publication::State;
use postern_domain::recurrence::{Occurrence, Reach, Recurrence, RecurrenceEdit, RecurrenceView, Rule};
use postern_domain::time::{PublishAt, Timestamp, Zone, parse_local_date};
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::create::{malformed, missing, not_an_object, parse_content};
use super::post::{PostItem, post_item};
use super::rule::{RuleOut, read_rule, rule_out};
use crate::lenient;

/// Dates that a recurrence shows ahead of the post that waits.
const SHOWN: usize = 5;
/// Most dates ahead that a list shows of one recurrence.
const MOST_AHEAD: usize = 400;
/// Most dates of a preview.
const MOST_SHOWN: u32 = 100;

/// A recurrence as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecurrenceOut {
    /// Its id, `rec_...`.
    pub id: String,
    /// `running` or `ended`.
    pub status: &'static str,
    /// Its rule.
    pub rule: RuleOut,
    /// The text of its posts.
    pub content: String,
    /// The channels that its posts go to.
    pub integrations: Vec<String>,
    /// The post that waits, `post_...`.
    pub next_post: Option<String>,
    /// When that goes out.
    pub next_date: Option<String>,
    /// The next dates after it.
    pub upcoming: Vec<OccurrenceOut>,
    /// Counts up with each change.
    pub version: u64,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// One date of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OccurrenceOut {
    /// The local date, by which it is skipped.
    pub date: String,
    /// When that is.
    pub publish_date: String,
}

/// Shows a recurrence with the dates ahead of now.
pub fn recurrence_out(view: &RecurrenceView, now: Timestamp) -> RecurrenceOut {
    let recurrence = &view.recurrence;
    let post = &view.template.post;
    let next = view.next.as_ref().map(|next| &next.post);
    let next_at = next.and_then(|post| post.publish_at.as_ref());
    let live = view.template.publications.iter().map(|part| &part.publication);
    RecurrenceOut {
        id: recurrence.id.to_string(),
        status: recurrence.state.as_str(),
        rule: rule_out(&recurrence.rule),
        content: post
            .entries
            .first()
            .map(|entry| entry.content.to_source())
            .unwrap_or_default(),
        integrations: live
            .filter(|part| part.state != State::Cancelled)
            .map(|part| part.channel.to_string())
            .collect(),
        next_post: next.map(|post| post.id.to_string()),
        next_date: next_at.map(|at| at.instant.to_rfc3339()),
        upcoming: upcoming(recurrence, now),
        version: recurrence.version,
        created_at: recurrence.created_at.to_rfc3339(),
        updated_at: recurrence.updated_at.to_rfc3339(),
    }
}

fn upcoming(recurrence: &Recurrence, now: Timestamp) -> Vec<OccurrenceOut> {
    let ahead = recurrence.upcoming(now, Timestamp::from_micros(i64::MAX), SHOWN);
    ahead.iter().map(occurrence_out).collect()
}

fn occurrence_out(occurrence: &Occurrence) -> OccurrenceOut {
    OccurrenceOut {
        date: occurrence.date.to_string(),
        publish_date: occurrence.at.instant.to_rfc3339(),
    }
}

/// The dates ahead that have no post yet, one item for each date and channel, as compatible lists show them: with the
/// id of the post that waits, and with `actualDate`.
///
/// `media_url` gives the public address of a file.
pub fn ahead_items(
    view: &RecurrenceView,
    from: Timestamp,
    until: Timestamp,
    media_url: &dyn Fn(&Media) -> String,
) -> Vec<PostItem> {
    let Some(next) = &view.next else {
        return Vec::new();
    };
    let rule = &view.recurrence.rule;
    let first = rule
        .occurrences()
        .next()
        .map(|first| first.at.instant.to_rfc3339());
    let parts: Vec<PostItem> = next
        .publications
        .iter()
        .filter_map(|part| post_item(next, part, media_url))
        .collect();
    let dates = view.recurrence.upcoming(from, until, MOST_AHEAD);
    let items = dates.iter().flat_map(|date| {
        parts.iter().map(|part| PostItem {
            publish_date: date.at.instant.to_rfc3339(),
            state: "QUEUE",
            status: State::Scheduled.as_str(),
            interval_in_days: rule.interval_days(),
            actual_date: first.clone(),
            error: None,
            ..part.clone()
        })
    });
    items.collect()
}

/// The body of `POST /recurrences/preview`: a rule, and how many dates.
pub fn parse_preview(body: &Json, zone: &Zone, now: Timestamp) -> Result<(Rule, usize), Vec<Problem>> {
    let at = PublishAt::at(now, zone.clone());
    let rule = read_rule(body.get("recurrence").unwrap_or(body), zone, Some(&at))?;
    let wanted = body.get("dates").and_then(lenient::number).unwrap_or(10.0);
    let most = f64::from(MOST_SHOWN);
    let count = format!("{:.0}", wanted.clamp(1.0, most)).parse().unwrap_or(1);
    Ok((rule, count))
}

/// The next dates of a rule.
pub fn preview_out(rule: &Rule, now: Timestamp, count: usize) -> Json {
    let dates: Vec<OccurrenceOut> = rule.preview(now, count).iter().map(occurrence_out).collect();
    serde_json::json!({ "rule": rule_out(rule), "dates": dates })
}

/// The body of `PUT /recurrences/:id`: `scope` is `all` or `following` with a `from` date; `recurrence`, `posts` and
/// `tags` as when a post is written, and what is left out stays.
pub fn parse_recurrence_edit(
    body: &Json,
    view: &RecurrenceView,
    zone: &Zone,
) -> Result<RecurrenceEdit, Vec<Problem>> {
    if !body.is_object() {
        return Err(vec![not_an_object()]);
    }
    let mut problems = Vec::new();
    let reach = reach(body, &mut problems);
    let rule = match body.get("recurrence") {
        None | Some(Json::Null) => None,
        Some(rule) => read_rule(rule, zone, start_of(view).as_ref())
            .map_err(|found| problems.extend(found))
            .ok(),
    };
    let content = body
        .get("posts")
        .and_then(|_| parse_content(body).map_err(|found| problems.extend(found)).ok());
    let (Some(reach), true) = (reach, problems.is_empty()) else {
        return Err(problems);
    };
    let has_tags = body.get("tags").is_some_and(Json::is_array);
    let tags = has_tags.then(|| super::create::read_tags(body.get("tags")));
    Ok(RecurrenceEdit {
        expected_version: lenient::filled(body.get("version")).and_then(|text| text.parse().ok()),
        reach,
        rule,
        entries: content.as_ref().map(|post| post.entries.clone()),
        targets: content.map(|post| post.targets),
        tags,
    })
}

/// What a new rule takes time and start from: the post that waits, else the old rule's start.
fn start_of(view: &RecurrenceView) -> Option<PublishAt> {
    let next = view.next.as_ref().and_then(|next| next.post.publish_at.clone());
    next.or_else(|| view.recurrence.rule.occurrences().next().map(|first| first.at))
}

fn reach(body: &Json, problems: &mut Vec<Problem>) -> Option<Reach> {
    let word = lenient::filled(body.get("scope")).unwrap_or_else(|| "all".to_owned());
    match word.to_ascii_lowercase().as_str() {
        "all" => Some(Reach::All),
        "following" => match parse_date(body, "from") {
            Ok(date) => Some(Reach::From(date)),
            Err(problem) => {
                problems.push(problem);
                None
            }
        },
        _ => {
            let fix = "send all, or following with a from date; a single post is changed as any other post";
            problems.push(
                malformed("/scope", "is not one of the scopes", fix)
                    .given(&word)
                    .allowed("all, following"),
            );
            None
        }
    }
}

/// A local date of a body.
pub fn parse_date(body: &Json, name: &str) -> Result<postern_domain::time::LocalDate, Problem> {
    let field = format!("/{name}");
    let Some(text) = lenient::filled(body.get(name)) else {
        return Err(missing(
            &field,
            "must be a date",
            "send a date of the form 2026-01-15",
        ));
    };
    parse_local_date(&text).map_err(|_| {
        let fix = "send a date of the form 2026-01-15";
        Problem::new(Code::TimeMalformed, &field, "is not a date", fix).given(text)
    })
}
