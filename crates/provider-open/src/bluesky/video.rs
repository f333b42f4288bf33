//! Videos: uploaded to the video service, which hands them to the account's own server.

use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::ports::ClaimedMedia;
use postern_provider_kit::http::{Call, Reply};
use postern_provider_kit::{Phase, ProviderError, upload};
use serde_json::Value;
use url::Url;

use super::errors;
use super::session::Pds;
use super::wire::{Job, ServiceAuth};

/// How long the video service may write to the account's server; the server allows at most an hour.
const TOKEN_LIFE: Duration = Duration::from_mins(30);

/// How often the service is asked about one video; at 20 s each, an hour.
pub(super) const MOST_LOOKS: u32 = 180;

/// How far a video is.
pub(super) enum Video {
    /// It is being processed under this job.
    Working(String),
    /// It is this blob.
    Done(Value),
}

/// Sends the file; a file that the service knows already is found again.
pub(super) async fn send(pds: &Pds<'_, '_>, file: &ClaimedMedia, name: &str) -> Result<Video, ProviderError> {
    let token = service_token(pds).await?;
    let content = upload::open(pds.cx.media, file).await?;
    let service = pds.cx.platform.base("video");
    let call = Call::post(format!("{service}/xrpc/app.bsky.video.uploadVideo"))
        .query("did", pds.did)
        .query("name", name)
        .bearer(&token)
        .stream("video/mp4", file.media.bytes, content);
    let reply = pds.send(call).await?;
    let job = job(&reply);
    if let Some(blob) = job.blob {
        return Ok(Video::Done(blob));
    }
    // The service knows the same bytes already: the refusal names the job.
    if let Some(id) = job.id {
        return Ok(Video::Working(id));
    }
    Err(refused(pds, &reply))
}

/// Asks how far a job is.
pub(super) async fn look(pds: &Pds<'_, '_>, id: &str) -> Result<Video, ProviderError> {
    let service = pds.cx.platform.base("video");
    let call = Call::get(format!("{service}/xrpc/app.bsky.video.getJobStatus")).query("jobId", id);
    let reply = pds.send(call).await?;
    if !reply.is_success() {
        return Err(refused(pds, &reply));
    }
    let job = job(&reply);
    if let Some(blob) = job.blob {
        return Ok(Video::Done(blob));
    }
    if job.state.as_deref() == Some("JOB_STATE_FAILED") {
        let code = job.failure_code.or(job.error);
        return Err(ProviderError::rejected(
            "media_processing_failed",
            "Bluesky could not process the video",
            "convert the video to MP4 with H.264, or leave it out",
        )
        .said(&reply, code.as_deref(), job.message.as_deref()));
    }
    Ok(Video::Working(id.to_owned()))
}

async fn service_token(pds: &Pds<'_, '_>) -> Result<String, ProviderError> {
    let host = Url::parse(&pds.address).ok().and_then(|url| {
        let name = url.host_str()?.to_owned();
        // The colon before a port is part of the DID and escaped in it.
        Some(url.port().map_or(name.clone(), |port| format!("{name}%3A{port}")))
    });
    let until = pds.cx.platform.now().plus(TOKEN_LIFE).as_secs();
    let call = pds
        .get("com.atproto.server.getServiceAuth")
        .query("aud", format!("did:web:{}", host.unwrap_or_default()))
        .query("lxm", "com.atproto.repo.uploadBlob")
        .query("exp", until.to_string())
        .hiding_reply();
    let reply = pds.ask(call).await?;
    let auth: ServiceAuth = reply
        .json()
        .ok_or_else(|| ProviderError::unclear(&reply, Phase::Repeatable))?;
    Ok(auth.token)
}

/// The job at the top level or below `jobStatus`; servers differ.
fn job(reply: &Reply) -> Job {
    let mut body = reply.value();
    let inner = body.get_mut("jobStatus").map(Value::take);
    serde_json::from_value(inner.unwrap_or(body)).unwrap_or_default()
}

fn refused(pds: &Pds<'_, '_>, reply: &Reply) -> ProviderError {
    let error = errors::read(reply, Phase::Repeatable, pds.cx.platform.now());
    let is_quota = matches!(reply.status, 401 | 403);
    if !is_quota || error.class == ErrorClass::Reconnect {
        return error;
    }
    ProviderError {
        class: ErrorClass::Rejected,
        code: "video_not_allowed",
        cause: "Bluesky takes no video of this account now".to_owned(),
        fix: "confirm the account's e-mail address, or wait until tomorrow".to_owned(),
        ..error
    }
}
