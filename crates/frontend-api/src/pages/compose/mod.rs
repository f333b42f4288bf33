//! The composer: writing a new post, changing one, and what helps while writing.
//!
//! Every step of it is the same form: [`form`] reads it, [`composer`] shows it, `create` and `edit` send it,
//! `step` rebuilds it (another part, another channel, a file), `check` tells what stands in the way.

pub(crate) mod check;
pub(crate) mod composer;
pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod form;
pub(crate) mod library;
pub(crate) mod panels;
pub(crate) mod returns;
pub(crate) mod step;
