use proptest::prelude::*;

use super::*;
use crate::id::ChannelId;
use crate::manifest::RateScope;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const MINUTE: Duration = Duration::from_mins(1);

fn later(secs: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(secs))
}

fn bucket(key: &str, count: u32, window: Duration) -> Bucket {
    Bucket {
        key: key.into(),
        allowances: vec![Allowance { count, window }],
    }
}

fn ask(ledger: &mut Ledger, buckets: &[Bucket], wanted: u32, now: Timestamp) -> Admission {
    let request = Request {
        buckets: buckets.to_vec(),
        asks: vec![Ask {
            wanted,
            buckets: (0..buckets.len()).collect(),
        }],
    };
    ledger.admit(&request, now)[0]
}

#[test]
fn room_comes_back_when_the_window_has_passed() {
    let mut ledger = Ledger::default();
    let bucket = [bucket("a", 2, MINUTE)];
    assert_eq!(ask(&mut ledger, &bucket, 1, NOW), Admission::Now);
    assert_eq!(ask(&mut ledger, &bucket, 1, later(10)), Admission::Now);
    // The first counts for the minute and the second-long part it fell into.
    let again = later(61);
    assert_eq!(
        ask(&mut ledger, &bucket, 1, later(20)),
        Admission::NotBefore(again)
    );
    assert_eq!(
        ask(&mut ledger, &bucket, 1, later(60)),
        Admission::NotBefore(again)
    );
    assert_eq!(ask(&mut ledger, &bucket, 1, again), Admission::Now);
    assert_eq!(
        ask(&mut ledger, &bucket, 1, again),
        Admission::NotBefore(later(71))
    );
}

#[test]
fn an_ask_takes_from_all_its_buckets_or_from_none() {
    let mut ledger = Ledger::default();
    let (app, one, two) = (
        bucket("app", 2, MINUTE),
        bucket("one", 9, MINUTE),
        bucket("two", 1, MINUTE),
    );
    let both = |channel: &Bucket| [app.clone(), channel.clone()];
    assert_eq!(ask(&mut ledger, &both(&two), 1, NOW), Admission::Now);
    assert_eq!(
        ask(&mut ledger, &both(&two), 1, NOW),
        Admission::NotBefore(later(61))
    );
    // The refusal above took nothing from the app.
    assert_eq!(ask(&mut ledger, &both(&one), 1, NOW), Admission::Now);
    assert_eq!(
        ask(&mut ledger, &both(&one), 1, NOW),
        Admission::NotBefore(later(61))
    );
}

#[test]
fn nobody_overtakes_a_thread_that_waits_for_room() {
    let mut ledger = Ledger::default();
    let bucket = [bucket("a", 5, MINUTE)];
    assert_eq!(ask(&mut ledger, &bucket, 3, NOW), Admission::Now);
    let turn = Admission::NotBefore(later(61));
    assert_eq!(ask(&mut ledger, &bucket, 4, later(1)), turn);
    assert_eq!(ask(&mut ledger, &bucket, 1, later(2)), turn);
    // What is not counted does not stand in line.
    assert_eq!(ask(&mut ledger, &bucket, 0, later(2)), Admission::Now);
    assert_eq!(ask(&mut ledger, &bucket, 4, later(61)), Admission::Now);
}

#[test]
fn what_no_window_holds_takes_a_whole_one() {
    let mut ledger = Ledger::default();
    let bucket = [bucket("a", 3, MINUTE)];
    assert_eq!(ask(&mut ledger, &bucket, 25, NOW), Admission::Now);
    assert_eq!(
        ask(&mut ledger, &bucket, 25, NOW),
        Admission::NotBefore(later(61))
    );
}

#[test]
fn the_platform_has_the_last_word() {
    let mut ledger = Ledger::default();
    let bucket = [bucket("a", 100, MINUTE)];
    let told = |remaining, secs| Told {
        key: "a".into(),
        remaining,
        until: later(secs),
    };
    ledger.hear(&[told(2, 30)], NOW);
    assert_eq!(ask(&mut ledger, &bucket, 1, NOW), Admission::Now);
    // An answer that left before the last admission knows nothing of it.
    ledger.hear(&[told(2, 30)], later(1));
    assert_eq!(ask(&mut ledger, &bucket, 1, later(1)), Admission::Now);
    let reset = Admission::NotBefore(later(30));
    assert_eq!(ask(&mut ledger, &bucket, 1, later(1)), reset);
    assert_eq!(ask(&mut ledger, &bucket, 1, later(30)), Admission::Now);
    ledger.hear(&[told(0, 90)], later(31));
    for wanted in [0, 1] {
        let closed = Admission::NotBefore(later(90));
        assert_eq!(ask(&mut ledger, &bucket, wanted, later(40)), closed, "{wanted}");
    }
    ledger.hear(&[told(0, 50)], later(41));
    assert_eq!(
        ask(&mut ledger, &bucket, 1, later(60)),
        Admission::NotBefore(later(90))
    );
    assert_eq!(ask(&mut ledger, &bucket, 0, later(90)), Admission::Now);
}

#[test]
fn a_clock_that_goes_back_gives_no_room() {
    let mut ledger = Ledger::default();
    let bucket = [bucket("a", 1, MINUTE)];
    assert_eq!(ask(&mut ledger, &bucket, 1, later(30)), Admission::Now);
    assert_eq!(ask(&mut ledger, &bucket, 1, NOW), Admission::NotBefore(later(91)));
}

#[test]
fn buckets_that_do_not_matter_any_more_are_thrown_away() {
    let mut ledger = Ledger::default();
    for number in 0..3_000_u64 {
        let bucket = [bucket(&number.to_string(), 1, Duration::from_secs(1))];
        ask(&mut ledger, &bucket, 1, later(number * 10));
    }
    assert!(ledger.len() < 1_100, "{}", ledger.len());
}

