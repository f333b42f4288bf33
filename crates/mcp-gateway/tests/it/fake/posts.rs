//! Posts and their publications.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::capability::{EntryPreview, Preview};
use postern_domain::id::{ChannelId, PostId, PublicationId};
use postern_domain::ports::{Channels, Posts, PunctualityRow, TargetPreview};
use postern_domain::post::{
    AttachedMedia, Created, Entry, IdempotencyKey, Intent, MediaRef, NewEntry, NewPost, Page, Post, PostEdit,
    PostQuery, PostRef, PostState, PostView, PublicationView, Resolution, Version,
};
use postern_domain::publication::{Attempt, Publication, State as Stand};
use postern_domain::review::{Decision, Review};
use postern_domain::time::{PublishAt, Zone};
use postern_domain::value::Settings;
use postern_domain::{Actor, BackendError, Code, Problem};

use super::{Fake, State, WORKSPACE, planning};

fn entry(state: &State, new: &NewEntry) -> Entry {
    let media = new.media.iter().filter_map(|used| {
        let found = state.media.iter().find(|media| match &used.media {
            MediaRef::Id(id) => media.id == *id,
            MediaRef::Url(url) => url.ends_with(&media.key),
        });
        found.map(|media| AttachedMedia {
            media: media.clone(),
            alt: used.alt.clone(),
        })
    });
    Entry {
        content: new.content.clone(),
        media: media.collect(),
        delay: new.delay,
    }
}

/// The length rule of the fake: 280 characters on X, 500 elsewhere.
fn too_long(state: &State, post: &NewPost) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, target) in post.targets.iter().enumerate() {
        let on_x = state
            .channels
            .iter()
            .any(|channel| channel.id == target.channel && channel.provider.as_str() == "x");
        let max = if on_x { 280 } else { 500 };
        for (at, entry) in target
            .entries
            .as_ref()
            .unwrap_or(&post.entries)
            .iter()
            .enumerate()
        {
            let length = entry
                .content
                .render(postern_domain::content::Editor::Normal)
                .chars()
                .count();
            if length > max {
                let field = format!("/targets/{index}/entries/{at}/content");
                let problem = Problem::new(Code::TextTooLong, field, "is too long", "shorten the text");
                problems.push(
                    problem
                        .given(format!("{length} characters"))
                        .allowed(format!("{max} characters")),
                );
            }
        }
    }
    problems
}

fn plan(state: &State, intent: &Intent) -> (Option<PublishAt>, bool) {
    match intent {
        Intent::Draft(at) => (at.clone(), true),
        Intent::Schedule { at, .. } => (Some(at.clone()), false),
        Intent::Now | Intent::Queue => (Some(PublishAt::at(state.now(), Zone::utc())), false),
    }
}

fn publication(
    state: &mut State,
    view: &Post,
    channel: ChannelId,
    settings: Settings,
) -> Option<PublicationView> {
    let channel = state.channels.iter().find(|known| known.id == channel).cloned();
    let channel = channel?;
    let now = state.now();
    let publication = Publication {
        id: PublicationId::from_bits(state.next_id()),
        workspace: WORKSPACE,
        post: view.id,
        channel: channel.id,
        provider: channel.provider.clone(),
        lane: channel.provider.as_str().into(),
        publish_at: view.publish_at.as_ref().map(|at| at.instant),
        state: if view.draft {
            Stand::Draft
        } else {
            Stand::Scheduled
        },
        due_at: view.publish_at.as_ref().map(|at| at.instant),
        fence: 0,
        revision: 0,
        holder: None,
        lease_until: None,
        entry: 0,
        entries: 1,
        step: None,
        armed: None,
        run: 0,
        tries: 0,
        attempts: 0,
        detections: 0,
        failure: None,
        releases: Vec::new(),
        settings,
        created_at: now,
        updated_at: now,
        published_at: None,
    };
    Some(PublicationView {
        publication,
        channel,
        held: None,
    })
}

