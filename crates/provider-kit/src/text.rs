//! Counting.

use unicode_segmentation::UnicodeSegmentation;

/// The number of grapheme clusters: what a reader sees as one character.
pub fn graphemes(text: &str) -> u32 {
    u32::try_from(text.graphemes(true).count()).unwrap_or(u32::MAX)
}
