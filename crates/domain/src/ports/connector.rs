//! What the registry of providers offers to the use cases.

use async_trait::async_trait;

use crate::capability::{Draft, Preview};
use crate::channel::{Channel, ConnectAnswer, Connected, Credential, Grant};
use crate::manifest::{Limits, Manifest, ProviderId};
use crate::problem::Problem;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::value::{Settings, Value};

/// Manifests, limits and validation; no network.
pub trait ProviderCatalog: Send + Sync {
    /// All manifests in the order they are shown.
    fn manifests(&self) -> &[Manifest];

    /// The manifest of a provider.
    fn manifest(&self, provider: &ProviderId) -> Option<&Manifest> {
        self.manifests().iter().find(|manifest| manifest.id == *provider)
    }

    /// Whether the operator has given what the provider needs (an app's credentials); the problem says what is
    /// missing and where to get it.
    fn configured(&self, provider: &ProviderId) -> Result<(), Problem>;

    /// What fits on this very channel: the manifest's limits, where the channel does not know better.
    fn limits(&self, channel: &Channel) -> Limits;

    /// Renders and checks a draft: manifest, limits and the provider's own rules. Fields are relative to the
    /// target, see [`Preview`].
    fn preview(&self, draft: &Draft<'_>) -> Preview;
}

/// What a connection needs to know about this instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectContext {
    /// Where the platform sends the browser back to: `{public URL}/integrations/social/{provider}`.
    pub redirect_url: String,
    /// An unguessable state for the platform to give back, 32 characters.
    pub state: String,
    /// A secret for PKCE, 64 characters of `A-Z a-z 0-9`.
    pub verifier: Secret,
    /// The present.
    pub now: Timestamp,
}

/// How a connection begins.
#[derive(Debug, Clone, PartialEq)]
pub enum BeganConnect {
    /// The browser must go to the platform.
    Redirect(StartedConnect),
    /// The credentials were enough.
    Connected(Box<Connected>),
}

/// What must be remembered while the browser is away.
#[derive(Debug, Clone, PartialEq)]
pub struct StartedConnect {
    /// The consent page.
    pub url: String,
    /// What the platform will give back: the state, or for OAuth 1.0a the request token.
    pub state: String,
    /// What the provider needs to finish, JSON text only it reads; sealed while it rests.
    pub memory: Secret,
}

/// Why a connection did not come about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The platform, the person or the input refused; the problem says what to do.
    #[error("connection refused: {}", .0.code)]
    Refused(Problem),
    /// The platform could not be reached; trying again may help.
    #[error("{host} could not be reached")]
    Unreachable {
        /// The host, never a full URL.
        host: String,
    },
}

/// Why a grant was not renewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// The grant is gone; the owner must connect again.
    #[error("the grant is gone: {reason}")]
    Gone {
        /// Why, for the owner.
        reason: String,
    },
    /// The platform does not answer now; the channel stays connected.
    #[error("the platform did not renew the grant now: {reason}")]
    NotNow {
        /// Why.
        reason: String,
        /// When to come back, where it said so.
        until: Option<Timestamp>,
    },
}

/// Connects and keeps alive: the part of a provider that runs where the credentials are kept.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Begins a connection with what was typed into the manifest's connect form (already checked against it).
    async fn begin(
        &self,
        provider: &ProviderId,
        fields: &Settings,
        context: &ConnectContext,
    ) -> Result<BeganConnect, ConnectError>;

    /// Finishes a connection after the browser came back.
    async fn finish(
        &self,
        provider: &ProviderId,
        answer: &ConnectAnswer,
        memory: &Secret,
        context: &ConnectContext,
    ) -> Result<Connected, ConnectError>;

    /// Renews a grant, once; the caller sees to it that nobody else does at the same time.
    async fn refresh(&self, channel: &Channel, credential: &Credential) -> Result<Grant, RefreshError>;

    /// Reads the account again: name, picture, limits.
    async fn profile(&self, channel: &Channel, credential: &Credential) -> Result<Connected, ConnectError>;

    /// Runs a helper of the manifest.
    async fn help(
        &self,
        channel: &Channel,
        credential: &Credential,
        helper: &str,
        arguments: &Settings,
    ) -> Result<Value, ConnectError>;
}