fn unknown_channels(state: &State, new: &NewPost) -> Vec<Problem> {
    let is_known = |id: ChannelId| state.channels.iter().any(|channel| channel.id == id);
    let targets = new.targets.iter().enumerate();
    targets
        .filter(|(_, target)| !is_known(target.channel))
        .map(|(index, _)| {
            let field = format!("/targets/{index}/channel");
            Problem::new(Code::UnknownChannel, field, "is not here", "use another")
        })
        .collect()
}

fn store(state: &mut State, new: &NewPost) -> PostView {
    let (publish_at, draft) = plan(state, &new.intent);
    let versions = new.targets.iter().filter_map(|target| {
        let entries = target
            .entries
            .as_ref()?
            .iter()
            .map(|new| entry(state, new))
            .collect();
        Some(Version {
            channel: target.channel,
            entries,
        })
    });
    let post = Post {
        versions: versions.collect(),
        entries: new.entries.iter().map(|new| entry(state, new)).collect(),
        id: PostId::from_bits(state.next_id()),
        workspace: WORKSPACE,
        author: None,
        door: postern_domain::actor::Door::Mcp,
        publish_at,
        draft,
        review: None,
        tags: new.tags.clone(),
        version: 1,
        created_at: state.now(),
        updated_at: state.now(),
        trashed_at: None,
        series: None,
    };
    let targets = new.targets.iter();
    let publications: Vec<_> = targets
        .filter_map(|target| publication(state, &post, target.channel, target.settings.clone()))
        .collect();
    summed_up(PostView {
        state: PostState::Draft,
        post,
        publications,
        crowding: Vec::new(),
    })
}

fn summed_up(mut view: PostView) -> PostView {
    let publications: Vec<_> = view
        .publications
        .iter()
        .map(|view| view.publication.clone())
        .collect();
    view.state = PostState::of(&view.post, &publications);
    view
}

impl Fake {
    /// Changes the post with this id; the change answers with the state that stands in its way.
    async fn change(
        &self,
        id: PostRef,
        change: impl FnOnce(&mut State, &mut PostView) -> Result<(), Stand>,
    ) -> Result<PostView, BackendError> {
        let mut state = self.state();
        let found = state.posts.iter().position(|view| is(view, id));
        let place = found.ok_or_else(|| BackendError::not_found("post", id))?;
        let mut view = state.posts[place].clone();
        change(&mut state, &mut view).map_err(settled)?;
        view.post.version += 1;
        let view = summed_up(view);
        state.posts[place] = view.clone();
        Ok(view)
    }
}

fn is(view: &PostView, id: PostRef) -> bool {
    match id {
        PostRef::Post(id) => view.post.id == id,
        PostRef::Publication(id) => view.publications.iter().any(|view| view.publication.id == id),
    }
}

fn parts(view: &mut PostView, id: PostRef) -> impl Iterator<Item = &mut Publication> {
    let all = view.publications.iter_mut().map(|view| &mut view.publication);
    all.filter(move |publication| match id {
        PostRef::Post(_) => true,
        PostRef::Publication(id) => publication.id == id,
    })
}

fn settled(state: Stand) -> BackendError {
    let detail = format!("the post is {state}");
    BackendError::Conflict(Problem::new(
        Code::PostSettled,
        "",
        detail,
        "read the post and go on from there",
    ))
}

