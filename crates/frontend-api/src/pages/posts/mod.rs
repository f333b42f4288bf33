//! Posts: the list, one post, and what can be done with it.

pub(crate) mod act;
pub(crate) mod list;
pub(crate) mod publication;
pub(crate) mod resolve;
pub(crate) mod review;
pub(crate) mod row;
pub(crate) mod show;
