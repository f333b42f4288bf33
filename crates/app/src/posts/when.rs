//! What an intent means on the clock.

use std::time::Duration;

use postern_domain::post::Intent;
use postern_domain::time::{PublishAt, Timestamp};
use postern_domain::workspace::Workspace;
use postern_domain::{Code, Problem};

/// When a post goes out, decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The time, for drafts the planned one.
    pub(crate) at: Option<PublishAt>,
    /// Whether it is only a draft.
    pub(crate) draft: bool,
}

/// How far a clock of a client may lag behind ours before a time counts as passed.
pub(crate) const GRACE: Duration = Duration::from_mins(1);

/// Turns an intent into a plan; `slot` is the next free slot where the intent asks for one.
pub(crate) fn decide(
    intent: &Intent,
    workspace: &Workspace,
    slot: Option<PublishAt>,
    now: Timestamp,
) -> Result<Plan, Problem> {
    match intent {
        Intent::Draft(at) => Ok(Plan {
            at: at.clone(),
            draft: true,
        }),
        Intent::Now => Ok(Plan {
            at: Some(PublishAt::at(now, workspace.zone.clone())),
            draft: false,
        }),
        Intent::Queue => match slot {
            Some(at) => Ok(Plan {
                at: Some(at),
                draft: false,
            }),
            None => Err(no_slot()),
        },
        Intent::Schedule { at, past_is_now } => {
            let late = now.since(at.instant);
            let allowed = if *past_is_now { workspace.lateness } else { GRACE };
            if late <= allowed {
                return Ok(Plan {
                    at: Some(at.clone()),
                    draft: false,
                });
            }
            Err(Problem::new(
                Code::PublishTimePassed,
                "/publish_at",
                "the publish time has passed",
                "give a time in the future, or publish now",
            )
            .given(at.instant.to_rfc3339_in(&workspace.zone))
            .allowed(format!("after {} (now)", now.to_rfc3339_in(&workspace.zone))))
        }
    }
}

/// A channel without slots cannot queue.
pub(crate) fn no_slot() -> Problem {
    Problem::new(
        Code::NoSlot,
        "/publish_at",
        "the channel has no free posting slot within a year",
        "add posting slots to the channel, or give a time",
    )
}

#[cfg(test)]
mod tests {
    use postern_domain::id::WorkspaceId;
    use postern_domain::time::Zone;
    use postern_domain::workspace::DEFAULT_LATENESS;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn check(intent: &Intent, want: Result<(Option<Timestamp>, bool), Code>) {
        let workspace = Workspace {
            id: WorkspaceId::from_bits(1),
            name: "w".into(),
            zone: Zone::utc(),
            lateness: DEFAULT_LATENESS,
            created_at: NOW,
        };
        let got = decide(intent, &workspace, None, NOW)
            .map(|plan| (plan.at.map(|at| at.instant), plan.draft))
            .map_err(|problem| problem.code);
        assert_eq!(got, want, "{intent:?}");
    }

    fn at(instant: Timestamp) -> PublishAt {
        PublishAt::at(instant, Zone::utc())
    }

    #[test]
    fn passed_times_are_refused_unless_the_door_says_otherwise() {
        let hour = Duration::from_hours(1);
        let (past, ancient, future) = (NOW.minus(hour), NOW.minus(hour * 7), NOW.plus(hour));
        check(&Intent::Now, Ok((Some(NOW), false)));
        check(&Intent::Draft(None), Ok((None, true)));
        check(
            &Intent::Schedule {
                at: at(future),
                past_is_now: false,
            },
            Ok((Some(future), false)),
        );
        check(
            &Intent::Schedule {
                at: at(past),
                past_is_now: false,
            },
            Err(Code::PublishTimePassed),
        );
        check(
            &Intent::Schedule {
                at: at(past),
                past_is_now: true,
            },
            Ok((Some(past), false)),
        );
        check(
            &Intent::Schedule {
                at: at(ancient),
                past_is_now: true,
            },
            Err(Code::PublishTimePassed),
        );
        check(&Intent::Queue, Err(Code::NoSlot));
    }
}
