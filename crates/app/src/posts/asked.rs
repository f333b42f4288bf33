//! When a post goes out, and how it returns.

use postern_domain::ports::Unit;
use postern_domain::post::{Intent, NewPost, Post};
use postern_domain::recurrence::NewRecurrence;
use postern_domain::time::{PublishAt, Timestamp};
use postern_domain::workspace::Workspace;
use postern_domain::{BackendError, Problem};

use super::compose::Composed;
use super::slot;
use super::when::{Plan, decide};
use crate::recurrence::begin::{self, Beginning};

/// What an author wishes about time.
pub(super) struct Wish<'a> {
    /// What shall become of the post.
    pub(super) intent: &'a Intent,
    /// How it returns.
    pub(super) recurrence: Option<&'a NewRecurrence>,
}

/// What comes of a wish.
pub(super) struct Asked {
    /// When it goes out.
    pub(super) plan: Plan,
    /// The recurrence that begins with it.
    pub(super) beginning: Option<Beginning>,
}

impl<'a> Wish<'a> {
    /// What a new post wishes.
    pub(super) fn of(new: &'a NewPost) -> Self {
        Self {
            intent: &new.intent,
            recurrence: new.recurrence.as_ref(),
        }
    }
}

impl Asked {
    /// A post whose time is not touched keeps it, also when it has passed by now: the clock will decide.
    pub(super) fn unmoved(post: &Post) -> Self {
        Self {
            plan: Plan {
                at: post.publish_at.clone(),
                draft: post.draft,
            },
            beginning: None,
        }
    }

    /// What a wish means on the clock; with a recurrence it is the first date.
    pub(super) async fn of(
        unit: &dyn Unit,
        wish: &Wish<'_>,
        composed: &Composed,
        workspace: &Workspace,
        now: Timestamp,
    ) -> Result<Result<Self, Problem>, BackendError> {
        let slot = next_slot(unit, workspace, wish.intent, composed, now).await?;
        let plan = decide(wish.intent, workspace, slot, now);
        let Some(recurrence) = wish.recurrence else {
            return Ok(plan.map(|plan| Self {
                plan,
                beginning: None,
            }));
        };
        let beginning = begin::decide(recurrence, wish.intent, plan, workspace, now);
        Ok(beginning.map(|beginning| Self {
            plan: Plan {
                at: Some(beginning.first.at.clone()),
                draft: false,
            },
            beginning: Some(beginning),
        }))
    }
}

/// The next free slot of the first channel, where the intent asks for one. Nobody else finds the same one free before
/// the unit of work has ended.
async fn next_slot(
    unit: &dyn Unit,
    workspace: &Workspace,
    intent: &Intent,
    composed: &Composed,
    now: Timestamp,
) -> Result<Option<PublishAt>, BackendError> {
    match (intent, composed.targets.first()) {
        (Intent::Queue, Some(target)) => {
            let channel = target.channel.id;
            unit.lock_channels(workspace.id, &[channel]).await?;
            slot::next_free(unit, workspace, channel, now).await
        }
        (Intent::Queue | Intent::Draft(_) | Intent::Now | Intent::Schedule { .. }, _) => Ok(None),
    }
}
