//! The command line beside a running server, on the same data.

use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::program::Recipe;

/// The password of every account that tests make.
const PASSWORD: &str = "a long password of a test";

/// The `postern` program with the environment and the data directory of a server.
#[derive(Debug, Clone)]
pub struct CommandLine {
    /// The program; its arguments come before those of each call.
    pub(crate) recipe: Recipe,
}

/// What a command said, and how it ended.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output without the last line break.
    pub output: String,
    /// Standard error.
    pub errors: String,
}

impl CommandLine {
    /// The command line of a program that is not part of a stack.
    pub fn new(recipe: Recipe) -> Self {
        Self { recipe }
    }

    /// The program and its arguments, for clients that start it themselves.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// When it cannot be started; an exit code is an answer.
    pub fn say(&self, arguments: &[&str], input: &str) -> Result<Said> {
        let mut command = self.recipe.command();
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().context("postern cannot be started")?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let ended = child.wait_with_output()?;
        Ok(Said {
            code: ended.status.code(),
            output: String::from_utf8(ended.stdout)?.trim_end().to_owned(),
            errors: String::from_utf8_lossy(&ended.stderr).into_owned(),
        })
    }

    /// Runs a command that must succeed and gives its output.
    ///
    /// # Errors
    /// When it fails.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        self.say(arguments, "")?.succeeded(arguments)
    }

    /// Makes the owner's account.
    ///
    /// # Errors
    /// When the command fails.
    pub fn init(&self) -> Result<()> {
        let arguments = ["init", "--email", "owner@example.com", "--password-stdin"];
        self.say(&arguments, PASSWORD)?.succeeded(&arguments).map(drop)
    }

    /// Makes a key for all that a key may do but administration.
    ///
    /// # Errors
    /// When the command fails.
    pub fn key(&self) -> Result<String> {
        self.run(&["key", "create", "--name", "test"])
    }

    /// Makes a key that may do `scopes`, separated by commas.
    ///
    /// # Errors
    /// When the command fails.
    pub fn key_for(&self, scopes: &str) -> Result<String> {
        self.run(&["key", "create", "--name", "test", "--scopes", scopes])
    }

    /// Connects an account of the simulator and gives the channel's id.
    ///
    /// # Errors
    /// When the command fails.
    pub fn channel(&self, platform: &str) -> Result<String> {
        self.run(&["channel", "add", platform, "--sandbox"])
    }

    /// The channels, as `postern channel list --json` tells them.
    ///
    /// # Errors
    /// When the command fails.
    pub fn channels(&self) -> Result<Vec<Value>> {
        Ok(serde_json::from_str(&self.run(&["channel", "list", "--json"])?)?)
    }

    /// The posts, newest first, as `postern post list --json` tells them.
    ///
    /// # Errors
    /// When the command fails.
    pub fn posts(&self) -> Result<Vec<Value>> {
        Ok(serde_json::from_str(&self.run(&["post", "list", "--json"])?)?)
    }
}

impl Said {
    fn succeeded(self, arguments: &[&str]) -> Result<String> {
        let command = arguments.join(" ");
        ensure!(
            self.code == Some(0),
            "`postern {command}` ended with {:?}: {}",
            self.code,
            self.errors
        );
        Ok(self.output)
    }
}
