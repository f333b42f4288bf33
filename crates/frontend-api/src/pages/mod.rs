//! The pages, in the order of the navigation. A file holds one page or one action: form, handler, refusals.

pub(crate) mod account;
pub(crate) mod analytics;
pub(crate) mod calendar;
pub(crate) mod channels;
pub(crate) mod compose;
pub(crate) mod events;
pub(crate) mod media;
pub(crate) mod posts;
pub(crate) mod recurrences;
pub(crate) mod settings;
pub(crate) mod theme;
