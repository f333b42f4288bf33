//! The keeper: a shell of its own process group that outlives this process by as long as cleaning up takes.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result};

/// Reads process ids until its input ends, which happens when this process ends in whatever way; then interrupts
/// those processes, waits five seconds at most, and removes the folder.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
pids=
while read -r pid; do pids="$pids $pid"; done
for pid in $pids; do kill -INT "$pid" 2>/dev/null; done
for pid in $pids; do
    tries=0
    while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL "$pid" 2>/dev/null
done
rm -rf -- "$1"
"#;

/// Cleans up after this process; dropping it waits until that is done.
pub(crate) struct Keeper {
    child: Child,
    input: Option<ChildStdin>,
}

impl Keeper {
    /// Starts the keeper of `folder`.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let mut child = Command::new("sh")
            .args(["-c", SCRIPT, "keeper"])
            .arg(folder)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("`sh` could not be started")?;
        let input = child.stdin.take();
        Ok(Self { child, input })
    }

    /// Adds a process that must not outlive this one.
    pub(crate) fn watch(&mut self, pid: u32) -> Result<()> {
        if let Some(input) = &mut self.input {
            writeln!(input, "{pid}").context("the keeper is gone")?;
        }
        Ok(())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// Asks a process to end, as Ctrl-C would; for PostgreSQL that is the fast shutdown.
pub(crate) fn interrupt(pid: u32) {
    let _ = Command::new("kill")
        .args(["-INT", &pid.to_string()])
        .stderr(Stdio::null())
        .status();
}
