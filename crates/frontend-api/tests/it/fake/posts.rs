use async_trait::async_trait;
use postern_domain::actor::Actor;
use postern_domain::capability::{self, Draft, DraftEntry, DraftMedia, Preview};
use postern_domain::id::{ChannelId, PostId, PublicationId};
use postern_domain::ports::{MediaLibrary, Posts, PunctualityRow, TargetPreview};
use postern_domain::post::{
    AttachedMedia, Created, Entry, IdempotencyKey, Intent, MediaRef, NewEntry, NewPost, Page, Post, PostEdit,
    PostQuery, PostRef, PostState, PostView, PublicationView, Resolution, Version,
};
use postern_domain::publication::{Attempt, Publication, Refusal, State};
use postern_domain::review::{Decision, Review};
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::value::Settings;
use postern_domain::{BackendError, Code, Problem};

use super::{Fake, samples};

impl Fake {
    /// What the domain says to a person's decision.
    async fn decide(
        &self,
        actor: &Actor,
        id: PostRef,
        decide: impl Fn(&mut Publication, Timestamp) -> Result<(), Refusal>,
    ) -> Result<PostView, BackendError> {
        let now = self.now;
        for target in self.post(actor, id).await?.publications {
            let mut publication = target.publication;
            if id == PostRef::Post(publication.post) || id == PostRef::Publication(publication.id) {
                decide(&mut publication, now).map_err(refused)?;
            }
        }
        self.changed(id, |target| {
            let _ = decide(&mut target.publication, now);
        })
    }

    async fn entries(&self, actor: &Actor, entries: &[NewEntry]) -> Result<Vec<Entry>, BackendError> {
        let mut stored = Vec::new();
        for entry in entries {
            let mut media = Vec::new();
            for used in &entry.media {
                if let MediaRef::Id(id) = &used.media {
                    media.push(AttachedMedia {
                        media: self.media(actor, *id).await?,
                        alt: used.alt.clone(),
                    });
                }
            }
            stored.push(Entry {
                content: entry.content.clone(),
                media,
                delay: entry.delay,
            });
        }
        Ok(stored)
    }

    async fn check(&self, actor: &Actor, post: &NewPost) -> Result<Vec<TargetPreview>, BackendError> {
        let mut previews = Vec::new();
        for (index, target) in post.targets.iter().enumerate() {
            let channel = self.channel_named(target.channel).ok_or(BackendError::Internal)?;
            let manifest = samples::manifest(&channel.provider).ok_or(BackendError::Internal)?;
            let stored = self
                .entries(actor, target.entries.as_ref().unwrap_or(&post.entries))
                .await?;
            let entries: Vec<DraftEntry> = stored.into_iter().map(draft).collect();
            let draft = Draft {
                channel: &channel,
                entries: &entries,
                settings: &target.settings,
            };
            let measure = |text: &str| u32::try_from(text.chars().count()).unwrap();
            let preview = capability::check(&manifest, &manifest.limits, &draft, &measure);
            let at = format!("/targets/{index}");
            let problems = preview
                .problems
                .into_iter()
                .map(|problem| problem.below(&at))
                .collect();
            previews.push(TargetPreview {
                channel,
                preview: Preview { problems, ..preview },
                crowding: Vec::new(),
            });
        }
        Ok(previews)
    }

    async fn plan(&self, actor: &Actor, post: &NewPost) -> Result<(Option<PublishAt>, bool), BackendError> {
        let mut problems: Vec<Problem> = Vec::new();
        if post.targets.is_empty() {
            let fix = "choose at least one channel";
            problems.push(Problem::new(
                Code::NoChannel,
                "/targets",
                "no channel was chosen",
                fix,
            ));
        }
        let previews = self.check(actor, post).await?;
        if !matches!(post.intent, Intent::Draft(_)) {
            problems.extend(previews.into_iter().flat_map(|target| target.preview.problems));
        }
        let zone = Zone::utc();
        let planned = match &post.intent {
            Intent::Draft(at) => (at.clone(), true),
            Intent::Now | Intent::Queue => (Some(PublishAt::at(self.now, zone)), false),
            Intent::Schedule { at, .. } => {
                if at.instant < self.now {
                    problems.push(Problem::new(
                        Code::PublishTimePassed,
                        "/publish_at",
                        "the publish time has passed",
                        "give a time in the future, or publish now",
                    ));
                }
                (Some(at.clone()), false)
            }
        };
        if problems.is_empty() {
            Ok(planned)
        } else {
            Err(BackendError::Refused(problems))
        }
    }

