//! Approval: what authors without the right to publish write waits, and what is approved goes out.

use std::time::Duration;

use postern_domain::actor::Scope;
use postern_domain::id::ChannelId;
use postern_domain::ports::{Clock, Posts};
use postern_domain::post::{Intent, PostEdit, PostRef, PostState, PostView};
use postern_domain::publication::State;
use postern_domain::recurrence::NewRecurrence;
use postern_domain::review::{Decision, Rejection};
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::value::Settings;
use postern_domain::workspace::Role;
use postern_domain::{Actor, BackendError, Code};

use crate::desk::{Desk, entry, new_post};

const MINUTE: Duration = Duration::from_mins(1);

/// A key that may write posts and not publish them.
fn author(desk: &Desk) -> Actor {
    Actor {
        name: "Eve".into(),
        scopes: vec![Scope::PostsRead, Scope::PostsDraft],
        ..desk.actor.clone()
    }
}

fn at(instant: Timestamp) -> Intent {
    Intent::Schedule {
        at: PublishAt::at(instant, Zone::utc()),
        past_is_now: false,
    }
}

/// A post of the author that is meant for the next minute.
async fn asked(desk: &Desk, channel: ChannelId) -> PostView {
    let post = new_post(at(desk.clock.now().plus(MINUTE)), &[channel], &["hello"]);
    let created = desk.app.create_post(&author(desk), post, None).await;
    created.unwrap().view
}

fn id(view: &PostView) -> PostRef {
    PostRef::Post(view.post.id)
}

#[tokio::test]
async fn what_an_author_plans_goes_out_once_it_is_approved_and_not_before() {
    let desk = Desk::new().await;
    let channel = desk.channel().await.id;
    let view = asked(&desk, channel).await;
    assert_eq!(
        (view.state, view.publications[0].publication.state),
        (PostState::NeedsApproval, State::Draft)
    );
    assert!(desk.work(MINUTE * 2).await.is_empty(), "not approved yet");
    let refused = desk
        .app
        .review_post(&author(&desk), id(&view), Decision::Approve)
        .await;
    assert_eq!(refused, Err(BackendError::Forbidden(Scope::PostsWrite)));
    let view = desk
        .app
        .review_post(&desk.actor, id(&view), Decision::Approve)
        .await
        .unwrap();
    assert_eq!(view.state, PostState::Scheduled);
    let review = view.post.review.clone().unwrap();
    assert_eq!(review.asked_by, "Eve");
    assert_eq!(review.verdict.unwrap().by, desk.actor.name);
    let again = desk
        .app
        .review_post(&desk.actor, id(&view), Decision::Approve)
        .await;
    assert!(
        matches!(&again, Err(BackendError::Conflict(problem)) if problem.code == Code::NotInReview),
        "{again:?}"
    );
    assert_eq!(
        desk.work(Duration::ZERO).await.len(),
        1,
        "its time has passed a minute ago"
    );
}

#[tokio::test]
async fn at_once_means_when_it_is_approved_and_too_late_is_told() {
    let desk = Desk::new().await;
    let channel = desk.channel().await.id;
    let post = new_post(Intent::Now, &[channel], &["hello"]);
    let view = desk
        .app
        .create_post(&author(&desk), post, None)
        .await
        .unwrap()
        .view;
    assert_eq!(
        (view.state, view.post.publish_at.clone()),
        (PostState::NeedsApproval, None)
    );
    let late = asked(&desk, channel).await;
    assert!(desk.work(Duration::from_hours(48)).await.is_empty());
    let refused = desk
        .app
        .review_post(&desk.actor, id(&late), Decision::Approve)
        .await;
    assert!(
        matches!(&refused, Err(BackendError::Refused(all)) if all[0].code == Code::PublishTimePassed),
        "{refused:?}"
    );
    let stored = desk.view(id(&late)).await;
    assert_eq!(stored.state, PostState::NeedsApproval, "nothing changed");
    desk.app
        .review_post(&desk.actor, id(&view), Decision::Approve)
        .await
        .unwrap();
    let claimed = desk.work(Duration::ZERO).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].publication.post, view.post.id);
}

