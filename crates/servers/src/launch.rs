//! A server on its way up.

use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::account::Account;

/// How long a server may take until it answers.
const DEADLINE: Duration = Duration::from_secs(30);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// What a server is started with.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) account: Option<Account>,
}

/// A server that was started and may not answer yet.
pub(crate) struct Launch {
    pub(crate) child: Child,
    pub(crate) name: &'static str,
    pub(crate) log: PathBuf,
    pub(crate) is_ready: Box<dyn Fn() -> bool>,
}

impl Launch {
    /// Waits for the first answer; `false` when the server ended instead, which a taken port makes it do.
    pub(crate) fn wait_until_ready(&mut self) -> Result<bool> {
        let begin = Instant::now();
        while begin.elapsed() < DEADLINE {
            if (self.is_ready)() {
                return Ok(true);
            }
            if self.child.try_wait()?.is_some() {
                return Ok(false);
            }
            std::thread::sleep(PAUSE);
        }
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        bail!(
            "{} did not answer within {} s\n{log}",
            self.name,
            DEADLINE.as_secs()
        );
    }
}
