//! The queue, and many posts moved at once.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::channel::Slot;
use postern_domain::id::ChannelId;
use postern_domain::ports::{Channels, Clock, Dispatch, Planning, Posts, Shift, ShiftBy};
use postern_domain::post::{Intent, PostRef, PostView};
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::{BackendError, Code};

use crate::desk::{Desk, NOON, new_post};

const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);

async fn at(desk: &Desk, channels: &[ChannelId], after: Duration) -> PostView {
    let intent = Intent::Schedule {
        at: PublishAt::at(desk.clock.now().plus(after), Zone::utc()),
        past_is_now: false,
    };
    let post = new_post(intent, channels, &["hello"]);
    desk.app.create_post(&desk.actor, post, None).await.unwrap().view
}

fn shift(by: ShiftBy, channels: &[ChannelId]) -> Shift {
    Shift {
        from: NOON,
        until: NOON.plus(DAY * 30),
        channels: channels.to_vec(),
        by,
        dry_run: false,
    }
}

async fn time_of(desk: &Desk, view: &PostView) -> Timestamp {
    let view = desk.view(PostRef::Post(view.post.id)).await;
    let at = view.post.publish_at.unwrap().instant;
    for part in &view.publications {
        assert_eq!(
            (part.publication.publish_at, part.publication.due_at),
            (Some(at), Some(at))
        );
    }
    at
}

#[tokio::test]
async fn posts_that_are_queued_at_once_take_different_slots() {
    let desk = Arc::new(Desk::new().await);
    let channel = desk.channel().await;
    let queued = (0..12).map(|_| {
        let desk = Arc::clone(&desk);
        async move {
            let post = new_post(Intent::Queue, &[channel.id], &["hello"]);
            desk.app.create_post(&desk.actor, post, None).await.unwrap().view
        }
    });
    let mut times: Vec<Timestamp> = futures::future::join_all(queued)
        .await
        .into_iter()
        .map(|view| view.post.publish_at.unwrap().instant)
        .collect();
    times.sort_unstable();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    // Three slots a day, the first of them an hour and twenty minutes ahead.
    assert_eq!(times[0], NOON.plus(Duration::from_mins(80)));
    assert_eq!(times[3], times[0].plus(DAY));
    assert_eq!(times[11], times[2].plus(DAY * 3));
}

#[tokio::test]
async fn posts_of_a_span_and_of_channels_are_moved() {
    let desk = Desk::new().await;
    let (one, two) = (desk.connect("1").await, desk.connect("2").await);
    let first = at(&desk, &[one.id], HOUR).await;
    let both = at(&desk, &[two.id, one.id], HOUR * 2).await;
    let other = at(&desk, &[two.id], HOUR * 3).await;
    let late = at(&desk, &[one.id], DAY * 31).await;
    let mut asked = shift(ShiftBy::Later(DAY), &[one.id]);
    asked.dry_run = true;
    let planned = desk.app.shift_posts(&desk.actor, asked.clone()).await.unwrap();
    assert_eq!(time_of(&desk, &first).await, NOON.plus(HOUR));
    asked.dry_run = false;
    let moved = desk.app.shift_posts(&desk.actor, asked).await.unwrap();
    assert_eq!(moved, planned);
    assert_eq!(
        moved.iter().map(|it| it.post).collect::<Vec<_>>(),
        [first.post.id, both.post.id]
    );
    for (view, want) in [
        (&first, HOUR + DAY),
        (&both, HOUR * 2 + DAY),
        (&other, HOUR * 3),
        (&late, DAY * 31),
    ] {
        assert_eq!(time_of(&desk, view).await, NOON.plus(want));
    }
}

#[tokio::test]
async fn all_are_moved_or_none() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let early = at(&desk, &[channel.id], HOUR).await;
    let late = at(&desk, &[channel.id], HOUR * 5).await;
    let error = desk
        .app
        .shift_posts(&desk.actor, shift(ShiftBy::Earlier(HOUR * 2), &[]))
        .await
        .unwrap_err();
    let BackendError::Refused(problems) = error else {
        panic!("{error}");
    };
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, Code::PublishTimePassed);
    assert_eq!(problems[0].field, format!("/posts/{}", early.post.id));
    assert_eq!(time_of(&desk, &late).await, NOON.plus(HOUR * 5));
    // What a worker has is no longer in the plan, and is left alone.
    desk.work(HOUR).await;
    let moved = desk
        .app
        .shift_posts(&desk.actor, shift(ShiftBy::Later(DAY), &[]))
        .await
        .unwrap();
    assert_eq!(moved.iter().map(|it| it.post).collect::<Vec<_>>(), [late.post.id]);
}

#[tokio::test]
async fn posts_are_moved_into_free_slots_in_their_order() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let slots = vec![Slot {
        weekday: None,
        minute: 12 * 60,
    }];
    desk.app.set_slots(&desk.actor, channel.id, slots).await.unwrap();
    let noon = |day: u32| NOON.plus(Duration::from_hours(4) + DAY * day);
    let outside = at(&desk, &[channel.id], DAY * 40).await;
    let second = at(&desk, &[channel.id], HOUR * 3).await;
    let first = at(&desk, &[channel.id], HOUR).await;
    // In a slot already, and free to be taken by the others.
    let third = at(&desk, &[channel.id], Duration::from_hours(4)).await;
    let moved = desk
        .app
        .shift_posts(&desk.actor, shift(ShiftBy::NextSlots, &[]))
        .await
        .unwrap();
    assert_eq!(moved.len(), 3);
    for (view, day) in [(&first, 0), (&second, 1), (&third, 2)] {
        assert_eq!(time_of(&desk, view).await, noon(day), "{day}");
    }
    assert_eq!(time_of(&desk, &outside).await, NOON.plus(DAY * 40));
    desk.app
        .set_slots(&desk.actor, channel.id, Vec::new())
        .await
        .unwrap();
    let error = desk
        .app
        .shift_posts(&desk.actor, shift(ShiftBy::NextSlots, &[]))
        .await
        .unwrap_err();
    assert!(error.problems().iter().all(|it| it.code == Code::NoSlot));
    assert_eq!(error.problems().len(), 3);
    assert_eq!(desk.app.release_due(10).await.unwrap(), 0);
}
