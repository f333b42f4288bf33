//! Comments on posts.

use serde_json::json;

use super::oauth::Token;
use super::{refusal, urn_of};
use crate::call::Call;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::world::{Kind, Post, World};

/// Longest comment.
const MAX_TEXT: usize = 1_250;

/// `POST /rest/socialActions/{urn}/comments`: the path encoded, the body plain, both the same post.
pub(super) fn create(call: &Call, world: &mut World, token: &Token, segment: &str) -> Outcome {
    let target = urn_of(segment)?;
    if !token.may(&["w_member_social", "w_member_social_feed"]) {
        return Err(refusal::denied("socialActions.comments.CREATE"));
    }
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("Request body must be JSON"))?;
    if body["actor"] != token.person().as_str() {
        return Err(refusal::denied("socialActions.comments.CREATE for this actor"));
    }
    if body["object"] != target.as_str() {
        return Err(refusal::invalid(
            "The object of the body must be the plain URN of the path",
        ));
    }
    let text = body["message"]["text"]
        .as_str()
        .filter(|text| !text.is_empty())
        .ok_or_else(|| refusal::invalid("message.text is required"))?;
    if text.chars().count() > MAX_TEXT {
        return Err(refusal::invalid(&format!(
            "message.text exceeds {MAX_TEXT} characters"
        )));
    }
    let parent = world
        .post(Platform::LinkedIn, "", &target)
        .ok_or_else(|| refusal::error(404, "NOT_FOUND", &format!("Could not find entity {target}")))?;
    let activity = parent.id.rsplit(':').next().unwrap_or_default().to_owned();
    let id = world.snowflake(call.now);
    let urn = format!("urn:li:comment:(urn:li:activity:{activity},{id})");
    let handle = world
        .account_by_id(Platform::LinkedIn, "", &token.account)
        .map(|account| account.handle.clone())
        .unwrap_or_default();
    world.posts.push(Post {
        platform: Platform::LinkedIn,
        realm: String::new(),
        page: format!("/linkedin/feed/update/{target}"),
        id: urn.clone(),
        author: token.account.clone(),
        handle,
        kind: Kind::Comment,
        text: text.to_owned(),
        media: Vec::new(),
        in_reply_to: Some(target.clone()),
        at: call.now,
        idempotency_key: None,
        detail: json!({ "comment_id": id }),
    });
    let answer = json!({
        "id": id, "commentUrn": urn, "actor": token.person(), "object": format!("urn:li:activity:{activity}"),
        "message": { "text": text, "attributes": [] }, "created": { "time": call.now, "actor": token.person() },
    });
    Ok(Reply::json(201, &answer).with("x-restli-id", id))
}
