//! What a run may do to the programs of a stack, from a kill to a restart in turn.

use std::time::Duration;

use anyhow::Result;
use tokio::task::block_in_place;

use crate::stack::Stack;

impl Stack {
    /// The names of its programs, in the order of their start.
    pub fn names(&self) -> Vec<String> {
        self.services.iter().map(|service| service.name.clone()).collect()
    }

    /// Ends a program without a warning; tells whether it ran.
    ///
    /// # Errors
    /// When there is no such program, or the system refuses.
    pub fn kill_if_running(&mut self, name: &str) -> Result<bool> {
        let program = &mut self.service(name)?.program;
        let ran = program.pid()?.is_some();
        if ran {
            program.kill()?;
        }
        Ok(ran)
    }

    /// Starts a program unless it runs. It may also have ended by itself, when what it needs did not come.
    ///
    /// # Errors
    /// When there is no such program, or it cannot be started.
    pub fn start_if_ended(&mut self, name: &str) -> Result<()> {
        let program = &mut self.service(name)?.program;
        if program.pid()?.is_none() {
            program.start_again()?;
        }
        Ok(())
    }

    /// Stops a program where it stands; gives its process id, none when it does not run.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn freeze(&mut self, name: &str) -> Result<Option<u32>> {
        self.service(name)?.program.freeze()
    }

    /// Lets a program go on that was stopped as the process `frozen`.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn thaw(&mut self, name: &str, frozen: u32) -> Result<()> {
        self.service(name)?.program.thaw(frozen)
    }

    /// Asks a program to end while others are at work, waits for it, and starts it again.
    ///
    /// # Errors
    /// When it does not end or does not come back.
    pub async fn restart_in(&mut self, name: &str, patience: Duration) -> Result<()> {
        let program = &mut self.service(name)?.program;
        block_in_place(|| program.stop())?;
        program.start_again()?;
        self.healthy(name, patience).await
    }
}
