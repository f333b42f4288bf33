use proptest::prelude::*;

use super::*;
use crate::failure::ErrorClass;
use crate::post::Resolution;

pub(super) const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
pub(super) const LATENESS: Duration = Duration::from_hours(6);

pub(super) fn publication(entries: u32) -> Publication {
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
        revision: 0,
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

pub(super) fn later(secs: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(secs))
}

pub(super) fn failure(class: ErrorClass) -> Failure {
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
    it.lapse(later(61), &Rules::default(), 0).unwrap();
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
    it.lapse(later(61), &Rules::default(), 0).unwrap();
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
    it.lapse(later(61), &Rules::default(), 0).unwrap();
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
    assert!(it.look_again(later(1)).is_err());
    it.lapse(later(61), &Rules::default(), 0).unwrap();
    assert!(it.look_again(later(61)).is_err(), "it is looked for anyway");
    let fence = claimed(&mut it);
    let lost = Outcome::Failed(failure(ErrorClass::Reconnect));
    it.apply(fence, lost, later(62), &Rules::default(), 0).unwrap();
    let later_on = it.due_at.unwrap();
    assert!(
        later_on > later(62) && it.state == State::Unconfirmed,
        "{later_on}"
    );
    it.look_again(later(63)).unwrap();
    assert_eq!(it.due_at, Some(later(63)));
    it.await_access(later(64), &Rules::default(), 0).unwrap();
    assert!(it.due_at > Some(later(64)));
    let day = Rules::default().search_for;
    it.await_access(later(64).plus(day), &Rules::default(), 0)
        .unwrap();
    assert_eq!(it.due_at, None, "a person decides in the end");
    it.look_again(later(90)).unwrap();
    assert_eq!((it.state, it.due_at), (State::Unconfirmed, Some(later(90))));
}

#[test]
fn work_that_takes_its_worker_down_ends_some_time() {
    let rules = Rules::default();
    let hour = Duration::from_hours(1);
    let mut it = publication(1);
    let mut now = later(0);
    let mut claims = 0;
    while let Some(due) = it.due_at {
        now = due.max(now);
        it.lease(now, now.plus(hour), LATENESS).unwrap();
        it.claim(it.fence, "w1", now.plus(hour), now).unwrap();
        claims += 1;
        now = now.plus(hour);
        it.lapse(now, &rules, 0).unwrap();
    }
    let failure = it.failure.as_ref().map(|failure| failure.code.as_str());
    assert_eq!(
        (it.state, claims, failure),
        (State::Failed, rules.max_tries, Some("worker_lost"))
    );
    // The same while evidence is looked for: then a person is asked.
    let mut it = publication(1);
    armed(&mut it);
    it.lapse(later(61), &rules, 0).unwrap();
    assert_eq!(
        (it.state, it.tries, it.due_at),
        (State::Unconfirmed, 1, Some(later(61)))
    );
    let mut searches = 0;
    while let Some(due) = it.due_at {
        now = due.max(now);
        it.lease(now, now.plus(hour), LATENESS).unwrap();
        it.claim(it.fence, "w1", now.plus(hour), now).unwrap();
        searches += 1;
        now = now.plus(hour);
        it.lapse(now, &rules, 0).unwrap();
    }
    assert_eq!((it.state, searches), (State::Unconfirmed, rules.max_detections));
}

#[test]
fn what_was_never_sent_is_not_sent_for_ever() {
    let rules = Rules::default();
    let mut it = publication(1);
    let mut sent = 0;
    while it.state == State::Scheduled {
        armed(&mut it);
        sent += 1;
        it.lapse(later(61), &rules, 0).unwrap();
        let fence = claimed(&mut it);
        let absent = Outcome::Detected(Detection::Absent);
        it.apply(fence, absent, later(62), &rules, 0).unwrap();
    }
    assert_eq!(
        (it.state, sent, it.due_at),
        (State::Failed, rules.max_tries, None)
    );
}

#[test]
fn a_lease_that_no_worker_took_uses_up_nothing() {
    let mut it = publication(1);
    it.lease(later(0), later(60), LATENESS).unwrap();
    it.lapse(later(61), &Rules::default(), 0).unwrap();
    assert_eq!(
        (it.state, it.tries, it.due_at),
        (State::Scheduled, 0, Some(later(61)))
    );
}

#[test]
fn a_platform_that_cannot_be_asked_uses_up_no_search_for_a_day() {
    let rules = Rules::default();
    let mut it = publication(1);
    armed(&mut it);
    // The one try is that of the worker that was lost.
    it.lapse(later(61), &Rules::default(), 0).unwrap();
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
        assert_eq!((it.state, it.detections, it.tries), (State::Unconfirmed, 0, 1));
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
        it.lapse(later(61), &Rules::default(), 0).unwrap();
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
    begun.lapse(later(61), &Rules::default(), 0).unwrap();
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
    it.edit(edit(3, None), later(4)).unwrap();
    it.retry(later(5)).unwrap();
    assert_eq!((it.state, it.entry, it.releases.len()), (State::Scheduled, 1, 1));
}

fn edit(entries: u32, plan: Option<Plan>) -> Edit {
    Edit {
        entries,
        settings: Settings::new(),
        differs: true,
        plan,
    }
}

/// A thread of two whose second entry the platform refused.
fn refused_at_its_second() -> Publication {
    let mut it = publication(2);
    let fence = armed(&mut it);
    it.apply(fence, out(0), NOW, &Rules::default(), 0).unwrap();
    it.arm(fence, Step("{}".into()), NOW).unwrap();
    let refused = Outcome::Failed(failure(ErrorClass::Rejected));
    it.apply(fence, refused, NOW, &Rules::default(), 0).unwrap();
    it
}

