//! Files of the library.

use postern_domain::id::{MediaId, UploadId, WorkspaceId};
use postern_domain::media::{Media, MediaKind};
use postern_domain::ports::{StorageError, UploadRow};
use postern_entities::{media, upload};

use super::{Reader, RowId, big, instant, small, timestamp};

pub(crate) fn to_row(media: &Media) -> media::Model {
    media::Model {
        id: media.id.to_uuid(),
        workspace_id: media.workspace.to_uuid(),
        name: media.name.clone(),
        kind: media.kind.as_str().to_owned(),
        mime: media.mime.clone(),
        bytes: big(media.bytes),
        hash: media.hash.clone(),
        width: media.pixels.map(|(width, _)| small(width)),
        height: media.pixels.map(|(_, height)| small(height)),
        duration_ms: media
            .duration
            .map(|span| i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        key: media.key.clone(),
        alt: media.alt.clone(),
        created_at: instant(media.created_at),
        removed_at: None,
    }
}

pub(crate) fn from_row(row: media::Model) -> Result<Media, StorageError> {
    let id = MediaId::of(row.id);
    let reader = Reader::new("media", &id);
    let pixels = match (row.width, row.height) {
        (Some(width), Some(height)) => Some((reader.small("width", width)?, reader.small("height", height)?)),
        (None, _) | (_, None) => None,
    };
    Ok(Media {
        id,
        workspace: WorkspaceId::of(row.workspace_id),
        kind: reader.word("kind", &row.kind, MediaKind::parse)?,
        bytes: reader.big("bytes", row.bytes)?,
        duration: row
            .duration_ms
            .map(|millis| reader.millis("duration_ms", millis))
            .transpose()?,
        pixels,
        name: row.name,
        mime: row.mime,
        hash: row.hash,
        key: row.key,
        alt: row.alt,
        created_at: timestamp(row.created_at),
    })
}

pub(crate) fn upload_to_row(row: &UploadRow) -> upload::Model {
    upload::Model {
        id: row.id.to_uuid(),
        workspace_id: row.workspace.to_uuid(),
        name: row.name.clone(),
        expires_at: instant(row.expires_at),
    }
}

pub(crate) fn upload_from_row(row: upload::Model) -> UploadRow {
    UploadRow {
        id: UploadId::of(row.id),
        workspace: WorkspaceId::of(row.workspace_id),
        name: row.name,
        expires_at: timestamp(row.expires_at),
    }
}
