//! Reading recurrences.

use std::collections::HashMap;

use postern_domain::BackendError;
use postern_domain::actor::{Actor, Scope};
use postern_domain::id::{PostId, RecurrenceId};
use postern_domain::ports::Unit;
use postern_domain::post::{Post, PostState, PostView};
use postern_domain::publication::Publication;
use postern_domain::recurrence::{Recurrence, RecurrenceView};

use crate::access::require;
use crate::deps::Deps;
use crate::posts::read::views_of;

/// Most recurrences of one answer.
const MOST: u32 = 500;

/// The recurrences that run.
pub(super) async fn recurrences(deps: &Deps, actor: &Actor) -> Result<Vec<RecurrenceView>, BackendError> {
    require(actor, Scope::PostsRead)?;
    let unit = deps.storage.read().await?;
    let running = unit.running_recurrences(actor.workspace, MOST).await?;
    views(&*unit, actor, running).await
}

/// One recurrence.
pub(super) async fn recurrence(
    deps: &Deps,
    actor: &Actor,
    id: RecurrenceId,
) -> Result<RecurrenceView, BackendError> {
    require(actor, Scope::PostsRead)?;
    let unit = deps.storage.read().await?;
    let found = find(&*unit, actor, id).await?;
    view(&*unit, actor, found).await
}

/// A recurrence of the workspace, locked where the unit of work may write.
pub(super) async fn find(
    unit: &dyn Unit,
    actor: &Actor,
    id: RecurrenceId,
) -> Result<Recurrence, BackendError> {
    let found = unit.recurrence(actor.workspace, id).await?;
    found.ok_or_else(|| BackendError::not_found("recurrence", id))
}

/// A recurrence with its template and the post ahead.
pub(super) async fn view(
    unit: &dyn Unit,
    actor: &Actor,
    recurrence: Recurrence,
) -> Result<RecurrenceView, BackendError> {
    let id = recurrence.id;
    let mut views = views(unit, actor, vec![recurrence]).await?;
    views
        .pop()
        .ok_or_else(|| BackendError::not_found("recurrence", id))
}

async fn views(
    unit: &dyn Unit,
    actor: &Actor,
    recurrences: Vec<Recurrence>,
) -> Result<Vec<RecurrenceView>, BackendError> {
    let ahead: HashMap<RecurrenceId, PostId> = unit.posts_ahead(&recurrences).await?.into_iter().collect();
    let ids: Vec<PostId> = recurrences
        .iter()
        .map(|it| it.template)
        .chain(ahead.values().copied())
        .collect();
    let mut posts = load(unit, actor, &ids).await?;
    let views = recurrences.into_iter().filter_map(|recurrence| {
        let next = ahead.get(&recurrence.id).and_then(|post| posts.remove(post));
        Some(RecurrenceView {
            template: posts.remove(&recurrence.template)?,
            next: next.filter(waits),
            recurrence,
        })
    });
    Ok(views.collect())
}

fn waits(view: &PostView) -> bool {
    match view.state {
        PostState::Draft | PostState::NeedsApproval | PostState::Scheduled | PostState::Publishing => true,
        PostState::Published | PostState::PartlyPublished | PostState::Failed | PostState::Trashed => false,
    }
}

async fn load(
    unit: &dyn Unit,
    actor: &Actor,
    ids: &[PostId],
) -> Result<HashMap<PostId, PostView>, BackendError> {
    let posts: Vec<Post> = unit.posts_by_id(ids).await?;
    let parts: Vec<Publication> = unit.publications_of(actor.workspace, ids).await?;
    let views = views_of(unit, actor, posts, parts).await?;
    Ok(views.into_iter().map(|view| (view.post.id, view)).collect())
}
