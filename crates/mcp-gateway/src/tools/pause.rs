//! `pause`: holds what would go out, and lets it go again.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::pause::{CatchUp, Pause, PauseScope, Resumed};
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::places;
use crate::tools::channels::{Known, channel_id};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// status tells what is paused, pause holds, resume lets go
    action: Action,
    /// What to pause or resume; workspace if left out
    #[serde(default)]
    scope: What,
    /// The channel's id from integrationList, where scope is channel
    #[serde(default)]
    channel_id: Option<String>,
    /// With resume, what becomes of posts whose time passed meanwhile: rule sends those that the workspace's
    /// lateness rule still allows, send sends all, miss sends none; rule if left out
    #[serde(default)]
    missed: Missed,
}

#[derive(Deserialize, JsonSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Action {
    Status,
    Pause,
    Resume,
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(rename_all = "snake_case")]
enum What {
    Channel,
    #[default]
    Workspace,
    Instance,
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(rename_all = "snake_case")]
enum Missed {
    #[default]
    Rule,
    Send,
    Miss,
}

/// What is paused now, and what a resume did.
#[derive(Serialize, JsonSchema)]
struct Answer {
    /// The pauses in force; empty while everything goes out.
    paused: Vec<PauseOut>,
    /// What a resume let go.
    #[serde(skip_serializing_if = "Option::is_none")]
    resumed: Option<ResumedOut>,
}

/// A pause in force.
#[derive(Serialize, JsonSchema)]
struct PauseOut {
    /// channel, workspace or instance.
    scope: &'static str,
    /// The channel's id, where it is a channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    channel_id: Option<String>,
    /// Since when, RFC 3339 in UTC.
    since: String,
    /// Who paused it.
    by: String,
}

/// What a resume let go.
#[derive(Serialize, JsonSchema)]
struct ResumedOut {
    /// How many held posts go out now or at their time.
    released: u32,
    /// How many are missed; retry_post sends one of them.
    missed: u32,
    /// Whether more follow within minutes.
    more: bool,
}

pub(super) struct PauseTool;

#[async_trait]
impl Tool for PauseTool {
    fn spec(&self) -> Spec {
        Spec {
            name: "pause",
            title: "Pause or resume publishing",
            description: "Holds all social media posts of a workspace, of one channel, or (for the owner of this server) \
                of the whole instance: use it when the user wants nothing to go out for now. Posts that become due are \
                held, what is being sent at this moment is finished, and planning goes on. Resuming sends what is late \
                as missed says: ask the user before choosing send or miss. For a single post use cancel_post or \
                update_post instead.",
            scopes: &[Scope::ChannelsWrite],
            set: Set::Channels,
            effect: Effect {
                read_only: false,
                destructive: true,
                idempotent: true,
                open_world: true,
            },
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let backend = &call.shared.backend;
        let action = arguments.action;
        let resumed = match action {
            Action::Status => None,
            Action::Pause => {
                let scope = scope_of(call, &arguments).await?;
                let paused = backend.pause(call.actor(), scope).await;
                paused.map_err(|error| places::moved(error, |_| "/scope".into()))?;
                None
            }
            Action::Resume => {
                let scope = scope_of(call, &arguments).await?;
                let catch_up = match arguments.missed {
                    Missed::Rule => CatchUp::Rule,
                    Missed::Send => CatchUp::Send,
                    Missed::Miss => CatchUp::Miss,
                };
                let resumed = backend.resume(call.actor(), scope, catch_up).await;
                Some(resumed.map_err(|error| places::moved(error, |_| "/scope".into()))?)
            }
        };
        let pauses = backend.pauses(call.actor()).await?;
        let answer = Answer {
            paused: pauses.iter().map(shown).collect(),
            resumed: resumed.map(|resumed| ResumedOut {
                released: resumed.released,
                missed: resumed.missed,
                more: resumed.more,
            }),
        };
        Done::told(summary(&pauses, resumed), &answer)
    }
}

async fn scope_of(call: &Call<'_>, arguments: &Arguments) -> Result<PauseScope, Stop> {
    match arguments.scope {
        What::Workspace => Ok(PauseScope::Workspace(call.actor().workspace)),
        What::Instance => Ok(PauseScope::Instance),
        What::Channel => {
            let Some(given) = &arguments.channel_id else {
                return Err(Problem::new(
                    Code::MissingField,
                    "/channel_id",
                    "is needed where scope is channel",
                    "give the channel's id from integrationList",
                )
                .into());
            };
            let known = Known::of(call).await?;
            match channel_id(given) {
                Some(id) if known.find(given).is_some() => Ok(PauseScope::Channel(id)),
                Some(_) | None => Err(known.refuse("/channel_id", given).into()),
            }
        }
    }
}

fn shown(pause: &Pause) -> PauseOut {
    PauseOut {
        scope: pause.scope.kind(),
        channel_id: match pause.scope {
            PauseScope::Channel(id) => Some(id.to_string()),
            PauseScope::Workspace(_) | PauseScope::Instance => None,
        },
        since: pause.since.to_rfc3339(),
        by: pause.by.clone(),
    }
}

fn summary(pauses: &[Pause], resumed: Option<Resumed>) -> String {
    let now = if pauses.is_empty() {
        "Nothing is paused.".to_owned()
    } else {
        let kinds: Vec<&str> = pauses.iter().map(|pause| pause.scope.kind()).collect();
        format!("Paused: {}.", kinds.join(", "))
    };
    match resumed {
        Some(Resumed { released, missed, .. }) => {
            format!("{released} held posts go out, {missed} are missed. {now}")
        }
        None => now,
    }
}
