//! What the vault promises, seen from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod passwords;
mod seals;
mod signatures;

use postern_domain::secret::Secret;
use postern_vault::{KeyRing, SealingVault};

const OLD: &str = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const NEW: &str = "2:202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

fn vault(ring: &str) -> SealingVault {
    SealingVault::new(KeyRing::parse(&Secret::new(ring)).unwrap())
}

fn both() -> String {
    format!("{OLD},{NEW}")
}
