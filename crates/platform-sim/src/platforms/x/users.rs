//! Users, and what they do with the posts of others.

use serde_json::{Map, Value, json};

use super::refusal;
use super::schema::{self, Is};
use crate::call::{Call, decode};
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::time::iso;
use crate::world::{Account, World};

/// Fields that may be asked for.
const FIELDS: [&str; 20] = [
    "confirmed_email",
    "connection_status",
    "created_at",
    "description",
    "entities",
    "id",
    "location",
    "name",
    "parody",
    "pinned_tweet_id",
    "profile_banner_url",
    "profile_image_url",
    "protected",
    "public_metrics",
    "subscription_type",
    "url",
    "username",
    "verified",
    "verified_type",
    "withheld",
];

/// `GET /2/users/me`.
pub(super) fn me(call: &Call, world: &mut World, account: &Account) -> Outcome {
    let body = render(call, world, account)?;
    Ok(Reply::json(200, &json!({ "data": body })))
}

/// `GET /2/users/by/username/{username}`: an unknown name is a partial error with status 200.
pub(super) fn by_name(call: &Call, world: &mut World, name: &str) -> Outcome {
    let name = decode(name);
    if name.is_empty()
        || name.len() > 15
        || !name
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
    {
        return Err(refusal::invalid(&format!(
            "The `username` query parameter value [{name}] does not match ^[A-Za-z0-9_]{{1,15}}$"
        )));
    }
    let found = world
        .accounts
        .iter()
        .find(|account| account.platform == Platform::X && account.handle == name.to_lowercase());
    match found.cloned() {
        Some(account) => Ok(Reply::json(
            200,
            &json!({ "data": render(call, world, &account)? }),
        )),
        None => Ok(Reply::json(
            200,
            &json!({ "errors": [refusal::missing("user", "username", &name)] }),
        )),
    }
}

fn render(call: &Call, world: &World, account: &Account) -> Result<Value, Reply> {
    let premium = world.x.settings.premium;
    let all = json!({
        "created_at": iso(account.created_at), "description": "", "profile_image_url": format!("{}/_sim/avatars/{}.svg", call.base, account.handle),
        "protected": false, "verified": premium, "verified_type": if premium { "blue" } else { "none" },
        "public_metrics": { "followers_count": 12, "following_count": 7, "tweet_count": 0, "listed_count": 0, "like_count": 0 },
    });
    let mut body = Map::new();
    body.insert("id".to_owned(), account.id.as_str().into());
    body.insert("name".to_owned(), account.name.as_str().into());
    body.insert("username".to_owned(), account.handle.as_str().into());
    for field in call
        .query("user.fields")
        .unwrap_or_default()
        .split(',')
        .filter(|field| !field.is_empty())
    {
        if !FIELDS.contains(&field) {
            return Err(refusal::invalid(&format!(
                "The `user.fields` query parameter value [{field}] is not one of [{}]",
                FIELDS.join(",")
            )));
        }
        if let Some(value) = all.get(field) {
            body.insert(field.to_owned(), value.clone());
        }
    }
    Ok(Value::Object(body))
}

/// `POST /2/users/{id}/retweets` and `/likes`.
pub(super) fn react(call: &Call, world: &mut World, account: &Account, id: &str, action: &str) -> Outcome {
    if id != account.id {
        return Err(refusal::forbidden(
            "You are not permitted to perform this action.",
        ));
    }
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("$: a JSON body is required"))?;
    schema::object(&body, "$", &[("tweet_id", Is::Id, true)])?;
    let post = body["tweet_id"].as_str().unwrap_or_default();
    if world.post(Platform::X, "", post).is_none() {
        return Err(refusal::absent("tweet", "tweet_id", post));
    }
    let mark = format!("{id}/{post}");
    let data = if action == "likes" {
        world.x.likes.insert(mark);
        json!({ "liked": true })
    } else {
        world.x.reposts.insert(mark);
        json!({ "retweeted": true, "rest_id": post })
    };
    Ok(Reply::json(200, &json!({ "data": data })))
}
