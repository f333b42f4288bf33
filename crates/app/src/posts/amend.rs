//! What an edit of a post means for each channel's part of it.
//!
//! Invariants kept here: what an edit does not change on a channel is left alone, whatever its state; what it does
//! change must not be in a worker's hand, and entries that are out stay as they are.

use postern_domain::BackendError;
use postern_domain::id::{ChannelId, MediaId, PublicationId};
use postern_domain::ports::Unit;
use postern_domain::post::{Entry, Post, PostEdit};
use postern_domain::publication::{Edit, Publication, Refusal, State};
use postern_domain::time::Timestamp;
use postern_domain::{Code, Problem, publication};

use super::compose::{Composed, ComposedTarget};
use super::create::publication_of;
use super::when::Plan;
use crate::deps::Deps;

/// An edit beside what is stored.
pub(crate) struct Amended<'a> {
    /// The post as it is stored.
    pub(crate) before: &'a Post,
    /// Its publications as they are stored.
    pub(crate) stored: &'a [Publication],
    /// What it shall consist of.
    pub(crate) composed: &'a Composed,
    /// When it shall go out, where the edit says so.
    pub(crate) plan: Option<&'a Plan>,
}

/// Refuses an edit of a post that is gone, that was changed since it was read, or of which nothing can change any
/// more.
pub(super) fn check(post: &Post, stored: &[Publication], edit: &PostEdit) -> Result<(), BackendError> {
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
    let mut live = stored.iter().filter(|it| it.state != State::Cancelled);
    match live.next() {
        Some(first) if !first.is_editable() && live.all(|it| !it.is_editable()) => {
            Err(BackendError::Conflict(settled(first.state)))
        }
        Some(_) | None => Ok(()),
    }
}

/// The refusal of a change that comes too late.
pub(crate) fn settled(state: State) -> Problem {
    Problem::new(
        Code::PostSettled,
        "",
        format!("the post is {state} on at least one channel and can no longer be changed there"),
        "change it on other channels only, write a new post, or wait until this one is done",
    )
    .given(state)
}

/// Why a publication did not take a change, for those who asked.
pub(super) fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::WrongState { state } => settled(state),
        Refusal::Stale => settled(State::Preparing),
        Refusal::PartlyOut { entries } => partly_out(entries),
        Refusal::Unchanged => Problem::new(
            Code::NotRetryable,
            "",
            "the platform refused the post and nothing was changed since",
            "change what its error names, then try again",
        ),
    }
}

fn partly_out(entries: u32) -> Problem {
    let (what, are) = if entries == 1 {
        ("the first entry".to_owned(), "is")
    } else {
        (format!("the first {entries} entries"), "are")
    };
    Problem::new(
        Code::PostSettled,
        "",
        format!("{what} {are} out on at least one channel and can no longer be changed there"),
        "send those entries as they are and change only what follows them",
    )
    .given(entries)
}

