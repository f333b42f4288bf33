//! What an author writes once, for one or many channels.

use std::time::Duration;

use crate::actor::Door;
use crate::channel::Channel;
use crate::content::Document;
use crate::id::{ChannelId, MediaId, PersonId, PostId, PublicationId, WorkspaceId};
use crate::media::Media;
use crate::pause::Held;
use crate::publication::{Publication, State};
use crate::rate::Crowding;
use crate::recurrence::{InSeries, NewRecurrence, Place};
use crate::review::{Review, Stage};
use crate::time::{PublishAt, Timestamp};
use crate::value::Settings;

/// What is asked for when a post is written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPost {
    /// What shall become of it.
    pub intent: Intent,
    /// The entries for every channel that has none of its own; the first is the head.
    pub entries: Vec<NewEntry>,
    /// Where it goes.
    pub targets: Vec<NewTarget>,
    /// Labels, by name.
    pub tags: Vec<String>,
    /// How it returns, when it does.
    pub recurrence: Option<NewRecurrence>,
}

/// What shall become of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Kept; nothing runs. The time is a plan.
    Draft(Option<PublishAt>),
    /// Published at this time. With `past_is_now` a passed time publishes at once if the lateness rule
    /// allows, as clients of the compatible doors expect; otherwise it is refused.
    Schedule {
        /// When.
        at: PublishAt,
        /// What a passed time means.
        past_is_now: bool,
    },
    /// Published at once.
    Now,
    /// Published at the next free slot of its first channel.
    Queue,
}

/// One entry as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Its text.
    pub content: Document,
    /// Its files.
    pub media: Vec<MediaUse>,
    /// How long to wait after the entry before; only on the second and further ones.
    pub delay: Duration,
}

/// The use of a file in an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaUse {
    /// Which file.
    pub media: MediaRef,
    /// Words for those who cannot see it; none takes the file's own.
    pub alt: Option<String>,
}

/// How a file is named in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaRef {
    /// By its id.
    Id(MediaId),
    /// By the public URL that an upload answered with, or a URL elsewhere that is fetched into the library.
    Url(String),
}

/// One channel as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTarget {
    /// Which channel.
    pub channel: ChannelId,
    /// Its own entries, where they differ.
    pub entries: Option<Vec<NewEntry>>,
    /// What the author chose for it.
    pub settings: Settings,
}

/// A change of a post; what is absent stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PostEdit {
    /// The version that was read; when another one is stored the edit is refused.
    pub expected_version: Option<u64>,
    /// What shall become of it.
    pub intent: Option<Intent>,
    /// New entries for all channels without their own.
    pub entries: Option<Vec<NewEntry>>,
    /// The new set of channels.
    pub targets: Option<Vec<NewTarget>>,
    /// New labels.
    pub tags: Option<Vec<String>>,
    /// How a post that did not return shall do so from now on.
    pub recurrence: Option<NewRecurrence>,
}

/// A stored post.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// Who wrote it, when it was a person.
    pub author: Option<PersonId>,
    /// The door it came through.
    pub door: Door,
    /// When it is meant to go out.
    pub publish_at: Option<PublishAt>,
    /// Whether it is a draft, also one that waits for approval.
    pub draft: bool,
    /// How far its approval has come, where it needs one.
    pub review: Option<Review>,
    /// The entries for every channel without its own.
    pub entries: Vec<Entry>,
    /// Entries of channels that have their own.
    pub versions: Vec<Version>,
    /// Labels.
    pub tags: Vec<String>,
    /// Counts up with each edit.
    pub version: u64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was thrown away.
    pub trashed_at: Option<Timestamp>,
    /// What it is to a recurrence, when it is part of one.
    pub series: Option<InSeries>,
}

/// The entries of a channel that has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Which channel.
    pub channel: ChannelId,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// One stored entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its text.
    pub content: Document,
    /// Its files, in order.
    pub media: Vec<AttachedMedia>,
    /// How long to wait after the entry before.
    pub delay: Duration,
}

/// One stored use of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedMedia {
    /// The file.
    pub media: Media,
    /// Words for those who cannot see it.
    pub alt: Option<String>,
}

impl Post {
    /// The entries that go to this channel.
    pub fn entries_for(&self, channel: ChannelId) -> &[Entry] {
        let own = self.versions.iter().find(|version| version.channel == channel);
        own.map_or(&self.entries, |version| &version.entries)
    }

    /// How far it has come on its way into the plan.
    pub fn stage(&self) -> Stage {
        match &self.review {
            Some(review) if self.draft && review.verdict.is_none() => Stage::InReview,
            Some(_) | None if self.draft => Stage::Draft,
            Some(_) | None => Stage::Planned,
        }
    }

    /// Whether posts of a recurrence are made of it; it never goes out itself.
    pub fn is_template(&self) -> bool {
        self.series.is_some_and(|series| series.place == Place::Template)
    }
}

