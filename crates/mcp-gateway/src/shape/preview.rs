//! What a channel would get, before anything is stored.

use postern_domain::ports::TargetPreview;
use schemars::JsonSchema;
use serde::Serialize;

/// What one channel gets.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ChannelPreview {
    /// The channel's name.
    pub(crate) channel: String,
    /// The platform.
    pub(crate) platform: String,
    /// The entries as the platform gets them.
    pub(crate) entries: Vec<EntryPreview>,
}

/// One entry as the platform gets it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EntryPreview {
    /// The text.
    pub(crate) text: String,
    /// Its length in the platform's counting.
    length: u32,
    /// The longest it may be.
    max: u32,
}

impl ChannelPreview {
    /// Shows what was rendered.
    pub(crate) fn of(seen: TargetPreview) -> Self {
        let entries = seen.preview.entries.into_iter();
        Self {
            channel: seen.channel.name,
            platform: seen.channel.provider.to_string(),
            entries: entries
                .map(|entry| EntryPreview {
                    text: entry.text,
                    length: entry.length,
                    max: entry.max,
                })
                .collect(),
        }
    }
}
