//! From what was asked to what is stored: channels looked up, files resolved, everything checked.

use std::collections::HashMap;

use postern_domain::capability::{Draft, DraftEntry, DraftMedia, Preview};
use postern_domain::channel::Channel;
use postern_domain::id::ChannelId;
use postern_domain::media::Media;
use postern_domain::ports::Unit;
use postern_domain::post::{AttachedMedia, Entry, MediaRef, NewEntry, NewTarget};
use postern_domain::value::Settings;
use postern_domain::{Actor, BackendError, Code, Problem};

use crate::deps::Deps;

/// A post whose channels and files are known.
pub(crate) struct Composed {
    /// The entries for every channel without its own.
    pub(crate) entries: Vec<Entry>,
    /// Where it goes.
    pub(crate) targets: Vec<ComposedTarget>,
}

/// One channel of a composed post.
pub(crate) struct ComposedTarget {
    /// The channel.
    pub(crate) channel: Channel,
    /// Its own entries, where they differ.
    pub(crate) entries: Option<Vec<Entry>>,
    /// What the author chose for it.
    pub(crate) settings: Settings,
}

impl Composed {
    /// The entries that go to a target.
    pub(crate) fn entries_of<'a>(&'a self, target: &'a ComposedTarget) -> &'a [Entry] {
        target.entries.as_deref().unwrap_or(&self.entries)
    }
}

/// Files of a request, by how they were named.
pub(crate) struct Files(HashMap<String, Media>);

/// Finds all files of a request, fetching foreign URLs into the library. Runs before the unit of work, for it
/// reaches out.
pub(crate) async fn gather_files(
    deps: &Deps,
    actor: &Actor,
    lists: &[(String, &[NewEntry])],
    problems: &mut Vec<Problem>,
) -> Result<Files, BackendError> {
    let mut files = HashMap::new();
    for (at, entries) in lists {
        for (index, entry) in entries.iter().enumerate() {
            for (place, used) in entry.media.iter().enumerate() {
                let name = name_of(&used.media);
                if files.contains_key(&name) {
                    continue;
                }
                match crate::media::resolve(deps, actor, &used.media).await? {
                    Ok(media) => drop(files.insert(name, media)),
                    Err(problem) => problems.push(Problem {
                        field: format!("{at}/entries/{index}/media/{place}"),
                        ..problem
                    }),
                }
            }
        }
    }
    Ok(Files(files))
}

fn name_of(media: &MediaRef) -> String {
    match media {
        MediaRef::Id(id) => id.to_string(),
        MediaRef::Url(url) => url.clone(),
    }
}

/// The lists of entries in a request, each with the pointer it stands at.
pub(crate) fn lists<'a>(entries: &'a [NewEntry], targets: &'a [NewTarget]) -> Vec<(String, &'a [NewEntry])> {
    let own = targets
        .iter()
        .enumerate()
        .filter_map(|(index, target)| Some((format!("/targets/{index}"), target.entries.as_deref()?)));
    std::iter::once((String::new(), entries)).chain(own).collect()
}

/// Puts a request together with what the database knows.
pub(crate) async fn compose(
    unit: &dyn Unit,
    actor: &Actor,
    entries: &[NewEntry],
    targets: &[NewTarget],
    files: &Files,
    problems: &mut Vec<Problem>,
) -> Result<Composed, BackendError> {
    if targets.is_empty() {
        problems.push(Problem::new(
            Code::NoChannel,
            "/targets",
            "no channel was chosen",
            "choose at least one channel",
        ));
    }
    let known: HashMap<ChannelId, Channel> = unit
        .channels(actor.workspace)
        .await?
        .into_iter()
        .map(|channel| (channel.id, channel))
        .collect();
    let mut composed = Vec::with_capacity(targets.len());
    for (index, target) in targets.iter().enumerate() {
        let at = format!("/targets/{index}/channel");
        match known.get(&target.channel) {
            Some(_)
                if targets[..index]
                    .iter()
                    .any(|earlier| earlier.channel == target.channel) =>
            {
                problems.push(
                    Problem::new(
                        Code::UnknownChannel,
                        at,
                        "this channel is named twice",
                        "name each channel once",
                    )
                    .given(target.channel),
                );
            }
            Some(channel) => composed.push(ComposedTarget {
                channel: channel.clone(),
                entries: target.entries.as_deref().map(|entries| stored(entries, files)),
                settings: target.settings.clone(),
            }),
            None => problems.push(unknown_channel(at, target.channel)),
        }
    }
    Ok(Composed {
        entries: stored(entries, files),
        targets: composed,
    })
}

/// The refusal of a channel that is not in the workspace.
pub(crate) fn unknown_channel(at: impl Into<String>, id: ChannelId) -> Problem {
    Problem::new(
        Code::UnknownChannel,
        at,
        "there is no such channel in this workspace",
        "list the channels and use one of their ids",
    )
    .given(id)
}

/// Entries with their files; files that were not found are left out, for they are problems already.
fn stored(entries: &[NewEntry], files: &Files) -> Vec<Entry> {
    let attach = |entry: &NewEntry| {
        let used = entry.media.iter().filter_map(|used| {
            let media = files.0.get(&name_of(&used.media))?.clone();
            let alt = used.alt.clone().or_else(|| media.alt.clone());
            Some(AttachedMedia { media, alt })
        });
        used.collect()
    };
    entries
        .iter()
        .map(|entry| Entry {
            content: entry.content.clone(),
            media: attach(entry),
            delay: entry.delay,
        })
        .collect()
}

/// Renders and checks each target; problems get the target's pointer.
pub(crate) fn previews(deps: &Deps, composed: &Composed) -> Vec<Preview> {
    composed
        .targets
        .iter()
        .enumerate()
        .map(|(index, target)| {
            let mut preview = preview(
                deps,
                &target.channel,
                composed.entries_of(target),
                &target.settings,
            );
            let at = format!("/targets/{index}");
            preview.problems = preview
                .problems
                .into_iter()
                .map(|problem| problem.below(&at))
                .collect();
            preview
        })
        .collect()
}

/// Renders and checks one channel's part.
pub(crate) fn preview(deps: &Deps, channel: &Channel, entries: &[Entry], settings: &Settings) -> Preview {
    let entries: Vec<DraftEntry> = entries
        .iter()
        .map(|entry| DraftEntry {
            content: entry.content.clone(),
            media: entry
                .media
                .iter()
                .map(|used| DraftMedia {
                    media: used.media.clone(),
                    alt: used.alt.clone(),
                })
                .collect(),
            delay: entry.delay,
        })
        .collect();
    deps.catalog.preview(&Draft {
        channel,
        entries: &entries,
        settings,
    })
}

/// Drafts may be unfinished, but not empty in every respect.
pub(crate) fn check_some_content(composed: &Composed, problems: &mut Vec<Problem>) {
    let has_content = |entries: &[Entry]| {
        entries
            .iter()
            .any(|entry| !entry.content.is_blank() || !entry.media.is_empty())
    };
    let own = composed
        .targets
        .iter()
        .filter_map(|target| target.entries.as_deref());
    if !has_content(&composed.entries) && !own.into_iter().any(has_content) {
        problems.push(Problem::new(
            Code::ContentEmpty,
            "/entries/0/content",
            "there is neither text nor media",
            "write something or attach a file",
        ));
    }
}
