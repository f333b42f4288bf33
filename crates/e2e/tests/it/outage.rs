//! Servers that are lost while the product runs: told, survived, and caught up with.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::surroundings::{POSTGRES, REDIS, offered};
use postern_e2e::{Furnished, PLATFORMS, Stack, Wire, until};
use serde_json::{Value, json};

use crate::asking::{date_ahead, on_each, scheduled, text_on};

/// How long it may take to notice that a server is gone, or back.
const NOTICED: Duration = Duration::from_secs(30);

#[tokio::test]
async fn posts_survive_the_loss_of_redis_and_of_the_database() -> Result<()> {
    let (Some(redis), Some(postgres)) = (offered(REDIS)?, offered(POSTGRES)?) else {
        return Ok(());
    };
    let (bus, redis) = Wire::through(&redis)?;
    let (database, postgres) = Wire::through(&postgres)?;
    let plan = Stack::split().with_redis(&redis).with_database_at(&postgres);
    let Some(mut stack) = plan.with_short_leases().start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    without_redis(&mut stack, &furnished, &bus)
        .await
        .context("without Redis")?;
    without_database(&mut stack, &furnished, &database)
        .await
        .context("without the database")?;
    stack.finish().await
}

/// What is asked for while the bus is gone goes out when it is back.
async fn without_redis(stack: &mut Stack, furnished: &Furnished, bus: &Wire) -> Result<()> {
    bus.cut();
    ready(stack, 503, "bus").await?;
    let arguments = on_each(&furnished.channels, "no bus", "now", "");
    scheduled(&stack.mcp(&furnished.key)?, &arguments).await?;
    ensure!(
        stack.sim().journal().await?.is_empty(),
        "published over a bus that is gone"
    );
    bus.mend();
    ready(stack, 200, "").await?;
    stack.sim().holds(PLATFORMS.len(), Duration::from_mins(1)).await?;
    once_each(stack, "no bus").await
}

/// What falls due while the database is gone goes out when it is back; calls are refused as something that passes.
async fn without_database(stack: &mut Stack, furnished: &Furnished, database: &Wire) -> Result<()> {
    let mcp = stack.mcp(&furnished.key)?;
    let now = mcp.call("server_time", &json!({})).await?;
    let date = date_ahead(&now["structuredContent"], Duration::from_secs(2))?;
    let arguments = on_each(&furnished.channels, "no database", "schedule", &date);
    scheduled(&mcp, &arguments).await?;
    database.cut();
    ready(stack, 503, "database").await?;
    let refused = mcp
        .send(
            json!({
                "jsonrpc": "2.0", "id": 1, "method": "tools/call",
                "params": { "name": "integrationSchedulePostTool", "arguments": arguments },
            })
            .to_string(),
        )
        .await?;
    ensure!(
        refused.status == 503 || refused.text.contains("unavailable"),
        "{}: {}",
        refused.status,
        refused.text
    );
    database.mend();
    ready(stack, 200, "").await?;
    stack
        .sim()
        .holds(2 * PLATFORMS.len(), Duration::from_mins(1))
        .await?;
    once_each(stack, "no database").await
}

async fn ready(stack: &mut Stack, wanted: u16, names: &str) -> Result<()> {
    let mut last = Value::Null;
    let what = format!("/api/ready answers {wanted}");
    let answered = until(&what, NOTICED, async || {
        let (status, told) = stack.ready("backend-api").await?;
        let is_wanted = status == wanted && told.to_string().contains(names);
        last = told;
        Ok(is_wanted.then_some(()))
    })
    .await;
    answered.with_context(|| last.to_string())
}

async fn once_each(stack: &Stack, name: &str) -> Result<()> {
    for platform in PLATFORMS {
        let copies = stack.sim().copies(platform, &text_on(platform, name)).await?;
        ensure!(copies.len() == 1, "{name} on {platform}: {copies:#?}");
    }
    Ok(())
}
