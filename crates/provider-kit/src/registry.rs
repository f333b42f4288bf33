//! All providers, offered to the rest of Postern.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::capability::{self, Draft, Preview};
use postern_domain::channel::{Channel, ConnectAnswer, Connected, Credential, Grant};
use postern_domain::failure::Trace;
use postern_domain::manifest::{Limits, Manifest, ProviderId};
use postern_domain::ports::{
    BeganConnect, ByteStream, Clock, ConnectContext, ConnectError, Connector, MediaError, MediaReader,
    ProviderCatalog, RefreshError, Rng,
};
use postern_domain::secret::Secret;
use postern_domain::value::{Settings, Value};
use postern_domain::{Code, Problem};
use tokio::time::Instant;

use crate::apps::AppStore;
use crate::context::{ConnectCx, Cx, Host, Platform, Setup};
use crate::http::Http;
use crate::provider::{AppNeed, Provider};
use crate::redact::Redactions;
use crate::traced::Traced;

/// How long connecting, refreshing and helpers may take in all.
const CONNECT_DEADLINE: Duration = Duration::from_secs(45);

/// What the registry is built with.
pub struct RegistryOptions {
    /// What the operator set, by provider.
    pub setups: BTreeMap<ProviderId, Setup>,
    /// Whether addresses inside may be typed in by anybody.
    pub allow_private: bool,
    /// Remembers apps that providers register by themselves.
    pub app_store: Arc<dyn AppStore>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of chance.
    pub rng: Arc<dyn Rng>,
}

/// All providers by id.
pub struct Registry {
    providers: Vec<Registered>,
    manifests: Vec<Manifest>,
    http: Http,
    app_store: Arc<dyn AppStore>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
}

struct Registered {
    provider: Arc<dyn Provider>,
    setup: Setup,
}

impl Registered {
    /// What the provider says of itself, with what the operator knows better.
    fn manifest(&self) -> Manifest {
        let mut manifest = self.provider.manifest().clone();
        manifest.concurrency = self.setup.concurrency.unwrap_or(manifest.concurrency);
        if let Some(rates) = &self.setup.rates {
            manifest.rates.clone_from(rates);
        }
        manifest
    }
}

impl Registry {
    /// Takes the providers in the order they are shown; those that the operator switched off are left out.
    pub fn new(providers: Vec<Box<dyn Provider>>, options: RegistryOptions) -> Self {
        let mut setups = options.setups;
        let mut registered = Vec::new();
        let mut named = Vec::new();
        for provider in providers {
            let mut setup = setups.remove(&provider.manifest().id).unwrap_or_default();
            if setup.disabled {
                continue;
            }
            // What the operator named may lie inside; the public defaults are guarded like any other address.
            named.extend(setup.hosts.values().map(|host| host.url.clone()));
            for (name, url) in provider.hosts() {
                setup
                    .hosts
                    .entry((*name).to_owned())
                    .or_insert_with(|| Host::named(*url));
            }
            registered.push(Registered {
                provider: Arc::new(Traced(provider)),
                setup,
            });
        }
        Self {
            manifests: registered.iter().map(Registered::manifest).collect(),
            http: Http::new(named.iter().map(String::as_str), options.allow_private),
            providers: registered,
            app_store: options.app_store,
            clock: options.clock,
            rng: options.rng,
        }
    }

    /// The provider of this id; its calls run in spans.
    pub fn provider(&self, id: &ProviderId) -> Option<Arc<dyn Provider>> {
        self.registered(id).map(|entry| Arc::clone(&entry.provider))
    }

    /// What a provider needs to work for a channel until `deadline`; none when the provider is not there.
    pub fn cx<'a>(
        &'a self,
        channel: &'a Channel,
        credential: &'a Credential,
        media: &'a dyn MediaReader,
        deadline: Instant,
    ) -> Option<Cx<'a>> {
        let entry = self.registered(&channel.provider)?;
        let secrets = Redactions::of_grant(credential.grant.reveal());
        Some(Cx {
            platform: self.platform(entry, secrets, deadline),
            channel,
            credential,
            media,
        })
    }

    fn registered(&self, id: &ProviderId) -> Option<&Registered> {
        self.providers
            .iter()
            .find(|entry| entry.provider.manifest().id == *id)
    }

    fn known(&self, id: &ProviderId) -> Result<&Registered, ConnectError> {
        self.registered(id).ok_or_else(|| {
            ConnectError::Refused(
                Problem::new(
                    Code::ProviderUnknown,
                    "/provider",
                    "there is no provider of this name",
                    "give one of the allowed names",
                )
                .given(id)
                .allowed(
                    self.manifests
                        .iter()
                        .map(|manifest| manifest.id.as_str())
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
            )
        })
    }

    fn platform<'a>(
        &'a self,
        entry: &'a Registered,
        mut secrets: Vec<String>,
        deadline: Instant,
    ) -> Platform<'a> {
        secrets.extend(
            entry
                .setup
                .app
                .iter()
                .map(|app| app.client_secret.reveal().to_owned()),
        );
        Platform {
            provider: entry.provider.manifest().id.clone(),
            http: &self.http,
            setup: &entry.setup,
            clock: self.clock.as_ref(),
            rng: self.rng.as_ref(),
            deadline,
            redactions: Redactions::new(secrets),
            last: Mutex::new(Trace::default()),
            rates: Mutex::default(),
        }
    }

    fn connect_cx<'a>(&'a self, entry: &'a Registered, context: &'a ConnectContext) -> ConnectCx<'a> {
        let secrets = vec![context.verifier.reveal().to_owned()];
        ConnectCx {
            platform: self.platform(entry, secrets, Instant::now() + CONNECT_DEADLINE),
            redirect_url: &context.redirect_url,
            state: &context.state,
            verifier: &context.verifier,
            apps: self.app_store.as_ref(),
        }
    }

    fn channel_cx<'a>(
        &'a self,
        channel: &'a Channel,
        credential: &'a Credential,
    ) -> Result<Cx<'a>, ConnectError> {
        let entry = self.known(&channel.provider)?;
        let secrets = Redactions::of_grant(credential.grant.reveal());
        let platform = self.platform(entry, secrets, Instant::now() + CONNECT_DEADLINE);
        Ok(Cx {
            platform,
            channel,
            credential,
            media: &NoMedia,
        })
    }
}

