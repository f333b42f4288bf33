//! Stored posts and what is shown of them.

use postern_domain::capability::{EntryPreview, Preview};
use postern_domain::ports::{PunctualityRow, TargetPreview};
use postern_domain::post::{AttachedMedia, Entry, Post, PostView, PublicationView, Version};
use postern_domain::time::Timestamp;

use super::pause::{held_number, held_of};
use super::{ConvertError, closed, each, id, many, needed, number, optional, optional_id};
use crate::v1;

impl From<Post> for v1::Post {
    fn from(post: Post) -> Self {
        Self {
            id: post.id.to_string(),
            workspace: post.workspace.to_string(),
            author: post.author.map(|id| id.to_string()),
            door: number::<v1::Door, _>(post.door),
            publish_at: post.publish_at.map(Into::into),
            draft: post.draft,
            entries: many(post.entries),
            versions: many(post.versions),
            tags: post.tags,
            version: post.version,
            created_at: post.created_at.as_micros(),
            updated_at: post.updated_at.as_micros(),
            trashed_at: post.trashed_at.map(Timestamp::as_micros),
            series: post.series.map(Into::into),
            review: post.review.map(Into::into),
        }
    }
}

impl TryFrom<v1::Post> for Post {
    type Error = ConvertError;

    fn try_from(message: v1::Post) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            workspace: id(&message.workspace, "workspace")?,
            author: optional_id(message.author.as_deref(), "author")?,
            door: closed::<v1::Door, _>(message.door, "door")?,
            publish_at: optional(message.publish_at, "publish_at")?,
            draft: message.draft,
            entries: each(message.entries, "entries")?,
            versions: each(message.versions, "versions")?,
            tags: message.tags,
            version: message.version,
            created_at: Timestamp::from_micros(message.created_at),
            updated_at: Timestamp::from_micros(message.updated_at),
            trashed_at: message.trashed_at.map(Timestamp::from_micros),
            series: optional(message.series, "series")?,
            review: optional(message.review, "review")?,
        })
    }
}

impl From<Version> for v1::Version {
    fn from(version: Version) -> Self {
        Self {
            channel: version.channel.to_string(),
            entries: many(version.entries),
        }
    }
}

impl TryFrom<v1::Version> for Version {
    type Error = ConvertError;

    fn try_from(message: v1::Version) -> Result<Self, ConvertError> {
        Ok(Self {
            channel: id(&message.channel, "channel")?,
            entries: each(message.entries, "entries")?,
        })
    }
}

impl From<Entry> for v1::Entry {
    fn from(entry: Entry) -> Self {
        Self {
            content: Some(entry.content.into()),
            media: many(entry.media),
            delay: Some(entry.delay.into()),
        }
    }
}

impl TryFrom<v1::Entry> for Entry {
    type Error = ConvertError;

    fn try_from(message: v1::Entry) -> Result<Self, ConvertError> {
        Ok(Self {
            content: needed(message.content, "content")?,
            media: each(message.media, "media")?,
            delay: needed(message.delay, "delay")?,
        })
    }
}

impl From<AttachedMedia> for v1::AttachedMedia {
    fn from(attached: AttachedMedia) -> Self {
        Self {
            media: Some(attached.media.into()),
            alt: attached.alt,
        }
    }
}

impl TryFrom<v1::AttachedMedia> for AttachedMedia {
    type Error = ConvertError;

    fn try_from(message: v1::AttachedMedia) -> Result<Self, ConvertError> {
        Ok(Self {
            media: needed(message.media, "media")?,
            alt: message.alt,
        })
    }
}

impl From<PostView> for v1::PostView {
    fn from(view: PostView) -> Self {
        Self {
            post: Some(view.post.into()),
            state: number::<v1::PostState, _>(view.state),
            publications: many(view.publications),
            crowding: many(view.crowding),
        }
    }
}

impl TryFrom<v1::PostView> for PostView {
    type Error = ConvertError;

    fn try_from(message: v1::PostView) -> Result<Self, ConvertError> {
        Ok(Self {
            post: needed(message.post, "post")?,
            state: closed::<v1::PostState, _>(message.state, "state")?,
            publications: each(message.publications, "publications")?,
            crowding: each(message.crowding, "crowding")?,
        })
    }
}

impl From<PublicationView> for v1::PublicationView {
    fn from(view: PublicationView) -> Self {
        Self {
            publication: Some(view.publication.into()),
            channel: Some(view.channel.into()),
            held: held_number(view.held),
        }
    }
}

impl TryFrom<v1::PublicationView> for PublicationView {
    type Error = ConvertError;

    fn try_from(message: v1::PublicationView) -> Result<Self, ConvertError> {
        Ok(Self {
            publication: needed(message.publication, "publication")?,
            channel: needed(message.channel, "channel")?,
            held: held_of(message.held)?,
        })
    }
}

impl From<TargetPreview> for v1::TargetPreview {
    fn from(target: TargetPreview) -> Self {
        let entry = |entry: EntryPreview| v1::EntryPreview {
            text: entry.text,
            length: entry.length,
            max: entry.max,
            unit: entry.unit,
        };
        Self {
            channel: Some(target.channel.into()),
            entries: target.preview.entries.into_iter().map(entry).collect(),
            problems: many(target.preview.problems),
            crowding: many(target.crowding),
        }
    }
}

impl TryFrom<v1::TargetPreview> for TargetPreview {
    type Error = ConvertError;

    fn try_from(message: v1::TargetPreview) -> Result<Self, ConvertError> {
        let entry = |entry: v1::EntryPreview| EntryPreview {
            text: entry.text,
            length: entry.length,
            max: entry.max,
            unit: entry.unit,
        };
        Ok(Self {
            channel: needed(message.channel, "channel")?,
            preview: Preview {
                entries: message.entries.into_iter().map(entry).collect(),
                problems: each(message.problems, "problems")?,
            },
            crowding: each(message.crowding, "crowding")?,
        })
    }
}

impl From<PunctualityRow> for v1::PunctualityRow {
    fn from(row: PunctualityRow) -> Self {
        Self {
            channel: row.channel.to_string(),
            day: row.day,
            published: row.published,
            failed: row.failed,
            unconfirmed: row.unconfirmed,
            median_late_ms: row.median_late_ms,
            worst_late_ms: row.worst_late_ms,
        }
    }
}

impl TryFrom<v1::PunctualityRow> for PunctualityRow {
    type Error = ConvertError;

    fn try_from(message: v1::PunctualityRow) -> Result<Self, ConvertError> {
        Ok(Self {
            channel: id(&message.channel, "channel")?,
            day: message.day,
            published: message.published,
            failed: message.failed,
            unconfirmed: message.unconfirmed,
            median_late_ms: message.median_late_ms,
            worst_late_ms: message.worst_late_ms,
        })
    }
}
