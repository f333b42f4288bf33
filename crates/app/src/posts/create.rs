//! Writing a post, and trying it out without storing anything.

use postern_domain::actor::{Actor, Scope};
use postern_domain::channel::Channel;
use postern_domain::event::Event;
use postern_domain::id::{PostId, PublicationId};
use postern_domain::ports::{Members, Remembered, TargetPreview, Unit};
use postern_domain::post::{Created, IdempotencyKey, NewPost, Post, PostRef, PostState, PostView, Version};
use postern_domain::publication::{Publication, State};
use postern_domain::time::Timestamp;
use postern_domain::workspace::Workspace;
use postern_domain::{BackendError, Problem};

use super::asked::{Asked, Wish};
use super::compose::{Composed, ComposedTarget, check_some_content, compose, gather_files, lists, previews};
use super::crowd::Sketch;
use super::review::{Submitted, submit};
use super::{crowd, read};
use crate::App;
use crate::access::require;
use crate::answers;
use crate::deps::Deps;
use crate::recurrence::begin;
use crate::tags;

/// Writes a post for all its channels, or nothing.
///
/// Post, publications, idempotency key and announcements are one unit of work.
#[tracing::instrument(name = "app.posts.create", skip_all, fields(workspace.id = %actor.workspace, post.id))]
pub(super) async fn create_post(
    app: &App,
    actor: &Actor,
    new: NewPost,
    idempotency: Option<IdempotencyKey>,
) -> Result<Created, BackendError> {
    require_rights(actor, new.recurrence.is_some())?;
    let deps = &app.deps;
    // Reading comes first: where there is one writer at a time, it is busy with writing alone.
    let prepared = prepare(deps, actor, new).await?;
    let workspace = app.workspace(actor).await?;
    let (id, now) = (PostId::from_bits(deps.rng.id()), deps.clock.now());
    let unit = deps.storage.begin().await?;
    if let Some(key) = &idempotency
        && let Some(first) = written_before(&*unit, actor, key, id, now).await?
    {
        let view = read::view(&*unit, actor, PostRef::Post(first)).await?;
        return Ok(Created { view, replayed: true });
    }
    let writing = Writing {
        deps,
        unit: &*unit,
        actor,
        workspace: &workspace,
        now,
    };
    let written = writing
        .write(id, prepared)
        .await?
        .map_err(BackendError::Refused)?;
    unit.commit().await?;
    (deps.wake_relay)();
    tracing::Span::current().record("post.id", tracing::field::display(id));
    let mut view = written.view();
    crowd::warn(deps, &mut view).await;
    Ok(Created {
        view,
        replayed: false,
    })
}

/// A post whose channels and files were looked up.
pub(super) struct Prepared {
    new: NewPost,
    composed: Composed,
    problems: Vec<Problem>,
}

/// Looks up what a new post names; what is not found is kept with it as problems.
pub(super) async fn prepare(deps: &Deps, actor: &Actor, new: NewPost) -> Result<Prepared, BackendError> {
    let mut problems = Vec::new();
    let files = gather_files(deps, actor, &lists(&new.entries, &new.targets), &mut problems).await?;
    let reading = deps.storage.glance().await?;
    let (entries, targets) = (&new.entries, &new.targets);
    let composed = compose(&*reading, actor, entries, targets, &files, &mut problems).await?;
    Ok(Prepared {
        new,
        composed,
        problems,
    })
}

/// What posts are written with.
pub(super) struct Writing<'a> {
    pub(super) deps: &'a Deps,
    pub(super) unit: &'a dyn Unit,
    pub(super) actor: &'a Actor,
    pub(super) workspace: &'a Workspace,
    pub(super) now: Timestamp,
}

/// A post that was written.
pub(super) struct Written {
    post: Post,
    publications: Vec<Publication>,
    channels: Vec<Channel>,
}

impl Written {
    /// The post as doors show it.
    pub(super) fn view(self) -> PostView {
        read::view_of(self.post, self.publications, &self.channels, &[])
    }
}

