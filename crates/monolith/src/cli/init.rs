//! `postern init`: the owner's account without a browser.

use std::io::Read;

use anyhow::{Context, Result, bail};
use clap::Args;
use postern_domain::ports::{Members, NewAccount};
use postern_domain::secret::Secret;
use postern_domain::time::Zone;

use super::beside::{Desk, refused, say};

/// Make the owner's account without a browser.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The owner's address.
    #[arg(long)]
    email: String,
    /// Read the password from standard input.
    #[arg(long)]
    password_stdin: bool,
    /// The name of the workspace.
    #[arg(long, default_value = "")]
    workspace: String,
    /// The workspace's time zone, for example Europe/Berlin.
    #[arg(long, default_value = "UTC")]
    zone: String,
}

pub(crate) async fn init(desk: Desk, init: Init) -> Result<()> {
    if !init.password_stdin {
        bail!("give the password on standard input and say --password-stdin");
    }
    let mut password = String::new();
    std::io::stdin()
        .read_to_string(&mut password)
        .context("standard input")?;
    let zone =
        Zone::parse(&init.zone).map_err(|error| anyhow::anyhow!("--zone: {} is {error}", init.zone))?;
    let account = NewAccount {
        email: init.email,
        password: Secret::new(password.trim_end_matches(['\r', '\n'])),
        name: String::new(),
        workspace: init.workspace,
        zone,
        user_agent: "postern init".to_owned(),
    };
    let signed_in = desk
        .core
        .app
        .sign_up(account)
        .await
        .map_err(|error| refused(&error))?;
    desk.core
        .app
        .log_out(signed_in.token)
        .await
        .map_err(|error| refused(&error))?;
    say(&signed_in.actor.workspace.to_string())
}
