//! What authors ask for.

use postern_domain::post::{
    IdempotencyKey, Intent, MediaRef, MediaUse, NewEntry, NewPost, NewTarget, PostEdit, Resolution,
};

use super::{ConvertError, each, id, many, needed, optional};
use crate::v1;

impl From<Intent> for v1::Intent {
    fn from(intent: Intent) -> Self {
        use v1::intent::Kind;

        let kind = match intent {
            Intent::Draft(plan) => Kind::Draft(v1::DraftIntent {
                plan: plan.map(Into::into),
            }),
            Intent::Schedule { at, past_is_now } => Kind::Schedule(v1::ScheduleIntent {
                at: Some(at.into()),
                past_is_now,
            }),
            Intent::Now => Kind::Now(v1::Mark {}),
            Intent::Queue => Kind::Queue(v1::Mark {}),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Intent> for Intent {
    type Error = ConvertError;

    fn try_from(message: v1::Intent) -> Result<Self, ConvertError> {
        use v1::intent::Kind;

        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::Draft(draft) => Self::Draft(optional(draft.plan, "plan")?),
            Kind::Schedule(schedule) => Self::Schedule {
                at: needed(schedule.at, "at")?,
                past_is_now: schedule.past_is_now,
            },
            Kind::Now(_) => Self::Now,
            Kind::Queue(_) => Self::Queue,
        })
    }
}

impl From<NewPost> for v1::NewPost {
    fn from(post: NewPost) -> Self {
        Self {
            intent: Some(post.intent.into()),
            entries: many(post.entries),
            targets: many(post.targets),
            tags: post.tags,
            recurrence: post.recurrence.map(Into::into),
        }
    }
}

impl TryFrom<v1::NewPost> for NewPost {
    type Error = ConvertError;

    fn try_from(message: v1::NewPost) -> Result<Self, ConvertError> {
        Ok(Self {
            intent: needed(message.intent, "intent")?,
            entries: each(message.entries, "entries")?,
            targets: each(message.targets, "targets")?,
            tags: message.tags,
            recurrence: optional(message.recurrence, "recurrence")?,
        })
    }
}

impl From<NewEntry> for v1::NewEntry {
    fn from(entry: NewEntry) -> Self {
        Self {
            content: Some(entry.content.into()),
            media: many(entry.media),
            delay: Some(entry.delay.into()),
        }
    }
}

impl TryFrom<v1::NewEntry> for NewEntry {
    type Error = ConvertError;

    fn try_from(message: v1::NewEntry) -> Result<Self, ConvertError> {
        Ok(Self {
            content: needed(message.content, "content")?,
            media: each(message.media, "media")?,
            delay: needed(message.delay, "delay")?,
        })
    }
}

impl From<MediaUse> for v1::MediaUse {
    fn from(used: MediaUse) -> Self {
        let media = match used.media {
            MediaRef::Id(id) => v1::media_use::Media::Id(id.to_string()),
            MediaRef::Url(url) => v1::media_use::Media::Url(url),
        };
        Self {
            media: Some(media),
            alt: used.alt,
        }
    }
}

impl TryFrom<v1::MediaUse> for MediaUse {
    type Error = ConvertError;

    fn try_from(message: v1::MediaUse) -> Result<Self, ConvertError> {
        let media = match message.media.ok_or_else(|| ConvertError::absent("media"))? {
            v1::media_use::Media::Id(text) => MediaRef::Id(id(&text, "id")?),
            v1::media_use::Media::Url(url) => MediaRef::Url(url),
        };
        Ok(Self {
            media,
            alt: message.alt,
        })
    }
}

impl From<Vec<NewEntry>> for v1::NewEntries {
    fn from(entries: Vec<NewEntry>) -> Self {
        Self { items: many(entries) }
    }
}

impl TryFrom<v1::NewEntries> for Vec<NewEntry> {
    type Error = ConvertError;

    fn try_from(message: v1::NewEntries) -> Result<Self, ConvertError> {
        each(message.items, "items")
    }
}

impl From<NewTarget> for v1::NewTarget {
    fn from(target: NewTarget) -> Self {
        Self {
            channel: target.channel.to_string(),
            entries: target.entries.map(Into::into),
            settings: Some(target.settings.into()),
        }
    }
}

impl TryFrom<v1::NewTarget> for NewTarget {
    type Error = ConvertError;

    fn try_from(message: v1::NewTarget) -> Result<Self, ConvertError> {
        Ok(Self {
            channel: id(&message.channel, "channel")?,
            entries: optional(message.entries, "entries")?,
            settings: needed(message.settings, "settings")?,
        })
    }
}

impl From<Vec<NewTarget>> for v1::NewTargets {
    fn from(targets: Vec<NewTarget>) -> Self {
        Self { items: many(targets) }
    }
}

impl TryFrom<v1::NewTargets> for Vec<NewTarget> {
    type Error = ConvertError;

    fn try_from(message: v1::NewTargets) -> Result<Self, ConvertError> {
        each(message.items, "items")
    }
}

impl From<PostEdit> for v1::PostEdit {
    fn from(edit: PostEdit) -> Self {
        Self {
            expected_version: edit.expected_version,
            intent: edit.intent.map(Into::into),
            entries: edit.entries.map(Into::into),
            targets: edit.targets.map(Into::into),
            tags: edit.tags.map(|items| v1::Tags { items }),
            recurrence: edit.recurrence.map(Into::into),
        }
    }
}

impl TryFrom<v1::PostEdit> for PostEdit {
    type Error = ConvertError;

    fn try_from(message: v1::PostEdit) -> Result<Self, ConvertError> {
        Ok(Self {
            expected_version: message.expected_version,
            intent: optional(message.intent, "intent")?,
            entries: optional(message.entries, "entries")?,
            targets: optional(message.targets, "targets")?,
            tags: message.tags.map(|tags| tags.items),
            recurrence: optional(message.recurrence, "recurrence")?,
        })
    }
}

impl From<IdempotencyKey> for v1::IdempotencyKey {
    fn from(key: IdempotencyKey) -> Self {
        Self {
            key: key.key,
            digest: key.digest,
        }
    }
}

impl From<v1::IdempotencyKey> for IdempotencyKey {
    fn from(message: v1::IdempotencyKey) -> Self {
        Self {
            key: message.key,
            digest: message.digest,
        }
    }
}

impl From<Resolution> for v1::resolve_post_request::Answer {
    fn from(resolution: Resolution) -> Self {
        match resolution {
            Resolution::Published { url } => Self::Published(v1::FoundByPerson { url }),
            Resolution::SendAgain => Self::SendAgain(v1::Mark {}),
        }
    }
}

impl TryFrom<v1::resolve_post_request::Answer> for Resolution {
    type Error = ConvertError;

    fn try_from(message: v1::resolve_post_request::Answer) -> Result<Self, ConvertError> {
        use v1::resolve_post_request::Answer;

        Ok(match message {
            Answer::Published(found) => Self::Published { url: found.url },
            Answer::SendAgain(_) => Self::SendAgain,
        })
    }
}
