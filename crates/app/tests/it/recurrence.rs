//! Posts that return.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::id::{ChannelId, RecurrenceId};
use postern_domain::ports::{ChannelChange, Channels, Clock, Planning, Posts};
use postern_domain::post::{Intent, NewPost, PostEdit, PostQuery, PostRef, PostState, PostView};
use postern_domain::publication::State;
use postern_domain::recurrence::{
    Ahead, Frequency, NewRecurrence, Reach, RecurrenceEdit, RecurrenceState, RecurrenceView, Rule, RuleDraft,
};
use postern_domain::time::{PublishAt, Timestamp, Zone, parse_local_date};
use postern_domain::{BackendError, Code};

use crate::desk::{Desk, entry, new_post};

const DAY: Duration = Duration::from_hours(24);

/// Nine o'clock every day from the desk's first day on, an hour after its clock begins.
fn daily() -> RuleDraft {
    RuleDraft {
        frequency: Frequency::Daily,
        time: "09:00".into(),
        zone: "UTC".into(),
        starts_on: "2027-01-15".into(),
        ..RuleDraft::default()
    }
}

fn returning(channels: &[ChannelId], rule: &RuleDraft) -> NewPost {
    NewPost {
        recurrence: Some(NewRecurrence::Rule(Box::new(rule.check().unwrap()))),
        ..new_post(soon(), channels, &["again"])
    }
}

fn soon() -> Intent {
    Intent::Schedule {
        at: PublishAt::at(crate::desk::NOON, Zone::utc()),
        past_is_now: false,
    }
}

async fn begin(desk: &Desk, rule: &RuleDraft) -> (RecurrenceId, PostView) {
    let channel = desk.channel().await;
    let post = returning(&[channel.id], rule);
    let view = desk.app.create_post(&desk.actor, post, None).await.unwrap().view;
    (view.post.series.unwrap().recurrence, view)
}

async fn read(desk: &Desk, id: RecurrenceId) -> RecurrenceView {
    desk.app.recurrence(&desk.actor, id).await.unwrap()
}

fn edit(reach: Reach) -> RecurrenceEdit {
    RecurrenceEdit {
        expected_version: None,
        reach,
        rule: None,
        entries: None,
        targets: None,
        tags: None,
    }
}

fn time_of(view: &PostView) -> String {
    view.post.publish_at.as_ref().unwrap().instant.to_rfc3339()
}

fn code(error: &BackendError) -> Code {
    error.problems()[0].code
}

/// All posts that lists show, by time.
async fn listed(desk: &Desk) -> Vec<PostView> {
    let query = PostQuery {
        limit: 100,
        ..PostQuery::default()
    };
    desk.app.posts(&desk.actor, query).await.unwrap().items
}

#[tokio::test]
async fn the_next_post_is_there_as_soon_as_the_last_ones_time_has_come() {
    let desk = Desk::new().await;
    let (id, first) = begin(&desk, &daily()).await;
    assert_eq!(time_of(&first), "2027-01-15T09:00:00.000Z");
    assert_eq!(listed(&desk).await.len(), 1);
    let early = desk.app.advance_recurrences(10).await.unwrap();
    assert_eq!(
        (early.made, early.next_at.map(Timestamp::to_rfc3339)),
        (0, Some(time_of(&first)))
    );
    assert_eq!(desk.work(Duration::from_hours(1)).await.len(), 1);
    let advanced = desk.app.advance_recurrences(10).await.unwrap();
    assert_eq!(advanced.made, 1);
    let next = read(&desk, id).await.next.unwrap();
    assert_eq!(time_of(&next), "2027-01-16T09:00:00.000Z");
    assert_eq!(next.state, PostState::Scheduled);
    assert_eq!(next.post.entries, first.post.entries);
    assert_eq!(desk.app.advance_recurrences(10).await.unwrap().made, 0);
    assert_eq!(listed(&desk).await.len(), 2);
}

#[tokio::test]
async fn several_metronomes_make_each_post_once() {
    let desk = Arc::new(Desk::new().await);
    let (id, _) = begin(&desk, &daily()).await;
    for _ in 0..3 {
        desk.clock.advance(DAY);
        let all = futures::future::join_all((0..4).map(|_| desk.app.advance_recurrences(10))).await;
        let made: u32 = all.into_iter().map(|it| it.unwrap().made).sum();
        assert_eq!(made, 1);
    }
    let dates: Vec<_> = listed(&desk)
        .await
        .iter()
        .map(|it| it.post.series.unwrap().date())
        .collect();
    assert_eq!(dates.len(), 4);
    assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "{dates:?}");
    assert!(read(&desk, id).await.recurrence.is_running());
}

