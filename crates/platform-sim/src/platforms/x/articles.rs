//! Articles: a draft by schema, then its publication.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refusal;
use super::schema::{self, Is};
use crate::call::Call;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::world::{Account, Attachment, Kind, Post, World};

/// A draft and, once it is out, its post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Draft {
    owner: String,
    title: String,
    text: String,
    media: Vec<Attachment>,
    published: bool,
}

/// `POST /2/articles/draft`.
pub(super) fn draft(call: &Call, world: &mut World, account: &Account) -> Outcome {
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("$: a JSON body is required"))?;
    schema::object(
        &body,
        "$",
        &[
            ("title", Is::Text, true),
            ("content_state", Is::Object, true),
            ("cover_media", Is::Object, false),
        ],
    )?;
    let title = body["title"].as_str().unwrap_or_default().to_owned();
    if title.is_empty() {
        return Err(refusal::invalid("$.title: must be at least 1 characters long"));
    }
    let blocks = body["content_state"]["blocks"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut wanted = check_state(&body["content_state"])?;
    if !body["cover_media"].is_null() {
        wanted.insert(0, reference(&body["cover_media"], "$.cover_media")?);
    }
    let media = files(call, world, account, &wanted)?;
    let text = blocks
        .iter()
        .filter_map(|block| block["text"].as_str())
        .collect::<Vec<_>>()
        .join("\n");
    let id = world.snowflake(call.now);
    let data = json!({ "id": id, "title": title });
    world.x.drafts.insert(
        id,
        Draft {
            owner: account.id.clone(),
            title,
            text,
            media,
            published: false,
        },
    );
    Ok(Reply::json(201, &json!({ "data": data })))
}

/// Checks blocks and entities; gives the ids of the media that they show.
fn check_state(state: &Value) -> Result<Vec<String>, Reply> {
    schema::object(
        state,
        "$.content_state",
        &[("blocks", Is::List, true), ("entities", Is::List, true)],
    )?;
    let list = |name: &str| state[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let (blocks, entities) = (list("blocks"), list("entities"));
    if blocks.is_empty() {
        return Err(refusal::invalid(
            "$.content_state.blocks: must have a minimum of 1 items",
        ));
    }
    for (index, block) in blocks.iter().enumerate() {
        check_block(block, &format!("$.content_state.blocks[{index}]"), entities.len())?;
    }
    let mut wanted = Vec::new();
    for (index, entity) in entities.iter().enumerate() {
        check_entity(entity, &format!("$.content_state.entities[{index}]"), &mut wanted)?;
    }
    Ok(wanted)
}

fn check_block(block: &Value, place: &str, entities: usize) -> Result<(), Reply> {
    let types = &[
        "unstyled",
        "header-one",
        "header-two",
        "header-three",
        "unordered-list-item",
        "ordered-list-item",
        "blockquote",
        "atomic",
    ];
    let properties = [
        ("key", Is::Text, false),
        ("text", Is::Text, true),
        ("type", Is::Word(types), true),
        ("data", Is::Object, false),
        ("inline_style_ranges", Is::List, false),
        ("entity_ranges", Is::List, false),
    ];
    schema::object(block, place, &properties)?;
    for range in block["inline_style_ranges"].as_array().into_iter().flatten() {
        let styles = Is::Word(&["bold", "italic", "strikethrough"]);
        schema::object(
            range,
            &format!("{place}.inline_style_ranges"),
            &[
                ("offset", Is::Count, true),
                ("length", Is::Count, true),
                ("style", styles, true),
            ],
        )?;
    }
    for range in block["entity_ranges"].as_array().into_iter().flatten() {
        schema::object(
            range,
            &format!("{place}.entity_ranges"),
            &[
                ("offset", Is::Count, true),
                ("length", Is::Count, true),
                ("key", Is::Count, true),
            ],
        )?;
        if range["key"].as_u64().is_none_or(|key| key >= entities as u64) {
            return Err(refusal::invalid(&format!(
                "{place}.entity_ranges: key names no entity"
            )));
        }
    }
    Ok(())
}

fn check_entity(entity: &Value, place: &str, media: &mut Vec<String>) -> Result<(), Reply> {
    schema::object(
        entity,
        place,
        &[("key", Is::Text, true), ("value", Is::Object, true)],
    )?;
    let value = &entity["value"];
    let types = Is::Word(&["post", "link", "image", "emoji", "markdown", "divider", "latex"]);
    let mutability = Is::Word(&["immutable", "mutable", "segmented"]);
    schema::object(
        value,
        &format!("{place}.value"),
        &[
            ("type", types, true),
            ("mutability", mutability, true),
            ("data", Is::Object, true),
        ],
    )?;
    let data = [
        ("caption", Is::Text, false),
        ("entity_key", Is::Text, false),
        ("markdown", Is::Text, false),
        ("media_items", Is::List, false),
        ("post_id", Is::Text, false),
        ("url", Is::Text, false),
    ];
    schema::object(&value["data"], &format!("{place}.value.data"), &data)?;
    for item in value["data"]["media_items"].as_array().into_iter().flatten() {
        media.push(reference(item, &format!("{place}.value.data.media_items"))?);
    }
    Ok(())
}

fn reference(item: &Value, place: &str) -> Result<String, Reply> {
    schema::object(
        item,
        place,
        &[("media_category", Is::Text, true), ("media_id", Is::Text, true)],
    )?;
    Ok(item["media_id"].as_str().unwrap_or_default().to_owned())
}

fn files(call: &Call, world: &World, account: &Account, ids: &[String]) -> Result<Vec<Attachment>, Reply> {
    ids.iter()
        .map(|id| {
            let session = world
                .x
                .uploads
                .get(id)
                .filter(|session| session.owner == account.id && session.expires_at > call.now);
            let session = session.ok_or_else(|| refusal::absent("media", "media_id", id))?;
            let file = session
                .file
                .clone()
                .filter(|file| file.mime.starts_with("image/"));
            file.map(|file| Attachment {
                alt: session.alt.clone(),
                ..file
            })
            .ok_or_else(|| refusal::invalid("Articles show images only."))
        })
        .collect()
}

/// `POST /2/articles/{id}/publish`, once.
pub(super) fn publish(call: &Call, world: &mut World, account: &Account, id: &str) -> Outcome {
    let draft = world
        .x
        .drafts
        .get_mut(id)
        .filter(|draft| draft.owner == account.id)
        .ok_or_else(|| refusal::absent("article", "article_id", id))?;
    if draft.published {
        return Err(refusal::invalid("The article is already published."));
    }
    draft.published = true;
    let draft = draft.clone();
    let post_id = world.snowflake(call.now);
    world.posts.push(Post {
        platform: Platform::X,
        realm: String::new(),
        id: post_id.clone(),
        author: account.id.clone(),
        handle: account.handle.clone(),
        kind: Kind::Article,
        text: format!("{}\n\n{}", draft.title, draft.text),
        media: draft.media,
        in_reply_to: None,
        at: call.now,
        idempotency_key: None,
        page: format!("/x/{}/status/{post_id}", account.handle),
        detail: json!({ "raw_text": draft.title, "title": draft.title, "article_id": id, "entities": {}, "conversation_id": post_id, "reply_settings": "everyone" }),
    });
    Ok(Reply::json(200, &json!({ "data": { "post_id": post_id } })))
}
