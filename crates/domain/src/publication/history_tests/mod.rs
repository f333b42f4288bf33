//! What holds over every history: two workers, a bus that repeats, a platform that loses requests and answers, clocks
//! that jump, and people who change their minds. Only the platform and the people are honest.

mod moves;

use proptest::prelude::*;

use self::moves::{Access, Act, Hand, Move, Sight, Wish, moves};
use super::tests::{LATENESS, NOW, failure, publication};
use super::*;
use crate::failure::ErrorClass;
use crate::post::Resolution;

const LEASE: Duration = Duration::from_mins(1);

/// What a worker believes to hold.
#[derive(Debug, Clone)]
struct Hands {
    fence: u64,
    armed: Option<Armed>,
    sent: Sent,
}

/// What a worker has sent in this lease.
#[derive(Debug, Clone)]
enum Sent {
    Nothing,
    /// A request that was lost.
    Lost,
    /// What this is the id of.
    Made(String),
}

/// What exists at the platform.
#[derive(Debug, Clone)]
struct Copy {
    id: String,
    key: String,
    entry: u32,
}

/// A publication, those who work on it, and what really happened.
struct World {
    it: Publication,
    now: Timestamp,
    announced: Vec<u64>,
    workers: [Option<Hands>; 2],
    copies: Vec<Copy>,
    /// Whether the platform takes a repeated key for the same post.
    knows_keys: bool,
}

impl World {
    fn new(entries: u32, knows_keys: bool) -> Self {
        Self {
            it: publication(entries),
            now: NOW,
            announced: Vec::new(),
            workers: [None, None],
            copies: Vec::new(),
            knows_keys,
        }
    }

    fn play(&mut self, step: &Move) -> Result<(), Refusal> {
        match step {
            Move::Clock(Hand::Lease) => {
                // The clock hand takes what is due and nothing else.
                if self.it.due_at.is_none_or(|due| due > self.now) {
                    return Ok(());
                }
                if self.it.lease(self.now, self.now.plus(LEASE), LATENESS)? {
                    self.announced.push(self.it.fence);
                }
                Ok(())
            }
            Move::Clock(Hand::Lapse) => self.it.lapse(self.now, &Rules::default(), 0),
            Move::Clock(Hand::Postpone(secs)) => {
                // The clock hand holds back what it would lease, and nothing else.
                if self.it.due_at.is_none_or(|due| due > self.now) {
                    return Ok(());
                }
                let until = self.now.plus(Duration::from_secs(*secs));
                let reason = failure(ErrorClass::RateLimited { until: Some(until) });
                self.it.postpone(until, reason, self.now)
            }
            Move::Worker(who, act) => self.work(*who, act),
            Move::Person(wish) => self.wish(wish),
            Move::Channel(Access::Hold) => self.it.hold(self.now),
            Move::Channel(Access::Resume) => self.it.resume(self.now, LATENESS),
            Move::Channel(Access::Wait) => self.it.await_access(self.now, &Rules::default(), 0),
            Move::Channel(Access::LookAgain) => self.it.look_again(self.now),
            Move::Jump(secs) => {
                let span = Duration::from_secs(secs.unsigned_abs());
                self.now = if *secs < 0 {
                    self.now.minus(span)
                } else {
                    self.now.plus(span)
                };
                Ok(())
            }
        }
    }

