//! `postern mcp`: MCP over standard input and output.

use anyhow::{Result, anyhow};
use clap::Args;

use super::beside::Desk;
use crate::serve::mcp_deps;

/// Serve MCP over standard input and output. A server on the same data directory or database does the publishing.
#[derive(Debug, Args)]
pub(crate) struct Mcp {
    /// The API key.
    #[arg(long, env = "POSTERN_API_KEY", hide_env_values = true)]
    key: Option<String>,
}

pub(crate) async fn mcp(desk: Desk, options: Mcp) -> Result<()> {
    let key = options
        .key
        .ok_or_else(|| anyhow!("set POSTERN_API_KEY to an API key of this instance"))?;
    let deps = mcp_deps(&desk.process, desk.core.app.clone())?;
    postern_mcp_gateway::run_stdio(deps, &key).await?;
    Ok(())
}
