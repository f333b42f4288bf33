//! What a person decides about a post: not at all, now, once more, or whether it arrived.

use postern_domain::actor::{Actor, Scope};
use postern_domain::id::PublicationId;
use postern_domain::post::{Post, PostRef, PostView, Resolution};
use postern_domain::publication::{Publication, Refusal, State};
use postern_domain::time::{PublishAt, Timestamp};
use postern_domain::{BackendError, Code, Problem};

use super::amend::refused;
use super::compose::preview;
use super::create::{announce_change, workspace_of};
use super::read;
use crate::access::require;
use crate::deps::Deps;

/// Takes a post, or one channel's part of it, out of the plan.
pub(super) async fn cancel_post(deps: &Deps, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
    let cancel = |publication: &mut Publication, now| match publication.state {
        // Trashing a post leaves alone what is out already.
        State::Published | State::Cancelled => Ok(()),
        _ => publication.cancel(now),
    };
    change(
        deps,
        actor,
        id,
        "post.cancelled",
        cancel,
        refused,
        |post, publications, now| {
            if publications.iter().all(|it| it.state == State::Cancelled) {
                post.trashed_at = Some(now);
            }
        },
    )
    .await
}

/// Publishes a draft or scheduled post, or one channel's part, at once.
pub(super) async fn publish_post(deps: &Deps, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let unit = deps.storage.begin().await?;
    let (post, publications) = read::load(&*unit, actor, id).await?;
    let mut problems = Vec::new();
    for publication in publications
        .iter()
        .filter(|it| is_meant(id, it) && it.is_editable())
    {
        if let Some(channel) = unit.channel(actor.workspace, publication.channel).await? {
            let seen = preview(
                deps,
                &channel,
                post.entries_for(channel.id),
                &publication.settings,
            );
            problems.extend(seen.problems);
        }
    }
    if !problems.is_empty() {
        return Err(BackendError::Refused(problems));
    }
    let zone = workspace_of(&*unit, actor).await?.zone;
    drop(unit);
    let publish = |publication: &mut Publication, now| match publication.state {
        State::Published | State::Cancelled if id_is_post(id) => Ok(()),
        _ => publication.reschedule(now, now),
    };
    change(
        deps,
        actor,
        id,
        "post.published_now",
        publish,
        refused,
        move |post, _, now| {
            post.draft = false;
            post.publish_at = Some(PublishAt::at(now, zone.clone()));
        },
    )
    .await
}

/// Sends what failed or was missed once more; what a platform refused only after it was changed.
pub(super) async fn retry_post(deps: &Deps, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let unit = deps.storage.read().await?;
    let (post, mut publications) = read::load(&*unit, actor, id).await?;
    publications.retain(|it| is_meant(id, it));
    if !publications.iter().any(may_retry) {
        return Err(BackendError::Conflict(not_retryable(&publications)));
    }
    for publication in publications.iter().filter(|it| may_retry(it)) {
        let channel = unit.channel(actor.workspace, publication.channel).await?;
        if let Some(channel) = channel.filter(|_| publication.state == State::Failed) {
            let seen = preview(
                deps,
                &channel,
                post.entries_for(channel.id),
                &publication.settings,
            );
            if !seen.problems.is_empty() {
                return Err(BackendError::Refused(seen.problems));
            }
        }
    }
    drop(unit);
    let retry = |publication: &mut Publication, now| {
        if may_retry(publication) {
            publication.retry(now)
        } else {
            Ok(())
        }
    };
    change(deps, actor, id, "post.retried", retry, refused, |_, _, _| {}).await
}

/// Answers for a publication in doubt.
pub(super) async fn resolve_post(
    deps: &Deps,
    actor: &Actor,
    id: PublicationId,
    answer: Resolution,
) -> Result<PostView, BackendError> {
    let resolve = move |publication: &mut Publication, now| publication.resolve(&answer, now);
    let no_doubt = |refusal| match refusal {
        Refusal::WrongState { state } => Problem::new(
            Code::NotUnconfirmed,
            "",
            format!("the publication is {state}, so there is nothing to resolve"),
            "only a publication in the state unconfirmed can be resolved",
        )
        .given(state),
        Refusal::Stale | Refusal::Unchanged | Refusal::PartlyOut { .. } => refused(refusal),
    };
    change(
        deps,
        actor,
        PostRef::Publication(id),
        "post.resolved",
        resolve,
        no_doubt,
        |_, _, _| {},
    )
    .await
}

fn id_is_post(id: PostRef) -> bool {
    matches!(id, PostRef::Post(_))
}

fn is_meant(id: PostRef, publication: &Publication) -> bool {
    match id {
        PostRef::Post(post) => publication.post == post,
        PostRef::Publication(only) => publication.id == only,
    }
}

/// Whether it can be sent once more as it is.
fn may_retry(publication: &Publication) -> bool {
    matches!(publication.state, State::Failed | State::Missed) && !publication.is_refused()
}

fn not_retryable(publications: &[Publication]) -> Problem {
    let unchanged = publications.iter().find(|it| it.is_refused());
    if let Some(failure) = unchanged.and_then(|it| it.failure.as_ref()) {
        return Problem::new(
            Code::NotRetryable,
            "",
            format!("{}, and nothing was changed since", failure.cause),
            format!("{}; to send it as it is give it a new time", failure.fix),
        )
        .given(&failure.code);
    }
    let state = publications.first().map_or("gone", |it| it.state.as_str());
    Problem::new(
        Code::NotRetryable,
        "",
        format!("the post is {state}; only what failed or was missed can be sent once more"),
        "look at the post's state and its error",
    )
    .given(state)
}

/// Loads, changes what is meant, stores and announces in one unit of work.
async fn change(
    deps: &Deps,
    actor: &Actor,
    id: PostRef,
    action: &str,
    transition: impl Fn(&mut Publication, Timestamp) -> Result<(), Refusal>,
    refused: impl Fn(Refusal) -> Problem,
    adjust: impl Fn(&mut Post, &[Publication], Timestamp),
) -> Result<PostView, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let unit = deps.storage.begin().await?;
    let (mut post, mut publications) = read::load(&*unit, actor, id).await?;
    if post.trashed_at.is_some() {
        return Err(BackendError::not_found("post", id));
    }
    let now = deps.clock.now();
    let mut changed = Vec::new();
    for publication in publications.iter_mut().filter(|it| is_meant(id, it)) {
        transition(publication, now).map_err(|refusal| BackendError::Conflict(refused(refusal)))?;
        changed.push(publication.clone());
    }
    let expected = post.version;
    adjust(&mut post, &publications, now);
    post.version += 1;
    post.updated_at = now;
    unit.update_post(&post, expected).await?;
    unit.save_publications(&changed).await?;
    announce_change(deps, &*unit, &post, &publications).await?;
    unit.audit(actor, action, &id.to_string(), now).await?;
    let view = read::view(&*unit, actor, PostRef::Post(post.id)).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    Ok(view)
}
