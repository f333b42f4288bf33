//! Posts of members.

use serde_json::{Value, json};

use super::oauth::Token;
use super::{littletext, media, refusal, urn_of};
use crate::call::Call;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::time::SECOND;
use crate::world::{Attachment, Kind, Post, World};

const MAX_TEXT: usize = 3_000;
const MAX_ALT: usize = 4_086;
const FIELDS: [&str; 11] = [
    "author",
    "commentary",
    "visibility",
    "distribution",
    "content",
    "lifecycleState",
    "isReshareDisabledByAuthor",
    "reshareContext",
    "contentLandingPage",
    "contentCallToActionLabel",
    "adContext",
];

/// `POST /rest/posts`: 201 without a body, the URN in a header.
pub(super) fn create(call: &Call, world: &mut World, token: &Token) -> Outcome {
    if !token.may(&["w_member_social"]) {
        return Err(refusal::denied("posts.CREATE"));
    }
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("Request body must be JSON"))?;
    check_shape(&body)?;
    if body["author"] != token.person().as_str() {
        return Err(refusal::denied("posts.CREATE for this author"));
    }
    let commentary = body["commentary"].as_str().unwrap_or_default();
    let text = littletext::visible(commentary);
    let files = files(call, world, token, &body["content"])?;
    let reshared = body["reshareContext"]["parent"].as_str();
    if commentary.is_empty() && files.is_empty() && reshared.is_none() && body["content"].is_null() {
        return Err(refusal::invalid("commentary must not be empty without content"));
    }
    let print = fingerprint(commentary, &body);
    check_duplicate(call, world, token, &print)?;
    let sort = if files.iter().any(|file| file.mime.starts_with("video/")) {
        "ugcPost"
    } else {
        "share"
    };
    let urn = format!("urn:li:{sort}:{}", world.share_number(call.now));
    let handle = world
        .account_by_id(Platform::LinkedIn, "", &token.account)
        .map(|account| account.handle.clone())
        .unwrap_or_default();
    world.posts.push(Post {
        platform: Platform::LinkedIn,
        realm: String::new(),
        page: format!("/linkedin/feed/update/{urn}"),
        id: urn.clone(),
        author: token.account.clone(),
        handle,
        kind: if reshared.is_some() { Kind::Repost } else { Kind::Post },
        text,
        media: files,
        in_reply_to: None,
        at: call.now,
        idempotency_key: None,
        detail: json!({ "commentary": commentary, "content": body["content"], "visibility": body["visibility"], "reshare_of": reshared, "fingerprint": print }),
    });
    Ok(Reply::empty(201).with("x-restli-id", urn))
}

fn check_shape(body: &Value) -> Result<(), Reply> {
    let Some(fields) = body.as_object() else {
        return Err(refusal::invalid("Request body must be a JSON object"));
    };
    if let Some(name) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(refusal::invalid(&format!(
            "ERROR :: /{name} :: unrecognized field found but not allowed"
        )));
    }
    for name in [
        "author",
        "commentary",
        "visibility",
        "distribution",
        "lifecycleState",
    ] {
        if body[name].is_null() {
            return Err(refusal::invalid(&format!(
                "ERROR :: /{name} :: field is required but not found and has no default value"
            )));
        }
    }
    let word = |value: &Value, name: &str, allowed: &[&str]| {
        if value.as_str().is_some_and(|word| allowed.contains(&word)) {
            Ok(())
        } else {
            Err(refusal::invalid(&format!(
                "ERROR :: /{name} :: \"{value}\" is not an enum symbol"
            )))
        }
    };
    word(
        &body["visibility"],
        "visibility",
        &["PUBLIC", "CONNECTIONS", "LOGGED_IN"],
    )?;
    word(&body["lifecycleState"], "lifecycleState", &["PUBLISHED"])?;
    word(
        &body["distribution"]["feedDistribution"],
        "distribution/feedDistribution",
        &["MAIN_FEED", "NONE"],
    )?;
    if !body["commentary"].is_string()
        || !(body["isReshareDisabledByAuthor"].is_null() || body["isReshareDisabledByAuthor"].is_boolean())
    {
        return Err(refusal::invalid(
            "ERROR :: /commentary :: is not a string, or /isReshareDisabledByAuthor :: is not a boolean",
        ));
    }
    let length = littletext::visible(body["commentary"].as_str().unwrap_or_default())
        .chars()
        .count();
    if length > MAX_TEXT {
        return Err(refusal::invalid(&format!(
            "Commentary text length ({length} characters) exceeded the maximum allowed ({MAX_TEXT} characters)"
        )));
    }
    Ok(())
}