    fn work(&mut self, who: usize, act: &Act) -> Result<(), Refusal> {
        let now = self.now;
        if let Act::Claim(back) = act {
            let Some(fence) = self.announced.iter().rev().nth(*back).copied() else {
                return Ok(());
            };
            self.it.claim(fence, &format!("w{who}"), now.plus(LEASE), now)?;
            self.workers[who] = Some(Hands {
                fence,
                armed: None,
                sent: Sent::Nothing,
            });
            return Ok(());
        }
        let Some(hands) = self.workers[who].clone() else {
            return Ok(());
        };
        let step = || Step("{}".into());
        match act {
            Act::Claim(_) => Ok(()),
            Act::Progress => self.it.save_step(hands.fence, step(), now),
            Act::Extend => self.it.extend(hands.fence, now.plus(LEASE)),
            Act::Wait => {
                let look_again_at = now.plus(Duration::from_secs(5));
                let outcome = Outcome::Waiting {
                    step: step(),
                    look_again_at,
                };
                self.report(who, &hands, outcome)
            }
            Act::GiveBack => self.report(who, &hands, Outcome::GivenBack),
            Act::Arm => {
                let armed = self.it.arm(hands.fence, step(), now)?;
                self.workers[who] = Some(Hands {
                    armed: Some(armed),
                    sent: Sent::Nothing,
                    ..hands
                });
                Ok(())
            }
            Act::Send { arrives } => {
                self.send(who, hands, *arrives);
                Ok(())
            }
            Act::Report(class) => match hands.sent.clone() {
                Sent::Made(id) if *class != ErrorClass::Unconfirmed => {
                    let outcome = self.out(&id);
                    self.report(who, &hands, outcome)
                }
                // An honest answer about what was made is that it was made, or that nobody knows.
                Sent::Made(_) => self.report(who, &hands, Outcome::Failed(failure(ErrorClass::Unconfirmed))),
                Sent::Lost | Sent::Nothing => self.report(who, &hands, Outcome::Failed(failure(*class))),
            },
            Act::Detect(sight) => self.detect(who, &hands, sight),
            Act::Crash => {
                self.workers[who] = None;
                Ok(())
            }
        }
    }

    /// One arming allows one sending. A worker that lost its lease does not know it and sends all the same.
    fn send(&mut self, who: usize, mut hands: Hands, arrives: bool) {
        let Some(armed) = hands.armed.take() else {
            return;
        };
        let entry = armed.key.split('.').nth(1).and_then(|entry| entry.parse().ok());
        let known = self.copies.iter().find(|copy| copy.key == armed.key).cloned();
        let made = match known {
            _ if !arrives => Sent::Lost,
            Some(copy) if self.knows_keys => Sent::Made(copy.id),
            _ => {
                let id = format!("c{}", self.copies.len());
                self.copies.push(Copy {
                    id: id.clone(),
                    key: armed.key,
                    entry: entry.unwrap(),
                });
                Sent::Made(id)
            }
        };
        hands.sent = made;
        self.workers[who] = Some(hands);
    }

    fn detect(&mut self, who: usize, hands: &Hands, sight: &Sight) -> Result<(), Refusal> {
        let detection = match sight {
            Sight::Failed(class) => {
                if self.it.state != State::Unconfirmed {
                    return Ok(());
                }
                return self.report(who, hands, Outcome::Failed(failure(*class)));
            }
            Sight::Dim { again } => Detection::Unknown {
                look_again_at: again.then(|| self.now.plus(Duration::from_secs(30))),
            },
            Sight::Clear => match self.copy_of(self.it.entry).cloned() {
                Some(copy) => Detection::Found {
                    release: release_of(&copy, self.now),
                    next_delay: Duration::ZERO,
                },
                None if self.knows_keys || !self.is_under_way() => Detection::Absent,
                None => Detection::Unknown { look_again_at: None },
            },
        };
        self.report(who, hands, Outcome::Detected(detection))
    }

    fn report(&mut self, who: usize, hands: &Hands, outcome: Outcome) -> Result<(), Refusal> {
        let next = self
            .it
            .apply(hands.fence, outcome, self.now, &Rules::default(), 1);
        self.workers[who] = match next {
            Ok(Next::Entry(_)) => Some(Hands {
                armed: None,
                sent: Sent::Nothing,
                ..hands.clone()
            }),
            Ok(Next::Stop) => None,
            Err(_) => Some(hands.clone()),
        };
        next.map(drop)
    }

