//! Posts that return.

use serde_json::json;

use crate::client::Gate;
use crate::tools::{refused, scheduled, text};

#[tokio::test]
async fn a_scheduled_post_returns_by_a_rule_at_its_own_time() {
    let gate = Gate::new();
    let id = scheduled(&gate).await[0].clone();
    let rule = json!({ "frequency": "weekly", "weekdays": [6, 7], "count": 8 });
    let made = gate
        .call("update_post", json!({ "id": id, "repeat": rule }))
        .await;
    assert_eq!(made["isError"], false, "{made:#}");
    assert!(
        made["structuredContent"]["post"]["recurrence"]
            .as_str()
            .unwrap()
            .starts_with("rec_")
    );
    let told = gate.fake.state().recurrences[0].recurrence.rule.to_string();
    assert_eq!(
        told,
        "every week on Saturday and Sunday at 10:00 (Europe/Berlin), 8 times"
    );
    let rule = json!({ "frequency": "monthly", "day": -1 });
    let arguments = json!({ "id": id, "repeat": rule, "scope": "all" });
    let changed = gate.call("update_post", arguments).await;
    assert!(
        text(&changed).contains("every month on the last day at 10:00"),
        "{}",
        text(&changed)
    );
    let moved = gate
        .call(
            "update_post",
            json!({ "id": id, "publish_at": "2027-01-16T08:15:00Z", "scope": "following" }),
        )
        .await;
    assert!(
        text(&moved).contains("on the last day at 09:15"),
        "{}",
        text(&moved)
    );
    let ended = gate
        .call("cancel_post", json!({ "id": id, "scope": "all" }))
        .await;
    assert_eq!(ended["structuredContent"]["post"]["state"], "trashed");
    assert!(!gate.fake.state().recurrences[0].recurrence.is_running());
}

#[tokio::test]
async fn what_cannot_return_is_refused_in_the_words_of_the_arguments() {
    let gate = Gate::new();
    let id = scheduled(&gate).await[0].clone();
    let call = async |mut arguments: serde_json::Value| {
        arguments["id"] = json!(id);
        gate.call("update_post", arguments).await
    };
    let never = json!({ "repeat": { "frequency": "monthly", "nth": 5, "until": "soon" } });
    refused(
        &call(never).await,
        &[
            ("$.repeat.until", "time_malformed"),
            ("$.repeat.nth", "recurrence_invalid"),
        ],
    );
    refused(
        &call(json!({ "scope": "all" })).await,
        &[("$.scope", "recurrence_invalid")],
    );
    refused(
        &gate
            .call("cancel_post", json!({ "id": id, "scope": "all" }))
            .await,
        &[("$.scope", "recurrence_invalid")],
    );
}