impl Writing<'_> {
    /// Checks a post, stores it and announces it, all with the unit of work; refused as a whole where something stands
    /// in the way, and then nothing of it is written.
    pub(super) async fn write(
        &self,
        id: PostId,
        prepared: Prepared,
    ) -> Result<Result<Written, Vec<Problem>>, BackendError> {
        let (deps, unit, now) = (self.deps, self.unit, self.now);
        let Prepared {
            new,
            composed,
            mut problems,
        } = prepared;
        let asked = Asked::of(unit, &Wish::of(&new), &composed, self.workspace, now).await?;
        check(deps, &composed, &asked, &mut problems);
        let Asked { plan, beginning } = match asked {
            Ok(asked) if problems.is_empty() => asked,
            Ok(_) | Err(_) => return Ok(Err(problems)),
        };
        let submitted = submit(self.actor, None, Some(&new.intent), &plan, now);
        let mut post = post_of(self.actor, id, submitted, &composed, new.tags, now);
        let publications: Vec<Publication> = composed
            .targets
            .iter()
            .map(|target| publication_of(deps, &post, target, &composed, now))
            .collect();
        if let Some(beginning) = beginning {
            begin::store(deps, unit, beginning, &mut post, &composed).await?;
        }
        let traceparent = (deps.current_trace)();
        unit.insert_planned(&post, &publications, traceparent.as_deref())
            .await?;
        tags::ensure(deps, unit, post.workspace, &post.tags).await?;
        announce_change(deps, unit, &post, &publications).await?;
        unit.audit(self.actor, "post.created", &post.id.to_string(), now)
            .await?;
        let targets = composed.targets.into_iter();
        Ok(Ok(Written {
            post,
            publications,
            channels: targets.map(|target| target.channel).collect(),
        }))
    }
}

/// Whoever may not publish may write what waits for approval, but nothing that returns by itself.
pub(super) fn require_rights(actor: &Actor, is_returning: bool) -> Result<(), BackendError> {
    let scope = if is_returning {
        Scope::PostsWrite
    } else {
        Scope::PostsDraft
    };
    require(actor, scope)
}

/// The post that was written with a key before; the new one is remembered with it where there is none.
pub(super) async fn written_before(
    unit: &dyn Unit,
    actor: &Actor,
    key: &IdempotencyKey,
    new: PostId,
    now: Timestamp,
) -> Result<Option<PostId>, BackendError> {
    let known = unit.remember(actor.workspace, &key.key, &key.digest, new, now);
    match known.await? {
        Remembered::Fresh => Ok(None),
        Remembered::Replay(first) => Ok(Some(first)),
        Remembered::Mismatch => Err(BackendError::Conflict(answers::mismatch())),
    }
}

/// Renders and checks a post for each of its channels.
pub(super) async fn preview_post(
    deps: &Deps,
    actor: &Actor,
    new: NewPost,
) -> Result<Vec<TargetPreview>, BackendError> {
    require(actor, Scope::PostsRead)?;
    let mut problems = Vec::new();
    let files = gather_files(deps, actor, &lists(&new.entries, &new.targets), &mut problems).await?;
    let unit = deps.storage.read().await?;
    let workspace = workspace_of(&*unit, actor).await?;
    let composed = compose(&*unit, actor, &new.entries, &new.targets, &files, &mut problems).await?;
    let now = deps.clock.now();
    let plan = match Asked::of(&*unit, &Wish::of(&new), &composed, &workspace, now).await? {
        Ok(asked) if problems.is_empty() => asked.plan,
        Ok(_) => return Err(BackendError::Refused(problems)),
        Err(problem) => {
            problems.push(problem);
            return Err(BackendError::Refused(problems));
        }
    };
    let mut seen = Vec::with_capacity(composed.targets.len());
    for (target, preview) in composed.targets.iter().zip(previews(deps, &composed)) {
        let entries = u32::try_from(composed.entries_of(target).len()).unwrap_or(u32::MAX);
        let crowding = match &plan.at {
            Some(at) => {
                let sketch = Sketch {
                    channel: &target.channel,
                    at: at.instant,
                    entries,
                };
                crowd::sketched(deps, &*unit, &sketch).await?
            }
            None => Vec::new(),
        };
        seen.push(TargetPreview {
            channel: target.channel.clone(),
            preview,
            crowding,
        });
    }
    Ok(seen)
}

