//! Uploads of images, documents and videos.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::oauth::{self, Token};
use super::{refusal, urn_of};
use crate::blob::{hex, sniff};
use crate::call::Call;
use crate::reply::{Outcome, Reply};
use crate::time::{DAY, Millis, SECOND};
use crate::world::{Attachment, World};

/// Bytes of every part of a video but the last.
const PART: u64 = 4_194_304;
const MAX_VIDEO: u64 = 524_288_000;
const MAX_DOCUMENT: u64 = 104_857_600;
/// Upload addresses live about this long.
const UPLOAD_LIFE: Millis = 30 * DAY;

/// Something being uploaded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asset {
    /// `images`, `videos` or `documents`.
    pub kind: String,
    /// The member as a URN.
    pub owner: String,
    pub state: State,
    pub made_at: Millis,
    pub size: u64,
    pub token: String,
    /// Stored name and ETag of each part; images and documents have one.
    pub parts: Vec<Option<(String, String)>>,
    pub file: Option<Attachment>,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    WaitingUpload,
    /// Available or failed after so many more reads, or at that time.
    Processing {
        polls: u32,
        ready_at: Millis,
        fails: bool,
    },
    Available,
    Failed,
}

/// `POST /rest/{images|videos|documents}?action=...`.
pub(super) fn action(call: &Call, world: &mut World, token: &Token, kind: &str) -> Outcome {
    if !token.may(&["w_member_social", "w_organization_social"]) {
        return Err(refusal::denied(&format!("{kind}.ACTION.POST")));
    }
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("Request body must be JSON"))?;
    match (call.query("action").as_deref(), kind) {
        (Some("initializeUpload"), _) => {
            initialize(call, world, token, kind, &body["initializeUploadRequest"])
        }
        (Some("finalizeUpload"), "videos") => finalize(call, world, token, &body["finalizeUploadRequest"]),
        _ => Err(refusal::invalid("Invalid action for this resource")),
    }
}

fn initialize(call: &Call, world: &mut World, token: &Token, kind: &str, request: &Value) -> Outcome {
    let owner = request["owner"].as_str().unwrap_or_default();
    if owner != token.person() {
        return Err(refusal::denied("the owner must be the member of the token"));
    }
    let size = request["fileSizeBytes"].as_u64();
    let size = match (kind, size) {
        ("videos", Some(size)) if (1..=MAX_VIDEO).contains(&size) => size,
        ("videos", _) => {
            return Err(refusal::invalid(
                "ERROR :: /initializeUploadRequest/fileSizeBytes :: field is required but not found or out of range",
            ));
        }
        _ => 0,
    };
    let count = usize::try_from(size.div_ceil(PART)).unwrap_or(0).max(1);
    let id = world.snowflake(call.now);
    let name = format!("C4{}{id}", if kind == "videos" { "D" } else { "E" });
    let urn = format!("urn:li:{}:{name}", kind.trim_end_matches('s'));
    let expires = call.now + UPLOAD_LIFE;
    let address = |part: usize| format!("{}/linkedin/upload/{kind}/{name}/{part}", call.base);
    let upload_token = if kind == "videos" {
        world.random.word(24)
    } else {
        String::new()
    };
    let value = if kind == "videos" {
        let instructions: Vec<Value> = (0..count)
            .map(|part| {
                let first = part as u64 * PART;
                json!({ "uploadUrl": address(part), "firstByte": first, "lastByte": (first + PART).min(size) - 1 })
            })
            .collect();
        json!({ "uploadUrlsExpireAt": expires, "video": urn, "uploadInstructions": instructions, "uploadToken": upload_token })
    } else {
        json!({ "uploadUrlExpiresAt": expires, "uploadUrl": address(0), kind.trim_end_matches('s'): urn })
    };
    let asset = Asset {
        kind: kind.to_owned(),
        owner: owner.to_owned(),
        state: State::WaitingUpload,
        made_at: call.now,
        size,
        token: upload_token,
        parts: vec![None; count],
        file: None,
    };
    world.linkedin.assets.insert(urn, asset);
    Ok(Reply::json(200, &json!({ "value": value })))
}