/// The files of a content: one medium, several images, or a link without files.
fn files(call: &Call, world: &World, token: &Token, content: &Value) -> Result<Vec<Attachment>, Reply> {
    let Some(fields) = content.as_object() else {
        return Ok(Vec::new());
    };
    if fields.len() != 1 {
        return Err(refusal::invalid(
            "ERROR :: /content :: is a union and takes exactly one member",
        ));
    }
    let get = |medium: &Value| {
        let alt = medium["altText"].as_str().map(str::to_owned);
        if alt.as_ref().is_some_and(|alt| alt.chars().count() > MAX_ALT) {
            return Err(refusal::invalid(&format!("altText exceeds {MAX_ALT} characters")));
        }
        let urn = medium["id"].as_str().ok_or_else(|| {
            refusal::invalid("ERROR :: /content/media/id :: field is required but not found")
        })?;
        let file = media::available(world, &token.person(), urn, call.now)?;
        Ok(Attachment { alt, ..file })
    };
    if let Some(medium) = fields.get("media") {
        let document = medium["id"]
            .as_str()
            .is_some_and(|urn| urn.starts_with("urn:li:document:"));
        if document && medium["title"].as_str().is_none_or(str::is_empty) {
            return Err(refusal::invalid(
                "ERROR :: /content/media/title :: is required for documents",
            ));
        }
        return Ok(vec![get(medium)?]);
    }
    if let Some(several) = fields.get("multiImage") {
        let images = several["images"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let only_images = images.iter().all(|image| {
            image["id"]
                .as_str()
                .is_some_and(|urn| urn.starts_with("urn:li:image:"))
        });
        if !(2..=20).contains(&images.len()) || !only_images {
            return Err(refusal::invalid(
                "ERROR :: /content/multiImage/images :: takes 2 to 20 images",
            ));
        }
        return images.iter().map(get).collect();
    }
    let article = &content["article"];
    if article["source"].is_string() && article["title"].is_string() {
        Ok(Vec::new())
    } else {
        Err(refusal::invalid(
            "ERROR :: /content :: is not a known member of the union",
        ))
    }
}

/// What makes two posts equal to the filter: commentary, media and link.
fn fingerprint(commentary: &str, body: &Value) -> String {
    format!(
        "{commentary}\u{1}{}\u{1}{}",
        body["content"], body["reshareContext"]["parent"]
    )
}

fn check_duplicate(call: &Call, world: &World, token: &Token, print: &str) -> Result<(), Reply> {
    let window = world.linkedin.settings.duplicate_secs * SECOND;
    let first = world.posts.iter().find(|post| {
        post.platform == Platform::LinkedIn
            && post.author == token.account
            && post.detail["fingerprint"] == print
            && call.now - post.at < window
    });
    match first {
        None => Ok(()),
        Some(first) => Err(refusal::input(
            422,
            "DUPLICATE_POST",
            "Duplicate post is detected",
            &format!(
                "com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of {}",
                first.id
            ),
        )),
    }
}

/// `POST /rest/posts/{urn}` with `X-RestLi-Method: PARTIAL_UPDATE`: another commentary.
pub(super) fn update(call: &Call, world: &mut World, token: &Token, segment: &str) -> Outcome {
    let urn = urn_of(segment)?;
    if call
        .header("x-restli-method")
        .is_none_or(|method| !method.eq_ignore_ascii_case("PARTIAL_UPDATE"))
    {
        return Err(refusal::invalid(
            "POST on an entity needs the header X-RestLi-Method: PARTIAL_UPDATE",
        ));
    }
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("Request body must be JSON"))?;
    let commentary = body["patch"]["$set"]["commentary"]
        .as_str()
        .ok_or_else(|| refusal::invalid("patch.$set.commentary is required"))?;
    let post = world
        .posts
        .iter_mut()
        .find(|post| post.platform == Platform::LinkedIn && post.id == urn && post.author == token.account);
    let post = post.ok_or_else(|| absent(&urn))?;
    post.text = littletext::visible(commentary);
    post.detail["commentary"] = commentary.into();
    Ok(Reply::empty(204))
}

