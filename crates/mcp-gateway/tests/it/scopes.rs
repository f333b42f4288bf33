//! Every tool has its row of scopes, and each row is tried with too little.

use postern_domain::actor::Scope;
use serde_json::json;

use crate::client::{Gate, new_era};
use crate::tools::refused;

/// What each tool needs, and whether it writes.
const ROWS: [(&str, &[Scope], bool); 28] = [
    ("POSTIZ_GET_CONFIG_ID", &[], false),
    ("POSTIZ_PROVIDERS_LIST", &[Scope::ChannelsRead], false),
    ("POSTIZ_SCHEDULE_POST", &[Scope::PostsDraft], true),
    ("bulk_schedule", &[Scope::PostsDraft, Scope::PostsRead], true),
    ("cancel_post", &[Scope::PostsDraft], true),
    ("channel_analytics", &[Scope::AnalyticsRead], false),
    ("channel_health", &[Scope::ChannelsRead], false),
    ("create_media_upload", &[Scope::MediaWrite], true),
    ("find_slot", &[Scope::PostsRead], false),
    ("get_post", &[Scope::PostsRead], false),
    ("groupList", &[Scope::ChannelsRead], false),
    ("integrationList", &[Scope::ChannelsRead], false),
    ("integrationSchedulePostTool", &[Scope::PostsDraft], true),
    ("integrationSchema", &[Scope::ChannelsRead], false),
    ("list_media", &[Scope::PostsRead], false),
    ("pause", &[Scope::ChannelsWrite], true),
    ("postSettingsTool", &[Scope::PostsDraft], true),
    ("post_analytics", &[Scope::AnalyticsRead, Scope::PostsRead], false),
    ("postsListTool", &[Scope::PostsRead], false),
    ("publish_post", &[Scope::PostsWrite, Scope::PostsRead], true),
    ("resolve_post", &[Scope::PostsWrite, Scope::PostsRead], true),
    ("retry_post", &[Scope::PostsWrite], true),
    ("review_post", &[Scope::PostsWrite], true),
    ("schedule_summary", &[Scope::PostsRead], false),
    ("server_time", &[], false),
    ("triggerTool", &[Scope::ChannelsRead], true),
    ("update_post", &[Scope::PostsDraft, Scope::PostsRead], true),
    ("uploadFromUrlTool", &[Scope::MediaWrite], true),
];

async fn listed(gate: &Gate, key: &str, query: &str) -> Vec<String> {
    let mut request = new_era(key, "tools/list", json!({}), json!({}));
    *request.uri_mut() = format!("/mcp?{query}").parse().unwrap();
    let answer = gate.send(request).await.json();
    let tools = answer["result"]["tools"].as_array().cloned().unwrap_or_default();
    tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn the_table_knows_every_tool() {
    let gate = Gate::new();
    let mut rows: Vec<_> = ROWS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    rows.sort();
    assert_eq!(listed(&gate, "full", "toolsets=all").await, rows);
    let mut reading: Vec<_> = ROWS
        .iter()
        .filter(|(_, _, writes)| !writes)
        .map(|(name, ..)| (*name).to_owned())
        .collect();
    reading.sort();
    // This compatible tool only looks things up, but its clients know it as one that writes.
    assert_eq!(listed(&gate, "full", "toolsets=all&readonly=1").await, reading);
}

#[tokio::test]
async fn each_row_is_refused_with_all_scopes_but_one_and_let_in_with_its_own_alone() {
    let gate = Gate::new();
    for (name, scopes, _) in ROWS {
        for missing in scopes {
            let others = Scope::ALL
                .into_iter()
                .filter(|scope| scope.to_ask_for() != missing.to_ask_for() && *scope != Scope::Admin);
            gate.fake.state().keys.insert("less".into(), others.collect());
            let result = gate.call_as("less", name, json!({})).await;
            refused(&result, &[("$", "scope_missing")]);
            assert!(
                result["content"][0]["text"]
                    .as_str()
                    .unwrap()
                    .contains(missing.to_ask_for().as_str()),
                "{name}"
            );
            assert!(
                !listed(&gate, "less", "toolsets=all")
                    .await
                    .iter()
                    .any(|tool| tool == name),
                "{name} is listed"
            );
        }
        gate.fake.state().keys.insert("just".into(), scopes.to_vec());
        let result = gate.call_as("just", name, json!({})).await;
        let code = &result["structuredContent"]["error"]["code"];
        assert!(
            code != "scope_missing" && code != "forbidden",
            "{name}: {result:#}"
        );
        assert!(
            listed(&gate, "just", "toolsets=all")
                .await
                .iter()
                .any(|tool| tool == name),
            "{name} is not listed"
        );
    }
}
