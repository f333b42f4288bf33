//! Entries in, releases out.

use postern_domain::content::Editor;
use postern_domain::media::MediaKind;
use postern_domain::publication::Step;
use postern_provider_kit::http::Call;
use postern_provider_kit::{
    Committed, Cx, EntryOrder, Phase, Prepared, ProviderError, oauth, read_step, write_step,
};
use serde::{Deserialize, Serialize};

use super::littletext;
use super::session::{self, Session};
use super::uploads::{Asset, Moved};
use super::wire::{Content, Distribution, MadeComment, Media, Message, NewComment, NewPost};

/// How often one entry's uploads may begin anew.
const MOST_RESTARTS: u32 = 3;

/// How far an entry is.
#[derive(Serialize, Deserialize, Default)]
struct Progress {
    /// What is uploaded, in the order of the entry's files.
    files: Vec<Asset>,
    /// How often an upload began anew.
    restarts: u32,
    /// Whether everything was ready once; then it is looked at again.
    was_ready: bool,
}

pub(super) async fn prepare(
    cx: &Cx<'_>,
    entry: &EntryOrder<'_>,
    step: Option<&Step>,
) -> Result<Prepared, ProviderError> {
    let session = Session::of(cx)?;
    session::target(entry)?;
    let mut progress: Progress = read_step(step).unwrap_or_default();
    if progress.was_ready {
        progress.was_ready = false;
        progress.files.iter_mut().for_each(Asset::doubt);
    }
    if let Some(index) = progress.files.iter().position(|file| !file.is_ready()) {
        return go_on(&session, entry, progress, index).await;
    }
    if let Some(file) = entry.media.get(progress.files.len()) {
        progress.files.push(Asset::begin(&session, file).await?);
        return Ok(Prepared::More(write_step(&progress)));
    }
    progress.was_ready = true;
    Ok(Prepared::Ready(write_step(&progress)))
}

async fn go_on(
    session: &Session<'_, '_>,
    entry: &EntryOrder<'_>,
    mut progress: Progress,
    index: usize,
) -> Result<Prepared, ProviderError> {
    let file = entry.media.get(index).ok_or_else(|| {
        ProviderError::rejected(
            "entry_changed",
            "the files of the post changed while it was being published",
            "try again",
        )
    })?;
    match progress.files[index].go_on(session, file).await? {
        Moved::On => Ok(Prepared::More(write_step(&progress))),
        Moved::Waits(look_again_in) => Ok(Prepared::Wait {
            step: write_step(&progress),
            look_again_in,
        }),
        Moved::Again if progress.restarts >= MOST_RESTARTS => Err(ProviderError::rejected(
            "upload_refused",
            "LinkedIn does not take the parts of a video",
            "try again later",
        )),
        Moved::Again => {
            progress.files.truncate(index);
            progress.restarts += 1;
            Ok(Prepared::More(write_step(&progress)))
        }
    }
}

pub(super) async fn commit(
    cx: &Cx<'_>,
    entry: &EntryOrder<'_>,
    step: &Step,
) -> Result<Committed, ProviderError> {
    let session = Session::of(cx)?;
    let text = entry.content.render(Editor::Normal);
    if let Some(post) = session::target(entry)? {
        return comment(&session, &post, &text).await;
    }
    let progress: Progress = read_step(Some(step)).unwrap_or_default();
    let commentary = littletext::escape(&text);
    let post = NewPost {
        author: &session.author,
        commentary: &commentary,
        visibility: "PUBLIC",
        distribution: Distribution {
            feed: "MAIN_FEED",
            target_entities: [],
            third_party_distribution_channels: [],
        },
        content: content(entry, &progress.files),
        lifecycle_state: "PUBLISHED",
        is_reshare_disabled_by_author: false,
    };
    let reply = session
        .ask(Call::post(session.url("/rest/posts")).json(&post), Phase::Commit)
        .await?;
    let urn = reply
        .header("x-restli-id")
        .filter(|urn| urn.starts_with("urn:li:"));
    let urn = urn.ok_or_else(|| ProviderError::unclear(&reply, Phase::Commit))?;
    Ok(committed(cx, urn.to_owned()))
}

pub(super) fn committed(cx: &Cx<'_>, urn: String) -> Committed {
    let url = session::address(cx, &urn, None);
    Committed {
        remote_id: urn,
        url: Some(url),
        carry: None,
    }
}

/// Comments are plain text: nothing is escaped in them.
async fn comment(session: &Session<'_, '_>, post: &str, text: &str) -> Result<Committed, ProviderError> {
    let body = NewComment {
        actor: &session.author,
        object: post,
        message: Message { text },
    };
    let path = format!("/rest/socialActions/{}/comments", oauth::escape(post));
    let reply = session
        .ask(Call::post(session.url(&path)).json(&body), Phase::Commit)
        .await?;
    let made: MadeComment = reply
        .json()
        .ok_or_else(|| ProviderError::unclear(&reply, Phase::Commit))?;
    let url = session::address(session.cx, post, Some(&made.comment_urn));
    Ok(Committed {
        remote_id: made.comment_urn,
        url: Some(url),
        carry: None,
    })
}

fn content<'a>(entry: &EntryOrder<'a>, files: &'a [Asset]) -> Option<Content<'a>> {
    let mut media: Vec<Media<'a>> = entry
        .media
        .iter()
        .zip(files)
        .map(|(file, asset)| Media {
            id: &asset.urn,
            alt_text: file
                .alt
                .as_deref()
                .filter(|alt| !alt.is_empty() && file.media.kind != MediaKind::Document),
            title: Some(file.media.name.as_str()).filter(|_| file.media.kind == MediaKind::Document),
        })
        .collect();
    match media.len() {
        0 => None,
        1 => media.pop().map(Content::Media),
        _ => Some(Content::MultiImage { images: media }),
    }
}