    fn wish(&mut self, wish: &Wish) -> Result<(), Refusal> {
        let now = self.now;
        match wish {
            Wish::Edit {
                entries,
                differs,
                planned,
            } => {
                let plan = match planned {
                    0 => None,
                    1 => Some(Plan::Draft(Some(now))),
                    _ => Some(Plan::At(now)),
                };
                let edit = Edit {
                    entries: *entries,
                    settings: Settings::new(),
                    differs: *differs,
                    plan,
                };
                self.it.edit(edit, now)
            }
            Wish::Reschedule => self.it.reschedule(now, now),
            Wish::Cancel => self.it.cancel(now),
            Wish::Retry => self.it.retry(now),
            Wish::Resolve => {
                let answer = match self.copy_of(self.it.entry) {
                    Some(copy) => Resolution::Published {
                        url: Some(copy.id.clone()),
                    },
                    // Who looks while a request is on its way cannot know.
                    None if self.is_under_way() => return Ok(()),
                    None => Resolution::SendAgain,
                };
                self.it.resolve(&answer, now)
            }
        }
    }

    fn out(&self, id: &str) -> Outcome {
        let copy = self.copies.iter().find(|copy| copy.id == id).unwrap();
        Outcome::EntryOut {
            release: release_of(copy, self.now),
            next_delay: Duration::ZERO,
        }
    }

    fn copy_of(&self, entry: u32) -> Option<&Copy> {
        self.copies.iter().find(|copy| copy.entry == entry)
    }

    /// Whether somebody may still send what was armed.
    fn is_under_way(&self) -> bool {
        self.workers.iter().flatten().any(|hands| hands.armed.is_some())
    }

    /// All that has to be true at any time.
    fn check(&self) -> Result<(), TestCaseError> {
        let it = &self.it;
        for entry in 0..it.entries {
            let copies = self.copies.iter().filter(|copy| copy.entry == entry).count();
            prop_assert!(copies <= 1, "entry {entry} is out {copies} times: {it:?}");
        }
        prop_assert_eq!(
            it.armed.is_some(),
            matches!(it.state, State::Armed | State::Unconfirmed)
        );
        let places: Vec<u32> = it.releases.iter().map(|release| release.entry).collect();
        prop_assert_eq!(places, (0..it.entry).collect::<Vec<_>>());
        prop_assert_eq!(it.state == State::Published, it.entry == it.entries);
        prop_assert_eq!(it.state == State::Published, it.published_at.is_some());
        if it.state.is_final() {
            prop_assert_eq!((&it.holder, it.lease_until, it.due_at), (&None, None, None));
        }
        self.check_way_forward()
    }

    /// Nothing waits for what never comes.
    fn check_way_forward(&self) -> Result<(), TestCaseError> {
        let it = &self.it;
        let is_leased = it.lease_until.is_some();
        match it.state {
            State::Scheduled | State::Waiting => prop_assert!(it.due_at.is_some(), "{it:?}"),
            State::Leased | State::Preparing | State::Armed => prop_assert!(is_leased, "{it:?}"),
            State::Unconfirmed => prop_assert!(it.clone().resolve(&Resolution::SendAgain, self.now).is_ok()),
            State::Held => prop_assert!(it.clone().resume(self.now, LATENESS).is_ok()),
            State::Draft | State::Failed | State::Missed => {
                prop_assert!(it.clone().reschedule(self.now, self.now).is_ok());
            }
            State::Published | State::Cancelled => {}
        }
        Ok(())
    }

