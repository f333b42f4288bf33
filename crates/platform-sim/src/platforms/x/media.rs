//! Uploads: one-shot images, chunked videos and GIFs, and alternative texts.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refusal;
use super::schema::{self, Is};
use crate::blob::sniff;
use crate::call::Call;
use crate::multipart::Part;
use crate::reply::{Outcome, Reply};
use crate::time::{Millis, SECOND};
use crate::world::{Account, Attachment, World};

const MEGABYTE: u64 = 1_048_576;
const CATEGORIES: &[&str] = &[
    "amplify_video",
    "tweet_gif",
    "tweet_image",
    "tweet_video",
    "dm_gif",
    "dm_image",
    "dm_video",
    "subtitles",
];
const TYPES: &[&str] = &[
    "video/mp4",
    "video/webm",
    "video/mp2t",
    "video/quicktime",
    "text/srt",
    "text/vtt",
    "image/jpeg",
    "image/gif",
    "image/bmp",
    "image/png",
    "image/webp",
    "image/pjpeg",
    "image/tiff",
    "model/gltf-binary",
    "model/vnd.usdz+zip",
];

/// One upload session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub owner: String,
    pub category: String,
    pub state: State,
    pub expires_at: Millis,
    pub alt: Option<String>,
    pub declared_type: String,
    pub total_bytes: u64,
    /// Sizes and file names of the segments, by index.
    pub segments: BTreeMap<u64, (u64, String)>,
    /// The whole file once it is complete.
    pub file: Option<Attachment>,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Segments are being sent.
    Open,
    /// So many STATUS calls were made, so many are needed.
    Processing {
        polls: u32,
        needed: u32,
        fails: bool,
    },
    Ready,
    Failed,
}

/// `POST /2/media/upload`: a whole image.
pub(super) fn upload(call: &Call, world: &mut World, account: &Account) -> Outcome {
    let parts = call
        .parts()
        .ok_or_else(|| refusal::invalid("$: a multipart/form-data body is required"))?;
    only(&parts, &["media", "media_category", "additional_owners"])?;
    let category = text_of(&parts, "media_category")
        .ok_or_else(|| refusal::invalid("$.media_category: is missing but it is required"))?;
    let media = parts
        .iter()
        .find(|part| part.name == "media")
        .ok_or_else(|| refusal::invalid("$.media: is missing but it is required"))?;
    if !["tweet_image", "dm_image", "tweet_gif", "dm_gif", "subtitles"].contains(&category.as_str()) {
        return Err(refusal::invalid(&format!(
            "$.media_category: [{category}] needs a chunked upload"
        )));
    }
    let id = world.snowflake(call.now);
    let mut session = Upload {
        owner: account.id.clone(),
        category,
        state: State::Open,
        expires_at: call.now + world.x.settings.media_secs * SECOND,
        alt: None,
        declared_type: String::new(),
        total_bytes: media.bytes.len() as u64,
        segments: BTreeMap::new(),
        file: None,
    };
    complete(world, &mut session, &id, media.bytes.clone())?;
    session.state = State::Ready;
    let data = render(call, &id, &session);
    world.x.uploads.insert(id, session);
    Ok(Reply::json(200, &json!({ "data": data })))
}

/// `POST /2/media/upload/initialize`.
pub(super) fn initialize(call: &Call, world: &mut World, account: &Account) -> Outcome {
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("$: a JSON body is required"))?;
    let properties = [
        ("media_category", Is::Word(CATEGORIES), false),
        ("media_type", Is::Word(TYPES), true),
        ("total_bytes", Is::Count, true),
        ("additional_owners", Is::Ids(0, 100), false),
        ("shared", Is::Flag, false),
    ];
    schema::object(&body, "$", &properties)?;
    let total_bytes = body["total_bytes"].as_u64().unwrap_or(0);
    let category = body["media_category"]
        .as_str()
        .unwrap_or("tweet_image")
        .to_owned();
    let most = largest(&category);
    if total_bytes == 0 || total_bytes > most {
        return Err(refusal::invalid(&format!(
            "$.total_bytes: [{total_bytes}] must be between 1 and {most} for {category}"
        )));
    }
    let id = world.snowflake(call.now);
    let session = Upload {
        owner: account.id.clone(),
        category,
        state: State::Open,
        expires_at: call.now + world.x.settings.media_secs * SECOND,
        alt: None,
        declared_type: body["media_type"].as_str().unwrap_or_default().to_owned(),
        total_bytes,
        segments: BTreeMap::new(),
        file: None,
    };
    let data = json!({ "id": id, "media_key": key(&id, &session.category), "expires_after_secs": left(call, &session) });
    world.x.uploads.insert(id, session);
    Ok(Reply::json(200, &json!({ "data": data })))
}

