//! The bodies of `/pause`, `/resume` and `/dead-letters`, routes of ours.

use postern_domain::dead_letter::DeadLetter;
use postern_domain::id::WorkspaceId;
use postern_domain::pause::{CatchUp, Pause, PauseScope, Resumed};
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::lenient;

/// The pauses in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PauseList {
    /// The pauses: the instance's first, then the workspace's, then those of its channels.
    pub paused: Vec<PauseItem>,
}

/// A pause in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PauseItem {
    /// `channel`, `workspace` or `instance`.
    pub scope: &'static str,
    /// The channel's id, where it is a channel.
    pub channel: Option<String>,
    /// Since when.
    pub since: String,
    /// Who paused it.
    pub by: String,
}

/// What came of a resume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ResumedOut {
    /// How many publications go out now or at their time.
    pub released: u32,
    /// How many are missed.
    pub missed: u32,
    /// Whether more follow within minutes.
    pub more: bool,
}

/// What did not get through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetterList {
    /// The dead letters, posts first.
    pub dead_letters: Vec<DeadLetterItem>,
}

/// Something that did not get through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeadLetterItem {
    /// Its id, by which it is replayed.
    pub id: String,
    /// What it is: an error's code, or the kind of an event.
    pub kind: String,
    /// Why it was given up.
    pub reason: String,
    /// The post, where there is one.
    pub post: Option<String>,
    /// When it was given up.
    pub at: String,
}

/// Shows pauses.
pub fn pause_list(pauses: &[Pause]) -> PauseList {
    PauseList {
        paused: pauses.iter().map(pause_item).collect(),
    }
}

fn pause_item(pause: &Pause) -> PauseItem {
    PauseItem {
        scope: pause.scope.kind(),
        channel: match pause.scope {
            PauseScope::Channel(id) => Some(id.to_string()),
            PauseScope::Workspace(_) | PauseScope::Instance => None,
        },
        since: pause.since.to_rfc3339(),
        by: pause.by.clone(),
    }
}

/// Shows what came of a resume.
pub const fn resumed_out(resumed: Resumed) -> ResumedOut {
    ResumedOut {
        released: resumed.released,
        missed: resumed.missed,
        more: resumed.more,
    }
}

/// Shows what did not get through.
pub fn dead_letter_list(letters: &[DeadLetter]) -> DeadLetterList {
    let item = |letter: &DeadLetter| DeadLetterItem {
        id: letter.id.to_string(),
        kind: letter.kind.clone(),
        reason: letter.reason.clone(),
        post: letter.post.map(|post| post.to_string()),
        at: letter.at.to_rfc3339(),
    };
    DeadLetterList {
        dead_letters: letters.iter().map(item).collect(),
    }
}

/// Reads `{"scope": "workspace" | "channel" | "instance", "channel"?}`; the workspace is meant unless something
/// else is said, and a channel alone says that it is meant.
pub fn parse_pause(body: &Json, workspace: WorkspaceId) -> Result<PauseScope, Vec<Problem>> {
    let channel = lenient::filled(body.get("channel"));
    let usual = if channel.is_some() { "channel" } else { "workspace" };
    let scope = lenient::filled(body.get("scope")).unwrap_or_else(|| usual.to_owned());
    match (scope.as_str(), channel) {
        ("workspace", _) => Ok(PauseScope::Workspace(workspace)),
        ("instance", _) => Ok(PauseScope::Instance),
        ("channel", Some(given)) => given.parse().map(PauseScope::Channel).map_err(|_| {
            vec![
                Problem::new(
                    Code::UnknownChannel,
                    "/channel",
                    "is not the id of a channel",
                    "use an id that GET /integrations lists",
                )
                .given(&given),
            ]
        }),
        ("channel", None) => Err(vec![Problem::new(
            Code::MissingField,
            "/channel",
            "is needed to pause one channel",
            "send the channel's id as GET /integrations lists it",
        )]),
        (other, _) => Err(vec![
            Problem::new(
                Code::Malformed,
                "/scope",
                "is not something that can be paused",
                "send one of the allowed words, or leave it out for the workspace",
            )
            .given(other)
            .allowed("workspace, channel, instance"),
        ]),
    }
}

/// Reads [`parse_pause`]'s body with `"missed": "rule" | "send" | "miss"` in it; all problems at once.
pub fn parse_resume(body: &Json, workspace: WorkspaceId) -> Result<(PauseScope, CatchUp), Vec<Problem>> {
    let given = lenient::filled(body.get("missed"));
    let catch_up = match given.as_deref() {
        None => Ok(CatchUp::default()),
        Some(word) => CatchUp::parse(word).ok_or_else(|| {
            Problem::new(
                Code::Malformed,
                "/missed",
                "is not one of the choices",
                "send rule for what the lateness rule allows, send for all, miss for none",
            )
            .given(word)
            .allowed("rule, send, miss")
        }),
    };
    match (parse_pause(body, workspace), catch_up) {
        (Ok(scope), Ok(catch_up)) => Ok((scope, catch_up)),
        (Ok(_), Err(problem)) => Err(vec![problem]),
        (Err(problems), Ok(_)) => Err(problems),
        (Err(mut problems), Err(problem)) => {
            problems.push(problem);
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::id::ChannelId;
    use serde_json::json;

    use super::*;

    const HOME: WorkspaceId = WorkspaceId::from_bits(1);

    #[track_caller]
    fn check(body: &Json, want: Result<(PauseScope, CatchUp), &[&str]>) {
        let got = parse_resume(body, HOME);
        let fields = got
            .as_ref()
            .map_err(|problems| problems.iter().map(|it| it.field.as_str()).collect::<Vec<_>>());
        assert_eq!(fields, want.as_ref().map_err(|fields| fields.to_vec()), "{body}");
    }

    #[test]
    fn a_scope_and_a_choice_are_read_and_all_problems_told() {
        let id = ChannelId::from_bits(7);
        let here = PauseScope::Workspace(HOME);
        check(&json!({}), Ok((here, CatchUp::Rule)));
        check(
            &json!({"scope": "workspace", "missed": "miss"}),
            Ok((here, CatchUp::Miss)),
        );
        check(
            &json!({"scope": "instance"}),
            Ok((PauseScope::Instance, CatchUp::Rule)),
        );
        check(
            &json!({"channel": id.to_string(), "missed": "send"}),
            Ok((PauseScope::Channel(id), CatchUp::Send)),
        );
        check(&json!({"scope": "channel"}), Err(&["/channel"]));
        check(&json!({"channel": "acme"}), Err(&["/channel"]));
        check(
            &json!({"scope": "moon", "missed": "maybe"}),
            Err(&["/scope", "/missed"]),
        );
    }
}