    /// From here on everything goes well.
    fn end_well(&mut self) {
        self.workers = [None, None];
        for _ in 0..40 {
            let all_is_well = match self.it.state {
                State::Published | State::Cancelled => return,
                State::Scheduled | State::Waiting => Move::Clock(Hand::Lease),
                State::Leased => Move::Worker(0, Act::Claim(0)),
                State::Preparing | State::Armed if self.workers[0].is_none() => Move::Clock(Hand::Lapse),
                State::Preparing => Move::Worker(0, Act::Arm),
                State::Armed
                    if self.workers[0]
                        .as_ref()
                        .is_some_and(|hands| hands.armed.is_some()) =>
                {
                    Move::Worker(0, Act::Send { arrives: true })
                }
                State::Armed => Move::Worker(0, Act::Report(ErrorClass::Transient)),
                State::Unconfirmed => Move::Person(Wish::Resolve),
                State::Held => Move::Channel(Access::Resume),
                State::Draft | State::Failed | State::Missed => Move::Person(Wish::Reschedule),
            };
            // Whatever is waited for comes.
            let until = [self.it.due_at, self.it.lease_until].into_iter().flatten().max();
            self.now = until.map_or(self.now, |until| self.now.max(until));
            self.play(&all_is_well).unwrap();
        }
    }
}

fn release_of(copy: &Copy, now: Timestamp) -> Release {
    Release {
        entry: copy.entry,
        remote_id: copy.id.clone(),
        url: None,
        carry: None,
        released_at: now,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_history_leads_back_doubles_or_ends_in_a_dead_end(
        steps in moves(),
        entries in 1..4_u32,
        knows_keys in any::<bool>(),
    ) {
        let mut world = World::new(entries, knows_keys);
        for step in &steps {
            let before = world.it.clone();
            let refused = world.play(step).is_err();
            let after = &world.it;
            if refused {
                prop_assert_eq!(after, &before, "a refusal changed something: {:?}", step);
            }
            if before.state == State::Published {
                prop_assert_eq!(after, &before, "published, and then {:?}", step);
            }
            prop_assert!(after.fence >= before.fence, "{:?}", step);
            prop_assert!(after.releases.starts_with(&before.releases), "{:?}", step);
            let is_named = RULES.iter().any(|rule| rule.transition.leads(before.state, after.state));
            prop_assert!(before.state == after.state || is_named, "{:?}: {:?} to {:?}", step, before, after);
            world.check()?;
        }
        world.end_well();
        prop_assert!(matches!(world.it.state, State::Published | State::Cancelled), "{:?}", world.it);
        world.check()?;
        if world.it.state == State::Published {
            let out: Vec<u32> = world.it.releases.iter().map(|release| release.entry).collect();
            let mut there: Vec<u32> = world.copies.iter().map(|copy| copy.entry).collect();
            there.sort_unstable();
            prop_assert_eq!(out, there, "what is told and what is there differ");
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn who_does_not_hold_the_lease_changes_nothing(steps in moves(), entries in 1..4_u32, off in 1..5_u64) {
        let mut world = World::new(entries, true);
        for step in &steps {
            let _ = world.play(step);
            let before = world.it.clone();
            for fence in [before.fence.wrapping_sub(off), before.fence + off] {
                let it = &mut world.it;
                let (now, until) = (world.now, world.now.plus(LEASE));
                let step = || Step("{}".into());
                let outcomes = [
                    Outcome::GivenBack,
                    Outcome::Failed(failure(ErrorClass::Rejected)),
                    Outcome::Detected(Detection::Absent),
                    Outcome::Waiting { step: step(), look_again_at: now },
                    Outcome::EntryOut {
                        release: release_of(&Copy { id: "x".into(), key: String::new(), entry: it.entry }, now),
                        next_delay: Duration::ZERO,
                    },
                ];
                for outcome in outcomes {
                    prop_assert_eq!(it.apply(fence, outcome, now, &Rules::default(), 1), Err(Refusal::Stale));
                }
                prop_assert_eq!(it.claim(fence, "w9", until, now), Err(Refusal::Stale));
                prop_assert_eq!(it.extend(fence, until), Err(Refusal::Stale));
                prop_assert_eq!(it.save_step(fence, step(), now), Err(Refusal::Stale));
                prop_assert_eq!(it.arm(fence, step(), now), Err(Refusal::Stale));
                prop_assert_eq!(&*it, &before);
            }
        }
    }
}
