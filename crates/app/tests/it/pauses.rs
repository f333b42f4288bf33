//! Holding everything, letting it go again, and who may.

use std::time::Duration;

use postern_domain::actor::{Actor, Scope};
use postern_domain::id::WorkspaceId;
use postern_domain::pause::{CatchUp, Held, PauseScope, Resumed};
use postern_domain::ports::{ChannelChange, Channels, Clock, Dispatch, Pauses, Posts};
use postern_domain::post::{Intent, PostRef, PostView};
use postern_domain::publication::State;
use postern_domain::workspace::Role;
use postern_domain::{BackendError, Code};

use crate::desk::{Desk, new_post};

const MINUTE: Duration = Duration::from_mins(1);

fn whole(desk: &Desk) -> PauseScope {
    PauseScope::Workspace(desk.actor.workspace)
}

async fn stands(desk: &Desk, view: &PostView) -> (State, Option<Held>) {
    let view = desk.view(PostRef::Post(view.post.id)).await;
    let part = &view.publications[0];
    (part.publication.state, part.held)
}

#[tokio::test]
async fn a_pause_of_any_kind_holds_what_becomes_due_and_says_why() {
    for reason in [Held::Channel, Held::Workspace, Held::Instance] {
        let desk = Desk::new().await;
        let channel = desk.channel().await;
        let scope = match reason {
            Held::Channel | Held::Reconnect => PauseScope::Channel(channel.id),
            Held::Workspace => whole(&desk),
            Held::Instance => PauseScope::Instance,
        };
        let view = desk.schedule(&[channel.id], &["one"]).await;
        let pause = desk.app.pause(&desk.actor, scope).await.unwrap();
        assert_eq!((pause.scope, pause.by.as_str()), (scope, "ada"));
        assert!(desk.work(MINUTE).await.is_empty(), "{scope}");
        assert_eq!(stands(&desk, &view).await, (State::Held, Some(reason)));
        assert_eq!(desk.app.pauses(&desk.actor).await.unwrap(), [pause]);
        let resumed = desk.app.resume(&desk.actor, scope, CatchUp::Rule).await.unwrap();
        assert_eq!((resumed.released, resumed.missed, resumed.more), (1, 0, false));
        assert!(desk.app.pauses(&desk.actor).await.unwrap().is_empty());
        assert_eq!(desk.work(Duration::ZERO).await.len(), 1, "{scope}");
        assert_eq!(stands(&desk, &view).await, (State::Preparing, None));
    }
}

#[tokio::test]
async fn what_a_worker_has_in_hand_is_finished_during_a_pause() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    assert_eq!(desk.work(MINUTE).await.len(), 1);
    desk.app.pause(&desk.actor, whole(&desk)).await.unwrap();
    assert!(desk.work(Duration::from_secs(1)).await.is_empty());
    assert_eq!(stands(&desk, &view).await, (State::Preparing, None));
}

#[tokio::test]
async fn a_resume_decides_about_what_is_late() {
    let late = [State::Scheduled, State::Missed, State::Scheduled, State::Missed];
    let choices = [
        (CatchUp::Rule, Duration::from_hours(1), late[0]),
        (CatchUp::Rule, Duration::from_hours(7), late[1]),
        (CatchUp::Send, Duration::from_hours(7), late[2]),
        (CatchUp::Miss, Duration::from_hours(1), late[3]),
    ];
    for (choice, passed, want) in choices {
        let desk = Desk::new().await;
        let channel = desk.channel().await;
        desk.app.pause(&desk.actor, whole(&desk)).await.unwrap();
        let view = desk.schedule(&[channel.id], &["one"]).await;
        desk.work(MINUTE).await;
        desk.clock.advance(passed);
        let resumed = desk.app.resume(&desk.actor, whole(&desk), choice).await.unwrap();
        let missed = u32::from(want == State::Missed);
        assert_eq!(
            (resumed.released, resumed.missed),
            (1 - missed, missed),
            "{choice}"
        );
        assert_eq!(stands(&desk, &view).await.0, want, "{choice} after {passed:?}");
        let sent = desk.work(Duration::ZERO).await.len();
        assert_eq!(
            sent,
            usize::from(want == State::Scheduled),
            "{choice} after {passed:?}"
        );
    }
}

#[tokio::test]
async fn what_was_late_goes_out_in_the_order_it_was_planned() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.app.pause(&desk.actor, whole(&desk)).await.unwrap();
    let mut planned = Vec::new();
    for _ in 0..3 {
        planned.push(desk.schedule(&[channel.id], &["later and later"]).await.post.id);
        desk.work(MINUTE * 2).await;
    }
    desk.app
        .resume(&desk.actor, whole(&desk), CatchUp::Send)
        .await
        .unwrap();
    let mut sent = Vec::new();
    for _ in 0..3 {
        desk.app.release_due(1).await.unwrap();
        let unit = desk.database.storage().read().await.unwrap();
        let states = [State::Leased];
        let leased = unit
            .publications_in(desk.actor.workspace, &states, 9)
            .await
            .unwrap();
        sent.extend(
            leased
                .iter()
                .map(|it| it.post)
                .filter(|it| !sent.contains(it))
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(sent, planned);
}

#[tokio::test]
async fn what_something_else_holds_stays_held_with_its_own_reason() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let scope = PauseScope::Channel(channel.id);
    desk.app.pause(&desk.actor, scope).await.unwrap();
    desk.app.pause(&desk.actor, PauseScope::Instance).await.unwrap();
    let unit = desk.database.storage().read().await.unwrap();
    let kinds: Vec<_> = unit.pauses(&[desk.actor.workspace]).await.unwrap();
    assert_eq!(
        kinds.iter().map(|it| it.scope).collect::<Vec<_>>(),
        [PauseScope::Instance, scope]
    );
    drop(unit);
    desk.app
        .change_channel(&desk.actor, channel.id, ChannelChange::Disabled(false))
        .await
        .unwrap();
    let view = desk.schedule(&[channel.id], &["one"]).await;
    desk.work(MINUTE).await;
    desk.app.pause(&desk.actor, scope).await.unwrap();
    assert_eq!(stands(&desk, &view).await, (State::Held, Some(Held::Channel)));
    let resumed = desk
        .app
        .resume(&desk.actor, PauseScope::Instance, CatchUp::Send)
        .await;
    assert_eq!(resumed.unwrap(), Resumed::default());
    assert_eq!(stands(&desk, &view).await, (State::Held, Some(Held::Channel)));
    desk.app.resume(&desk.actor, scope, CatchUp::Rule).await.unwrap();
    assert_eq!(stands(&desk, &view).await.0, State::Scheduled);
}

