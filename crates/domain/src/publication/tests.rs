use proptest::prelude::*;

use super::*;
use crate::failure::ErrorClass;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const LATENESS: Duration = Duration::from_hours(6);

fn publication(entries: u32) -> Publication {
    Publication {
        id: PublicationId::from_bits(1),
        workspace: WorkspaceId::from_bits(2),
        post: PostId::from_bits(3),
        channel: ChannelId::from_bits(4),
        provider: ProviderId::of("mastodon"),
        lane: "mastodon".into(),
        publish_at: Some(NOW),
        state: State::Scheduled,
        due_at: Some(NOW),
        fence: 0,
        holder: None,
        lease_until: None,
        entry: 0,
        entries,
        step: None,
        armed: None,
        run: 0,
        tries: 0,
        attempts: 0,
        detections: 0,
        failure: None,
        releases: Vec::new(),
        settings: Settings::new(),
        created_at: NOW,
        updated_at: NOW,
        published_at: None,
    }
}

fn later(secs: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(secs))
}

fn failure(class: ErrorClass) -> Failure {
    Failure {
        class,
        code: "test".into(),
        provider_code: None,
        provider_message: None,
        cause: "cause".into(),
        fix: "fix".into(),
        attempt: 0,
        at: NOW,
    }
}

fn release(entry: u32) -> Release {
    Release {
        entry,
        remote_id: format!("r{entry}"),
        url: None,
        carry: None,
        released_at: NOW,
    }
}

fn out(entry: u32) -> Outcome {
    Outcome::EntryOut {
        release: release(entry),
        next_delay: Duration::ZERO,
    }
}

/// Leases and claims it; answers the fencing number.
fn claimed(publication: &mut Publication) -> u64 {
    publication.lease(NOW, later(60), LATENESS).unwrap();
    let fence = publication.fence;
    publication.claim(fence, "w1", later(60), NOW).unwrap();
    fence
}

fn armed(publication: &mut Publication) -> u64 {
    let fence = claimed(publication);
    publication.arm(fence, Step("{}".into()), NOW).unwrap();
    fence
}

#[test]
fn a_thread_goes_out_entry_by_entry_in_one_lease() {
    let mut it = publication(2);
    let fence = armed(&mut it);
    assert_eq!(
        it.apply(fence, out(0), NOW, &Rules::default(), 0),
        Ok(Next::Entry(1))
    );
    it.arm(fence, Step("{}".into()), NOW).unwrap();
    assert_eq!(it.apply(fence, out(1), NOW, &Rules::default(), 0), Ok(Next::Stop));
    assert_eq!(
        (it.state, it.releases.len(), it.published_at),
        (State::Published, 2, Some(NOW))
    );
}

#[test]
fn a_report_that_comes_twice_does_not_take_the_next_entry_for_out() {
    let mut it = publication(2);
    let fence = armed(&mut it);
    let next = it.apply(fence, out(0), NOW, &Rules::default(), 0);
    let before = it.clone();
    assert_eq!(it.apply(fence, out(0), later(1), &Rules::default(), 0), next);
    assert_eq!(it, before);
    it.arm(fence, Step("{}".into()), NOW).unwrap();
    let armed = it.clone();
    assert_eq!(it.apply(fence, out(0), later(2), &Rules::default(), 0), next);
    assert_eq!(it, armed);
}

#[test]
fn two_workers_with_one_announcement_do_not_both_get_it() {
    let mut it = publication(1);
    it.lease(NOW, later(60), LATENESS).unwrap();
    assert_eq!(it.claim(it.fence, "w1", later(60), NOW), Ok(()));
    assert_eq!(it.claim(it.fence, "w2", later(60), NOW), Err(Refusal::Stale));
}

#[test]
fn a_lapsed_lease_makes_old_reports_stale() {
    let mut it = publication(1);
    let fence = claimed(&mut it);
    it.lapse(later(61)).unwrap();
    assert_eq!(it.state, State::Scheduled);
    let before = it.clone();
    assert_eq!(
        it.apply(fence, out(0), NOW, &Rules::default(), 0),
        Err(Refusal::Stale)
    );
    assert_eq!(it.arm(fence, Step("{}".into()), NOW), Err(Refusal::Stale));
    assert_eq!(it, before);
}

