//! Secrets that an installation makes for itself.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::SecretString;

/// Directory of the secrets within the data directory.
const DIRECTORY: &str = "secrets";
/// Bytes of each secret.
const BYTES: usize = 32;

/// The secrets of an installation that was given none.
#[derive(Debug, Clone)]
pub struct LocalSecrets {
    /// One key of the vault, `1:<base64>`.
    pub vault_key: SecretString,
    /// Signs links and sessions.
    pub session_secret: SecretString,
    /// By which split services know each other.
    pub service_token: SecretString,
}

/// Why a secret can neither be read nor made.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The file system refused.
    #[error("{} cannot be used: {source}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is there and empty, so what was sealed with it would be lost if it were made anew.
    #[error("{} is empty, restore it from a backup or remove it", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The system gave no random bytes.
    #[error("no random bytes to be had: {0}")]
    Random(getrandom::Error),
}

/// Reads the secrets below `data_dir`, and makes those that are missing.
///
/// Each is a file with mode 0600 that appears whole or not at all; of two processes that start at once both
/// get the secret of the first.
pub fn ensure_local_secrets(data_dir: &Path) -> Result<LocalSecrets, SecretsError> {
    let dir = data_dir.join(DIRECTORY);
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&dir);
    made.map_err(|source| SecretsError::File {
        path: dir.clone(),
        source,
    })?;
    let token = |bytes: [u8; BYTES]| URL_SAFE_NO_PAD.encode(bytes);
    Ok(LocalSecrets {
        vault_key: ensure(&dir.join("vault-key"), |bytes| {
            format!("1:{}", STANDARD.encode(bytes))
        })?,
        session_secret: ensure(&dir.join("session-secret"), token)?,
        service_token: ensure(&dir.join("service-token"), token)?,
    })
}

fn ensure(path: &Path, text: impl Fn([u8; BYTES]) -> String) -> Result<SecretString, SecretsError> {
    if let Some(secret) = read(path)? {
        return Ok(secret);
    }
    let draft = path.with_extension(URL_SAFE_NO_PAD.encode(random()?));
    write_once(path, &draft, &text(random()?)).map_err(|source| SecretsError::File {
        path: path.into(),
        source,
    })?;
    read(path)?.ok_or_else(|| SecretsError::File {
        path: path.into(),
        source: io::ErrorKind::NotFound.into(),
    })
}

fn random() -> Result<[u8; BYTES], SecretsError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(SecretsError::Random)?;
    Ok(bytes)
}

fn read(path: &Path) -> Result<Option<SecretString>, SecretsError> {
    match fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => Err(SecretsError::Empty { path: path.into() }),
        Ok(text) => Ok(Some(text.trim().into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SecretsError::File {
            path: path.into(),
            source,
        }),
    }
}

/// Writes `text` to `draft` and gives it the name `path`, unless another process was faster.
fn write_once(path: &Path, draft: &Path, text: &str) -> io::Result<()> {
    let written = write_synced(draft, text).and_then(|()| match fs::hard_link(draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(draft);
    written.and(removed)
}

fn write_synced(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}
