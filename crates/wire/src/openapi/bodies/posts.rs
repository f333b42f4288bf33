//! Posts as they are written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value as Json;

/// A new post, or new content for stored ones.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct CreatePost {
    /// What shall become of it; `schedule` where it is absent.
    #[schemars(rename = "type")]
    kind: Option<Kind>,
    /// When it goes out, in ISO 8601; without a zone it is UTC. Not needed for drafts and `now`.
    date: Option<String>,
    /// Means nothing here: links stay as they are.
    short_link: Option<bool>,
    /// Labels.
    tags: Option<Vec<Label>>,
    /// Days from one post to the next; 0 is no recurrence.
    #[schemars(range(min = 0, max = 1000))]
    inter: Option<u16>,
    /// A rule by which the post returns, in place of `inter`.
    recurrence: Option<Rule>,
    /// `CLI` or `API`.
    creation_method: Option<String>,
    /// The version of the stored post that was read, where ids of stored posts are sent.
    expected_version: Option<u64>,
    /// One element for each channel.
    #[schemars(length(min = 1))]
    posts: Vec<ChannelPost>,
}

/// What shall become of a post.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(super) enum Kind {
    /// Kept.
    Draft,
    /// Published at `date`.
    Schedule,
    /// Published at once.
    Now,
    /// A stored post stays what it is.
    Update,
}

/// What a stored post shall become.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(super) enum Become {
    /// Kept.
    Draft,
    /// Published at `date`.
    Schedule,
    /// Published at once.
    Now,
    /// Published at the next free slot of its first channel.
    Queue,
}

/// A label.
#[derive(JsonSchema)]
pub struct Label {
    /// Means nothing.
    value: Option<String>,
    /// Its name.
    label: String,
}

/// A post on one channel.
#[derive(JsonSchema)]
pub struct ChannelPost {
    /// The channel.
    integration: ChannelId,
    /// The post that is replaced, where it is stored already.
    group: Option<String>,
    /// The entries; the first is the post, the rest are its thread.
    #[schemars(length(min = 1))]
    value: Vec<Part>,
    /// What the provider asks for, see `/integration-settings/{id}`.
    settings: Option<BTreeMap<String, Json>>,
}

/// A channel.
#[derive(JsonSchema)]
pub(super) struct ChannelId {
    /// Its id.
    id: String,
}

/// One entry.
#[derive(JsonSchema)]
pub(super) struct Part {
    /// HTML or plain text.
    content: String,
    /// The id of the stored part that is replaced.
    id: Option<String>,
    /// Minutes after the entry before.
    #[schemars(range(min = 0, max = 525_600))]
    delay: Option<f64>,
    /// Its files.
    image: Option<Vec<File>>,
}

/// A file of an entry.
#[derive(JsonSchema)]
pub(super) struct File {
    /// Its id in the library.
    id: Option<String>,
    /// Its address; an address elsewhere is fetched.
    path: Option<String>,
    /// Words for those who cannot see it.
    alt: Option<String>,
}

/// A rule by which a post returns. What is left out of time, zone and start is that of the post.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct Rule {
    /// How often.
    frequency: Frequency,
    /// Only every so many days, weeks, months or years.
    #[schemars(range(min = 1, max = 1000))]
    every: Option<u32>,
    /// Days of the week, 1 (Monday) to 7 (Sunday).
    weekdays: Option<Vec<u8>>,
    /// Day of the month, -1 for the last.
    day: Option<i8>,
    /// Which of the same weekdays of a month, -1 for the last.
    nth: Option<i8>,
    /// Month of the year.
    #[schemars(range(min = 1, max = 12))]
    month: Option<u8>,
    /// Wall time, `HH:MM`.
    time: Option<String>,
    /// IANA zone.
    zone: Option<String>,
    /// The first date that counts.
    starts_on: Option<String>,
    /// The last date that may be one.
    until: Option<String>,
    /// How many dates.
    count: Option<u32>,
    /// Dates that are left out.
    skips: Option<Vec<String>>,
}

/// How often.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(super) enum Frequency {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// A change of a post; what is left out stays.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct UpdatePost {
    /// What it shall become.
    #[schemars(rename = "type")]
    kind: Option<Become>,
    /// When it goes out.
    date: Option<String>,
    /// New entries for the channels that the path names.
    value: Option<Vec<Part>>,
    /// New settings for the channels that the path names.
    settings: Option<BTreeMap<String, Json>>,
    /// What changes on single channels; a channel that is new to the post is added.
    posts: Option<Vec<ChannelChange>>,
    /// New labels.
    tags: Option<Vec<Label>>,
    /// A rule by which it returns from now on.
    recurrence: Option<Rule>,
    /// The version that was read; when another one is stored the change is refused.
    expected_version: Option<u64>,
}

/// What changes on one channel.
#[derive(JsonSchema)]
pub(super) struct ChannelChange {
    /// The channel.
    integration: ChannelId,
    /// New entries.
    value: Option<Vec<Part>>,
    /// New settings.
    settings: Option<BTreeMap<String, Json>>,
}

/// Many posts.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct BulkPosts {
    /// The posts; their `type` may be `queue` as well.
    #[schemars(length(min = 1, max = 500))]
    posts: Vec<CreatePost>,
    /// Tells what would happen and stores nothing.
    dry_run: Option<bool>,
    /// All rows or none, or those that can be written.
    accept: Option<Accept>,
}

/// Which rows are written.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(super) enum Accept {
    /// All or none.
    All,
    /// Those that can be.
    Valid,
}
