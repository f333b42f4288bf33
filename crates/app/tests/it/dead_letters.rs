//! What did not get through, and trying it again.

use std::time::Duration;

use postern_domain::actor::Actor;
use postern_domain::dead_letter::DeadLetterId;
use postern_domain::event::Event;
use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::id::{AnnouncementId, WorkspaceId};
use postern_domain::ports::{Announcement, Clock, DeadLetters, Dispatch, Report};
use postern_domain::post::PostRef;
use postern_domain::publication::{Outcome, State};

use crate::desk::Desk;

/// Lets every try of what is due fail in this way until nothing is due any more.
async fn fail_for_good(desk: &Desk, class: ErrorClass) {
    for _ in 0..10 {
        for claimed in desk.work(Duration::from_hours(1)).await {
            let now = desk.clock.now();
            let failure = Failure {
                class,
                code: "server_failed".into(),
                provider_code: None,
                provider_message: None,
                cause: "the platform failed".into(),
                fix: "wait".into(),
                attempt: 0,
                at: now,
            };
            let report = Report {
                lease: claimed.lease,
                outcome: Outcome::Failed(failure),
                trace: Trace::default(),
                started_at: now,
                ended_at: now,
            };
            desk.app.report(vec![report]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_post_whose_tries_are_used_up_is_told_and_sent_again_on_request() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    fail_for_good(&desk, ErrorClass::Transient).await;
    let letters = desk.app.dead_letters(&desk.actor).await.unwrap();
    let id = DeadLetterId::Publication(view.publications[0].publication.id);
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].id, letters[0].kind.as_str()), (id, "server_failed"));
    assert_eq!(letters[0].post, Some(view.post.id));
    desk.app.replay(&desk.actor, id).await.unwrap();
    assert!(desk.app.dead_letters(&desk.actor).await.unwrap().is_empty());
    assert_eq!(desk.work(Duration::ZERO).await.len(), 1);
    assert!(
        desk.app.replay(&desk.actor, id).await.is_err(),
        "it is on its way"
    );
}

#[tokio::test]
async fn what_a_platform_refused_is_its_authors_to_mend() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    fail_for_good(&desk, ErrorClass::Rejected).await;
    let view = desk.view(PostRef::Post(view.post.id)).await;
    assert_eq!(view.publications[0].publication.state, State::Failed);
    assert!(desk.app.dead_letters(&desk.actor).await.unwrap().is_empty());
}

#[tokio::test]
async fn announcements_laid_aside_are_for_the_instances_owner() {
    let desk = Desk::new().await;
    let id = AnnouncementId::from_bits(7);
    let unit = desk.database.storage().begin().await.unwrap();
    let announcement = Announcement {
        id,
        event: Event::ScheduleChanged,
        traceparent: None,
        at: desk.clock.now(),
    };
    unit.announce(&[announcement]).await.unwrap();
    unit.bury(&[id], "the bus refuses it", desk.clock.now())
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let id = DeadLetterId::Announcement(id);
    let stranger = Actor {
        workspace: WorkspaceId::from_bits(77),
        ..desk.actor.clone()
    };
    assert!(desk.app.dead_letters(&stranger).await.unwrap().is_empty());
    assert!(desk.app.replay(&stranger, id).await.is_err());
    let letters = desk.app.dead_letters(&desk.actor).await.unwrap();
    assert_eq!(
        (letters[0].id, letters[0].reason.as_str()),
        (id, "the bus refuses it")
    );
    desk.app.replay(&desk.actor, id).await.unwrap();
    assert!(desk.app.replay(&desk.actor, id).await.is_err());
    let unit = desk.database.storage().begin().await.unwrap();
    assert!(
        unit.unsent(100)
            .await
            .unwrap()
            .iter()
            .any(|it| DeadLetterId::Announcement(it.id) == id)
    );
}

#[tokio::test]
async fn leftovers_are_forgotten_and_what_was_published_stays() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    fail_for_good(&desk, ErrorClass::Rejected).await;
    desk.clock.advance(Duration::from_hours(24 * 400));
    // The session of the sign-up, the key of no request, and all lines of the audit log but none of the posts.
    assert!(desk.app.clean_up().await.unwrap() > 0);
    assert_eq!(desk.app.clean_up().await.unwrap(), 0);
    let view = desk.view(PostRef::Post(view.post.id)).await;
    assert_eq!(view.publications[0].publication.attempts, 1);
}