#[async_trait]
impl Posts for Fake {
    async fn create_post(
        &self,
        _actor: &Actor,
        post: NewPost,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Created, BackendError> {
        let mut state = self.state();
        if let Some(key) = &idempotency
            && let Some((digest, place)) = state.remembered.get(&key.key)
        {
            if *digest != key.digest {
                let fix = "use a new key for a new request";
                let problem = Problem::new(
                    Code::IdempotencyMismatch,
                    "/idempotency_key",
                    "was used before",
                    fix,
                );
                return Err(BackendError::Conflict(problem));
            }
            return Ok(Created {
                view: state.posts[*place].clone(),
                replayed: true,
            });
        }
        let problems = unknown_channels(&state, &post);
        if !problems.is_empty() {
            return Err(BackendError::Refused(problems));
        }
        let problems = too_long(&state, &post);
        if !problems.is_empty() && !matches!(post.intent, Intent::Draft(_)) {
            return Err(BackendError::Refused(problems));
        }
        let view = store(&mut state, &post);
        let place = state.posts.len();
        state.posts.push(view.clone());
        if let Some(key) = idempotency {
            state.remembered.insert(key.key, (key.digest, place));
        }
        Ok(Created {
            view,
            replayed: false,
        })
    }

    async fn preview_post(&self, actor: &Actor, post: NewPost) -> Result<Vec<TargetPreview>, BackendError> {
        let mut found = {
            let state = self.state();
            let unknown = unknown_channels(&state, &post);
            if !unknown.is_empty() {
                return Err(BackendError::Refused(unknown));
            }
            too_long(&state, &post)
        };
        let mut previews = Vec::new();
        for (index, target) in post.targets.iter().enumerate() {
            let base = format!("/targets/{index}/");
            let of_target = |problem: &mut Problem| problem.field.starts_with(&base);
            let problems = found.extract_if(.., of_target).collect();
            let channel = self.channel(actor, target.channel).await?;
            let entries = target
                .entries
                .as_ref()
                .unwrap_or(&post.entries)
                .iter()
                .map(|entry| {
                    let text = entry.content.render(postern_domain::content::Editor::Normal);
                    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
                    EntryPreview {
                        text,
                        length,
                        max: 500,
                        unit: "characters".into(),
                    }
                });
            let preview = Preview {
                entries: entries.collect(),
                problems,
            };
            previews.push(TargetPreview {
                channel,
                preview,
                crowding: Vec::new(),
            });
        }
        Ok(previews)
    }

    async fn post(&self, _actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        let found = self.state().posts.iter().find(|view| is(view, id)).cloned();
        found.ok_or_else(|| BackendError::not_found("post", id))
    }

    async fn posts(&self, _actor: &Actor, query: PostQuery) -> Result<Page<PostView>, BackendError> {
        let state = self.state();
        let skip: usize = query
            .cursor
            .as_deref()
            .and_then(|cursor| cursor.parse().ok())
            .unwrap_or(0);
        let mut wanted: Vec<_> = state
            .posts
            .iter()
            .filter(|view| {
                let at = view.post.publish_at.as_ref().map(|at| at.instant);
                let mut parts = view.publications.iter();
                view.state != PostState::Trashed
                    && (query.states.is_empty() || query.states.contains(&view.state))
                    && query
                        .channel
                        .is_none_or(|channel| parts.any(|part| part.channel.id == channel))
                    && query.from.is_none_or(|from| at >= Some(from))
                    && query.until.is_none_or(|until| at.is_some_and(|at| at < until))
            })
            .cloned()
            .collect();
        if query.newest_first {
            wanted.reverse();
        }
        let limit = query.limit as usize;
        let next = (wanted.len() > skip + limit).then(|| (skip + limit).to_string());
        Ok(Page {
            items: wanted.into_iter().skip(skip).take(limit).collect(),
            next,
        })
    }

    async fn attempts(&self, _actor: &Actor, _id: PublicationId) -> Result<Vec<Attempt>, BackendError> {
        Ok(Vec::new())
    }

    async fn update_post(
        &self,
        actor: &Actor,
        id: PostRef,
        edit: PostEdit,
    ) -> Result<PostView, BackendError> {
        let stored = self.post(actor, id).await?.post.version;
        if edit.expected_version.is_some_and(|expected| expected != stored) {
            let fix = "read it again and repeat the change on the version you get";
            let problem = Problem::new(Code::VersionConflict, "/expected_version", "it was changed", fix);
            return Err(BackendError::Conflict(problem));
        }
        self.change(id, |state, view| {
            if let Some(targets) = &edit.targets {
                let own = targets
                    .iter()
                    .filter_map(|target| Some((target.channel, target.entries.as_ref()?)));
                view.post.versions = own
                    .map(|(channel, entries)| Version {
                        channel,
                        entries: entries.iter().map(|new| entry(state, new)).collect(),
                    })
                    .collect();
                return Ok(());
            }
            if let Some(part) = view
                .publications
                .iter()
                .find(|view| !view.publication.is_editable())
            {
                return Err(part.publication.state);
            }
            if let Some(intent) = &edit.intent {
                let (at, draft) = plan(state, intent);
                view.post.publish_at = at;
                view.post.draft = draft;
                for part in &mut view.publications {
                    part.publication.state = if draft { Stand::Draft } else { Stand::Scheduled };
                }
            }
            if let Some(entries) = &edit.entries {
                view.post.entries = entries.iter().map(|new| entry(state, new)).collect();
                view.post.versions.clear();
            }
            if let Some(recurrence) = &edit.recurrence {
                planning::begin(state, view, recurrence);
            }
            Ok(())
        })
        .await
    }

    async fn update_settings(
        &self,
        _actor: &Actor,
        id: PublicationId,
        settings: Settings,
    ) -> Result<PostView, BackendError> {
        self.change(PostRef::Publication(id), |_, view| {
            for part in parts(view, PostRef::Publication(id)) {
                part.settings.extend(settings.clone());
            }
            Ok(())
        })
        .await
    }

    async fn cancel_post(&self, _actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.change(id, |state, view| {
            let now = state.now();
            for part in parts(view, id) {
                part.cancel(now).map_err(|_| part.state)?;
            }
            Ok(())
        })
        .await
    }

    async fn publish_post(&self, _actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.change(id, |state, view| {
            let now = state.now();
            view.post.draft = false;
            for part in parts(view, id) {
                if !part.is_editable() {
                    return Err(part.state);
                }
                part.state = Stand::Scheduled;
                part.due_at = Some(now);
            }
            Ok(())
        })
        .await
    }

    async fn retry_post(&self, _actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        let refused = |view: &mut PostView| parts(view, id).any(|part| part.is_refused());
        if self.state().posts.iter_mut().any(refused) {
            let fix = "change what its error names, then try again";
            let problem = Problem::new(Code::NotRetryable, "", "nothing was changed since", fix);
            return Err(BackendError::Conflict(problem));
        }
        self.change(id, |state, view| {
            let now = state.now();
            for part in parts(view, id) {
                part.retry(now).map_err(|_| part.state)?;
            }
            Ok(())
        })
        .await
    }

    async fn review_post(
        &self,
        actor: &Actor,
        id: PostRef,
        decision: Decision,
    ) -> Result<PostView, BackendError> {
        let by = actor.name.clone();
        self.change(id, |state, view| {
            let now = state.now();
            let review = view.post.review.take().ok_or(Stand::Scheduled)?;
            view.post.draft = decision != Decision::Approve;
            for part in parts(view, id).filter(|_| decision == Decision::Approve) {
                part.reschedule(now, now).map_err(|_| part.state)?;
            }
            view.post.review = Some(Review {
                verdict: Some(decision.into_verdict(&by, now)),
                ..review
            });
            Ok(())
        })
        .await
    }

    async fn resolve_post(
        &self,
        _actor: &Actor,
        id: PublicationId,
        answer: Resolution,
    ) -> Result<PostView, BackendError> {
        self.change(PostRef::Publication(id), |state, view| {
            let now = state.now();
            for part in parts(view, PostRef::Publication(id)) {
                part.resolve(&answer, now).map_err(|_| part.state)?;
            }
            Ok(())
        })
        .await
    }

    async fn find_slot(&self, actor: &Actor, channel: ChannelId) -> Result<PublishAt, BackendError> {
        self.channel(actor, channel).await?;
        let at = self.state().now().plus(Duration::from_hours(1));
        Ok(PublishAt::at(
            at,
            Zone::parse("Europe/Berlin").map_err(|_| BackendError::Internal)?,
        ))
    }

    async fn punctuality(&self, _actor: &Actor, _days: u32) -> Result<Vec<PunctualityRow>, BackendError> {
        let row = |channel: u128, day: &str, failed| PunctualityRow {
            channel: ChannelId::from_bits(channel),
            day: day.into(),
            published: 2,
            failed,
            unconfirmed: 0,
            median_late_ms: 40,
            worst_late_ms: 90,
        };
        Ok(vec![
            row(10, "2027-01-13", 0),
            row(11, "2027-01-13", 1),
            row(10, "2027-01-14", 1),
        ])
    }
}
