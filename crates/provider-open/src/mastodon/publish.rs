//! Entries in, releases out.

use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::media::MediaKind;
use postern_domain::publication::{Armed, Step};
use postern_provider_kit::http::{Call, Part};
use postern_provider_kit::{
    Committed, Cx, EntryOrder, Phase, Prepared, ProviderError, read_step, upload, write_step,
};
use serde::{Deserialize, Serialize};

use super::errors;
use super::instance;
use super::wire::{Attachment, Grant, NewStatus, Status};

/// How often the server is asked about one file; at 20 s each, half an hour.
const MOST_LOOKS: u32 = 90;

/// How far an entry is.
#[derive(Serialize, Deserialize, Default)]
pub(super) struct Progress {
    /// What is uploaded, in the order of the entry's files.
    files: Vec<Uploaded>,
    /// How often the server was asked about the current file.
    looks: u32,
    /// Whether everything was ready once; then it is looked at again, for uploads can expire.
    was_ready: bool,
}

#[derive(Serialize, Deserialize)]
struct Uploaded {
    id: String,
    ready: bool,
}

/// Where the instance answers, and with which token.
pub(super) struct Session {
    pub(super) address: String,
    pub(super) token: String,
}

impl Session {
    pub(super) fn of(cx: &Cx<'_>) -> Result<Self, ProviderError> {
        let address = instance::of_channel(cx)?;
        let grant: Grant = cx
            .grant()
            .ok_or_else(|| ProviderError::reconnect("the stored access cannot be read"))?;
        Ok(Self {
            address,
            token: grant.access_token,
        })
    }
}

pub(super) async fn prepare(
    cx: &Cx<'_>,
    entry: &EntryOrder<'_>,
    step: Option<&Step>,
) -> Result<Prepared, ProviderError> {
    let session = Session::of(cx)?;
    reply_target(entry)?;
    let mut progress: Progress = read_step(step).unwrap_or_default();
    if progress.was_ready {
        progress.was_ready = false;
        progress.files.iter_mut().for_each(|file| file.ready = false);
    }
    if let Some(index) = progress.files.iter().position(|file| !file.ready) {
        return look(cx, &session, entry, progress, index).await;
    }
    if progress.files.len() < entry.media.len() {
        return send_file(cx, &session, entry, progress).await;
    }
    progress.was_ready = true;
    Ok(Prepared::Ready(write_step(&progress)))
}

/// Uploads the next file.
async fn send_file(
    cx: &Cx<'_>,
    session: &Session,
    entry: &EntryOrder<'_>,
    mut progress: Progress,
) -> Result<Prepared, ProviderError> {
    let index = progress.files.len();
    let file = &entry.media[index];
    let content = upload::open(cx.media, file).await?;
    let name = upload::file_name(file, index);
    let mut parts = vec![Part::file(
        "file",
        name,
        &file.media.mime,
        file.media.bytes,
        content,
    )];
    if let Some(alt) = file.alt.as_deref().filter(|alt| !alt.is_empty()) {
        parts.insert(0, Part::text("description", alt));
    }
    let call = Call::post(format!("{}/api/v2/media", session.address))
        .bearer(&session.token)
        .multipart(parts);
    let sent = cx.platform.send(call).await;
    let reply = sent.map_err(|lost| ProviderError::lost(&lost, Phase::Repeatable))?;
    if !reply.is_success() {
        return Err(errors::read(&reply, Phase::Repeatable, cx.platform.now()));
    }
    let uploaded: Attachment = reply
        .json()
        .ok_or_else(|| ProviderError::unclear(&reply, Phase::Repeatable))?;
    let ready = reply.status == 200;
    progress.files.push(Uploaded {
        id: uploaded.id,
        ready,
    });
    progress.looks = 0;
    let step = write_step(&progress);
    if ready {
        return Ok(Prepared::More(step));
    }
    Ok(Prepared::Wait {
        step,
        look_again_in: pause(file.media.kind, 0),
    })
}

