//! Posts as the API reads them back: wrapped links, entities, fields on request.

use serde_json::{Map, Value, json};

use super::{media, refusal, weight};
use crate::call::Call;
use crate::link;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::time::{SECOND, iso, parse};
use crate::world::{Account, Attachment, Kind, Post, World};

/// The text as X stores it, with links wrapped and marked characters escaped, and its entities.
pub(super) fn store(
    world: &mut World,
    account: &Account,
    id: &str,
    text: &str,
    files: &[Attachment],
) -> Value {
    let mut shown = String::new();
    let mut urls = Vec::new();
    let mut position = 0;
    for range in weight::links(text) {
        shown.push_str(&escape(&text[position..range.start]));
        let address = &text[range.clone()];
        let expanded = if address.to_lowercase().starts_with("http") {
            address.to_owned()
        } else {
            format!("http://{address}")
        };
        let shown_address = address.split("://").last().unwrap_or(address).to_owned();
        urls.push(wrap(world, &mut shown, &expanded, &shown_address));
        position = range.end;
    }
    shown.push_str(&escape(&text[position..]));
    if let Some(first) = files.first().filter(|_| world.x.settings.media_links) {
        if !shown.is_empty() {
            shown.push(' ');
        }
        let sort = if first.mime.starts_with("video/") {
            "video"
        } else {
            "photo"
        };
        let expanded = format!("https://x.com/{}/status/{id}/{sort}/1", account.handle);
        let mut entity = wrap(world, &mut shown, &expanded, "pic.x.com");
        let category = world
            .x
            .uploads
            .get(&first.id)
            .map(|upload| upload.category.clone())
            .unwrap_or_default();
        entity["media_key"] = media::key(&first.id, &category).into();
        urls.push(entity);
    }
    let mut entities = Map::new();
    if !urls.is_empty() {
        entities.insert("urls".to_owned(), urls.into());
    }
    mark(&shown, &mut entities);
    json!({ "text": shown, "entities": entities })
}

/// Adds hashtags and mentions to the entities; positions count code points.
fn mark(shown: &str, entities: &mut Map<String, Value>) {
    for (name, field, marks) in [
        ("hashtags", "tag", link::hashtags(shown)),
        ("mentions", "username", link::mentions(shown)),
    ] {
        let found: Vec<Value> = marks
            .into_iter()
            .map(|mark| {
                let start = shown[..mark.range.start].chars().count();
                json!({ "start": start, "end": start + shown[mark.range.clone()].chars().count(), field: mark.word })
            })
            .collect();
        if !found.is_empty() {
            entities.insert(name.to_owned(), found.into());
        }
    }
}

/// Adds a short link to the text and describes it; positions count code points.
fn wrap(world: &mut World, shown: &mut String, expanded: &str, display: &str) -> Value {
    let short = format!("https://t.co/{}", world.random.word(10));
    let start = shown.chars().count();
    shown.push_str(&short);
    json!({ "start": start, "end": shown.chars().count(), "url": short, "expanded_url": expanded, "display_url": display })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// `GET /2/users/{id}/tweets`, newest first, without what is too fresh to be listed.
pub(super) fn of_user(call: &Call, world: &mut World, id: &str) -> Outcome {
    if world.account_by_id(Platform::X, "", id).is_none() {
        return Ok(Reply::json(
            200,
            &json!({ "errors": [refusal::missing("user", "id", id)] }),
        ));
    }
    let limit = match call.query("max_results") {
        None => 10,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (5..=100_usize).contains(limit))
            .ok_or_else(|| {
                refusal::invalid(&format!(
                    "The `max_results` query parameter value [{text}] is not between 5 and 100"
                ))
            })?,
    };
    let instant = |name: &str| match call.query(name) {
        None => Ok(None),
        Some(text) => parse(&text).map(Some).ok_or_else(|| {
            refusal::invalid(&format!(
                "The `{name}` query parameter value [{text}] is not a valid RFC3339 date-time"
            ))
        }),
    };
    let (start, end) = (instant("start_time")?, instant("end_time")?);
    let number = |name: &str| call.query(name).and_then(|id| id.parse::<u64>().ok());
    let (since, until) = (
        number("since_id"),
        number("until_id").or_else(|| number("pagination_token")),
    );
    let no_replies = call
        .query("exclude")
        .is_some_and(|list| list.split(',').any(|word| word == "replies"));
    let lag = world.x.settings.listing_lag * SECOND;
    let posts: Vec<&Post> = world
        .posts
        .iter()
        .rev()
        .filter(|post| post.platform == Platform::X && post.author == id && post.at + lag <= call.now)
        .filter(|post| start.is_none_or(|start| post.at >= start) && end.is_none_or(|end| post.at < end))
        .filter(|post| since.is_none_or(|since| post.id.parse::<u64>().is_ok_and(|id| id > since)))
        .filter(|post| until.is_none_or(|until| post.id.parse::<u64>().is_ok_and(|id| id < until)))
        .filter(|post| !(no_replies && post.in_reply_to.is_some()))
        .collect();
    let page: Vec<&Post> = posts.iter().copied().take(limit).collect();
    let mut meta = json!({ "result_count": page.len() });
    if let (Some(newest), Some(oldest)) = (page.first(), page.last()) {
        meta["newest_id"] = newest.id.as_str().into();
        meta["oldest_id"] = oldest.id.as_str().into();
        if posts.len() > limit {
            meta["next_token"] = oldest.id.as_str().into();
        }
    }
    let mut body = list(call, world, &page);
    body["meta"] = meta;
    Ok(Reply::json(200, &body))
}

