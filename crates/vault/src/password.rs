//! Slow hashes of passwords.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use postern_domain::secret::Secret;

/// Memory in KiB, passes and lanes.
///
/// Source: OWASP password storage cheat sheet, Argon2id with 19 MiB. Checked 2026-11.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// A hash of a random password that nobody knows, at the cost of real ones.
pub(crate) const DUMMY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Xd9bBJaGIBfWAhai3b5ogw$KaOvJfTGysbYwkS46NcXYs9Uz7T2J6Pj/BCvmnY+6vI";

/// Hashes a password with a fresh salt, in PHC form.
#[expect(
    clippy::expect_used,
    reason = "the cost is a constant, and passwords are far below 4 GiB"
)]
pub(crate) fn hash(password: &Secret) -> String {
    let hashed: PasswordHash = argon2()
        .hash_password(password.reveal().as_bytes())
        .expect("the password is shorter than the limit");
    hashed.to_string()
}

/// Whether the password belongs to the hash, at the cost that the hash names.
pub(crate) fn check(password: &Secret, hash: &str) -> bool {
    argon2()
        .verify_password(password.reveal().as_bytes(), hash)
        .is_ok()
}

#[expect(clippy::expect_used, reason = "the cost is a constant within the limits")]
fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).expect("the cost is within the limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}
