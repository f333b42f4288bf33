//! Changing a post before a worker has it.

use postern_domain::actor::{Actor, Scope};
use postern_domain::channel::Channel;
use postern_domain::id::{PublicationId, RecurrenceId};
use postern_domain::ports::Unit;
use postern_domain::post::{
    Entry, Intent, MediaRef, MediaUse, NewEntry, NewTarget, Post, PostEdit, PostRef, PostView,
};
use postern_domain::publication::{Edit, Publication, State};
use postern_domain::review::Stage;
use postern_domain::time::Timestamp;
use postern_domain::value::Settings;
use postern_domain::workspace::Workspace;
use postern_domain::{BackendError, Code, Problem};

use super::amend::{self, Amended, refused};
use super::asked::{Asked, Wish};
use super::compose::{Composed, Files, check_some_content, compose, gather_files, lists, preview, previews};
use super::create::{announce_change, require_rights, versions_of, workspace_of};
use super::review::{Submitted, submit};
use super::when::Plan;
use super::{crowd, read};
use crate::access::require;
use crate::deps::Deps;
use crate::recurrence::begin;
use crate::tags;

/// Changes a post: what the edit leaves out stays.
#[tracing::instrument(name = "app.posts.update", skip_all, fields(workspace.id = %actor.workspace, post.id = %id))]
pub(super) async fn update_post(
    deps: &Deps,
    actor: &Actor,
    id: PostRef,
    edit: PostEdit,
) -> Result<PostView, BackendError> {
    require_rights(actor, edit.recurrence.is_some())?;
    let mut problems = Vec::new();
    let wanted = Wanted::gather(deps, actor, id, &edit, &mut problems).await?;
    let unit = deps.storage.begin().await?;
    if let (Some(Intent::Queue), Some(target)) = (&edit.intent, wanted.targets.first()) {
        unit.lock_channels(actor.workspace, &[target.channel]).await?;
    }
    let (before, stored) = read::load(&*unit, actor, id).await?;
    amend::check(&before, &stored, &edit)?;
    let now = deps.clock.now();
    let workspace = workspace_of(&*unit, actor).await?;
    let composed = wanted.compose(&*unit, actor, &mut problems).await?;
    let asked = when_of(&*unit, &before, &edit, &composed, &workspace, now).await?;
    let again = edit.recurrence.as_ref().and(before.series);
    problems.extend(again.map(|it| in_series(it.recurrence)));
    let submit = |asked: &Asked| submit(actor, Some(&before), edit.intent.as_ref(), &asked.plan, now);
    let submitted = asked.as_ref().ok().map(submit);
    let is_asked = edit.intent.is_some() || edit.recurrence.is_some();
    let is_moved = |plan: &&Plan| is_asked || plan.draft != before.draft;
    let amended = Amended {
        before: &before,
        stored: &stored,
        composed: &composed,
        plan: submitted.as_ref().map(|it| &it.plan).filter(is_moved),
    };
    amended.check()?;
    problems.extend(problems_of(deps, &amended, &asked));
    let (Asked { beginning, .. }, submitted) = match (asked, &submitted) {
        (Ok(asked), Some(submitted)) if problems.is_empty() => (asked, submitted),
        _ => return Err(BackendError::Refused(problems)),
    };
    let mut post = rewritten(&before, submitted, &composed, edit.tags, now);
    if let Some(beginning) = beginning {
        begin::store(deps, &*unit, beginning, &mut post, &composed).await?;
    }
    unit.update_post(&post, before.version).await?;
    let publications = amended.store(deps, &*unit, &post, now).await?;
    tags::ensure(deps, &*unit, post.workspace, &post.tags).await?;
    announce_change(deps, &*unit, &post, &publications).await?;
    unit.audit(actor, "post.updated", &post.id.to_string(), now)
        .await?;
    unit.commit().await?;
    (deps.wake_relay)();
    let channels = composed.targets.into_iter().map(|target| target.channel);
    let mut view = read::view_of(post, publications, &channels.collect::<Vec<Channel>>(), &[]);
    crowd::warn(deps, &mut view).await;
    Ok(view)
}

/// What an edited post shall consist of.
struct Wanted {
    entries: Vec<NewEntry>,
    targets: Vec<NewTarget>,
    files: Files,
}