#[tokio::test]
async fn what_is_rejected_is_a_draft_with_the_reason_until_it_is_asked_for_again() {
    let desk = Desk::new().await;
    let channel = desk.channel().await.id;
    let view = asked(&desk, channel).await;
    let too_long = Decision::Reject(Rejection("x".repeat(Rejection::LONGEST + 1)));
    let refused = desk.app.review_post(&desk.actor, id(&view), too_long).await;
    assert!(
        matches!(&refused, Err(BackendError::Refused(all)) if all[0].field == "/reason"),
        "{refused:?}"
    );
    let reject = Decision::Reject(Rejection(" no logo ".into()));
    let view = desk
        .app
        .review_post(&desk.actor, id(&view), reject)
        .await
        .unwrap();
    assert_eq!(view.state, PostState::Draft);
    assert_eq!(
        view.post.review.as_ref().unwrap().rejection().unwrap().1,
        "no logo"
    );
    assert!(desk.work(MINUTE * 2).await.is_empty());
    let edit = PostEdit {
        entries: Some(vec![entry("with a logo")]),
        intent: Some(at(desk.clock.now().plus(MINUTE))),
        ..PostEdit::default()
    };
    let view = desk
        .app
        .update_post(&author(&desk), id(&view), edit)
        .await
        .unwrap();
    assert_eq!(view.state, PostState::NeedsApproval);
    assert_eq!(view.post.review.unwrap().verdict, None);
}

#[tokio::test]
async fn an_author_cannot_change_what_is_in_the_plan_without_asking_again() {
    let desk = Desk::new().await;
    let channel = desk.channel().await.id;
    let eve = author(&desk);
    let view = desk.schedule(&[channel], &["approved words"]).await;
    let part = view.publications[0].publication.id;
    let forbidden = Err(BackendError::Forbidden(Scope::PostsWrite));
    assert_eq!(desk.app.cancel_post(&eve, id(&view)).await, forbidden);
    assert_eq!(desk.app.publish_post(&eve, id(&view)).await, forbidden);
    assert_eq!(desk.app.retry_post(&eve, id(&view)).await, forbidden);
    assert_eq!(
        desk.app.update_settings(&eve, part, Settings::new()).await,
        forbidden
    );
    assert_eq!(
        desk.view(id(&view)).await.state,
        PostState::Scheduled,
        "nothing changed"
    );
    let edit = PostEdit {
        entries: Some(vec![entry("other words")]),
        ..PostEdit::default()
    };
    let view = desk.app.update_post(&eve, id(&view), edit).await.unwrap();
    assert_eq!(
        (view.state, view.publications[0].publication.state),
        (PostState::NeedsApproval, State::Draft)
    );
    assert!(desk.work(MINUTE * 2).await.is_empty(), "the other words wait");
    let mut post = new_post(at(desk.clock.now().plus(MINUTE)), &[channel], &["every day"]);
    post.recurrence = Some(NewRecurrence::EveryDays(1));
    let returning = desk.app.create_post(&eve, post, None).await;
    assert_eq!(
        returning.map(|it| it.view.state),
        Err(BackendError::Forbidden(Scope::PostsWrite))
    );
}

#[tokio::test]
async fn whoever_may_publish_approves_by_doing_it_and_an_author_takes_it_back() {
    let desk = Desk::new().await;
    let channel = desk.channel().await.id;
    let view = asked(&desk, channel).await;
    let edit = PostEdit {
        intent: Some(at(desk.clock.now().plus(MINUTE))),
        ..PostEdit::default()
    };
    let view = desk.app.update_post(&desk.actor, id(&view), edit).await.unwrap();
    assert_eq!(view.state, PostState::Scheduled);
    assert!(
        view.post
            .review
            .unwrap()
            .verdict
            .is_some_and(|verdict| verdict.rejected.is_none())
    );
    let view = asked(&desk, channel).await;
    let view = desk.app.publish_post(&desk.actor, id(&view)).await.unwrap();
    assert!(view.post.review.unwrap().verdict.is_some());
    let view = asked(&desk, channel).await;
    let edit = PostEdit {
        intent: Some(Intent::Draft(None)),
        ..PostEdit::default()
    };
    let view = desk
        .app
        .update_post(&author(&desk), id(&view), edit)
        .await
        .unwrap();
    assert_eq!((view.state, view.post.review), (PostState::Draft, None));
    let view = asked(&desk, channel).await;
    let view = desk.app.cancel_post(&author(&desk), id(&view)).await.unwrap();
    assert_eq!(
        view.state,
        PostState::Trashed,
        "its own draft an author may throw away"
    );
}

#[tokio::test]
async fn the_role_decides_where_the_key_may_do_more() {
    let desk = Desk::new().await;
    let channel = desk.channel().await.id;
    let member = Actor {
        role: Role::Author,
        ..desk.actor.clone()
    };
    let post = new_post(Intent::Now, &[channel], &["hello"]);
    let view = desk.app.create_post(&member, post, None).await.unwrap().view;
    assert_eq!(view.state, PostState::NeedsApproval);
    let reader = Actor {
        role: Role::Viewer,
        ..desk.actor.clone()
    };
    let post = new_post(Intent::Draft(None), &[channel], &["hello"]);
    let refused = desk.app.create_post(&reader, post, None).await;
    assert_eq!(
        refused.map(|it| it.view.state),
        Err(BackendError::Forbidden(Scope::PostsWrite))
    );
}
