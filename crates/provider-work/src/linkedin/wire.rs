//! LinkedIn's JSON.

use serde::{Deserialize, Serialize};

/// `GET /v2/userinfo`.
#[derive(Deserialize)]
pub(super) struct UserInfo {
    pub(super) sub: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) picture: Option<String>,
}

/// `GET /v2/me`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Me {
    #[serde(default)]
    pub(super) vanity_name: Option<String>,
}

/// `POST /rest/{images|videos|documents}?action=initializeUpload`.
#[derive(Deserialize)]
pub(super) struct Initialized {
    pub(super) value: Initialization,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Initialization {
    #[serde(default)]
    pub(super) upload_url: Option<String>,
    #[serde(default)]
    pub(super) image: Option<String>,
    #[serde(default)]
    pub(super) document: Option<String>,
    #[serde(default)]
    pub(super) video: Option<String>,
    #[serde(default)]
    pub(super) upload_instructions: Vec<Instruction>,
    #[serde(default)]
    pub(super) upload_token: String,
}

/// Where one part of a video goes; both bytes are included.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Instruction {
    pub(super) upload_url: String,
    pub(super) first_byte: u64,
    pub(super) last_byte: u64,
}

/// `GET /rest/{images|videos|documents}/{urn}`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssetState {
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) processing_failure_reason: Option<String>,
}

/// `POST /rest/posts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewPost<'a> {
    pub(super) author: &'a str,
    pub(super) commentary: &'a str,
    pub(super) visibility: &'a str,
    pub(super) distribution: Distribution,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<Content<'a>>,
    pub(super) lifecycle_state: &'a str,
    pub(super) is_reshare_disabled_by_author: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Distribution {
    #[serde(rename = "feedDistribution")]
    pub(super) feed: &'static str,
    pub(super) target_entities: [&'static str; 0],
    pub(super) third_party_distribution_channels: [&'static str; 0],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Content<'a> {
    Media(Media<'a>),
    MultiImage { images: Vec<Media<'a>> },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Media<'a> {
    pub(super) id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alt_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<&'a str>,
}

/// `POST /rest/socialActions/{urn}/comments`.
#[derive(Serialize)]
pub(super) struct NewComment<'a> {
    pub(super) actor: &'a str,
    pub(super) object: &'a str,
    pub(super) message: Message<'a>,
}

#[derive(Serialize)]
pub(super) struct Message<'a> {
    pub(super) text: &'a str,
}

/// Its answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MadeComment {
    pub(super) comment_urn: String,
}

/// `GET /rest/posts?q=author`.
#[derive(Deserialize)]
pub(super) struct Listing {
    #[serde(default)]
    pub(super) elements: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    pub(super) id: String,
    #[serde(default)]
    pub(super) commentary: String,
    /// Milliseconds since 1970.
    #[serde(default)]
    pub(super) created_at: i64,
}

/// Every refusal.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) error_details: Option<ErrorDetails>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorDetails {
    #[serde(default)]
    pub(super) input_errors: Vec<InputError>,
}

#[derive(Deserialize)]
pub(super) struct InputError {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) description: String,
}

impl Refusal {
    /// The most exact code there is.
    pub(super) fn exact_code(&self) -> Option<&str> {
        let inputs = self
            .error_details
            .iter()
            .flat_map(|details| &details.input_errors);
        let input = inputs
            .map(|input| input.code.as_str())
            .find(|code| !code.is_empty());
        input.or(self.code.as_deref())
    }

    /// All words of it.
    pub(super) fn words(&self) -> String {
        let inputs = self
            .error_details
            .iter()
            .flat_map(|details| &details.input_errors);
        let mut words: Vec<&str> = vec![&self.message];
        words.extend(inputs.map(|input| input.description.as_str()));
        words.retain(|words| !words.is_empty());
        words.join("; ")
    }
}

/// What is kept of the grant.
#[derive(Serialize, Deserialize)]
pub(super) struct Grant {
    pub(super) access_token: String,
    #[serde(default)]
    pub(super) refresh_token: Option<String>,
    /// When the refresh token ends, in seconds since 1970; refreshing does not move it.
    #[serde(default)]
    pub(super) refresh_ends_at: Option<i64>,
    /// What was granted, where LinkedIn says so.
    #[serde(default)]
    pub(super) scopes: Vec<String>,
}
