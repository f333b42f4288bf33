//! The keeper: a shell of its own process group that outlives this process by as long as cleaning up takes.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result};

/// Reads `+pid` and `-pid` until its input ends, which happens when this process ends in whatever way; then interrupts
/// the processes that are left, waits five seconds at most, and removes the folder.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
pids=
while read -r line; do
    pid=${line#?}
    rest=
    for known in $pids; do [ "$known" = "$pid" ] || rest="$rest $known"; done
    case $line in +*) pids="$rest $pid" ;; *) pids=$rest ;; esac
done
for pid in $pids; do kill -INT "$pid" 2>/dev/null; done
for pid in $pids; do
    tries=0
    while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL "$pid" 2>/dev/null
done
rm -rf -- "$1"
"#;

/// Cleans up after this process; dropping it waits until that is done.
#[derive(Debug)]
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
        self.tell('+', pid)
    }

    /// The process has ended and was waited for: its number may belong to a stranger soon.
    pub(crate) fn forget(&mut self, pid: u32) -> Result<()> {
        self.tell('-', pid)
    }

    fn tell(&mut self, what: char, pid: u32) -> Result<()> {
        if let Some(input) = &mut self.input {
            writeln!(input, "{what}{pid}").context("the keeper is gone")?;
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
pub fn interrupt(pid: u32) {
    signal(pid, "-INT");
}

/// Sends a signal; a process that is gone already does not matter.
pub(crate) fn signal(pid: u32, signal: &str) {
    let _ = Command::new("kill")
        .args([signal, &pid.to_string()])
        .stderr(Stdio::null())
        .status();
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn what_is_watched_ends_with_the_keeper_and_what_is_forgotten_does_not() {
        let sleeper = || Command::new("sleep").arg("600").spawn().expect("it starts");
        let folder = tempfile::tempdir().expect("a folder").keep();
        let (mut watched, mut forgotten) = (sleeper(), sleeper());
        let mut keeper = Keeper::start(&folder).expect("a keeper");
        for child in [&watched, &forgotten] {
            keeper.watch(child.id()).expect("it listens");
        }
        keeper.forget(forgotten.id()).expect("it listens");
        // Zombies answer signals, so the keeper would wait five seconds for a child that nobody waits for.
        let waiter = std::thread::spawn(move || watched.wait().expect("it ended"));
        drop(keeper);
        assert_eq!(waiter.join().expect("it was waited for").signal(), Some(2));
        assert!(forgotten.try_wait().expect("it can be asked").is_none());
        assert!(!folder.exists());
        forgotten.kill().expect("it runs");
        forgotten.wait().expect("it ended");
    }
}
