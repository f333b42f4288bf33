//! The media port: files on disk or S3, probing, upload from URL behind the guard.
//!
//! [`DiskStore`] and [`S3Store`] implement [`postern_domain::ports::MediaStore`]; [`RemoteReader`] reads over
//! HTTP what another process stores. A file comes in through one gate for both stores: it is streamed into a
//! spool file while its size is held, its type is told by its first bytes, and it is probed; begin in
//! `src/intake.rs`.
//!
//! Invariants: a name or a header never decides what a file is; a file is either stored whole or leaves
//! nothing; memory in use does not grow with the file; a key that is not of our making touches nothing; a URL
//! given by a user leads to public addresses alone, whatever its redirects and its DNS say.

mod disk;
mod fetch;
mod intake;
mod key;
mod kind;
mod probe;
mod refusal;
mod remote;
mod s3;
pub mod serve;
mod spool;

pub use disk::DiskStore;
pub use fetch::{FetchPolicy, is_public};
pub use remote::RemoteReader;
pub use s3::{S3Settings, S3Store, Surroundings};

use postern_domain::ports::MediaError;

/// A failure of the store itself, with what was being done.
fn failed(what: &str, error: impl std::fmt::Display) -> MediaError {
    MediaError::Failed(format!("{what}: {error}"))
}