/// `GET /2/tweets?ids=`: what exists as data, the rest as errors.
pub(super) fn by_ids(call: &Call, world: &mut World) -> Outcome {
    let ids = call.query("ids").unwrap_or_default();
    let ids: Vec<&str> = ids.split(',').filter(|id| !id.is_empty()).collect();
    if ids.is_empty() || ids.len() > 100 {
        return Err(refusal::invalid(&format!(
            "The number of values in the `ids` query parameter list [{}] is not between 1 and 100",
            ids.len()
        )));
    }
    let posts: Vec<&Post> = ids
        .iter()
        .filter_map(|id| world.post(Platform::X, "", id))
        .collect();
    let errors: Vec<Value> = ids
        .iter()
        .filter(|id| world.post(Platform::X, "", id).is_none())
        .map(|id| refusal::missing("tweet", "ids", id))
        .collect();
    let mut body = list(call, world, &posts);
    if !errors.is_empty() {
        body["errors"] = errors.into();
    }
    Ok(Reply::json(200, &body))
}

/// `GET /2/tweets/{id}`: absence is a partial error with status 200.
pub(super) fn by_id(call: &Call, world: &World, id: &str) -> Reply {
    let Some(post) = world.post(Platform::X, "", id) else {
        return Reply::json(200, &json!({ "errors": [refusal::missing("tweet", "id", id)] }));
    };
    let mut body = list(call, world, &[post]);
    body["data"] = body["data"][0].clone();
    Reply::json(200, &body)
}

fn list(call: &Call, world: &World, posts: &[&Post]) -> Value {
    let fields = format!(
        "{},{}",
        call.query("tweet.fields").unwrap_or_default(),
        call.query("post.fields").unwrap_or_default()
    );
    let fields: Vec<&str> = fields.split(',').collect();
    let mut body = json!({});
    if !posts.is_empty() {
        body["data"] = posts.iter().map(|post| render(world, post, &fields)).collect();
    }
    if call
        .query("expansions")
        .is_some_and(|list| list.contains("attachments.media_keys"))
    {
        let files: Vec<Value> = posts
            .iter()
            .flat_map(|post| post.media.iter())
            .map(|file| expansion(call, world, file))
            .collect();
        body["includes"] = json!({ "media": files });
    }
    body
}

fn render(world: &World, post: &Post, fields: &[&str]) -> Value {
    let all = json!({
        "author_id": post.author, "created_at": iso(post.at), "conversation_id": post.detail["conversation_id"],
        "entities": post.detail["entities"], "reply_settings": post.detail["reply_settings"], "community_id": post.detail["community_id"],
        "lang": "und", "possibly_sensitive": false, "in_reply_to_user_id": parent(world, post).map(|parent| parent.author.as_str()),
        "referenced_tweets": post.in_reply_to.as_ref().map(|id| json!([{ "type": "replied_to", "id": id }])),
        "attachments": (!post.media.is_empty()).then(|| json!({ "media_keys": post.media.iter().map(|file| media_key(world, file)).collect::<Vec<_>>() })),
        "public_metrics": metrics(world, post),
    });
    let mut body = Map::new();
    body.insert("id".to_owned(), post.id.as_str().into());
    body.insert("text".to_owned(), post.detail["raw_text"].clone());
    body.insert("edit_history_tweet_ids".to_owned(), json!([post.id]));
    for field in fields {
        let value = all
            .get(*field)
            .filter(|value| !value.is_null() && value.as_object().is_none_or(|object| !object.is_empty()));
        if let Some(value) = value {
            body.insert((*field).to_owned(), value.clone());
        }
    }
    if post.kind == Kind::Article && fields.contains(&"article") {
        body.insert("article".to_owned(), json!({ "title": post.detail["title"] }));
    }
    Value::Object(body)
}

fn parent<'a>(world: &'a World, post: &Post) -> Option<&'a Post> {
    world.post(Platform::X, "", post.in_reply_to.as_deref()?)
}

fn metrics(world: &World, post: &Post) -> Value {
    let marked = |set: &std::collections::BTreeSet<String>| {
        set.iter()
            .filter(|mark| mark.ends_with(&format!("/{}", post.id)))
            .count()
    };
    json!({
        "retweet_count": marked(&world.x.reposts), "repost_count": marked(&world.x.reposts), "reply_count": world.replies(post).count(),
        "like_count": marked(&world.x.likes), "quote_count": 0, "bookmark_count": 0, "impression_count": 1,
    })
}

fn media_key(world: &World, file: &Attachment) -> String {
    let category = world
        .x
        .uploads
        .get(&file.id)
        .map(|upload| upload.category.clone())
        .unwrap_or_default();
    media::key(&file.id, &category)
}

fn expansion(call: &Call, world: &World, file: &Attachment) -> Value {
    let sort = if file.mime.starts_with("video/") {
        "video"
    } else if file.mime == "image/gif" {
        "animated_gif"
    } else {
        "photo"
    };
    json!({ "media_key": media_key(world, file), "type": sort, "alt_text": file.alt, "url": format!("{}/_sim/media/{}", call.base, file.blob) })
}
