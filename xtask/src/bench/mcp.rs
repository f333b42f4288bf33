//! How long a `tools/call` that schedules a post takes when sixteen clients do so at once.

use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

use super::Scale;
use super::figure::{Figure, percentile};
use super::http::Connection;
use super::instant;
use super::product::{Product, folder};

const CLIENTS: usize = 16;
const CALLS: usize = 300;
/// Calls of each client that are not counted, for connections and caches to settle.
const WARM_UP: usize = 5;
/// Far enough ahead that nothing is published while the clients call.
const AHEAD_MS: i64 = 30 * 86_400_000;

/// What a client needs to schedule posts.
#[derive(Clone)]
pub(super) struct Scheduler {
    pub(super) host: String,
    pub(super) key: String,
    pub(super) channel: String,
}

/// Median and tail of the call.
pub(super) fn run(_: &Scale) -> Result<Vec<Figure>> {
    let data = folder()?;
    let product = Product::serve(data.path(), &["--sandbox"])?;
    let (channel, key) = product.set_up("mastodon")?;
    let scheduler = Scheduler {
        host: product.host.clone(),
        key,
        channel,
    };
    let first = instant::now_ms()? + AHEAD_MS;
    let begin = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let scheduler = scheduler.clone();
            thread::spawn(move || scheduler.call_often(client, first))
        })
        .collect();
    let mut latencies = Vec::new();
    for client in clients {
        latencies.extend(client.join().map_err(|_| anyhow!("a client panicked"))??);
    }
    let seconds = begin.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(CLIENTS * (CALLS + WARM_UP))?) / seconds;
    let figure = |name: &str, share, limit| {
        Figure::at_most(
            limit,
            format!("MCP schedule call, {name}"),
            percentile(&latencies, share),
            "ms",
            format!("{CLIENTS} clients, {CALLS} calls each, {rate:.0} calls/s"),
        )
    };
    Ok(vec![figure("p50", 0.5, 10.0), figure("p99", 0.99, 50.0)])
}

impl Scheduler {
    fn call_often(&self, client: usize, first: i64) -> Result<Vec<f64>> {
        let mut connection = Connection::open(&self.host)?;
        let mut latencies = Vec::new();
        for call in 0..WARM_UP + CALLS {
            // A minute of its own for each, as a plan has it.
            let minute = i64::try_from(client * (WARM_UP + CALLS) + call)?;
            let at = instant::format(first + minute * 60_000);
            let begin = Instant::now();
            self.schedule(&mut connection, &format!("bench {client} {call}"), &at)?;
            if call >= WARM_UP {
                latencies.push(begin.elapsed().as_secs_f64() * 1000.0);
            }
        }
        Ok(latencies)
    }

    /// Schedules one post with the compatible tool.
    pub(super) fn schedule(&self, connection: &mut Connection, text: &str, at: &str) -> Result<()> {
        let post = json!({
            "integrationId": self.channel,
            "isPremium": false,
            "date": at,
            "shortLink": false,
            "type": "schedule",
            "postsAndComments": [{ "content": format!("<p>{text}</p>"), "attachments": [] }],
            "settings": [],
        });
        let request = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": "integrationSchedulePostTool", "arguments": { "socialPost": [post] } },
        });
        let bearer = format!("Bearer {}", self.key);
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Accept", "application/json, text/event-stream"),
            ("MCP-Protocol-Version", "2025-06-18"),
        ];
        let answer = connection.post("/mcp", &headers, &request)?.json()?;
        let result = answer
            .get("result")
            .with_context(|| format!("no result: {answer}"))?;
        let output = result.pointer("/structuredContent/output");
        if result.get("isError").and_then(Value::as_bool) == Some(true)
            || !output.is_some_and(Value::is_array)
        {
            bail!("the post was refused: {result}");
        }
        Ok(())
    }
}
