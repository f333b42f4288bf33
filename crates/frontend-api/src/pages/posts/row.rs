//! A post as one line of a list.

use postern_domain::media::MediaKind;
use postern_domain::post::PostView;

use crate::deps::Deps;
use crate::member::Member;
use crate::views::{Avatar, Pill, When, state};

/// One line of a list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The post's id.
    pub(crate) id: String,
    /// Its state.
    pub(crate) pill: Pill,
    /// The beginning of its text.
    pub(crate) excerpt: String,
    /// When it goes or went out.
    pub(crate) when: Option<When>,
    /// Its channels.
    pub(crate) channels: Vec<Seat>,
    /// Its first picture.
    pub(crate) thumb: Option<String>,
    /// How many entries it has, when it is a thread.
    pub(crate) thread: Option<usize>,
}

/// One channel of a line.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    /// Its picture.
    pub(crate) avatar: Avatar,
    /// What screen readers say.
    pub(crate) label: String,
}

impl Row {
    /// The line of `view`.
    pub(crate) fn new(app: &Deps, member: &Member, view: &PostView) -> Self {
        let head = view
            .post
            .entries
            .first()
            .or_else(|| view.post.versions.first()?.entries.first());
        let excerpt = head.map(|entry| entry.content.excerpt(220)).unwrap_or_default();
        let picture = head.and_then(|entry| {
            let seen = |kind: MediaKind| matches!(kind, MediaKind::Image | MediaKind::Gif);
            entry
                .media
                .iter()
                .map(|attached| &attached.media)
                .find(|media| seen(media.kind))
        });
        let channels = view.publications.iter().map(|target| Seat {
            avatar: Avatar::of(&target.channel).small(),
            label: format!("{} on {}", target.channel.name, target.channel.provider),
        });
        Self {
            id: view.post.id.to_string(),
            pill: state::post(view.state),
            excerpt: if excerpt.is_empty() {
                "(no text)".to_owned()
            } else {
                excerpt
            },
            when: view.post.publish_at.as_ref().map(|at| member.when(at.instant)),
            channels: channels.collect(),
            thumb: picture.map(|media| app.local(&app.backend.media_url(media))),
            thread: Some(view.post.entries.len()).filter(|entries| *entries > 1),
        }
    }
}
