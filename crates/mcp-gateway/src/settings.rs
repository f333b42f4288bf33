//! What the gateway needs to be told and given.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use postern_domain::ports::{Backend, Clock};
use url::Url;

/// What the gateway needs: ports in `Arc`, settings by value.
#[derive(Clone)]
pub struct Deps {
    /// The use cases.
    pub backend: Arc<dyn Backend>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// How to serve.
    pub settings: Settings,
    /// Signs confirmation tokens and stream ids; the same on every replica.
    pub secret: [u8; 32],
}

impl fmt::Debug for Deps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deps")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// How to serve.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address that people type, for example `https://post.example.org`; links and host checks come from it.
    pub public_url: Url,
    /// Further hosts to answer to, with or without a port; `*` answers to any. Loopback is always among them.
    pub allowed_hosts: Vec<String>,
    /// Further origins that browsers may call from, for example `https://app.example.org`, or `https://app.example.org:*`.
    pub allowed_origins: Vec<String>,
    /// The version that is told to clients.
    pub version: String,
    /// The path of our picture below the public address, where the web UI serves one.
    pub icon_path: Option<String>,
    /// Whether clients of the older revisions get sessions; without, they cannot be asked anything in between.
    pub legacy_sessions: bool,
    /// Upper bounds.
    pub limits: Limits,
}

impl Settings {
    /// Settings with the usual bounds and no further hosts or origins.
    pub fn new(public_url: Url, version: impl Into<String>) -> Self {
        Self {
            public_url,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            version: version.into(),
            icon_path: None,
            legacy_sessions: true,
            limits: Limits::default(),
        }
    }
}

/// Upper bounds of one gateway process.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest request body, in bytes.
    pub body_bytes: usize,
    /// Calls that one key may have running at once.
    pub calls_at_once: u32,
    /// Calls of reading tools that one key may make in a minute; `None` is no bound.
    pub reads_per_minute: Option<u32>,
    /// Calls of writing tools that one key may make in a minute; `None` is no bound.
    pub writes_per_minute: Option<u32>,
    /// How long a tool may take.
    pub call_deadline: Duration,
    /// Sessions of one principal that have workers in this process at once.
    pub sessions_per_key: usize,
    /// Sessions that have workers in this process at once.
    pub sessions: usize,
    /// Event streams that one key may hold open.
    pub streams_per_key: usize,
    /// How long an event stream may stay open without a message from its client.
    pub stream_idle: Duration,
    /// How often the key of an open event stream is looked up again.
    pub key_recheck: Duration,
    /// How often an open event stream is kept alive with a comment.
    pub keep_alive: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 4 * 1024 * 1024,
            calls_at_once: 16,
            reads_per_minute: Some(60),
            writes_per_minute: Some(20),
            call_deadline: Duration::from_secs(30),
            sessions_per_key: 50,
            sessions: 2000,
            streams_per_key: 20,
            stream_idle: Duration::from_mins(5),
            key_recheck: Duration::from_secs(4),
            keep_alive: Duration::from_secs(15),
        }
    }
}
