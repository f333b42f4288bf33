//! Faults on request: what may go wrong, where, and how often.

use std::str::FromStr;

use serde_json::{Value, json};

use crate::platforms::Platform;
use crate::random::Random;

/// A word outside of a closed set; names the field and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("field {field} is {given}, allowed: {allowed}")]
pub struct UnknownWord {
    /// The field at fault.
    pub field: &'static str,
    /// What was given.
    pub given: String,
    /// The allowed words, joined by commas.
    pub allowed: String,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $field:literal, { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| UnknownWord {
                    field: $field,
                    given: text.to_owned(),
                    allowed: Self::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

words! {
    /// What a request is for; faults are aimed at these.
    Operation, "operation", {
        /// Every request of a client; also the class of requests that have no other.
        Any = "any",
        /// Publishing a first post.
        Commit = "commit",
        /// Publishing a reply or comment.
        Comment = "comment",
        /// Sending media.
        Upload = "upload",
        /// Asking how far media is.
        Status = "status",
        /// Getting a token or session.
        Token = "token",
        /// Renewing a token or session.
        Refresh = "refresh",
        /// Reading the own profile.
        Profile = "profile",
        /// Reading posts to find out whether one exists.
        Detect = "detect",
    }
}

words! {
    /// What goes wrong.
    FaultKind, "kind", {
        /// The request waits before it is handled.
        Delay = "delay",
        /// The request is handled at once, its answer waits.
        HoldAnswer = "hold_answer",
        /// 503, nothing was stored.
        ServerError = "server_error",
        /// 503, although it was stored.
        StoredServerError = "stored_server_error",
        /// Stored, then the connection drops.
        LostAnswer = "lost_answer",
        /// The connection drops before anything was handled.
        Reset = "reset",
        /// 429 with the platform's headers; the window ends after `delay_ms`, or after a minute.
        RateLimit = "rate_limit",
        /// The token of this request is expired from now on.
        ExpireToken = "expire_token",
        /// Stored, but the answer does not name what was made.
        NoId = "no_id",
    }
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Times {
    /// So many times, then never again.
    Count(u32),
    /// Each time with this probability, between 0 and 1.
    Probability(f64),
}

/// One planned fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The platform it strikes; `None` for all.
    pub platform: Option<Platform>,
    /// The operation it strikes; [`Operation::Any`] for all.
    pub operation: Operation,
    /// What happens.
    pub kind: FaultKind,
    /// How often.
    pub times: Times,
    /// For delays the wait, for rate limits the rest of the window; milliseconds.
    pub delay_ms: u64,
}

/// The planned faults.
#[derive(Debug)]
pub(crate) struct Faults {
    planned: Vec<Planned>,
    next: u64,
    seed: u64,
}

/// A fault with its number and its own chance, so that which of its requests it strikes depends on the seed alone
/// and not on what else is asked meanwhile.
#[derive(Debug)]
struct Planned {
    number: u64,
    fault: Fault,
    random: Random,
}

/// A fault that was taken, with the number under which it can be given back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub number: u64,
    pub kind: FaultKind,
    pub delay_ms: u64,
}

impl Faults {
    /// No faults yet; `seed` decides about those that strike by chance.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            planned: Vec::new(),
            next: 0,
            seed,
        }
    }

    /// Plans a fault.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.next += 1;
        self.planned.push(Planned {
            number: self.next,
            fault,
            // Multiplied by an odd number, so that neighbouring plans do not draw neighbouring chances.
            random: Random::new(self.seed ^ self.next.wrapping_mul(0xD6E8_FEB8_6659_FD93)),
        });
    }

    /// Takes the oldest fault that fits.
    pub(crate) fn take(&mut self, platform: Platform, operation: Operation) -> Option<Taken> {
        for planned in &mut self.planned {
            let fault = &mut planned.fault;
            let fits = fault.platform.is_none_or(|wanted| wanted == platform)
                && (fault.operation == Operation::Any || fault.operation == operation);
            let strikes = fits
                && match &mut fault.times {
                    Times::Count(left) => {
                        let any = *left > 0;
                        *left = left.saturating_sub(1);
                        any
                    }
                    Times::Probability(probability) => planned.random.chance(*probability),
                };
            if strikes {
                return Some(Taken {
                    number: planned.number,
                    kind: fault.kind,
                    delay_ms: fault.delay_ms,
                });
            }
        }
        None
    }

    /// Undoes a taking whose moment did not come.
    pub(crate) fn give_back(&mut self, number: u64) {
        let known = self.planned.iter_mut().find(|planned| planned.number == number);
        if let Some(Times::Count(left)) = known.map(|planned| &mut planned.fault.times) {
            *left += 1;
        }
    }

    /// What may still strike.
    pub(crate) fn left(&mut self) -> Value {
        self.planned
            .retain(|planned| planned.fault.times != Times::Count(0));
        self.planned
            .iter()
            .map(|planned| planned.fault.to_json())
            .collect()
    }

    /// Drops every plan.
    pub(crate) fn clear(&mut self) {
        self.planned.clear();
    }
}

