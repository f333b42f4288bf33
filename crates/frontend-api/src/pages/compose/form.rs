//! The composer's form as it was sent.
//!
//! Names: `all.0.text` is the text of the first part for all channels, `chn_….0.text` that of a channel with its
//! own text; `….media` are ids of files, `….alt.<id>` their descriptions, `….delay` minutes after the part
//! before. `channel` are the chosen channels, `panel` those whose settings were shown, `s.<channel>.<key>` the
//! settings, `own` the channels with their own text, `r.…` the rule by which the post returns.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use postern_domain::content::Document;
use postern_domain::id::{ChannelId, MediaId};
use postern_domain::post::{Intent, MediaRef, MediaUse, NewEntry, NewPost, NewTarget, Post};
use postern_domain::recurrence::NewRecurrence;
use postern_domain::time::{PublishAt, Zone, parse_local};
use postern_domain::value::{Settings, Value};
use postern_domain::{Code, Problem};

use crate::form::Form;
use crate::pages::compose::library::Library;
use crate::pages::compose::returns::{Belongs, Repeat};
use crate::views::read;

/// The group of parts that goes to all channels without their own text.
pub(crate) const SHARED: &str = "all";
/// Most parts of a thread that the form takes.
const MOST_PARTS: usize = 50;

/// What was typed, chosen and attached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ComposeForm {
    /// The version that was read, when a stored post is changed.
    pub(crate) version: Option<u64>,
    /// The parts for all channels.
    pub(crate) shared: Vec<Part>,
    /// The chosen channels.
    pub(crate) channels: Vec<ChannelId>,
    /// The parts of channels with their own text.
    pub(crate) own: BTreeMap<ChannelId, Vec<Part>>,
    /// What was typed into the settings of channels whose settings were shown.
    pub(crate) settings: BTreeMap<ChannelId, BTreeMap<String, String>>,
    /// The local date.
    pub(crate) date: String,
    /// The local time.
    pub(crate) time: String,
    /// The zone.
    pub(crate) zone: String,
    /// How it returns.
    pub(crate) repeat: Repeat,
    /// The recurrence that it belongs to already.
    pub(crate) belongs: Option<Belongs>,
}

/// One part of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its text.
    pub(crate) text: String,
    /// Its files with their descriptions.
    pub(crate) files: Vec<(MediaId, String)>,
    /// Minutes after the part before.
    pub(crate) delay: u64,
}

/// What the author wants to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Keep it.
    Draft,
    /// At the given time.
    Schedule,
    /// At the next free slot.
    Queue,
    /// At once.
    Now,
}

impl Action {
    /// Reads the value of the button that was pressed; pressing Enter schedules.
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "draft" => Self::Draft,
            "queue" => Self::Queue,
            "now" => Self::Now,
            _ => Self::Schedule,
        }
    }
}

impl ComposeForm {
    /// Reads the form.
    pub(crate) fn parse(form: &Form) -> Self {
        let ids = |name: &'static str| -> Vec<ChannelId> {
            form.all(name).filter_map(|id| id.parse().ok()).collect()
        };
        let settings = |channel: &ChannelId| {
            let prefix = format!("s.{channel}.");
            form.below(&prefix)
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect()
        };
        let mut channels = Vec::new();
        for channel in ids("channel") {
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        Self {
            version: form.text("version").parse().ok(),
            shared: parts(form, SHARED),
            channels,
            own: ids("own")
                .into_iter()
                .map(|channel| (channel, parts(form, &channel.to_string())))
                .collect(),
            settings: ids("panel")
                .into_iter()
                .map(|channel| (channel, settings(&channel)))
                .collect(),
            date: form.text("date").trim().to_owned(),
            time: form.text("time").trim().to_owned(),
            zone: form.text("zone").trim().to_owned(),
            repeat: Repeat::parse(form),
            belongs: Belongs::parse(form),
        }
    }

    /// The form that would have made this stored post.
    pub(crate) fn of(post: &Post, settings: &[(ChannelId, Settings)]) -> Self {
        let at = post.publish_at.as_ref();
        let wall = |format: &str| {
            at.map(|at| at.instant.in_zone(&at.zone).strftime(format).to_string())
                .unwrap_or_default()
        };
        Self {
            version: Some(post.version),
            shared: stored(&post.entries),
            channels: settings.iter().map(|(channel, _)| *channel).collect(),
            own: post
                .versions
                .iter()
                .map(|version| (version.channel, stored(&version.entries)))
                .collect(),
            settings: settings
                .iter()
                .map(|(channel, given)| {
                    (
                        *channel,
                        given
                            .iter()
                            .map(|(key, value)| (key.clone(), typed(value)))
                            .collect(),
                    )
                })
                .collect(),
            date: wall("%Y-%m-%d"),
            time: wall("%H:%M"),
            zone: at.map(|at| at.zone.name().to_owned()).unwrap_or_default(),
            repeat: Repeat::default(),
            belongs: None,
        }
    }

    /// What the backend is asked to write, or what of the time cannot be read.
    pub(crate) fn to_post(&self, action: Action, library: &Library) -> Result<NewPost, Vec<Problem>> {
        let intent = self.intent(action);
        // The rule of a post that returns already is another matter.
        let rule = match self.belongs {
            Some(_) => Ok(None),
            None => self.repeat.rule(self),
        };
        match (intent, rule) {
            (Ok(intent), Ok(rule)) => Ok(NewPost {
                recurrence: rule.map(|rule| NewRecurrence::Rule(Box::new(rule))),
                ..self.post_with(intent, library)
            }),
            (Err(problems), _) | (Ok(_), Err(problems)) => Err(problems),
        }
    }

