use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::id::{PostId, RecurrenceId, WorkspaceId};
use crate::problem::Code;
use crate::time::{LocalDate, Timestamp, Zone, parse_local_date};

static ZONES: LazyLock<Vec<String>> = LazyLock::new(Zone::all_names);

fn draft(frequency: Frequency, starts_on: &str) -> RuleDraft {
    RuleDraft {
        frequency,
        time: "09:00".into(),
        zone: "Europe/Berlin".into(),
        starts_on: starts_on.into(),
        ..RuleDraft::default()
    }
}

fn dates(draft: &RuleDraft, count: usize) -> Vec<String> {
    let rule = draft.check().unwrap();
    rule.occurrences()
        .take(count)
        .map(|it| it.date.to_string())
        .collect()
}

fn refused(draft: &RuleDraft, field: &str, code: Code) {
    let problems = draft.check().unwrap_err();
    let found: Vec<(&str, Code)> = problems.iter().map(|it| (it.field.as_str(), it.code)).collect();
    assert!(found.contains(&(field, code)), "{draft:?}: {found:?}");
}

fn date(text: &str) -> LocalDate {
    parse_local_date(text).unwrap()
}

#[test]
fn each_pattern_falls_on_its_dates() {
    let weekly = RuleDraft {
        every: 2,
        weekdays: vec![5, 1],
        ..draft(Frequency::Weekly, "2026-11-25")
    };
    assert_eq!(
        dates(&weekly, 4),
        ["2026-11-27", "2026-12-07", "2026-12-11", "2026-12-21"]
    );
    let monthly = |day, nth, weekdays: &[u8]| RuleDraft {
        day,
        nth,
        weekdays: weekdays.to_vec(),
        ..draft(Frequency::Monthly, "2026-01-31")
    };
    assert_eq!(
        dates(&monthly(None, None, &[]), 4),
        ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]
    );
    assert_eq!(
        dates(&monthly(Some(LAST), None, &[]), 4),
        ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    );
    assert_eq!(
        dates(&monthly(None, Some(2), &[2]), 3),
        ["2026-02-10", "2026-03-10", "2026-04-14"]
    );
    assert_eq!(
        dates(&monthly(None, Some(LAST), &[5]), 3),
        ["2026-02-27", "2026-03-27", "2026-04-24"]
    );
    let leap = RuleDraft {
        month: Some(2),
        day: Some(29),
        ..draft(Frequency::Yearly, "2026-01-01")
    };
    assert_eq!(dates(&leap, 2), ["2028-02-29", "2032-02-29"]);
    assert_eq!(
        dates(&draft(Frequency::Weekly, "2026-11-26"), 2),
        ["2026-11-26", "2026-12-03"]
    );
}

#[test]
fn nine_in_berlin_is_nine_over_both_changes() {
    let rule = draft(Frequency::Daily, "2026-03-27").check().unwrap();
    let instants: Vec<String> = rule
        .occurrences()
        .take(4)
        .map(|it| it.at.instant.to_rfc3339())
        .collect();
    assert_eq!(
        instants,
        [
            "2026-03-27T08:00:00.000Z",
            "2026-03-28T08:00:00.000Z",
            "2026-03-29T07:00:00.000Z",
            "2026-03-30T07:00:00.000Z"
        ]
    );
    for it in rule.occurrences().take(400) {
        let wall = it.at.instant.in_zone(rule.zone());
        assert_eq!((wall.date(), wall.hour(), wall.minute()), (it.date, 9, 0));
    }
}

