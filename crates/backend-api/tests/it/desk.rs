//! The service with a database of its own, a clock that obeys, files in a temporary folder, and one key.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, StatusCode};
use postern_app::{App, Registration};
use postern_backend_api::{Deps, Settings, router};
use postern_bus::memory::MemoryBus;
use postern_domain::Actor;
use postern_domain::actor::Scope;
use postern_domain::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep, Connected};
use postern_domain::key::NewKey;
use postern_domain::manifest::{Field, FieldKind, Helper, Manifest, ProviderId, Thread};
use postern_domain::ports::{
    Bus, Channels, Counters, Dispatch, Keys, MediaStore, Members, NewAccount, StorePolicy,
};
use postern_domain::publication::Rules;
use postern_domain::secret::Secret;
use postern_domain::time::{Timestamp, Zone};
use postern_limits::MemoryCounters;
use postern_media::{DiskStore, FetchPolicy};
use postern_testkit::{
    FakeCatalog, FakeConnector, FakeNotifier, FakeVault, SeededRng, TestClock, TestDatabase,
};
use serde_json::Value as Json;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// 2027-01-15T08:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// What a test may choose.
#[derive(Default)]
pub(crate) struct Choice {
    pub(crate) api_limit: Option<u32>,
    pub(crate) media: Option<Arc<dyn MediaStore>>,
    pub(crate) bus: Option<Arc<dyn Bus>>,
    pub(crate) counters: Option<Arc<dyn Counters>>,
}

pub(crate) struct Desk {
    pub(crate) deps: Deps,
    pub(crate) router: Router,
    pub(crate) actor: Actor,
    /// A key with all scopes.
    pub(crate) key: String,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) connector: Arc<FakeConnector>,
    pub(crate) database: TestDatabase,
    /// Goes with the desk.
    pub(crate) _folder: Arc<TempDir>,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with(Choice::default()).await
    }

    pub(crate) async fn with(choice: Choice) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let database = TestDatabase::sqlite().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::at(NOW));
        let connector = Arc::new(FakeConnector::default());
        let disk = || {
            let root = folder.path().join("uploads");
            let policy = FetchPolicy::default();
            DiskStore::new(root, "http://localhost:5000", policy, clock.clone()).unwrap()
        };
        let media = choice.media.unwrap_or_else(|| Arc::new(disk()));
        let bus = choice.bus.unwrap_or_else(|| Arc::new(MemoryBus::new()));
        let counters = choice.counters.unwrap_or_else(|| Arc::new(MemoryCounters::new()));
        let wake = Arc::new(Notify::new());
        let ring = Arc::clone(&wake);
        let app = Arc::new(App::new(postern_app::Deps {
            storage: database.storage(),
            vault: Arc::new(FakeVault),
            catalog: Arc::new(FakeCatalog::of(manifests())),
            connector: connector.clone(),
            media: Arc::clone(&media),
            counters: Arc::clone(&counters),
            bus: Arc::clone(&bus),
            notifier: Arc::new(FakeNotifier::default()),
            clock: clock.clone(),
            rng: Arc::new(SeededRng::default()),
            current_trace: postern_telemetry::propagate::current_traceparent,
            wake_relay: Arc::new(move || ring.notify_one()),
            settings: app_settings(),
        }));
        let deps = Deps {
            app: Arc::clone(&app),
            storage: database.storage(),
            bus,
            media,
            counters,
            clock: clock.clone(),
            settings: Settings {
                public_url: "http://localhost:5000".into(),
                api_limit: choice.api_limit.unwrap_or(90),
                service_token: Secret::new("service-token"),
            },
            relay_wake: wake,
        };
        let actor = app.sign_up(account("ada@example.org")).await.unwrap().actor;
        let key = a_key(&app, &actor, &Scope::ALL).await;
        Self {
            router: router(deps.clone(), CancellationToken::new()),
            deps,
            actor,
            key,
            clock,
            connector,
            database,
            _folder: Arc::new(folder),
        }
    }

    pub(crate) fn app(&self) -> &App {
        &self.deps.app
    }

    /// A key of the owner with these scopes.
    pub(crate) async fn key_for(&self, scopes: &[Scope]) -> String {
        a_key(self.app(), &self.actor, scopes).await
    }

    /// A second workspace with a key and a channel of its own.
    pub(crate) async fn neighbour(&self) -> (String, Channel) {
        let actor = self
            .app()
            .sign_up(account("eve@example.org"))
            .await
            .unwrap()
            .actor;
        let channel = connect(self.app(), &self.connector, &actor, "test", "eve-1").await;
        (a_key(self.app(), &actor, &Scope::ALL).await, channel)
    }

    /// A channel of the provider `test`: 100 characters, threads, pictures.
    pub(crate) async fn channel(&self, remote_id: &str) -> Channel {
        connect(self.app(), &self.connector, &self.actor, "test", remote_id).await
    }

    /// A channel of the provider `plain`: no threads, a form with all kinds of settings.
    pub(crate) async fn plain_channel(&self) -> Channel {
        connect(self.app(), &self.connector, &self.actor, "plain", "plain-1").await
    }

    /// Lets the clock release what is due after this span.
    pub(crate) async fn release(&self, after: Duration) {
        self.clock.advance(after);
        self.app().release_due(100).await.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Got {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    /// A request with the key and, where there is one, a JSON body.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Json>) -> Got {
        self.call_as(&self.key, method, path, body).await
    }

    pub(crate) async fn call_as(&self, key: &str, method: Method, path: &str, body: Option<Json>) -> Got {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", key)
            .header("content-type", "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Json) -> Got {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Json) -> Got {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Got {
        self.call(Method::DELETE, path, None).await
    }

    /// The items of a list over all of 2027.
    pub(crate) async fn listed(&self) -> Vec<Json> {
        let got = self
            .get("/public/v1/posts?startDate=2027-01-01&endDate=2027-12-31")
            .await;
        assert_eq!(got.status, 200, "{}", got.text());
        got.json()["posts"].as_array().unwrap().clone()
    }
}

/// An answer.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Got {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status and body with ids replaced by their kind and the order in which they appear.
    pub(crate) fn shape(&self) -> Json {
        let body = if self.bytes.is_empty() {
            Json::Null
        } else {
            self.json()
        };
        named(&serde_json::json!({ "status": self.status.as_u16(), "body": body }))
    }
}

