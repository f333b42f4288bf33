//! Apps that providers registered by themselves, kept sealed in the database.

use std::sync::Arc;

use async_trait::async_trait;
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{AppRegistration, Storage, StorageError, Vault};
use postern_domain::secret::Secret;
use postern_provider_kit::{AppCredentials, AppStore, AppStoreError};

/// The app store over the database.
pub(super) struct StoredApps {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) vault: Arc<dyn Vault>,
}

#[async_trait]
impl AppStore for StoredApps {
    async fn get(&self, provider: &ProviderId, app: &str) -> Result<Option<AppCredentials>, AppStoreError> {
        let unit = self.storage.read().await.map_err(failed)?;
        let Some(found) = unit.app_registration(provider, app).await.map_err(failed)? else {
            return Ok(None);
        };
        let opened = self
            .vault
            .open(&purpose(provider, app), &found.sealed)
            .map_err(|error| AppStoreError(error.to_string()))?;
        Ok(opened
            .reveal()
            .split_once('\n')
            .map(|(client_id, client_secret)| AppCredentials {
                client_id: client_id.to_owned(),
                client_secret: Secret::new(client_secret),
            }))
    }

    async fn put(
        &self,
        provider: &ProviderId,
        app: &str,
        credentials: &AppCredentials,
    ) -> Result<(), AppStoreError> {
        let text = format!(
            "{}\n{}",
            credentials.client_id,
            credentials.client_secret.reveal()
        );
        let registration = AppRegistration {
            provider: provider.clone(),
            purpose: app.to_owned(),
            sealed: self.vault.seal(&purpose(provider, app), &Secret::new(text)),
        };
        let unit = self.storage.begin().await.map_err(failed)?;
        unit.put_app_registration(&registration).await.map_err(failed)?;
        unit.commit().await.map_err(failed)
    }
}

fn purpose(provider: &ProviderId, app: &str) -> String {
    format!("app/{provider}/{app}")
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn failed(error: StorageError) -> AppStoreError {
    AppStoreError(error.to_string())
}
