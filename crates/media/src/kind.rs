//! The types of file that are taken, told by content.

use postern_domain::media::MediaKind;
use postern_domain::ports::StorePolicy;

/// Bytes from the beginning that tell every type.
pub(crate) const HEAD_BYTES: usize = 4_096;

/// A type that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Jpeg,
    Png,
    Gif,
    Webp,
    Avif,
    Bmp,
    Tiff,
    Mp4,
    Pdf,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::Webp,
        Self::Avif,
        Self::Bmp,
        Self::Tiff,
        Self::Mp4,
        Self::Pdf,
    ];

    /// The type that the first [`HEAD_BYTES`] bytes tell; all bytes of a shorter file.
    pub(crate) fn of_content(head: &[u8]) -> Option<Self> {
        let found = infer::get(head).and_then(|found| Self::of_mime(found.mime_type()));
        found.or_else(|| is_mp4(head).then_some(Self::Mp4))
    }

    /// The MIME type by content, also of files that are not taken.
    pub(crate) fn mime_of_content(head: &[u8]) -> &'static str {
        Self::of_content(head).map_or_else(
            || infer::get(head).map_or("unknown", |found| found.mime_type()),
            Self::mime,
        )
    }

    pub(crate) fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.extension() == extension)
    }

    fn of_mime(mime: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.mime() == mime)
    }

    pub(crate) const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Mp4 => "video/mp4",
            Self::Pdf => "application/pdf",
        }
    }

    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Mp4 => "mp4",
            Self::Pdf => "pdf",
        }
    }

    /// What it is to the domain, before a look inside tells whether a GIF moves.
    pub(crate) const fn media_kind(self) -> MediaKind {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::Webp | Self::Avif | Self::Bmp | Self::Tiff => {
                MediaKind::Image
            }
            Self::Mp4 => MediaKind::Video,
            Self::Pdf => MediaKind::Document,
        }
    }

    /// The greatest size in bytes.
    pub(crate) const fn cap(self, policy: StorePolicy) -> u64 {
        match self.media_kind() {
            MediaKind::Image | MediaKind::Gif => policy.max_image_bytes,
            MediaKind::Video | MediaKind::Document => policy.max_video_bytes,
        }
    }
}

/// Whether a file is MP4 by a brand that is too new for the table of the library.
fn is_mp4(head: &[u8]) -> bool {
    let Some(major) = head.get(8..12) else {
        return false;
    };
    head.get(4..8) == Some(b"ftyp") && (major.starts_with(b"iso") || major.starts_with(b"mp4"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ftyp(major: &str, compatible: &str) -> Vec<u8> {
        let length = u8::try_from(16 + compatible.len()).unwrap();
        let mut bytes = vec![0, 0, 0, length];
        bytes.extend(b"ftyp");
        bytes.extend(major.as_bytes());
        bytes.extend([0; 4]);
        bytes.extend(compatible.as_bytes());
        bytes
    }

    #[test]
    fn types_are_told_by_content_alone() {
        for (head, want) in [
            (b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), Some(Kind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n".to_vec(), Some(Kind::Png)),
            (b"GIF89a".to_vec(), Some(Kind::Gif)),
            (b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), Some(Kind::Webp)),
            (ftyp("avif", "mif1miaf"), Some(Kind::Avif)),
            (b"BM\0\0\0\0".to_vec(), Some(Kind::Bmp)),
            (b"II*\0\x08\0\0\0\0\0\0\0".to_vec(), Some(Kind::Tiff)),
            (ftyp("isom", "isomiso2avc1mp41"), Some(Kind::Mp4)),
            (ftyp("mp42", "isom"), Some(Kind::Mp4)),
            (ftyp("iso8", "iso8"), Some(Kind::Mp4)),
            (b"%PDF-1.7\n".to_vec(), Some(Kind::Pdf)),
            (ftyp("qt  ", "qt  "), None),
            (ftyp("heic", "mif1"), None),
            (ftyp("M4A ", "M4A "), None),
            (b"\x1a\x45\xdf\xa3\x42\x82\x84webm".to_vec(), None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), None),
            (b"<!DOCTYPE html><html>".to_vec(), None),
            (b"MZ\x90\0".to_vec(), None),
            (b"PK\x03\x04".to_vec(), None),
            (b"\x7fELF".to_vec(), None),
            (b"plain text".to_vec(), None),
            (Vec::new(), None),
        ] {
            assert_eq!(Kind::of_content(&head), want, "{head:?}");
        }
    }

    #[test]
    fn extensions_and_mime_types_lead_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_extension(kind.extension()), Some(kind));
            assert_eq!(Kind::of_mime(kind.mime()), Some(kind));
        }
    }
}