impl Amended<'_> {
    /// Refuses changes that come too late for a channel.
    pub(super) fn check(&self) -> Result<(), BackendError> {
        let live = self.stored.iter().filter(|it| it.state != State::Cancelled);
        for publication in live {
            let target = self.target(publication.channel);
            if !publication.is_editable() {
                let is_touched = match target {
                    Some(target) => self.differs(publication, target),
                    None => true,
                };
                // What was sent keeps its time; what is in a worker's hand has none to give.
                let is_moved = self
                    .plan
                    .is_some_and(|plan| plan.draft || publication.state.is_under_way());
                if is_touched || is_moved {
                    return Err(BackendError::Conflict(settled(publication.state)));
                }
            } else if let Some(target) = target {
                self.check_what_is_out(publication, target)?;
            }
        }
        Ok(())
    }

    /// Whether a channel's part is still to be written or may still change.
    pub(super) fn is_open(&self, channel: ChannelId) -> bool {
        let stored = self.stored.iter().find(|it| it.channel == channel);
        stored.is_none_or(|it| it.is_editable() || it.state == State::Cancelled)
    }

    /// Brings the publications in line: kept channels keep theirs, new ones get one, dropped ones lose theirs unless
    /// something of it is out.
    pub(crate) async fn store(
        &self,
        deps: &Deps,
        unit: &dyn Unit,
        post: &Post,
        now: Timestamp,
    ) -> Result<Vec<Publication>, BackendError> {
        let (mut kept, mut fresh, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for target in &self.composed.targets {
            let old = self.stored.iter().find(|it| it.channel == target.channel.id);
            let publication = match old {
                None => {
                    let wanted = publication_of(deps, post, target, self.composed, now);
                    fresh.push(wanted.clone());
                    wanted
                }
                Some(old) if !self.is_open(old.channel) => old.clone(),
                Some(old) => {
                    let changed = self.changed(post, old, target, now)?;
                    kept.push(changed.clone());
                    changed
                }
            };
            all.push(publication);
        }
        let (gone, ended) = self.dropped(&all, now);
        kept.extend(ended.iter().cloned());
        unit.delete_publications(&gone).await?;
        unit.save_publications(&kept).await?;
        unit.insert_publications(&fresh).await?;
        all.extend(ended);
        Ok(all)
    }

    fn target(&self, channel: ChannelId) -> Option<&ComposedTarget> {
        self.composed
            .targets
            .iter()
            .find(|target| target.channel.id == channel)
    }

    fn differs(&self, publication: &Publication, target: &ComposedTarget) -> bool {
        publication.settings != target.settings
            || !read_alike(
                self.before.entries_for(publication.channel),
                self.composed.entries_of(target),
            )
    }

    fn check_what_is_out(
        &self,
        publication: &Publication,
        target: &ComposedTarget,
    ) -> Result<(), BackendError> {
        let out = usize::try_from(publication.entry).unwrap_or(usize::MAX);
        let was = self.before.entries_for(publication.channel).get(..out);
        let shall_be = self.composed.entries_of(target).get(..out);
        match was.zip(shall_be) {
            Some((was, shall_be)) if read_alike(was, shall_be) => Ok(()),
            Some(_) | None => Err(BackendError::Conflict(partly_out(publication.entry))),
        }
    }

    fn changed(
        &self,
        post: &Post,
        old: &Publication,
        target: &ComposedTarget,
        now: Timestamp,
    ) -> Result<Publication, BackendError> {
        // A channel that comes back has no time of its own any more.
        let is_back = old.state == State::Cancelled;
        let at = post.publish_at.as_ref().map(|at| at.instant);
        let plan = (is_back || self.plan.is_some()).then_some(match at {
            Some(at) if !post.draft => publication::Plan::At(at),
            at => publication::Plan::Draft(at),
        });
        let entries = u32::try_from(self.composed.entries_of(target).len()).unwrap_or(u32::MAX);
        let mut publication = old.clone();
        let edit = Edit {
            entries,
            settings: target.settings.clone(),
            differs: self.differs(old, target),
            plan,
        };
        publication
            .edit(edit, now)
            .map_err(|refusal| BackendError::Conflict(refused(refusal)))?;
        Ok(publication)
    }

    /// What the edit leaves out: deleted where nothing is out, else kept as cancelled with what is out.
    fn dropped(&self, kept: &[Publication], now: Timestamp) -> (Vec<PublicationId>, Vec<Publication>) {
        let left_out = self
            .stored
            .iter()
            .filter(|it| kept.iter().all(|kept| kept.id != it.id));
        let (out, gone): (Vec<&Publication>, Vec<&Publication>) =
            left_out.partition(|it| !it.releases.is_empty());
        let ended = out.into_iter().cloned().map(|mut publication| {
            if publication.state != State::Cancelled && publication.cancel(now).is_err() {
                tracing::error!(publication.id = %publication.id, state = %publication.state, "dropped part not cancelled");
            }
            publication
        });
        let ended = ended.collect();
        (gone.into_iter().map(|it| it.id).collect(), ended)
    }
}

/// Whether readers at the platform would see the same.
fn read_alike(one: &[Entry], other: &[Entry]) -> bool {
    let files = |entry: &Entry| -> Vec<(MediaId, String)> {
        let used = entry.media.iter();
        used.map(|used| (used.media.id, used.alt.clone().unwrap_or_default()))
            .collect()
    };
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.content == other.content && files(one) == files(other))
}
