//! `GET /is-connected`: whether the key works.

use serde_json::json;

use crate::edge::{Answer, Caller, json};

pub(super) async fn connected(_: Caller) -> Answer {
    Ok(json(200, &json!({ "connected": true })))
}