impl Wanted {
    /// Reads what the edit leaves as it is, and fetches the files that it names.
    async fn gather(
        deps: &Deps,
        actor: &Actor,
        id: PostRef,
        edit: &PostEdit,
        problems: &mut Vec<Problem>,
    ) -> Result<Self, BackendError> {
        let new_lists = lists(
            edit.entries.as_deref().unwrap_or_default(),
            edit.targets.as_deref().unwrap_or_default(),
        );
        let _ = gather_files(deps, actor, &new_lists, problems).await?;
        let read = deps.storage.read().await?;
        let (post, publications) = read::load(&*read, actor, id).await?;
        drop(read);
        let (entries, targets) = merged(&post, &publications, edit);
        let files = gather_files(deps, actor, &lists(&entries, &targets), &mut Vec::new()).await?;
        Ok(Self {
            entries,
            targets,
            files,
        })
    }

    async fn compose(
        &self,
        unit: &dyn Unit,
        actor: &Actor,
        problems: &mut Vec<Problem>,
    ) -> Result<Composed, BackendError> {
        compose(unit, actor, &self.entries, &self.targets, &self.files, problems).await
    }
}

/// When the post goes out by the edit, and how it returns.
async fn when_of(
    unit: &dyn Unit,
    post: &Post,
    edit: &PostEdit,
    composed: &Composed,
    workspace: &Workspace,
    now: Timestamp,
) -> Result<Result<Asked, Problem>, BackendError> {
    if edit.intent.is_none() && edit.recurrence.is_none() {
        return Ok(Ok(Asked::unmoved(post)));
    }
    let intent = edit.intent.clone().unwrap_or_else(|| intent_of(post));
    let wish = Wish {
        intent: &intent,
        recurrence: edit.recurrence.as_ref(),
    };
    Asked::of(unit, &wish, composed, workspace, now).await
}

/// What is wrong with the parts that may still change.
fn problems_of(deps: &Deps, amended: &Amended<'_>, asked: &Result<Asked, Problem>) -> Vec<Problem> {
    let mut problems = Vec::new();
    match asked {
        Ok(asked) if asked.plan.draft => check_some_content(amended.composed, &mut problems),
        Ok(_) => {
            let seen = previews(deps, amended.composed).into_iter();
            let seen = seen.zip(&amended.composed.targets);
            let open = seen.filter(|(_, target)| amended.is_open(target.channel.id));
            problems.extend(open.flat_map(|(preview, _)| preview.problems));
        }
        Err(problem) => problems.push(problem.clone()),
    }
    problems
}

fn rewritten(
    before: &Post,
    submitted: &Submitted,
    composed: &Composed,
    tags: Option<Vec<String>>,
    now: Timestamp,
) -> Post {
    Post {
        publish_at: submitted.plan.at.clone(),
        draft: submitted.plan.draft,
        review: submitted.review.clone(),
        versions: versions_of(composed),
        entries: composed.entries.clone(),
        tags: tags.unwrap_or_else(|| before.tags.clone()),
        version: before.version + 1,
        updated_at: now,
        ..before.clone()
    }
}

/// Merges settings into one publication.
pub(super) async fn update_settings(
    deps: &Deps,
    actor: &Actor,
    id: PublicationId,
    settings: Settings,
) -> Result<PostView, BackendError> {
    require(actor, Scope::PostsDraft)?;
    let unit = deps.storage.begin().await?;
    let (mut post, mut publications) = read::load(&*unit, actor, PostRef::Publication(id)).await?;
    if post.stage() == Stage::Planned {
        require(actor, Scope::PostsWrite)?;
    }
    let now = deps.clock.now();
    let Some(publication) = publications.iter_mut().find(|publication| publication.id == id) else {
        return Err(BackendError::not_found("post", id));
    };
    let before = publication.settings.clone();
    let mut merged = before.clone();
    merged.extend(settings);
    let edit = Edit {
        entries: publication.entries,
        differs: merged != before,
        settings: merged,
        plan: None,
    };
    publication
        .edit(edit, now)
        .map_err(|refusal| BackendError::Conflict(refused(refusal)))?;
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
