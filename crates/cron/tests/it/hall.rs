//! A hall for metronomes: use cases, a database of its own, a bus, and a clock that is told or that runs.

use std::sync::Arc;
use std::time::Duration;

use postern_app::{App, Registration};
use postern_bus::memory::MemoryBus;
use postern_cron::{Deps, Settings};
use postern_domain::Actor;
use postern_domain::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep, Connected};
use postern_domain::content::Document;
use postern_domain::event::Event;
use postern_domain::id::PublicationId;
use postern_domain::ports::{
    Bus, Channels, Clock, Envelope, Members, NewAccount, Posts, Storage, StorePolicy,
};
use postern_domain::post::{Intent, NewEntry, NewPost, NewTarget};
use postern_domain::publication::{Publication, Rules, State};
use postern_domain::secret::Secret;
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::value::Settings as Choices;
use postern_limits::MemoryCounters;
use postern_testkit::{
    FakeCatalog, FakeConnector, FakeMediaStore, FakeNotifier, FakeVault, SeededRng, TestClock, TestDatabase,
};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::storage::Counted;

pub(crate) const NOON: Timestamp = Timestamp::from_secs(1_800_000_000);

/// How long a condition may take to come true; only a broken metronome takes that long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A clock that runs from noon on.
pub(crate) struct RunningClock(Instant);

impl RunningClock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for RunningClock {
    fn now(&self) -> Timestamp {
        NOON.plus(self.0.elapsed())
    }
}

pub(crate) struct Hall {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) connector: Arc<FakeConnector>,
    pub(crate) counted: Arc<Counted>,
    pub(crate) app: App,
    pub(crate) actor: Actor,
    bus: MemoryBus,
    database: TestDatabase,
}

/// Metronomes at work; they end with this value.
pub(crate) struct Metronomes {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Hall {
    /// An instance with its owner, and the clock that it goes by.
    pub(crate) async fn told() -> (Self, Arc<TestClock>) {
        let clock = Arc::new(TestClock::at(NOON));
        (Self::with(clock.clone()).await, clock)
    }

    /// An instance with its owner.
    pub(crate) async fn with(clock: Arc<dyn Clock>) -> Self {
        let database = TestDatabase::sqlite().await.unwrap();
        let connector = Arc::new(FakeConnector::default());
        let counted = Arc::new(Counted::new(database.storage()));
        let bus = MemoryBus::new();
        let app = App::new(postern_app::Deps {
            storage: counted.clone(),
            vault: Arc::new(FakeVault),
            catalog: Arc::new(FakeCatalog::default()),
            connector: connector.clone(),
            media: Arc::new(FakeMediaStore::default()),
            counters: Arc::new(MemoryCounters::new()),
            bus: Arc::new(bus.clone()),
            notifier: Arc::new(FakeNotifier::default()),
            clock: clock.clone(),
            rng: Arc::new(SeededRng::default()),
            current_trace: || None,
            wake_relay: Arc::new(|| {}),
            settings: settings_of_app(),
        });
        let actor = app.sign_up(account()).await.unwrap().actor;
        Self {
            clock,
            connector,
            counted,
            app,
            actor,
            bus,
            database,
        }
    }

    /// Starts so many metronomes with the longest of sleeps, so that only announcements and due work wake them.
    pub(crate) fn metronomes(&self, count: usize) -> Metronomes {
        self.metronomes_with(count, &settings())
    }

    /// Starts so many metronomes.
    pub(crate) fn metronomes_with(&self, count: usize, settings: &Settings) -> Metronomes {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            let deps = Deps {
                backend: Arc::new(self.app.clone()),
                clock: self.clock.clone(),
                settings: settings.clone(),
            };
            tasks.spawn(postern_cron::run(deps, stop.clone()));
        }
        Metronomes { stop, tasks }
    }

    /// Connects an account.
    pub(crate) async fn connect(&self, account: Connected) -> Channel {
        self.connector.will_finish(Ok(account));
        let request = ConnectRequest {
            provider: FakeCatalog::PROVIDER,
            fields: Choices::new(),
            reconnect: None,
        };
        let ConnectStep::Redirect { state, .. } = self.app.connect(&self.actor, request).await.unwrap()
        else {
            panic!("the fake connects by a redirect");
        };
        let answer = ConnectAnswer {
            state,
            code: Some(Secret::new("code")),
            error: None,
        };
        let connected = self.app.finish_connect(FakeCatalog::PROVIDER, answer).await;
        connected.unwrap()
    }

