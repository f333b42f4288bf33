//! The database, waited for at start and brought to the current schema.

use std::time::Duration;

use anyhow::Result;
use postern_config::Settings;
use postern_storage::{Database, Options};
use secrecy::ExposeSecret;

use crate::serve::DependencyMissing;

/// Opens the database; with `migrate` brings its schema up to date.
pub async fn storage(settings: &Settings, patience: Duration, migrate: bool) -> Result<Database> {
    let options = Options {
        url: settings.database_url().expose_secret().to_owned(),
        max_connections: settings.database.max_connections,
    };
    let waited = postern_storage::wait_for(&options, patience, |error, _left| {
        tracing::warn!(error = %error, "waiting for the database");
    });
    let database = waited
        .await
        .map_err(|error| DependencyMissing(format!("database.url: {error}")))?;
    if migrate {
        database.migrate().await?;
    }
    Ok(database)
}
