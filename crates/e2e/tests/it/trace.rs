//! One trace from the call to the platform.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, ensure};
use postern_e2e::{Stack, until};
use postern_telemetry::testsuite::{Collector, ReceivedSpan};
use serde_json::json;

use crate::asking::{scheduled, social_post};

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_the_call_through_five_processes_to_the_platform() -> Result<()> {
    let collector = Collector::start().await?;
    let plan = Stack::split().with("POSTERN__TELEMETRY__OTLP_ENDPOINT", collector.endpoint());
    let Some(stack) = plan.start().await? else {
        return Ok(());
    };
    let way = [
        ("postern-mcp-gateway", "POST /mcp"),
        ("postern-mcp-gateway", "mcp.tools.call"),
        ("postern-backend-api", "POST /postern.v1.PostService/CreatePost"),
        ("postern-backend-api", "app.posts.create"),
        ("postern-backend-api", "relay.send"),
        ("postern-worker", "job.publish"),
        ("postern-backend-api", "POST /postern.v1.DispatchService/Arm"),
        ("postern-worker", "provider.mastodon.commit"),
        ("postern-worker", "provider.http"),
    ];
    one_trace(stack, &collector, &way).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_the_call_to_the_platform_in_one_process() -> Result<()> {
    let collector = Collector::start().await?;
    let plan = Stack::embedded().with("POSTERN__TELEMETRY__OTLP_ENDPOINT", collector.endpoint());
    let Some(stack) = plan.start().await? else {
        return Ok(());
    };
    let way = [
        ("postern", "POST /mcp"),
        ("postern", "mcp.tools.call"),
        ("postern", "app.posts.create"),
        ("postern", "relay.send"),
        ("postern", "job.publish"),
        ("postern", "provider.mastodon.commit"),
        ("postern", "provider.http"),
    ];
    one_trace(stack, &collector, &way).await
}

async fn one_trace(stack: Stack, collector: &Collector, way: &[(&str, &str)]) -> Result<()> {
    stack.command_line().init()?;
    let channel = stack.command_line().channel("mastodon")?;
    let key = stack.command_line().key()?;
    let post = social_post(&channel, "traced", "now", "");
    scheduled(&stack.mcp(&key)?, &json!({ "socialPost": [post] })).await?;
    stack.sim().holds(1, Duration::from_secs(30)).await?;

    let mut last = Vec::new();
    let found = until(
        "the whole way is one trace",
        Duration::from_secs(30),
        async || {
            last = trace_of_the_call(&collector.spans());
            let names: BTreeSet<_> = last
                .iter()
                .map(|span| (span.service.as_str(), span.name.as_str()))
                .collect();
            Ok(way.iter().all(|step| names.contains(step)).then_some(()))
        },
    )
    .await;
    if let Err(error) = found {
        let names: Vec<_> = last
            .iter()
            .map(|span| format!("{} {}", span.service, span.name))
            .collect();
        return Err(error.context(format!("of {way:#?} there is {names:#?}")));
    }
    let commit = last.iter().find(|span| span.name == "provider.mastodon.commit");
    let ancestors = commit.map(|span| ancestors(&last, span)).unwrap_or_default();
    ensure!(
        ancestors.contains(&"job.publish"),
        "the commit lies below {ancestors:?}"
    );
    stack.finish().await
}

/// All spans of the trace in which the tool was called.
fn trace_of_the_call(spans: &[ReceivedSpan]) -> Vec<ReceivedSpan> {
    let is_call = |span: &&ReceivedSpan| {
        let tool = ("tool".to_owned(), "integrationSchedulePostTool".to_owned());
        span.name == "mcp.tools.call" && span.attributes.contains(&tool)
    };
    let Some(call) = spans.iter().find(is_call) else {
        return Vec::new();
    };
    spans
        .iter()
        .filter(|span| span.trace_id == call.trace_id)
        .cloned()
        .collect()
}

/// The names of the spans around one, from the nearest on.
fn ancestors<'a>(trace: &'a [ReceivedSpan], span: &'a ReceivedSpan) -> Vec<&'a str> {
    let parent = |span: &ReceivedSpan| trace.iter().find(|other| other.span_id == span.parent_id);
    std::iter::successors(parent(span), |span| parent(span))
        .map(|span| span.name.as_str())
        .collect()
}
