//! Changing a post before a worker has it.

use postern_domain::actor::{Actor, Scope};
use postern_domain::channel::Channel;
use postern_domain::id::{PublicationId, RecurrenceId};
use postern_domain::ports::Unit;
use postern_domain::post::{
    Entry, Intent, MediaRef, MediaUse, NewEntry, NewTarget, Post, PostEdit, PostRef, PostView,
};
use postern_domain::publication::{Publication, State};
use postern_domain::time::Timestamp;
use postern_domain::value::Settings;
use postern_domain::{BackendError, Code, Problem};

use super::asked::{Asked, Wish};
use super::compose::{Composed, check_some_content, compose, gather_files, lists, preview, previews};
use super::create::{announce_change, publication_of, versions_of, workspace_of};
use super::read;
use super::when::Plan;
use crate::access::require;
use crate::deps::Deps;
use crate::recurrence::begin;

/// Changes a post: what the edit leaves out stays.
#[tracing::instrument(name = "app.posts.update", skip_all, fields(workspace.id = %actor.workspace, post.id = %id))]
pub(super) async fn update_post(
    deps: &Deps,
    actor: &Actor,
    id: PostRef,
    edit: PostEdit,
) -> Result<PostView, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let mut problems = Vec::new();
    let new_lists = lists(
        edit.entries.as_deref().unwrap_or_default(),
        edit.targets.as_deref().unwrap_or_default(),
    );
    let _ = gather_files(deps, actor, &new_lists, &mut problems).await?;

    let read = deps.storage.read().await?;
    let (post, publications) = read::load(&*read, actor, id).await?;
    drop(read);
    let (entries, targets) = merged(&post, &publications, &edit);
    let files = gather_files(deps, actor, &lists(&entries, &targets), &mut Vec::new()).await?;

    let unit = deps.storage.begin().await?;
    if let (Some(Intent::Queue), Some(target)) = (&edit.intent, targets.first()) {
        unit.lock_channels(actor.workspace, &[target.channel]).await?;
    }
    let (mut post, stored) = read::load(&*unit, actor, id).await?;
    check_editable(&post, &stored, &edit)?;
    let now = deps.clock.now();
    let workspace = workspace_of(&*unit, actor).await?;
    let composed = compose(&*unit, actor, &entries, &targets, &files, &mut problems).await?;
    let intent = edit.intent.clone().unwrap_or_else(|| intent_of(&post));
    let wish = Wish {
        intent: &intent,
        recurrence: edit.recurrence.as_ref(),
    };
    let asked = match (wish.recurrence, &edit.intent) {
        (None, None) => Ok(Asked::unmoved(&post)),
        (_, _) => Asked::of(&*unit, &wish, &composed, &workspace, now).await?,
    };
    problems.extend(
        wish.recurrence
            .and(post.series)
            .map(|it| in_series(it.recurrence)),
    );
    match &asked {
        Ok(asked) if asked.plan.draft => check_some_content(&composed, &mut problems),
        Ok(_) => problems.extend(previews(deps, &composed).into_iter().flat_map(|it| it.problems)),
        Err(problem) => problems.push(problem.clone()),
    }
    let Asked { plan, beginning } = match asked {
        Ok(asked) if problems.is_empty() => asked,
        Ok(_) | Err(_) => return Err(BackendError::Refused(problems)),
    };
    let expected = post.version;
    post.publish_at.clone_from(&plan.at);
    post.draft = plan.draft;
    post.versions = versions_of(&composed);
    post.entries.clone_from(&composed.entries);
    if let Some(tags) = edit.tags {
        post.tags = tags;
    }
    post.version += 1;
    post.updated_at = now;
    if let Some(beginning) = beginning {
        begin::store(deps, &*unit, beginning, &mut post, &composed).await?;
    }
    unit.update_post(&post, expected).await?;
    let publications = replan(deps, &*unit, &post, stored, &composed, &plan, now).await?;
    announce_change(deps, &*unit, &post, &publications).await?;
    unit.audit(actor, "post.updated", &post.id.to_string(), now)
        .await?;
    let channels: Vec<Channel> = composed
        .targets
        .into_iter()
        .map(|target| target.channel)
        .collect();
    unit.commit().await?;
    (deps.wake_relay)();
    Ok(read::view_of(post, publications, &channels))
}

