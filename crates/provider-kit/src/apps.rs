//! Apps at platforms: those the operator registered, and those a provider registers by itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use postern_domain::manifest::ProviderId;
use postern_domain::secret::Secret;

/// The id and secret of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppCredentials {
    /// The public id.
    pub client_id: String,
    /// The secret.
    pub client_secret: Secret,
}

/// The store of apps failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store of registered apps failed: {0}")]
pub struct AppStoreError(pub String);

/// Remembers the apps that providers registered by themselves (Mastodon instances).
#[async_trait]
pub trait AppStore: Send + Sync {
    /// The app that was registered for `purpose` (instance, redirect address and scopes in one text).
    async fn get(
        &self,
        provider: &ProviderId,
        purpose: &str,
    ) -> Result<Option<AppCredentials>, AppStoreError>;

    /// Remembers an app, replacing an older one for the same purpose.
    async fn put(
        &self,
        provider: &ProviderId,
        purpose: &str,
        app: &AppCredentials,
    ) -> Result<(), AppStoreError>;
}

/// An [`AppStore`] that forgets everything with the process.
#[derive(Debug, Default)]
pub struct AppsInMemory(Mutex<BTreeMap<(ProviderId, String), AppCredentials>>);

#[async_trait]
impl AppStore for AppsInMemory {
    async fn get(
        &self,
        provider: &ProviderId,
        purpose: &str,
    ) -> Result<Option<AppCredentials>, AppStoreError> {
        let apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(apps.get(&(provider.clone(), purpose.to_owned())).cloned())
    }

    async fn put(
        &self,
        provider: &ProviderId,
        purpose: &str,
        app: &AppCredentials,
    ) -> Result<(), AppStoreError> {
        let mut apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        apps.insert((provider.clone(), purpose.to_owned()), app.clone());
        Ok(())
    }
}