#[tokio::test]
async fn after_three_days_of_downtime_only_what_the_lateness_rule_allows_goes_out() {
    let desk = Desk::new().await;
    let (id, _) = begin(&desk, &daily()).await;
    // The 18th, 11:00: two hours after the last date that passed, six are allowed.
    desk.clock.advance(DAY * 3 + Duration::from_hours(3));
    assert_eq!(desk.app.advance_recurrences(10).await.unwrap().made, 4);
    let claimed = desk.work(Duration::ZERO).await;
    assert_eq!(claimed.len(), 1);
    let states: Vec<(String, PostState)> = listed(&desk)
        .await
        .iter()
        .map(|it| (time_of(it), it.state))
        .collect();
    let at = |day: u8| format!("2027-01-{day}T09:00:00.000Z");
    assert_eq!(
        states,
        [
            (at(15), PostState::Failed),
            (at(16), PostState::Failed),
            (at(17), PostState::Failed),
            (at(18), PostState::Publishing),
            (at(19), PostState::Scheduled),
        ]
    );
    assert_eq!(
        listed(&desk).await[0].publications[0].publication.state,
        State::Missed
    );
    assert_eq!(time_of(&read(&desk, id).await.next.unwrap()), at(19));
}

#[tokio::test]
async fn a_rule_that_runs_out_ends_by_itself() {
    let desk = Desk::new().await;
    let rule = RuleDraft {
        count: Some(2),
        ..daily()
    };
    let (id, _) = begin(&desk, &rule).await;
    desk.clock.advance(DAY);
    assert_eq!(desk.app.advance_recurrences(10).await.unwrap().made, 1);
    desk.clock.advance(DAY);
    let last = desk.app.advance_recurrences(10).await.unwrap();
    assert_eq!((last.made, last.next_at), (0, None));
    assert_eq!(read(&desk, id).await.recurrence.state, RecurrenceState::Ended);
    assert!(desk.app.recurrences(&desk.actor).await.unwrap().is_empty());
    assert_eq!(listed(&desk).await.len(), 2);
}

#[tokio::test]
async fn a_number_of_days_is_a_rule_of_the_posts_own_time() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let at = PublishAt::at(desk.clock.now().plus(Duration::from_hours(2)), Zone::utc());
    let post = NewPost {
        recurrence: Some(NewRecurrence::EveryDays(7)),
        ..new_post(
            Intent::Schedule {
                at,
                past_is_now: true,
            },
            &[channel.id],
            &["weekly"],
        )
    };
    let view = desk.app.create_post(&desk.actor, post, None).await.unwrap().view;
    let found = read(&desk, view.post.series.unwrap().recurrence).await;
    assert_eq!(found.recurrence.rule.to_string(), "every 7 days at 10:00 (UTC)");
    let ahead = found
        .recurrence
        .upcoming(desk.clock.now(), desk.clock.now().plus(DAY * 22), 9);
    let dates: Vec<String> = ahead.iter().map(|it| it.date.to_string()).collect();
    assert_eq!(dates, ["2027-01-22", "2027-01-29", "2027-02-05"]);
}

#[tokio::test]
async fn a_stored_post_can_begin_to_return() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["once"]).await;
    let change = PostEdit {
        recurrence: Some(NewRecurrence::EveryDays(1)),
        ..PostEdit::default()
    };
    let id = PostRef::Post(view.post.id);
    let changed = desk
        .app
        .update_post(&desk.actor, id, change.clone())
        .await
        .unwrap();
    assert_eq!(time_of(&changed), time_of(&view));
    let found = read(&desk, changed.post.series.unwrap().recurrence).await;
    assert_eq!(found.next.unwrap().post.id, view.post.id);
    let again = desk.app.update_post(&desk.actor, id, change).await.unwrap_err();
    assert_eq!(code(&again), Code::RecurrenceInvalid);
}

