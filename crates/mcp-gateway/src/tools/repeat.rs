//! Posts that return, as arguments: the rule, and which of its posts are meant.

use postern_domain::post::{PostEdit, PostView};
use postern_domain::recurrence::{Frequency, InSeries, Reach, RecurrenceEdit, Rule, RuleDraft};
use postern_domain::time::PublishAt;
use postern_domain::{BackendError, Code, Problem};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::answer::Stop;
use crate::shape::places;
use crate::tools::Call;

/// A rule; its time, zone and first date are those of the post.
#[derive(Deserialize, JsonSchema)]
pub(super) struct RepeatIn {
    /// How often
    frequency: FrequencyIn,
    /// Only every so many days, weeks, months or years
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    every: Option<u32>,
    /// Weekly: days of the week, 1 is Monday. Monthly with nth: one of them
    #[serde(default)]
    #[schemars(length(max = 7))]
    weekdays: Option<Vec<u8>>,
    /// Monthly: day of the month, -1 is the last
    #[serde(default)]
    day: Option<i8>,
    /// Monthly: which of the weekday, 1 to 4, -1 is the last
    #[serde(default)]
    nth: Option<i8>,
    /// Last date, 2026-12-31
    #[serde(default)]
    until: Option<String>,
    /// Number of posts after which it ends
    #[serde(default)]
    #[schemars(range(min = 1, max = 10_000))]
    count: Option<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum FrequencyIn {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// Which posts of a recurrence are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ScopeIn {
    This,
    Following,
    All,
}

impl RepeatIn {
    /// The rule for a post at this time.
    pub(super) fn rule(&self, at: &PublishAt) -> Result<Rule, Stop> {
        let wall = at.instant.in_zone(&at.zone);
        let draft = RuleDraft {
            frequency: match self.frequency {
                FrequencyIn::Daily => Frequency::Daily,
                FrequencyIn::Weekly => Frequency::Weekly,
                FrequencyIn::Monthly => Frequency::Monthly,
                FrequencyIn::Yearly => Frequency::Yearly,
            },
            every: self.every.unwrap_or(1),
            weekdays: self.weekdays.clone().unwrap_or_default(),
            day: self.day,
            nth: self.nth,
            month: None,
            time: wall.strftime("%H:%M").to_string(),
            zone: at.zone.name().to_owned(),
            starts_on: wall.strftime("%Y-%m-%d").to_string(),
            until: self.until.clone(),
            count: self.count,
            skips: Vec::new(),
        };
        draft
            .check()
            .map_err(|problems| places::moved(BackendError::Refused(problems), place).into())
    }
}

/// Where a problem of a rule lies in the arguments.
pub(super) fn place(field: &str) -> String {
    match places::parts(field).as_slice() {
        ["recurrence", rest @ ..] => std::iter::once("/repeat")
            .chain(rest.iter().copied())
            .collect::<Vec<_>>()
            .join("/"),
        _ => field.to_owned(),
    }
}

/// The change of one post as a change of several of its recurrence.
///
/// Errors: when the post belongs to none.
pub(super) async fn edit_of(
    call: &Call<'_>,
    view: &PostView,
    scope: ScopeIn,
    edit: &PostEdit,
    rule: Option<Rule>,
) -> Result<(InSeries, RecurrenceEdit), Stop> {
    let series = series_of(view)?;
    let rule = match (rule, moved_to(edit)) {
        (Some(rule), _) => Some(rule),
        (None, Some(at)) => {
            let stored = call
                .shared
                .backend
                .recurrence(call.actor(), series.recurrence)
                .await?;
            Some(at_time(&stored.recurrence.rule, at)?)
        }
        (None, None) => None,
    };
    let reach = match (scope, series.date()) {
        (ScopeIn::Following, Some(date)) => Reach::From(date),
        (ScopeIn::All | ScopeIn::This | ScopeIn::Following, _) => Reach::All,
    };
    Ok((
        series,
        RecurrenceEdit {
            expected_version: None,
            reach,
            rule,
            entries: edit.entries.clone(),
            targets: None,
            tags: edit.tags.clone(),
        },
    ))
}

/// The recurrence of a post.
pub(super) fn series_of(view: &PostView) -> Result<InSeries, Stop> {
    view.post.series.ok_or_else(|| {
        let fix = "leave scope out, or send repeat to let the post return";
        Problem::new(Code::RecurrenceInvalid, "/scope", "the post does not return", fix).into()
    })
}

fn moved_to(edit: &PostEdit) -> Option<&PublishAt> {
    match edit.intent.as_ref()? {
        postern_domain::post::Intent::Schedule { at, .. } => Some(at),
        postern_domain::post::Intent::Draft(_)
        | postern_domain::post::Intent::Now
        | postern_domain::post::Intent::Queue => None,
    }
}

/// The same rule at the wall time of another one of its posts.
fn at_time(rule: &Rule, at: &PublishAt) -> Result<Rule, Stop> {
    let draft = RuleDraft {
        time: at.instant.in_zone(rule.zone()).strftime("%H:%M").to_string(),
        ..RuleDraft::from(rule)
    };
    draft
        .check()
        .map_err(|problems| places::moved(BackendError::Refused(problems), place).into())
}
