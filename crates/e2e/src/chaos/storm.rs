//! Deals the blows, each at its time and without waiting for the one before.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use postern_servers::Shutdown;
use tokio::task::{JoinSet, block_in_place};
use tokio::time::{sleep, sleep_until};

use super::ground::Ground;
use super::schedule::{Blow, What};

/// How often something was done to whom, by a word for both.
pub(super) type Dealt = BTreeMap<String, u32>;

/// Deals every blow and waits until the last one is over.
pub(super) async fn run(ground: Arc<Ground>, blows: Vec<Blow>) -> Result<Dealt> {
    let mut under_way = JoinSet::new();
    for blow in blows {
        sleep_until(ground.begin + blow.at).await;
        let ground = Arc::clone(&ground);
        under_way.spawn(async move { deal(&ground, blow.what).await });
    }
    let mut dealt = Dealt::new();
    while let Some(done) = under_way.join_next().await {
        if let Some(word) = done?? {
            *dealt.entry(word).or_default() += 1;
        }
    }
    Ok(dealt)
}

/// Deals one blow; none where what it was meant for was down already.
async fn deal(ground: &Ground, what: What) -> Result<Option<String>> {
    Ok(match what {
        What::Kill { program, down } => {
            if !ground.stack.lock().await.kill_if_running(&program)? {
                return Ok(None);
            }
            sleep(down).await;
            ground.stack.lock().await.start_if_ended(&program)?;
            Some(format!("kill -9 {program}"))
        }
        What::Freeze { program, length } => {
            let Some(pid) = ground.stack.lock().await.freeze(&program)? else {
                return Ok(None);
            };
            sleep(length).await;
            ground.stack.lock().await.thaw(&program, pid)?;
            Some(format!("stopped past its leases: {program}"))
        }
        What::EmptyRedis => {
            let servers = ground.servers.lock().await;
            let emptied = block_in_place(|| servers.flush_redis());
            emptied.is_ok().then(|| "redis emptied".to_owned())
        }
        What::KillRedis { down } => {
            ground.servers.lock().await.kill_redis()?;
            sleep(down).await;
            let mut servers = ground.servers.lock().await;
            block_in_place(|| servers.start_redis())?;
            Some("kill -9 redis".to_owned())
        }
        What::RestartPostgres(shutdown) => {
            let mut servers = ground.servers.lock().await;
            block_in_place(|| servers.restart_postgres(shutdown))?;
            let mode = match shutdown {
                Shutdown::Fast => "fast",
                Shutdown::Immediate => "immediate",
            };
            Some(format!("postgres restarted, {mode}"))
        }
        What::Fault(fault) => {
            ground.sim.plan(&fault).await?;
            let word = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
            Some(format!("fault: {}", word("kind")))
        }
    })
}
