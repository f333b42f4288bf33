//! The use cases: one function per thing a person or the clock asks for.
//!
//! A use case loads, asks the domain, writes once. [`App`] bundles them behind
//! [`postern_domain::ports::Backend`]; begin with `posts::create` for the way in and `publications::report` for the
//! way out.
//!
//! Invariants kept here:
//! - what is stored and what is announced is one unit of work;
//! - nothing half-done stays: every check comes before the first write;
//! - a grant is renewed by one caller at a time and stored before it is used.

mod access;
mod deps;

mod answers;
mod channels;
mod dead_letters;
mod insights;
mod instance;
mod keys;
mod media;
mod members;
mod notices;
mod pauses;
mod posts;
mod publications;
mod recent;
mod recurrence;
mod tags;
mod watch;

pub use answers::Answered;
pub use deps::{App, Deps, Registration, Retention, Settings};
