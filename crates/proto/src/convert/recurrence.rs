//! Rules, recurrences and moves of many posts.

use postern_domain::ports::{Shift, ShiftBy, Shifted};
use postern_domain::recurrence::{
    Frequency, InSeries, NewRecurrence, Place, Reach, Recurrence, RecurrenceEdit, RecurrenceView, Rule,
    RuleDraft,
};
use postern_domain::time::{LocalDate, Timestamp, parse_local_date};

use super::{ConvertError, closed, id, needed, number, optional};
use crate::v1;

impl From<Rule> for v1::Rule {
    fn from(rule: Rule) -> Self {
        let draft = RuleDraft::from(&rule);
        Self {
            frequency: number::<v1::Frequency, _>(draft.frequency),
            every: draft.every,
            weekdays: draft.weekdays.into_iter().map(u32::from).collect(),
            day: draft.day.map(i32::from),
            nth: draft.nth.map(i32::from),
            month: draft.month.map(u32::from),
            time: draft.time,
            zone: draft.zone,
            starts_on: draft.starts_on,
            until: draft.until,
            count: draft.count,
            skips: draft.skips,
        }
    }
}

impl TryFrom<v1::Rule> for Rule {
    type Error = ConvertError;

    fn try_from(message: v1::Rule) -> Result<Self, ConvertError> {
        let weekdays = message.weekdays.into_iter().map(u8::try_from);
        let draft = RuleDraft {
            frequency: closed::<v1::Frequency, Frequency>(message.frequency, "frequency")?,
            every: message.every,
            weekdays: weekdays
                .collect::<Result<_, _>>()
                .map_err(|_| too_great("weekdays"))?,
            day: message
                .day
                .map(i8::try_from)
                .transpose()
                .map_err(|_| too_great("day"))?,
            nth: message
                .nth
                .map(i8::try_from)
                .transpose()
                .map_err(|_| too_great("nth"))?,
            month: message
                .month
                .map(u8::try_from)
                .transpose()
                .map_err(|_| too_great("month"))?,
            time: message.time,
            zone: message.zone,
            starts_on: message.starts_on,
            until: message.until,
            count: message.count,
            skips: message.skips,
        };
        draft
            .check_stored()
            .ok_or_else(|| ConvertError::new("", "not a rule"))
    }
}

fn too_great(field: &str) -> ConvertError {
    ConvertError::new(field, "out of bounds")
}

impl From<NewRecurrence> for v1::NewRecurrence {
    fn from(new: NewRecurrence) -> Self {
        use v1::new_recurrence::Kind;

        Self {
            kind: Some(match new {
                NewRecurrence::Rule(rule) => Kind::Rule((*rule).into()),
                NewRecurrence::EveryDays(days) => Kind::EveryDays(days.into()),
            }),
        }
    }
}

impl TryFrom<v1::NewRecurrence> for NewRecurrence {
    type Error = ConvertError;

    fn try_from(message: v1::NewRecurrence) -> Result<Self, ConvertError> {
        use v1::new_recurrence::Kind;

        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::Rule(rule) => Self::Rule(Box::new(
                rule.try_into()
                    .map_err(|error: ConvertError| error.below("rule"))?,
            )),
            Kind::EveryDays(days) => {
                Self::EveryDays(u16::try_from(days).map_err(|_| too_great("every_days"))?)
            }
        })
    }
}

impl From<InSeries> for v1::InSeries {
    fn from(series: InSeries) -> Self {
        Self {
            recurrence: series.recurrence.to_string(),
            date: series.date().map(|date| date.to_string()),
        }
    }
}

impl TryFrom<v1::InSeries> for InSeries {
    type Error = ConvertError;

    fn try_from(message: v1::InSeries) -> Result<Self, ConvertError> {
        Ok(Self {
            recurrence: id(&message.recurrence, "recurrence")?,
            place: match message.date {
                Some(text) => Place::On(date(&text, "date")?),
                None => Place::Template,
            },
        })
    }
}

/// A local date.
pub(crate) fn date(text: &str, field: &str) -> Result<LocalDate, ConvertError> {
    parse_local_date(text).map_err(|_| ConvertError::new(field, "not a date"))
}

impl From<Recurrence> for v1::Recurrence {
    fn from(recurrence: Recurrence) -> Self {
        Self {
            id: recurrence.id.to_string(),
            workspace: recurrence.workspace.to_string(),
            template: recurrence.template.to_string(),
            rule: Some(recurrence.rule.into()),
            state: number::<v1::RecurrenceState, _>(recurrence.state),
            made_until: recurrence.made_until.map(|date| date.to_string()),
            advance_at: recurrence.advance_at.map(Timestamp::as_micros),
            version: recurrence.version,
            created_at: recurrence.created_at.as_micros(),
            updated_at: recurrence.updated_at.as_micros(),
        }
    }
}

