//! A backend of one workspace in memory: enough of the use cases for the tools to be seen at work.

pub(crate) mod channels;
mod pauses;
mod planning;
mod posts;
mod rest;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postern_domain::actor::{Door, Scope};
use postern_domain::channel::{Channel, Group};
use postern_domain::event::Event;
use postern_domain::id::{ChannelId, GroupId, KeyId, WorkspaceId};
use postern_domain::media::Media;
use postern_domain::pause::Pause;
use postern_domain::post::PostView;
use postern_domain::recurrence::RecurrenceView;
use postern_domain::workspace::Role;
use postern_domain::{Actor, Timestamp};

/// Friday, 15 January 2027, 08:00 UTC.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
/// The workspace of everybody here.
pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId::from_bits(1);

/// The fake backend; clones share their state.
#[derive(Clone, Default)]
pub(crate) struct Fake(Arc<Mutex<State>>);

/// All that the fake remembers.
#[derive(Default)]
pub(crate) struct State {
    /// What each key may do.
    pub(crate) keys: HashMap<String, Vec<Scope>>,
    /// Whether the backend is away.
    pub(crate) away: bool,
    /// The channels.
    pub(crate) channels: Vec<Channel>,
    /// The pauses in force.
    pub(crate) pauses: Vec<Pause>,
    /// The groups.
    pub(crate) groups: Vec<Group>,
    /// The posts, oldest first.
    pub(crate) posts: Vec<PostView>,
    /// Answers to requests with a key of their own, by that key: digest and place of the post.
    pub(crate) remembered: HashMap<String, (String, usize)>,
    /// What returns.
    pub(crate) recurrences: Vec<RecurrenceView>,
    /// The library.
    pub(crate) media: Vec<Media>,
    /// Confirmations that were used.
    pub(crate) claimed: HashSet<String>,
    /// The present instant.
    pub(crate) now: Option<Timestamp>,
    /// Where changes are told.
    pub(crate) listeners: Vec<futures::channel::mpsc::UnboundedSender<Event>>,
    /// Counts ids.
    pub(crate) ids: u128,
}

impl Fake {
    /// A backend with a key `full` that may do everything, `reader` that may read, `idle` that may do nothing,
    /// and two channels.
    pub(crate) fn new() -> Self {
        let fake = Self::default();
        let mut state = fake.state();
        state.keys.insert("full".into(), Scope::ALL.to_vec());
        state.keys.insert("other".into(), Scope::ALL.to_vec());
        state
            .keys
            .insert("reader".into(), vec![Scope::PostsRead, Scope::ChannelsRead]);
        state.keys.insert("idle".into(), vec![Scope::AnalyticsRead]);
        state.groups.push(Group {
            id: GroupId::from_bits(5),
            name: "Acme".into(),
        });
        state.channels = vec![
            channels::channel(
                ChannelId::from_bits(10),
                "mastodon",
                "Acme news",
                Some(GroupId::from_bits(5)),
            ),
            channels::channel(ChannelId::from_bits(11), "x", "Acme on X", None),
        ];
        state.ids = 1000;
        drop(state);
        fake
    }

    /// The state, to look at and to change.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The present instant.
    pub(crate) fn now(&self) -> Timestamp {
        self.now.unwrap_or(NOW)
    }

    fn next_id(&mut self) -> u128 {
        self.ids += 1;
        self.ids
    }
}

fn actor(key: &str, scopes: Vec<Scope>) -> Actor {
    Actor {
        workspace: WORKSPACE,
        person: None,
        key: Some(KeyId::from_bits(key.bytes().fold(2, |bits, byte| {
            bits.wrapping_mul(257).wrapping_add(u128::from(byte))
        }))),
        name: "a key".into(),
        role: Role::Owner,
        scopes,
        door: Door::Rest,
    }
}
