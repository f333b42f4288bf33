//! Files for posts: sent along, or fetched from an address.

pub(super) mod file;
pub(super) mod url;
