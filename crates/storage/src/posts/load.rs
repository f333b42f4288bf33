//! Posts out of their rows.

use std::collections::HashMap;

use postern_domain::id::ChannelId;
use postern_domain::media::Media;
use postern_domain::ports::StorageError;
use postern_domain::post::{AttachedMedia, Entry, Post, Version};
use postern_entities::{entry, entry_media, media, post, post_tag, post_version};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::error::failure;
use crate::lists::among;
use crate::rows::media as files;
use crate::rows::post::{Parts, entry_from_row, from_row};
use crate::rows::{Reader, RowId};
use crate::unit::Work;

/// Posts with their parts, in the order of their rows.
pub(super) async fn whole(work: &Work, rows: Vec<post::Model>) -> Result<Vec<Post>, StorageError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut parts = by_post(parts_of(work, &ids).await?);
    let library = library_of(work, &parts).await?;
    rows.into_iter()
        .map(|row| {
            let own = parts.remove(&row.id).unwrap_or_default();
            assemble(from_row(row)?, own, &library)
        })
        .collect()
}

/// The parts of posts, each list in the order of its primary key.
async fn parts_of(work: &Work, posts: &[Uuid]) -> Result<Parts, StorageError> {
    if posts.is_empty() {
        return Ok(Parts::default());
    }
    let ids = || posts.iter().copied();
    let entries = entry::Entity::find()
        .filter(among(work, entry::Column::PostId, ids()))
        .order_by_asc(entry::Column::PostId)
        .order_by_asc(entry::Column::Version)
        .order_by_asc(entry::Column::Position);
    let versions = post_version::Entity::find()
        .filter(among(work, post_version::Column::PostId, ids()))
        .order_by_asc(post_version::Column::PostId)
        .order_by_asc(post_version::Column::Position);
    let uses = entry_media::Entity::find()
        .filter(among(work, entry_media::Column::PostId, ids()))
        .order_by_asc(entry_media::Column::PostId)
        .order_by_asc(entry_media::Column::Version)
        .order_by_asc(entry_media::Column::Entry)
        .order_by_asc(entry_media::Column::Position);
    let tags = post_tag::Entity::find()
        .filter(among(work, post_tag::Column::PostId, ids()))
        .order_by_asc(post_tag::Column::PostId)
        .order_by_asc(post_tag::Column::Position);
    Ok(Parts {
        entries: entries.all(work.db()).await.map_err(failure)?,
        versions: versions.all(work.db()).await.map_err(failure)?,
        uses: uses.all(work.db()).await.map_err(failure)?,
        tags: tags.all(work.db()).await.map_err(failure)?,
    })
}

fn by_post(parts: Parts) -> HashMap<Uuid, Parts> {
    let mut sorted: HashMap<Uuid, Parts> = HashMap::new();
    for row in parts.versions {
        sorted.entry(row.post_id).or_default().versions.push(row);
    }
    for row in parts.entries {
        sorted.entry(row.post_id).or_default().entries.push(row);
    }
    for row in parts.uses {
        sorted.entry(row.post_id).or_default().uses.push(row);
    }
    for row in parts.tags {
        sorted.entry(row.post_id).or_default().tags.push(row);
    }
    sorted
}

/// All files that are used, removed ones too.
async fn library_of(work: &Work, parts: &HashMap<Uuid, Parts>) -> Result<HashMap<Uuid, Media>, StorageError> {
    let mut ids: Vec<Uuid> = parts
        .values()
        .flat_map(|own| own.uses.iter().map(|row| row.media_id))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut library = HashMap::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(library);
    }
    let rows = media::Entity::find()
        .filter(among(work, media::Column::Id, ids))
        .all(work.db())
        .await;
    for row in rows.map_err(failure)? {
        library.insert(row.id, files::from_row(row)?);
    }
    Ok(library)
}

fn assemble(mut post: Post, parts: Parts, library: &HashMap<Uuid, Media>) -> Result<Post, StorageError> {
    let mut versions: HashMap<i32, Vec<Entry>> = HashMap::new();
    for row in &parts.entries {
        let mut entry = entry_from_row(row)?;
        let uses = parts
            .uses
            .iter()
            .filter(|used| used.version == row.version && used.entry == row.position);
        entry.media = uses
            .map(|used| attached(&post, used, library))
            .collect::<Result<_, _>>()?;
        versions.entry(row.version).or_default().push(entry);
    }
    post.entries = versions.remove(&0).unwrap_or_default();
    post.versions = parts
        .versions
        .iter()
        .map(|row| Version {
            channel: ChannelId::of(row.channel_id),
            entries: versions.remove(&row.position).unwrap_or_default(),
        })
        .collect();
    post.tags = parts.tags.into_iter().map(|row| row.name).collect();
    Ok(post)
}

fn attached(
    post: &Post,
    row: &entry_media::Model,
    library: &HashMap<Uuid, Media>,
) -> Result<AttachedMedia, StorageError> {
    let media = library
        .get(&row.media_id)
        .cloned()
        .ok_or_else(|| Reader::new("entry_media", &post.id).corrupt("media_id"))?;
    Ok(AttachedMedia {
        media,
        alt: row.alt.clone(),
    })
}
