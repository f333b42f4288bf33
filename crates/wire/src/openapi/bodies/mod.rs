//! What clients should send. Bodies are read leniently by hand; these types say what is meant by them.
#![expect(dead_code, reason = "only the shapes of these types are used")]

mod posts;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value as Json;

pub use posts::{BulkPosts, ChannelPost, CreatePost, Label, Rule, UpdatePost};

/// What a post shall be.
#[derive(JsonSchema)]
pub struct ChangeStatus {
    /// The state.
    status: Status,
}

/// A state that can be asked for.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Status {
    /// A draft.
    Draft,
    /// Planned for its stored time.
    Schedule,
}

/// Settings that are merged into the stored ones.
#[derive(JsonSchema)]
pub struct ChangeSettings {
    /// The settings.
    settings: BTreeMap<String, Json>,
}

/// The platform's id of a post.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct NameRelease {
    /// The id.
    #[schemars(length(min = 1, max = 500))]
    release_id: String,
}

/// Why a post is given back.
#[derive(JsonSchema)]
pub struct RejectPost {
    /// What has to change.
    #[schemars(length(max = 1000))]
    reason: Option<String>,
}

/// Whether a post in doubt is there.
#[derive(JsonSchema)]
pub struct ResolvePost {
    /// `published` if it is there, `not_published` to send it again.
    outcome: Outcome,
    /// Its public address.
    url: Option<String>,
}

/// Whether a post in doubt is there.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Outcome {
    /// It is there.
    Published,
    /// It is not; send it again.
    NotPublished,
}

/// Which posts move, and where to.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct ShiftPosts {
    /// Posts from this time on.
    start_date: String,
    /// Posts before this time.
    end_date: String,
    /// Only posts on these channels.
    integrations: Option<Vec<String>>,
    /// By how much; negative is earlier.
    minutes: Option<i32>,
    /// Into the next free slots instead.
    to_next_slots: Option<bool>,
    /// Tells what would happen and changes nothing.
    dry_run: Option<bool>,
}

/// A look-up at a platform.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct TriggerTool {
    /// The look-up.
    method_name: String,
    /// Its arguments.
    data: Option<BTreeMap<String, Json>>,
}

/// The slots of a channel.
#[derive(JsonSchema)]
pub struct ReplaceSlots {
    /// All of them.
    slots: Vec<NewSlot>,
}

/// A slot.
#[derive(JsonSchema)]
pub struct NewSlot {
    /// 1 (Monday) to 7 (Sunday), or null for every day.
    #[schemars(range(min = 1, max = 7))]
    weekday: Option<u8>,
    /// Local time, `HH:MM`.
    time: String,
}

/// A rule whose dates are asked for.
#[derive(JsonSchema)]
pub struct PreviewRule {
    /// The rule.
    recurrence: Rule,
    /// How many dates.
    #[schemars(range(min = 1, max = 100))]
    dates: Option<u32>,
}

/// A change of a recurrence; what is left out stays.
#[derive(JsonSchema)]
pub struct UpdateRecurrence {
    /// `all`, or `following` from a date on.
    scope: Option<String>,
    /// The first date that changes.
    from: Option<String>,
    /// A new rule.
    recurrence: Option<Rule>,
    /// New content.
    posts: Option<Vec<ChannelPost>>,
    /// New labels.
    tags: Option<Vec<Label>>,
    /// The version that was read.
    version: Option<u64>,
}

/// A date of a recurrence.
#[derive(JsonSchema)]
pub struct SkipDate {
    /// The local date.
    date: String,
}

/// What is paused.
#[derive(JsonSchema)]
pub struct PausePosts {
    /// `workspace`, `channel` or `instance`.
    scope: Option<String>,
    /// The channel.
    channel: Option<String>,
}

/// What goes on.
#[derive(JsonSchema)]
pub struct ResumePosts {
    /// `workspace`, `channel` or `instance`.
    scope: Option<String>,
    /// The channel.
    channel: Option<String>,
    /// What becomes of what was held too long: `rule`, `send` or `miss`.
    missed: Option<String>,
}

/// A change of the workspace; what is left out stays.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct ChangeWorkspace {
    /// Its name.
    name: Option<String>,
    /// The IANA name of its zone.
    timezone: Option<String>,
    /// How many hours late a post may still go out.
    #[schemars(range(min = 0, max = 168))]
    lateness_hours: Option<u32>,
}

/// A file elsewhere.
#[derive(JsonSchema)]
pub struct FetchFile {
    /// Its public https address.
    url: String,
}

/// A file that is going to be sent.
#[derive(JsonSchema)]
pub struct BeginUpload {
    /// Its name.
    name: String,
    /// Its size.
    bytes: Option<u64>,
}

/// Words for a file.
#[derive(JsonSchema)]
pub struct DescribeFile {
    /// The words; null takes them away.
    #[schemars(required)]
    alt: Option<String>,
}

/// A new label.
#[derive(JsonSchema)]
pub struct CreateTag {
    /// Its name.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// Its colour.
    #[schemars(regex(pattern = "^#[0-9a-fA-F]{6}$"))]
    color: Option<String>,
}

/// A change of a label; what is left out stays.
#[derive(JsonSchema)]
pub struct ChangeTag {
    /// Its name.
    #[schemars(length(min = 1, max = 100))]
    name: Option<String>,
    /// Its colour.
    #[schemars(regex(pattern = "^#[0-9a-fA-F]{6}$"))]
    color: Option<String>,
}

/// A new key.
#[derive(JsonSchema)]
pub struct CreateKey {
    /// What to call it.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// What it may do.
    #[schemars(length(min = 1))]
    scopes: Vec<KeyScope>,
    /// When it ends by itself.
    expires_at: Option<String>,
}

/// One thing a key may do.
#[derive(JsonSchema)]
pub enum KeyScope {
    /// Read posts.
    #[schemars(rename = "posts:read")]
    PostsRead,
    /// Write posts.
    #[schemars(rename = "posts:write")]
    PostsWrite,
    /// Read figures.
    #[schemars(rename = "analytics:read")]
    AnalyticsRead,
    /// Add and change files.
    #[schemars(rename = "media:write")]
    MediaWrite,
    /// Read channels.
    #[schemars(rename = "channels:read")]
    ChannelsRead,
    /// Connect and remove channels.
    #[schemars(rename = "channels:write")]
    ChannelsWrite,
    /// Everything.
    #[schemars(rename = "admin")]
    Admin,
}

/// A video that is asked for.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct GenerateVideo {
    /// The generator.
    #[schemars(rename = "type")]
    kind: String,
    /// `vertical` or `horizontal`.
    output: Option<String>,
    /// What the generator asks for.
    custom_params: Option<BTreeMap<String, Json>>,
}

/// A function of a generator.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct VideoFunction {
    /// The generator.
    identifier: String,
    /// The function.
    function_name: String,
    /// Its arguments.
    params: Option<BTreeMap<String, Json>>,
}