    fn changed(&self, id: PostRef, change: impl Fn(&mut PublicationView)) -> Result<PostView, BackendError> {
        let mut state = self.state();
        let view = state
            .posts
            .iter_mut()
            .find(|view| matches(view, id))
            .ok_or_else(|| missing(id))?;
        for target in &mut view.publications {
            if id == PostRef::Post(view.post.id) || id == PostRef::Publication(target.publication.id) {
                change(target);
            }
        }
        let publications: Vec<_> = view
            .publications
            .iter()
            .map(|target| target.publication.clone())
            .collect();
        view.state = PostState::of(&view.post, &publications);
        let view = view.clone();
        drop(state);
        self.tell_post(&view);
        Ok(view)
    }
}

fn refused(refusal: Refusal) -> BackendError {
    let code = match refusal {
        Refusal::WrongState {
            state: State::Failed | State::Missed | State::Published | State::Scheduled,
        } => Code::NotUnconfirmed,
        Refusal::Unchanged => Code::NotRetryable,
        Refusal::WrongState { .. } | Refusal::Stale | Refusal::PartlyOut { .. } => Code::PostSettled,
    };
    BackendError::Conflict(Problem::new(code, "", refusal.to_string(), "look at the post"))
}

fn draft(entry: Entry) -> DraftEntry {
    let media = entry.media.into_iter().map(|used| DraftMedia {
        media: used.media,
        alt: used.alt,
    });
    DraftEntry {
        content: entry.content,
        media: media.collect(),
        delay: entry.delay,
    }
}

fn matches(view: &PostView, id: PostRef) -> bool {
    match id {
        PostRef::Post(id) => view.post.id == id,
        PostRef::Publication(id) => view.publications.iter().any(|target| target.publication.id == id),
    }
}

fn missing(id: PostRef) -> BackendError {
    BackendError::not_found("post", id)
}

#[async_trait]
impl Posts for Fake {
    async fn create_post(
        &self,
        actor: &Actor,
        post: NewPost,
        _: Option<IdempotencyKey>,
    ) -> Result<Created, BackendError> {
        let (publish_at, is_draft) = self.plan(actor, &post).await?;
        let id = PostId::from_bits(self.next());
        let mut versions = Vec::new();
        let mut publications = Vec::new();
        for target in &post.targets {
            let channel = self.channel_named(target.channel).ok_or(BackendError::Internal)?;
            if let Some(own) = &target.entries {
                versions.push(Version {
                    channel: target.channel,
                    entries: self.entries(actor, own).await?,
                });
            }
            let state = if is_draft { State::Draft } else { State::Scheduled };
            let mut publication = samples::publication(self.next(), id, &channel, state, self.now);
            publication.publish_at = publish_at.as_ref().map(|at| at.instant);
            publication.settings.clone_from(&target.settings);
            publications.push(PublicationView {
                publication,
                channel,
                held: None,
            });
        }
        let entries = self.entries(actor, &post.entries).await?;
        let stored = Post {
            entries,
            versions,
            publish_at,
            draft: is_draft,
            ..samples::post(id.to_bits(), "", None, self.now)
        };
        let state = if is_draft {
            PostState::Draft
        } else {
            PostState::Scheduled
        };
        let mut view = PostView {
            post: stored,
            state,
            publications,
            crowding: Vec::new(),
        };
        if let Some(recurrence) = &post.recurrence {
            self.begin(&mut view, recurrence)?;
        }
        self.state().posts.push(view.clone());
        self.tell_post(&view);
        Ok(Created {
            view,
            replayed: false,
        })
    }

    async fn preview_post(&self, actor: &Actor, post: NewPost) -> Result<Vec<TargetPreview>, BackendError> {
        self.check(actor, &post).await
    }

    async fn post(&self, _: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.state()
            .posts
            .iter()
            .find(|view| matches(view, id))
            .cloned()
            .ok_or_else(|| missing(id))
    }

