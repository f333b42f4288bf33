//! X's JSON.

use serde::{Deserialize, Serialize};

/// Every answer of version 2: data, or refusals beside it.
#[derive(Deserialize)]
pub(super) struct Answer<T> {
    pub(super) data: Option<T>,
}

/// `GET /2/users/me`.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    pub(super) username: String,
    #[serde(default)]
    pub(super) profile_image_url: Option<String>,
    #[serde(default)]
    pub(super) verified: bool,
}

/// An upload as it stands.
#[derive(Deserialize)]
pub(super) struct Uploaded {
    pub(super) id: String,
    #[serde(default)]
    pub(super) expires_after_secs: Option<u64>,
    #[serde(default)]
    pub(super) processing_info: Option<Processing>,
}

/// How far a video is.
#[derive(Deserialize)]
pub(super) struct Processing {
    pub(super) state: String,
    #[serde(default)]
    pub(super) check_after_secs: Option<u64>,
    #[serde(default)]
    pub(super) error: Option<ProcessingError>,
}

#[derive(Deserialize)]
pub(super) struct ProcessingError {
    #[serde(default)]
    pub(super) message: Option<String>,
}

/// `POST /2/media/upload/initialize`.
#[derive(Serialize)]
pub(super) struct NewUpload<'a> {
    pub(super) media_type: &'a str,
    pub(super) total_bytes: u64,
    pub(super) media_category: &'a str,
}

/// `POST /2/tweets`; X refuses properties it does not know.
#[derive(Serialize)]
pub(super) struct NewPost<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) media: Option<MediaIds<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply: Option<ReplyTo<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply_settings: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) community_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) share_with_followers: Option<bool>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) made_with_ai: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) paid_partnership: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over by reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Serialize)]
pub(super) struct MediaIds<'a> {
    pub(super) media_ids: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ReplyTo<'a> {
    pub(super) in_reply_to_tweet_id: &'a str,
}

/// What was made.
#[derive(Deserialize)]
pub(super) struct Made {
    pub(super) id: String,
}

/// A post of the account's own list.
#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) created_at: String,
    #[serde(default)]
    pub(super) entities: Entities,
    /// The whole of a text that is longer than 280.
    #[serde(default)]
    pub(super) note_tweet: Option<Note>,
    #[serde(default)]
    pub(super) referenced_tweets: Vec<Referenced>,
    #[serde(default)]
    pub(super) attachments: Attachments,
}

#[derive(Deserialize)]
pub(super) struct Note {
    pub(super) text: String,
    #[serde(default)]
    pub(super) entities: Entities,
}

#[derive(Deserialize, Default)]
pub(super) struct Entities {
    #[serde(default)]
    pub(super) urls: Vec<UrlEntity>,
}

#[derive(Deserialize)]
pub(super) struct UrlEntity {
    pub(super) url: String,
    #[serde(default)]
    pub(super) expanded_url: String,
    #[serde(default)]
    pub(super) media_key: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Referenced {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) id: String,
}

#[derive(Deserialize, Default)]
pub(super) struct Attachments {
    #[serde(default)]
    pub(super) media_keys: Vec<String>,
}

/// Every refusal, in both forms.
#[derive(Deserialize, Default)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) detail: String,
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) errors: Vec<LegacyError>,
}

#[derive(Deserialize)]
pub(super) struct LegacyError {
    #[serde(default)]
    pub(super) code: Option<i64>,
    #[serde(default)]
    pub(super) message: String,
}

/// What is kept of the grant.
#[derive(Serialize, Deserialize)]
pub(super) struct Grant {
    pub(super) token: String,
    pub(super) secret: String,
}
