//! Files: images in one request, GIFs and videos in segments, then words for those who cannot see them.

use std::time::Duration;

use postern_domain::media::MediaKind;
use postern_domain::ports::ClaimedMedia;
use postern_provider_kit::http::{Call, Part, Reply};
use postern_provider_kit::{Phase, ProviderError, upload};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::session::Session;
use super::wire::{Answer, NewUpload, Processing, Uploaded};

/// The size of a segment in bytes; proven with version 2 of the API.
const SEGMENT: u64 = 1_048_576;

/// Segments that are sent before the progress is stored.
const SEGMENTS_AT_ONCE: u64 = 16;

/// How often X is asked about one file; at up to 30 s each, a quarter of an hour and more.
const MOST_LOOKS: u32 = 60;

/// Uploads that end sooner than this are not used any more.
const MARGIN: Duration = Duration::from_mins(5);

/// One file on its way.
#[derive(Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) id: String,
    /// When X forgets it, in seconds since 1970.
    expires_at: i64,
    stage: Stage,
    looks: u32,
}

/// How far it is.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Segments from this one on are missing.
    Segments(u64),
    /// All is sent; X processes it.
    Processing,
    /// It can be used; the alternative text is missing.
    Words,
    /// It can be used.
    Ready,
    /// It could be used when a commit failed; whether it still can is to be seen.
    Doubtful,
}

/// What comes next for a file.
pub(super) enum Moved {
    /// It went on.
    On,
    /// X is working.
    Waits(Duration),
    /// X does not know it any more.
    Gone,
}

impl Sent {
    pub(super) fn is_ready(&self) -> bool {
        self.stage == Stage::Ready
    }

    /// Marks it to be looked at again, after a commit failed.
    pub(super) fn doubt(&mut self) {
        self.stage = Stage::Doubtful;
    }

    /// Begins a file: an image is sent whole.
    pub(super) async fn begin(
        session: &Session<'_, '_>,
        file: &ClaimedMedia,
        index: usize,
    ) -> Result<Self, ProviderError> {
        let reply = match file.media.kind {
            MediaKind::Image => send_image(session, file, index).await?,
            MediaKind::Gif | MediaKind::Video | MediaKind::Document => initialize(session, file).await?,
        };
        let uploaded = read(&reply)?;
        let life = Duration::from_secs(uploaded.expires_after_secs.unwrap_or(3600));
        let stage = if file.media.kind == MediaKind::Image {
            Stage::Words
        } else {
            Stage::Segments(0)
        };
        let expires_at = session.cx.platform.now().plus(life).as_secs();
        Ok(Self {
            id: uploaded.id,
            expires_at,
            stage,
            looks: 0,
        })
    }

    /// Makes the next step of a file that is not ready.
    pub(super) async fn go_on(
        &mut self,
        session: &Session<'_, '_>,
        file: &ClaimedMedia,
    ) -> Result<Moved, ProviderError> {
        if self.expires_at <= session.cx.platform.now().plus(MARGIN).as_secs() {
            return Ok(Moved::Gone);
        }
        match self.stage {
            Stage::Segments(next) => self.send_segments(session, file, next).await,
            Stage::Processing => self.look(session).await,
            Stage::Words => self.describe(session, file).await,
            Stage::Doubtful => self.reassure(session).await,
            Stage::Ready => Ok(Moved::On),
        }
    }

    async fn send_segments(
        &mut self,
        session: &Session<'_, '_>,
        file: &ClaimedMedia,
        first: u64,
    ) -> Result<Moved, ProviderError> {
        let count = file.media.bytes.div_ceil(SEGMENT);
        let end = count.min(first + SEGMENTS_AT_ONCE);
        for segment in first..end {
            let from = segment * SEGMENT;
            let length = SEGMENT.min(file.media.bytes - from);
            let content = upload::part(session.cx.media, file, from, length).await?;
            let call =
                Call::post(session.url(&format!("/2/media/upload/{}/append", self.id))).multipart(vec![
                    Part::text("segment_index", segment.to_string()),
                    Part::file("media", "segment", "application/octet-stream", length, content),
                ]);
            session.ask(call, Phase::Repeatable).await?;
        }
        if end < count {
            self.stage = Stage::Segments(end);
            return Ok(Moved::On);
        }
        let call = Call::post(session.url(&format!("/2/media/upload/{}/finalize", self.id)));
        let reply = session.ask(call, Phase::Repeatable).await?;
        self.take(&reply)
    }

