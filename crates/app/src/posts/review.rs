//! Approval: what an author who may not publish writes waits for somebody who may.

use postern_domain::actor::{Actor, Scope};
use postern_domain::ports::Unit;
use postern_domain::post::{Intent, Post, PostRef, PostView};
use postern_domain::publication::{Publication, State};
use postern_domain::review::{Decision, Rejection, Review, Stage};
use postern_domain::time::Timestamp;
use postern_domain::{BackendError, Code, Problem};

use super::amend::refused;
use super::create::{announce_change, workspace_of};
use super::decide::problems_of_all;
use super::read;
use super::when::{Plan, decide};
use crate::access::require;
use crate::deps::Deps;

/// A plan in the hand of somebody who may publish, or who has to ask first.
#[derive(Debug, Clone)]
pub(crate) struct Submitted {
    /// When the post goes out; a draft while it waits for approval.
    pub(crate) plan: Plan,
    /// What is known of its approval from now on.
    pub(crate) review: Option<Review>,
}

/// What a plan becomes in this actor's hand; `before` is the post as it was, if it was.
pub(super) fn submit(
    actor: &Actor,
    before: Option<&Post>,
    intent: Option<&Intent>,
    plan: &Plan,
    now: Timestamp,
) -> Submitted {
    let known = before.and_then(|post| post.review.clone());
    let stage = before.map_or(Stage::Draft, Post::stage);
    if actor.may(Scope::PostsWrite) {
        let review = if plan.draft {
            known
        } else {
            approved(known, actor, now)
        };
        return Submitted {
            plan: plan.clone(),
            review: review.filter(|review| !is_withdrawn(review, intent)),
        };
    }
    let is_asking = match stage {
        Stage::Planned => true,
        Stage::InReview => !matches!(intent, Some(Intent::Draft(_))),
        Stage::Draft => !plan.draft,
    };
    if !is_asking {
        return Submitted {
            plan: plan.clone(),
            review: known.filter(|review| !is_withdrawn(review, intent)),
        };
    }
    // At once means: when it is approved.
    let is_at_once = matches!(intent, Some(Intent::Now));
    Submitted {
        plan: Plan {
            at: plan.at.clone().filter(|_| !is_at_once),
            draft: true,
        },
        review: Some(Review::asked(&actor.name, now)),
    }
}

/// Whoever publishes what waits for approval approves it.
pub(super) fn approved(review: Option<Review>, actor: &Actor, now: Timestamp) -> Option<Review> {
    review.map(|review| match review.verdict {
        Some(_) => review,
        None => Review {
            verdict: Some(Decision::Approve.into_verdict(&actor.name, now)),
            ..review
        },
    })
}

/// A post that is made a draft waits for nobody any more.
fn is_withdrawn(review: &Review, intent: Option<&Intent>) -> bool {
    review.verdict.is_none() && matches!(intent, Some(Intent::Draft(_)))
}

/// Approves or rejects a post that waits for approval.
#[tracing::instrument(name = "app.posts.review", skip_all, fields(workspace.id = %actor.workspace, post.id = %id))]
pub(super) async fn review_post(
    deps: &Deps,
    actor: &Actor,
    id: PostRef,
    decision: Decision,
) -> Result<PostView, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let decision = checked(decision)?;
    let unit = deps.storage.begin().await?;
    let (mut post, mut publications) = read::load(&*unit, actor, id).await?;
    if post.trashed_at.is_some() {
        return Err(BackendError::not_found("post", id));
    }
    let Some(review) = post
        .review
        .take()
        .filter(|review| review.verdict.is_none() && post.draft)
    else {
        return Err(BackendError::Conflict(not_in_review(&post)));
    };
    let now = deps.clock.now();
    let mut action = "post.rejected";
    if decision == Decision::Approve {
        action = "post.approved";
        plan(deps, &*unit, actor, &mut post, &mut publications).await?;
    }
    post.review = Some(Review {
        verdict: Some(decision.into_verdict(&actor.name, now)),
        ..review
    });
    let expected = post.version;
    post.version += 1;
    post.updated_at = now;
    unit.update_post(&post, expected).await?;
    unit.save_publications(&publications).await?;
    announce_change(deps, &*unit, &post, &publications).await?;
    unit.audit(actor, action, &id.to_string(), now).await?;
    let view = read::view(&*unit, actor, PostRef::Post(post.id)).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    Ok(view)
}

/// Puts an approved post into the plan.
async fn plan(
    deps: &Deps,
    unit: &dyn Unit,
    actor: &Actor,
    post: &mut Post,
    publications: &mut [Publication],
) -> Result<(), BackendError> {
    let problems = problems_of_all(deps, unit, actor, post, publications).await?;
    if !problems.is_empty() {
        return Err(BackendError::Refused(problems));
    }
    let now = deps.clock.now();
    let workspace = workspace_of(unit, actor).await?;
    let intent = post
        .publish_at
        .clone()
        .map_or(Intent::Now, |at| Intent::Schedule {
            at,
            past_is_now: true,
        });
    let plan = decide(&intent, &workspace, None, now).map_err(BackendError::refused)?;
    let at = plan.at.as_ref().map_or(now, |at| at.instant);
    for publication in publications.iter_mut().filter(|it| it.state == State::Draft) {
        publication
            .reschedule(at, now)
            .map_err(|refusal| BackendError::Conflict(refused(refusal)))?;
    }
    post.draft = plan.draft;
    post.publish_at = plan.at;
    Ok(())
}

/// A decision with its reason trimmed; one that is too long is refused.
fn checked(decision: Decision) -> Result<Decision, BackendError> {
    let Decision::Reject(Rejection(reason)) = decision else {
        return Ok(decision);
    };
    let reason = reason.trim();
    let length = reason.chars().count();
    if length > Rejection::LONGEST {
        let problem = Problem::new(
            Code::TextTooLong,
            "/reason",
            "the reason is too long",
            "say it in fewer words",
        );
        let problem = problem.given(format!("{length} characters"));
        return Err(BackendError::refused(
            problem.allowed(format!("{} characters", Rejection::LONGEST)),
        ));
    }
    Ok(Decision::Reject(Rejection(reason.to_owned())))
}

fn not_in_review(post: &Post) -> Problem {
    let (state, fix) = match post.stage() {
        Stage::Draft => ("a draft", "schedule it, or publish it now"),
        Stage::InReview | Stage::Planned => ("in the plan already", "cancel it, or give it another time"),
    };
    Problem::new(
        Code::NotInReview,
        "",
        format!("the post is {state}, so there is nothing to approve"),
        fix,
    )
}
