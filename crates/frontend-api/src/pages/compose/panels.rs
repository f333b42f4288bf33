//! The pieces of the composer: chips of channels, parts with their files, settings of a channel.

use postern_domain::channel::{Channel, Health};
use postern_domain::id::ChannelId;
use postern_domain::manifest::Thread;
use postern_domain::media::MediaKind;
use postern_domain::value::Value;

use crate::deps::App;
use crate::pages::compose::form::{ComposeForm, Part};
use crate::pages::compose::library::Library;
use crate::views::{Avatar, Field, ProblemList, Problems};
use crate::words;

/// A channel that can be chosen.
pub(crate) struct Choice {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its platform.
    pub(crate) platform: String,
    /// Its picture.
    pub(crate) avatar: Avatar,
    /// Whether it is chosen.
    pub(crate) checked: bool,
    /// Why it cannot publish at the moment.
    pub(crate) trouble: Option<&'static str>,
}

/// The parts of one text.
pub(crate) struct Group {
    /// Its name in the form.
    pub(crate) name: String,
    /// What concerns no single part.
    pub(crate) problems: ProblemList,
    /// Its parts.
    pub(crate) parts: Vec<PartView>,
}

/// One part.
pub(crate) struct PartView {
    /// What stands before its names, for example `all.0`.
    pub(crate) name: String,
    /// Which it is, from 0.
    pub(crate) number: usize,
    /// Its text.
    pub(crate) text: String,
    /// Its files.
    pub(crate) files: Vec<File>,
    /// Minutes after the part before.
    pub(crate) delay: u64,
    /// What is wrong with it.
    pub(crate) problems: ProblemList,
}

/// One attached file.
pub(crate) struct File {
    /// Its id.
    pub(crate) id: String,
    /// Its name and size.
    pub(crate) label: String,
    /// Where its picture is.
    pub(crate) picture: Option<String>,
    /// Its description.
    pub(crate) alt: String,
}

/// What is chosen for one channel alone.
pub(crate) struct Panel {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its platform.
    pub(crate) platform: String,
    /// Its picture.
    pub(crate) avatar: Avatar,
    /// What the platform lets an author choose.
    pub(crate) fields: Vec<Field>,
    /// Its own text, when it has one.
    pub(crate) own: Option<Group>,
    /// What the platform makes of further parts, when there are any.
    pub(crate) note: &'static str,
    /// Whether the panel opens by itself.
    pub(crate) open: bool,
}

impl Choice {
    /// The chip of `channel`.
    pub(crate) fn new(channel: &Channel, form: &ComposeForm, library: &Library) -> Self {
        Self {
            id: channel.id.to_string(),
            name: if channel.name.is_empty() {
                channel.handle.clone()
            } else {
                channel.name.clone()
            },
            platform: platform(channel, library),
            avatar: Avatar::of(channel).small(),
            checked: form.channels.contains(&channel.id),
            trouble: match (&channel.health, channel.disabled) {
                (_, true) => Some("paused"),
                (Health::NeedsReconnect { .. }, false) => Some("needs reconnect"),
                (Health::Connected, false) => None,
            },
        }
    }
}

impl Group {
    /// The group `name` with the problems that point below any of `pointers`.
    pub(crate) fn new(
        app: &App,
        name: &str,
        parts: &[Part],
        pointers: &[String],
        library: &Library,
        problems: &mut Problems,
    ) -> Self {
        let gather = |problems: &mut Problems, below: &str, at: String| {
            let mut list = ProblemList {
                id: at,
                items: Vec::new(),
            };
            for pointer in pointers {
                for problem in problems.below(&format!("{pointer}{below}")).items {
                    // Two channels of the same platform say the same; once is enough.
                    if !list.items.iter().any(|known| known.detail == problem.detail) {
                        list.items.push(problem);
                    }
                }
            }
            list
        };
        let views = parts.iter().enumerate().map(|(number, part)| PartView {
            name: format!("{name}.{number}"),
            number,
            text: part.text.clone(),
            files: part
                .files
                .iter()
                .filter_map(|(id, alt)| File::new(app, *id, alt, library))
                .collect(),
            delay: part.delay,
            problems: gather(
                problems,
                &format!("/{number}"),
                format!("problems-{name}-{number}"),
            ),
        });
        let parts = views.collect();
        Self {
            name: name.to_owned(),
            parts,
            problems: gather(problems, "", format!("problems-{name}")),
        }
    }
}

impl File {
    fn new(app: &App, id: postern_domain::id::MediaId, alt: &str, library: &Library) -> Option<Self> {
        let media = library.files.get(&id)?;
        let picture = matches!(media.kind, MediaKind::Image | MediaKind::Gif);
        Some(Self {
            id: id.to_string(),
            label: format!("{}, {}", media.name, words::bytes(media.bytes)),
            picture: picture.then(|| app.local(&app.backend.media_url(media))),
            alt: if alt.is_empty() {
                media.alt.clone().unwrap_or_default()
            } else {
                alt.to_owned()
            },
        })
    }
}

impl Panel {
    /// The panel of a chosen channel; none for a channel that is gone.
    pub(crate) fn new(
        app: &App,
        form: &ComposeForm,
        id: ChannelId,
        index: usize,
        library: &Library,
        problems: &mut Problems,
    ) -> Option<Self> {
        let channel = library.channel(id)?;
        let manifest = library.manifest_of(id)?;
        let at = format!("/targets/{index}");
        let given = form.settings.get(&id);
        let fields: Vec<Field> = manifest
            .settings
            .iter()
            .map(|field| {
                // A box that was shown and is absent was unticked, whatever its default.
                let typed = given.map(|given| Value::from(given.get(&field.key).map_or("", String::as_str)));
                Field::of_manifest(&format!("s.{id}."), field, typed.as_ref())
                    .problems(problems, &format!("{at}/settings/{}", field.key))
            })
            .collect();
        let own = form.own.get(&id).map(|parts| {
            Group::new(
                app,
                &id.to_string(),
                parts,
                &[format!("{at}/entries")],
                library,
                problems,
            )
        });
        let several = own.as_ref().map_or(form.shared.len(), |group| group.parts.len()) > 1;
        Some(Self {
            id: id.to_string(),
            name: channel.name.clone(),
            platform: platform(channel, library),
            avatar: Avatar::of(channel).small(),
            note: match manifest.thread {
                Thread::Replies if several => "Further parts become a thread of replies.",
                Thread::Comments { .. } if several => "Further parts become comments below the post.",
                Thread::None | Thread::Replies | Thread::Comments { .. } => "",
            },
            open: own.is_some() || fields.iter().any(Field::needs_attention),
            own,
            fields,
        })
    }
}

fn platform(channel: &Channel, library: &Library) -> String {
    library
        .manifests
        .get(&channel.provider)
        .map_or_else(|| channel.provider.to_string(), |manifest| manifest.name.clone())
}