    async fn posts(&self, _: &Actor, query: PostQuery) -> Result<Page<PostView>, BackendError> {
        let at = |view: &PostView| view.post.publish_at.as_ref().map(|at| at.instant);
        let mut items: Vec<PostView> = self.state().posts.clone();
        items.retain(|view| {
            let known = query.states.is_empty() || query.states.contains(&view.state);
            let from = query
                .from
                .is_none_or(|from| at(view).is_some_and(|at| at >= from));
            let until = query
                .until
                .is_none_or(|until| at(view).is_some_and(|at| at < until));
            let channel = query
                .channel
                .is_none_or(|id| view.publications.iter().any(|target| target.channel.id == id));
            known && from && until && channel
        });
        items.sort_by_key(at);
        if query.newest_first {
            items.reverse();
        }
        Ok(Page { items, next: None })
    }

    async fn attempts(&self, _: &Actor, id: PublicationId) -> Result<Vec<Attempt>, BackendError> {
        Ok(self.state().attempts.get(&id).cloned().unwrap_or_default())
    }

    async fn update_post(
        &self,
        actor: &Actor,
        id: PostRef,
        edit: PostEdit,
    ) -> Result<PostView, BackendError> {
        let view = self.post(actor, id).await?;
        if edit
            .expected_version
            .is_some_and(|version| version != view.post.version)
        {
            return Err(BackendError::Conflict(Problem::new(
                Code::VersionConflict,
                "/expected_version",
                "the post was changed in between",
                "read it again and repeat the change",
            )));
        }
        let mut states = view.publications.iter().map(|target| target.publication.state);
        if let Some(state) = states.find(|state| state.is_under_way()) {
            return Err(BackendError::Conflict(Problem::new(
                Code::PostSettled,
                "",
                format!("the post is {state} and can no longer be changed"),
                "wait until it is done",
            )));
        }
        let entries = match &edit.entries {
            Some(entries) => self.entries(actor, entries).await?,
            None => view.post.entries.clone(),
        };
        let mut state = self.state();
        let stored = state
            .posts
            .iter_mut()
            .find(|view| matches(view, id))
            .ok_or_else(|| missing(id))?;
        stored.post.entries = entries;
        stored.post.version += 1;
        if let Some(Intent::Schedule { at, .. }) = edit.intent {
            stored.post.publish_at = Some(at);
        }
        Ok(stored.clone())
    }

    async fn update_settings(
        &self,
        actor: &Actor,
        id: PublicationId,
        _: Settings,
    ) -> Result<PostView, BackendError> {
        self.post(actor, PostRef::Publication(id)).await
    }

    async fn cancel_post(&self, _: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.changed(id, |target| target.publication.state = State::Cancelled)
    }

    async fn publish_post(&self, _: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.changed(id, |target| target.publication.state = State::Leased)
    }

    async fn retry_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.decide(actor, id, Publication::retry).await
    }

    async fn review_post(
        &self,
        actor: &Actor,
        id: PostRef,
        decision: Decision,
    ) -> Result<PostView, BackendError> {
        let now = self.now;
        let mut state = self.state();
        let stored = state
            .posts
            .iter_mut()
            .find(|view| matches(view, id))
            .ok_or_else(|| missing(id))?;
        let review = stored.post.review.take().ok_or_else(|| missing(id))?;
        let is_approved = decision == Decision::Approve;
        stored.post.review = Some(Review {
            verdict: Some(decision.into_verdict(&actor.name, now)),
            ..review
        });
        if is_approved {
            stored.post.draft = false;
            for target in &mut stored.publications {
                target.publication.state = State::Scheduled;
            }
        }
        stored.state = PostState::of(
            &stored.post,
            &stored
                .publications
                .iter()
                .map(|it| it.publication.clone())
                .collect::<Vec<_>>(),
        );
        Ok(stored.clone())
    }

    async fn resolve_post(
        &self,
        actor: &Actor,
        id: PublicationId,
        answer: Resolution,
    ) -> Result<PostView, BackendError> {
        let id = PostRef::Publication(id);
        self.decide(actor, id, |publication, now| publication.resolve(&answer, now))
            .await
    }

    async fn find_slot(&self, _: &Actor, _: ChannelId) -> Result<PublishAt, BackendError> {
        Ok(PublishAt::at(self.now, Zone::utc()))
    }

    async fn punctuality(&self, _: &Actor, _: u32) -> Result<Vec<PunctualityRow>, BackendError> {
        Ok(self.state().figures.clone())
    }
}
