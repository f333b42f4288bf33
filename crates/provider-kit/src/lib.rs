//! What every provider leans on.
//!
//! [`Provider`] is the one trait an adapter implements: facts, rules, connecting, and the single-shot steps of
//! publishing. [`Registry`] holds all adapters and offers them to the rest of Postern as
//! `ports::ProviderCatalog` and `ports::Connector`; a worker asks it for a provider and a [`Cx`].
//!
//! Invariants kept here:
//! - every request goes through [`http::Http`]: addresses are checked after look-up, answers capped, waits bounded;
//! - a provider never sleeps, never repeats, never sees the product's settings;
//! - in a commit, whatever may have reached the platform without a clear answer is `Unconfirmed`.
//!
//! Begin with `provider.rs` (the trait), then `context.rs` (what a provider is given), then `error.rs`.
#![deny(missing_docs)]

mod provider;

mod apps;
mod context;
mod entry;
mod error;
pub mod http;
pub mod oauth;
mod registry;

pub mod evidence;
pub mod links;
pub mod rate;
mod redact;
pub mod structured;
mod text;
mod traced;
pub mod upload;

pub use crate::apps::{AppCredentials, AppStore, AppStoreError, AppsInMemory};
pub use crate::context::{ConnectCx, Cx, Host, Platform, Setup};
pub use crate::entry::{Committed, EntryOrder, Found, Prepared, read_step, write_step};
pub use crate::error::{Phase, ProviderError};
pub use crate::provider::{AppNeed, Provider};
pub use crate::redact::Redactions;
pub use crate::registry::{Registry, RegistryOptions};
pub use crate::text::graphemes;
