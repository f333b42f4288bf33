//! Mastodon and servers that speak its language, any instance.

mod auth;
mod counting;
mod detect;
mod errors;
mod instance;
mod manifest;
mod publish;
mod wire;

use async_trait::async_trait;
use postern_domain::channel::{Channel, ConnectAnswer, Connected, Grant};
use postern_domain::manifest::{Limits, Manifest};
use postern_domain::ports::{BeganConnect, ConnectError, RefreshError};
use postern_domain::publication::{Armed, Step};
use postern_domain::secret::Secret;
use postern_domain::value::Settings;
use postern_provider_kit::{Committed, ConnectCx, Cx, EntryOrder, Found, Prepared, Provider, ProviderError};

/// The provider.
pub(crate) struct Mastodon {
    manifest: Manifest,
}

impl Mastodon {
    pub(crate) fn new() -> Self {
        Self {
            manifest: manifest::manifest(),
        }
    }
}

#[async_trait]
impl Provider for Mastodon {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn hosts(&self) -> &'static [(&'static str, &'static str)] {
        &[("instance", "https://mastodon.social")]
    }

    fn limits(&self, channel: &Channel) -> Limits {
        instance::limits(&self.manifest.limits, channel)
    }

    fn measure(&self, text: &str) -> u32 {
        counting::length(text)
    }

    async fn begin(&self, cx: &ConnectCx<'_>, fields: &Settings) -> Result<BeganConnect, ConnectError> {
        auth::begin(cx, fields).await
    }

    async fn finish(
        &self,
        cx: &ConnectCx<'_>,
        answer: &ConnectAnswer,
        memory: &Secret,
    ) -> Result<Connected, ConnectError> {
        auth::finish(cx, answer, memory).await
    }

    /// Tokens of Mastodon do not end by themselves; there is nothing to renew.
    async fn refresh(&self, cx: &Cx<'_>) -> Result<Grant, RefreshError> {
        Ok(Grant {
            secret: cx.credential.grant.clone(),
            expires_at: None,
            ends_at: None,
        })
    }

    async fn profile(&self, cx: &Cx<'_>) -> Result<Connected, ConnectError> {
        auth::profile(cx).await
    }

    async fn prepare(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<Step>,
    ) -> Result<Prepared, ProviderError> {
        publish::prepare(cx, entry, step.as_ref()).await
    }

    async fn commit(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: &Step,
        armed: &Armed,
    ) -> Result<Committed, ProviderError> {
        publish::commit(cx, entry, step, armed).await
    }

    async fn detect(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<&Step>,
        armed: &Armed,
    ) -> Result<Found, ProviderError> {
        detect::detect(cx, entry, step, armed).await
    }
}