/// The provider's facts, with the rates that the operator agreed on.
fn configured(entry: &Registered) -> Result<(), Problem> {
    let AppNeed::Required { settings, portal } = entry.provider.app_need() else {
        return Ok(());
    };
    if entry.setup.app.is_some() {
        return Ok(());
    }
    Err(Problem::new(
        Code::ProviderNotConfigured,
        "/provider",
        format!(
            "{} needs an app of yours, and {} are not set",
            entry.provider.manifest().name,
            settings.join(" and ")
        ),
        format!("register an app at {portal}, set them, and start Postern again"),
    ))
}

impl ProviderCatalog for Registry {
    fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    fn configured(&self, provider: &ProviderId) -> Result<(), Problem> {
        match self.known(provider) {
            Ok(entry) => configured(entry),
            Err(ConnectError::Refused(problem)) => Err(problem),
            Err(ConnectError::Unreachable { .. }) => Ok(()),
        }
    }

    fn limits(&self, channel: &Channel) -> Limits {
        self.registered(&channel.provider)
            .map_or_else(no_limits, |entry| entry.provider.limits(channel))
    }

    fn preview(&self, draft: &Draft<'_>) -> Preview {
        let entry = match self.known(&draft.channel.provider) {
            Ok(entry) => entry,
            Err(ConnectError::Refused(problem)) => {
                return Preview {
                    problems: vec![problem],
                    ..Preview::default()
                };
            }
            Err(ConnectError::Unreachable { .. }) => return Preview::default(),
        };
        let provider = &entry.provider;
        let limits = provider.limits(draft.channel);
        let mut preview = capability::check(provider.manifest(), &limits, draft, &|text| {
            provider.measure(text)
        });
        preview.problems.extend(provider.check(draft, &limits));
        preview
    }
}

fn no_limits() -> Limits {
    Limits {
        text_max: 0,
        text_unit: "characters".to_owned(),
        media_max: 0,
        media: Vec::new(),
        alone: Vec::new(),
        media_required: false,
        alt_max: 0,
    }
}

#[async_trait]
impl Connector for Registry {
    async fn begin(
        &self,
        provider: &ProviderId,
        fields: &Settings,
        context: &ConnectContext,
    ) -> Result<BeganConnect, ConnectError> {
        let entry = self.known(provider)?;
        configured(entry).map_err(ConnectError::Refused)?;
        entry
            .provider
            .begin(&self.connect_cx(entry, context), fields)
            .await
    }

    async fn finish(
        &self,
        provider: &ProviderId,
        answer: &ConnectAnswer,
        memory: &Secret,
        context: &ConnectContext,
    ) -> Result<Connected, ConnectError> {
        let entry = self.known(provider)?;
        entry
            .provider
            .finish(&self.connect_cx(entry, context), answer, memory)
            .await
    }

    async fn refresh(&self, channel: &Channel, credential: &Credential) -> Result<Grant, RefreshError> {
        let not_there = |_| RefreshError::NotNow {
            reason: "the provider is switched off".to_owned(),
            until: None,
        };
        let cx = self.channel_cx(channel, credential).map_err(not_there)?;
        let entry = self.known(&channel.provider).map_err(not_there)?;
        entry.provider.refresh(&cx).await
    }

    async fn profile(&self, channel: &Channel, credential: &Credential) -> Result<Connected, ConnectError> {
        let cx = self.channel_cx(channel, credential)?;
        self.known(&channel.provider)?.provider.profile(&cx).await
    }

    async fn help(
        &self,
        channel: &Channel,
        credential: &Credential,
        helper: &str,
        arguments: &Settings,
    ) -> Result<Value, ConnectError> {
        let cx = self.channel_cx(channel, credential)?;
        self.known(&channel.provider)?
            .provider
            .help(&cx, helper, arguments)
            .await
    }
}

/// Where credentials are kept no files are read.
struct NoMedia;

#[async_trait]
impl MediaReader for NoMedia {
    async fn read(&self, _key: &str, _from: u64) -> Result<ByteStream, MediaError> {
        Err(MediaError::NotFound)
    }
}
