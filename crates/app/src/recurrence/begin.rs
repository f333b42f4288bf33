//! The first post of a recurrence, with the recurrence itself.

use std::time::Duration;

use postern_domain::id::{PostId, RecurrenceId};
use postern_domain::ports::Unit;
use postern_domain::post::{Intent, Post};
use postern_domain::publication::Publication;
use postern_domain::recurrence::{
    InSeries, NewRecurrence, Occurrence, Place, Recurrence, RecurrenceState, Rule,
};
use postern_domain::time::{PublishAt, Timestamp};
use postern_domain::workspace::Workspace;
use postern_domain::{BackendError, Code, Problem};

use crate::deps::Deps;
use crate::posts::compose::Composed;
use crate::posts::create::publication_of;
use crate::posts::when::{GRACE, Plan};

/// How a recurrence begins.
pub(crate) struct Beginning {
    /// The rule.
    pub(crate) rule: Rule,
    /// The date of its first post.
    pub(crate) first: Occurrence,
}

/// Finds the first date of what was asked; `decided` is what the intent alone means on the clock.
///
/// Errors: `recurrence_invalid` for a post without a time to return at, or a rule whose dates have all passed.
pub(crate) fn decide(
    asked: &NewRecurrence,
    intent: &Intent,
    decided: Result<Plan, Problem>,
    workspace: &Workspace,
    now: Timestamp,
) -> Result<Beginning, Problem> {
    let allowed = match intent {
        Intent::Draft(_) => return Err(no_draft()),
        Intent::Schedule {
            past_is_now: true, ..
        } => workspace.lateness,
        Intent::Schedule { .. } | Intent::Now | Intent::Queue => GRACE,
    };
    match (asked, intent) {
        (NewRecurrence::Rule(rule), Intent::Schedule { .. }) => ahead((**rule).clone(), now, allowed),
        (NewRecurrence::Rule(_), _) => Err(no_time()),
        (NewRecurrence::EveryDays(days), Intent::Schedule { at, .. }) => {
            // A first date that has long passed only gives the rhythm.
            ahead(Rule::every_days(*days, at), now, allowed)
        }
        (NewRecurrence::EveryDays(days), _) => {
            let at = decided?
                .at
                .unwrap_or_else(|| PublishAt::at(now, workspace.zone.clone()));
            let rule = Rule::every_days(*days, &at);
            let date = rule.starts_on();
            Ok(Beginning {
                rule,
                first: Occurrence { number: 1, date, at },
            })
        }
    }
}

fn ahead(rule: Rule, now: Timestamp, allowed: Duration) -> Result<Beginning, Problem> {
    match rule.preview(now.minus(allowed), 1).pop() {
        Some(first) => Ok(Beginning { rule, first }),
        None => Err(Problem::new(
            Code::RecurrenceInvalid,
            "/recurrence",
            "all dates of the rule have passed",
            "give a later end, or schedule the post without a recurrence",
        )
        .given(rule)),
    }
}

/// Stores a recurrence whose first post is about to be stored; puts the post into it.
pub(crate) async fn store(
    deps: &Deps,
    unit: &dyn Unit,
    beginning: Beginning,
    post: &mut Post,
    composed: &Composed,
) -> Result<(), BackendError> {
    let id = RecurrenceId::from_bits(deps.rng.id());
    let now = deps.clock.now();
    let template = Post {
        id: PostId::from_bits(deps.rng.id()),
        created_at: now,
        updated_at: now,
        ..template_of(post, id)
    };
    let parts = parts_of(deps, &template, composed, now);
    let traceparent = (deps.current_trace)();
    unit.insert_planned(&template, &parts, traceparent.as_deref())
        .await?;
    unit.insert_recurrence(&Recurrence {
        id,
        workspace: post.workspace,
        template: template.id,
        rule: beginning.rule,
        state: RecurrenceState::Running,
        made_until: Some(beginning.first.date),
        advance_at: Some(beginning.first.at.instant),
        version: 1,
        created_at: now,
        updated_at: now,
    })
    .await?;
    post.series = Some(InSeries {
        recurrence: id,
        place: Place::On(beginning.first.date),
    });
    Ok(())
}

