//! What a file is beyond its type: size in pixels, playing time, whether it moves.
//!
//! Broken files are common and sometimes meant; what cannot be read stays unknown and is no error.

mod gif;
mod mp4;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use postern_domain::media::MediaKind;

use crate::kind::Kind;

/// What a probe found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) kind: MediaKind,
    pub(crate) pixels: Option<(u32, u32)>,
    pub(crate) duration: Option<Duration>,
}

impl Facts {
    /// What the type alone tells.
    pub(crate) fn unknown(kind: Kind) -> Self {
        Self {
            kind: kind.media_kind(),
            pixels: None,
            duration: None,
        }
    }
}

/// Looks into a file. Blocks; may panic only where a parser has a defect.
pub(crate) fn probe(kind: Kind, path: &Path) -> Facts {
    let mut facts = Facts::unknown(kind);
    match kind {
        Kind::Jpeg | Kind::Png | Kind::Webp | Kind::Avif | Kind::Bmp | Kind::Tiff => {
            facts.pixels = pixels(path);
        }
        Kind::Gif => {
            facts.pixels = pixels(path);
            if open(path).is_some_and(gif::is_animated) {
                facts.kind = MediaKind::Gif;
            }
        }
        Kind::Mp4 => {
            if let Some(movie) = open(path).and_then(mp4::read) {
                facts.pixels = movie.pixels;
                facts.duration = movie.duration;
            }
        }
        Kind::Pdf => {}
    }
    facts
}

fn pixels(path: &Path) -> Option<(u32, u32)> {
    let size = imagesize::reader_size(open(path)?).ok()?;
    let pixels = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    (pixels.0 > 0 && pixels.1 > 0).then_some(pixels)
}

fn open(path: &Path) -> Option<BufReader<File>> {
    File::open(path).ok().map(BufReader::new)
}

#[cfg(test)]
mod tests;
