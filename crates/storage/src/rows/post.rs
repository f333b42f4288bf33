//! Posts with their versions, entries, uses of files and labels.

use postern_domain::actor::Door;
use postern_domain::content::Document;
use postern_domain::id::{PersonId, PostId, RecurrenceId, WorkspaceId};
use postern_domain::ports::StorageError;
use postern_domain::post::{Entry, Post, PostState};
use postern_domain::recurrence::{InSeries, Place};
use postern_domain::time::{PublishAt, parse_local, parse_local_date};
use postern_entities::{entry, entry_media, post, post_tag, post_version};

use super::{Reader, RowId, big, instant, review, timestamp};

/// All rows of one post but the post's own.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) versions: Vec<post_version::Model>,
    pub(crate) entries: Vec<entry::Model>,
    pub(crate) uses: Vec<entry_media::Model>,
    pub(crate) tags: Vec<post_tag::Model>,
}

pub(crate) fn to_row(post: &Post, state: PostState) -> post::Model {
    let at = post.publish_at.as_ref();
    post::Model {
        id: post.id.to_uuid(),
        workspace_id: post.workspace.to_uuid(),
        author_id: post.author.map(RowId::to_uuid),
        door: post.door.as_str().to_owned(),
        publish_at: at.map(|at| instant(at.instant)),
        zone: at.map(|at| at.zone.name().to_owned()),
        wall: at.map(|at| at.wall.to_string()),
        draft: post.draft,
        review: post.review.as_ref().map(review::to_json),
        state: state.as_str().to_owned(),
        version: big(post.version),
        traceparent: None,
        created_at: instant(post.created_at),
        updated_at: instant(post.updated_at),
        trashed_at: post.trashed_at.map(instant),
        recurrence_id: post.series.map(|series| series.recurrence.to_uuid()),
        occurrence_on: post.series.and_then(InSeries::date).map(|date| date.to_string()),
    }
}

/// A post without its parts.
pub(crate) fn from_row(row: post::Model) -> Result<Post, StorageError> {
    let id = PostId::of(row.id);
    let reader = Reader::new("post", &id);
    let publish_at = match (row.publish_at, row.zone, row.wall) {
        (None, None, None) => None,
        (Some(at), Some(zone), Some(wall)) => Some(PublishAt {
            instant: timestamp(at),
            zone: reader.zone("zone", &zone)?,
            wall: reader.word("wall", &wall, |text| parse_local(text).ok())?,
        }),
        _ => return Err(reader.corrupt("publish_at")),
    };
    let date = |text: &str| parse_local_date(text).ok();
    let place = match row.occurrence_on {
        Some(text) => Place::On(reader.word("occurrence_on", &text, date)?),
        None => Place::Template,
    };
    let series = row.recurrence_id.map(|recurrence| InSeries {
        recurrence: RecurrenceId::of(recurrence),
        place,
    });
    let review = row
        .review
        .as_ref()
        .map(|json| review::from_json(json).ok_or_else(|| reader.corrupt("review")));
    Ok(Post {
        id,
        workspace: WorkspaceId::of(row.workspace_id),
        author: row.author_id.map(PersonId::of),
        door: reader.word("door", &row.door, Door::parse)?,
        publish_at,
        draft: row.draft,
        review: review.transpose()?,
        entries: Vec::new(),
        versions: Vec::new(),
        tags: Vec::new(),
        version: reader.big("version", row.version)?,
        created_at: timestamp(row.created_at),
        updated_at: timestamp(row.updated_at),
        trashed_at: row.trashed_at.map(timestamp),
        series,
    })
}

/// The rows of everything a post consists of besides itself.
pub(crate) fn to_parts(post: &Post) -> Parts {
    let mut parts = Parts::default();
    add_entries(&mut parts, post.id, 0, &post.entries);
    for (index, version) in post.versions.iter().enumerate() {
        let position = place(index + 1);
        parts.versions.push(post_version::Model {
            post_id: post.id.to_uuid(),
            position,
            channel_id: version.channel.to_uuid(),
        });
        add_entries(&mut parts, post.id, position, &version.entries);
    }
    for (index, name) in post.tags.iter().enumerate() {
        parts.tags.push(post_tag::Model {
            post_id: post.id.to_uuid(),
            position: place(index),
            name: name.clone(),
        });
    }
    parts
}

fn add_entries(parts: &mut Parts, post: PostId, version: i32, entries: &[Entry]) {
    for (index, entry) in entries.iter().enumerate() {
        parts.entries.push(entry::Model {
            post_id: post.to_uuid(),
            version,
            position: place(index),
            content: entry.content.to_source(),
            plain: entry.content.plain,
            delay_ms: i64::try_from(entry.delay.as_millis()).unwrap_or(i64::MAX),
        });
        for (number, attached) in entry.media.iter().enumerate() {
            parts.uses.push(entry_media::Model {
                post_id: post.to_uuid(),
                version,
                entry: place(index),
                position: place(number),
                media_id: attached.media.id.to_uuid(),
                alt: attached.alt.clone(),
            });
        }
    }
}

/// An entry without its files.
pub(crate) fn entry_from_row(row: &entry::Model) -> Result<Entry, StorageError> {
    let post = PostId::of(row.post_id);
    let content = if row.plain {
        Document::from_plain(&row.content)
    } else if row.content.is_empty() {
        // An empty text has no tag to be told from plain text by.
        Document::default()
    } else {
        Document::parse(&row.content)
    };
    Ok(Entry {
        content,
        media: Vec::new(),
        delay: Reader::new("entry", &post).millis("delay_ms", row.delay_ms)?,
    })
}

fn place(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}
