//! The one trait that an adapter implements.

use async_trait::async_trait;
use postern_domain::Problem;
use postern_domain::capability::Draft;
use postern_domain::channel::{Channel, ConnectAnswer, Connected, Grant};
use postern_domain::manifest::{Limits, Manifest};
use postern_domain::ports::{BeganConnect, ConnectError, RefreshError};
use postern_domain::publication::{Armed, Step};
use postern_domain::secret::Secret;
use postern_domain::value::{Settings, Value};

use crate::context::{ConnectCx, Cx};
use crate::entry::{Committed, EntryOrder, Found, Prepared};
use crate::error::ProviderError;

/// Whether the operator must register an app at the platform first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppNeed {
    /// No app is needed, or the provider registers one itself.
    None,
    /// An app's id and secret are needed.
    Required {
        /// Names of the settings that hold them, for example `X_API_KEY`.
        settings: &'static [&'static str],
        /// Where the operator gets them.
        portal: &'static str,
    },
}

/// An adapter for one platform.
///
/// Every asynchronous method is a single shot: it sends what it must, once, and returns. Waiting, repeating and
/// deciding what follows belong to the caller.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The declared facts.
    fn manifest(&self) -> &Manifest;

    /// The hosts it talks to: name and public address without a trailing slash. Each can be overridden.
    fn hosts(&self) -> &'static [(&'static str, &'static str)];

    /// Whether the operator must register an app first.
    fn app_need(&self) -> AppNeed {
        AppNeed::None
    }

    /// What fits on this very channel; its details may know better than the manifest.
    fn limits(&self, _channel: &Channel) -> Limits {
        self.manifest().limits.clone()
    }

    /// The length of a rendered text in the platform's own counting.
    fn measure(&self, text: &str) -> u32;

    /// Rules beyond the manifest's, all violations at once; fields as in `capability::Preview`.
    fn check(&self, _draft: &Draft<'_>, _limits: &Limits) -> Vec<Problem> {
        Vec::new()
    }

    /// Begins a connection with what was typed into the connect form.
    async fn begin(&self, cx: &ConnectCx<'_>, fields: &Settings) -> Result<BeganConnect, ConnectError>;

    /// Finishes a connection after the browser came back.
    async fn finish(
        &self,
        cx: &ConnectCx<'_>,
        answer: &ConnectAnswer,
        memory: &Secret,
    ) -> Result<Connected, ConnectError>;

    /// Renews the grant, once.
    async fn refresh(&self, cx: &Cx<'_>) -> Result<Grant, RefreshError>;

    /// Reads the account again; the grant in the answer is the one that was given, unless it had to change.
    async fn profile(&self, cx: &Cx<'_>) -> Result<Connected, ConnectError>;

    /// Runs a helper of the manifest.
    async fn help(&self, _cx: &Cx<'_>, helper: &str, _arguments: &Settings) -> Result<Value, ConnectError> {
        Err(ConnectError::Refused(
            Problem::new(
                postern_domain::Code::HelperUnknown,
                "/helper",
                format!("{} has no helper of this name", self.manifest().name),
                "leave it out",
            )
            .given(helper),
        ))
    }

    /// Makes the next repeatable step towards the commit: uploads a file, looks whether it is ready.
    ///
    /// `step` is what an earlier call returned, also after a commit failed: then everything it holds is checked
    /// for freshness and `Ready` is given again.
    async fn prepare(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<Step>,
    ) -> Result<Prepared, ProviderError>;

    /// Sends the one request that makes the entry public. `step` is what `Ready` held.
    ///
    /// Errors: anything that may have been carried out without a clear answer is of class `Unconfirmed`.
    async fn commit(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: &Step,
        armed: &Armed,
    ) -> Result<Committed, ProviderError>;

    /// Finds out whether a commit arrived whose answer was lost.
    async fn detect(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<&Step>,
        armed: &Armed,
    ) -> Result<Found, ProviderError>;
}