#[test]
fn a_missing_hour_moves_forward_and_a_doubled_one_is_its_first_pass() {
    let at = |starts_on: &str| {
        let rule = RuleDraft {
            time: "02:30".into(),
            ..draft(Frequency::Daily, starts_on)
        };
        let rule = rule.check().unwrap();
        let two: Vec<String> = rule
            .occurrences()
            .take(2)
            .map(|it| it.at.instant.to_rfc3339())
            .collect();
        two
    };
    assert_eq!(
        at("2026-03-29"),
        ["2026-03-29T01:30:00.000Z", "2026-03-30T00:30:00.000Z"]
    );
    assert_eq!(
        at("2026-10-25"),
        ["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]
    );
}

#[test]
fn a_day_that_the_zone_left_out_is_left_out() {
    let apia = RuleDraft {
        zone: "Pacific/Apia".into(),
        ..draft(Frequency::Daily, "2011-12-29")
    };
    assert_eq!(dates(&apia, 3), ["2011-12-29", "2011-12-31", "2012-01-01"]);
}

#[test]
fn skipped_dates_count_and_ends_are_kept() {
    let rule = RuleDraft {
        count: Some(3),
        skips: vec!["2026-12-02".into()],
        ..draft(Frequency::Daily, "2026-12-01")
    };
    assert_eq!(dates(&rule, 9), ["2026-12-01", "2026-12-03"]);
    let rule = RuleDraft {
        until: Some("2026-12-02".into()),
        ..draft(Frequency::Daily, "2026-12-01")
    };
    assert_eq!(dates(&rule, 9), ["2026-12-01", "2026-12-02"]);
}

#[test]
fn rules_that_never_fall_on_a_date_are_refused() {
    let feb_30 = RuleDraft {
        month: Some(2),
        day: Some(30),
        ..draft(Frequency::Yearly, "2026-01-01")
    };
    let no_leap_year = RuleDraft {
        every: 4,
        month: Some(2),
        day: Some(29),
        ..draft(Frequency::Yearly, "2026-01-01")
    };
    let always_february = RuleDraft {
        every: 12,
        day: Some(31),
        ..draft(Frequency::Monthly, "2026-02-01")
    };
    let over_before_it_began = RuleDraft {
        until: Some("2025-12-31".into()),
        ..draft(Frequency::Daily, "2026-01-01")
    };
    let all_skipped = RuleDraft {
        count: Some(1),
        skips: vec!["2026-01-01".into()],
        ..draft(Frequency::Daily, "2026-01-01")
    };
    for rule in [
        feb_30,
        no_leap_year,
        always_february,
        over_before_it_began,
        all_skipped,
    ] {
        refused(&rule, "/recurrence", Code::RecurrenceInvalid);
    }
}

#[test]
fn parts_out_of_bounds_are_refused_all_at_once() {
    let bad = RuleDraft {
        every: 0,
        time: "25:00".into(),
        zone: "Europe/Atlantis".into(),
        until: Some("soon".into()),
        ..draft(Frequency::Daily, "2026-02-30")
    };
    for (field, code) in [
        ("/recurrence/every", Code::RecurrenceInvalid),
        ("/recurrence/time", Code::TimeMalformed),
        ("/recurrence/zone", Code::ZoneUnknown),
        ("/recurrence/until", Code::TimeMalformed),
        ("/recurrence/startsOn", Code::TimeMalformed),
    ] {
        refused(&bad, field, code);
    }
    let monthly = |day, nth| RuleDraft {
        day,
        nth,
        ..draft(Frequency::Monthly, "2026-01-01")
    };
    refused(
        &monthly(Some(32), None),
        "/recurrence/day",
        Code::RecurrenceInvalid,
    );
    refused(
        &monthly(Some(0), None),
        "/recurrence/day",
        Code::RecurrenceInvalid,
    );
    refused(
        &monthly(None, Some(5)),
        "/recurrence/nth",
        Code::RecurrenceInvalid,
    );
    let weekly = RuleDraft {
        weekdays: vec![8],
        ..draft(Frequency::Weekly, "2026-01-01")
    };
    refused(&weekly, "/recurrence/weekdays", Code::RecurrenceInvalid);
    let yearly = |month, day| RuleDraft {
        month: Some(month),
        day: Some(day),
        ..draft(Frequency::Yearly, "2026-01-01")
    };
    refused(&yearly(13, 1), "/recurrence/month", Code::RecurrenceInvalid);
    refused(&yearly(1, LAST), "/recurrence/day", Code::RecurrenceInvalid);
    let daily = |count, until: Option<&str>, skips: usize| RuleDraft {
        count,
        until: until.map(str::to_owned),
        skips: vec!["2026-01-01".into(); skips],
        ..draft(Frequency::Daily, "2026-01-01")
    };
    refused(
        &daily(Some(0), None, 0),
        "/recurrence/count",
        Code::RecurrenceInvalid,
    );
    refused(
        &daily(Some(1), Some("2027-01-01"), 0),
        "/recurrence/until",
        Code::RecurrenceInvalid,
    );
    refused(
        &daily(None, None, MOST_SKIPS + 1),
        "/recurrence/skips",
        Code::RecurrenceInvalid,
    );
}

#[test]
fn rules_are_told_in_words() {
    let weekly = RuleDraft {
        every: 2,
        weekdays: vec![1, 3, 5],
        until: Some("2026-12-31".into()),
        ..draft(Frequency::Weekly, "2026-11-25")
    };
    let last_friday = RuleDraft {
        nth: Some(LAST),
        weekdays: vec![5],
        count: Some(6),
        ..draft(Frequency::Monthly, "2026-11-25")
    };
    let last_day = RuleDraft {
        day: Some(LAST),
        count: Some(1),
        ..draft(Frequency::Monthly, "2026-11-25")
    };
    for (rule, words) in [
        (
            weekly,
            "every 2 weeks on Monday, Wednesday and Friday at 09:00 (Europe/Berlin), until 2026-12-31",
        ),
        (
            last_friday,
            "every month on the last Friday at 09:00 (Europe/Berlin), 6 times",
        ),
        (
            last_day,
            "every month on the last day at 09:00 (Europe/Berlin), once",
        ),
        (
            draft(Frequency::Yearly, "2026-12-24"),
            "every year on 24 December at 09:00 (Europe/Berlin)",
        ),
        (
            draft(Frequency::Monthly, "2026-12-24"),
            "every month on day 24 at 09:00 (Europe/Berlin)",
        ),
    ] {
        assert_eq!(rule.check().unwrap().to_string(), words);
    }
}

fn recurrence(rule: Rule, made_until: &str) -> Recurrence {
    let at = Timestamp::from_secs(0);
    Recurrence {
        id: RecurrenceId::from_bits(1),
        workspace: WorkspaceId::from_bits(1),
        template: PostId::from_bits(1),
        rule,
        state: RecurrenceState::Running,
        made_until: Some(date(made_until)),
        advance_at: Some(at),
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

#[test]
fn an_advance_makes_the_next_post_and_makes_up_for_a_pause_without_a_burst() {
    let made = |now: &str| {
        let mut it = recurrence(
            draft(Frequency::Daily, "2026-01-01").check().unwrap(),
            "2026-01-01",
        );
        let made = it.advance(Timestamp::parse(now).unwrap());
        let dates: Vec<String> = made.occurrences.iter().map(|it| it.date.to_string()).collect();
        assert_eq!(it.advance_at, made.occurrences.last().map(|last| last.at.instant));
        assert_eq!(
            it.made_until.map(|it| it.to_string()).as_deref(),
            dates.last().map(String::as_str)
        );
        (dates, made.dropped)
    };
    assert_eq!(made("2026-01-01T08:00:00Z"), (vec!["2026-01-02".into()], 0));
    let (dates, dropped) = made("2026-01-04T12:00:00Z");
    assert_eq!(dates, ["2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"]);
    assert_eq!(dropped, 0);
    let (dates, dropped) = made("2027-01-01T12:00:00Z");
    assert_eq!((dates.len(), dropped), (11, 355));
    assert_eq!(dates.last().unwrap(), "2027-01-02");
}

#[test]
fn a_rule_without_a_date_ahead_has_ended() {
    let rule = RuleDraft {
        count: Some(2),
        ..draft(Frequency::Daily, "2026-01-01")
    };
    let mut it = recurrence(rule.check().unwrap(), "2026-01-01");
    let first = it.advance(Timestamp::parse("2026-01-01T08:00:00Z").unwrap());
    assert_eq!(first.occurrences.len(), 1);
    assert!(it.is_running());
    let second = it.advance(Timestamp::parse("2026-01-02T08:00:00Z").unwrap());
    assert_eq!(second, Made::default());
    assert_eq!((it.state, it.advance_at), (RecurrenceState::Ended, None));
    assert_eq!(
        it.advance(Timestamp::parse("2026-01-03T08:00:00Z").unwrap()),
        Made::default()
    );
}

#[test]
fn days_between_posts_make_a_rule_in_the_zone_of_the_post() {
    let zone = Zone::parse("America/New_York").unwrap();
    let first = crate::time::PublishAt::at(Timestamp::parse("2026-03-01T14:30:15Z").unwrap(), zone);
    let rule = Rule::every_days(7, &first);
    let two: Vec<String> = rule
        .occurrences()
        .take(2)
        .map(|it| it.at.instant.to_rfc3339())
        .collect();
    assert_eq!(two, ["2026-03-01T14:30:00.000Z", "2026-03-08T13:30:00.000Z"]);
    assert_eq!(rule.interval_days(), Some(7));
}

fn rules() -> impl Strategy<Value = RuleDraft> {
    let shape = (
        0..4_usize,
        1..5_u32,
        prop::collection::vec(1..=7_u8, 0..4),
        0..ZONES.len(),
    );
    let day = (
        prop_oneof![Just(LAST), 1..=31_i8],
        prop::option::of(prop_oneof![Just(LAST), 1..=4_i8]),
        1..=12_u8,
    );
    let start = (1990..2040_i16, 1..=12_i8, 1..=28_i8, 0..24_u8, 0..60_u8);
    let end = (0..3_u8, 1..40_u32, 0..900_i64);
    (shape, day, start, end).prop_map(|(shape, day, start, end)| {
        let starts_on = LocalDate::constant(start.0, start.1, start.2);
        let frequency = Frequency::ALL[shape.0];
        let yearly = frequency == Frequency::Yearly;
        RuleDraft {
            frequency,
            every: shape.1,
            weekdays: match (frequency, day.1) {
                (Frequency::Monthly, Some(_)) => shape.2.into_iter().take(1).collect(),
                _ => shape.2,
            },
            day: Some(if yearly { day.0.abs() } else { day.0 }),
            nth: day.1.filter(|_| frequency == Frequency::Monthly),
            month: Some(day.2),
            time: format!("{:02}:{:02}", start.3, start.4),
            zone: ZONES[shape.3].clone(),
            starts_on: starts_on.to_string(),
            until: (end.0 == 1).then(|| (starts_on + jiff::Span::new().days(end.2)).to_string()),
            count: (end.0 == 2).then_some(end.1),
            skips: Vec::new(),
        }
    })
}

proptest! {
    #[test]
    fn wall_time_order_and_ends_are_kept_in_every_zone(draft in rules()) {
        let Ok(rule) = draft.check() else { return Ok(()) };
        let some: Vec<Occurrence> = rule.occurrences().take(60).collect();
        for pair in some.windows(2) {
            prop_assert!(pair[0].at.instant < pair[1].at.instant, "{pair:?}");
            prop_assert!(pair[0].date < pair[1].date, "{pair:?}");
            prop_assert_eq!(pair[0].number + 1, pair[1].number);
        }
        for it in &some {
            prop_assert!(it.date >= rule.starts_on());
            prop_assert_eq!(it.at.wall, it.date.to_datetime(rule.time()));
            let seen = it.at.instant.in_zone(rule.zone());
            // Only a missing hour is seen as another one, and then later by as much as was left out.
            let moved = seen.duration_since(it.at.wall);
            prop_assert!(moved.as_secs() >= 0 && moved.as_hours() < 20, "{it:?} seen as {seen}");
            if moved.as_secs() > 0 {
                let before = Timestamp::from_micros(it.at.instant.as_micros()).minus(Duration::from_hours(24));
                let after = it.at.instant;
                let offset = |at: Timestamp| at.in_zone(rule.zone()).duration_since(at.in_zone(&Zone::utc()));
                prop_assert!(offset(after) > offset(before), "{it:?} moved without a gap");
            }
        }
        match rule.end() {
            End::Never => {}
            End::Until(last) => prop_assert!(some.iter().all(|it| it.date <= last)),
            End::Count(count) => prop_assert!(rule.occurrences().count() <= count as usize),
        }
    }

    #[test]
    fn a_preview_is_what_is_made(draft in rules(), step in 1..200_u32) {
        let Ok(rule) = draft.check() else { return Ok(()) };
        let Some(first) = rule.occurrences().next() else { return Ok(()) };
        let preview = rule.preview(Timestamp::from_micros(i64::MIN), 20);
        let mut it = recurrence(rule.clone(), "1970-01-01");
        it.made_until = Some(first.date);
        it.advance_at = Some(first.at.instant);
        let mut made = vec![first.clone()];
        let mut now = first.at.instant;
        while made.len() < 20 && it.is_running() {
            let Some(at) = it.advance_at else { break };
            // The metronome comes at its time or somewhat later.
            now = now.max(at).plus(Duration::from_secs(u64::from(step)));
            let advanced = it.advance(now);
            prop_assert_eq!(advanced.dropped, 0);
            made.extend(advanced.occurrences);
        }
        made.truncate(20);
        prop_assert_eq!(made, preview);
    }

    #[test]
    fn rules_read_back_from_their_drafts(draft in rules()) {
        let Ok(rule) = draft.check() else { return Ok(()) };
        let again = RuleDraft::from(&rule);
        prop_assert_eq!(again.check(), Ok(rule));
    }

    #[test]
    fn a_rule_cut_in_two_has_the_same_dates(draft in rules(), at in 0..30_usize) {
        let Ok(rule) = draft.check() else { return Ok(()) };
        let all: Vec<LocalDate> = rule.occurrences().take(60).map(|it| it.date).collect();
        let Some(cut) = all.get(at).copied() else { return Ok(()) };
        let front: Vec<LocalDate> = rule.before(cut).iter().flat_map(|it| it.occurrences().map(|it| it.date).collect::<Vec<_>>()).collect();
        let back: Vec<LocalDate> = rule.from_date(cut).iter().flat_map(|it| it.occurrences().take(60 - at).map(|it| it.date).collect::<Vec<_>>()).collect();
        prop_assert_eq!([front, back].concat(), all);
    }

    #[test]
    fn a_skipped_date_is_the_only_one_that_goes(draft in rules(), at in 0..30_usize) {
        let Ok(rule) = draft.check() else { return Ok(()) };
        let all: BTreeSet<LocalDate> = rule.occurrences().take(60).map(|it| it.date).collect();
        let Some(gone) = all.iter().nth(at).copied() else { return Ok(()) };
        prop_assert!(rule.falls_on(gone));
        let last = all.last().copied();
        let rule = rule.without(gone);
        prop_assert!(!rule.falls_on(gone));
        let left: BTreeSet<LocalDate> = rule.occurrences().map(|it| it.date).take_while(|date| Some(*date) <= last).collect();
        prop_assert_eq!(left.len() + 1, all.len());
    }
}

#[test]
fn every_zone_keeps_its_wall_time_over_a_year() {
    for zone in ZONES.iter() {
        let rule = RuleDraft {
            zone: zone.clone(),
            ..draft(Frequency::Daily, "2026-01-01")
        };
        let rule = rule.check().unwrap();
        for it in rule.occurrences().take(366) {
            assert_eq!(it.at.instant.in_zone(rule.zone()), it.at.wall, "{zone}");
        }
    }
}

#[test]
fn every_zone_gives_the_small_hours_of_its_changes_once_and_in_order() {
    for zone in ZONES.iter() {
        for time in ["00:00", "01:30", "02:30"] {
            let rule = RuleDraft {
                zone: zone.clone(),
                time: time.into(),
                ..draft(Frequency::Daily, "2026-01-01")
            };
            let rule = rule.check().unwrap();
            let instants: Vec<Timestamp> = rule.occurrences().take(366).map(|it| it.at.instant).collect();
            assert!(instants.windows(2).all(|pair| pair[0] < pair[1]), "{zone} {time}");
            assert_eq!(instants.len(), 366, "{zone} {time}");
        }
    }
}
