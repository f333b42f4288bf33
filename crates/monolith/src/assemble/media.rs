//! Files: on disk or in a bucket; for split workers over HTTP from `backend-api`.

use std::sync::Arc;

use anyhow::{Context, Result};
use postern_config::{MediaBackend, S3};
use postern_domain::ports::{MediaReader, MediaStore};
use postern_domain::secret::Secret;
use postern_media::{DiskStore, FetchPolicy, RemoteReader, S3Settings, S3Store, Surroundings};
use secrecy::ExposeSecret;
use url::Url;

use crate::serve::Process;

/// The store of files.
pub fn media_store(process: &Process) -> Result<Arc<dyn MediaStore>> {
    let settings = &process.settings;
    let public_url = settings.server.public_url.to_string();
    match settings.media.backend {
        MediaBackend::Disk => {
            let directory = settings.upload_dir();
            std::fs::create_dir_all(&directory)
                .with_context(|| format!("media.directory: {} cannot be made", directory.display()))?;
            let store = DiskStore::new(
                directory,
                &public_url,
                fetch_policy(process),
                Arc::clone(&process.clock),
            )?;
            Ok(Arc::new(store))
        }
        MediaBackend::S3 => Ok(Arc::new(bucket(process, &settings.media.s3)?)),
    }
}

/// The files as a worker reads them.
pub fn media_reader(process: &Process) -> Result<Arc<dyn MediaReader>> {
    let settings = &process.settings;
    match settings.media.backend {
        MediaBackend::Disk => {
            let base = settings.server.backend_url.to_string();
            Ok(Arc::new(RemoteReader::new(&base, process.service_token.clone())?))
        }
        MediaBackend::S3 => Ok(Arc::new(bucket(process, &settings.media.s3)?)),
    }
}

fn bucket(process: &Process, s3: &S3) -> Result<S3Store> {
    let secret = s3
        .secret_access_key
        .as_ref()
        .context("media.s3.secret_access_key is not set")?;
    let settings = S3Settings {
        endpoint: s3.endpoint.as_ref().map(ToString::to_string),
        region: s3.region.clone(),
        bucket: s3.bucket.clone().context("media.s3.bucket is not set")?,
        access_key_id: s3
            .access_key_id
            .clone()
            .context("media.s3.access_key_id is not set")?,
        secret_access_key: Secret::new(secret.expose_secret()),
        path_style: s3.path_style,
        public_url: s3.public_url.as_ref().map(ToString::to_string),
    };
    let surroundings = Surroundings {
        spool: process.settings.server.data_dir.join("spool"),
        public_url: process.settings.server.public_url.to_string(),
        policy: fetch_policy(process),
        clock: Arc::clone(&process.clock),
    };
    Ok(S3Store::new(&settings, surroundings)?)
}

/// What may be fetched: public addresses, and the sandbox where there is one.
fn fetch_policy(process: &Process) -> FetchPolicy {
    let sandbox = process.sandbox.as_deref().and_then(|url| Url::parse(url).ok());
    let allowed: Vec<String> = sandbox
        .and_then(|url| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?)))
        .into_iter()
        .collect();
    FetchPolicy {
        allow_private: process.settings.server.allow_private_addresses,
        allowed_hosts: allowed,
    }
}
