//! `POST /posts` over stored posts: a client that sends ids of ours replaces what they name.

use postern_domain::id::ChannelId;
use postern_domain::ports::Posts;
use postern_domain::post::{Entry, Intent, MediaRef, MediaUse, NewEntry, NewTarget, PostEdit, PostView};
use postern_domain::publication::State;
use postern_domain::value::Settings;
use postern_domain::{Actor, BackendError, Code, Problem};
use postern_wire::postiz::{Create, Kind};

use crate::deps::Inner;

/// The stored post that a body is about; none where it names none of this workspace.
///
/// Errors: when it names several, for a request changes one post or nothing.
pub(super) async fn stored(
    shared: &Inner,
    actor: &Actor,
    asked: &Create,
) -> Result<Option<PostView>, BackendError> {
    let mut found: Option<PostView> = None;
    for (index, id) in asked.revises.iter().enumerate() {
        let Some(id) = id else { continue };
        let view = match shared.app.post(actor, *id).await {
            // An id of somebody else means as little as one that was made up.
            Err(BackendError::NotFound { .. }) => continue,
            view => view?,
        };
        match &found {
            Some(first) if first.post.id != view.post.id => return Err(several(index)),
            Some(_) => {}
            None => found = Some(view),
        }
    }
    Ok(found)
}

/// The change that brings a stored post to what is asked; channels that are not named keep what they have.
pub(super) fn edit(stored: &PostView, asked: &Create) -> PostEdit {
    let mut parts = kept(stored, asked);
    for target in &asked.post.targets {
        let own = target
            .entries
            .clone()
            .unwrap_or_else(|| asked.post.entries.clone());
        parts.push((target.channel, own, target.settings.clone()));
    }
    let (entries, targets) = gathered(parts);
    PostEdit {
        // What the client did not name is taken over as it was read, so a change in between counts in any case.
        expected_version: asked.expected_version.or(Some(stored.post.version)),
        intent: Some(intent(stored, asked)),
        entries: Some(entries),
        targets: Some(targets),
        tags: Some(asked.post.tags.clone()),
        recurrence: None,
    }
}

/// With `update` a draft stays a draft and a planned post planned; only the time moves.
fn intent(stored: &PostView, asked: &Create) -> Intent {
    match (asked.kind, &asked.post.intent) {
        (Kind::Update, Intent::Schedule { at, .. }) if stored.post.draft => Intent::Draft(Some(at.clone())),
        (_, intent) => intent.clone(),
    }
}

/// The channels of the stored post that the body does not name.
fn kept(stored: &PostView, asked: &Create) -> Vec<(ChannelId, Vec<NewEntry>, Settings)> {
    let is_asked = |channel| asked.post.targets.iter().any(|target| target.channel == channel);
    let mut parts = laid_out(stored);
    parts.retain(|(channel, _, _)| !is_asked(*channel));
    parts
}

/// What goes to each channel of a stored post, as if it were asked for again.
pub(super) fn laid_out(stored: &PostView) -> Vec<(ChannelId, Vec<NewEntry>, Settings)> {
    stored
        .publications
        .iter()
        .map(|part| &part.publication)
        .filter(|publication| publication.state != State::Cancelled)
        .map(|publication| {
            (
                publication.channel,
                again(stored.post.entries_for(publication.channel)),
                publication.settings.clone(),
            )
        })
        .collect()
}

/// Parts as an edit has them: what the first one says is for all that say nothing else.
pub(super) fn gathered(parts: Vec<(ChannelId, Vec<NewEntry>, Settings)>) -> (Vec<NewEntry>, Vec<NewTarget>) {
    let entries = parts
        .first()
        .map(|(_, entries, _)| entries.clone())
        .unwrap_or_default();
    let targets = parts
        .into_iter()
        .map(|(channel, own, settings)| NewTarget {
            channel,
            entries: Some(own).filter(|own| *own != entries),
            settings,
        })
        .collect();
    (entries, targets)
}

/// Stored entries as if they were asked for again.
pub(super) fn again(entries: &[Entry]) -> Vec<NewEntry> {
    let entry = |entry: &Entry| NewEntry {
        content: entry.content.clone(),
        media: entry
            .media
            .iter()
            .map(|used| MediaUse {
                media: MediaRef::Id(used.media.id),
                alt: used.alt.clone(),
            })
            .collect(),
        delay: entry.delay,
    };
    entries.iter().map(entry).collect()
}

fn several(index: usize) -> BackendError {
    BackendError::refused(Problem::new(
        Code::Malformed,
        format!("/targets/{index}"),
        "belongs to another stored post than the one before it",
        "send one request for each post",
    ))
}
