//! Bluesky, on any personal data server, by app password.

mod auth;
mod detect;
mod errors;
mod facets;
mod manifest;
mod publish;
mod record;
mod session;
mod video;
mod wire;

use async_trait::async_trait;
use postern_domain::capability::Draft;
use postern_domain::channel::{ConnectAnswer, Connected, Grant};
use postern_domain::content::Editor;
use postern_domain::manifest::{Limits, Manifest};
use postern_domain::media::MediaKind;
use postern_domain::ports::{BeganConnect, ConnectError, RefreshError};
use postern_domain::publication::{Armed, Step};
use postern_domain::secret::Secret;
use postern_domain::value::Settings;
use postern_domain::{Code, Problem};
use postern_provider_kit::{
    Committed, ConnectCx, Cx, EntryOrder, Found, Prepared, Provider, ProviderError, graphemes,
};

/// The provider.
pub(crate) struct Bluesky {
    manifest: Manifest,
}

impl Bluesky {
    pub(crate) fn new() -> Self {
        Self {
            manifest: manifest::manifest(),
        }
    }
}

#[async_trait]
impl Provider for Bluesky {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn hosts(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("service", "https://bsky.social"),
            ("video", "https://video.bsky.app"),
            ("web", "https://bsky.app"),
        ]
    }

    fn measure(&self, text: &str) -> u32 {
        graphemes(text)
    }

    fn check(&self, draft: &Draft<'_>, _limits: &Limits) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, entry) in draft.entries.iter().enumerate() {
            let bytes = entry.content.render(Editor::Normal).len();
            if bytes > manifest::MAX_BYTES {
                problems.push(
                    Problem::new(
                        Code::TextTooLong,
                        format!("/entries/{index}/content"),
                        "the text takes too much room on Bluesky",
                        "shorten it, or use fewer emoji",
                    )
                    .given(format!("{bytes} bytes"))
                    .allowed(format!("{} bytes", manifest::MAX_BYTES)),
                );
            }
            for (place, file) in entry.media.iter().enumerate() {
                let alt = file.alt.as_deref().map_or(0, graphemes);
                if file.media.kind == MediaKind::Video && alt > manifest::MAX_VIDEO_ALT {
                    problems.push(
                        Problem::new(
                            Code::AltTooLong,
                            format!("/entries/{index}/media/{place}/alt"),
                            "the alternative text of a video is too long for Bluesky",
                            "shorten it",
                        )
                        .given(format!("{alt} graphemes"))
                        .allowed(format!("{} graphemes", manifest::MAX_VIDEO_ALT)),
                    );
                }
            }
        }
        problems
    }

    async fn begin(&self, cx: &ConnectCx<'_>, fields: &Settings) -> Result<BeganConnect, ConnectError> {
        auth::begin(cx, fields).await
    }

    /// Bluesky is connected by a form; nobody comes back from anywhere.
    async fn finish(
        &self,
        _cx: &ConnectCx<'_>,
        _answer: &ConnectAnswer,
        _memory: &Secret,
    ) -> Result<Connected, ConnectError> {
        Err(ConnectError::Refused(Problem::new(
            Code::ConnectExpired,
            "",
            "Bluesky is connected with an app password, not through a browser",
            "fill in the form",
        )))
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
        _entry: &EntryOrder<'_>,
        step: &Step,
        _armed: &Armed,
    ) -> Result<Committed, ProviderError> {
        publish::commit(cx, step).await
    }

    async fn detect(
        &self,
        cx: &Cx<'_>,
        _entry: &EntryOrder<'_>,
        step: Option<&Step>,
        _armed: &Armed,
    ) -> Result<Found, ProviderError> {
        detect::detect(cx, step).await
    }
}
