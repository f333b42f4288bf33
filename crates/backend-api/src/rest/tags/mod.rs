//! Labels on posts, on routes of ours.

pub(super) mod change;
pub(super) mod create;
pub(super) mod list;
pub(super) mod remove;