#[tokio::test]
async fn what_cannot_return_is_refused() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let passed = RuleDraft {
        until: Some("2027-01-15".into()),
        time: "07:00".into(),
        ..daily()
    };
    let (draft, now) = (Intent::Draft(None), Intent::Now);
    for (intent, rule) in [
        (draft, &daily()),
        (now, &daily()),
        (Intent::Queue, &daily()),
        (soon(), &passed),
    ] {
        let post = NewPost {
            intent: intent.clone(),
            ..returning(&[channel.id], rule)
        };
        for error in [
            desk.app
                .create_post(&desk.actor, post.clone(), None)
                .await
                .unwrap_err(),
            desk.app.preview_post(&desk.actor, post).await.unwrap_err(),
        ] {
            assert_eq!(code(&error), Code::RecurrenceInvalid, "{intent:?}");
            assert_eq!(error.problems()[0].field, "/recurrence");
        }
    }
    assert!(listed(&desk).await.is_empty());
}

#[tokio::test]
async fn nothing_returns_without_end_on_a_channel_that_is_switched_off() {
    let desk = Desk::new().await;
    let (id, _) = begin(&desk, &daily()).await;
    let channel = read(&desk, id).await.template.publications[0].channel.id;
    let off = ChannelChange::Disabled(true);
    desk.app.change_channel(&desk.actor, channel, off).await.unwrap();
    let error = desk
        .app
        .create_post(&desk.actor, returning(&[channel], &daily()), None)
        .await
        .unwrap_err();
    assert_eq!(error.problems()[0].field, "/targets/0/channel");
    assert_eq!(code(&error), Code::ChannelDisabled);
    let error = desk
        .app
        .update_recurrence(&desk.actor, id, edit(Reach::All))
        .await
        .unwrap_err();
    assert_eq!(code(&error), Code::ChannelDisabled);
    assert_eq!(listed(&desk).await.len(), 1);
}

#[tokio::test]
async fn a_single_post_is_changed_without_the_others() {
    let desk = Desk::new().await;
    let (id, first) = begin(&desk, &daily()).await;
    let change = PostEdit {
        entries: Some(vec![entry("only today")]),
        ..PostEdit::default()
    };
    let post = PostRef::Post(first.post.id);
    desk.app.update_post(&desk.actor, post, change).await.unwrap();
    desk.work(Duration::from_hours(1)).await;
    desk.app.advance_recurrences(10).await.unwrap();
    let next = read(&desk, id).await.next.unwrap();
    assert_eq!(next.post.entries, first.post.entries);
}

#[tokio::test]
async fn all_posts_to_come_are_changed_together() {
    let desk = Desk::new().await;
    let (id, first) = begin(&desk, &daily()).await;
    let rule = RuleDraft {
        time: "18:00".into(),
        ..daily()
    };
    let change = RecurrenceEdit {
        expected_version: Some(1),
        rule: Some(rule.check().unwrap()),
        entries: Some(vec![entry("new words")]),
        tags: Some(vec!["evening".into()]),
        ..edit(Reach::All)
    };
    let changed = desk
        .app
        .update_recurrence(&desk.actor, id, change.clone())
        .await
        .unwrap();
    assert_eq!((changed.recurrence.id, changed.recurrence.version), (id, 2));
    let next = changed.next.unwrap();
    assert_eq!(next.post.id, first.post.id);
    assert_eq!(time_of(&next), "2027-01-15T18:00:00.000Z");
    assert_eq!(
        next.publications[0].publication.due_at,
        next.post.publish_at.map(|at| at.instant)
    );
    let again = desk
        .app
        .update_recurrence(&desk.actor, id, change)
        .await
        .unwrap_err();
    assert!(matches!(again, BackendError::Conflict(_)));
    assert_eq!(code(&again), Code::VersionConflict);
    desk.clock.advance(DAY);
    desk.app.advance_recurrences(10).await.unwrap();
    let after = read(&desk, id).await.next.unwrap();
    assert_eq!(time_of(&after), "2027-01-16T18:00:00.000Z");
    assert_eq!(after.post.tags, ["evening"]);
}

#[tokio::test]
async fn a_rule_that_is_moved_does_not_repeat_a_day_that_is_done() {
    let desk = Desk::new().await;
    let (id, _) = begin(&desk, &daily()).await;
    desk.clock.advance(Duration::from_hours(2));
    desk.app.advance_recurrences(10).await.unwrap();
    // 10:00 of the first day, whose post is out; in the evening there would be another one.
    let rule = RuleDraft {
        time: "18:00".into(),
        ..daily()
    };
    let change = RecurrenceEdit {
        rule: Some(rule.check().unwrap()),
        ..edit(Reach::All)
    };
    // Nobody released the post of the first day in this test, so it still waits, and keeps its time.
    let changed = desk.app.update_recurrence(&desk.actor, id, change).await.unwrap();
    assert_eq!(time_of(&changed.next.unwrap()), "2027-01-16T18:00:00.000Z");
    let times: Vec<String> = listed(&desk).await.iter().map(time_of).collect();
    assert_eq!(times, ["2027-01-15T09:00:00.000Z", "2027-01-16T18:00:00.000Z"]);
}

