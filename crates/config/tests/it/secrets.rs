//! Secrets that an installation makes for itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;

use postern_config::{LocalSecrets, SecretsError, ensure_local_secrets};
use secrecy::ExposeSecret;

use crate::settings;

fn texts(secrets: &LocalSecrets) -> [&str; 3] {
    [
        &secrets.vault_key,
        &secrets.session_secret,
        &secrets.service_token,
    ]
    .map(ExposeSecret::expose_secret)
}

#[test]
fn secrets_are_made_once_and_for_the_owner_alone() {
    let dir = tempfile::tempdir().expect("a directory is to be had");
    let data = dir.path().join("data");
    let first = ensure_local_secrets(&data).expect("they are made");
    let second = ensure_local_secrets(&data).expect("they are read");
    assert_eq!(texts(&first), texts(&second));
    let files: Vec<_> = fs::read_dir(data.join("secrets"))
        .expect("it is there")
        .flatten()
        .collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        let mode = file.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file:?}");
    }
    let key = first.vault_key.expose_secret();
    let ring = settings(&[("POSTERN__VAULT__KEYS", key)]).vault.key_ring();
    assert_eq!(ring.as_ref().map(ExposeSecret::expose_secret), Some(key));
}

#[test]
fn of_many_that_start_at_once_all_get_the_same() {
    let dir = tempfile::tempdir().expect("a directory is to be had");
    let keys: Vec<_> = thread::scope(|scope| {
        let start = || ensure_local_secrets(dir.path()).map(|secrets| texts(&secrets).map(str::to_owned));
        let starts: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
        starts
            .into_iter()
            .map(|start| start.join().expect("it does not panic").expect("they are made"))
            .collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn an_empty_secret_is_not_replaced() {
    let dir = tempfile::tempdir().expect("a directory is to be had");
    ensure_local_secrets(dir.path()).expect("they are made");
    let file = dir.path().join("secrets/vault-key");
    fs::write(&file, "\n").expect("the file is written");
    let got = ensure_local_secrets(dir.path()).map(|_| ());
    assert!(
        matches!(&got, Err(SecretsError::Empty { path }) if *path == file),
        "{got:?}"
    );
}
