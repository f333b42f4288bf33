//! The MCP gateway: tools for assistants over streamable HTTP, HTTP+SSE and stdio.
//!
//! A message travels: `http` (hosts, origins, credential, envelope) → the protocol library → `gateway` (list and call)
//! → `call` (scope, rate, arguments, deadline, audit line) → one file of `tools` → a port of the domain. On stdio the
//! first step is absent.
//!
//! Invariants:
//! - every request is recognised by its own credential; what a session of the older revisions remembers stands in its
//!   id, so that clients survive restarts and changes of replica (open HTTP+SSE streams are the one exception, and die
//!   with their connection);
//! - what a credential may not do is neither listed nor done;
//! - keys and texts of posts never reach a log line.
//!
//! Begin with [`router`] and `gateway`.

mod answer;
mod ask;
mod audit;
mod call;
mod caller;
mod complete;
mod confirm;
#[cfg(feature = "conformance")]
mod conformance;
mod gateway;
mod hex;
mod http;
mod meter;
mod metrics;
mod nearest;
mod progress;
mod prompts;
mod resources;
mod run;
mod schema;
mod sets;
mod settings;
mod shape;
mod subscribe;
mod tools;

pub use run::{StdioError, router, run, run_stdio};
pub use settings::{Deps, Limits, Settings};
