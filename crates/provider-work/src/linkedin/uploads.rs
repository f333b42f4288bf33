//! Files: images and documents in one piece, videos in parts.

use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::media::MediaKind;
use postern_domain::ports::ClaimedMedia;
use postern_provider_kit::http::Call;
use postern_provider_kit::{Phase, ProviderError, oauth, upload};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::session::Session;
use super::wire::{AssetState, Initialization, Initialized, Instruction};

/// Parts that are sent before the progress is stored.
const PARTS_AT_ONCE: usize = 4;

/// How often LinkedIn is asked about one file; at 20 s each, half an hour.
const MOST_LOOKS: u32 = 90;

/// What members may not look at is given this time.
const GRACE: Duration = Duration::from_secs(3);

/// One file on its way.
#[derive(Serialize, Deserialize)]
pub(super) struct Asset {
    pub(super) urn: String,
    stage: Stage,
    looks: u32,
    /// Whether it was given time, because LinkedIn does not show how far it is.
    graced: bool,
}

/// How far it is.
#[derive(Serialize, Deserialize)]
enum Stage {
    /// Parts of a video are missing.
    Parts {
        token: String,
        instructions: Vec<Instruction>,
        etags: Vec<String>,
    },
    /// All is sent; LinkedIn processes it.
    Processing,
    /// It can be used.
    Ready,
}

/// What comes next for a file.
pub(super) enum Moved {
    /// It went on.
    On,
    /// LinkedIn is working.
    Waits(Duration),
    /// Its upload addresses do not work any more: from the start.
    Again,
}

impl Asset {
    pub(super) fn is_ready(&self) -> bool {
        matches!(self.stage, Stage::Ready)
    }

    /// Marks it to be looked at again, after a commit failed.
    pub(super) fn doubt(&mut self) {
        self.stage = Stage::Processing;
        self.looks = 0;
        self.graced = false;
    }

    /// Begins a file; what goes in one piece is sent.
    pub(super) async fn begin(session: &Session<'_, '_>, file: &ClaimedMedia) -> Result<Self, ProviderError> {
        let mut request = json!({ "owner": session.author });
        if file.media.kind == MediaKind::Video {
            request["fileSizeBytes"] = file.media.bytes.into();
            request["uploadCaptions"] = false.into();
            request["uploadThumbnail"] = false.into();
        }
        let initialized = action(session, kind(file), "initializeUpload", request).await?;
        if file.media.kind == MediaKind::Video {
            let urn = initialized.video.ok_or_else(unreadable)?;
            let stage = Stage::Parts {
                token: initialized.upload_token,
                instructions: initialized.upload_instructions,
                etags: Vec::new(),
            };
            return Ok(Self {
                urn,
                stage,
                looks: 0,
                graced: false,
            });
        }
        let urn = initialized
            .image
            .or(initialized.document)
            .ok_or_else(unreadable)?;
        let url = initialized.upload_url.ok_or_else(unreadable)?;
        let content = upload::open(session.cx.media, file).await?;
        let call = Call::put(url).stream(&file.media.mime, file.media.bytes, content);
        session.ask(call, Phase::Repeatable).await?;
        Ok(Self {
            urn,
            stage: Stage::Processing,
            looks: 0,
            graced: false,
        })
    }

    /// Makes the next step of a file that is not ready.
    pub(super) async fn go_on(
        &mut self,
        session: &Session<'_, '_>,
        file: &ClaimedMedia,
    ) -> Result<Moved, ProviderError> {
        match &mut self.stage {
            Stage::Parts {
                token,
                instructions,
                etags,
            } => {
                let end = instructions.len().min(etags.len() + PARTS_AT_ONCE);
                for part in &instructions[etags.len().min(end)..end] {
                    let Some(etag) = send_part(session, file, part).await? else {
                        return Ok(Moved::Again);
                    };
                    etags.push(etag);
                }
                if etags.len() == instructions.len() {
                    let request =
                        json!({ "video": self.urn, "uploadToken": token, "uploadedPartIds": etags });
                    finalize(session, request).await?;
                    self.stage = Stage::Processing;
                }
                Ok(Moved::On)
            }
            Stage::Processing => self.look(session, file).await,
            Stage::Ready => Ok(Moved::On),
        }
    }

