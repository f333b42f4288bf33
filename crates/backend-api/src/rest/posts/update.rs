//! `PUT /posts/{id}`, a route of ours: changes content, time, files or settings; what is left out stays.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::id::ChannelId;
use postern_domain::ports::{Members, Posts};
use postern_domain::post::{NewTarget, PostEdit, PostRef, PostView};
use postern_domain::publication::State as Stage;
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::{Stored, Update, parse_update};

use super::create::fit;
use super::{revise, shown};
use crate::deps::{Inner, Shared};
use crate::edge::{Documented, Holder, LARGEST_POST, json_of, post_ref, whole};

/// Of a post that returns, this one date alone is changed.
pub(in crate::rest) async fn update(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
    body: Body,
) -> Documented {
    let id = post_ref(&id)?;
    let body = json_of(&whole(body, LARGEST_POST).await?).await?;
    let stored = shared.app.post(&actor, id).await?;
    let zone = shared.app.workspace(&actor).await?.zone;
    let asked = parse_update(
        &body,
        Stored {
            draft: stored.post.draft,
            at: stored.post.publish_at.as_ref(),
            named: &named(&stored, id),
            zone: &zone,
        },
    );
    let edit = edit(&shared, &actor, &stored, asked.map_err(BackendError::Refused)?).await?;
    let view = shared.app.update_post(&actor, id, edit).await?;
    Ok(shown(&shared, &actor, &view).await)
}

/// The channels that a path names.
fn named(stored: &PostView, id: PostRef) -> Vec<ChannelId> {
    let parts = stored.publications.iter().map(|part| &part.publication);
    let meant = parts.filter(|part| match id {
        PostRef::Post(_) => part.state != Stage::Cancelled,
        PostRef::Publication(only) => part.id == only,
    });
    meant.map(|part| part.channel).collect()
}

/// Channels that are not named keep what they have; a new one takes the content of the first unless it has its own.
async fn edit(
    shared: &Inner,
    actor: &Actor,
    stored: &PostView,
    update: Update,
) -> Result<PostEdit, BackendError> {
    let mut edit = PostEdit {
        // What is left out is taken over as it was read, so a change in between counts in any case.
        expected_version: update.expected_version.or(Some(stored.post.version)),
        intent: update.intent,
        tags: update.tags,
        recurrence: update.recurrence,
        ..PostEdit::default()
    };
    if update.parts.is_empty() {
        return Ok(edit);
    }
    let mut parts = revise::laid_out(stored);
    for change in update.parts {
        let mut target = NewTarget {
            channel: change.channel,
            entries: None,
            settings: change.settings.clone().unwrap_or_default(),
        };
        fit(shared, actor, &mut target).await?;
        let place = parts
            .iter()
            .position(|(channel, _, _)| *channel == change.channel);
        if let Some(place) = place {
            let (_, entries, settings) = &mut parts[place];
            if let Some(new) = change.entries {
                *entries = new;
            }
            if change.settings.is_some() {
                *settings = target.settings;
            }
        } else {
            let first = parts.first().map(|(_, entries, _)| entries.clone());
            let entries = change.entries.or(first).unwrap_or_default();
            parts.push((change.channel, entries, target.settings));
        }
    }
    let (entries, targets) = revise::gathered(parts);
    edit.entries = Some(entries);
    edit.targets = Some(targets);
    Ok(edit)
}
