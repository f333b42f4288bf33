//! Limits of platforms delay and never fail, in the order of the plan, and fairly.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::id::ChannelId;
use postern_domain::manifest::{Rate, RateScope};
use postern_domain::ports::{Claimed, Clock, Dispatch, Posts, Report, Work};
use postern_domain::post::{Intent, PostRef, PostView};
use postern_domain::publication::{Next, Outcome, Publication, Release, State, Step};
use postern_domain::rate::RateHint;
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_testkit::{AwayCounters, FakeCatalog};

use crate::desk::{Desk, NOON, new_post};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

fn rate(scope: RateScope, count: u32, window: Duration) -> Rate {
    Rate { scope, count, window }
}

fn later(secs: u64) -> Timestamp {
    NOON.plus(Duration::from_secs(secs))
}

fn out(desk: &Desk, claimed: &Claimed, entry: u32) -> Report {
    let release = Release {
        entry,
        remote_id: format!("r{entry}"),
        url: None,
        carry: None,
        released_at: desk.clock.now(),
    };
    let next_delay = Duration::ZERO;
    report(desk, claimed, Outcome::EntryOut { release, next_delay })
}

fn report(desk: &Desk, claimed: &Claimed, outcome: Outcome) -> Report {
    let now = desk.clock.now();
    Report {
        lease: claimed.lease,
        outcome,
        trace: Trace::default(),
        started_at: now,
        ended_at: now,
    }
}

fn limited(desk: &Desk, claimed: &Claimed, until: Timestamp) -> Report {
    let failure = Failure {
        class: ErrorClass::RateLimited { until: Some(until) },
        code: "rate_limited".into(),
        provider_code: Some("429".into()),
        provider_message: None,
        cause: "the platform takes no more requests for now".into(),
        fix: "nothing".into(),
        attempt: 0,
        at: desk.clock.now(),
    };
    report(desk, claimed, Outcome::Failed(failure))
}

async fn arm(desk: &Desk, claimed: &Claimed) {
    let armed = desk
        .app
        .arm(vec![(claimed.lease, Step("{}".into()))])
        .await
        .unwrap();
    assert!(armed[0].is_some());
}

/// Brings out everything that a worker holds.
async fn bring_out(desk: &Desk, claimed: &Claimed) {
    let mut entry = claimed.publication.entry;
    loop {
        arm(desk, claimed).await;
        let next = desk.app.report(vec![out(desk, claimed, entry)]).await.unwrap();
        match next[0] {
            Some(Next::Entry(next)) => entry = next,
            Some(Next::Stop) | None => return,
        }
    }
}

/// One that went out: when, and which.
type Gone = (Timestamp, Publication);

/// Works, as metronome and worker, until nothing is planned any more.
async fn work_off(desk: &Desk) -> Vec<Gone> {
    let mut gone = Vec::new();
    for _ in 0..2_000 {
        let claimed = desk.work(Duration::ZERO).await;
        for one in &claimed {
            bring_out(desk, one).await;
            gone.push((desk.clock.now(), one.publication.clone()));
        }
        if claimed.is_empty() {
            match desk.app.next_due().await.unwrap() {
                Some(due) => desk.clock.set(due.max(desk.clock.now())),
                None => return gone,
            }
        }
    }
    panic!("there is always more to do");
}

fn most_in(window: Duration, gone: &[Gone]) -> usize {
    let inside = |end: Timestamp| {
        gone.iter()
            .filter(move |(at, _)| *at <= end && end.since(*at) < window)
    };
    gone.iter()
        .map(|(end, _)| inside(*end).count())
        .max()
        .unwrap_or_default()
}

fn part(view: &PostView) -> &Publication {
    &view.publications[0].publication
}

#[tokio::test]
async fn after_downtime_posts_go_out_in_their_order_and_within_the_rate() {
    let desk = Desk::with_rates(vec![rate(RateScope::Channel, 60, 5 * MINUTE)]).await;
    let channel = desk.channel().await;
    for number in 0..500 {
        desk.schedule_at(later(60 + number), &[channel.id], &["late"])
            .await;
    }
    desk.clock.advance(HOUR);
    let gone = work_off(&desk).await;
    assert_eq!(gone.len(), 500);
    assert!(
        gone.is_sorted_by_key(|(_, it)| it.publish_at),
        "in the order of the plan"
    );
    assert_eq!(most_in(5 * MINUTE, &gone), 60);
    // Nine windows of sixty and the rest, each a sixtieth longer than the platform's own at most.
    let took = desk.clock.now().since(NOON.plus(HOUR));
    assert!(took <= 8 * (5 * MINUTE + Duration::from_secs(5)), "{took:?}");
}

