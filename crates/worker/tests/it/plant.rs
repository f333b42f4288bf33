//! Everything between a post and its platform in one process; time and the bus move when a test says so.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use postern_app::{App, Registration};
use postern_bus::memory::MemoryBus;
use postern_domain::Actor;
use postern_domain::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep};
use postern_domain::content::Document;
use postern_domain::event::Event;
use postern_domain::id::{ChannelId, PublicationId};
use postern_domain::ports::{
    Bus, Channels, Clock, Dispatch, Envelope, Members, NewAccount, Posts, Storage, StorePolicy,
};
use postern_domain::post::{Intent, NewEntry, NewPost, NewTarget};
use postern_domain::publication::{Publication, Rules, State};
use postern_domain::secret::Secret;
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::value::Settings as Choices;
use postern_limits::MemoryCounters;
use postern_provider_kit::{AppsInMemory, Provider, Registry, RegistryOptions};
use postern_testkit::{
    FakeCatalog, FakeConnector, FakeMediaStore, FakeNotifier, FakeVault, SeededRng, TestClock, TestDatabase,
};
use postern_worker::{BackendClock, Deps, IntakeError, Settings};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::outage::Outage;
use crate::platform::{Call, Door, Platform};

pub(crate) const NOON: Timestamp = Timestamp::from_secs(1_800_000_000);

/// How long a lease holds.
pub(crate) const LEASE: Duration = Duration::from_mins(1);

/// How long after it was written a post is due.
pub(crate) const MINUTE: Duration = Duration::from_mins(1);

/// How often something may be waited for before it counts as endless.
const MOST_ROUNDS: usize = 20;

/// How long a condition may take to come true; only a broken engine takes that long.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Plant {
    pub(crate) app: App,
    pub(crate) actor: Actor,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) connector: Arc<FakeConnector>,
    pub(crate) platform: Arc<Platform>,
    pub(crate) outage: Arc<Outage>,
    pub(crate) channel: Channel,
    bus: MemoryBus,
    media: Arc<FakeMediaStore>,
    providers: Arc<Registry>,
    database: TestDatabase,
}

/// A worker at work; it ends with this value.
pub(crate) struct Worker {
    stop: CancellationToken,
    task: JoinSet<Result<(), IntakeError>>,
}

impl Plant {
    /// An instance with its owner and one connected channel; no worker yet.
    pub(crate) async fn new() -> Self {
        Self::with(None).await
    }

    /// The same with this provider in the place of the one that obeys.
    pub(crate) async fn serving(provider: Box<dyn Provider>) -> Self {
        Self::with(Some(provider)).await
    }

    async fn with(provider: Option<Box<dyn Provider>>) -> Self {
        // Another test of the same process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let database = TestDatabase::sqlite().await.unwrap();
        let clock = Arc::new(TestClock::at(NOON));
        let connector = Arc::new(FakeConnector::default());
        let media = Arc::new(FakeMediaStore::default());
        let outage = Arc::new(Outage::new(database.storage()));
        // What a consumer does not acknowledge comes again soon.
        let bus = MemoryBus::new().with_lease(Duration::from_millis(50));
        let platform = Arc::new(Platform::new(database.storage()));
        let app = App::new(postern_app::Deps {
            storage: outage.clone(),
            vault: Arc::new(FakeVault),
            catalog: Arc::new(FakeCatalog::default()),
            connector: connector.clone(),
            media: media.clone(),
            counters: Arc::new(MemoryCounters::new()),
            bus: Arc::new(bus.clone()),
            notifier: Arc::new(FakeNotifier::default()),
            clock: clock.clone(),
            rng: Arc::new(SeededRng::default()),
            current_trace: || None,
            wake_relay: Arc::new(|| {}),
            settings: settings_of_app(),
        });
        let providers = Registry::new(
            vec![provider.unwrap_or_else(|| Box::new(Door(platform.clone())))],
            RegistryOptions {
                setups: BTreeMap::new(),
                allow_private: false,
                app_store: Arc::new(AppsInMemory::default()),
                clock: clock.clone(),
                rng: Arc::new(SeededRng::new(2)),
            },
        );
        let actor = app.sign_up(account()).await.unwrap().actor;
        let channel = connect(&app, &actor, None).await;
        Self {
            app,
            actor,
            clock,
            connector,
            platform,
            outage,
            channel,
            bus,
            media,
            providers: Arc::new(providers),
            database,
        }
    }

