//! Statuses: publishing, reading, deleting.

use serde_json::{Value, json};

use super::media::{Medium, Sort, State};
use super::oauth::Bearer;
use super::{Visit, account, content, counting, instance, media, oauth, refusal};
use crate::call::Params;
use crate::link;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::time::{Millis, SECOND, iso, parse};
use crate::world::{Attachment, Kind, Post, World};

/// `POST /api/v1/statuses`.
///
/// The order of the checks is the server's: the parent, then the idempotency key, then media, then text.
pub(super) fn create(visit: &Visit<'_>, world: &mut World) -> Outcome {
    let bearer = oauth::bearer(visit, world, &["write:statuses"])?;
    let params = visit.call.params();
    let parent = params.get("in_reply_to_id").filter(|id| !id.is_empty());
    if parent.is_some_and(|id| world.post(Platform::Mastodon, &visit.realm, id).is_none()) {
        return Err(refusal::absent());
    }
    let key = visit.call.header("idempotency-key").filter(|key| !key.is_empty());
    let slot = key.map(|key| format!("{}:{key}", bearer.account));
    if let Some(first) = slot.as_deref().and_then(|slot| remembered(visit, world, slot)) {
        return Ok(Reply::json(200, &render(visit, world, &first)));
    }
    let chosen = choose_media(visit, world, &bearer, &params.list("media_ids"))?;
    check_text(visit, world, &params, chosen.is_empty())?;
    let visibility = params.get("visibility").unwrap_or("public");
    if !["public", "unlisted", "private", "direct"].contains(&visibility) {
        return Err(refusal::invalid("Visibility is not included in the list"));
    }
    if let Some(at) = params.get("scheduled_at").filter(|at| !at.is_empty()) {
        return scheduled(world, visit.call.now, at, &params);
    }
    let id = world.snowflake(visit.call.now);
    let handle = world
        .account_by_id(Platform::Mastodon, &visit.realm, &bearer.account)
        .map(|account| account.handle.clone())
        .unwrap_or_default();
    let files: Vec<Attachment> = chosen.iter().map(|medium| medium.file.clone()).collect();
    let home = visit
        .home
        .strip_prefix(visit.call.base.as_str())
        .unwrap_or_default();
    let post = Post {
        platform: Platform::Mastodon,
        realm: visit.realm.clone(),
        page: format!("{home}/@{handle}/{id}"),
        id,
        author: bearer.account,
        handle,
        kind: if parent.is_some() {
            Kind::Comment
        } else {
            Kind::Post
        },
        text: params.text("status").trim().to_owned(),
        media: files,
        in_reply_to: parent.map(str::to_owned),
        at: visit.call.now,
        idempotency_key: key.map(str::to_owned),
        detail: json!({
            "visibility": visibility, "language": params.get("language"), "spoiler_text": params.text("spoiler_text"),
            "sensitive": params.get("sensitive") == Some("true"), "application": bearer.app,
        }),
    };
    store(visit, world, &post, slot);
    Ok(Reply::json(200, &render(visit, world, &post)))
}

fn store(visit: &Visit<'_>, world: &mut World, post: &Post, slot: Option<String>) {
    let instance = instance::of(world, &visit.realm);
    for file in &post.media {
        if let Some(medium) = instance.media.get_mut(&file.id) {
            medium.attached_to = Some(post.id.clone());
        }
    }
    if let Some(slot) = slot.filter(|_| instance.settings.idempotency_secs > 0) {
        instance.keys.insert(slot, (post.id.clone(), post.at));
    }
    world.posts.push(post.clone());
}

/// The status made with that key, while the key is remembered.
fn remembered(visit: &Visit<'_>, world: &mut World, slot: &str) -> Option<Post> {
    let instance = instance::of(world, &visit.realm);
    let life = instance.settings.idempotency_secs * SECOND;
    let (id, at) = instance.keys.get(slot)?.clone();
    if visit.call.now - at >= life {
        instance.keys.remove(slot);
        return None;
    }
    world.post(Platform::Mastodon, &visit.realm, &id).cloned()
}

fn choose_media(
    visit: &Visit<'_>,
    world: &mut World,
    bearer: &Bearer,
    ids: &[String],
) -> Result<Vec<Medium>, Reply> {
    let instance = instance::of(world, &visit.realm);
    let most = instance.settings.max_media_attachments;
    if ids.len() > most {
        return Err(refusal::error(
            422,
            &format!("Cannot attach more than {most} files"),
        ));
    }
    let mut chosen = Vec::new();
    for id in ids {
        let medium = instance
            .media
            .get(id)
            .filter(|medium| medium.owner == bearer.account && medium.attached_to.is_none());
        let medium = medium.ok_or_else(|| {
            refusal::error(
                422,
                &format!("Media {id} could not be found or is already attached to another post"),
            )
        })?;
        chosen.push(medium.clone());
    }
    if chosen.len() > 1 && chosen.iter().any(|medium| medium.sort != Sort::Image) {
        return Err(refusal::error(
            422,
            "Cannot attach a video to a post that already contains images",
        ));
    }
    if chosen.iter().any(|medium| medium.state != State::Ready) {
        return Err(refusal::error(
            422,
            "Cannot attach files that have not finished processing. Try again in a moment!",
        ));
    }
    Ok(chosen)
}

fn check_text(
    visit: &Visit<'_>,
    world: &mut World,
    params: &Params,
    without_media: bool,
) -> Result<(), Reply> {
    let text = params.text("status").trim();
    if text.is_empty() && without_media {
        return Err(refusal::invalid("Text can't be blank"));
    }
    let most = instance::of(world, &visit.realm).settings.max_characters;
    if counting::length(text) + counting::length(params.text("spoiler_text")) > most {
        return Err(refusal::invalid(&format!(
            "Text character limit of {most} exceeded"
        )));
    }
    Ok(())
}

