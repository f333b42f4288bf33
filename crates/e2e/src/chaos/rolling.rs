//! A restart of every program, one after the other, as an operator rolls out a new version.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use super::ground::{COMING_BACK, Ground};
use super::storm::Dealt;

/// Restarts every program in turn until the time is over, each at least once.
pub(super) async fn run(ground: &Ground, length: Duration) -> Result<Dealt> {
    let mut dealt = Dealt::new();
    let end = ground.begin + length;
    let names = ground.stack.lock().await.names();
    loop {
        for name in names.iter().filter(|name| *name != "sandbox") {
            let mut stack = ground.stack.lock().await;
            stack.restart_in(name, COMING_BACK).await?;
            *dealt.entry(format!("restarted {name}")).or_default() += 1;
        }
        if Instant::now() >= end {
            return Ok(dealt);
        }
    }
}
