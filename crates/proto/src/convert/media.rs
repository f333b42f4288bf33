//! Files of the library.

use postern_domain::media::Media;
use postern_domain::time::Timestamp;

use super::{ConvertError, closed, id, number, optional};
use crate::v1;

impl From<Media> for v1::Media {
    fn from(media: Media) -> Self {
        Self {
            id: media.id.to_string(),
            workspace: media.workspace.to_string(),
            name: media.name,
            kind: number::<v1::MediaKind, _>(media.kind),
            mime: media.mime,
            bytes: media.bytes,
            hash: media.hash,
            pixels: media.pixels.map(|(width, height)| v1::Pixels { width, height }),
            duration: media.duration.map(Into::into),
            key: media.key,
            alt: media.alt,
            created_at: media.created_at.as_micros(),
        }
    }
}

impl TryFrom<v1::Media> for Media {
    type Error = ConvertError;

    fn try_from(message: v1::Media) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            workspace: id(&message.workspace, "workspace")?,
            name: message.name,
            kind: closed::<v1::MediaKind, _>(message.kind, "kind")?,
            mime: message.mime,
            bytes: message.bytes,
            hash: message.hash,
            pixels: message.pixels.map(|pixels| (pixels.width, pixels.height)),
            duration: optional(message.duration, "duration")?,
            key: message.key,
            alt: message.alt,
            created_at: Timestamp::from_micros(message.created_at),
        })
    }
}