#[test]
fn plans_are_compared_with_the_fullest_window_around_their_time() {
    let day = Allowance {
        count: 17,
        window: Duration::from_hours(24),
    };
    let hours = |count: u64| -> Vec<Planned> {
        (0..count)
            .map(|hour| Planned {
                at: later(hour * 3600),
                entries: 1,
            })
            .collect()
    };
    // The tenth of 22 has nine before it and twelve behind it, all within one day.
    assert_eq!(crowding(day, &hours(22), later(9 * 3600)), Some(22));
    assert_eq!(crowding(day, &hours(17), later(9 * 3600)), None);
    assert_eq!(crowding(day, &hours(48), later(30 * 3600)), Some(24));
    // Windows that do not hold the post do not matter to it.
    assert_eq!(crowding(day, &hours(22), later(90 * 3600)), None);
    let thread = [Planned { at: NOW, entries: 18 }];
    assert_eq!(crowding(day, &thread, NOW), Some(18));
}

#[test]
fn a_warning_says_what_is_planned_and_what_is_taken() {
    let crowding = |scope, window| Crowding {
        channel: ChannelId::from_bits(1),
        platform: "X".into(),
        scope,
        planned: 22,
        allowed: 17,
        window,
    };
    assert_eq!(
        crowding(RateScope::Channel, Duration::from_hours(24)).sentence(),
        "22 posts are planned within 24 hours on this channel, and X takes 17; the rest goes out later"
    );
    let app = crowding(RateScope::App, Duration::from_hours(720)).sentence();
    assert!(
        app.contains("within 30 days by all channels of this server"),
        "{app}"
    );
    assert!(
        crowding(RateScope::App, MINUTE)
            .sentence()
            .contains("within 1 minute ")
    );
}

/// Asks at arbitrary instants, each from one or two of three buckets.
fn arrivals() -> impl Strategy<Value = Vec<(u64, u32, Vec<usize>)>> {
    let buckets = prop_oneof![Just(vec![0]), Just(vec![1]), Just(vec![0, 2]), Just(vec![1, 2])];
    proptest::collection::vec((0..20_000_u64, 1..4_u32, buckets), 1..150)
}

const COUNTS: [u32; 3] = [5, 7, 9];
const WINDOWS: [u64; 3] = [10, 7, 13];

fn three() -> Vec<Bucket> {
    (0..3)
        .map(|place| {
            bucket(
                &place.to_string(),
                COUNTS[place],
                Duration::from_secs(WINDOWS[place]),
            )
        })
        .collect()
}

proptest! {
    #[test]
    fn no_stretch_as_long_as_a_window_holds_more_than_its_count(arrivals in arrivals()) {
        let mut ledger = Ledger::default();
        let mut now = NOW;
        let mut taken: [Vec<(Timestamp, u32)>; 3] = Default::default();
        for (pause, wanted, places) in arrivals {
            now = now.plus(Duration::from_millis(pause / 8));
            let request = Request { buckets: three(), asks: vec![Ask { wanted, buckets: places.clone() }] };
            match ledger.admit(&request, now)[0] {
                Admission::Now => places.iter().for_each(|place| taken[*place].push((now, wanted))),
                Admission::NotBefore(at) => prop_assert!(at > now),
            }
        }
        for (place, taken) in taken.iter().enumerate() {
            for (end, _) in taken {
                let start = end.minus(Duration::from_secs(WINDOWS[place]));
                let inside = taken.iter().filter(|(at, _)| *at > start && at <= end);
                let sum: u32 = inside.map(|(_, wanted)| wanted).sum();
                prop_assert!(sum <= COUNTS[place], "{sum} of {}", COUNTS[place]);
            }
        }
    }

    #[test]
    fn everybody_goes_and_in_the_order_of_asking(wishes in proptest::collection::vec(1..9_u32, 1..60)) {
        let mut ledger = Ledger::default();
        let bucket = [bucket("a", 6, Duration::from_secs(10))];
        let mut now = NOW;
        let mut waiting: Vec<(usize, u32)> = wishes.into_iter().enumerate().collect();
        let mut gone = Vec::new();
        let mut rounds = 0;
        while !waiting.is_empty() {
            rounds += 1;
            prop_assert!(rounds < 200, "somebody waits for ever: {waiting:?}");
            let mut next = None;
            waiting.retain(|(number, wanted)| match ask(&mut ledger, &bucket, *wanted, now) {
                Admission::Now => {
                    gone.push(*number);
                    false
                }
                Admission::NotBefore(at) => {
                    next = next.max(Some(at));
                    true
                }
            });
            now = next.unwrap_or(now);
        }
        prop_assert!(gone.is_sorted(), "{gone:?}");
    }

    #[test]
    fn what_is_promised_is_kept_when_nobody_else_asks(earlier in proptest::collection::vec((0..3_000_u64, 1..4_u32), 0..40), wanted in 1..6_u32) {
        let mut ledger = Ledger::default();
        let bucket = [bucket("a", 5, Duration::from_secs(10))];
        let mut now = NOW;
        for (pause, wanted) in earlier {
            now = now.plus(Duration::from_millis(pause));
            ask(&mut ledger, &bucket, wanted, now);
        }
        // Whoever stands in line before is not there any more; the line itself ends at its time.
        let mut tries = 0;
        while let Admission::NotBefore(at) = ask(&mut ledger, &bucket, wanted, now) {
            prop_assert!(at > now);
            now = at;
            tries += 1;
            prop_assert!(tries <= 2, "promised twice and not kept");
        }
    }
}