    async fn look(&mut self, session: &Session<'_, '_>) -> Result<Moved, ProviderError> {
        let reply = session.ask(status(session, &self.id), Phase::Repeatable).await?;
        self.take(&reply)
    }

    /// Reads how far the processing is.
    fn take(&mut self, reply: &Reply) -> Result<Moved, ProviderError> {
        let uploaded = read(reply)?;
        let Some(Processing {
            state,
            check_after_secs,
            error,
        }) = uploaded.processing_info
        else {
            self.stage = Stage::Words;
            return Ok(Moved::On);
        };
        match state.as_str() {
            "succeeded" => {
                self.stage = Stage::Words;
                Ok(Moved::On)
            }
            "failed" => Err(ProviderError::rejected(
                "media_processing_failed",
                "X could not process the file",
                "convert the video to MP4 with H.264 and AAC, or leave it out",
            )
            .said(reply, None, error.and_then(|error| error.message).as_deref())),
            _ if self.looks >= MOST_LOOKS => Err(ProviderError::rejected(
                "media_stuck",
                "X did not finish processing the file",
                "try a smaller file, or try again later",
            )
            .said(reply, None, None)),
            _ => {
                self.stage = Stage::Processing;
                self.looks += 1;
                Ok(Moved::Waits(Duration::from_secs(
                    check_after_secs.unwrap_or(5).clamp(1, 30),
                )))
            }
        }
    }

    /// Adds the alternative text; X takes it for pictures only.
    async fn describe(
        &mut self,
        session: &Session<'_, '_>,
        file: &ClaimedMedia,
    ) -> Result<Moved, ProviderError> {
        let alt = file
            .alt
            .as_deref()
            .filter(|alt| !alt.is_empty() && file.media.kind != MediaKind::Video);
        if let Some(alt) = alt {
            let call = Call::post(session.url("/2/media/metadata"))
                .json(&json!({ "id": self.id, "metadata": { "alt_text": { "text": alt } } }));
            session.ask(call, Phase::Repeatable).await?;
        }
        self.stage = Stage::Ready;
        Ok(Moved::On)
    }

    /// Whether X still knows a file. Only a clear no counts: X does not show the status of every kind.
    async fn reassure(&mut self, session: &Session<'_, '_>) -> Result<Moved, ProviderError> {
        let reply = session.send(status(session, &self.id), Phase::Repeatable).await?;
        if reply.status == 404 {
            return Ok(Moved::Gone);
        }
        self.stage = Stage::Ready;
        Ok(Moved::On)
    }
}

fn status(session: &Session<'_, '_>, id: &str) -> Call {
    Call::get(session.url("/2/media/upload"))
        .query("command", "STATUS")
        .query("media_id", id)
}

async fn send_image(
    session: &Session<'_, '_>,
    file: &ClaimedMedia,
    index: usize,
) -> Result<Reply, ProviderError> {
    let content = upload::open(session.cx.media, file).await?;
    let name = upload::file_name(file, index);
    let call = Call::post(session.url("/2/media/upload")).multipart(vec![
        Part::text("media_category", "tweet_image"),
        Part::file("media", name, &file.media.mime, file.media.bytes, content),
    ]);
    session.ask(call, Phase::Repeatable).await
}

async fn initialize(session: &Session<'_, '_>, file: &ClaimedMedia) -> Result<Reply, ProviderError> {
    let media_category = if file.media.kind == MediaKind::Gif {
        "tweet_gif"
    } else {
        "tweet_video"
    };
    let new = NewUpload {
        media_type: &file.media.mime,
        total_bytes: file.media.bytes,
        media_category,
    };
    let call = Call::post(session.url("/2/media/upload/initialize")).json(&new);
    session.ask(call, Phase::Repeatable).await
}

fn read(reply: &Reply) -> Result<Uploaded, ProviderError> {
    let answer = reply.json::<Answer<Uploaded>>().and_then(|answer| answer.data);
    answer.ok_or_else(|| ProviderError::unclear(reply, Phase::Repeatable))
}