/// The state of a post as a whole, summed up from its publications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PostState {
    /// Nothing runs.
    Draft,
    /// Waits for somebody's approval.
    NeedsApproval,
    /// All wait for their minute.
    Scheduled,
    /// At least one is under way.
    Publishing,
    /// All are out.
    Published,
    /// Some are out, some are not and will not be without help.
    PartlyPublished,
    /// None is out, and at least one failed, was missed or is in doubt.
    Failed,
    /// Thrown away.
    Trashed,
}

impl PostState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::NeedsApproval,
        Self::Scheduled,
        Self::Publishing,
        Self::Published,
        Self::PartlyPublished,
        Self::Failed,
        Self::Trashed,
    ];

    /// The name on wires and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::NeedsApproval => "needs_approval",
            Self::Scheduled => "scheduled",
            Self::Publishing => "publishing",
            Self::Published => "published",
            Self::PartlyPublished => "partly_published",
            Self::Failed => "failed",
            Self::Trashed => "trashed",
        }
    }

    /// Reads [`PostState::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Sums up a post's publications.
    pub fn of(post: &Post, publications: &[Publication]) -> Self {
        let states: Vec<State> = publications.iter().map(|publication| publication.state).collect();
        Self::sum_up(post.trashed_at.is_some(), post.stage(), &states)
    }

    /// The same from what counts alone: whether the post was thrown away, how far it has come, and the states of its
    /// publications.
    pub fn sum_up(is_trashed: bool, stage: Stage, states: &[State]) -> Self {
        if is_trashed {
            return Self::Trashed;
        }
        match stage {
            Stage::Draft => return Self::Draft,
            Stage::InReview => return Self::NeedsApproval,
            Stage::Planned => {}
        }
        let live = || states.iter().copied().filter(|s| *s != State::Cancelled);
        let out = live().filter(|state| *state == State::Published).count();
        if live().any(State::is_under_way) {
            return Self::Publishing;
        }
        if live().any(|state| matches!(state, State::Scheduled | State::Draft | State::Held)) {
            return Self::Scheduled;
        }
        match (out, live().count()) {
            (_, 0) => Self::Trashed,
            (out, all) if out == all => Self::Published,
            (0, _) => Self::Failed,
            _ => Self::PartlyPublished,
        }
    }
}

/// A post with all that doors show about it.
#[derive(Debug, Clone, PartialEq)]
pub struct PostView {
    /// The post.
    pub post: Post,
    /// Its state as a whole.
    pub state: PostState,
    /// One publication per channel, in the order they were asked for.
    pub publications: Vec<PublicationView>,
    /// Rates of platforms that the plan exceeds; said when the post was just written or changed, else empty.
    pub crowding: Vec<Crowding>,
}

/// A publication with the channel it goes to.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicationView {
    /// The publication.
    pub publication: Publication,
    /// Its channel, also when it was removed since.
    pub channel: Channel,
    /// Why it is held, while it is.
    pub held: Option<Held>,
}

/// A reference to a post or to one of its publications: clients of the compatible doors name publications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostRef {
    /// The whole post.
    Post(PostId),
    /// One channel's part.
    Publication(PublicationId),
}

impl std::fmt::Display for PostRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Post(id) => id.fmt(f),
            Self::Publication(id) => id.fmt(f),
        }
    }
}

impl std::str::FromStr for PostRef {
    type Err = crate::id::ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse()
            .map(Self::Post)
            .or_else(|_| text.parse().map(Self::Publication))
    }
}

/// Which posts to list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PostQuery {
    /// Publish time at or after this.
    pub from: Option<Timestamp>,
    /// Publish time before this.
    pub until: Option<Timestamp>,
    /// Only with one of these states; empty is all but trashed.
    pub states: Vec<PostState>,
    /// Only with a publication on this channel.
    pub channel: Option<ChannelId>,
    /// Only with a publication on a channel of this group.
    pub group: Option<crate::id::GroupId>,
    /// Newest publish time first instead of oldest first.
    pub newest_first: bool,
    /// Most posts to give, 1 to 500.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins, when there is one; opaque.
    pub next: Option<String>,
}

/// A person's answer to "did it arrive?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// It is there; with its address when known.
    Published {
        /// The public address.
        url: Option<String>,
    },
    /// It is not there; send it again.
    SendAgain,
}

/// What a created post is called: itself and its publications, in the order of its targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Created {
    /// The post as stored.
    pub view: PostView,
    /// Whether this is the answer to an earlier request with the same idempotency key.
    pub replayed: bool,
}

/// What a client sends so that a repeated request is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The client's key, 1 to 255 characters.
    pub key: String,
    /// A digest of the request, so that the same key with another request is refused.
    pub digest: String,
}
