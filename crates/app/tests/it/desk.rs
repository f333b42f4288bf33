//! An `App` with a database of its own, a clock that obeys, and one connected channel.

use std::sync::Arc;
use std::time::Duration;

use postern_app::{App, Deps, Registration, Retention, Settings};
use postern_bus::memory::MemoryBus;
use postern_domain::Actor;
use postern_domain::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep, Connected};
use postern_domain::content::Document;
use postern_domain::id::ChannelId;
use postern_domain::manifest::{Manifest, Rate};
use postern_domain::ports::{
    Channels, Claimed, Clock, Counters, Dispatch, Members, NewAccount, Posts, StorePolicy,
};
use postern_domain::post::{Intent, NewEntry, NewPost, NewTarget, PostRef, PostView};
use postern_domain::publication::{Lease, Rules};
use postern_domain::secret::Secret;
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::value::Settings as Choices;
use postern_limits::MemoryCounters;
use postern_testkit::{
    FakeCatalog, FakeConnector, FakeMediaStore, FakeNotifier, FakeVault, SeededRng, TestClock, TestDatabase,
};

pub(crate) const NOON: Timestamp = Timestamp::from_secs(1_800_000_000);

pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) actor: Actor,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) connector: Arc<FakeConnector>,
    pub(crate) media: Arc<FakeMediaStore>,
    pub(crate) notifier: Arc<FakeNotifier>,
    pub(crate) database: TestDatabase,
}

impl Desk {
    /// An instance with its owner.
    pub(crate) async fn new() -> Self {
        Self::with(FakeCatalog::default(), Arc::new(MemoryCounters::new())).await
    }

    /// An instance whose platform has these rates.
    pub(crate) async fn with_rates(rates: Vec<Rate>) -> Self {
        let manifest = Manifest {
            rates,
            ..FakeCatalog::a_manifest()
        };
        Self::with(FakeCatalog::of(vec![manifest]), Arc::new(MemoryCounters::new())).await
    }

    /// An instance with these providers and counters.
    pub(crate) async fn with(catalog: FakeCatalog, counters: Arc<dyn Counters>) -> Self {
        let database = TestDatabase::sqlite().await.unwrap();
        let clock = Arc::new(TestClock::at(NOON));
        let connector = Arc::new(FakeConnector::default());
        let media = Arc::new(FakeMediaStore::default());
        let notifier = Arc::new(FakeNotifier::default());
        let app = App::new(Deps {
            storage: database.storage(),
            vault: Arc::new(FakeVault),
            catalog: Arc::new(catalog),
            connector: connector.clone(),
            media: media.clone(),
            counters,
            bus: Arc::new(MemoryBus::new()),
            notifier: notifier.clone(),
            clock: clock.clone(),
            rng: Arc::new(SeededRng::default()),
            current_trace: || None,
            wake_relay: Arc::new(|| {}),
            settings: Settings {
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
                retention: Retention::default(),
            },
        });
        let actor = app.sign_up(account("ada@example.org")).await.unwrap().actor;
        Self {
            app,
            actor,
            clock,
            connector,
            media,
            notifier,
            database,
        }
    }

    /// Connects the account that the fake platform gives.
    pub(crate) async fn channel(&self) -> Channel {
        self.connect("ada-1").await
    }

    /// Connects an account of this id.
    pub(crate) async fn connect(&self, remote_id: &str) -> Channel {
        let account = Connected {
            remote_id: remote_id.into(),
            ..FakeConnector::an_account()
        };
        self.connect_account(account).await
    }

    /// Connects this account.
    pub(crate) async fn connect_account(&self, account: Connected) -> Channel {
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
        self.app
            .finish_connect(FakeCatalog::PROVIDER, answer)
            .await
            .unwrap()
    }

    /// Schedules a post of these texts a minute ahead.
    pub(crate) async fn schedule(&self, channels: &[ChannelId], texts: &[&str]) -> PostView {
        let at = self.clock.now().plus(Duration::from_mins(1));
        self.schedule_at(at, channels, texts).await
    }

    /// Schedules a post of these texts for an instant.
    pub(crate) async fn schedule_at(
        &self,
        at: Timestamp,
        channels: &[ChannelId],
        texts: &[&str],
    ) -> PostView {
        let at = PublishAt::at(at, Zone::utc());
        let post = new_post(
            Intent::Schedule {
                at,
                past_is_now: false,
            },
            channels,
            texts,
        );
        self.app.create_post(&self.actor, post, None).await.unwrap().view
    }

    /// Moves the clock, releases what is due and claims it.
    pub(crate) async fn work(&self, after: Duration) -> Vec<Claimed> {
        self.clock.advance(after);
        self.app.release_due(100).await.unwrap();
        let unit = self.database.storage().begin().await.unwrap();
        let announced = unit.unsent(1000).await.unwrap();
        unit.mark_sent(&announced.iter().map(|it| it.id).collect::<Vec<_>>())
            .await
            .unwrap();
        unit.commit().await.unwrap();
        let leases = announced
            .iter()
            .filter_map(|announcement| match announcement.event {
                postern_domain::event::Event::PublicationDue {
                    publication, fence, ..
                } => Some(Lease { publication, fence }),
                _ => None,
            });
        self.app.claim("w1", leases.collect()).await.unwrap()
    }

    /// The post as it stands.
    pub(crate) async fn view(&self, id: PostRef) -> PostView {
        self.app.post(&self.actor, id).await.unwrap()
    }
}

pub(crate) fn account(email: &str) -> NewAccount {
    NewAccount {
        email: email.into(),
        password: Secret::new("correct horse battery"),
        name: String::new(),
        workspace: String::new(),
        zone: Zone::utc(),
        user_agent: "test".into(),
    }
}

pub(crate) fn new_post(intent: Intent, channels: &[ChannelId], texts: &[&str]) -> NewPost {
    NewPost {
        intent,
        entries: texts.iter().map(|text| entry(text)).collect(),
        targets: channels
            .iter()
            .map(|channel| NewTarget {
                channel: *channel,
                entries: None,
                settings: Choices::new(),
            })
            .collect(),
        tags: Vec::new(),
        recurrence: None,
    }
}

pub(crate) fn entry(text: &str) -> NewEntry {
    NewEntry {
        content: Document::parse(text),
        media: Vec::new(),
        delay: Duration::ZERO,
    }
}
