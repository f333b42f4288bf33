//! Rows into domain values and back, one file per noun.

pub(crate) mod attempt;
pub(crate) mod channel;
mod failure;
mod id;
mod instant;
mod json;
pub(crate) mod key;
pub(crate) mod media;
pub(crate) mod outbox;
pub(crate) mod pause;
pub(crate) mod person;
pub(crate) mod post;
pub(crate) mod publication;
mod reader;
pub(crate) mod recurrence;
pub(crate) mod review;
pub(crate) mod session;
pub(crate) mod workspace;

pub(crate) use id::{RowId, uuids};
pub(crate) use instant::{instant, moment, timestamp};
pub(crate) use reader::{Reader, big, small};
