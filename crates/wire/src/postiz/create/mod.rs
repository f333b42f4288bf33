//! The body of `POST /posts`.

mod media;
mod returns;

use std::time::Duration;

use postern_domain::actor::Door;
use postern_domain::content::Document;
use postern_domain::id::{ChannelId, PostId, PublicationId};
use postern_domain::post::{Intent, NewEntry, NewPost, NewTarget, PostRef};
use postern_domain::time::{PublishAt, Zone};
use postern_domain::value::Settings;
use postern_domain::{Code, Problem};
use serde_json::Value as Json;

use self::media::read_media;
pub(in crate::postiz) use self::returns::read as read_recurrence;
use crate::lenient;
use crate::moment::in_utc;
use crate::postiz::settings::without_type;

/// The longest delay of a thread entry that is taken: a year, in minutes.
const LONGEST_DELAY: f64 = 525_600.0;

/// What a body asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Create {
    /// The post.
    pub post: NewPost,
    /// What `type` said.
    pub kind: Kind,
    /// The door that the client says it is.
    pub door: Door,
    /// For each target the stored post that it replaces, when the client named one.
    pub revises: Vec<Option<PostRef>>,
    /// The version of the stored post that the client read, when it said so.
    pub expected_version: Option<u64>,
}

/// What shall become of the post, `type` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Kept as a draft.
    Draft,
    /// Published at `date`; also what a missing or unknown word means.
    Schedule,
    /// Published at once.
    Now,
    /// A stored post keeps its state and takes the new content and date; a new one is scheduled.
    Update,
}

impl Kind {
    fn read(json: Option<&Json>) -> Self {
        let word = json.and_then(lenient::text).unwrap_or_default();
        match word.trim().to_ascii_lowercase().as_str() {
            "draft" => Self::Draft,
            "now" => Self::Now,
            "update" => Self::Update,
            _ => Self::Schedule,
        }
    }
}

/// Reads the body of `POST /posts`; `zone` is where the author's clock stands.
///
/// Lenient as its clients need: unknown fields are ignored, numbers may be texts, `type` may be missing, a time
/// without zone is UTC. Entries equal to those of the first channel become the post's own.
/// Errors: all problems at once, with the pointers of [`NewPost`].
pub fn parse_create(body: &Json, zone: &Zone) -> Result<Create, Vec<Problem>> {
    let mut problems = Vec::new();
    if !body.is_object() {
        problems.push(not_an_object());
        return Err(problems);
    }
    let kind = Kind::read(body.get("type"));
    let intent = read_intent(kind, body.get("date"), zone, &mut problems);
    let recurrence = returns::read(body, intent.as_ref(), zone, &mut problems);
    let read = read_parts(body, &mut problems);
    let expected_version = read_version(body.get("expectedVersion"), &mut problems);
    let (Some(intent), true) = (intent, problems.is_empty()) else {
        return Err(problems);
    };
    let mut asked = put_together(kind, intent, read, body);
    asked.post.recurrence = recurrence;
    asked.expected_version = expected_version;
    Ok(asked)
}

/// The content of a body alone, whatever its time.
pub(in crate::postiz) fn parse_content(body: &Json) -> Result<NewPost, Vec<Problem>> {
    let mut problems = Vec::new();
    let read = read_parts(body, &mut problems);
    if problems.is_empty() {
        Ok(put_together(Kind::Draft, Intent::Draft(None), read, body).post)
    } else {
        Err(problems)
    }
}

fn read_parts(body: &Json, problems: &mut Vec<Problem>) -> Vec<Part> {
    let asked = match body.get("posts") {
        Some(Json::Array(posts)) if !posts.is_empty() => posts.as_slice(),
        _ => {
            problems.push(missing(
                "/targets",
                "must name at least one channel",
                "send a list `posts`",
            ));
            &[]
        }
    };
    let read: Vec<Part> = asked
        .iter()
        .enumerate()
        .filter_map(|(index, post)| read_part(index, post, problems))
        .collect();
    check_channels(&read, problems);
    read
}