/// `PUT` to an upload address: with the bearer for images and documents, without for parts of videos.
pub(super) fn put(call: &Call, world: &mut World, rest: &[&str]) -> Outcome {
    let [kind, name, part] = rest else {
        return Err(Reply::empty(404));
    };
    let urn = format!("urn:li:{}:{name}", kind.trim_end_matches('s'));
    let part: usize = part.parse().map_err(|_| Reply::empty(404))?;
    let asset = world
        .linkedin
        .assets
        .get(&urn)
        .ok_or_else(|| Reply::empty(404))?
        .clone();
    if call.now - asset.made_at > UPLOAD_LIFE {
        return Err(refusal::token(
            65_600,
            "EXPIRED_UPLOAD_URL",
            "The upload URL has expired",
        ));
    }
    if asset.kind == "videos" {
        return put_part(call, world, &urn, &asset, part);
    }
    let token = oauth::bearer(call, world)?;
    if token.person() != asset.owner {
        return Err(refusal::denied("upload"));
    }
    check_file(call, &asset.kind)?;
    let mime = sniff(&call.body).unwrap_or("application/octet-stream").to_owned();
    let blob = world.blobs.store(call.body.clone(), &mime);
    let wait = world.linkedin.settings.image_secs * SECOND;
    if let Some(asset) = world.linkedin.assets.get_mut(&urn) {
        asset.file = Some(Attachment {
            id: urn.clone(),
            alt: None,
            blob,
            bytes: call.body.len() as u64,
            mime,
        });
        asset.state = if wait > 0 {
            State::Processing {
                polls: 0,
                ready_at: call.now + wait,
                fails: false,
            }
        } else {
            State::Available
        };
    }
    Ok(Reply::empty(201))
}

fn check_file(call: &Call, kind: &str) -> Result<(), Reply> {
    let mime = sniff(&call.body).unwrap_or_default();
    let size = call.body.len() as u64;
    let fits = match kind {
        "images" => ["image/jpeg", "image/png", "image/gif"].contains(&mime),
        _ => size <= MAX_DOCUMENT,
    };
    if size == 0 || !fits {
        return Err(refusal::invalid(&format!(
            "The uploaded file of type {mime:?} and {size} bytes is not allowed for {kind}"
        )));
    }
    let pixels = imagesize::blob_size(&call.body).map_or(0, |found| found.width * found.height);
    if kind == "images" && pixels >= 36_152_320 {
        return Err(refusal::invalid("The image has too many pixels"));
    }
    Ok(())
}

fn put_part(call: &Call, world: &mut World, urn: &str, asset: &Asset, part: usize) -> Outcome {
    if call.header("authorization").is_some() {
        return Err(refusal::token(
            65_600,
            "INVALID_ACCESS_TOKEN",
            "Upload URLs of videos take no Authorization header",
        ));
    }
    if part >= asset.parts.len() {
        return Err(Reply::empty(404));
    }
    let first = part as u64 * PART;
    let wanted = (first + PART).min(asset.size) - first;
    if call.body.len() as u64 != wanted {
        return Err(refusal::invalid(&format!(
            "Part {part} must have {wanted} bytes, got {}",
            call.body.len()
        )));
    }
    let blob = world.blobs.store(call.body.clone(), "application/octet-stream");
    let etag = format!(
        "{}-{}",
        &blob[..16],
        hex(&[u8::try_from(part % 256).unwrap_or(0)])
    );
    if let Some(asset) = world.linkedin.assets.get_mut(urn) {
        asset.parts[part] = Some((blob, etag.clone()));
    }
    Ok(Reply::empty(200).with("etag", etag))
}