/// Merges settings into one publication.
pub(super) async fn update_settings(
    deps: &Deps,
    actor: &Actor,
    id: PublicationId,
    settings: Settings,
) -> Result<PostView, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let unit = deps.storage.begin().await?;
    let (mut post, mut publications) = read::load(&*unit, actor, PostRef::Publication(id)).await?;
    let now = deps.clock.now();
    let Some(publication) = publications.iter_mut().find(|publication| publication.id == id) else {
        return Err(BackendError::not_found("post", id));
    };
    if !publication.is_editable() {
        return Err(BackendError::Conflict(settled(publication.state)));
    }
    publication.settings.extend(settings);
    publication.updated_at = now;
    let changed = publication.clone();
    if !post.draft {
        let channel = unit
            .channel(actor.workspace, changed.channel)
            .await?
            .ok_or_else(|| BackendError::not_found("channel", changed.channel))?;
        let seen = preview(
            deps,
            &channel,
            post.entries_for(changed.channel),
            &changed.settings,
        );
        if !seen.problems.is_empty() {
            return Err(BackendError::Refused(seen.problems));
        }
    }
    let expected = post.version;
    post.version += 1;
    post.updated_at = now;
    unit.update_post(&post, expected).await?;
    unit.save_publications(&[changed]).await?;
    announce_change(deps, &*unit, &post, &publications).await?;
    unit.audit(actor, "post.settings_changed", &id.to_string(), now)
        .await?;
    let view = read::view(&*unit, actor, PostRef::Publication(id)).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    Ok(view)
}

/// What the post will consist of: new parts where the edit has them, else what is stored.
pub(crate) fn merged(
    post: &Post,
    publications: &[Publication],
    edit: &PostEdit,
) -> (Vec<NewEntry>, Vec<NewTarget>) {
    let entries = edit.entries.clone().unwrap_or_else(|| asked(&post.entries));
    let targets = edit.targets.clone().unwrap_or_else(|| {
        let stored = publications.iter().filter(|it| it.state != State::Cancelled);
        stored
            .map(|publication| NewTarget {
                channel: publication.channel,
                entries: post
                    .versions
                    .iter()
                    .find(|version| version.channel == publication.channel)
                    .map(|version| asked(&version.entries)),
                settings: publication.settings.clone(),
            })
            .collect()
    });
    (entries, targets)
}

/// Stored entries as if they were asked for again.
fn asked(entries: &[Entry]) -> Vec<NewEntry> {
    entries
        .iter()
        .map(|entry| NewEntry {
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
        })
        .collect()
}

fn intent_of(post: &Post) -> Intent {
    match (&post.publish_at, post.draft) {
        (at, true) => Intent::Draft(at.clone()),
        (Some(at), false) => Intent::Schedule {
            at: at.clone(),
            past_is_now: true,
        },
        (None, false) => Intent::Now,
    }
}

/// A post that returns is made to return otherwise through its recurrence.
fn in_series(recurrence: RecurrenceId) -> Problem {
    Problem::new(
        Code::RecurrenceInvalid,
        "/recurrence",
        "the post belongs to a recurrence already",
        "change that recurrence, or end it first",
    )
    .given(recurrence)
}

fn check_editable(post: &Post, publications: &[Publication], edit: &PostEdit) -> Result<(), BackendError> {
    if post.trashed_at.is_some() {
        return Err(BackendError::not_found("post", post.id));
    }
    if let Some(expected) = edit.expected_version.filter(|expected| *expected != post.version) {
        return Err(BackendError::Conflict(
            Problem::new(
                Code::VersionConflict,
                "/expected_version",
                "the post was changed in between",
                "read it again and repeat the change on the version you get",
            )
            .given(expected)
            .allowed(post.version),
        ));
    }
    let live = publications.iter().filter(|it| it.state != State::Cancelled);
    match live.into_iter().find(|publication| !publication.is_editable()) {
        Some(publication) => Err(BackendError::Conflict(settled(publication.state))),
        None => Ok(()),
    }
}

/// The refusal of a change that comes too late.
pub(crate) fn settled(state: State) -> Problem {
    Problem::new(
        Code::PostSettled,
        "",
        format!("the post is {state} on at least one channel and can no longer be changed"),
        "write a new post, or wait until this one is done",
    )
    .given(state)
}

/// Brings the publications in line with the changed post: kept channels keep theirs, new ones get one, dropped
/// ones lose theirs.
pub(crate) async fn replan(
    deps: &Deps,
    unit: &dyn Unit,
    post: &Post,
    stored: Vec<Publication>,
    composed: &Composed,
    plan: &Plan,
    now: Timestamp,
) -> Result<Vec<Publication>, BackendError> {
    let (mut kept, mut fresh, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for target in &composed.targets {
        let wanted = publication_of(deps, post, target, composed, plan, now);
        let old = stored.iter().find(|it| it.channel == target.channel.id);
        let publication = match old {
            None => {
                fresh.push(wanted.clone());
                wanted
            }
            Some(old) => {
                let publication = Publication {
                    id: old.id,
                    fence: old.fence + 1,
                    run: old.run,
                    created_at: old.created_at,
                    ..wanted
                };
                kept.push(publication.clone());
                publication
            }
        };
        all.push(publication);
    }
    let dropped: Vec<PublicationId> = stored
        .iter()
        .map(|it| it.id)
        .filter(|id| all.iter().all(|it| it.id != *id))
        .collect();
    unit.delete_publications(&dropped).await?;
    unit.save_publications(&kept).await?;
    unit.insert_publications(&fresh).await?;
    Ok(all)
}
