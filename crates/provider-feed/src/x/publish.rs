//! Entries in, releases out.

use postern_domain::content::Editor;
use postern_domain::publication::Step;
use postern_provider_kit::http::Call;
use postern_provider_kit::{
    Committed, Cx, EntryOrder, Phase, Prepared, ProviderError, read_step, write_step,
};
use serde::{Deserialize, Serialize};

use super::choices;
use super::session::{Session, reply_target};
use super::uploads::{Moved, Sent};
use super::wire::{Answer, Made, MediaIds, NewPost, ReplyTo};

/// How far an entry is.
#[derive(Serialize, Deserialize, Default)]
struct Progress {
    /// What is uploaded, in the order of the entry's files.
    files: Vec<Sent>,
    /// Whether everything was ready once; then it is looked at again, for uploads expire.
    was_ready: bool,
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
        progress.files.iter_mut().for_each(Sent::doubt);
    }
    if let Some(index) = progress.files.iter().position(|file| !file.is_ready()) {
        let file = entry.media.get(index).ok_or_else(changed)?;
        return match progress.files[index].go_on(&session, file).await? {
            Moved::On => Ok(Prepared::More(write_step(&progress))),
            Moved::Waits(look_again_in) => Ok(Prepared::Wait {
                step: write_step(&progress),
                look_again_in,
            }),
            Moved::Gone => {
                progress.files.truncate(index);
                Ok(Prepared::More(write_step(&progress)))
            }
        };
    }
    let next = progress.files.len();
    if let Some(file) = entry.media.get(next) {
        progress.files.push(Sent::begin(&session, file, next).await?);
        return Ok(Prepared::More(write_step(&progress)));
    }
    progress.was_ready = true;
    Ok(Prepared::Ready(write_step(&progress)))
}

/// The entry has fewer files than were uploaded for it.
fn changed() -> ProviderError {
    ProviderError::rejected(
        "entry_changed",
        "the files of the post changed while it was being published",
        "try again",
    )
}

pub(super) async fn commit(
    cx: &Cx<'_>,
    entry: &EntryOrder<'_>,
    step: &Step,
) -> Result<Committed, ProviderError> {
    let session = Session::of(cx)?;
    let progress: Progress = read_step(Some(step)).unwrap_or_default();
    let text = entry.content.render(Editor::Normal);
    let ids: Vec<&str> = progress.files.iter().map(|file| file.id.as_str()).collect();
    let is_head = entry.index == 0;
    let community_id = choices::community_id(entry.settings).filter(|_| is_head);
    let post = NewPost {
        text: text.trim(),
        media: (!ids.is_empty()).then_some(MediaIds { media_ids: ids }),
        reply: reply_target(entry)?.map(|in_reply_to_tweet_id| ReplyTo { in_reply_to_tweet_id }),
        reply_settings: choices::audience(entry.settings).filter(|_| is_head),
        community_id,
        share_with_followers: community_id.map(|_| true),
        made_with_ai: choices::flag(entry.settings, "made_with_ai"),
        paid_partnership: choices::flag(entry.settings, "paid_partnership"),
    };
    let reply = session
        .ask(Call::post(session.url("/2/tweets")).json(&post), Phase::Commit)
        .await?;
    let made = reply.json::<Answer<Made>>().and_then(|answer| answer.data);
    let made = made.ok_or_else(|| ProviderError::unclear(&reply, Phase::Commit))?;
    Ok(committed(cx, made.id))
}

pub(super) fn committed(cx: &Cx<'_>, id: String) -> Committed {
    let url = format!("{}/{}/status/{id}", cx.platform.base("web"), cx.channel.handle);
    Committed {
        remote_id: id,
        url: Some(url),
        carry: None,
    }
}
