//! X, by OAuth 1.0a.

mod auth;
mod choices;
mod counting;
mod detect;
mod errors;
mod manifest;
mod publish;
mod session;
mod uploads;
mod wire;

use async_trait::async_trait;
use postern_domain::Problem;
use postern_domain::capability::Draft;
use postern_domain::channel::{Channel, ConnectAnswer, Connected, Grant};
use postern_domain::manifest::{Limits, Manifest};
use postern_domain::ports::{BeganConnect, ConnectError, RefreshError};
use postern_domain::publication::{Armed, Step};
use postern_domain::secret::Secret;
use postern_domain::value::{Settings, Value};
use postern_provider_kit::{
    AppNeed, Committed, ConnectCx, Cx, EntryOrder, Found, Prepared, Provider, ProviderError,
};

/// The provider.
pub(crate) struct X {
    manifest: Manifest,
}

impl X {
    pub(crate) fn new() -> Self {
        Self {
            manifest: manifest::manifest(),
        }
    }
}

#[async_trait]
impl Provider for X {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn hosts(&self) -> &'static [(&'static str, &'static str)] {
        &[("api", "https://api.x.com"), ("web", "https://x.com")]
    }

    fn app_need(&self) -> AppNeed {
        AppNeed::Required {
            settings: &["X_API_KEY", "X_API_SECRET"],
            portal: "https://developer.x.com/",
        }
    }

    fn limits(&self, channel: &Channel) -> Limits {
        let mut limits = self.manifest.limits.clone();
        if channel.details.get("premium").and_then(Value::as_bool) == Some(true) {
            limits.text_max = manifest::PREMIUM_TEXT;
        }
        limits
    }

    fn measure(&self, text: &str) -> u32 {
        counting::weight(text)
    }

    fn check(&self, draft: &Draft<'_>, _limits: &Limits) -> Vec<Problem> {
        choices::check(draft.settings)
    }

    async fn begin(&self, cx: &ConnectCx<'_>, _fields: &Settings) -> Result<BeganConnect, ConnectError> {
        auth::begin(cx).await
    }

    async fn finish(
        &self,
        cx: &ConnectCx<'_>,
        answer: &ConnectAnswer,
        memory: &Secret,
    ) -> Result<Connected, ConnectError> {
        auth::finish(cx, answer, memory).await
    }

    /// Tokens of OAuth 1.0a hold until they are revoked; there is nothing to renew.
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
        _armed: &Armed,
    ) -> Result<Committed, ProviderError> {
        publish::commit(cx, entry, step).await
    }

    async fn detect(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        _step: Option<&Step>,
        armed: &Armed,
    ) -> Result<Found, ProviderError> {
        detect::detect(cx, entry, armed).await
    }
}
