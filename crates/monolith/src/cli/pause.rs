//! `postern pause` and `postern resume`: holding what would go out, and letting it go again.

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use postern_domain::Actor;
use postern_domain::pause::{CatchUp, PauseScope};
use postern_domain::ports::Pauses;

use super::beside::{Desk, refused, say};
use super::key::Within;

/// What to pause or resume: the workspace unless something else is said.
#[derive(Debug, Args)]
pub(crate) struct What {
    /// Only the channel with this id.
    #[arg(long, value_name = "ID", conflicts_with = "instance")]
    channel: Option<String>,
    /// The whole instance, all workspaces.
    #[arg(long, conflicts_with = "workspace")]
    instance: bool,
    #[command(flatten)]
    within: Within,
}

/// Let posts go out again.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    /// What becomes of posts whose time passed meanwhile.
    #[arg(long, value_enum, default_value = "rule")]
    missed: Missed,
    #[command(flatten)]
    what: What,
}

/// What becomes of posts whose time passed meanwhile.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Missed {
    /// Send what the workspace's lateness rule allows.
    Rule,
    /// Send all of them.
    Send,
    /// Send none of them.
    Miss,
}

impl What {
    fn scope(&self, actor: &Actor) -> Result<PauseScope> {
        match &self.channel {
            Some(id) => {
                let id = id
                    .parse()
                    .map_err(|_| anyhow!("{id} is not the id of a channel"))?;
                Ok(PauseScope::Channel(id))
            }
            None if self.instance => Ok(PauseScope::Instance),
            None => Ok(PauseScope::Workspace(actor.workspace)),
        }
    }
}

/// Holds what becomes due from now on.
pub(crate) async fn pause(desk: Desk, what: What) -> Result<()> {
    let actor = desk.actor(what.within.workspace.as_deref()).await?;
    let scope = what.scope(&actor)?;
    let pause = desk.core.app.pause(&actor, scope).await;
    let pause = pause.map_err(|error| refused(&error))?;
    say(&format!("paused  {scope}  since {}", pause.since.to_rfc3339()))
}

/// Lets go what a pause held.
pub(crate) async fn resume(desk: Desk, resume: Resume) -> Result<()> {
    let actor = desk.actor(resume.what.within.workspace.as_deref()).await?;
    let scope = resume.what.scope(&actor)?;
    let catch_up = match resume.missed {
        Missed::Rule => CatchUp::Rule,
        Missed::Send => CatchUp::Send,
        Missed::Miss => CatchUp::Miss,
    };
    let done = desk.core.app.resume(&actor, scope, catch_up).await;
    let done = done.map_err(|error| refused(&error))?;
    let more = if done.more { ", more follow" } else { "" };
    say(&format!(
        "resumed  {scope}  {} released, {} missed{more}",
        done.released, done.missed
    ))
}
