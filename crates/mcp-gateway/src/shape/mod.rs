//! The JSON of tools: times, posts, settings, and where in the arguments a problem lies.

pub(crate) mod moment;
pub(crate) mod places;
pub(crate) mod post;
pub(crate) mod settings;
pub(crate) mod value;