#[tokio::test]
async fn a_refusal_of_the_platform_keeps_the_other_posts_from_asking() {
    let desk = Desk::new().await;
    let (channel, other) = (desk.channel().await, desk.connect("ben-1").await);
    desk.schedule_at(later(60), &[channel.id], &["first"]).await;
    let waiting = desk.schedule_at(later(120), &[channel.id], &["second"]).await;
    desk.schedule_at(later(120), &[other.id], &["elsewhere"]).await;
    let refused = desk.work(MINUTE).await.remove(0);
    let until = later(900);
    desk.app
        .report(vec![limited(&desk, &refused, until)])
        .await
        .unwrap();

    let claimed = desk.work(MINUTE).await;
    assert_eq!(
        claimed.iter().map(|it| it.channel.id).collect::<Vec<_>>(),
        [other.id]
    );
    let view = desk.view(PostRef::Post(waiting.post.id)).await;
    let waits = part(&view);
    let failure = waits.failure.as_ref().unwrap();
    assert_eq!(
        (
            waits.state,
            waits.due_at,
            waits.tries,
            failure.code.as_str(),
            failure.class
        ),
        (
            State::Scheduled,
            Some(until),
            0,
            "limit_reached",
            ErrorClass::RateLimited { until: Some(until) }
        )
    );
    for one in &claimed {
        bring_out(&desk, one).await;
    }
    assert_eq!(
        desk.app.next_due().await.unwrap(),
        Some(until),
        "nobody looks before"
    );
    let gone = work_off(&desk).await;
    assert_eq!(gone.len(), 2);
    assert!(gone.iter().all(|(at, _)| *at == until));
    let view = desk.view(PostRef::Post(waiting.post.id)).await;
    assert_eq!(part(&view).failure, None);
}

#[tokio::test]
async fn what_the_platform_says_of_the_app_holds_for_all_its_channels() {
    let desk = Desk::new().await;
    let (channel, other) = (desk.channel().await, desk.connect("ben-1").await);
    desk.schedule_at(later(60), &[channel.id], &["first"]).await;
    desk.schedule_at(later(120), &[other.id], &["second"]).await;
    let first = desk.work(MINUTE).await.remove(0);
    arm(&desk, &first).await;
    let mut told = out(&desk, &first, 0);
    told.trace.rates = vec![RateHint {
        scope: RateScope::App,
        remaining: 0,
        resets_at: later(600),
    }];
    desk.app.report(vec![told]).await.unwrap();
    assert!(desk.work(MINUTE).await.is_empty());
    let gone = work_off(&desk).await;
    assert_eq!(gone.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [later(600)]);
}

#[tokio::test]
async fn channels_of_one_app_share_its_rate_fairly() {
    let desk = Desk::with_rates(vec![rate(RateScope::App, 10, MINUTE)]).await;
    let (busy, quiet) = (desk.channel().await, desk.connect("ben-1").await);
    for number in 0..150 {
        desk.schedule_at(later(60 + number), &[busy.id], &["many"]).await;
    }
    desk.schedule_at(later(240), &[quiet.id], &["one"]).await;
    desk.clock.advance(Duration::from_mins(5));
    let gone = work_off(&desk).await;
    assert_eq!((gone.len(), most_in(MINUTE, &gone)), (151, 10));
    let place = |channel: ChannelId| gone.iter().position(|(_, it)| it.channel == channel).unwrap();
    assert!(place(quiet.id) <= 20, "{}", place(quiet.id));
}

