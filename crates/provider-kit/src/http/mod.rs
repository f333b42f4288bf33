//! The guarded client: the only way out to a platform.

mod call;
mod client;
mod guard;
mod lost;
mod reply;

pub use call::{Call, Part, Payload};
pub use client::Http;
pub use guard::is_public;
pub use http::{HeaderMap, Method};
pub use lost::Lost;
pub use reply::Reply;

#[cfg(test)]
mod tests;
