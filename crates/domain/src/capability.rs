//! The one validation: what a provider takes, checked for every door alike, all problems at once.

use std::time::Duration;

use crate::channel::{Channel, Health};
use crate::content::Document;
use crate::manifest::{Field, FieldKind, Limits, Manifest, MediaLimit, Thread};
use crate::media::{Media, MediaKind};
use crate::problem::{Code, Problem};
use crate::value::{Settings, Value};

/// One post on one channel, complete, before or after it is stored.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// Where it goes.
    pub channel: &'a Channel,
    /// Its entries; the first is the head.
    pub entries: &'a [DraftEntry],
    /// What the author chose for this channel.
    pub settings: &'a Settings,
}

/// One entry of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftEntry {
    /// Its text.
    pub content: Document,
    /// Its files.
    pub media: Vec<DraftMedia>,
    /// How long to wait after the entry before.
    pub delay: Duration,
}

/// One file of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftMedia {
    /// The file.
    pub media: Media,
    /// Words for those who cannot see it.
    pub alt: Option<String>,
}

/// What a draft will look like on its channel, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// Each entry as the platform gets it.
    pub entries: Vec<EntryPreview>,
    /// All problems, with fields relative to the target: `/entries/0/content`, `/settings/title`.
    pub problems: Vec<Problem>,
}

/// One entry as the platform gets it.
#[derive(Clone, PartialEq, Eq)]
pub struct EntryPreview {
    /// The rendered text.
    pub text: String,
    /// Its length in the platform's counting.
    pub length: u32,
    /// The longest it may be.
    pub max: u32,
    /// The unit in words.
    pub unit: String,
}

impl std::fmt::Debug for EntryPreview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EntryPreview({} of {} {})", self.length, self.max, self.unit)
    }
}

/// Checks a draft against the manifest and the channel's own limits.
///
/// `measure` counts a rendered text in the platform's unit.
pub fn check(
    manifest: &Manifest,
    limits: &Limits,
    draft: &Draft<'_>,
    measure: &dyn Fn(&str) -> u32,
) -> Preview {
    let mut preview = Preview::default();
    check_channel(draft.channel, manifest, &mut preview.problems);
    check_thread(manifest, draft.entries, &mut preview.problems);
    for (index, entry) in draft.entries.iter().enumerate() {
        let text = entry.content.render(manifest.editor);
        let seen = EntryPreview {
            length: measure(&text),
            text,
            max: limits.text_max,
            unit: limits.text_unit.clone(),
        };
        check_entry(
            manifest,
            limits,
            entry,
            &seen,
            &format!("/entries/{index}"),
            &mut preview.problems,
        );
        preview.entries.push(seen);
    }
    check_settings(
        &manifest.settings,
        draft.settings,
        "/settings",
        &mut preview.problems,
    );
    preview
}

fn check_channel(channel: &Channel, manifest: &Manifest, problems: &mut Vec<Problem>) {
    if channel.disabled {
        problems.push(Problem::new(
            Code::ChannelDisabled,
            "/channel",
            format!("the channel {} is paused", channel.name),
            "resume it under Channels, or leave it out",
        ));
    }
    match &channel.health {
        Health::Connected => {}
        Health::NeedsReconnect { reason, .. } => problems.push(Problem::new(
            Code::ChannelDisconnected,
            "/channel",
            format!(
                "the channel {} on {} must be connected again: {reason}",
                channel.name, manifest.name
            ),
            "reconnect it under Channels",
        )),
    }
}

fn check_thread(manifest: &Manifest, entries: &[DraftEntry], problems: &mut Vec<Problem>) {
    match manifest.thread {
        Thread::None if entries.len() > 1 => problems.push(
            Problem::new(
                Code::TooManyEntries,
                "/entries",
                format!("{} has no threads or comments", manifest.name),
                "keep the first entry only, or leave this channel out",
            )
            .given(entries.len())
            .allowed("1 entry"),
        ),
        Thread::Comments { media: false } => {
            for (index, _) in entries
                .iter()
                .enumerate()
                .skip(1)
                .filter(|(_, entry)| !entry.media.is_empty())
            {
                problems.push(Problem::new(
                    Code::MediaMix,
                    format!("/entries/{index}/media"),
                    format!("comments on {} carry text only", manifest.name),
                    "move the files to the first entry",
                ));
            }
        }
        Thread::None | Thread::Replies | Thread::Comments { media: true } => {}
    }
}

fn check_entry(
    manifest: &Manifest,
    limits: &Limits,
    entry: &DraftEntry,
    seen: &EntryPreview,
    at: &str,
    problems: &mut Vec<Problem>,
) {
    if entry.content.is_blank() && entry.media.is_empty() {
        problems.push(Problem::new(
            Code::ContentEmpty,
            format!("{at}/content"),
            "there is neither text nor media",
            "write something or attach a file",
        ));
    }
    if seen.length > seen.max {
        problems.push(
            Problem::new(
                Code::TextTooLong,
                format!("{at}/content"),
                format!("the text is too long for {}", manifest.name),
                format!("shorten it by {} {}", seen.length - seen.max, seen.unit),
            )
            .given(format!("{} {}", seen.length, seen.unit))
            .allowed(format!("{} {}", seen.max, seen.unit)),
        );
    }
    check_media(manifest, limits, &entry.media, at, problems);
}

