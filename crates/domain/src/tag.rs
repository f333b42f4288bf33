//! Labels on posts.

use crate::id::{TagId, WorkspaceId};
use crate::time::Timestamp;

/// A label. Posts carry its name; it is known here so that it has a colour and can be renamed everywhere at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// Its name, once in a workspace.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
    /// When it was first used or made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The colour of a label that nobody gave one.
pub const DEFAULT_COLOR: &str = "#612bd3";

/// Longest name of a label, in characters.
pub const LONGEST_NAME: usize = 100;

/// What is asked for when a label is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTag {
    /// Its name.
    pub name: String,
    /// Its colour; none takes [`DEFAULT_COLOR`].
    pub color: Option<String>,
}

/// A change of a label; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TagChange {
    /// Its new name, also on the posts that carry it.
    pub name: Option<String>,
    /// Its new colour.
    pub color: Option<String>,
}

/// Whether a text is a colour of the form `#rrggbb`.
pub fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_six_hexadecimal_digits() {
        for (text, want) in [
            (DEFAULT_COLOR, true),
            ("#ABCDEF", true),
            ("#abc", false),
            ("612bd3", false),
            ("#gggggg", false),
            ("", false),
        ] {
            assert_eq!(is_color(text), want, "{text}");
        }
    }
}
