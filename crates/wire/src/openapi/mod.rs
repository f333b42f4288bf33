//! The REST API described: one table of routes, from which the OpenAPI document is made and by which the doors are tried.
//!
//! Shapes come from the types that are sent ([`answers`] beside those of [`crate::postiz`]) and, for bodies, which are
//! read leniently by hand, from types that say what clients should send ([`bodies`]).

pub mod answers;
pub mod bodies;
mod document;
mod route;
mod routes;

pub use document::document;
pub use route::{Body, Family, Parameter, Place, Route, Shape, Verb};
pub use routes::all;
