//! API keys: how scripts and assistants come in.

use crate::actor::Scope;
use crate::id::{KeyId, WorkspaceId};
use crate::secret::Secret;
use crate::time::Timestamp;

/// The start of every key that Postern makes; foreign keys are accepted on look-up whatever they look like.
pub const KEY_PREFIX: &str = "ptz_";

/// A key as it is kept: without its text, of which only a digest is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// The workspace it opens.
    pub workspace: WorkspaceId,
    /// What its owner calls it.
    pub name: String,
    /// The last four characters, to recognise it by.
    pub hint: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<Timestamp>,
}

/// What is asked for when making a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// What to call it, 1 to 100 characters.
    pub name: String,
    /// What it may do; not empty.
    pub scopes: Vec<Scope>,
    /// When it shall end by itself.
    pub expires_at: Option<Timestamp>,
}

/// A key just made: the only time its text is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedKey {
    /// The key as it is kept.
    pub key: ApiKey,
    /// Its text, `ptz_` and 40 characters.
    pub text: Secret,
}
