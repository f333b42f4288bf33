//! Mastodon's JSON.

use serde::{Deserialize, Serialize};

/// `POST /api/v1/apps`.
#[derive(Serialize)]
pub(super) struct NewApp<'a> {
    pub(super) client_name: &'a str,
    pub(super) redirect_uris: &'a str,
    pub(super) scopes: &'a str,
    pub(super) website: &'a str,
}

/// Its answer.
#[derive(Deserialize)]
pub(super) struct App {
    pub(super) client_id: String,
    pub(super) client_secret: String,
}

/// `GET /.well-known/oauth-authorization-server`.
#[derive(Deserialize, Default)]
pub(super) struct OauthServer {
    #[serde(default)]
    pub(super) scopes_supported: Vec<String>,
    #[serde(default)]
    pub(super) code_challenge_methods_supported: Vec<String>,
}

/// `GET /api/v2/instance` and `/api/v1/instance`, as far as both agree.
#[derive(Deserialize)]
pub(super) struct Instance {
    pub(super) version: String,
    #[serde(default)]
    pub(super) configuration: Option<Configuration>,
}

/// What the instance takes.
#[derive(Deserialize, Default)]
pub(super) struct Configuration {
    #[serde(default)]
    pub(super) statuses: StatusLimits,
    #[serde(default)]
    pub(super) media_attachments: MediaLimits,
}

#[derive(Deserialize, Default)]
pub(super) struct StatusLimits {
    pub(super) max_characters: Option<u32>,
    pub(super) max_media_attachments: Option<u32>,
}

#[derive(Deserialize, Default)]
pub(super) struct MediaLimits {
    #[serde(default)]
    pub(super) supported_mime_types: Vec<String>,
    pub(super) description_limit: Option<u32>,
    pub(super) image_size_limit: Option<u64>,
    pub(super) video_size_limit: Option<u64>,
}

/// `GET /api/v1/accounts/verify_credentials`.
#[derive(Deserialize)]
pub(super) struct Account {
    pub(super) id: String,
    #[serde(default)]
    pub(super) display_name: String,
    #[serde(default)]
    pub(super) acct: String,
    pub(super) username: String,
    #[serde(default)]
    pub(super) avatar: String,
}

/// `POST /api/v2/media`.
#[derive(Deserialize)]
pub(super) struct Attachment {
    pub(super) id: String,
}

/// `POST /api/v1/statuses`.
#[derive(Serialize)]
pub(super) struct NewStatus<'a> {
    pub(super) status: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) media_ids: Vec<&'a str>,
    pub(super) visibility: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) in_reply_to_id: Option<&'a str>,
}

/// A status as it exists.
#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) id: String,
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) created_at: String,
    #[serde(default)]
    pub(super) content: String,
    #[serde(default)]
    pub(super) in_reply_to_id: Option<String>,
    #[serde(default)]
    pub(super) media_attachments: Vec<Attachment>,
}

/// Every refusal.
#[derive(Deserialize, Default)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) error: String,
    #[serde(default)]
    pub(super) error_description: Option<String>,
}

/// What is kept of the grant.
#[derive(Serialize, Deserialize)]
pub(super) struct Grant {
    pub(super) access_token: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
}