impl TryFrom<v1::Recurrence> for Recurrence {
    type Error = ConvertError;

    fn try_from(message: v1::Recurrence) -> Result<Self, ConvertError> {
        let made_until = message.made_until.as_deref().map(|text| date(text, "made_until"));
        Ok(Self {
            id: id(&message.id, "id")?,
            workspace: id(&message.workspace, "workspace")?,
            template: id(&message.template, "template")?,
            rule: needed(message.rule, "rule")?,
            state: closed::<v1::RecurrenceState, _>(message.state, "state")?,
            made_until: made_until.transpose()?,
            advance_at: message.advance_at.map(Timestamp::from_micros),
            version: message.version,
            created_at: Timestamp::from_micros(message.created_at),
            updated_at: Timestamp::from_micros(message.updated_at),
        })
    }
}

impl From<RecurrenceView> for v1::RecurrenceView {
    fn from(view: RecurrenceView) -> Self {
        Self {
            recurrence: Some(view.recurrence.into()),
            template: Some(view.template.into()),
            next: view.next.map(Into::into),
        }
    }
}

impl TryFrom<v1::RecurrenceView> for RecurrenceView {
    type Error = ConvertError;

    fn try_from(message: v1::RecurrenceView) -> Result<Self, ConvertError> {
        Ok(Self {
            recurrence: needed(message.recurrence, "recurrence")?,
            template: needed(message.template, "template")?,
            next: optional(message.next, "next")?,
        })
    }
}

impl From<RecurrenceEdit> for v1::RecurrenceEdit {
    fn from(edit: RecurrenceEdit) -> Self {
        Self {
            expected_version: edit.expected_version,
            from_date: match edit.reach {
                Reach::All => None,
                Reach::From(date) => Some(date.to_string()),
            },
            rule: edit.rule.map(Into::into),
            entries: edit.entries.map(Into::into),
            targets: edit.targets.map(Into::into),
            tags: edit.tags.map(|items| v1::Tags { items }),
        }
    }
}

impl TryFrom<v1::RecurrenceEdit> for RecurrenceEdit {
    type Error = ConvertError;

    fn try_from(message: v1::RecurrenceEdit) -> Result<Self, ConvertError> {
        let from_date = message.from_date.as_deref().map(|text| date(text, "from_date"));
        Ok(Self {
            expected_version: message.expected_version,
            reach: from_date.transpose()?.map_or(Reach::All, Reach::From),
            rule: optional(message.rule, "rule")?,
            entries: optional(message.entries, "entries")?,
            targets: optional(message.targets, "targets")?,
            tags: message.tags.map(|tags| tags.items),
        })
    }
}

/// Where a shift goes to, as the request has it.
pub(crate) fn shift_to_message(by: ShiftBy) -> v1::shift_posts_request::By {
    use v1::shift_posts_request::By;

    match by {
        ShiftBy::Later(span) => By::Later(span.into()),
        ShiftBy::Earlier(span) => By::Earlier(span.into()),
        ShiftBy::NextSlots => By::NextSlots(v1::Mark {}),
    }
}

impl TryFrom<v1::ShiftPostsRequest> for Shift {
    type Error = ConvertError;

    fn try_from(message: v1::ShiftPostsRequest) -> Result<Self, ConvertError> {
        use v1::shift_posts_request::By;

        let channels = message.channels.iter().map(|text| id(text, "channels"));
        Ok(Self {
            from: Timestamp::from_micros(message.from),
            until: Timestamp::from_micros(message.until),
            channels: channels.collect::<Result<_, _>>()?,
            by: match message.by.ok_or_else(|| ConvertError::absent("by"))? {
                By::Later(span) => ShiftBy::Later(needed(Some(span), "later")?),
                By::Earlier(span) => ShiftBy::Earlier(needed(Some(span), "earlier")?),
                By::NextSlots(_) => ShiftBy::NextSlots,
            },
            dry_run: message.dry_run,
        })
    }
}

impl From<Shifted> for v1::ShiftedPost {
    fn from(shifted: Shifted) -> Self {
        Self {
            post: shifted.post.to_string(),
            from: Some(shifted.from.into()),
            to: Some(shifted.to.into()),
        }
    }
}

impl TryFrom<v1::ShiftedPost> for Shifted {
    type Error = ConvertError;

    fn try_from(message: v1::ShiftedPost) -> Result<Self, ConvertError> {
        Ok(Self {
            post: id(&message.post, "post")?,
            from: needed(message.from, "from")?,
            to: needed(message.to, "to")?,
        })
    }
}
