//! Posts that return, through the compatible routes: their clients know one post with a number of days, so that what
//! they change or delete is all that is to come.

use postern_domain::ports::{Planning, Posts};
use postern_domain::post::{Intent, NewPost, NewTarget, PostEdit, PostRef, PostView};
use postern_domain::publication::State;
use postern_domain::recurrence::{Ahead, NewRecurrence, Reach, RecurrenceEdit, RecurrenceView, Rule};
use postern_domain::time::PublishAt;
use postern_domain::{Actor, BackendError};

use super::revise;
use crate::deps::Inner;

/// Changes a stored post to what is asked, and what is to come of it.
///
/// Without a recurrence in the request a post that returns goes out once more, as asked, and its recurrence ends.
pub(super) async fn update(
    shared: &Inner,
    actor: &Actor,
    stored: &PostView,
    edit: PostEdit,
    asked: Option<&NewRecurrence>,
) -> Result<PostView, BackendError> {
    let id = PostRef::Post(stored.post.id);
    let Some(series) = stored.post.series else {
        let edit = PostEdit {
            recurrence: asked.cloned(),
            ..edit
        };
        return shared.app.update_post(actor, id, edit).await;
    };
    let recurrence = shared.app.recurrence(actor, series.recurrence).await?;
    let Some(asked) = asked.filter(|_| recurrence.recurrence.is_running()) else {
        let view = shared.app.update_post(actor, id, edit).await?;
        shared
            .app
            .end_recurrence(actor, series.recurrence, Ahead::Keep)
            .await?;
        return Ok(view);
    };
    let change = RecurrenceEdit {
        expected_version: None,
        reach: Reach::All,
        rule: rule(asked, edit.intent.as_ref(), &recurrence.recurrence.rule),
        entries: edit.entries,
        targets: edit.targets,
        tags: edit.tags,
    };
    let changed = shared
        .app
        .update_recurrence(actor, series.recurrence, change)
        .await?;
    match changed.next {
        Some(next) => Ok(next),
        None => shared.app.post(actor, id).await,
    }
}

/// The rule that is asked for; none where it is the stored one.
fn rule(asked: &NewRecurrence, intent: Option<&Intent>, stored: &Rule) -> Option<Rule> {
    match asked {
        NewRecurrence::Rule(rule) => Some((**rule).clone()),
        NewRecurrence::EveryDays(days) => {
            let at = match intent {
                Some(Intent::Schedule { at, .. }) => at,
                Some(Intent::Draft(_) | Intent::Now | Intent::Queue) | None => return None,
            };
            let wanted = Rule::every_days(*days, at);
            let is_kept = stored.interval_days() == Some(u32::from(*days)) && is_on(stored, &wanted, at);
            (!is_kept).then_some(wanted)
        }
    }
}

/// Whether a stored rule falls onto this time as well, so that a client which sends it back changes nothing.
fn is_on(stored: &Rule, wanted: &Rule, at: &PublishAt) -> bool {
    let date = at.instant.in_zone(stored.zone()).date();
    stored.time() == wanted.time() && stored.zone() == wanted.zone() && stored.falls_on(date)
}

/// Takes a post out of the plan for good: with what is to come of it, or only on the channel that is named.
pub(super) async fn stop(shared: &Inner, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
    let view = match shared.app.post(actor, id).await {
        // A key that only writes cannot look which channels would be left.
        Err(BackendError::Forbidden(_)) => return stop_blindly(shared, actor, id).await,
        view => view?,
    };
    let Some(series) = view.post.series else {
        return shared.app.cancel_post(actor, id).await;
    };
    let recurrence = shared.app.recurrence(actor, series.recurrence).await?;
    if !recurrence.recurrence.is_running() {
        return shared.app.cancel_post(actor, id).await;
    }
    match without_channel(&recurrence, &view, id) {
        Some(post) => {
            let change = RecurrenceEdit {
                expected_version: Some(recurrence.recurrence.version),
                reach: Reach::All,
                rule: None,
                entries: Some(post.entries),
                targets: Some(post.targets),
                tags: None,
            };
            shared
                .app
                .update_recurrence(actor, series.recurrence, change)
                .await?;
        }
        None => {
            shared
                .app
                .end_recurrence(actor, series.recurrence, Ahead::Discard)
                .await?;
        }
    }
    Ok(view)
}

async fn stop_blindly(shared: &Inner, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
    let view = shared.app.cancel_post(actor, id).await?;
    if let Some(series) = view.post.series {
        shared
            .app
            .end_recurrence(actor, series.recurrence, Ahead::Discard)
            .await?;
    }
    Ok(view)
}

/// The template without the channel that is named; none where nothing would be left.
fn without_channel(recurrence: &RecurrenceView, view: &PostView, id: PostRef) -> Option<NewPost> {
    let PostRef::Publication(part) = id else {
        return None;
    };
    let named = view.publications.iter().find(|it| it.publication.id == part)?;
    let template = &recurrence.template;
    let left = template.publications.iter().map(|it| &it.publication);
    let left = left.filter(|it| it.state != State::Cancelled && it.channel != named.channel.id);
    let targets: Vec<NewTarget> = left
        .map(|it| NewTarget {
            channel: it.channel,
            entries: Some(revise::again(template.post.entries_for(it.channel))),
            settings: it.settings.clone(),
        })
        .collect();
    if targets.is_empty() {
        return None;
    }
    Some(NewPost {
        intent: Intent::Draft(None),
        entries: revise::again(&template.post.entries),
        targets,
        tags: Vec::new(),
        recurrence: None,
    })
}