/// `POST /2/media/upload/{id}/append`; the same index may be sent again.
pub(super) fn append(call: &Call, world: &mut World, account: &Account, id: &str) -> Outcome {
    let parts = call
        .parts()
        .ok_or_else(|| refusal::invalid("$: a multipart/form-data body is required"))?;
    only(&parts, &["media", "segment_index"])?;
    let index = text_of(&parts, "segment_index")
        .and_then(|text| text.trim().parse::<u64>().ok())
        .filter(|index| *index <= 999);
    let index =
        index.ok_or_else(|| refusal::invalid("$.segment_index: must be an integer between 0 and 999"))?;
    let media = parts
        .iter()
        .find(|part| part.name == "media")
        .ok_or_else(|| refusal::invalid("$.media: is missing but it is required"))?;
    if own(call, world, account, id)?.state != State::Open {
        return Err(refusal::invalid(
            "Upload is already finalized, segments can no longer be appended.",
        ));
    }
    let stored = world.blobs.store(media.bytes.clone(), "application/octet-stream");
    let session = own(call, world, account, id)?;
    session.segments.insert(index, (media.bytes.len() as u64, stored));
    Ok(Reply::json(
        200,
        &json!({ "data": { "expires_at": session.expires_at / SECOND } }),
    ))
}

/// `POST /2/media/upload/{id}/finalize`: all segments must be there; a repeat answers the same.
pub(super) fn finalize(call: &Call, world: &mut World, account: &Account, id: &str) -> Outcome {
    let mut session = own(call, world, account, id)?.clone();
    if session.state == State::Open {
        let sent: u64 = session.segments.values().map(|(size, _)| size).sum();
        let gapless = session
            .segments
            .keys()
            .copied()
            .eq(0..session.segments.len() as u64);
        if session.segments.is_empty() || !gapless || sent != session.total_bytes {
            return Err(refusal::invalid(&format!(
                "Segments do not add up to total bytes: got {sent} of {}.",
                session.total_bytes
            )));
        }
        let bytes: Vec<u8> = session
            .segments
            .values()
            .filter_map(|(_, name)| world.blobs.get(name))
            .flat_map(|blob| blob.bytes.iter().copied())
            .collect();
        complete(world, &mut session, id, Bytes::from(bytes))?;
        let settings = &mut world.x.settings;
        let slow = session.category.ends_with("video") || session.category.ends_with("gif");
        let fails = slow && settings.fail_processing > 0;
        settings.fail_processing -= u32::from(fails);
        session.state = if slow && (settings.processing_polls > 0 || fails) {
            State::Processing {
                polls: 0,
                needed: settings.processing_polls,
                fails,
            }
        } else {
            State::Ready
        };
    }
    let data = render_with(call, id, &session, world.x.settings.check_after_secs);
    world.x.uploads.insert(id.to_owned(), session);
    Ok(Reply::json(200, &json!({ "data": data })))
}

/// `GET /2/media/upload?command=STATUS`; each call is one step of processing.
pub(super) fn status(call: &Call, world: &mut World, account: &Account) -> Outcome {
    let id = call
        .query("media_id")
        .ok_or_else(|| refusal::invalid("The `media_id` query parameter can not be empty"))?;
    if call.query("command").is_some_and(|command| command != "STATUS") {
        return Err(refusal::invalid(
            "The `command` query parameter value is not one of [STATUS]",
        ));
    }
    let check_after = world.x.settings.check_after_secs;
    let session = own(call, world, account, &id)?;
    if session.state == State::Open {
        return Err(refusal::invalid("Upload is not finalized."));
    }
    if let State::Processing { polls, needed, fails } = session.state {
        let polls = polls + 1;
        session.state = match (polls >= needed, fails) {
            (false, _) => State::Processing { polls, needed, fails },
            (true, false) => State::Ready,
            (true, true) => State::Failed,
        };
    }
    let data = render_with(call, &id, session, check_after);
    Ok(Reply::json(200, &json!({ "data": data })))
}