/// A value with ids replaced by their kind and the order in which they appear.
pub(crate) fn named(json: &Json) -> Json {
    let text = json.to_string();
    let mut names: HashMap<String, String> = HashMap::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('_') {
        let prefix = [
            "ws", "chn", "post", "pub", "med", "key", "grp", "upl", "rec", "tag", "bat", "per",
        ]
        .into_iter()
        .find(|prefix| rest[..at].ends_with(prefix));
        let id = rest
            .get(at + 1..at + 27)
            .filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if let (Some(prefix), Some(id)) = (prefix, id) {
            let name = names.entry(format!("{prefix}_{id}")).or_insert_with(|| {
                let count = counts.entry(prefix).or_default();
                *count += 1;
                format!("{prefix}_{count}")
            });
            out.push_str(&rest[..at - prefix.len()]);
            out.push_str(name);
            rest = &rest[at + 27..];
        } else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
        }
    }
    out.push_str(rest);
    serde_json::from_str(&out).unwrap()
}

async fn a_key(app: &App, actor: &Actor, scopes: &[Scope]) -> String {
    let asked = NewKey {
        name: "test".into(),
        scopes: scopes.to_vec(),
        expires_at: None,
    };
    app.create_key(actor, asked)
        .await
        .unwrap()
        .text
        .reveal()
        .to_owned()
}

async fn connect(
    app: &App,
    connector: &FakeConnector,
    actor: &Actor,
    provider: &str,
    remote_id: &str,
) -> Channel {
    connector.will_finish(Ok(Connected {
        remote_id: remote_id.into(),
        name: format!("Account {remote_id}"),
        ..FakeConnector::an_account()
    }));
    let provider = ProviderId::new(provider);
    let request = ConnectRequest {
        provider: provider.clone(),
        fields: std::collections::BTreeMap::new(),
        reconnect: None,
    };
    let ConnectStep::Redirect { state, .. } = app.connect(actor, request).await.unwrap() else {
        panic!("the fake connects by a redirect");
    };
    let answer = ConnectAnswer {
        state,
        code: Some(Secret::new("code")),
        error: None,
    };
    app.finish_connect(provider, answer).await.unwrap()
}

fn account(email: &str) -> NewAccount {
    NewAccount {
        email: email.into(),
        password: Secret::new("correct horse battery"),
        name: String::new(),
        workspace: String::new(),
        zone: Zone::utc(),
        user_agent: "test".into(),
    }
}

fn app_settings() -> postern_app::Settings {
    postern_app::Settings {
        public_url: "http://localhost:5000".into(),
        version: "test".into(),
        registration: Registration::Open,
        lease: Duration::from_mins(1),
        rules: Rules::default(),
        lateness: Duration::from_hours(6),
        media: StorePolicy {
            max_image_bytes: 100_000,
            max_video_bytes: 1_000_000,
        },
        session_life: Duration::from_hours(24),
        retention: postern_app::Retention::default(),
    }
}

fn manifests() -> Vec<Manifest> {
    let field = |key: &str, kind| Field {
        key: key.into(),
        label: key.into(),
        help: String::new(),
        kind,
        required: false,
        default: None,
    };
    let plain = Manifest {
        id: ProviderId::of("plain"),
        name: "Plain".into(),
        thread: Thread::None,
        settings: vec![
            field("title", FieldKind::Text { min: 2, max: 20 }),
            field("sensitive", FieldKind::Bool),
            field("count", FieldKind::Integer { min: 0, max: 9 }),
        ],
        helpers: vec![Helper {
            name: "boards".into(),
            description: "Finds boards".into(),
            arguments: vec![("word".into(), "What to look for".into(), "string".into())],
        }],
        ..FakeCatalog::a_manifest()
    };
    vec![FakeCatalog::a_manifest(), plain]
}
