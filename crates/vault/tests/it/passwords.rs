use postern_domain::ports::Vault;
use postern_domain::secret::Secret;
use postern_vault::SealingVault;

use crate::{OLD, vault};

#[tokio::test]
async fn passwords_belong_to_their_own_hash_alone() {
    let vault = vault(OLD);
    let password = Secret::new("correct horse battery staple");
    let hash = vault.hash_password(&password).await;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_ne!(hash, vault.hash_password(&password).await);
    assert!(vault.check_password(&password, &hash).await);
    for wrong in ["", "correct horse battery stapl", "Correct horse battery staple"] {
        assert!(!vault.check_password(&Secret::new(wrong), &hash).await, "{wrong}");
    }
}

#[tokio::test]
async fn broken_hashes_belong_to_nobody() {
    let vault = vault(OLD);
    for hash in [
        "",
        "!",
        "$argon2id$",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA",
        "plain",
    ] {
        assert!(!vault.check_password(&Secret::new(hash), hash).await, "{hash}");
    }
}

#[tokio::test]
async fn the_dummy_hash_costs_as_much_as_a_real_one_and_belongs_to_nobody() {
    let vault = vault(OLD);
    let dummy = SealingVault::dummy_hash();
    let real = vault.hash_password(&Secret::new("password")).await;
    let cost = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
    assert_eq!(cost(dummy), cost(&real));
    assert_eq!(dummy.len(), real.len());
    for password in ["", "password"] {
        assert!(!vault.check_password(&Secret::new(password), dummy).await);
    }
}

#[tokio::test]
async fn many_at_once_all_get_their_turn() {
    let vault = vault(OLD);
    let password = Secret::new("password");
    let hash = vault.hash_password(&password).await;
    let (first, second, third, fourth) = tokio::join!(
        vault.check_password(&password, &hash),
        vault.check_password(&password, &hash),
        vault.check_password(&password, &hash),
        vault.check_password(&password, &hash),
    );
    assert!(first && second && third && fourth);
}