fn finalize(call: &Call, world: &mut World, token: &Token, request: &Value) -> Outcome {
    let urn = request["video"].as_str().unwrap_or_default().to_owned();
    let asset = world
        .linkedin
        .assets
        .get(&urn)
        .filter(|asset| asset.owner == token.person())
        .cloned();
    let asset = asset.ok_or_else(|| refusal::invalid("Unknown video URN"))?;
    if request["uploadToken"] != asset.token.as_str() {
        return Err(refusal::invalid(
            "uploadToken does not match the initialized upload",
        ));
    }
    let sent: Vec<&str> = asset
        .parts
        .iter()
        .flatten()
        .map(|(_, etag)| etag.as_str())
        .collect();
    let claimed: Vec<&str> = request["uploadedPartIds"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if sent.len() != asset.parts.len() || claimed != sent {
        return Err(refusal::invalid(
            "uploadedPartIds must be the ETags of all parts in order",
        ));
    }
    if asset.state != State::WaitingUpload {
        return Ok(Reply::empty(200));
    }
    let file = join(world, &asset, &urn);
    let settings = &mut world.linkedin.settings;
    let fails = settings.fail_processing > 0 || !file.mime.starts_with("video/");
    settings.fail_processing = settings.fail_processing.saturating_sub(1);
    let state = State::Processing {
        polls: settings.processing_polls,
        ready_at: call.now,
        fails,
    };
    if let Some(asset) = world.linkedin.assets.get_mut(&urn) {
        asset.file = Some(file);
        asset.state = state;
    }
    Ok(Reply::empty(200))
}

/// The parts of a video as one file.
fn join(world: &mut World, asset: &Asset, urn: &str) -> Attachment {
    let names = asset.parts.iter().flatten().map(|(name, _)| name);
    let bytes: Vec<u8> = names
        .filter_map(|name| world.blobs.get(name))
        .flat_map(|blob| blob.bytes.iter().copied())
        .collect();
    let size = bytes.len() as u64;
    let blob = world.blobs.store(bytes.into(), "application/octet-stream");
    let mime = world
        .blobs
        .get(&blob)
        .map(|blob| blob.mime.clone())
        .unwrap_or_default();
    Attachment {
        id: urn.to_owned(),
        alt: None,
        blob,
        bytes: size,
        mime,
    }
}

/// `GET /rest/{images|videos|documents}/{urn}`: members may read their videos; each read is a step.
pub(super) fn show(call: &Call, world: &mut World, token: &Token, kind: &str, segment: &str) -> Outcome {
    let urn = urn_of(segment)?;
    if kind != "videos" && !token.may(&["r_member_social"]) {
        return Err(refusal::denied(&format!("{kind}.GET")));
    }
    let asset = world
        .linkedin
        .assets
        .get_mut(&urn)
        .filter(|asset| asset.owner == token.person() && asset.kind == kind);
    let asset = asset.ok_or_else(|| refusal::error(404, "NOT_FOUND", &format!("Could not find {urn}")))?;
    let shown = match asset.state {
        State::Processing {
            polls: 0,
            ready_at,
            fails,
        } if ready_at <= call.now => {
            asset.state = if fails { State::Failed } else { State::Available };
            asset.state
        }
        State::Processing {
            polls,
            ready_at,
            fails,
        } => {
            asset.state = State::Processing {
                polls: polls.saturating_sub(1),
                ready_at,
                fails,
            };
            asset.state
        }
        settled @ (State::WaitingUpload | State::Available | State::Failed) => settled,
    };
    let mut body = json!({ "id": urn, "owner": asset.owner, "status": word(shown) });
    if shown == State::Failed {
        body["processingFailureReason"] = "The video could not be processed".into();
    }
    Ok(Reply::json(200, &body))
}

fn word(state: State) -> &'static str {
    match state {
        State::WaitingUpload => "WAITING_UPLOAD",
        State::Processing { .. } => "PROCESSING",
        State::Available => "AVAILABLE",
        State::Failed => "PROCESSING_FAILED",
    }
}

/// The file behind a URN for a post of that owner, if it is available.
pub(super) fn available(world: &World, owner: &str, urn: &str, now: Millis) -> Result<Attachment, Reply> {
    let asset = world
        .linkedin
        .assets
        .get(urn)
        .filter(|asset| asset.owner == owner);
    let asset = asset.ok_or_else(|| {
        refusal::input(
            422,
            "INVALID_CONTENT",
            "The media does not exist",
            &format!("Media asset {urn} does not exist"),
        )
    })?;
    let refuse = |code: &str| {
        Err(refusal::input(
            422,
            code,
            "The media cannot be used yet",
            &format!("{code}: {urn}"),
        ))
    };
    match asset.state {
        State::WaitingUpload => refuse("MEDIA_ASSET_WAITING_UPLOAD"),
        State::Processing {
            polls: 0,
            ready_at,
            fails: false,
        } if asset.kind != "videos" && ready_at <= now => file(asset, urn),
        State::Processing { .. } => refuse("MEDIA_ASSET_PROCESSING"),
        State::Failed => refuse("MEDIA_ASSET_PROCESSING_FAILED"),
        State::Available => file(asset, urn),
    }
}

fn file(asset: &Asset, urn: &str) -> Result<Attachment, Reply> {
    asset.file.clone().ok_or_else(|| {
        refusal::input(
            422,
            "MEDIA_ASSET_WAITING_UPLOAD",
            "The media cannot be used yet",
            urn,
        )
    })
}