#[tokio::test]
async fn this_and_the_following_become_a_recurrence_of_their_own() {
    let desk = Desk::new().await;
    let rule = RuleDraft {
        count: Some(5),
        ..daily()
    };
    let (id, first) = begin(&desk, &rule).await;
    let from = parse_local_date("2027-01-17").unwrap();
    let change = RecurrenceEdit {
        entries: Some(vec![entry("second half")]),
        ..edit(Reach::From(from))
    };
    let new = desk.app.update_recurrence(&desk.actor, id, change).await.unwrap();
    assert_ne!(new.recurrence.id, id);
    assert_eq!(new.recurrence.rule.occurrences().count(), 3);
    assert_eq!(time_of(&new.next.unwrap()), "2027-01-17T09:00:00.000Z");
    let old = read(&desk, id).await;
    assert_eq!(old.next.unwrap().post.id, first.post.id);
    assert!(old.recurrence.is_running());
    for _ in 0..6 {
        desk.clock.advance(DAY);
        desk.app.advance_recurrences(10).await.unwrap();
    }
    assert!(!read(&desk, id).await.recurrence.is_running());
    let times: Vec<String> = listed(&desk).await.iter().map(time_of).collect();
    let want: Vec<String> = (15..20)
        .map(|day| format!("2027-01-{day}T09:00:00.000Z"))
        .collect();
    assert_eq!(times, want);
}

#[tokio::test]
async fn from_the_post_that_waits_on_the_old_recurrence_is_over() {
    let desk = Desk::new().await;
    let (id, first) = begin(&desk, &daily()).await;
    let rule = RuleDraft {
        frequency: Frequency::Weekly,
        weekdays: vec![1],
        ..daily()
    };
    let change = RecurrenceEdit {
        rule: Some(rule.check().unwrap()),
        ..edit(Reach::From(parse_local_date("2027-01-15").unwrap()))
    };
    let new = desk.app.update_recurrence(&desk.actor, id, change).await.unwrap();
    let next = new.next.unwrap();
    assert_eq!(
        (next.post.id, time_of(&next)),
        (first.post.id, "2027-01-18T09:00:00.000Z".to_owned())
    );
    assert!(!read(&desk, id).await.recurrence.is_running());
    let error = desk
        .app
        .update_recurrence(&desk.actor, id, edit(Reach::All))
        .await
        .unwrap_err();
    assert_eq!(code(&error), Code::RecurrenceInvalid);
}

#[tokio::test]
async fn a_post_in_a_workers_hand_is_not_changed() {
    let desk = Desk::new().await;
    let (id, first) = begin(&desk, &daily()).await;
    desk.work(Duration::from_hours(1)).await;
    let date = parse_local_date("2027-01-15").unwrap();
    for reach in [Reach::All, Reach::From(date)] {
        let error = desk
            .app
            .update_recurrence(&desk.actor, id, edit(reach))
            .await
            .unwrap_err();
        assert_eq!(code(&error), Code::PostSettled, "{reach:?}");
    }
    let error = desk.app.skip_occurrence(&desk.actor, id, date).await.unwrap_err();
    assert_eq!(code(&error), Code::PostSettled);
    // What is under way goes on when the rest is ended.
    let ended = desk
        .app
        .end_recurrence(&desk.actor, id, Ahead::Discard)
        .await
        .unwrap();
    assert!(!ended.recurrence.is_running());
    let post = desk.view(PostRef::Post(first.post.id)).await;
    assert_eq!(post.state, PostState::Publishing);
}

#[tokio::test]
async fn a_date_is_left_out() {
    let desk = Desk::new().await;
    let (id, first) = begin(&desk, &daily()).await;
    let date = |text: &str| parse_local_date(text).unwrap();
    let later = desk
        .app
        .skip_occurrence(&desk.actor, id, date("2027-01-17"))
        .await
        .unwrap();
    assert_eq!(later.next.unwrap().post.id, first.post.id);
    let now = desk
        .app
        .skip_occurrence(&desk.actor, id, date("2027-01-15"))
        .await
        .unwrap();
    assert_eq!(time_of(&now.next.unwrap()), "2027-01-16T09:00:00.000Z");
    assert_eq!(listed(&desk).await.len(), 1);
    desk.clock.advance(DAY * 2);
    desk.app.advance_recurrences(10).await.unwrap();
    assert_eq!(
        time_of(&read(&desk, id).await.next.unwrap()),
        "2027-01-18T09:00:00.000Z"
    );
    for refused in ["2027-01-15", "2027-01-14"] {
        let error = desk
            .app
            .skip_occurrence(&desk.actor, id, date(refused))
            .await
            .unwrap_err();
        assert_eq!(error.problems()[0].field, "/date", "{refused}");
        assert_eq!(code(&error), Code::RecurrenceInvalid);
    }
}