fn scheduled(world: &mut World, now: Millis, at: &str, params: &Params) -> Outcome {
    let wanted = parse(at).filter(|wanted| *wanted >= now + 300 * SECOND);
    let wanted =
        wanted.ok_or_else(|| refusal::invalid("Scheduled at The scheduled date must be in the future"))?;
    let id = world.snowflake(now);
    Ok(Reply::json(
        200,
        &json!({ "id": id, "scheduled_at": iso(wanted), "params": { "text": params.text("status") }, "media_attachments": [] }),
    ))
}

/// `GET /api/v1/statuses/{id}`.
pub(super) fn show(visit: &Visit<'_>, world: &mut World, id: &str) -> Outcome {
    let post = world
        .post(Platform::Mastodon, &visit.realm, id)
        .ok_or_else(refusal::absent)?;
    Ok(Reply::json(200, &render(visit, world, post)))
}

/// `DELETE /api/v1/statuses/{id}`.
pub(super) fn delete(visit: &Visit<'_>, world: &mut World, id: &str) -> Outcome {
    let bearer = oauth::bearer(visit, world, &["write:statuses"])?;
    let post = world
        .post(Platform::Mastodon, &visit.realm, id)
        .filter(|post| post.author == bearer.account)
        .cloned();
    let post = post.ok_or_else(refusal::absent)?;
    let mut body = render(visit, world, &post);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("text".to_owned(), Value::from(post.text.as_str()));
    }
    world.posts.retain(|other| {
        !(other.platform == Platform::Mastodon && other.realm == visit.realm && other.id == post.id)
    });
    Ok(Reply::json(200, &body))
}

/// `GET /api/v1/accounts/{id}/statuses`, newest first, without what is too fresh to be listed.
pub(super) fn list(visit: &Visit<'_>, world: &mut World, id: &str) -> Outcome {
    if world
        .account_by_id(Platform::Mastodon, &visit.realm, id)
        .is_none()
    {
        return Err(refusal::absent());
    }
    let lag = instance::of(world, &visit.realm).settings.listing_lag * SECOND;
    let limit = visit
        .call
        .query("limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(20_usize)
        .min(40);
    let no_replies = visit.call.query("exclude_replies").as_deref() == Some("true");
    let before = visit.call.query("max_id").and_then(|id| id.parse::<u64>().ok());
    let found: Vec<Value> = world
        .posts
        .iter()
        .rev()
        .filter(|post| post.platform == Platform::Mastodon && post.realm == visit.realm && post.author == id)
        .filter(|post| post.at + lag <= visit.call.now && post.detail["visibility"] != "direct")
        .filter(|post| !(no_replies && post.in_reply_to.is_some()))
        .filter(|post| before.is_none_or(|before| post.id.parse::<u64>().is_ok_and(|id| id < before)))
        .take(limit)
        .map(|post| render(visit, world, post))
        .collect();
    Ok(Reply::json(200, &json!(found)))
}

/// `GET /statuses/{id}`: the short form of a public address.
pub(super) fn redirect(visit: &Visit<'_>, world: &World, id: &str) -> Reply {
    match world.post(Platform::Mastodon, &visit.realm, id) {
        Some(post) => Reply::redirect(&format!("{}{}", visit.call.base, post.page)),
        None => crate::pages::problem(
            404,
            "Mastodon",
            "This post does not exist",
            "It was deleted, or the sandbox was reset.",
        ),
    }
}

fn render(visit: &Visit<'_>, world: &World, post: &Post) -> Value {
    let author = world
        .account_by_id(Platform::Mastodon, &visit.realm, &post.author)
        .map(|author| account::render(visit, world, author));
    let knows = |name: &str| {
        let name = name.split('@').next().unwrap_or_default();
        world.accounts.iter().any(|account| {
            account.platform == Platform::Mastodon && account.realm == visit.realm && account.handle == name
        })
    };
    let parent = post
        .in_reply_to
        .as_deref()
        .and_then(|id| world.post(Platform::Mastodon, &visit.realm, id));
    let address = format!("{}{}", visit.call.base, post.page);
    let files: Vec<Value> = post
        .media
        .iter()
        .filter_map(|file| world.mastodon.instances.get(&visit.realm)?.media.get(&file.id))
        .map(|medium| media::render(visit, medium))
        .collect();
    let tags: Vec<Value> = link::hashtags(&post.text)
        .into_iter()
        .map(|tag| json!({ "name": tag.word.to_lowercase(), "url": format!("{}/tags/{}", visit.home, tag.word.to_lowercase()) }))
        .collect();
    json!({
        "id": post.id, "created_at": iso(post.at), "in_reply_to_id": post.in_reply_to,
        "in_reply_to_account_id": parent.map(|parent| parent.author.as_str()),
        "sensitive": post.detail["sensitive"], "spoiler_text": post.detail["spoiler_text"], "visibility": post.detail["visibility"],
        "language": post.detail["language"], "uri": address, "url": address, "edited_at": null,
        "replies_count": world.replies(post).count(), "reblogs_count": 0, "favourites_count": 0, "quotes_count": 0,
        "favourited": false, "reblogged": false, "muted": false, "bookmarked": false, "pinned": false,
        "content": content::html(&post.text, &visit.home, &knows),
        "filtered": [], "reblog": null, "application": { "name": post.detail["application"], "website": null },
        "account": author, "media_attachments": files, "mentions": [], "tags": tags, "emojis": [], "card": null, "poll": null,
    })
}
