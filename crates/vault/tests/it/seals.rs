use postern_domain::ports::{Vault, VaultError};
use postern_domain::secret::Secret;

use crate::{NEW, OLD, both, vault};

const PURPOSE: &str = "credential/ch_01";

/// What `seal` wrote as version 1 for [`PURPOSE`] under [`OLD`]; it must stay readable for ever.
const VERSION_1: &str = "0100000001d330aa883bf12405d49725906a21463363933102f17bca5ec907c70049c410b0340d0f5674ba88284a036dc6a836d9a55402b9471347e039c1340e17";

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn sealed_texts_open_again() {
    let vault = vault(OLD);
    for text in ["", "token", "emoji \u{1f512} and more", &"x".repeat(100_000)] {
        let sealed = vault.seal(PURPOSE, &Secret::new(text));
        assert_eq!(sealed[..5], [1, 0, 0, 0, 1]);
        assert_eq!(sealed.len(), 1 + 4 + 24 + text.len() + 16);
        assert_eq!(vault.open(PURPOSE, &sealed), Ok(Secret::new(text)));
    }
}

#[test]
fn blobs_of_version_one_stay_readable() {
    assert_eq!(
        vault(&both()).open(PURPOSE, &bytes(VERSION_1)),
        Ok(Secret::new(r#"{"access":"a-token"}"#))
    );
}

#[test]
fn the_same_text_never_seals_alike() {
    let vault = vault(OLD);
    let text = Secret::new("token");
    assert_ne!(vault.seal(PURPOSE, &text), vault.seal(PURPOSE, &text));
}

#[test]
fn another_purpose_does_not_open() {
    let vault = vault(OLD);
    let sealed = vault.seal(PURPOSE, &Secret::new("token"));
    for purpose in ["", "credential/ch_02", "credential/ch_01 "] {
        assert_eq!(vault.open(purpose, &sealed), Err(VaultError::Broken), "{purpose}");
    }
}

#[test]
fn no_byte_may_change_and_none_may_be_missing() {
    let vault = vault(OLD);
    let sealed = vault.seal(PURPOSE, &Secret::new("token"));
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        let want = match at {
            1..5 => VaultError::UnknownKey {
                key_id: u32::from_be_bytes(changed[1..5].try_into().unwrap()),
            },
            _ => VaultError::Broken,
        };
        assert_eq!(vault.open(PURPOSE, &changed), Err(want), "byte {at}");
        assert_eq!(
            vault.open(PURPOSE, &sealed[..at]),
            Err(VaultError::Broken),
            "cut at {at}"
        );
    }
    let mut longer = sealed;
    longer.push(0);
    assert_eq!(vault.open(PURPOSE, &longer), Err(VaultError::Broken));
}

#[test]
fn old_keys_open_and_make_stale_and_lost_keys_are_named() {
    let text = Secret::new("token");
    let sealed = vault(OLD).seal(PURPOSE, &text);
    assert!(!vault(OLD).is_stale(&sealed));

    let rotated = vault(&both());
    assert!(rotated.is_stale(&sealed));
    assert_eq!(rotated.open(PURPOSE, &sealed), Ok(text.clone()));
    assert!(!rotated.is_stale(&rotated.seal(PURPOSE, &text)));

    assert_eq!(
        vault(NEW).open(PURPOSE, &sealed),
        Err(VaultError::UnknownKey { key_id: 1 })
    );
    assert!(!rotated.is_stale(b"nonsense"));
}
