//! LinkedIn, the profile of a member.

mod auth;
mod detect;
mod errors;
mod littletext;
mod manifest;
mod publish;
mod session;
mod uploads;
mod wire;

use async_trait::async_trait;
use postern_domain::capability::Draft;
use postern_domain::channel::{ConnectAnswer, Connected, Grant};
use postern_domain::content::Editor;
use postern_domain::manifest::{Limits, Manifest};
use postern_domain::ports::{BeganConnect, ConnectError, RefreshError};
use postern_domain::publication::{Armed, Step};
use postern_domain::secret::Secret;
use postern_domain::value::{Settings, Value};
use postern_domain::{Code, Problem};
use postern_provider_kit::{
    AppNeed, Committed, ConnectCx, Cx, EntryOrder, Found, Prepared, Provider, ProviderError,
};

/// The provider.
pub(crate) struct Linkedin {
    manifest: Manifest,
}

impl Linkedin {
    pub(crate) fn new() -> Self {
        Self {
            manifest: manifest::manifest(),
        }
    }
}

#[async_trait]
impl Provider for Linkedin {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn hosts(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("www", "https://www.linkedin.com"),
            ("api", "https://api.linkedin.com"),
        ]
    }

    fn app_need(&self) -> AppNeed {
        AppNeed::Required {
            settings: &["LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET"],
            portal: "https://www.linkedin.com/developers/apps",
        }
    }

    fn measure(&self, text: &str) -> u32 {
        littletext::length(text)
    }

    fn check(&self, draft: &Draft<'_>, _limits: &Limits) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, entry) in draft.entries.iter().enumerate().skip(1) {
            let length = littletext::length(&entry.content.render(Editor::Normal));
            if length > manifest::MAX_COMMENT {
                problems.push(
                    Problem::new(
                        Code::TextTooLong,
                        format!("/entries/{index}/content"),
                        "the text is too long for a comment on LinkedIn",
                        format!("shorten it by {} characters", length - manifest::MAX_COMMENT),
                    )
                    .given(format!("{length} characters"))
                    .allowed(format!("{} characters", manifest::MAX_COMMENT)),
                );
            }
        }
        let carousel = draft
            .settings
            .get("post_as_images_carousel")
            .and_then(Value::as_bool);
        if carousel == Some(true) {
            problems.push(
                Problem::new(
                    Code::SettingInvalid,
                    "/settings/post_as_images_carousel",
                    "images cannot be made into a carousel yet",
                    "attach a PDF in place of the images, or post them side by side",
                )
                .given(true)
                .allowed("false"),
            );
        }
        problems
    }

    async fn begin(&self, cx: &ConnectCx<'_>, _fields: &Settings) -> Result<BeganConnect, ConnectError> {
        auth::begin(cx)
    }

    async fn finish(
        &self,
        cx: &ConnectCx<'_>,
        answer: &ConnectAnswer,
        _memory: &Secret,
    ) -> Result<Connected, ConnectError> {
        auth::finish(cx, answer).await
    }

    async fn refresh(&self, cx: &Cx<'_>) -> Result<Grant, RefreshError> {
        auth::refresh(cx).await
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
        step: Option<&Step>,
        armed: &Armed,
    ) -> Result<Found, ProviderError> {
        detect::detect(cx, entry, step, armed).await
    }
}
