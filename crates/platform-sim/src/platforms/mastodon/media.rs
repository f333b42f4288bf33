//! Uploads and their processing.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Visit, instance, oauth, refusal};
use crate::blob;
use crate::multipart::Part;
use crate::reply::{Outcome, Reply};
use crate::world::{Attachment, World};

/// Types that an instance accepts.
pub(super) const TYPES: [&str; 13] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/webp",
    "image/avif",
    "video/webm",
    "video/mp4",
    "video/quicktime",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
];

/// Largest description in characters.
const MAX_DESCRIPTION: usize = 1_500;

/// A file waiting to be shown with a status.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Medium {
    pub owner: String,
    pub file: Attachment,
    pub sort: Sort,
    pub state: State,
    /// The status that shows it.
    pub attached_to: Option<String>,
}

/// What a file is to readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    Image,
    Gifv,
    Video,
    Audio,
}

/// How far processing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// So many polls still answer 206; then it is ready, or has failed.
    Processing {
        polls: u32,
        fails: bool,
    },
    Ready,
    Failed,
}

/// `POST /api/v2/media`, and the deprecated `/api/v1/media` that waits until all is done.
pub(super) fn upload(visit: &Visit<'_>, world: &mut World, version: &str) -> Outcome {
    let bearer = oauth::bearer(visit, world, &["write:media"])?;
    if visit.call.content_length().is_none() {
        return Err(Reply::raw(
            411,
            "text/html",
            "<html><head><title>411 Length Required</title></head></html>",
        ));
    }
    let budget = instance::of(world, &visit.realm).spend_upload(&bearer.account, visit.call.now);
    if budget.exhausted {
        return Err(refusal::limited(budget.limit, budget.reset));
    }
    let parts = visit.call.parts().unwrap_or_default();
    let file = parts
        .iter()
        .find(|part| part.name == "file" && part.file_name.is_some());
    let file = file.ok_or_else(|| refusal::invalid("File can't be blank"))?;
    let description = parts
        .iter()
        .find(|part| part.name == "description")
        .map(Part::text);
    let (mime, sort) = accept(instance::of(world, &visit.realm), file, description.as_deref())?;
    let id = world.snowflake(visit.call.now);
    let blob = world.blobs.store(file.bytes.clone(), &mime);
    let state = first_state(&mut instance::of(world, &visit.realm).settings, sort, version);
    if state == State::Failed {
        return Err(refusal::error(
            500,
            "Error processing thumbnail for uploaded media",
        ));
    }
    let medium = Medium {
        owner: bearer.account,
        file: Attachment {
            id: id.clone(),
            alt: description,
            blob,
            bytes: file.bytes.len() as u64,
            mime,
        },
        sort,
        state,
        attached_to: None,
    };
    let status = if medium.state == State::Ready { 200 } else { 202 };
    let body = render(visit, &medium);
    instance::of(world, &visit.realm).media.insert(id, medium);
    Ok(Reply::json(status, &body))
}

/// The state of a fresh upload; the first version of the endpoint answers when all is done.
fn first_state(settings: &mut instance::Settings, sort: Sort, version: &str) -> State {
    let polls = if sort == Sort::Image {
        settings.image_polls
    } else {
        settings.processing_polls
    };
    let fails = settings.fail_processing > 0;
    settings.fail_processing = settings.fail_processing.saturating_sub(1);
    match (polls, fails) {
        (1.., fails) if version == "v2" => State::Processing { polls, fails },
        (_, false) => State::Ready,
        (_, true) => State::Failed,
    }
}

/// Checks type and sizes; a type must be declared, allowed, and true.
fn accept(
    instance: &instance::Instance,
    file: &Part,
    description: Option<&str>,
) -> Result<(String, Sort), Reply> {
    let declared = file.content_type.clone().unwrap_or_default().to_lowercase();
    let actual = blob::sniff(&file.bytes).unwrap_or(&declared).to_owned();
    if !TYPES.contains(&declared.as_str()) || !TYPES.contains(&actual.as_str()) || file.bytes.is_empty() {
        return Err(refusal::invalid("File content type is invalid, File is invalid"));
    }
    let sort = match actual.split('/').next().unwrap_or_default() {
        "image" if actual == "image/gif" => Sort::Gifv,
        "image" => Sort::Image,
        "audio" => Sort::Audio,
        _ => Sort::Video,
    };
    let size = file.bytes.len() as u64;
    if size > instance.settings.video_size_limit {
        return Err(refusal::error(413, "Payload Too Large"));
    }
    if matches!(sort, Sort::Image | Sort::Gifv) && size > instance.settings.image_size_limit {
        return Err(refusal::invalid(&format!(
            "File must be less than {} MB",
            instance.settings.image_size_limit / 1_048_576
        )));
    }
    if description.is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
        return Err(refusal::invalid(&format!(
            "Description is too long (maximum is {MAX_DESCRIPTION} characters)"
        )));
    }
    Ok((actual, sort))
}

/// `GET /api/v1/media/{id}`; each call is one step of processing.
pub(super) fn show(visit: &Visit<'_>, world: &mut World, id: &str) -> Outcome {
    let medium = own(visit, world, id)?;
    let (status, next) = match medium.state {
        State::Ready
        | State::Processing {
            polls: 0,
            fails: false,
        } => (200, State::Ready),
        State::Failed
        | State::Processing {
            polls: 0,
            fails: true,
        } => (422, State::Failed),
        State::Processing { polls, fails } => (
            206,
            State::Processing {
                polls: polls - 1,
                fails,
            },
        ),
    };
    medium.state = next;
    if status == 422 {
        return Err(refusal::error(
            422,
            "Error processing thumbnail for uploaded media",
        ));
    }
    let body = render(visit, medium);
    Ok(Reply::json(status, &body))
}

/// `PUT /api/v1/media/{id}`: another description.
pub(super) fn describe(visit: &Visit<'_>, world: &mut World, id: &str) -> Outcome {
    let params = visit.call.params();
    let medium = own(visit, world, id)?;
    if let Some(description) = params.get("description") {
        if description.chars().count() > MAX_DESCRIPTION {
            return Err(refusal::invalid(&format!(
                "Description is too long (maximum is {MAX_DESCRIPTION} characters)"
            )));
        }
        medium.file.alt = Some(description.to_owned());
    }
    let body = render(visit, medium);
    Ok(Reply::json(200, &body))
}

/// An upload of the caller that no status shows yet.
fn own<'a>(visit: &Visit<'_>, world: &'a mut World, id: &str) -> Result<&'a mut Medium, Reply> {
    let bearer = oauth::bearer(visit, world, &["write:media"])?;
    let medium = instance::of(world, &visit.realm).media.get_mut(id);
    medium
        .filter(|medium| medium.owner == bearer.account && medium.attached_to.is_none())
        .ok_or_else(refusal::absent)
}

/// A file in the API's form; its address appears when it is ready.
pub(super) fn render(visit: &Visit<'_>, medium: &Medium) -> Value {
    let address = (medium.state == State::Ready)
        .then(|| format!("{}/_sim/media/{}", visit.call.base, medium.file.blob));
    json!({
        "id": medium.file.id, "type": medium.sort, "url": address, "preview_url": address, "remote_url": null,
        "preview_remote_url": null, "text_url": null, "meta": {}, "description": medium.file.alt, "blurhash": null,
    })
}
