//! Secrets of the instance: given, or generated into the data directory.

use anyhow::{Context, Result};
use postern_config::{Settings, ensure_local_secrets};
use postern_domain::secret::Secret;
use postern_vault::{KeyRing, SealingVault};
use secrecy::{ExposeSecret, SecretString};

/// What services need beside the vault's keys.
pub struct Secrets {
    /// Seals, signs and hashes.
    pub vault: SealingVault,
    /// By which split services know each other.
    pub service_token: Secret,
    /// Signs confirmations of the MCP gateway.
    pub session_secret: Secret,
}

/// Takes what is set; the rest is read from the data directory, where the first start puts it.
///
/// A service that opens no credentials gets a vault of its own that forgets everything with the process.
pub fn secrets(settings: &Settings, opens_credentials: bool) -> Result<Secrets> {
    let passing = || SecretString::from(KeyRing::generate().reveal().to_owned());
    let given = (
        settings
            .vault
            .key_ring()
            .or_else(|| (!opens_credentials).then(passing)),
        settings.server.service_token.clone(),
        settings.vault.jwt_secret.clone(),
    );
    let (ring, service, session) = match given {
        (Some(ring), Some(service), Some(session)) => (ring, service, session),
        (ring, service, session) => {
            let local = ensure_local_secrets(&settings.server.data_dir)
                .context("secrets of the data directory, server.data_dir")?;
            (
                ring.unwrap_or(local.vault_key),
                service.unwrap_or(local.service_token),
                session.unwrap_or(local.session_secret),
            )
        }
    };
    let ring = KeyRing::parse(&Secret::new(ring.expose_secret())).context("vault.keys")?;
    Ok(Secrets {
        vault: SealingVault::new(ring),
        service_token: Secret::new(service.expose_secret()),
        session_secret: Secret::new(session.expose_secret()),
    })
}
