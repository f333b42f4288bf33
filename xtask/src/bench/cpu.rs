//! Processor time of programs, as Linux counts it.

use std::time::Duration;

use anyhow::{Context, Result};

/// Ticks of the kernel's clock in a second; the same on every Linux that Rust's targets know.
const TICKS: u64 = 100;

/// Processor time that a process and its children have used so far.
///
/// Servers that fork, such as PostgreSQL, do their work in children.
pub(super) fn used_by(pid: u32) -> Result<Duration> {
    let own = Stat::of(&std::fs::read_to_string(format!("/proc/{pid}/stat"))?).context("no process")?;
    let mut ticks = own.ticks + own.ticks_of_ended_children;
    for entry in std::fs::read_dir("/proc")? {
        // Processes come and go while they are counted.
        let Ok(text) = std::fs::read_to_string(entry?.path().join("stat")) else {
            continue;
        };
        ticks += Stat::of(&text)
            .filter(|stat| stat.parent == pid)
            .map_or(0, |stat| stat.ticks);
    }
    Ok(Duration::from_millis(ticks * 1000 / TICKS))
}

#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    ticks: u64,
    ticks_of_ended_children: u64,
}

impl Stat {
    /// Reads `/proc/<pid>/stat`; the name of the program, which may hold anything, is in brackets.
    fn of(text: &str) -> Option<Self> {
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            ticks: number(11)? + number(12)?,
            ticks_of_ended_children: number(13)? + number(14)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let text = "12 (a) b (c) S 7 12 12 0 -1 4194304 100 0 0 0 30 12 5 6 20 0 4 0 100 0 0";
        let want = Stat {
            parent: 7,
            ticks: 42,
            ticks_of_ended_children: 11,
        };
        assert_eq!(Stat::of(text), Some(want));
        assert_eq!(Stat::of("12 (a"), None);
    }

    #[test]
    fn this_process_has_used_some_time() {
        let own = || used_by(std::process::id()).expect("a process");
        let before = own();
        // Asking costs time itself, so the answer grows sooner or later.
        while own() == before {}
        assert!(own() > before);
    }
}