/// One element of `posts`.
struct Part {
    index: usize,
    channel: ChannelId,
    entries: Vec<NewEntry>,
    settings: Settings,
    revises: Option<PostRef>,
}

/// A channel takes a post once.
fn check_channels(parts: &[Part], problems: &mut Vec<Problem>) {
    for (index, part) in parts.iter().enumerate() {
        if parts[..index]
            .iter()
            .any(|earlier| earlier.channel == part.channel)
        {
            let field = format!("/targets/{}/channel", part.index);
            let fix = "name each channel once, or send two requests";
            problems.push(malformed(&field, "names a channel twice", fix).given(part.channel));
        }
    }
}

fn put_together(kind: Kind, intent: Intent, parts: Vec<Part>, body: &Json) -> Create {
    let entries = parts.first().map(|part| part.entries.clone()).unwrap_or_default();
    let revises = parts.iter().map(|part| part.revises).collect();
    let targets = parts
        .into_iter()
        .map(|part| NewTarget {
            channel: part.channel,
            entries: Some(part.entries).filter(|own| *own != entries),
            settings: part.settings,
        })
        .collect();
    let is_cli = lenient::filled(body.get("creationMethod")).is_some_and(|it| it == "CLI");
    Create {
        post: NewPost {
            intent,
            entries,
            targets,
            tags: read_tags(body.get("tags")),
            recurrence: None,
        },
        kind,
        door: if is_cli { Door::Cli } else { Door::Rest },
        revises,
        expected_version: None,
    }
}

/// The version that `GET /posts/{id}` answered with; a field of ours.
pub(in crate::postiz) fn read_version(version: Option<&Json>, problems: &mut Vec<Problem>) -> Option<u64> {
    let given = version.filter(|given| !given.is_null())?;
    let number = match given {
        Json::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    };
    if number.is_none() {
        let fix = "send the version that the post was read with, or leave it out";
        problems.push(malformed("/expected_version", "must be a whole number", fix).allowed("1 or more"));
    }
    number
}

