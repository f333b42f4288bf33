//! Files of the library, and the body of `POST /upload-from-url`.

use postern_domain::Problem;
use postern_domain::media::Media;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::create::missing;
use crate::lenient;

/// A file as uploads answer with it; `path` is what posts send back.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaItem {
    /// Its id.
    pub id: String,
    /// The name under which it is stored.
    pub name: String,
    /// The name under which it came.
    pub original_name: String,
    /// Its public address.
    pub path: String,
    /// None yet; posters of videos are for the platforms to make.
    pub thumbnail: Option<String>,
    /// Words for those who cannot see it.
    pub alt: Option<String>,
    /// `image`, `gif`, `video` or `document`.
    pub kind: &'static str,
    /// Its MIME type, by content.
    pub mime: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its width in pixels, where it is known.
    pub width: Option<u32>,
    /// Its height in pixels, where it is known.
    pub height: Option<u32>,
    /// When it was uploaded.
    pub created_at: String,
}

/// Shows a file; `path` is its public address.
pub fn media_item(media: &Media, path: String) -> MediaItem {
    let stored = media.key.rsplit('/').next().unwrap_or(&media.key);
    MediaItem {
        id: media.id.to_string(),
        name: stored.to_owned(),
        original_name: media.name.clone(),
        path,
        thumbnail: None,
        alt: media.alt.clone(),
        kind: media.kind.as_str(),
        mime: media.mime.clone(),
        bytes: media.bytes,
        width: media.pixels.map(|(width, _)| width),
        height: media.pixels.map(|(_, height)| height),
        created_at: media.created_at.to_rfc3339(),
    }
}

/// Reads `{"url"}`.
pub fn parse_url(body: &Json) -> Result<String, Problem> {
    lenient::filled(body.get("url"))
        .ok_or_else(|| missing("/url", "must be a URL address", "send {\"url\": \"https://...\"}"))
}
