//! The instance as a whole.

use async_trait::async_trait;

use crate::actor::Actor;
use crate::error::BackendError;
use crate::id::{ChannelId, PostId, PublicationId, WorkspaceId};
use crate::publication::State;
use crate::time::Timestamp;

/// The instance as a whole.
#[async_trait]
pub trait Instance: Send + Sync {
    /// What may be known without an account.
    async fn info(&self) -> Result<InstanceInfo, BackendError>;

    /// What the operator or the workspace should look at: channels to reconnect now or soon, posts in doubt or
    /// missed.
    async fn alerts(&self, actor: &Actor) -> Result<Vec<Alert>, BackendError>;

    /// Whether the database and the bus answer; the name of what does not.
    async fn ready(&self) -> Result<Vec<(String, Result<(), String>)>, BackendError>;
}

/// What may be known without an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceInfo {
    /// The version of Postern.
    pub version: String,
    /// Whether anybody has an account yet.
    pub has_owner: bool,
    /// Whether new accounts are taken.
    pub registration_open: bool,
    /// The public address.
    pub public_url: String,
}

/// Something that wants a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alert {
    /// A channel must be connected again.
    Reconnect {
        /// Which.
        channel: ChannelId,
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
    /// A channel's whole grant ends soon; only connecting it again helps.
    GrantEnding {
        /// Which.
        channel: ChannelId,
        /// Its name.
        name: String,
        /// When it ends.
        ends_at: Timestamp,
    },
    /// A publication waits for a person's answer, failed or was missed.
    Publication {
        /// The workspace.
        workspace: WorkspaceId,
        /// The post.
        post: PostId,
        /// Which.
        publication: PublicationId,
        /// Its state.
        state: State,
    },
}