    /// Connects the channel again.
    pub(crate) async fn reconnect(&self) {
        connect(&self.app, &self.actor, Some(self.channel.id)).await;
    }

    /// Starts a worker with the usual settings.
    pub(crate) fn worker(&self, name: &str) -> Worker {
        self.worker_with(settings(name))
    }

    /// Starts a worker.
    pub(crate) fn worker_with(&self, settings: Settings) -> Worker {
        self.worker_behind(Arc::new(self.app.clone()), settings)
    }

    /// Starts a worker that reaches the use cases through this.
    pub(crate) fn worker_behind(&self, backend: Arc<dyn Dispatch>, settings: Settings) -> Worker {
        self.worker_by(self.clock.clone(), backend, settings)
    }

    /// Starts a worker on a machine with this clock.
    pub(crate) fn worker_by(
        &self,
        clock: Arc<dyn Clock>,
        backend: Arc<dyn Dispatch>,
        settings: Settings,
    ) -> Worker {
        let deps = Deps {
            backend,
            bus: Arc::new(self.bus.clone()),
            providers: self.providers.clone(),
            media: self.media.clone(),
            clock: Arc::new(BackendClock::new(clock)),
            settings,
        };
        let stop = CancellationToken::new();
        let mut task = JoinSet::new();
        task.spawn(postern_worker::run(deps, stop.clone()));
        Worker { stop, task }
    }

    /// Writes a post of these texts that is due in a minute.
    pub(crate) async fn post(&self, texts: &[&str]) -> PublicationId {
        let entries: Vec<_> = texts.iter().map(|text| (*text, Duration::ZERO)).collect();
        self.thread(&entries).await
    }