/// `POST /2/media/metadata`.
pub(super) fn describe(call: &Call, world: &mut World, account: &Account) -> Outcome {
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("$: a JSON body is required"))?;
    schema::object(
        &body,
        "$",
        &[("id", Is::Id, true), ("metadata", Is::Object, false)],
    )?;
    let id = body["id"].as_str().unwrap_or_default().to_owned();
    let alt = &body["metadata"]["alt_text"];
    if !alt.is_null() {
        schema::object(alt, "$.metadata.alt_text", &[("text", Is::Text, true)])?;
    }
    let text = alt["text"].as_str().map(str::to_owned);
    if text
        .as_ref()
        .is_some_and(|text| text.encode_utf16().count() > 1_000)
    {
        return Err(refusal::invalid(
            "$.metadata.alt_text.text: must be at most 1000 characters long",
        ));
    }
    let session = own(call, world, account, &id)?;
    session.alt.clone_from(&text);
    Ok(Reply::json(
        200,
        &json!({ "data": { "id": id, "associated_metadata": { "alt_text": { "text": text } } } }),
    ))
}

/// An upload of the caller that has not expired.
fn own<'a>(call: &Call, world: &'a mut World, account: &Account, id: &str) -> Result<&'a mut Upload, Reply> {
    let session = world
        .x
        .uploads
        .get_mut(id)
        .filter(|session| session.owner == account.id && session.expires_at > call.now);
    session.ok_or_else(|| refusal::absent("media", "id", id))
}

/// Checks the whole file and stores it.
fn complete(world: &mut World, session: &mut Upload, id: &str, bytes: Bytes) -> Result<(), Reply> {
    let size = bytes.len() as u64;
    let mime = sniff(&bytes).unwrap_or(&session.declared_type).to_owned();
    let fits = match session.category.as_str() {
        "tweet_image" | "dm_image" => {
            ["image/jpeg", "image/png", "image/webp", "image/gif"].contains(&mime.as_str())
        }
        "tweet_gif" | "dm_gif" => mime == "image/gif",
        "tweet_video" | "dm_video" | "amplify_video" => mime.starts_with("video/"),
        _ => true,
    };
    if !fits || size == 0 {
        return Err(refusal::invalid(&format!(
            "Media type {mime} does not fit the category {}.",
            session.category
        )));
    }
    if size > largest(&session.category) {
        return Err(refusal::invalid(&format!(
            "File size exceeds {} bytes.",
            largest(&session.category)
        )));
    }
    let blob = world.blobs.store(bytes, &mime);
    session.file = Some(Attachment {
        id: id.to_owned(),
        alt: None,
        blob,
        bytes: size,
        mime,
    });
    Ok(())
}

fn largest(category: &str) -> u64 {
    match category {
        "tweet_video" | "dm_video" | "amplify_video" => 512 * MEGABYTE,
        "tweet_gif" | "dm_gif" => 15 * MEGABYTE,
        _ => 5 * MEGABYTE,
    }
}

/// The key of an upload: a number for its sort, then its id.
pub(super) fn key(id: &str, category: &str) -> String {
    let sort = if category.ends_with("video") {
        7
    } else if category.ends_with("gif") {
        16
    } else {
        3
    };
    format!("{sort}_{id}")
}

fn left(call: &Call, session: &Upload) -> i64 {
    ((session.expires_at - call.now) / SECOND).max(0)
}

fn render(call: &Call, id: &str, session: &Upload) -> Value {
    render_with(call, id, session, 1)
}

fn render_with(call: &Call, id: &str, session: &Upload, check_after: u32) -> Value {
    let size = session
        .file
        .as_ref()
        .map_or(session.total_bytes, |file| file.bytes);
    let mut data = json!({ "id": id, "media_key": key(id, &session.category), "expires_after_secs": left(call, session), "size": size });
    let slow = session.category.ends_with("video") || session.category.ends_with("gif");
    let processing = match session.state {
        State::Processing { polls: 0, .. } => {
            Some(json!({ "state": "pending", "check_after_secs": check_after }))
        }
        State::Processing { polls, needed, .. } => Some(
            json!({ "state": "in_progress", "check_after_secs": check_after, "progress_percent": polls * 100 / (needed.max(1)) }),
        ),
        State::Ready if slow => Some(json!({ "state": "succeeded", "progress_percent": 100 })),
        State::Failed => Some(
            json!({ "state": "failed", "progress_percent": 100, "error": { "code": 1, "name": "InvalidMedia", "message": "Unsupported video format" } }),
        ),
        State::Ready | State::Open => None,
    };
    if let Some(processing) = processing {
        data["processing_info"] = processing;
    }
    data
}

fn only(parts: &[Part], names: &[&str]) -> Result<(), Reply> {
    match parts.iter().find(|part| !names.contains(&part.name.as_str())) {
        Some(part) => Err(refusal::invalid(&format!(
            "$.{}: is not defined in the schema and the schema does not allow additional properties",
            part.name
        ))),
        None => Ok(()),
    }
}

fn text_of(parts: &[Part], name: &str) -> Option<String> {
    parts.iter().find(|part| part.name == name).map(Part::text)
}