    async fn look(&mut self, session: &Session<'_, '_>, file: &ClaimedMedia) -> Result<Moved, ProviderError> {
        let path = format!("/rest/{}/{}", kind(file), oauth::escape(&self.urn));
        let reply = session
            .send(Call::get(session.url(&path)), Phase::Repeatable)
            .await?;
        if matches!(reply.status, 403 | 404) && file.media.kind != MediaKind::Video {
            // Members may upload images and documents and not look at them.
            if self.graced {
                self.stage = Stage::Ready;
                return Ok(Moved::On);
            }
            self.graced = true;
            return Ok(Moved::Waits(GRACE));
        }
        if !reply.is_success() {
            return Err(session.refusal(&reply, Phase::Repeatable));
        }
        let state: AssetState = reply.json().ok_or_else(unreadable)?;
        match state.status.as_str() {
            "AVAILABLE" => {
                self.stage = Stage::Ready;
                Ok(Moved::On)
            }
            "PROCESSING_FAILED" => Err(ProviderError::rejected(
                "media_processing_failed",
                "LinkedIn could not process a file",
                "convert the file, or leave it out",
            )
            .said(&reply, None, state.processing_failure_reason.as_deref())),
            _ if self.looks >= MOST_LOOKS => Err(ProviderError::rejected(
                "media_stuck",
                "LinkedIn did not finish processing a file within half an hour",
                "try a smaller file, or try again later",
            )
            .said(&reply, None, None)),
            _ => {
                let pause = [2, 5, 10].get(self.looks as usize).copied().unwrap_or(20);
                self.looks += 1;
                Ok(Moved::Waits(Duration::from_secs(pause)))
            }
        }
    }
}

/// The collection of the API that a file belongs to.
fn kind(file: &ClaimedMedia) -> &'static str {
    match file.media.kind {
        MediaKind::Image | MediaKind::Gif => "images",
        MediaKind::Video => "videos",
        MediaKind::Document => "documents",
    }
}

async fn action(
    session: &Session<'_, '_>,
    kind: &str,
    name: &str,
    request: Value,
) -> Result<Initialization, ProviderError> {
    let call = Call::post(session.url(&format!("/rest/{kind}")))
        .query("action", name)
        .json(&json!({ format!("{name}Request"): request }));
    let reply = session.ask(call, Phase::Repeatable).await?;
    reply
        .json::<Initialized>()
        .map(|initialized| initialized.value)
        .ok_or_else(unreadable)
}

async fn finalize(session: &Session<'_, '_>, request: Value) -> Result<(), ProviderError> {
    let call = Call::post(session.url("/rest/videos"))
        .query("action", "finalizeUpload")
        .json(&json!({ "finalizeUploadRequest": request }));
    session.ask(call, Phase::Repeatable).await.map(|_| ())
}

/// Sends one part, without the token: the address is the key. None when the address does not work any more.
async fn send_part(
    session: &Session<'_, '_>,
    file: &ClaimedMedia,
    part: &Instruction,
) -> Result<Option<String>, ProviderError> {
    let length = (part.last_byte + 1).saturating_sub(part.first_byte);
    let content = upload::part(session.cx.media, file, part.first_byte, length).await?;
    let call = Call::put(part.upload_url.clone()).stream("application/octet-stream", length, content);
    let sent = session.cx.platform.send(call).await;
    let reply = sent.map_err(|lost| ProviderError::lost(&lost, Phase::Repeatable))?;
    if matches!(reply.status, 401 | 403 | 404 | 410) {
        return Ok(None);
    }
    if !reply.is_success() {
        return Err(session.refusal(&reply, Phase::Repeatable));
    }
    let etag = reply.header("etag").map(|etag| etag.trim_matches('"').to_owned());
    etag.map(Some).ok_or_else(unreadable)
}

fn unreadable() -> ProviderError {
    ProviderError::new(
        ErrorClass::Transient,
        "answer_not_understood",
        "LinkedIn's answer to an upload was not understood",
        "nothing; it is tried again",
    )
}