impl Fault {
    /// Reads a fault from the control interface; the error names each field at fault.
    pub(crate) fn from_json(body: &Value) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let word = |field: &str| {
            body.get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let platform = match word("platform").as_str() {
            "any" => None,
            name => Platform::from_str(name)
                .map_err(|error| problems.push(error.to_string()))
                .ok(),
        };
        let operation = Operation::from_str(&word("operation"))
            .map_err(|error| problems.push(error.to_string()))
            .unwrap_or(Operation::Any);
        let kind = FaultKind::from_str(&word("kind"))
            .map_err(|error| problems.push(error.to_string()))
            .unwrap_or(FaultKind::Delay);
        let times = times(body)
            .map_err(|problem| problems.push(problem))
            .unwrap_or(Times::Count(0));
        let delay_ms = match body.get("delay_ms") {
            None | Some(Value::Null) => 0,
            Some(value) => value.as_u64().unwrap_or_else(|| {
                problems.push(format!(
                    "field delay_ms is {value}, allowed: whole milliseconds from 0"
                ));
                0
            }),
        };
        for field in body.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if ![
                "platform",
                "operation",
                "kind",
                "count",
                "probability",
                "delay_ms",
            ]
            .contains(&field.as_str())
            {
                problems.push(format!("field {field} is unknown, allowed: platform, operation, kind, count, probability, delay_ms"));
            }
        }
        if problems.is_empty() {
            Ok(Self {
                platform,
                operation,
                kind,
                times,
                delay_ms,
            })
        } else {
            Err(problems)
        }
    }

    fn to_json(&self) -> Value {
        let (count, probability) = match self.times {
            Times::Count(left) => (Some(left), None),
            Times::Probability(probability) => (None, Some(probability)),
        };
        json!({
            "platform": self.platform.map_or("any", Platform::as_str),
            "operation": self.operation.as_str(),
            "kind": self.kind.as_str(),
            "count": count,
            "probability": probability,
            "delay_ms": self.delay_ms,
        })
    }
}

fn times(body: &Value) -> Result<Times, String> {
    let given = |field: &str| body.get(field).filter(|value| !value.is_null());
    match (given("count"), given("probability")) {
        (None, None) => Ok(Times::Count(1)),
        (Some(count), None) => count
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .filter(|count| *count > 0)
            .map(Times::Count)
            .ok_or_else(|| format!("field count is {count}, allowed: whole numbers from 1")),
        (None, Some(probability)) => probability
            .as_f64()
            .filter(|value| (0.0..=1.0).contains(value))
            .map(Times::Probability)
            .ok_or_else(|| format!("field probability is {probability}, allowed: 0 to 1")),
        (Some(_), Some(_)) => {
            Err("fields count and probability exclude each other, allowed: one of them".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of 200 commits on X a fault by chance strikes, with `others` requests on Mastodon between each two.
    fn struck(seed: u64, others: usize) -> Vec<bool> {
        let mut faults = Faults::new(seed);
        for platform in [Platform::Mastodon, Platform::X] {
            faults.add(Fault {
                platform: Some(platform),
                operation: Operation::Commit,
                kind: FaultKind::Reset,
                times: Times::Probability(0.3),
                delay_ms: 0,
            });
        }
        let mut commit = |platform| faults.take(platform, Operation::Commit).is_some();
        (0..200)
            .map(|_| {
                for _ in 0..others {
                    commit(Platform::Mastodon);
                }
                commit(Platform::X)
            })
            .collect()
    }

    #[test]
    fn which_requests_chance_strikes_depends_on_the_seed_alone() {
        let first = struck(7, 0);
        assert_eq!(first, struck(7, 3));
        assert_ne!(first, struck(8, 0));
        let count = first.iter().filter(|struck| **struck).count();
        assert!((30..=90).contains(&count), "{count} of 200");
    }
}
