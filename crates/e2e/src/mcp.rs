//! MCP by hand: one JSON-RPC message per request, where a test wants to see the wire.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::http::{Answer, Http};

/// A caller of the MCP gateway that keeps nothing between calls.
#[derive(Debug, Clone)]
pub struct Mcp {
    http: Http,
}

impl Mcp {
    /// A caller of the gateway at `address` with a key.
    ///
    /// # Errors
    /// When the key cannot be sent.
    pub fn new(address: &str, key: &str) -> Result<Self> {
        let http = Http::new(address)?
            .with("authorization", &format!("Bearer {key}"))?
            .with("accept", "application/json, text/event-stream")?
            .with("mcp-protocol-version", "2025-06-18")?;
        Ok(Self { http })
    }

    /// Sends a body as it is.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn send(&self, body: String) -> Result<Answer> {
        let request = self.http.request(reqwest::Method::POST, "/mcp");
        let request = request.header("content-type", "application/json").body(body);
        self.http.send(request).await
    }

    /// Calls a tool and gives its whole result, refusals included.
    ///
    /// # Errors
    /// When the answer is no result.
    pub async fn call(&self, tool: &str, arguments: &Value) -> Result<Value> {
        let request = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": tool, "arguments": arguments },
        });
        let answer = self.send(request.to_string()).await?.json()?;
        answer
            .get("result")
            .cloned()
            .with_context(|| format!("no result: {answer}"))
    }
}