    /// The same for a check while writing, where a time that cannot be read yet does not matter.
    pub(crate) fn to_draft(&self, library: &Library) -> NewPost {
        self.post_with(Intent::Draft(self.publish_at().ok()), library)
    }

    fn post_with(&self, intent: Intent, library: &Library) -> NewPost {
        let targets = self.channels.iter().map(|channel| NewTarget {
            channel: *channel,
            entries: self
                .own
                .get(channel)
                .filter(|parts| !parts.is_empty())
                .map(|parts| entries(parts)),
            settings: self.settings_of(*channel, library),
        });
        NewPost {
            intent,
            entries: entries(&self.shared),
            targets: targets.collect(),
            tags: Vec::new(),
            recurrence: None,
        }
    }

    fn intent(&self, action: Action) -> Result<Intent, Vec<Problem>> {
        match action {
            Action::Now => Ok(Intent::Now),
            Action::Queue => Ok(Intent::Queue),
            // A draft without a date is fine; a date that cannot be read is not silently dropped.
            Action::Draft if self.date.is_empty() => Ok(Intent::Draft(None)),
            Action::Draft => self.publish_at().map(|at| Intent::Draft(Some(at))),
            Action::Schedule => self.publish_at().map(|at| Intent::Schedule {
                at,
                past_is_now: false,
            }),
        }
    }

    fn publish_at(&self) -> Result<PublishAt, Vec<Problem>> {
        let wall = parse_local(&format!("{}T{}", self.date, self.time)).map_err(|_| {
            let given = format!("{} {}", self.date, self.time);
            Problem::new(
                Code::TimeMalformed,
                "/publish_at",
                "date and time are not complete",
                "give both a date and a time",
            )
            .given(given.trim())
        });
        let zone = Zone::parse(&self.zone).map_err(|_| {
            Problem::new(
                Code::ZoneUnknown,
                "/zone",
                "there is no such time zone",
                "choose one of the list",
            )
            .given(&self.zone)
            .allowed("an IANA zone such as Europe/Berlin")
        });
        match (wall, zone) {
            (Ok(wall), Ok(zone)) => Ok(PublishAt::local(wall, zone)),
            (wall, zone) => Err(wall.err().into_iter().chain(zone.err()).collect()),
        }
    }

    /// The settings of a channel by the form of its provider; what was never shown keeps the provider's defaults.
    pub(crate) fn settings_of(&self, channel: ChannelId, library: &Library) -> Settings {
        let Some(given) = self.settings.get(&channel) else {
            return Settings::new();
        };
        let Some(manifest) = library.manifest_of(channel) else {
            return Settings::new();
        };
        let fields = manifest.settings.iter();
        fields
            .filter_map(|field| {
                Some((
                    field.key.clone(),
                    read(field, given.get(&field.key).map(String::as_str))?,
                ))
            })
            .collect()
    }

    /// The parts of a group, for changing them.
    pub(crate) fn group(&mut self, name: &str) -> Option<&mut Vec<Part>> {
        if name == SHARED {
            Some(&mut self.shared)
        } else {
            self.own.get_mut(&name.parse().ok()?)
        }
    }

    /// All files that are used anywhere.
    pub(crate) fn files(&self) -> BTreeSet<MediaId> {
        let parts = self.shared.iter().chain(self.own.values().flatten());
        parts
            .flat_map(|part| part.files.iter().map(|(id, _)| *id))
            .collect()
    }
}

fn parts(form: &Form, group: &str) -> Vec<Part> {
    let prefix = format!("{group}.");
    let numbers = form
        .below(&prefix)
        .filter_map(|(name, _)| name.split('.').next()?.parse::<usize>().ok());
    let count = numbers
        .filter(|number| *number < MOST_PARTS)
        .map(|number| number + 1)
        .max()
        .unwrap_or(1);
    let part = |number: usize| {
        let media = format!("{prefix}{number}.media");
        let files = form.all(&media).filter_map(|id| id.parse::<MediaId>().ok());
        let alt = |id: MediaId| form.text(&format!("{prefix}{number}.alt.{id}")).trim().to_owned();
        Part {
            text: form.text(&format!("{prefix}{number}.text")).replace("\r\n", "\n"),
            files: files.map(|id| (id, alt(id))).collect(),
            delay: form.text(&format!("{prefix}{number}.delay")).parse().unwrap_or(0),
        }
    };
    (0..count).map(part).collect()
}

fn stored(entries: &[postern_domain::post::Entry]) -> Vec<Part> {
    let part = |entry: &postern_domain::post::Entry| Part {
        text: entry.content.to_source(),
        files: entry
            .media
            .iter()
            .map(|used| {
                (
                    used.media.id,
                    used.alt
                        .clone()
                        .or_else(|| used.media.alt.clone())
                        .unwrap_or_default(),
                )
            })
            .collect(),
        delay: entry.delay.as_secs() / 60,
    };
    let parts: Vec<Part> = entries.iter().map(part).collect();
    if parts.is_empty() {
        vec![Part::default()]
    } else {
        parts
    }
}

fn entries(parts: &[Part]) -> Vec<NewEntry> {
    let part = |(number, part): (usize, &Part)| NewEntry {
        content: Document::parse(&part.text),
        media: part
            .files
            .iter()
            .map(|(id, alt)| MediaUse {
                media: MediaRef::Id(*id),
                alt: Some(alt.clone()).filter(|alt| !alt.is_empty()),
            })
            .collect(),
        delay: if number == 0 {
            Duration::ZERO
        } else {
            Duration::from_secs(part.delay.saturating_mul(60))
        },
    };
    parts.iter().enumerate().map(part).collect()
}

/// A stored setting as its input shows it.
fn typed(value: &Value) -> String {
    match value {
        Value::Null | Value::Map(_) => String::new(),
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(items) => items.iter().map(typed).collect::<Vec<_>>().join("\n"),
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
