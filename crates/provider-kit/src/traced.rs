//! Spans around every call of a provider.

use async_trait::async_trait;
use postern_domain::Problem;
use postern_domain::capability::Draft;
use postern_domain::channel::{Channel, ConnectAnswer, Connected, Grant};
use postern_domain::manifest::{Limits, Manifest};
use postern_domain::ports::{BeganConnect, ConnectError, RefreshError};
use postern_domain::publication::{Armed, Step};
use postern_domain::secret::Secret;
use postern_domain::value::{Settings, Value};
use tracing::{Instrument, Span};

use crate::context::{ConnectCx, Cx};
use crate::entry::{Committed, EntryOrder, Found, Prepared};
use crate::error::ProviderError;
use crate::provider::{AppNeed, Provider};

/// A provider whose calls run in spans named `provider.<id>.<operation>`.
pub(crate) struct Traced(pub(crate) Box<dyn Provider>);

impl Traced {
    fn span(&self, operation: &'static str) -> Span {
        let id = self.0.manifest().id.as_str();
        // The name of a span is fixed when it is compiled; exporters take this field as its name.
        tracing::info_span!(
            "provider.call",
            otel.name = format!("provider.{id}.{operation}"),
            provider = id,
            operation
        )
    }

    fn entry_span(&self, operation: &'static str, entry: &EntryOrder<'_>) -> Span {
        let id = self.0.manifest().id.as_str();
        tracing::info_span!(
            "provider.call",
            otel.name = format!("provider.{id}.{operation}"),
            provider = id,
            operation,
            publication.id = %entry.publication,
            entry = entry.index,
        )
    }
}

#[async_trait]
impl Provider for Traced {
    fn manifest(&self) -> &Manifest {
        self.0.manifest()
    }

    fn hosts(&self) -> &'static [(&'static str, &'static str)] {
        self.0.hosts()
    }

    fn app_need(&self) -> AppNeed {
        self.0.app_need()
    }

    fn limits(&self, channel: &Channel) -> Limits {
        self.0.limits(channel)
    }

    fn measure(&self, text: &str) -> u32 {
        self.0.measure(text)
    }

    fn check(&self, draft: &Draft<'_>, limits: &Limits) -> Vec<Problem> {
        self.0.check(draft, limits)
    }

    async fn begin(&self, cx: &ConnectCx<'_>, fields: &Settings) -> Result<BeganConnect, ConnectError> {
        self.0.begin(cx, fields).instrument(self.span("begin")).await
    }

    async fn finish(
        &self,
        cx: &ConnectCx<'_>,
        answer: &ConnectAnswer,
        memory: &Secret,
    ) -> Result<Connected, ConnectError> {
        self.0
            .finish(cx, answer, memory)
            .instrument(self.span("finish"))
            .await
    }

    async fn refresh(&self, cx: &Cx<'_>) -> Result<Grant, RefreshError> {
        self.0.refresh(cx).instrument(self.span("refresh")).await
    }

    async fn profile(&self, cx: &Cx<'_>) -> Result<Connected, ConnectError> {
        self.0.profile(cx).instrument(self.span("profile")).await
    }

    async fn help(&self, cx: &Cx<'_>, helper: &str, arguments: &Settings) -> Result<Value, ConnectError> {
        self.0
            .help(cx, helper, arguments)
            .instrument(self.span("help"))
            .await
    }

    async fn prepare(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<Step>,
    ) -> Result<Prepared, ProviderError> {
        self.0
            .prepare(cx, entry, step)
            .instrument(self.entry_span("prepare", entry))
            .await
    }

    async fn commit(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: &Step,
        armed: &Armed,
    ) -> Result<Committed, ProviderError> {
        self.0
            .commit(cx, entry, step, armed)
            .instrument(self.entry_span("commit", entry))
            .await
    }

    async fn detect(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<&Step>,
        armed: &Armed,
    ) -> Result<Found, ProviderError> {
        self.0
            .detect(cx, entry, step, armed)
            .instrument(self.entry_span("detect", entry))
            .await
    }
}