fn read_intent(kind: Kind, date: Option<&Json>, zone: &Zone, problems: &mut Vec<Problem>) -> Option<Intent> {
    if kind == Kind::Now {
        return Some(Intent::Now);
    }
    let Some(text) = lenient::filled(date) else {
        if kind == Kind::Draft {
            return Some(Intent::Draft(None));
        }
        let fix = "send a date and time of the form 2026-01-15T10:00:00Z, or type now";
        problems.push(missing(
            "/publish_at",
            "must be a valid ISO 8601 date string",
            fix,
        ));
        return None;
    };
    match in_utc(&text, "/publish_at") {
        Ok(instant) => {
            let at = PublishAt::at(instant, zone.clone());
            Some(match kind {
                Kind::Draft => Intent::Draft(Some(at)),
                Kind::Schedule | Kind::Update | Kind::Now => Intent::Schedule {
                    at,
                    past_is_now: true,
                },
            })
        }
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

fn read_part(index: usize, post: &Json, problems: &mut Vec<Problem>) -> Option<Part> {
    let at = &format!("/targets/{index}");
    let channel = read_channel(post, at, problems);
    let entries = read_entries(post.get("value"), at, problems);
    let settings = match post.get("settings") {
        Some(Json::Object(members)) => without_type(members),
        _ => Settings::new(),
    };
    Some(Part {
        index,
        channel: channel?,
        entries,
        settings,
        revises: revises(post),
    })
}

pub(in crate::postiz) fn read_channel(
    post: &Json,
    at: &str,
    problems: &mut Vec<Problem>,
) -> Option<ChannelId> {
    let field = format!("{at}/channel");
    let Some(id) = lenient::filled(post.pointer("/integration/id")) else {
        problems.push(missing(
            &field,
            "All posts must have an integration id",
            "list the channels and send the id of one as integration.id",
        ));
        return None;
    };
    id.parse()
        .map_err(|_| {
            problems.push(
                Problem::new(
                    Code::UnknownChannel,
                    field,
                    "there is no such channel in this workspace",
                    "list the channels and use one of their ids",
                )
                .given(&id),
            );
        })
        .ok()
}

/// The stored post that an element replaces: named by its group, or by the id of its first part. Ids that are not
/// ours mean nothing, as clients make them up.
fn revises(post: &Json) -> Option<PostRef> {
    let first = lenient::filled(post.pointer("/value/0/id"));
    let part = first.and_then(|id| id.parse::<PublicationId>().ok());
    let group = lenient::filled(post.get("group")).and_then(|id| id.parse::<PostId>().ok());
    part.map(PostRef::Publication).or(group.map(PostRef::Post))
}

pub(in crate::postiz) fn read_entries(
    value: Option<&Json>,
    at: &str,
    problems: &mut Vec<Problem>,
) -> Vec<NewEntry> {
    let Some(Json::Array(parts)) = value.filter(|value| value.as_array().is_some_and(|it| !it.is_empty()))
    else {
        let fix = "send a list `value` with at least one element {\"content\": ..., \"image\": []}";
        problems.push(missing(
            &format!("{at}/entries"),
            "must hold at least one element",
            fix,
        ));
        return Vec::new();
    };
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| read_entry(index, part, &format!("{at}/entries/{index}"), problems))
        .collect()
}

fn read_entry(index: usize, part: &Json, at: &str, problems: &mut Vec<Problem>) -> NewEntry {
    let content = match part.get("content") {
        None | Some(Json::Null) => String::new(),
        Some(json) => lenient::text(json).unwrap_or_else(|| {
            problems.push(malformed(
                &format!("{at}/content"),
                "must be a string",
                "send text or HTML",
            ));
            String::new()
        }),
    };
    NewEntry {
        content: Document::parse(&content),
        media: read_media(part.get("image"), at, problems),
        // Clients put the delay of their thread on every part; before the first there is nothing to wait for.
        delay: read_delay(part.get("delay"), at, problems)
            .filter(|_| index > 0)
            .unwrap_or_default(),
    }
}

fn read_delay(delay: Option<&Json>, at: &str, problems: &mut Vec<Problem>) -> Option<Duration> {
    let given = delay.filter(|given| !given.is_null() && given.as_str() != Some(""))?;
    match lenient::number(given) {
        Some(minutes) if (0.0..=LONGEST_DELAY).contains(&minutes) => {
            Some(Duration::from_secs_f64(minutes * 60.0))
        }
        _ => {
            let field = format!("{at}/delay");
            problems.push(
                malformed(
                    &field,
                    "must be a number of minutes",
                    "send minutes, for example 10",
                )
                .allowed("0 to 525600"),
            );
            None
        }
    }
}

/// Labels by name: `{"value", "label"}` as the compatible API has them, or bare texts.
pub(in crate::postiz) fn read_tags(tags: Option<&Json>) -> Vec<String> {
    let mut names = Vec::new();
    for tag in tags.and_then(Json::as_array).into_iter().flatten() {
        let name = match tag {
            Json::String(_) => lenient::filled(Some(tag)),
            _ => lenient::filled(tag.get("label")).or_else(|| lenient::filled(tag.get("value"))),
        };
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

pub(in crate::postiz) fn not_an_object() -> Problem {
    malformed(
        "",
        "the body must be a JSON object",
        "send an object with content type application/json",
    )
}

pub(in crate::postiz) fn missing(field: &str, detail: &str, fix: &str) -> Problem {
    Problem::new(Code::MissingField, field, detail, fix)
}

pub(in crate::postiz) fn malformed(field: &str, detail: &str, fix: &str) -> Problem {
    Problem::new(Code::Malformed, field, detail, fix)
}

#[cfg(test)]
mod tests;
