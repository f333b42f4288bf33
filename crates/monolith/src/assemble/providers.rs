//! The registry of providers as settings want it.

use std::collections::BTreeMap;
use std::sync::Arc;

use postern_config::Settings;
use postern_domain::manifest::{ProviderId, Rate, RateScope};
use postern_domain::ports::{Clock, Rng};
use postern_domain::secret::Secret;
use postern_provider_kit::{AppCredentials, AppStore, Host, Provider, Registry, RegistryOptions, Setup};
use secrecy::ExposeSecret;

/// Builds the registry. With a sandbox all hosts of providers that it simulates lead there.
pub fn registry(
    settings: &Settings,
    sandbox: Option<&str>,
    app_store: Arc<dyn AppStore>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
) -> Registry {
    let providers = postern_providers::all();
    let mut setups: BTreeMap<ProviderId, Setup> = BTreeMap::new();
    for provider in &providers {
        let id = provider.manifest().id.clone();
        let mut setup = settings
            .providers
            .get(id.as_str())
            .map(setup_of)
            .unwrap_or_default();
        if let Some(url) = sandbox {
            lead_to_sandbox(&mut setup, &**provider, url);
        }
        setups.insert(id, setup);
    }
    for unknown in settings
        .providers
        .keys()
        .filter(|id| !setups.contains_key(&ProviderId::new(id.as_str())))
    {
        tracing::warn!(provider = %unknown, "settings name a provider that this version does not have");
    }
    let options = RegistryOptions {
        setups,
        allow_private: settings.server.allow_private_addresses,
        app_store,
        clock,
        rng,
    };
    Registry::new(providers, options)
}

fn setup_of(given: &postern_config::Provider) -> Setup {
    let app = given
        .client_id
        .as_ref()
        .zip(given.client_secret.as_ref())
        .map(|(id, secret)| AppCredentials {
            client_id: id.clone(),
            client_secret: Secret::new(secret.expose_secret()),
        });
    Setup {
        disabled: !given.enabled,
        app,
        hosts: given
            .hosts
            .iter()
            .map(|(name, url)| (name.clone(), Host::named(url.to_string())))
            .collect(),
        scopes: given.scopes.clone(),
        concurrency: given.concurrency,
        extra: given.extra.clone(),
        rates: given
            .rates
            .as_ref()
            .map(|rates| rates.0.iter().map(rate_of).collect()),
    }
}

fn rate_of(given: &postern_config::PlatformRate) -> Rate {
    Rate {
        scope: match given.whose {
            postern_config::Whose::App => RateScope::App,
            postern_config::Whose::Channel => RateScope::Channel,
        },
        count: given.count,
        window: given.window,
    }
}

/// The sandbox serves each platform below its id and knows one app for each.
fn lead_to_sandbox(setup: &mut Setup, provider: &dyn Provider, url: &str) {
    let id = provider.manifest().id.as_str();
    for (name, _) in provider.hosts() {
        setup
            .hosts
            .insert((*name).to_owned(), Host::sandbox(format!("{url}/{id}")));
    }
    let client_id = if id == "x" {
        "sandbox-key"
    } else {
        "sandbox-client"
    };
    setup.app = Some(AppCredentials {
        client_id: client_id.to_owned(),
        client_secret: Secret::new("sandbox-secret"),
    });
}
