//! The vault port: seals and opens channel credentials, knows key ids and rotation.
//!
//! [`SealingVault`] implements [`postern_domain::ports::Vault`] over a [`KeyRing`]; begin there.
//! [`SystemClock`] and [`SystemRng`] are the clock and the chance of a running product.
//!
//! Invariants: the newest key of the ring seals and signs, every key of the ring opens and verifies; a blob
//! opens for the purpose it was sealed for and for no other; blobs of every version ever written stay
//! readable; wall clock and fresh randomness are taken here and nowhere else.

mod clock;
mod password;
mod ring;
mod rng;
mod seal;
mod sign;
mod vault;

pub use clock::SystemClock;
pub use ring::{KeyRing, KeyRingError};
pub use rng::SystemRng;
pub use vault::SealingVault;
