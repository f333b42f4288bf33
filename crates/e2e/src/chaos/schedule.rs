//! What happens when: the posts that are written and the blows that are dealt, all of it from the seed.

use std::time::Duration;

use postern_servers::Shutdown;
use serde_json::{Value, json};

use super::Options;
use super::random::Random;
use crate::stack::PLATFORMS;

/// Programs of each service.
pub(super) const REPLICAS: [(&str, usize); 5] = [
    ("backend-api", 2),
    ("frontend-api", 1),
    ("mcp-gateway", 1),
    ("worker", 3),
    ("cron", 2),
];

/// The lease of a publication in these runs, in seconds.
pub(super) const LEASE_SECS: u64 = 5;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Everything that a seed decides.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Schedule {
    /// In the order of their times.
    pub(super) calls: Vec<Call>,
    /// In the order of their times.
    pub(super) blows: Vec<Blow>,
    /// Faults by chance, all the time.
    pub(super) background: Vec<Value>,
}

/// A post to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) number: u32,
    pub(super) at: Duration,
    pub(super) door: Door,
    /// Indexes of channels.
    pub(super) channels: Vec<usize>,
    /// How many entries its thread has.
    pub(super) entries: u32,
    /// How far ahead it is scheduled; none goes out at once.
    pub(super) ahead: Option<Duration>,
}

/// Through which door a post is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Door {
    Rest,
    Mcp,
}

/// Something that goes wrong at a time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Blow {
    pub(super) at: Duration,
    pub(super) what: What,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// A program is killed and started again after a while.
    Kill { program: String, down: Duration },
    /// A program is stopped past its leases, and continued.
    Freeze { program: String, length: Duration },
    /// Redis forgets everything.
    EmptyRedis,
    /// Redis is killed and started again, empty, after a while.
    KillRedis { down: Duration },
    /// PostgreSQL goes down and comes back.
    RestartPostgres(Shutdown),
    /// Platforms fail in some way for the next few requests.
    Fault(Value),
}

impl Schedule {
    pub(super) fn of(options: &Options) -> Self {
        Self {
            calls: calls(options),
            blows: blows(options),
            background: background(),
        }
    }
}

/// Posts over the whole time, some at once, some ahead, a third of them threads.
fn calls(options: &Options) -> Vec<Call> {
    let mut random = Random::new(options.seed, "calls");
    let channels = PLATFORMS.len() * options.accounts.max(1);
    // What is written in the last tenth would be scheduled beyond the end of the blows.
    let end = options.length.saturating_sub(options.length / 10);
    let mut times: Vec<Duration> = (0..options.posts)
        .map(|_| random.between(Duration::ZERO, end))
        .collect();
    times.sort_unstable();
    times
        .into_iter()
        .zip(1..)
        .map(|(at, number)| {
            let first = random.index(channels);
            let mut chosen = vec![first];
            if random.percent(40) {
                // Another channel, and seldom of the same platform.
                chosen.push((first + 1 + random.index(channels - 1)) % channels);
            }
            let longest = options.length.saturating_sub(at).min(secs(20)).max(secs(2));
            Call {
                number,
                at,
                door: *random.pick(&[Door::Rest, Door::Mcp]),
                channels: chosen,
                entries: *random.pick(&[1, 1, 1, 1, 2, 3]),
                ahead: random.percent(70).then(|| random.between(secs(1), longest)),
            }
        })
        .collect()
}

/// A stream of blows with a pause between each two.
struct Stream<'a> {
    purpose: &'static str,
    pause: (Duration, Duration),
    next: &'a dyn Fn(&mut Random, usize) -> What,
}

fn blows(options: &Options) -> Vec<Blow> {
    let programs: Vec<String> = REPLICAS
        .iter()
        .flat_map(|(service, count)| (1..=*count).map(|number| program(service, number)))
        .collect();
    let streams = [
        Stream {
            purpose: "kills",
            pause: (millis(1_500), secs(4)),
            next: &|random, _| What::Kill {
                program: random.pick(&programs).clone(),
                down: random.between(millis(50), millis(1_500)),
            },
        },
        Stream {
            purpose: "freezes",
            pause: (secs(9), secs(16)),
            next: &|random, _| What::Freeze {
                program: program("worker", 1 + random.index(3)),
                length: random.between(secs(LEASE_SECS + 1), secs(LEASE_SECS + 4)),
            },
        },
        Stream {
            purpose: "flushes",
            pause: (secs(5), secs(11)),
            next: &|random, index| match index % 3 {
                2 => What::KillRedis {
                    down: random.between(millis(100), secs(2)),
                },
                _ => What::EmptyRedis,
            },
        },
        Stream {
            purpose: "databases",
            pause: (secs(8), secs(18)),
            next: &|_, index| {
                What::RestartPostgres(if index % 2 == 0 {
                    Shutdown::Immediate
                } else {
                    Shutdown::Fast
                })
            },
        },
        Stream {
            purpose: "faults",
            pause: (millis(700), secs(3)),
            next: &|random, _| What::Fault(burst(random)),
        },
    ];
    let mut blows: Vec<Blow> = streams
        .iter()
        .flat_map(|stream| stream.over(options.seed, options.length))
        .collect();
    blows.sort_by_key(|blow| blow.at);
    blows
}

impl Stream<'_> {
    fn over(&self, seed: u64, length: Duration) -> Vec<Blow> {
        let mut random = Random::new(seed, self.purpose);
        let (least, most) = self.pause;
        let mut blows = Vec::new();
        // The first one comes early, so that short runs have one of each.
        let mut at = random.between(secs(1), least.max(secs(1)));
        while at < length {
            let what = (self.next)(&mut random, blows.len());
            blows.push(Blow { at, what });
            at += random.between(least, most);
        }
        blows
    }
}

