//! The JSON of the AT Protocol, as far as it is needed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `com.atproto.server.createSession` and `refreshSession`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    pub(super) access_jwt: String,
    pub(super) refresh_jwt: String,
    pub(super) did: String,
    #[serde(default)]
    pub(super) handle: String,
    #[serde(default)]
    pub(super) did_doc: Option<DidDocument>,
    #[serde(default)]
    pub(super) active: Option<bool>,
    #[serde(default)]
    pub(super) status: Option<String>,
}

/// The public description of an account.
#[derive(Deserialize)]
pub(super) struct DidDocument {
    #[serde(default)]
    pub(super) service: Vec<DidService>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidService {
    pub(super) id: String,
    pub(super) service_endpoint: Value,
}

/// `app.bsky.actor.getProfile`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Profile {
    #[serde(default)]
    pub(super) handle: String,
    #[serde(default)]
    pub(super) display_name: Option<String>,
    #[serde(default)]
    pub(super) avatar: Option<String>,
}

/// `com.atproto.repo.uploadBlob`.
#[derive(Deserialize)]
pub(super) struct UploadedBlob {
    pub(super) blob: Value,
}

/// `com.atproto.server.getServiceAuth`.
#[derive(Deserialize)]
pub(super) struct ServiceAuth {
    pub(super) token: String,
}

/// `com.atproto.identity.resolveHandle`.
#[derive(Deserialize)]
pub(super) struct ResolvedHandle {
    pub(super) did: String,
}

/// The state of a video; it comes at the top level or below `jobStatus`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Job {
    #[serde(default, rename = "jobId")]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) state: Option<String>,
    #[serde(default)]
    pub(super) failure_code: Option<String>,
    #[serde(default)]
    pub(super) error: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
    #[serde(default)]
    pub(super) blob: Option<Value>,
}

/// `com.atproto.repo.putRecord`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutRecord<'a> {
    pub(super) repo: &'a str,
    pub(super) collection: &'a str,
    pub(super) rkey: &'a str,
    pub(super) record: &'a Value,
    pub(super) validate: bool,
    /// Null on the wire: the key must not be taken by another record.
    pub(super) swap_record: Option<&'a str>,
}

/// A record's address and content id: the answer to `putRecord` and `getRecord`, and what replies refer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StrongRef {
    pub(super) uri: String,
    pub(super) cid: String,
}

/// Every refusal.
#[derive(Deserialize, Default)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) error: String,
    #[serde(default)]
    pub(super) message: String,
}

/// What is kept of the grant.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Grant {
    pub(super) access_jwt: String,
    pub(super) refresh_jwt: String,
    pub(super) identifier: String,
    pub(super) password: String,
}