    /// Writes a post of these texts with their delays that is due in a minute.
    pub(crate) async fn thread(&self, entries: &[(&str, Duration)]) -> PublicationId {
        let at = PublishAt::at(self.clock.now().plus(MINUTE), Zone::utc());
        let post = NewPost {
            intent: Intent::Schedule {
                at,
                past_is_now: false,
            },
            entries: entries
                .iter()
                .map(|(text, delay)| NewEntry {
                    content: Document::parse(text),
                    media: Vec::new(),
                    delay: *delay,
                })
                .collect(),
            targets: vec![NewTarget {
                channel: self.channel.id,
                entries: None,
                settings: Choices::new(),
            }],
            tags: Vec::new(),
            recurrence: None,
        };
        let created = self.app.create_post(&self.actor, post, None).await.unwrap();
        created.view.publications[0].publication.id
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock, releases what is due and tells the bus; answers how many were released.
    pub(crate) async fn after(&self, span: Duration) -> u32 {
        self.clock.advance(span);
        let released = self.app.release_due(100).await.unwrap();
        self.relay(1).await;
        released
    }

    /// Releases what is due now and tells the bus.
    pub(crate) async fn release(&self) -> u32 {
        self.after(Duration::ZERO).await
    }

    /// Moves what is announced to the bus, so often.
    pub(crate) async fn relay(&self, copies: usize) {
        let envelopes = self.announced().await;
        for _ in 0..copies {
            self.bus.send(&envelopes).await.unwrap();
        }
    }

    /// Takes what is announced out of the outbox.
    pub(crate) async fn announced(&self) -> Vec<Envelope> {
        let unit = self.storage().begin().await.unwrap();
        let announced = unit.unsent(1000).await.unwrap();
        let ids: Vec<_> = announced.iter().map(|it| it.id).collect();
        unit.mark_sent(&ids).await.unwrap();
        unit.commit().await.unwrap();
        announced
            .into_iter()
            .map(|it| envelope(&it.event, it.traceparent))
            .collect()
    }

    /// The row as it is stored.
    pub(crate) async fn row(&self, id: PublicationId) -> Publication {
        let unit = self.storage().read().await.unwrap();
        let mut found = unit.publications_by_id(&[id]).await.unwrap();
        found.pop().unwrap()
    }

    /// Waits until the stored row is as it should be.
    pub(crate) async fn until(
        &self,
        id: PublicationId,
        wanted: impl Fn(&Publication) -> bool,
    ) -> Publication {
        let looking = async {
            loop {
                let row = self.row(id).await;
                if wanted(&row) {
                    return row;
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        if let Ok(row) = timeout(PATIENCE, looking).await {
            return row;
        }
        panic!("still {:?}", self.row(id).await)
    }

    /// Waits until it stands so and nobody holds it.
    pub(crate) async fn settled(&self, id: PublicationId, state: State) -> Publication {
        self.until(id, |row| row.state == state && row.lease_until.is_none())
            .await
    }

    /// Lets time pass until nothing happens by itself any more: whatever is waited for comes, and a worker takes it.
    pub(crate) async fn rest(&self, id: PublicationId) -> Publication {
        for _ in 0..MOST_ROUNDS {
            let row = self.row(id).await;
            let Some(next) = row.due_at.max(row.lease_until) else {
                return row;
            };
            self.after(next.since(self.clock.now())).await;
            self.until(id, |row| row.lease_until.is_none()).await;
        }
        panic!("never at rest: {:?}", self.row(id).await)
    }

    /// Waits until the platform was called as it should be.
    pub(crate) async fn called(&self, wanted: impl Fn(&[Call]) -> bool) {
        eventually(|| wanted(&self.platform.calls())).await;
    }

    /// Another worker has the publication, as far as the database knows.
    pub(crate) async fn take_away(&self, id: PublicationId) {
        let unit = self.storage().begin().await.unwrap();
        let mut row = unit.publications_by_id(&[id]).await.unwrap().pop().unwrap();
        row.fence += 1;
        unit.save_publications(&[row]).await.unwrap();
        unit.commit().await.unwrap();
    }

    /// What the attempts of a publication led to, oldest first.
    pub(crate) async fn outcomes(&self, id: PublicationId) -> Vec<String> {
        let attempts = self.app.attempts(&self.actor, id).await.unwrap();
        attempts.into_iter().map(|attempt| attempt.outcome).collect()
    }

    fn storage(&self) -> Arc<dyn Storage> {
        self.database.storage()
    }
}

impl Worker {
    /// Asks it to stop.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) {
        let ended = timeout(PATIENCE, self.task.join_next()).await;
        ended.unwrap().unwrap().unwrap().unwrap();
    }

    /// Whether it is still running.
    pub(crate) fn is_running(&mut self) -> bool {
        self.task.try_join_next().is_none()
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

/// The usual settings: no heartbeat, so that leases do what the test's clock says.
pub(crate) fn settings(name: &str) -> Settings {
    Settings {
        name: name.into(),
        concurrency: 32,
        heartbeat: Duration::from_hours(1),
        step_deadline: Duration::from_mins(1),
        drain: Duration::from_mins(1),
    }
}

fn settings_of_app() -> postern_app::Settings {
    postern_app::Settings {
        public_url: "http://localhost:5000".into(),
        version: "test".into(),
        registration: Registration::FirstOnly,
        lease: LEASE,
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

async fn connect(app: &App, actor: &Actor, reconnect: Option<ChannelId>) -> Channel {
    let request = ConnectRequest {
        provider: FakeCatalog::PROVIDER,
        fields: Choices::new(),
        reconnect,
    };
    let ConnectStep::Redirect { state, .. } = app.connect(actor, request).await.unwrap() else {
        panic!("the fake connects by a redirect");
    };
    let answer = ConnectAnswer {
        state,
        code: Some(Secret::new("code")),
        error: None,
    };
    app.finish_connect(FakeCatalog::PROVIDER, answer).await.unwrap()
}

fn envelope(event: &Event, traceparent: Option<String>) -> Envelope {
    Envelope {
        stream: event.stream(),
        kind: event.kind().to_owned(),
        fields: event.fields(),
        traceparent,
    }
}