/// Collects everything that stands in the way; drafts may be unfinished.
fn check(deps: &Deps, composed: &Composed, asked: &Result<Asked, Problem>, problems: &mut Vec<Problem>) {
    match asked {
        Ok(asked) if asked.plan.draft => check_some_content(composed, problems),
        Ok(_) => problems.extend(
            previews(deps, composed)
                .into_iter()
                .flat_map(|preview| preview.problems),
        ),
        Err(problem) => {
            problems.push(problem.clone());
            problems.extend(
                previews(deps, composed)
                    .into_iter()
                    .flat_map(|preview| preview.problems),
            );
        }
    }
}

/// The workspace of the actor, which exists as long as anybody can act in it.
pub(crate) async fn workspace_of(unit: &dyn Unit, actor: &Actor) -> Result<Workspace, BackendError> {
    unit.workspace(actor.workspace)
        .await?
        .ok_or_else(|| BackendError::not_found("workspace", actor.workspace))
}

fn post_of(
    actor: &Actor,
    id: PostId,
    submitted: Submitted,
    composed: &Composed,
    tags: Vec<String>,
    now: Timestamp,
) -> Post {
    Post {
        id,
        workspace: actor.workspace,
        author: actor.person,
        door: actor.door,
        publish_at: submitted.plan.at,
        draft: submitted.plan.draft,
        review: submitted.review,
        entries: composed.entries.clone(),
        versions: versions_of(composed),
        tags,
        version: 1,
        created_at: now,
        updated_at: now,
        trashed_at: None,
        series: None,
    }
}

/// The channels that have entries of their own.
pub(crate) fn versions_of(composed: &Composed) -> Vec<Version> {
    composed
        .targets
        .iter()
        .filter_map(|target| {
            Some(Version {
                channel: target.channel.id,
                entries: target.entries.clone()?,
            })
        })
        .collect()
}

/// A new publication of a post on one channel.
pub(crate) fn publication_of(
    deps: &Deps,
    post: &Post,
    target: &ComposedTarget,
    composed: &Composed,
    now: Timestamp,
) -> Publication {
    let channel = &target.channel;
    let manifest = deps.catalog.manifest(&channel.provider);
    let publish_at = post.publish_at.as_ref().map(|at| at.instant);
    Publication {
        id: PublicationId::from_bits(deps.rng.id()),
        workspace: post.workspace,
        post: post.id,
        channel: channel.id,
        provider: channel.provider.clone(),
        lane: manifest.map_or_else(|| channel.provider.to_string(), |manifest| manifest.lane.clone()),
        publish_at,
        state: if post.draft {
            State::Draft
        } else {
            State::Scheduled
        },
        due_at: publish_at.filter(|_| !post.draft),
        fence: 0,
        revision: 0,
        holder: None,
        lease_until: None,
        entry: 0,
        entries: u32::try_from(composed.entries_of(target).len()).unwrap_or(u32::MAX),
        step: None,
        armed: None,
        run: 0,
        tries: 0,
        attempts: 0,
        detections: 0,
        failure: None,
        releases: Vec::new(),
        settings: target.settings.clone(),
        created_at: now,
        updated_at: now,
        published_at: None,
    }
}

/// Announces a changed post, and that the plan changed with it.
pub(crate) async fn announce_change(
    deps: &Deps,
    unit: &dyn Unit,
    post: &Post,
    publications: &[Publication],
) -> Result<(), BackendError> {
    let state = PostState::of(post, publications).as_str().to_owned();
    let changed = Event::PostChanged {
        workspace: post.workspace,
        post: post.id,
        state,
    };
    unit.announce(&deps.announcements(vec![changed, Event::ScheduleChanged]))
        .await?;
    Ok(())
}