#[test]
fn what_was_refused_is_retried_only_when_it_was_changed() {
    let mut it = refused_at_its_second();
    let before = it.clone();
    assert_eq!(it.retry(later(5)), Err(Refusal::Unchanged));
    assert_eq!(it, before);
    let same = Edit {
        differs: false,
        ..edit(2, None)
    };
    it.edit(same, later(6)).unwrap();
    assert_eq!(it.retry(later(7)), Err(Refusal::Unchanged));
    it.edit(edit(2, None), later(8)).unwrap();
    assert_eq!((it.state, it.failure.is_some()), (State::Failed, true));
    assert_eq!(it.retry(later(9)), Ok(()));
}

#[test]
fn entries_that_are_out_survive_every_edit() {
    for bad in [
        edit(1, None),
        edit(0, Some(Plan::At(NOW))),
        edit(2, Some(Plan::Draft(None))),
    ] {
        let mut it = refused_at_its_second();
        let before = it.clone();
        assert_eq!(it.edit(bad, later(5)), Err(Refusal::PartlyOut { entries: 1 }));
        assert_eq!(it, before);
    }
    let mut it = refused_at_its_second();
    it.edit(edit(4, Some(Plan::At(later(60)))), later(5)).unwrap();
    assert_eq!(
        (it.state, it.entry, it.entries, it.publish_at, it.due_at),
        (State::Scheduled, 1, 4, Some(NOW), Some(later(60)))
    );
    it.cancel(later(6)).unwrap();
    assert_eq!(
        it.edit(edit(4, Some(Plan::At(NOW))), later(7)),
        Err(Refusal::PartlyOut { entries: 1 })
    );
}

#[test]
fn answers_need_an_armed_commit_and_evidence_a_doubt() {
    let found = Outcome::Detected(Detection::Found {
        release: release(0),
        next_delay: Duration::ZERO,
    });
    let mut it = publication(1);
    let fence = claimed(&mut it);
    for outcome in [out(0), found.clone(), Outcome::Detected(Detection::Absent)] {
        let before = it.clone();
        let refused = it.apply(fence, outcome, NOW, &Rules::default(), 0);
        assert_eq!(
            refused,
            Err(Refusal::WrongState {
                state: State::Preparing
            })
        );
        assert_eq!(it, before);
    }
    it.arm(fence, Step("{}".into()), NOW).unwrap();
    assert_eq!(
        it.apply(fence, found, NOW, &Rules::default(), 0),
        Err(Refusal::WrongState { state: State::Armed })
    );
    it.lapse(later(61), &Rules::default(), 0).unwrap();
    let fence = claimed(&mut it);
    assert_eq!(
        it.apply(fence, out(0), NOW, &Rules::default(), 0),
        Err(Refusal::WrongState {
            state: State::Unconfirmed
        })
    );
}

#[test]
fn a_preparation_that_ended_unclear_is_repeated() {
    let mut it = publication(1);
    let fence = claimed(&mut it);
    let unclear = Outcome::Failed(failure(ErrorClass::Unconfirmed));
    it.apply(fence, unclear, NOW, &Rules::default(), 0).unwrap();
    assert_eq!((it.state, it.armed), (State::Scheduled, None));
}

#[test]
fn what_was_found_of_a_thread_is_followed_by_the_rest() {
    for (next_delay, state, due_at) in [
        (Duration::ZERO, State::Scheduled, later(63)),
        (Duration::from_secs(7), State::Waiting, later(70)),
    ] {
        let mut it = publication(2);
        armed(&mut it);
        it.lapse(later(61), &Rules::default(), 0).unwrap();
        let fence = claimed(&mut it);
        let found = Outcome::Detected(Detection::Found {
            release: release(0),
            next_delay,
        });
        let next = it.apply(fence, found, later(63), &Rules::default(), 0);
        assert_eq!(next, Ok(Next::Stop));
        assert_eq!((it.state, it.due_at, it.entry), (state, Some(due_at), 1));
    }
}

#[test]
fn the_table_names_every_transition_once_and_reaches_every_state() {
    for (place, rule) in RULES.iter().enumerate() {
        assert_eq!(rule.transition as usize, place, "{}", rule.name);
        assert!(
            !rule.moves.is_empty() && rule.meaning.ends_with('.'),
            "{}",
            rule.name
        );
    }
    let entered = |state: State| {
        INITIAL.contains(&state)
            || RULES
                .iter()
                .any(|rule| rule.moves.iter().any(|(from, to)| from != to && *to == state))
    };
    let left = |state: State| {
        RULES
            .iter()
            .any(|rule| rule.moves.iter().any(|(from, to)| *from == state && from != to))
    };
    for state in State::ALL {
        assert!(entered(state), "nothing leads to {state}");
        assert_eq!(left(state), state != State::Published, "{state}");
    }
    for state in [State::Scheduled, State::Waiting, State::Unconfirmed] {
        assert!(
            state.is_leasable() && Transition::Lease.starts_in(state),
            "{state}"
        );
    }
}

#[test]
fn a_state_is_entered_by_a_transition_only() {
    let sources = [
        include_str!("mod.rs"),
        include_str!("outcome.rs"),
        include_str!("person.rs"),
    ];
    let set = sources.map(|source| source.matches("self.state = ").count());
    assert_eq!(set, [1, 0, 0], "set states with Publication::enter");
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

proptest! {
    #[test]
    fn pauses_grow_up_to_their_cap(tries in 1..40_u32, jitter in 0..1000_u32) {
        let rules = Rules::default();
        let pause = rules.pause(tries, jitter);
        prop_assert!(pause >= rules.backoff_base / 2 && pause <= rules.backoff_cap);
    }
}