#[test]
fn an_armed_commit_that_lapses_is_in_doubt_and_never_armed_without_evidence() {
    let mut it = publication(1);
    armed(&mut it);
    it.lapse(later(61)).unwrap();
    assert_eq!((it.state, it.due_at), (State::Unconfirmed, Some(later(61))));
    it.lease(later(62), later(120), LATENESS).unwrap();
    let fence = it.fence;
    it.claim(fence, "w2", later(120), later(62)).unwrap();
    assert_eq!(
        it.arm(fence, Step("{}".into()), later(62)),
        Err(Refusal::WrongState {
            state: State::Unconfirmed
        })
    );
    let found = Outcome::Detected(Detection::Found {
        release: release(0),
        next_delay: Duration::ZERO,
    });
    it.apply(fence, found, later(63), &Rules::default(), 0).unwrap();
    assert_eq!(it.state, State::Published);
}

#[test]
fn certain_absence_sends_again_with_the_same_key() {
    let mut it = publication(1);
    armed(&mut it);
    let key = it.commit_key();
    it.lapse(later(61)).unwrap();
    let fence = claimed(&mut it);
    it.apply(
        fence,
        Outcome::Detected(Detection::Absent),
        later(62),
        &Rules::default(),
        0,
    )
    .unwrap();
    assert_eq!((it.state, it.commit_key()), (State::Scheduled, key));
}

#[test]
fn a_doubt_is_looked_for_again_when_the_channel_works_again() {
    let mut it = publication(1);
    armed(&mut it);
    assert!(it.resume(later(1), LATENESS).is_err());
    it.lapse(later(61)).unwrap();
    assert!(it.resume(later(61), LATENESS).is_err(), "it is looked for anyway");
    let fence = claimed(&mut it);
    let lost = Outcome::Failed(failure(ErrorClass::Reconnect));
    it.apply(fence, lost, later(62), &Rules::default(), 0).unwrap();
    assert_eq!((it.state, it.due_at), (State::Unconfirmed, None));
    it.resume(later(90), LATENESS).unwrap();
    assert_eq!((it.state, it.due_at), (State::Unconfirmed, Some(later(90))));
}

#[test]
fn a_platform_that_cannot_be_asked_uses_up_no_search_for_a_day() {
    let rules = Rules::default();
    let mut it = publication(1);
    armed(&mut it);
    it.lapse(later(61)).unwrap();
    let mut now = later(61);
    let mut searches = 0;
    while let Some(due) = it.due_at {
        assert!(due >= now && due <= now.plus(rules.backoff_cap), "{due}");
        now = due.max(now.plus(Duration::from_secs(1)));
        it.lease(now, now.plus(Duration::from_mins(1)), LATENESS).unwrap();
        it.claim(it.fence, "w1", now.plus(Duration::from_mins(1)), now)
            .unwrap();
        let lost = Outcome::Failed(failure(ErrorClass::Transient));
        it.apply(it.fence, lost, now, &rules, 500).unwrap();
        assert_eq!((it.state, it.detections, it.tries), (State::Unconfirmed, 0, 0));
        searches += 1;
    }
    assert!(now >= NOW.plus(rules.search_for), "{now}");
    assert!((50..200).contains(&searches), "{searches}");
}

#[test]
fn a_person_decides_where_the_platform_cannot_tell() {
    for (answer, state, run) in [
        (
            Resolution::Published {
                url: Some("https://e.org/1".into()),
            },
            State::Published,
            0,
        ),
        (Resolution::SendAgain, State::Scheduled, 1),
    ] {
        let mut it = publication(1);
        armed(&mut it);
        it.lapse(later(61)).unwrap();
        let fence = claimed(&mut it);
        let unknown = Outcome::Detected(Detection::Unknown { look_again_at: None });
        it.apply(fence, unknown, later(62), &Rules::default(), 0).unwrap();
        assert_eq!((it.state, it.due_at), (State::Unconfirmed, None));
        it.resolve(&answer, later(100)).unwrap();
        assert_eq!((it.state, it.run), (state, run), "{answer:?}");
    }
}