/// Asks whether a file is ready.
async fn look(
    cx: &Cx<'_>,
    session: &Session,
    entry: &EntryOrder<'_>,
    mut progress: Progress,
    index: usize,
) -> Result<Prepared, ProviderError> {
    let id = &progress.files[index].id;
    let call = Call::get(format!("{}/api/v1/media/{id}", session.address)).bearer(&session.token);
    let sent = cx.platform.send(call).await;
    let reply = sent.map_err(|lost| ProviderError::lost(&lost, Phase::Repeatable))?;
    match reply.status {
        206 if progress.looks >= MOST_LOOKS => Err(ProviderError::rejected(
            "media_stuck",
            "the instance did not finish processing a file within half an hour",
            "try a smaller file, or try again later",
        )
        .said(&reply, None, None)),
        206 => {
            progress.looks += 1;
            let kind = entry
                .media
                .get(index)
                .map_or(MediaKind::Image, |file| file.media.kind);
            let look_again_in = pause(kind, progress.looks);
            Ok(Prepared::Wait {
                step: write_step(&progress),
                look_again_in,
            })
        }
        200 => {
            progress.files[index].ready = true;
            progress.looks = 0;
            Ok(Prepared::More(write_step(&progress)))
        }
        // Expired: it and what follows is uploaded again. If it belongs to a status that was published already,
        // the idempotency key brings that status back.
        404 => {
            progress.files.truncate(index);
            Ok(Prepared::More(write_step(&progress)))
        }
        422 => Err(ProviderError::rejected(
            "media_processing_failed",
            "the instance could not process a file",
            "convert the file, or leave it out",
        )
        .said(&reply, None, None)),
        _ => Err(errors::read(&reply, Phase::Repeatable, cx.platform.now())),
    }
}

/// Images are ready soon, videos take their time.
fn pause(kind: MediaKind, looks: u32) -> Duration {
    let slow = if kind == MediaKind::Image { 5 } else { 20 };
    Duration::from_secs(match looks {
        0 => 2,
        1 => 5,
        _ => slow,
    })
}

pub(super) async fn commit(
    cx: &Cx<'_>,
    entry: &EntryOrder<'_>,
    step: &Step,
    armed: &Armed,
) -> Result<Committed, ProviderError> {
    let session = Session::of(cx)?;
    let progress: Progress = read_step(Some(step)).unwrap_or_default();
    let text = entry.content.render(Editor::Normal);
    let status = NewStatus {
        status: &text,
        media_ids: progress.files.iter().map(|file| file.id.as_str()).collect(),
        visibility: "public",
        in_reply_to_id: reply_target(entry)?,
    };
    let call = Call::post(format!("{}/api/v1/statuses", session.address))
        .bearer(&session.token)
        .header("idempotency-key", &armed.key)
        .json(&status);
    let sent = cx.platform.send(call).await;
    let reply = sent.map_err(|lost| ProviderError::lost(&lost, Phase::Commit))?;
    cx.platform.note(errors::hint(&reply, cx.platform.now()));
    if !reply.is_success() {
        return Err(errors::read(&reply, Phase::Commit, cx.platform.now()));
    }
    let status: Status = reply
        .json()
        .ok_or_else(|| ProviderError::unclear(&reply, Phase::Commit))?;
    Ok(committed(&session.address, status))
}

pub(super) fn committed(address: &str, status: Status) -> Committed {
    let url = status
        .url
        .unwrap_or_else(|| format!("{address}/statuses/{}", status.id));
    Committed {
        remote_id: status.id,
        url: Some(url),
        carry: None,
    }
}

/// The status that this entry answers; none for the first.
pub(super) fn reply_target<'a>(entry: &EntryOrder<'a>) -> Result<Option<&'a str>, ProviderError> {
    if entry.index == 0 {
        return Ok(None);
    }
    let release = entry.previous;
    let own = release.map(|release| release.remote_id.as_str());
    // A person may have said where the entry is; its address ends in its id.
    let from_url = || release?.url.as_deref()?.trim_end_matches('/').rsplit('/').next();
    let is_id =
        |id: &&str| !id.is_empty() && *id != "missing" && id.chars().all(|c| c.is_ascii_alphanumeric());
    own.filter(is_id)
        .or_else(|| from_url().filter(is_id))
        .map(Some)
        .ok_or_else(|| {
            ProviderError::rejected(
                "thread_broken",
                "the entry before this one is not known at the platform",
                "send the rest of the thread as a new post",
            )
        })
}