#[tokio::test]
async fn a_recurrence_is_ended_with_or_without_its_last_post() {
    for (ahead, left) in [(Ahead::Keep, 1), (Ahead::Discard, 0)] {
        let desk = Desk::new().await;
        let (id, _) = begin(&desk, &daily()).await;
        for _ in 0..2 {
            let ended = desk.app.end_recurrence(&desk.actor, id, ahead).await.unwrap();
            assert_eq!(ended.recurrence.state, RecurrenceState::Ended);
        }
        assert_eq!(listed(&desk).await.len(), left, "{ahead:?}");
        desk.clock.advance(DAY);
        assert_eq!(desk.app.advance_recurrences(10).await.unwrap().made, 0);
    }
}

#[tokio::test]
async fn a_post_that_is_cancelled_or_sent_ahead_is_followed_by_the_next() {
    let desk = Desk::new().await;
    let (id, first) = begin(&desk, &daily()).await;
    desk.app
        .cancel_post(&desk.actor, PostRef::Post(first.post.id))
        .await
        .unwrap();
    let second = read(&desk, id).await.next.unwrap();
    assert_eq!(time_of(&second), "2027-01-16T09:00:00.000Z");
    desk.app
        .publish_post(&desk.actor, PostRef::Post(second.post.id))
        .await
        .unwrap();
    let third = read(&desk, id).await.next.unwrap();
    assert_eq!(time_of(&third), "2027-01-17T09:00:00.000Z");
}

#[tokio::test]
async fn without_channels_nothing_returns() {
    let desk = Desk::new().await;
    let (id, first) = begin(&desk, &daily()).await;
    let channel = first.publications[0].channel.id;
    desk.app.remove_channel(&desk.actor, channel).await.unwrap();
    desk.clock.advance(DAY);
    let advanced = desk.app.advance_recurrences(10).await.unwrap();
    assert_eq!((advanced.made, advanced.next_at), (0, None));
    assert!(!read(&desk, id).await.recurrence.is_running());
}

#[tokio::test]
async fn a_template_is_no_post() {
    let desk = Desk::new().await;
    let (id, _) = begin(&desk, &daily()).await;
    let template = read(&desk, id).await.template;
    let part = template.publications[0].publication.id;
    for reference in [PostRef::Post(template.post.id), PostRef::Publication(part)] {
        let error = desk.app.publish_post(&desk.actor, reference).await.unwrap_err();
        assert!(matches!(error, BackendError::NotFound { .. }), "{reference}");
        let error = desk.app.post(&desk.actor, reference).await.unwrap_err();
        assert!(matches!(error, BackendError::NotFound { .. }), "{reference}");
    }
    assert!(desk.work(DAY * 400).await.is_empty());
    let template = read(&desk, id).await.template;
    assert!(
        template
            .publications
            .iter()
            .all(|it| it.publication.state == State::Draft)
    );
}

#[tokio::test]
async fn nine_in_berlin_stays_nine_over_the_change() {
    let desk = Desk::new().await;
    let rule = RuleDraft {
        zone: "Europe/Berlin".into(),
        starts_on: "2027-03-27".into(),
        ..daily()
    };
    let (id, first) = begin(&desk, &rule).await;
    assert_eq!(time_of(&first), "2027-03-27T08:00:00.000Z");
    let want: Vec<Timestamp> = Rule::occurrences(&rule.check().unwrap())
        .take(4)
        .map(|it| it.at.instant)
        .collect();
    let mut made = vec![first.post.publish_at.unwrap().instant];
    while made.len() < 4 {
        desk.clock.set(*made.last().unwrap());
        desk.app.advance_recurrences(1).await.unwrap();
        made.push(
            read(&desk, id)
                .await
                .next
                .unwrap()
                .post
                .publish_at
                .unwrap()
                .instant,
        );
    }
    assert_eq!(made, want);
    assert_eq!(made[1].to_rfc3339(), "2027-03-28T07:00:00.000Z");
}