#[test]
fn the_class_alone_decides_what_follows_a_failure() {
    for (class, state, due, tries) in [
        (ErrorClass::Reconnect, State::Held, None, 1),
        (ErrorClass::Rejected, State::Failed, None, 1),
        (
            ErrorClass::RateLimited {
                until: Some(later(900)),
            },
            State::Scheduled,
            Some(later(900)),
            0,
        ),
        (
            ErrorClass::Transient,
            State::Scheduled,
            Some(NOW.plus(Duration::from_millis(7_500))),
            1,
        ),
        (ErrorClass::Refresh, State::Scheduled, Some(NOW), 1),
        (ErrorClass::Unconfirmed, State::Unconfirmed, Some(NOW), 1),
    ] {
        let mut it = publication(1);
        let fence = armed(&mut it);
        it.apply(fence, Outcome::Failed(failure(class)), NOW, &Rules::default(), 0)
            .unwrap();
        assert_eq!((it.state, it.due_at, it.tries), (state, due, tries), "{class:?}");
        assert_eq!(it.armed.is_some(), state == State::Unconfirmed, "{class:?}");
    }
}

#[test]
fn the_budget_ends_retries() {
    let mut it = publication(1);
    for _ in 0..Rules::default().max_tries {
        let fence = claimed(&mut it);
        it.apply(
            fence,
            Outcome::Failed(failure(ErrorClass::Transient)),
            NOW,
            &Rules::default(),
            0,
        )
        .unwrap();
    }
    assert_eq!(it.state, State::Failed);
    it.retry(NOW).unwrap();
    assert_eq!((it.state, it.tries), (State::Scheduled, 0));
}

#[test]
fn what_is_too_late_and_was_never_begun_is_missed() {
    let mut it = publication(1);
    let late = NOW.plus(LATENESS + Duration::from_secs(1));
    assert_eq!(it.lease(late, late, LATENESS), Ok(false));
    assert_eq!(it.state, State::Missed);

    let mut begun = publication(1);
    claimed(&mut begun);
    begun.lapse(later(61)).unwrap();
    assert_eq!(begun.lease(late, late, LATENESS), Ok(true));
}

#[test]
fn threads_resume_at_the_first_entry_that_is_not_out() {
    let mut it = publication(3);
    let fence = armed(&mut it);
    it.apply(fence, out(0), NOW, &Rules::default(), 0).unwrap();
    it.arm(fence, Step("{}".into()), NOW).unwrap();
    it.apply(
        fence,
        Outcome::Failed(failure(ErrorClass::Rejected)),
        NOW,
        &Rules::default(),
        0,
    )
    .unwrap();
    assert_eq!((it.state, it.entry), (State::Failed, 1));
    it.retry(later(5)).unwrap();
    assert_eq!((it.state, it.entry, it.releases.len()), (State::Scheduled, 1, 1));
}

#[test]
fn edits_win_until_the_lease() {
    let mut it = publication(1);
    assert!(it.is_editable());
    it.lease(NOW, later(60), LATENESS).unwrap();
    assert!(!it.is_editable());
    assert_eq!(it.cancel(NOW), Err(Refusal::WrongState { state: State::Leased }));
    assert_eq!(
        it.reschedule(later(9), NOW),
        Err(Refusal::WrongState { state: State::Leased })
    );
}

#[derive(Debug, Clone)]
enum Move {
    Lease,
    Claim,
    Arm,
    Out,
    Fail(u8),
    Detect(u8),
    Lapse,
    Cancel,
    Hold,
    Resume,
    Retry,
    Resolve(bool),
    Reschedule,
    StaleOut,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => Just(Move::Lease),
        4 => Just(Move::Claim),
        4 => Just(Move::Arm),
        3 => Just(Move::Out),
        3 => (0..6_u8).prop_map(Move::Fail),
        2 => (0..3_u8).prop_map(Move::Detect),
        2 => Just(Move::Lapse),
        1 => Just(Move::Cancel),
        1 => Just(Move::Hold),
        1 => Just(Move::Resume),
        1 => Just(Move::Retry),
        1 => any::<bool>().prop_map(Move::Resolve),
        1 => Just(Move::Reschedule),
        1 => Just(Move::StaleOut),
    ];
    proptest::collection::vec(one, 0..60)
}

