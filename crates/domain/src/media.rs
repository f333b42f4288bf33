//! Files of the library.

use std::time::Duration;

use crate::id::{MediaId, WorkspaceId};
use crate::time::Timestamp;

/// What kind of file it is, by content, never by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A still picture.
    Image,
    /// An animated picture.
    Gif,
    /// A moving picture.
    Video,
    /// A document such as PDF.
    Document,
}

impl MediaKind {
    /// The name on wires and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Gif => "gif",
            Self::Video => "video",
            Self::Document => "document",
        }
    }

    /// Reads [`MediaKind::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Image, Self::Gif, Self::Video, Self::Document]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// One file of a workspace's library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// The name it was uploaded under.
    pub name: String,
    /// Its kind.
    pub kind: MediaKind,
    /// Its MIME type, for example `image/jpeg`.
    pub mime: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content, in hex.
    pub hash: String,
    /// Width and height in pixels, where they are known.
    pub pixels: Option<(u32, u32)>,
    /// Playing time, for videos.
    pub duration: Option<Duration>,
    /// The key under which the media store keeps it, for example `2026/11/20/3f…a1.jpg`.
    pub key: String,
    /// Words for those who cannot see it; the default for every use.
    pub alt: Option<String>,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

/// What a probe found out about a file that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// The key under which it is kept.
    pub key: String,
    /// Its kind.
    pub kind: MediaKind,
    /// Its MIME type, by content.
    pub mime: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content, in hex.
    pub hash: String,
    /// Width and height in pixels, where they are known.
    pub pixels: Option<(u32, u32)>,
    /// Playing time, for videos.
    pub duration: Option<Duration>,
}
