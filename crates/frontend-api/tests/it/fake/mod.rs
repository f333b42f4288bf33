//! A backend in memory: enough of the rules that the pages can be seen and tried, all of its own making.

mod channels;
mod library;
mod members;
mod pauses;
mod planning;
mod posts;
mod quiet;
pub(crate) mod samples;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use postern_domain::actor::{Door, Scope};
use postern_domain::channel::{Channel, Slot};
use postern_domain::dead_letter::DeadLetter;
use postern_domain::event::Event;
use postern_domain::id::{ChannelId, MediaId, PersonId, PublicationId, WorkspaceId};
use postern_domain::key::ApiKey;
use postern_domain::media::Media;
use postern_domain::pause::Pause;
use postern_domain::ports::{Clock, PunctualityRow, Rng};
use postern_domain::post::PostView;
use postern_domain::publication::Attempt;
use postern_domain::recurrence::RecurrenceView;
use postern_domain::time::Zone;
use postern_domain::workspace::{DEFAULT_LATENESS, Person, Role, Workspace};
use postern_domain::{Actor, Timestamp};
use postern_frontend_api::{Deps, Settings};
use tokio::sync::broadcast;

/// The only workspace.
pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId::from_bits(1);
/// The password of the owner.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The backend in memory.
pub(crate) struct Fake {
    state: Mutex<State>,
    events: broadcast::Sender<Event>,
    now: Timestamp,
}

/// All that it knows.
#[derive(Default)]
pub(crate) struct State {
    /// The account, once somebody signed up.
    pub(crate) owner: Option<(Person, String)>,
    /// Tokens of sessions.
    pub(crate) sessions: Vec<String>,
    /// The workspace's name and zone.
    pub(crate) workspace: Option<Workspace>,
    /// Channels.
    pub(crate) channels: Vec<Channel>,
    /// Posts.
    pub(crate) posts: Vec<PostView>,
    /// The posting times of every channel.
    pub(crate) slots: Vec<Slot>,
    /// What returns.
    pub(crate) recurrences: Vec<RecurrenceView>,
    /// Tries.
    pub(crate) attempts: HashMap<PublicationId, Vec<Attempt>>,
    /// Files.
    pub(crate) media: BTreeMap<MediaId, Media>,
    /// Where files can be seen.
    pub(crate) pictures: HashMap<MediaId, String>,
    /// Keys.
    pub(crate) keys: Vec<ApiKey>,
    /// Pauses in force.
    pub(crate) pauses: Vec<Pause>,
    /// What did not get through.
    pub(crate) dead_letters: Vec<DeadLetter>,
    /// Figures.
    pub(crate) figures: Vec<PunctualityRow>,
    /// Counts ids.
    pub(crate) last: u128,
}

impl Fake {
    /// An instance that nobody owns yet.
    pub(crate) fn new(now: Timestamp) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            events: broadcast::channel(16).0,
            now,
        })
    }

    /// What it knows, to be looked at or changed.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Tells watchers.
    pub(crate) fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    /// Tells watchers that a post changed.
    pub(crate) fn tell_post(&self, view: &PostView) {
        self.tell(Event::PostChanged {
            workspace: WORKSPACE,
            post: view.post.id,
            state: view.state.as_str().to_owned(),
        });
    }

    /// Makes the owner and gives the token of a session.
    pub(crate) fn with_owner(&self) -> String {
        let mut state = self.state();
        state.owner = Some((person(self.now), PASSWORD.to_owned()));
        state.workspace = Some(workspace(self.now, "Harbour Press", "Europe/Berlin"));
        state.sessions.push("session-token-of-the-owner".to_owned());
        "session-token-of-the-owner".to_owned()
    }

    /// The dependencies of the web UI over this backend.
    pub(crate) fn deps(self: &Arc<Self>, sandbox: Option<&str>) -> Deps {
        Deps {
            backend: self.clone(),
            clock: Arc::new(Fixed(self.now)),
            rng: Arc::new(Counting(Mutex::new(0))),
            settings: Settings {
                public_url: "http://localhost:5000".to_owned(),
                secure_cookies: false,
                version: "0.1.0".to_owned(),
                sandbox_url: sandbox.map(str::to_owned),
                image_origins: Vec::new(),
            },
        }
    }

    fn next(&self) -> u128 {
        let mut state = self.state();
        state.last += 1;
        1_000 + state.last
    }

    fn channel_named(&self, id: ChannelId) -> Option<Channel> {
        self.state()
            .channels
            .iter()
            .find(|channel| channel.id == id)
            .cloned()
    }
}

/// The owner.
pub(crate) fn person(now: Timestamp) -> Person {
    Person {
        id: PersonId::from_bits(1),
        email: "ada@example.org".to_owned(),
        name: "Ada".to_owned(),
        created_at: now,
    }
}

fn workspace(now: Timestamp, name: &str, zone: &str) -> Workspace {
    Workspace {
        id: WORKSPACE,
        name: name.to_owned(),
        zone: Zone::parse(zone).unwrap(),
        lateness: DEFAULT_LATENESS,
        created_at: now,
    }
}

fn actor() -> Actor {
    Actor {
        workspace: WORKSPACE,
        person: Some(PersonId::from_bits(1)),
        key: None,
        name: "Ada".to_owned(),
        role: Role::Owner,
        scopes: Scope::ALL.to_vec(),
        door: Door::Web,
    }
}

/// A clock that stands.
struct Fixed(Timestamp);

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Chance that can be foretold.
struct Counting(Mutex<u128>);

impl Rng for Counting {
    fn id(&self) -> u128 {
        let mut last = self.0.lock().unwrap();
        *last += 1;
        *last
    }

    fn fill(&self, bytes: &mut [u8]) {
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from((self.id() + place as u128) % 248).unwrap();
        }
    }
}