/// `GET /rest/posts/{urn}`, for tokens that may read.
pub(super) fn show(call: &Call, world: &mut World, token: &Token, segment: &str) -> Outcome {
    let urn = urn_of(segment)?;
    if !token.may(&["r_member_social"]) {
        return Err(refusal::denied("posts.GET"));
    }
    let lag = world.linkedin.settings.listing_lag * SECOND;
    let post = world
        .post(Platform::LinkedIn, "", &urn)
        .filter(|post| post.at + lag <= call.now && post.kind != Kind::Comment);
    let post = post.ok_or_else(|| absent(&urn))?;
    Ok(Reply::json(200, &render(post)))
}

/// `GET /rest/posts?q=author`, newest first, for tokens that may read.
pub(super) fn list(call: &Call, world: &mut World, token: &Token) -> Outcome {
    if !token.may(&["r_member_social"]) {
        return Err(refusal::denied("posts.FINDER-author"));
    }
    if call
        .header("x-restli-method")
        .is_none_or(|method| !method.eq_ignore_ascii_case("FINDER"))
        || call.query("q").as_deref() != Some("author")
    {
        return Err(refusal::invalid(
            "The finder author needs q=author and the header X-RestLi-Method: FINDER",
        ));
    }
    let author = call.query("author").unwrap_or_default();
    let count = call
        .query("count")
        .and_then(|count| count.parse().ok())
        .unwrap_or(10_usize)
        .min(100);
    let lag = world.linkedin.settings.listing_lag * SECOND;
    let elements: Vec<Value> = world
        .posts
        .iter()
        .rev()
        .filter(|post| post.platform == Platform::LinkedIn && post.kind != Kind::Comment)
        .filter(|post| format!("urn:li:person:{}", post.author) == author && post.at + lag <= call.now)
        .take(count)
        .map(render)
        .collect();
    Ok(Reply::json(
        200,
        &json!({ "paging": { "start": 0, "count": count, "links": [] }, "elements": elements }),
    ))
}

/// `DELETE /rest/posts/{urn}`, which succeeds however often it is sent.
pub(super) fn delete(world: &mut World, token: &Token, segment: &str) -> Outcome {
    let urn = urn_of(segment)?;
    if !token.may(&["w_member_social"]) {
        return Err(refusal::denied("posts.DELETE"));
    }
    if world
        .post(Platform::LinkedIn, "", &urn)
        .is_some_and(|post| post.author != token.account)
    {
        return Err(refusal::denied("posts.DELETE for this author"));
    }
    world
        .posts
        .retain(|post| !(post.platform == Platform::LinkedIn && post.id == urn));
    Ok(Reply::empty(204))
}

fn render(post: &Post) -> Value {
    json!({
        "id": post.id, "author": format!("urn:li:person:{}", post.author), "commentary": post.detail["commentary"],
        "visibility": post.detail["visibility"], "content": post.detail["content"], "lifecycleState": "PUBLISHED",
        "distribution": { "feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": [] },
        "isReshareDisabledByAuthor": false, "createdAt": post.at, "publishedAt": post.at, "lastModifiedAt": post.at,
    })
}

fn absent(urn: &str) -> Reply {
    refusal::error(404, "NOT_FOUND", &format!("Could not find entity {urn}"))
}