fn class(number: u8) -> ErrorClass {
    [
        ErrorClass::Reconnect,
        ErrorClass::Refresh,
        ErrorClass::RateLimited { until: None },
        ErrorClass::Transient,
        ErrorClass::Rejected,
        ErrorClass::Unconfirmed,
    ][usize::from(number % 6)]
}

fn detection(number: u8, entry: u32, at: Timestamp) -> Outcome {
    Outcome::Detected(match number {
        0 => Detection::Found {
            release: release(entry),
            next_delay: Duration::ZERO,
        },
        1 => Detection::Absent,
        _ => Detection::Unknown {
            look_again_at: Some(at),
        },
    })
}

/// Plays one move; answers whether it sent something to the platform.
fn play(it: &mut Publication, step: &Move, now: Timestamp) -> bool {
    let (fence, rules) = (it.fence, Rules::default());
    match step {
        Move::Lease => drop(it.lease(now, now.plus(Duration::from_mins(1)), LATENESS)),
        Move::Claim => drop(it.claim(fence, "w", now.plus(Duration::from_mins(1)), now)),
        Move::Arm => return it.arm(fence, Step("{}".into()), now).is_ok(),
        Move::Out => drop(it.apply(fence, out(it.entry), now, &rules, 1)),
        Move::Fail(number) => drop(it.apply(fence, Outcome::Failed(failure(class(*number))), now, &rules, 1)),
        Move::Detect(number) if it.state == State::Unconfirmed => {
            let _ = it.apply(fence, detection(*number, it.entry, now), now, &rules, 1);
        }
        Move::Detect(_) => {}
        Move::Lapse => drop(it.lapse(now.plus(Duration::from_secs(61)))),
        Move::Cancel => drop(it.cancel(now)),
        Move::Hold => drop(it.hold(now)),
        Move::Resume => drop(it.resume(now, LATENESS)),
        Move::Retry => drop(it.retry(now)),
        Move::Resolve(there) => {
            let answer = if *there {
                Resolution::Published { url: None }
            } else {
                Resolution::SendAgain
            };
            let _ = it.resolve(&answer, now);
        }
        Move::Reschedule => drop(it.reschedule(now, now)),
        Move::StaleOut => {
            let before = it.clone();
            assert!(
                it.apply(fence.wrapping_sub(1), out(it.entry), now, &rules, 1)
                    .is_err()
            );
            assert_eq!(*it, before);
        }
    }
    false
}

proptest! {
    #[test]
    fn nothing_leads_back_from_published_and_no_commit_is_sent_twice_per_arming(steps in moves(), entries in 1..4_u32) {
        let mut it = publication(entries);
        let mut now = NOW;
        for step in &steps {
            now = now.plus(Duration::from_secs(1));
            let before = it.clone();
            let sent = play(&mut it, step, now);
            if before.state == State::Published {
                prop_assert_eq!(&it, &before);
            }
            if sent {
                prop_assert!(before.armed.is_none(), "armed twice without an outcome: {:?}", before);
            }
            prop_assert!(it.releases.len() == it.entry as usize);
            prop_assert!(it.entry <= it.entries);
            prop_assert_eq!(it.state == State::Published, it.entry == it.entries);
            prop_assert!(it.fence >= before.fence);
            if matches!(it.state, State::Leased | State::Preparing | State::Armed) {
                prop_assert!(it.lease_until.is_some(), "held without a lease: {:?}", it);
            }
            if matches!(it.state, State::Scheduled | State::Waiting) {
                prop_assert!(it.due_at.is_some(), "waits for nothing: {:?}", it);
            }
        }
    }

    #[test]
    fn pauses_grow_up_to_their_cap(tries in 1..40_u32, jitter in 0..1000_u32) {
        let rules = Rules::default();
        let pause = rules.pause(tries, jitter);
        prop_assert!(pause >= rules.backoff_base / 2 && pause <= rules.backoff_cap);
    }
}