/// The name of the so-manieth program of a service.
pub(super) fn program(service: &str, number: usize) -> String {
    match number {
        1 => service.to_owned(),
        number => format!("{service}-{number}"),
    }
}

fn fault(platform: &str, operation: &str, kind: &str, delay_ms: u64) -> Value {
    json!({ "platform": platform, "operation": operation, "kind": kind, "delay_ms": delay_ms })
}

/// What goes wrong by chance all the time: operation, kind, wait in milliseconds, share of the requests.
const CHANCES: &[(&str, &str, &str, u64, f64)] = &[
    ("any", "commit", "lost_answer", 0, 0.03),
    ("any", "commit", "stored_server_error", 0, 0.02),
    ("any", "commit", "hold_answer", 1_500, 0.03),
    ("any", "commit", "no_id", 0, 0.01),
    ("any", "commit", "reset", 0, 0.01),
    ("any", "commit", "server_error", 0, 0.01),
    ("any", "commit", "rate_limit", 1_500, 0.02),
    ("any", "commit", "delay", 700, 0.05),
    ("any", "comment", "lost_answer", 0, 0.03),
    ("any", "comment", "hold_answer", 1_000, 0.03),
    ("any", "comment", "delay", 500, 0.05),
    ("any", "detect", "server_error", 0, 0.05),
    ("any", "detect", "reset", 0, 0.03),
    ("any", "refresh", "server_error", 0, 0.2),
    ("any", "refresh", "lost_answer", 0, 0.1),
    ("any", "refresh", "delay", 800, 0.2),
    ("bluesky", "commit", "expire_token", 0, 0.04),
    ("linkedin", "commit", "expire_token", 0, 0.04),
];

fn background() -> Vec<Value> {
    let chances = CHANCES
        .iter()
        .map(|(platform, operation, kind, delay_ms, share)| {
            let mut fault = fault(platform, operation, kind, *delay_ms);
            fault["probability"] = json!(share);
            fault
        });
    chances.collect()
}

/// The next few requests of some kind fail in some way.
fn burst(random: &mut Random) -> Value {
    let platform = *random.pick(&PLATFORMS);
    let wait = 300 + random.below(2_500);
    let (operation, kind, most) = *random.pick(&[
        ("commit", "lost_answer", 3),
        ("commit", "stored_server_error", 3),
        ("commit", "hold_answer", 3),
        ("commit", "delay", 4),
        ("commit", "rate_limit", 3),
        ("comment", "stored_server_error", 2),
        ("comment", "lost_answer", 2),
        ("detect", "server_error", 4),
        ("refresh", "server_error", 3),
        ("refresh", "lost_answer", 2),
        // An outage of the whole platform.
        ("any", "server_error", 12),
        ("any", "reset", 8),
        ("any", "delay", 6),
    ]);
    let mut fault = fault(platform, operation, kind, wait);
    fault["count"] = json!(1 + random.below(most));
    // Tokens of Mastodon and X do not come back without their owner.
    if random.percent(6) {
        let platform = *random.pick(&["mastodon", "x"]);
        fault = self::fault(platform, "commit", "expire_token", 0);
        fault["count"] = json!(1);
    }
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(seed: u64, length: u64) -> Options {
        Options {
            seed,
            length: secs(length),
            posts: 200,
            accounts: 3,
            rolling: false,
            doubt: secs(1),
            settling: secs(1),
            logs: None,
        }
    }

    #[test]
    fn everything_follows_from_the_seed() {
        assert_eq!(Schedule::of(&options(7, 60)), Schedule::of(&options(7, 60)));
        let other = Schedule::of(&options(8, 60));
        assert_ne!(Schedule::of(&options(7, 60)).calls, other.calls);
        assert_ne!(Schedule::of(&options(7, 60)).blows, other.blows);
    }

    #[test]
    fn the_blows_of_a_longer_run_begin_like_those_of_a_shorter_one() {
        let short = blows(&options(7, 30));
        let long = blows(&options(7, 90));
        assert_eq!(long[..short.len()], short);
    }

    #[test]
    fn a_short_run_has_blows_of_each_sort() {
        for seed in 0..20 {
            let blows = blows(&options(seed, 25));
            let count = |is: fn(&What) -> bool| blows.iter().filter(|blow| is(&blow.what)).count();
            let kills = count(|what| matches!(what, What::Kill { .. }));
            let freezes = count(|what| matches!(what, What::Freeze { .. }));
            let emptied = count(|what| matches!(what, What::EmptyRedis));
            let restarted = count(|what| matches!(what, What::RestartPostgres(_)));
            let faults = count(|what| matches!(what, What::Fault(_)));
            assert!(
                kills >= 5 && freezes >= 1 && emptied >= 2 && restarted >= 1 && faults >= 7,
                "seed {seed}: {blows:#?}"
            );
        }
    }

    #[test]
    fn calls_name_each_channel_once_and_end_with_the_run() {
        for call in Schedule::of(&options(3, 60)).calls {
            let mut channels = call.channels.clone();
            channels.dedup();
            assert_eq!(channels.len(), call.channels.len(), "{call:?}");
            assert!(channels.iter().all(|channel| *channel < 12), "{call:?}");
            let out = call.at + call.ahead.unwrap_or_default();
            assert!(out <= secs(62), "{call:?}");
        }
    }
}