#[tokio::test]
async fn a_pause_set_twice_keeps_its_beginning_and_a_resume_without_one_does_nothing() {
    let desk = Desk::new().await;
    let scope = whole(&desk);
    let first = desk.app.pause(&desk.actor, scope).await.unwrap();
    desk.clock.advance(MINUTE);
    assert_eq!(desk.app.pause(&desk.actor, scope).await.unwrap(), first);
    desk.app.resume(&desk.actor, scope, CatchUp::Rule).await.unwrap();
    let again = desk.app.resume(&desk.actor, scope, CatchUp::Send).await.unwrap();
    assert_eq!(again, Resumed::default());
    let anew = desk.app.pause(&desk.actor, scope).await.unwrap();
    assert_eq!(anew.since, desk.clock.now());
}

#[tokio::test]
async fn a_resume_that_broke_off_is_finished_by_the_metronome_with_the_same_choice() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.app.pause(&desk.actor, whole(&desk)).await.unwrap();
    let view = desk.schedule(&[channel.id], &["one"]).await;
    desk.work(MINUTE).await;
    desk.clock.advance(Duration::from_hours(7));
    let unit = desk.database.storage().begin().await.unwrap();
    let resumption = postern_domain::pause::Resumption {
        scope: whole(&desk),
        catch_up: CatchUp::Send,
    };
    unit.put_resumption(&resumption, Some(desk.actor.workspace))
        .await
        .unwrap();
    unit.commit().await.unwrap();
    desk.app.clean_up().await.unwrap();
    assert_eq!(stands(&desk, &view).await.0, State::Scheduled);
    let unit = desk.database.storage().read().await.unwrap();
    assert!(unit.resumptions(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn nothing_is_held_without_a_reason_for_long() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    desk.clock.advance(MINUTE);
    let unit = desk.database.storage().begin().await.unwrap();
    let mut publication = view.publications[0].publication.clone();
    publication.hold(desk.clock.now()).unwrap();
    unit.save_publications(&[publication]).await.unwrap();
    unit.commit().await.unwrap();
    desk.app.clean_up().await.unwrap();
    assert_eq!(stands(&desk, &view).await, (State::Held, None));
    desk.clock.advance(MINUTE);
    desk.app.clean_up().await.unwrap();
    assert_eq!(stands(&desk, &view).await.0, State::Scheduled);
}

#[tokio::test]
async fn thousands_are_let_go_in_pieces() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.app.pause(&desk.actor, whole(&desk)).await.unwrap();
    for _ in 0..130 {
        let post = new_post(Intent::Now, &[channel.id], &["one"]);
        desk.app.create_post(&desk.actor, post, None).await.unwrap();
    }
    for _ in 0..2 {
        desk.work(Duration::from_secs(1)).await;
    }
    let resumed = desk
        .app
        .resume(&desk.actor, whole(&desk), CatchUp::Rule)
        .await
        .unwrap();
    assert_eq!((resumed.released, resumed.more), (130, false));
}

#[tokio::test]
async fn only_the_owner_of_the_instance_pauses_all_of_it() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let refused = |answer: Result<postern_domain::pause::Pause, BackendError>| match answer.unwrap_err() {
        BackendError::Forbidden(scope) => scope.to_string(),
        error => error.problems()[0].code.to_string(),
    };
    let admin = Actor {
        role: Role::Admin,
        ..desk.actor.clone()
    };
    let elsewhere = Actor {
        workspace: WorkspaceId::from_bits(77),
        ..desk.actor.clone()
    };
    let reader = Actor {
        scopes: vec![Scope::PostsRead, Scope::ChannelsRead],
        ..desk.actor.clone()
    };
    let (instance, one) = (PauseScope::Instance, PauseScope::Channel(channel.id));
    for (actor, scope, want) in [
        (&admin, instance, Code::Forbidden.to_string()),
        (&elsewhere, instance, Code::Forbidden.to_string()),
        (&elsewhere, whole(&desk), Code::NotFound.to_string()),
        (&elsewhere, one, Code::NotFound.to_string()),
        (&reader, whole(&desk), Scope::ChannelsWrite.to_string()),
    ] {
        assert_eq!(refused(desk.app.pause(actor, scope).await), want, "{scope}");
        assert!(!desk.app.may_pause(actor, scope).await.unwrap() || scope == one);
    }
    assert!(desk.app.may_pause(&desk.actor, instance).await.unwrap());
    assert!(desk.app.pauses(&desk.actor).await.unwrap().is_empty());
}
