//! `postern key`: API keys.

use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use postern_domain::actor::Scope;
use postern_domain::key::NewKey;
use postern_domain::ports::Keys;

use super::beside::{Desk, refused, say};

/// Make, list and revoke API keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a key; prints the key and nothing else.
    Create(Create),
    /// List keys as JSON.
    List(Within),
    /// End a key at once.
    Revoke {
        /// The key's id.
        id: String,
        #[command(flatten)]
        within: Within,
    },
}

/// Make a key.
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What uses the key.
    #[arg(long)]
    name: String,
    /// What it may do, separated by commas; all but admin when absent.
    #[arg(long, value_delimiter = ',')]
    scopes: Vec<String>,
    #[command(flatten)]
    within: Within,
}

/// In which workspace.
#[derive(Debug, Args)]
pub(crate) struct Within {
    /// Name or id of the workspace; the oldest when absent.
    #[arg(long)]
    pub(crate) workspace: Option<String>,
}

pub(crate) async fn key(desk: Desk, key: Key) -> Result<()> {
    match key {
        Key::Create(create) => {
            let actor = desk.actor(create.within.workspace.as_deref()).await?;
            let new = NewKey {
                name: create.name,
                scopes: scopes(&create.scopes)?,
                expires_at: None,
            };
            let created = desk
                .core
                .app
                .create_key(&actor, new)
                .await
                .map_err(|error| refused(&error))?;
            say(created.text.reveal())
        }
        Key::List(within) => {
            let actor = desk.actor(within.workspace.as_deref()).await?;
            let keys = desk
                .core
                .app
                .keys(&actor)
                .await
                .map_err(|error| refused(&error))?;
            let rows: Vec<serde_json::Value> = keys
                .iter()
                .map(|key| {
                    serde_json::json!({
                        "id": key.id.to_string(),
                        "name": key.name,
                        "hint": key.hint,
                        "scopes": key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
                        "created_at": key.created_at.to_rfc3339(),
                        "last_used_at": key.last_used_at.map(postern_domain::Timestamp::to_rfc3339),
                    })
                })
                .collect();
            say(&serde_json::to_string_pretty(&rows)?)
        }
        Key::Revoke { id, within } => {
            let actor = desk.actor(within.workspace.as_deref()).await?;
            desk.core
                .app
                .revoke_key(&actor, id.parse()?)
                .await
                .map_err(|error| refused(&error))
        }
    }
}

fn scopes(given: &[String]) -> Result<Vec<Scope>> {
    if given.is_empty() {
        return Ok(Scope::ALL
            .into_iter()
            .filter(|scope| *scope != Scope::Admin)
            .collect());
    }
    let known = Scope::ALL.map(Scope::as_str).join(", ");
    given
        .iter()
        .map(|name| {
            Scope::parse(name.trim()).ok_or_else(|| anyhow!("--scopes: {name} is unknown; allowed: {known}"))
        })
        .collect()
}