fn check_media(
    manifest: &Manifest,
    limits: &Limits,
    media: &[DraftMedia],
    at: &str,
    problems: &mut Vec<Problem>,
) {
    let name = &manifest.name;
    if limits.media_required && media.is_empty() {
        problems.push(Problem::new(
            Code::MediaRequired,
            format!("{at}/media"),
            format!("{name} wants at least one file"),
            "attach one",
        ));
    }
    if media.len() > limits.media_max as usize {
        problems.push(
            Problem::new(
                Code::MediaTooMany,
                format!("{at}/media"),
                format!("{name} takes at most {} files in one post", limits.media_max),
                "remove some, or split the post into a thread",
            )
            .given(media.len())
            .allowed(limits.media_max),
        );
    }
    let lone = media.iter().find(|file| limits.alone.contains(&file.media.kind));
    if let Some(file) = lone.filter(|_| media.len() > 1) {
        problems.push(Problem::new(
            Code::MediaMix,
            format!("{at}/media"),
            format!(
                "{name} takes one {} alone, with nothing beside it",
                file.media.kind.as_str()
            ),
            "keep that file only, or remove it",
        ));
    }
    for (index, file) in media.iter().enumerate() {
        check_file(name, limits, file, &format!("{at}/media/{index}"), problems);
    }
}

fn check_file(name: &str, limits: &Limits, file: &DraftMedia, at: &str, problems: &mut Vec<Problem>) {
    let media = &file.media;
    let fitting = |limit: &&MediaLimit| limit.kind == media.kind && limit.mimes.contains(&media.mime);
    let Some(limit) = limits.media.iter().find(fitting) else {
        problems.push(unsupported(name, limits, media, at));
        return;
    };
    problems.extend(too_much(name, limit, media, at));
    let alt = file.alt.as_deref().unwrap_or_default().chars().count();
    if alt > limits.alt_max as usize {
        problems.push(
            Problem::new(
                Code::AltTooLong,
                format!("{at}/alt"),
                format!("the alternative text is too long for {name}"),
                "shorten it",
            )
            .given(format!("{alt} characters"))
            .allowed(format!("{} characters", limits.alt_max)),
        );
    }
}

fn unsupported(name: &str, limits: &Limits, media: &Media, at: &str) -> Problem {
    let allowed: Vec<&str> = limits
        .media
        .iter()
        .flat_map(|limit| &limit.mimes)
        .map(String::as_str)
        .collect();
    Problem::new(
        Code::MediaTypeUnsupported,
        at,
        format!("{name} does not take files of this type"),
        "convert the file, or leave this channel out",
    )
    .given(&media.mime)
    .allowed(allowed.join(", "))
}

/// Where a file of a kind that is taken is beyond its bounds.
fn too_much(name: &str, limit: &MediaLimit, media: &Media, at: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if media.bytes > limit.max_bytes {
        problems.push(
            Problem::new(
                Code::MediaTooLarge,
                at,
                format!("the file is too large for {name}"),
                "make it smaller",
            )
            .given(format!("{} bytes", media.bytes))
            .allowed(format!("{} bytes", limit.max_bytes)),
        );
    }
    if let (Some(duration), Some(longest)) = (media.duration, limit.max_duration)
        && duration > longest
    {
        problems.push(
            Problem::new(
                Code::MediaDimensions,
                at,
                format!("the video is too long for {name}"),
                "cut it",
            )
            .given(format!("{} s", duration.as_secs()))
            .allowed(format!("{} s", longest.as_secs())),
        );
    }
    problems
}

/// Checks given settings against a form, for channels' settings and connect forms alike.
pub fn check_settings(form: &[Field], given: &Settings, at: &str, problems: &mut Vec<Problem>) {
    for field in form {
        let path = format!("{at}/{}", field.key);
        match given.get(&field.key).filter(|value| !value.is_blank()) {
            None if field.required && field.default.is_none() => problems.push(
                Problem::new(
                    Code::SettingMissing,
                    path,
                    format!("{} is needed", field.label),
                    format!("give {}", field.key),
                )
                .allowed(allowed_words(&field.kind)),
            ),
            Some(value) if !fits(&field.kind, value) => problems.push(
                Problem::new(
                    Code::SettingInvalid,
                    path,
                    format!("{} has a value that is not allowed", field.label),
                    format!("give {} one of the allowed values", field.key),
                )
                .allowed(allowed_words(&field.kind)),
            ),
            None | Some(_) => {}
        }
    }
}

fn fits(kind: &FieldKind, value: &Value) -> bool {
    match kind {
        FieldKind::Text { min, max } => value.as_text().is_some_and(|text| {
            let length = text.chars().count();
            length >= *min as usize && length <= *max as usize
        }),
        FieldKind::Password => value.as_text().is_some(),
        FieldKind::Url => value
            .as_text()
            .is_some_and(|text| text.starts_with("https://") || text.starts_with("http://")),
        FieldKind::Bool => value.as_bool().is_some(),
        FieldKind::Choice(choices) => value
            .as_text()
            .is_some_and(|text| choices.iter().any(|(choice, _)| choice == text)),
        FieldKind::Integer { min, max } => value
            .as_integer()
            .is_some_and(|number| (*min..=*max).contains(&number)),
        FieldKind::Media => value.as_text().is_some() || value.get("id").is_some(),
        FieldKind::List => matches!(value, Value::List(_)),
    }
}

/// What a field takes, in words for people and assistants.
pub fn allowed_words(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text { min, max } => format!("text of {min} to {max} characters"),
        FieldKind::Password => "text".to_owned(),
        FieldKind::Url => "a web address that begins with https://".to_owned(),
        FieldKind::Bool => "true or false".to_owned(),
        FieldKind::Choice(choices) => choices
            .iter()
            .map(|(value, _)| value.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        FieldKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        FieldKind::Media => "a file of the library".to_owned(),
        FieldKind::List => "a list".to_owned(),
    }
}

/// The limit for one kind of file, where the channel takes it.
pub fn media_limit(limits: &Limits, kind: MediaKind) -> Option<&MediaLimit> {
    limits.media.iter().find(|limit| limit.kind == kind)
}
