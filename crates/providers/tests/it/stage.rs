//! The stage: simulated platforms, a registry that knows only them, and a clock that is set by hand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::channel::{Channel, ConnectAnswer, Connected, Credential, Health};
use postern_domain::id::{ChannelId, WorkspaceId};
use postern_domain::manifest::{Connect, ProviderId};
use postern_domain::ports::{
    BeganConnect, ByteStream, Clock, ConnectContext, Connector, MediaError, MediaReader, Rng,
};
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;
use postern_domain::value::{Settings, Value};
use postern_platform_sim::{Fault, FaultKind, JournalEntry, Operation, Options, Platform, Sim, Times};
use postern_provider_kit::{AppCredentials, AppsInMemory, Host, Provider, Registry, RegistryOptions, Setup};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// 2026-06-01T12:00:00Z.
const START: i64 = 1_780_315_200_000_000;

/// A clock that is set by hand.
#[derive(Clone)]
pub(crate) struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub(crate) fn advance(&self, span: Duration) {
        self.0
            .fetch_add(i64::try_from(span.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// What chance counts with; no number comes twice in a process.
static COUNT: AtomicU64 = AtomicU64::new(1);

/// Chance that counts.
struct CountingRng;

impl Rng for CountingRng {
    fn id(&self) -> u128 {
        u128::from(COUNT.fetch_add(1, Ordering::SeqCst))
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            // The upper bytes of a multiplied counter are spread well enough for nonces.
            let count = COUNT
                .fetch_add(1, Ordering::SeqCst)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
            *byte = count.to_be_bytes()[0];
        }
    }
}

/// Files by key.
pub(crate) struct Files;

impl Files {
    /// A PNG of one pixel, told apart by a text chunk.
    pub(crate) fn png(key: &str) -> Vec<u8> {
        let mut bytes = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
        bytes.extend([0, 0, 0, 13]);
        bytes.extend(b"IHDR");
        bytes.extend([0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89]);
        bytes.extend(key.as_bytes());
        bytes
    }

    /// The start of an MP4 file and some filling, larger than one part of any platform.
    pub(crate) fn mp4() -> Vec<u8> {
        let mut bytes = vec![0, 0, 0, 0x18];
        bytes.extend(b"ftypisom\0\0\x02\0isommp41");
        bytes.resize(5_000_000, 7);
        bytes
    }

    pub(crate) fn of(key: &str) -> Vec<u8> {
        if key.contains("mp4") {
            Self::mp4()
        } else {
            Self::png(key)
        }
    }
}

#[async_trait]
impl MediaReader for Files {
    async fn read(&self, key: &str, from: u64) -> Result<ByteStream, MediaError> {
        let bytes = Self::of(key).split_off(usize::try_from(from).unwrap());
        let chunks: Vec<std::io::Result<Vec<u8>>> =
            bytes.chunks(64 * 1024).map(|chunk| Ok(chunk.to_vec())).collect();
        Ok(Box::pin(futures::stream::iter(chunks)))
    }
}

/// Simulated platforms and a registry that knows only them.
pub(crate) struct Stage {
    pub(crate) sim: Sim,
    pub(crate) base: String,
    pub(crate) clock: HandClock,
    pub(crate) registry: Registry,
    server: JoinHandle<std::io::Result<()>>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A connected account.
pub(crate) struct Account {
    pub(crate) channel: Channel,
    pub(crate) credential: Credential,
}

impl Stage {
    /// All platforms, nobody connected.
    pub(crate) async fn open() -> Self {
        Self::open_as(Host::named).await
    }

    /// The same, with hosts of another kind.
    pub(crate) async fn open_as(host: fn(String) -> Host) -> Self {
        let clock = HandClock(Arc::new(AtomicI64::new(START)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let told = clock.clone();
        let options = Options {
            base_url: Some(base.clone()),
            ..Options::default()
        };
        let sim = Sim::with_clock(
            options,
            Arc::new(move || jiff::Timestamp::from_microsecond(told.now().as_micros()).unwrap()),
        );
        #[expect(
            clippy::disallowed_methods,
            reason = "the simulator stands for the world outside"
        )]
        let server = tokio::spawn(postern_platform_sim::serve(
            sim.clone(),
            listener,
            std::future::pending(),
        ));
        let registry = registry(setups(&base, host), clock.clone());
        Self {
            sim,
            base,
            clock,
            registry,
            server,
        }
    }

    /// Another registry for the same platforms, as after a restart.
    pub(crate) fn registry_at(&self, base: &str, host: fn(String) -> Host) -> Registry {
        registry(setups(base, host), self.clock.clone())
    }

    /// A registry of an operator who set nothing.
    pub(crate) fn bare_registry() -> Registry {
        registry(BTreeMap::new(), HandClock(Arc::new(AtomicI64::new(START))))
    }

    /// A registry of an operator who says how many publications of one platform go out at once.
    pub(crate) fn registry_with_concurrency(id: &ProviderId, concurrency: u32) -> Registry {
        let setup = Setup {
            concurrency: Some(concurrency),
            ..Setup::default()
        };
        let setups = BTreeMap::from([(id.clone(), setup)]);
        registry(setups, HandClock(Arc::new(AtomicI64::new(START))))
    }

    /// The ids of all providers.
    pub(crate) fn providers() -> Vec<ProviderId> {
        postern_providers::all()
            .iter()
            .map(|provider| provider.manifest().id.clone())
            .collect()
    }

    /// The provider itself.
    pub(crate) fn provider(&self, id: &ProviderId) -> Arc<dyn Provider> {
        self.registry.provider(id).unwrap()
    }

    /// What a connection needs to know; each state once.
    pub(crate) fn context(&self, id: &ProviderId) -> ConnectContext {
        ConnectContext {
            redirect_url: format!("https://postern.test/integrations/social/{id}"),
            state: "s".repeat(32),
            verifier: Secret::new("v".repeat(64)),
            now: self.clock.now(),
        }
    }

    /// Connects an account of this handle through consent page or credentials form.
    pub(crate) async fn connect(&self, id: &ProviderId, handle: &str) -> Account {
        self.connect_with(id, handle, fields(id, handle)).await
    }

    /// The same with other fields in the form.
    pub(crate) async fn connect_with(&self, id: &ProviderId, handle: &str, fields: Settings) -> Account {
        let context = self.context(id);
        let connected = match self.registry.begin(id, &fields, &context).await.unwrap() {
            BeganConnect::Connected(connected) => *connected,
            BeganConnect::Redirect(started) => {
                let answer = consent(&started.url, handle).await;
                assert_eq!(answer.state, started.state, "{id}: the state comes back");
                self.registry
                    .finish(id, &answer, &started.memory, &context)
                    .await
                    .unwrap()
            }
        };
        self.account(id, connected)
    }

    /// A channel of what was connected.
    pub(crate) fn account(&self, id: &ProviderId, connected: Connected) -> Account {
        let channel = Channel {
            id: ChannelId::from_bits(1),
            workspace: WorkspaceId::from_bits(1),
            provider: id.clone(),
            remote_id: connected.remote_id,
            name: connected.name,
            handle: connected.handle,
            picture: connected.picture,
            health: Health::Connected,
            disabled: false,
            details: connected.details,
            group: None,
            grant_expires_at: connected.grant.ends_at,
            created_at: self.clock.now(),
        };
        let credential = Credential {
            grant: connected.grant.secret,
            version: 1,
            expires_at: connected.grant.expires_at,
        };
        Account { channel, credential }
    }

    /// What the platform of this provider holds.
    pub(crate) fn journal(&self, id: &ProviderId) -> Vec<JournalEntry> {
        let mut journal = self.sim.journal();
        journal.retain(|entry| entry.platform == id.as_str());
        journal
    }

    /// Plans one fault.
    pub(crate) fn fault(&self, id: &ProviderId, operation: Operation, kind: FaultKind) {
        self.sim.add_fault(Fault {
            platform: Some(id.as_str().parse::<Platform>().unwrap()),
            operation,
            kind,
            times: Times::Count(1),
            delay_ms: 0,
        });
    }

    /// Insists that nobody asked the platforms for what they do not know.
    pub(crate) fn close(&self) {
        assert_eq!(self.sim.unexpected(), Vec::<String>::new());
    }
}

fn registry(setups: BTreeMap<ProviderId, Setup>, clock: HandClock) -> Registry {
    Registry::new(
        postern_providers::all(),
        RegistryOptions {
            setups,
            allow_private: false,
            app_store: Arc::new(AppsInMemory::default()),
            clock: Arc::new(clock),
            rng: Arc::new(CountingRng),
        },
    )
}

fn setups(base: &str, host: fn(String) -> Host) -> BTreeMap<ProviderId, Setup> {
    let hosts = |names: &[(&str, &str)]| {
        names
            .iter()
            .map(|(name, path)| ((*name).to_owned(), host(format!("{base}/{path}"))))
            .collect::<BTreeMap<_, _>>()
    };
    let app = |id: &str| {
        Some(AppCredentials {
            client_id: id.to_owned(),
            client_secret: Secret::new("sandbox-secret"),
        })
    };
    BTreeMap::from([
        (
            ProviderId::of("mastodon"),
            Setup {
                hosts: hosts(&[("instance", "mastodon")]),
                ..Setup::default()
            },
        ),
        (
            ProviderId::of("bluesky"),
            Setup {
                hosts: hosts(&[("service", "bluesky"), ("video", "bluesky"), ("web", "bluesky")]),
                ..Setup::default()
            },
        ),
        (
            ProviderId::of("x"),
            Setup {
                hosts: hosts(&[("api", "x"), ("web", "x")]),
                app: app("sandbox-key"),
                ..Setup::default()
            },
        ),
        (
            ProviderId::of("linkedin"),
            Setup {
                hosts: hosts(&[("www", "linkedin"), ("api", "linkedin")]),
                app: app("sandbox-client"),
                ..Setup::default()
            },
        ),
    ])
}

/// What is typed into the connect form.
pub(crate) fn fields(id: &ProviderId, handle: &str) -> Settings {
    if matches!(form_of(id), Connect::Credentials { .. }) {
        let pairs = [("identifier", handle), ("password", "sandbox")];
        return pairs
            .map(|(key, value)| (key.to_owned(), Value::from(value)))
            .into();
    }
    Settings::new()
}

fn form_of(id: &ProviderId) -> Connect {
    let all = postern_providers::all();
    all.iter()
        .find(|provider| provider.manifest().id == *id)
        .unwrap()
        .manifest()
        .connect
        .clone()
}

/// Opens the consent page as an account that agrees, and reads where the platform sends the browser.
pub(crate) async fn consent(url: &str, handle: &str) -> ConnectAnswer {
    let mut page = Url::parse(url).unwrap();
    page.query_pairs_mut().append_pair("sandbox_account", handle);
    let back = Url::parse(&location(&page).await).unwrap();
    let field = |names: &[&str]| {
        let found = back.query_pairs().find(|(key, _)| names.contains(&key.as_ref()));
        found.map(|(_, value)| value.into_owned())
    };
    ConnectAnswer {
        state: field(&["state", "oauth_token"]).unwrap_or_default(),
        code: field(&["code", "oauth_verifier"]).map(Secret::new),
        error: field(&["error", "denied"]),
    }
}

/// The `Location` of a GET request.
async fn location(page: &Url) -> String {
    let host = format!("{}:{}", page.host_str().unwrap(), page.port().unwrap());
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let target = format!("{}?{}", page.path(), page.query().unwrap_or_default());
    let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let line = answer.lines().find_map(|line| line.strip_prefix("location: "));
    line.unwrap_or_else(|| panic!("no redirect: {answer}")).to_owned()
}