/// The publications of a template, which never go out.
pub(super) fn parts_of(
    deps: &Deps,
    template: &Post,
    composed: &Composed,
    now: Timestamp,
) -> Vec<Publication> {
    let targets = composed.targets.iter();
    targets
        .map(|target| publication_of(deps, template, target, composed, now))
        .collect()
}

/// A post as the template of a recurrence: without a time, and never on its way.
pub(super) fn template_of(post: &Post, recurrence: RecurrenceId) -> Post {
    Post {
        publish_at: None,
        draft: true,
        review: None,
        version: 1,
        trashed_at: None,
        series: Some(InSeries {
            recurrence,
            place: Place::Template,
        }),
        ..post.clone()
    }
}

fn no_draft() -> Problem {
    Problem::new(
        Code::RecurrenceInvalid,
        "/recurrence",
        "a draft does not return",
        "schedule the post, or keep the draft without a recurrence",
    )
}

fn no_time() -> Problem {
    Problem::new(
        Code::RecurrenceInvalid,
        "/recurrence",
        "a rule has a time of its own, so that the post can neither go out at once nor be queued",
        "schedule the post, or leave the recurrence out",
    )
}

#[cfg(test)]
mod tests {
    use postern_domain::id::WorkspaceId;
    use postern_domain::time::Zone;
    use postern_domain::workspace::DEFAULT_LATENESS;

    use super::*;

    fn begin(days: u16, intent: &Intent, now: &str) -> Result<(String, String), Code> {
        let now = Timestamp::parse(now).unwrap();
        let workspace = Workspace {
            id: WorkspaceId::from_bits(1),
            name: "w".into(),
            zone: Zone::parse("Europe/Berlin").unwrap(),
            lateness: DEFAULT_LATENESS,
            created_at: now,
        };
        let decided = crate::posts::when::decide(intent, &workspace, None, now);
        decide(&NewRecurrence::EveryDays(days), intent, decided, &workspace, now)
            .map(|begun| (begun.rule.to_string(), begun.first.at.instant.to_rfc3339()))
            .map_err(|problem| problem.code)
    }

    fn schedule(at: &str, past_is_now: bool) -> Intent {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        Intent::Schedule {
            at: PublishAt::at(Timestamp::parse(at).unwrap(), zone),
            past_is_now,
        }
    }

    #[test]
    fn a_passed_first_date_gives_the_rhythm() {
        let words = |time: &str, days: u16| format!("every {days} days at {time} (Europe/Berlin)");
        let now = "2026-03-20T12:00:00Z";
        for (intent, want) in [
            (schedule("2026-03-21T08:00:00Z", true), "2026-03-21T08:00:00.000Z"),
            (schedule("2026-03-20T08:00:00Z", true), "2026-03-20T08:00:00.000Z"),
            (
                schedule("2026-03-20T08:00:00Z", false),
                "2026-03-27T08:00:00.000Z",
            ),
            (schedule("2026-03-01T08:00:00Z", true), "2026-03-22T08:00:00.000Z"),
            (schedule("2026-02-22T08:00:00Z", true), "2026-03-22T08:00:00.000Z"),
        ] {
            let got = begin(7, &intent, now).unwrap();
            assert_eq!(got, (words("09:00", 7), want.to_owned()), "{intent:?}");
        }
    }

    #[test]
    fn what_goes_out_at_once_returns_from_now_on_and_drafts_do_not() {
        let now = "2026-03-20T12:00:30Z";
        let (rule, first) = begin(2, &Intent::Now, now).unwrap();
        assert_eq!(rule, "every 2 days at 13:00 (Europe/Berlin)");
        assert_eq!(first, "2026-03-20T12:00:30.000Z");
        assert_eq!(begin(2, &Intent::Draft(None), now), Err(Code::RecurrenceInvalid));
        assert_eq!(begin(2, &Intent::Queue, now), Err(Code::NoSlot));
    }
}
