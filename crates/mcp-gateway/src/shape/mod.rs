//! The JSON that only tools have: times, posts, settings as pairs, and where in the arguments a problem lies.
//! What they share with the REST routes comes from `postern_wire`.

pub(crate) mod moment;
pub(crate) mod places;
pub(crate) mod post;
pub(crate) mod preview;
pub(crate) mod settings;