#[tokio::test]
async fn a_thread_is_counted_once_and_whole() {
    let desk = Desk::with_rates(vec![rate(RateScope::Channel, 4, HOUR)]).await;
    let channel = desk.channel().await;
    desk.schedule_at(later(60), &[channel.id], &["one", "two", "three"])
        .await;
    let single = desk
        .schedule_at(later(61), &[channel.id], &["four", "five"])
        .await;
    let claimed = desk.work(Duration::from_secs(90)).await;
    assert_eq!(claimed.len(), 1, "two entries do not fit behind three");
    // The worker dies with a commit on its way: the search for it needs no room.
    arm(&desk, &claimed[0]).await;
    let search = desk.work(Duration::from_secs(61)).await.remove(0);
    assert!(matches!(search.work, Work::Detect(_)));
    let view = desk.view(PostRef::Post(single.post.id)).await;
    assert!(part(&view).due_at.unwrap() >= later(3600));
}

#[tokio::test]
async fn a_limit_delays_beyond_the_lateness_rule_and_never_misses() {
    let desk = Desk::with_rates(vec![rate(RateScope::Channel, 1, HOUR)]).await;
    let channel = desk.channel().await;
    for _ in 0..10 {
        desk.schedule(&[channel.id], &["daily"]).await;
    }
    let gone = work_off(&desk).await;
    assert_eq!(gone.len(), 10);
    assert!(desk.clock.now().since(NOON) > 9 * HOUR);
}

#[tokio::test]
async fn counters_that_are_away_stop_nobody() {
    let manifest = postern_domain::manifest::Manifest {
        rates: vec![rate(RateScope::Channel, 1, HOUR)],
        ..FakeCatalog::a_manifest()
    };
    let desk = Desk::with(FakeCatalog::of(vec![manifest]), Arc::new(AwayCounters)).await;
    let channel = desk.channel().await;
    for _ in 0..3 {
        desk.schedule(&[channel.id], &["on time"]).await;
    }
    let claimed = desk.work(MINUTE).await;
    assert_eq!(claimed.len(), 3);
    let until = later(900);
    let answers = desk
        .app
        .report(vec![limited(&desk, &claimed[0], until)])
        .await
        .unwrap();
    assert_eq!(answers, [Some(Next::Stop)]);
}

#[tokio::test]
async fn more_planned_than_taken_is_told_and_not_refused() {
    let rates = vec![
        rate(RateScope::Channel, 3, 24 * HOUR),
        rate(RateScope::App, 4, 24 * HOUR),
    ];
    let desk = Desk::with_rates(rates).await;
    let (channel, other) = (desk.channel().await, desk.connect("ben-1").await);
    let told = |view: &PostView| -> Vec<(RateScope, u32, u32)> {
        let one = |it: &postern_domain::rate::Crowding| (it.scope, it.planned, it.allowed);
        view.crowding.iter().map(one).collect()
    };
    for hour in 1..=3 {
        let view = desk
            .schedule_at(later(hour * 3600), &[channel.id], &["plan"])
            .await;
        assert_eq!(told(&view), []);
    }
    let other_view = desk.schedule_at(later(7200), &[other.id], &["plan"]).await;
    assert_eq!(told(&other_view), []);
    let at = PublishAt::at(later(5400), Zone::utc());
    let sketch = new_post(Intent::Draft(Some(at)), &[channel.id], &["plan"]);
    let seen = desk.app.preview_post(&desk.actor, sketch).await.unwrap();
    let both = [(RateScope::Channel, 4, 3), (RateScope::App, 5, 4)];
    let previewed: Vec<_> = seen[0]
        .crowding
        .iter()
        .map(|it| (it.scope, it.planned, it.allowed))
        .collect();
    assert_eq!(previewed, both);
    let fourth = desk.schedule_at(later(5400), &[channel.id], &["plan"]).await;
    assert_eq!(told(&fourth), both);
    assert_eq!(told(&desk.view(PostRef::Post(fourth.post.id)).await), []);
    // A day later there is room, and an entry more of a thread counts.
    let tomorrow = later(3 * 24 * 3600);
    assert_eq!(
        told(&desk.schedule_at(tomorrow, &[channel.id], &["a", "b", "c"]).await),
        []
    );
    let thread = desk.schedule_at(tomorrow, &[channel.id], &["d", "e"]).await;
    assert_eq!(
        told(&thread),
        [(RateScope::Channel, 5, 3), (RateScope::App, 5, 4)]
    );
}