    /// Writes a post that is due after this span.
    pub(crate) async fn post(&self, channel: &Channel, after: Duration) -> PublicationId {
        let at = PublishAt::at(self.clock.now().plus(after), Zone::utc());
        let post = NewPost {
            intent: Intent::Schedule {
                at,
                past_is_now: true,
            },
            entries: vec![NewEntry {
                content: Document::parse("one"),
                media: Vec::new(),
                delay: Duration::ZERO,
            }],
            targets: vec![NewTarget {
                channel: channel.id,
                entries: None,
                settings: Choices::new(),
            }],
            tags: Vec::new(),
            recurrence: None,
        };
        let created = self.app.create_post(&self.actor, post, None).await.unwrap();
        created.view.publications[0].publication.id
    }

    /// Moves what is announced to the bus; answers what it was.
    pub(crate) async fn relay(&self) -> Vec<Event> {
        let unit = self.storage().begin().await.unwrap();
        let announced = unit.unsent(1000).await.unwrap();
        let ids: Vec<_> = announced.iter().map(|it| it.id).collect();
        unit.mark_sent(&ids).await.unwrap();
        unit.commit().await.unwrap();
        let envelopes: Vec<_> = announced.iter().map(|it| envelope(&it.event)).collect();
        self.bus.send(&envelopes).await.unwrap();
        announced.into_iter().map(|it| it.event).collect()
    }

    /// Tells metronomes that the plan changed.
    pub(crate) async fn wake(&self) {
        self.bus.send(&[envelope(&Event::ScheduleChanged)]).await.unwrap();
    }

    /// The row as it is stored.
    pub(crate) async fn row(&self, id: PublicationId) -> Publication {
        let unit = self.storage().read().await.unwrap();
        unit.publications_by_id(&[id]).await.unwrap().pop().unwrap()
    }

    /// Waits until it was released.
    pub(crate) async fn released(&self, id: PublicationId) -> Publication {
        let looking = async {
            loop {
                let row = self.row(id).await;
                if row.state == State::Leased {
                    return row;
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, looking).await.unwrap()
    }

    /// The version of the stored credential of a channel.
    pub(crate) async fn grant_version(&self, channel: &Channel) -> u64 {
        let unit = self.storage().read().await.unwrap();
        unit.credentials(&[channel.id]).await.unwrap()[0].version
    }

    fn storage(&self) -> Arc<dyn Storage> {
        self.database.storage()
    }
}

impl Metronomes {
    /// Stops all and waits for their ends.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        timeout(PATIENCE, all).await.unwrap();
    }
}

/// Waits until a condition holds.
pub(crate) async fn eventually(wanted: impl Fn() -> bool) {
    let looking = async {
        while !wanted() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, looking).await.unwrap();
}

/// Settings under which nothing happens by itself.
pub(crate) fn settings() -> Settings {
    Settings {
        batch: 100,
        longest_sleep: Duration::from_hours(1),
        chores: Duration::from_hours(1),
    }
}

fn settings_of_app() -> postern_app::Settings {
    postern_app::Settings {
        public_url: "http://localhost:5000".into(),
        version: "test".into(),
        registration: Registration::FirstOnly,
        lease: Duration::from_mins(1),
        rules: Rules::default(),
        lateness: Duration::from_hours(6),
        media: StorePolicy {
            max_image_bytes: 1 << 20,
            max_video_bytes: 1 << 24,
        },
        session_life: Duration::from_hours(24),
        retention: postern_app::Retention::default(),
    }
}

fn account() -> NewAccount {
    NewAccount {
        email: "ada@example.org".into(),
        password: Secret::new("correct horse battery"),
        name: String::new(),
        workspace: String::new(),
        zone: Zone::utc(),
        user_agent: "test".into(),
    }
}

fn envelope(event: &Event) -> Envelope {
    Envelope {
        stream: event.stream(),
        kind: event.kind().to_owned(),
        fields: event.fields(),
        traceparent: None,
    }
}
