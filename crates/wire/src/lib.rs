//! Every public JSON shape, the lenient parsing, the problem document.
//!
//! Two dialects live here: [`postiz`], the compatible routes and their error bodies, and our own additive
//! routes ([`key`], [`problem`]). Both render the same domain values and the same
//! [`postern_domain::BackendError`]; [`problem::problem`] is the one place that decides on status and code.
//!
//! [`openapi`] is the table of all routes, and the description of the API that is made of it.
//!
//! Invariants: what is accepted may be lenient, what is given is exact; no secret and no text of a post ever
//! reaches an error body; nothing here knows HTTP, storage or gRPC.
#![deny(missing_docs)]

pub mod key;
mod lenient;
pub mod moment;
pub mod openapi;
pub mod postiz;
pub mod problem;
pub mod value;
