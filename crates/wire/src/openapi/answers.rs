//! Answers of a few words.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::postiz::{MetricItem, OccurrenceOut, PostItem, RecurrenceOut, RuleOut};

/// Whether the key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Connected {
    /// Always true.
    pub connected: bool,
}

/// Where a browser goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConnectUrl {
    /// The address.
    pub url: String,
}

/// A channel that was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemovedChannel {
    /// Its id.
    pub id: String,
    /// Its name, for keys that may read channels.
    pub name: Option<String>,
    /// When.
    pub deleted_at: String,
}

/// What a provider wants to know.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChannelSettings {
    /// It.
    pub output: SettingsOutput,
}

/// What a provider wants to know.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingsOutput {
    /// Rules for writers.
    pub rules: String,
    /// The longest text.
    pub max_length: u32,
    /// A JSON schema, or the text that there is nothing to set.
    pub settings: Json,
    /// Look-ups.
    pub tools: Vec<Json>,
}

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TriggerOutput {
    /// It, in the platform's form.
    pub output: Json,
}

/// The next free slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FreeSlot {
    /// Its time in UTC, without a suffix.
    pub date: String,
}

/// Posts of a window.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PostList {
    /// The posts, by publish time, one for each channel.
    pub posts: Vec<PostItem>,
}

/// A post that was made on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedPost {
    /// Its id.
    pub post_id: String,
    /// The channel.
    pub integration: String,
    /// Rates of the platform that the plan exceeds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Removed {
    /// Its id.
    pub id: String,
}

/// What a post is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedStatus {
    /// Its id.
    pub id: String,
    /// `DRAFT` or `QUEUE`.
    pub state: String,
}

/// A post whose settings were changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedSettings {
    /// Its id.
    pub post_id: String,
    /// Its time in UTC, without a suffix.
    pub publish_date: String,
}

/// What a platform shows lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingContent {
    /// The platform's id.
    pub id: String,
    /// Its address.
    pub url: String,
}

/// The figures of a post.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PostAnalytics {
    /// What was measured.
    Known(Vec<MetricItem>),
    /// The platform's id is not known.
    Missing {
        /// Always true.
        missing: bool,
    },
}

/// Slots of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SlotList {
    /// The zone of the workspace.
    pub zone: String,
    /// The slots.
    pub slots: Vec<SlotItem>,
}

/// A slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SlotItem {
    /// 1 (Monday) to 7 (Sunday), or null for every day.
    pub weekday: Option<u8>,
    /// Local time, `HH:MM`.
    pub time: String,
}

/// Recurrences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecurrenceList {
    /// Those that run.
    pub recurrences: Vec<RecurrenceOut>,
}

/// The next dates of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RulePreview {
    /// The rule as it was understood.
    pub rule: RuleOut,
    /// The dates.
    pub dates: Vec<OccurrenceOut>,
}

/// Posts that were moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShiftedPosts {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// The posts.
    pub posts: Vec<ShiftedPost>,
}

/// A post that was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShiftedPost {
    /// Its id.
    pub id: String,
    /// Its time before.
    pub from: String,
    /// Its time now.
    pub to: String,
}
