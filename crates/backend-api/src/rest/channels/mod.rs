//! Channels, in the compatible words integrations and groups.

pub(super) mod find_slot;
pub(super) mod groups;
pub(super) mod health;
pub(super) mod list;
pub(super) mod remove;
pub(super) mod settings;
pub(super) mod slots;
pub(super) mod social;
pub(super) mod trigger;

use postern_domain::BackendError;
use postern_wire::postiz::Refusal;

use crate::edge::{Refused, said};

/// A refusal by a route that is about one channel.
fn refused(error: &BackendError) -> Refused {
    let is_missing = |error: &BackendError| matches!(error, BackendError::NotFound { .. });
    said(error, is_missing, |error| {
        Refusal::msg(404, "Integration not found", error)
    })
}
