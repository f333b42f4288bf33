//! Entries in, releases out.

use std::collections::BTreeMap;
use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::media::MediaKind;
use postern_domain::publication::{Release, Step};
use postern_provider_kit::http::Reply;
use postern_provider_kit::{
    Committed, Cx, EntryOrder, Phase, Prepared, ProviderError, read_step, upload, write_step,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::errors;
use super::facets;
use super::record::{self, COLLECTION, Parts};
use super::session::Pds;
use super::video::{self, Video};
use super::wire::{PutRecord, Refusal, ResolvedHandle, StrongRef, UploadedBlob};

/// Mentions that are looked up for one entry.
const MOST_MENTIONS: usize = 20;

/// How far an entry is.
#[derive(Serialize, Deserialize, Default)]
pub(super) struct Progress {
    /// The key of the record, chosen once.
    pub(super) key: String,
    /// When the post was made; fixed, so that a repeated record is the same record.
    created_at: String,
    /// The uploaded files, in the order of the entry's.
    blobs: Vec<Value>,
    /// The job of a video.
    job: Option<String>,
    /// How often the video service was asked.
    looks: u32,
    /// The record, once it is complete.
    record: Option<Value>,
    /// How many files were uploaded once more after a commit failed, for unused uploads are cleaned away.
    renewed: Option<usize>,
}

pub(super) async fn prepare(
    cx: &Cx<'_>,
    entry: &EntryOrder<'_>,
    step: Option<&Step>,
) -> Result<Prepared, ProviderError> {
    let pds = Pds::of(cx)?;
    let mut progress = read_step(step).unwrap_or_else(|| begin(cx, entry));
    if progress.record.is_some() {
        return renew(&pds, entry, progress).await;
    }
    if let Some(job) = progress.job.take() {
        let seen = video::look(&pds, &job).await?;
        return after_video(progress, seen);
    }
    let next = progress.blobs.len();
    if let Some(file) = entry.media.get(next) {
        if file.media.kind == MediaKind::Video {
            let name = format!("{}.mp4", progress.key);
            let seen = video::send(&pds, file, &name).await?;
            return after_video(progress, seen);
        }
        progress.blobs.push(send_image(&pds, entry, next).await?);
        return Ok(Prepared::More(write_step(&progress)));
    }
    let text = entry.content.render(Editor::Normal);
    let known_handles = resolve(&pds, &text).await?;
    let reply = reply(&pds, entry).await?;
    progress.record = Some(record::build(&Parts {
        text: &text,
        created_at: &progress.created_at,
        known_handles: &known_handles,
        media: entry.media,
        blobs: &progress.blobs,
        reply,
    }));
    Ok(Prepared::Ready(write_step(&progress)))
}

fn begin(cx: &Cx<'_>, entry: &EntryOrder<'_>) -> Progress {
    let now = cx.platform.now();
    Progress {
        key: record::key(now, entry.fingerprint()),
        created_at: now.to_rfc3339(),
        ..Progress::default()
    }
}

/// A commit failed or is not there: uploads the images again, which gives the same blobs, and goes on with the same
/// record.
async fn renew(
    pds: &Pds<'_, '_>,
    entry: &EntryOrder<'_>,
    mut progress: Progress,
) -> Result<Prepared, ProviderError> {
    let next = progress.renewed.unwrap_or_default();
    let image = entry
        .media
        .get(next)
        .filter(|file| file.media.kind != MediaKind::Video);
    if image.is_none() {
        progress.renewed = None;
        return Ok(Prepared::Ready(write_step(&progress)));
    }
    send_image(pds, entry, next).await?;
    progress.renewed = Some(next + 1);
    Ok(Prepared::More(write_step(&progress)))
}

async fn send_image(pds: &Pds<'_, '_>, entry: &EntryOrder<'_>, index: usize) -> Result<Value, ProviderError> {
    let file = &entry.media[index];
    let content = upload::open(pds.cx.media, file).await?;
    let call = pds
        .post("com.atproto.repo.uploadBlob")
        .stream(&file.media.mime, file.media.bytes, content);
    let reply = pds.ask(call).await?;
    let uploaded: UploadedBlob = reply
        .json()
        .ok_or_else(|| ProviderError::unclear(&reply, Phase::Repeatable))?;
    Ok(uploaded.blob)
}

fn after_video(mut progress: Progress, seen: Video) -> Result<Prepared, ProviderError> {
    match seen {
        Video::Done(blob) => {
            progress.blobs.push(blob);
            Ok(Prepared::More(write_step(&progress)))
        }
        Video::Working(_) if progress.looks >= video::MOST_LOOKS => Err(ProviderError::rejected(
            "media_stuck",
            "Bluesky did not finish processing the video within an hour",
            "try a smaller video, or try again later",
        )),
        Video::Working(job) => {
            let pause = [2, 5, 10].get(progress.looks as usize).copied().unwrap_or(20);
            progress.job = Some(job);
            progress.looks += 1;
            let look_again_in = Duration::from_secs(pause);
            Ok(Prepared::Wait {
                step: write_step(&progress),
                look_again_in,
            })
        }
    }
}

/// Looks the handles of a text up; those that nobody has are left out.
async fn resolve(pds: &Pds<'_, '_>, text: &str) -> Result<BTreeMap<String, String>, ProviderError> {
    let mut known = BTreeMap::new();
    for handle in facets::handles(text).into_iter().take(MOST_MENTIONS) {
        let reply = pds
            .send(
                pds.get("com.atproto.identity.resolveHandle")
                    .query("handle", &handle),
            )
            .await?;
        match reply.json::<ResolvedHandle>().filter(|_| reply.is_success()) {
            Some(resolved) => {
                known.insert(handle, resolved.did);
            }
            None if reply.status == 429 || reply.status >= 500 || reply.status == 401 => {
                return Err(errors::read(&reply, Phase::Repeatable, pds.cx.platform.now()));
            }
            None if reply
                .json::<Refusal>()
                .is_some_and(|refusal| refusal.error == "ExpiredToken") =>
            {
                return Err(errors::read(&reply, Phase::Repeatable, pds.cx.platform.now()));
            }
            None => {}
        }
    }
    Ok(known)
}

/// What the entry answers: the root and the entry before. The server would accept a parent that is gone.
async fn reply(
    pds: &Pds<'_, '_>,
    entry: &EntryOrder<'_>,
) -> Result<Option<(StrongRef, StrongRef)>, ProviderError> {
    if entry.index == 0 {
        return Ok(None);
    }
    let broken = || {
        ProviderError::rejected(
            "thread_broken",
            "the entry before this one is not known at the platform",
            "send the rest of the thread as a new post",
        )
    };
    let root = reference(pds, entry.root.ok_or_else(broken)?).await?;
    let parent = reference(pds, entry.previous.ok_or_else(broken)?).await?;
    Ok(Some((root.ok_or_else(gone)?, parent.ok_or_else(gone)?)))
}

fn gone() -> ProviderError {
    ProviderError::rejected(
        "reply_target_gone",
        "what this entry answers does not exist any more",
        "look at the thread on Bluesky, then send the rest as a new post",
    )
}

/// Address and content id of a release, read from the account's own server; none when it is gone.
async fn reference(pds: &Pds<'_, '_>, release: &Release) -> Result<Option<StrongRef>, ProviderError> {
    // A person may have said where the entry is; its address ends in its key.
    let place = if release.remote_id.starts_with("at://") {
        Some(release.remote_id.as_str())
    } else {
        release.url.as_deref()
    };
    let key = place
        .and_then(|place| place.trim_end_matches('/').rsplit('/').next())
        .unwrap_or_default();
    read(pds, key).await
}

/// The record under a key of the account's posts; none when there is none.
pub(super) async fn read(pds: &Pds<'_, '_>, key: &str) -> Result<Option<StrongRef>, ProviderError> {
    let call = pds
        .get("com.atproto.repo.getRecord")
        .query("repo", pds.did)
        .query("collection", COLLECTION)
        .query("rkey", key);
    let reply = pds.send(call).await?;
    if errors::is_absent(&reply) {
        return Ok(None);
    }
    if !reply.is_success() {
        return Err(errors::read(&reply, Phase::Repeatable, pds.cx.platform.now()));
    }
    reply
        .json()
        .map(Some)
        .ok_or_else(|| ProviderError::unclear(&reply, Phase::Repeatable))
}

pub(super) async fn commit(cx: &Cx<'_>, step: &Step) -> Result<Committed, ProviderError> {
    let pds = Pds::of(cx)?;
    let progress: Progress = read_step(Some(step)).unwrap_or_default();
    let Some(record) = &progress.record else {
        return Err(ProviderError::new(
            postern_domain::failure::ErrorClass::Transient,
            "step_lost",
            "the prepared post cannot be read",
            "nothing; it is prepared again",
        ));
    };
    let put = PutRecord {
        repo: pds.did,
        collection: COLLECTION,
        rkey: &progress.key,
        record,
        validate: true,
        swap_record: None,
    };
    let sent = cx
        .platform
        .send(pds.post("com.atproto.repo.putRecord").json(&put))
        .await;
    let reply = sent.map_err(|lost| ProviderError::lost(&lost, Phase::Commit))?;
    cx.platform.note(errors::hint(&reply, cx.platform.now()));
    if reply.is_success() {
        let made: StrongRef = reply
            .json()
            .ok_or_else(|| ProviderError::unclear(&reply, Phase::Commit))?;
        return Ok(committed(&pds, made));
    }
    if is_taken(&reply)
        && let Some(made) = read(&pds, &progress.key).await?
    {
        // Only this publication knows the key, so what lies under it is its own.
        return Ok(committed(&pds, made));
    }
    Err(errors::read(&reply, Phase::Commit, cx.platform.now()))
}

/// Whether another version of the record lies under the key.
fn is_taken(reply: &Reply) -> bool {
    reply
        .json::<Refusal>()
        .is_some_and(|refusal| refusal.error == "InvalidSwap")
}

pub(super) fn committed(pds: &Pds<'_, '_>, made: StrongRef) -> Committed {
    let key = made.uri.rsplit('/').next().unwrap_or_default();
    let url = format!("{}/profile/{}/post/{key}", pds.cx.platform.base("web"), pds.did);
    let carry = serde_json::to_string(&made).ok();
    Committed {
        remote_id: made.uri,
        url: Some(url),
        carry,
    }
}
