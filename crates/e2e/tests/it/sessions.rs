//! Sessions of the older revisions outlive the process that began them.

use anyhow::{Result, ensure};
use postern_e2e::{Door, Furnished, Language, Sdk, Stack, Wire};
use serde_json::json;

/// The SDKs that begin with the handshake, and keep the session that they are given.
const OLDER: [Language; 2] = [Language::Python, Language::TypeScript(1)];

#[tokio::test]
async fn the_same_client_goes_on_after_a_restart() -> Result<()> {
    let Some(mut stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let Furnished { key, .. } = stack.furnish()?;
    let door = Door::http(stack.mcp_url(), &key).with_handshake();
    for language in OLDER {
        let Some(mut sdk) = Sdk::open_in(language, &door).await? else {
            continue;
        };
        ensure!(sdk.tools().await?.len() == 24, "{language:?}");
        stack.restart("postern").await?;
        let facts = sdk.facts("integrationList", &json!({})).await?;
        ensure!(
            facts["output"].as_array().map(Vec::len) == Some(4),
            "{language:?}: {facts:#}"
        );
        sdk.close().await?;
    }
    stack.finish().await
}

#[tokio::test]
async fn the_same_client_goes_on_with_another_replica() -> Result<()> {
    let Some(mut stack) = Stack::split().with_replicas("mcp-gateway", 2).start().await? else {
        return Ok(());
    };
    let Furnished { key, .. } = stack.furnish()?;
    let replicas = ["mcp-gateway", "mcp-gateway-2"];
    let mut places = Vec::new();
    for name in replicas {
        places.push(stack.url_of(name)?.trim_start_matches("http://").to_owned());
    }
    let wire = Wire::across(&places)?;
    let door = Door::http(&format!("http://{}", wire.address()), &key).with_handshake();
    for language in OLDER {
        let Some(mut sdk) = Sdk::open_in(language, &door).await? else {
            continue;
        };
        ensure!(sdk.tools().await?.len() == 24, "{language:?}");
        // Whichever answered so far, both have been away once before the last call.
        for name in replicas {
            stack.restart(name).await?;
            let facts = sdk.facts("server_time", &json!({})).await?;
            ensure!(facts["utc"].is_string(), "{language:?} after {name}: {facts:#}");
        }
        sdk.close().await?;
    }
    stack.finish().await
}
