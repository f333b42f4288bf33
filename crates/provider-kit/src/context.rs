//! What a provider is given: the way to its platform, and the channel it works for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use postern_domain::channel::{Channel, Credential};
use postern_domain::failure::Trace;
use postern_domain::manifest::{ProviderId, Rate};
use postern_domain::ports::{Clock, MediaReader, Rng};
use postern_domain::rate::RateHint;
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::apps::{AppCredentials, AppStore};
use crate::http::{Call, Http, Lost, Reply};
use crate::redact::Redactions;

/// What the operator set for one provider.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Whether the provider is left out altogether.
    pub disabled: bool,
    /// The app that the operator registered.
    pub app: Option<AppCredentials>,
    /// Other addresses by host name.
    pub hosts: BTreeMap<String, Host>,
    /// Permissions to ask for in place of the usual ones; empty means the usual ones.
    pub scopes: Vec<String>,
    /// Publications in flight at once, in place of what the manifest says.
    pub concurrency: Option<u32>,
    /// What else the provider knows, for example `api_version`.
    pub extra: BTreeMap<String, String>,
    /// Rates in place of the manifest's, for what the operator has agreed with the platform.
    pub rates: Option<Vec<Rate>>,
}

/// The address of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Base address without a trailing slash.
    pub url: String,
    /// Whether it is Postern's own sandbox, whose address may be another one after a restart.
    pub is_sandbox: bool,
}

impl Host {
    /// A host that the operator named.
    pub fn named(url: impl Into<String>) -> Self {
        Self {
            url: trimmed(url.into()),
            is_sandbox: false,
        }
    }

    /// Postern's own sandbox.
    pub fn sandbox(url: impl Into<String>) -> Self {
        Self {
            url: trimmed(url.into()),
            is_sandbox: true,
        }
    }
}

fn trimmed(mut url: String) -> String {
    url.truncate(url.trim_end_matches('/').len());
    url
}

/// The way to one platform: client, addresses, app, clock and chance.
pub struct Platform<'a> {
    pub(crate) provider: ProviderId,
    pub(crate) http: &'a Http,
    pub(crate) setup: &'a Setup,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) rng: &'a dyn Rng,
    pub(crate) deadline: Instant,
    pub(crate) redactions: Redactions,
    pub(crate) last: Mutex<Trace>,
    pub(crate) rates: Mutex<Vec<RateHint>>,
}

impl Platform<'_> {
    /// Which provider this is.
    pub fn provider(&self) -> &ProviderId {
        &self.provider
    }

    /// The base address of one of the provider's hosts, without a trailing slash.
    pub fn base(&self, name: &str) -> &str {
        self.setup.hosts.get(name).map_or("", |host| host.url.as_str())
    }

    /// Whether one of the provider's hosts is Postern's own sandbox.
    pub fn is_sandbox(&self, name: &str) -> bool {
        self.setup.hosts.get(name).is_some_and(|host| host.is_sandbox)
    }

    /// The app that the operator registered.
    pub fn app(&self) -> Option<&AppCredentials> {
        self.setup.app.as_ref()
    }

    /// Permissions to ask for in place of the usual ones.
    pub fn scopes(&self) -> Option<&[String]> {
        Some(self.setup.scopes.as_slice()).filter(|scopes| !scopes.is_empty())
    }

    /// Another setting of the operator for this provider.
    pub fn extra(&self, key: &str) -> Option<&str> {
        self.setup.extra.get(key).map(String::as_str)
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A random text of letters and digits, for nonces.
    pub fn token(&self, length: usize) -> String {
        self.rng.token(length)
    }

    /// Whether the guard would let a request to this address pass; the reason if not.
    pub fn allows(&self, url: &str) -> Result<(), &'static str> {
        self.http.allows(url)
    }

    /// Sends one request, once.
    pub async fn send(&self, call: Call) -> Result<Reply, Lost> {
        let result = self.http.send(call, self.deadline, &self.redactions).await;
        let trace = result.as_ref().map_or_else(|_| Trace::default(), Reply::trace);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = trace;
        result
    }

    /// Notes what a reply says about the platform's counting, so that other posts wait before they are refused.
    pub fn note(&self, hint: Option<RateHint>) {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        rates.extend(hint);
    }

    /// What the platform said last, as evidence of an attempt.
    pub fn trace(&self, operation: &str) -> Trace {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        Trace {
            operation: operation.to_owned(),
            rates: self.rates.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            ..last.clone()
        }
    }
}

/// What a provider is given to work for a channel.
pub struct Cx<'a> {
    /// The way to the platform.
    pub platform: Platform<'a>,
    /// The channel.
    pub channel: &'a Channel,
    /// Its opened credential.
    pub credential: &'a Credential,
    /// Reads the files that are to be published.
    pub media: &'a dyn MediaReader,
}

impl Cx<'_> {
    /// The grant as the provider wrote it; none when it is of another form.
    pub fn grant<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.credential.grant.reveal()).ok()
    }
}

/// What a provider is given to connect a channel.
pub struct ConnectCx<'a> {
    /// The way to the platform.
    pub platform: Platform<'a>,
    /// Where the platform sends the browser back to.
    pub redirect_url: &'a str,
    /// An unguessable state for the platform to give back.
    pub state: &'a str,
    /// A secret for PKCE.
    pub verifier: &'a Secret,
    /// The store of apps that were registered on the way.
    pub apps: &'a dyn AppStore,
}
