//! Settings: one section per file, defaults, checks, redaction.
//!
//! [`Settings::load`] lays four layers over each other: defaults, the file `postern.toml`, the environment
//! (`POSTERN__SECTION__FIELD`, and the names that Postiz uses), and `NAME_FILE` variables that point to files
//! with secrets; options of the command line lie on top.
//! It is called once, in a main; only [`Sources::from_process`] looks at the environment of the process.
//!
//! Invariants: what is not known is an error; every error is one line that names the variable or field, what
//! was given and what is allowed; a secret never prints.
//!
//! A setting is added by one line in its section under `sections`; `.env.example` and
//! `docs/configuration.md` are produced from there ([`render_env_example`], [`render_docs`]).

mod error;
mod layers;
mod render;
mod schema;
mod secrets;
mod sections;
mod settings;
mod sources;

pub use error::ConfigError;
pub use render::{render_docs, render_env_example};
pub use schema::{BaseUrl, Cidr, Field, NotRates, PlatformRate, Rates, Whose};
pub use secrets::{LocalSecrets, SecretsError, ensure_local_secrets};
pub use sections::{
    App, Database, LogFormat, Mail, MailBackend, MailSecurity, Mcp, Media, MediaBackend, Oidc, Provider,
    Publishing, Redis, Registration, Retention, S3, Sandbox, SecureCookies, Server, Telemetry, Vault,
};
pub use settings::{Loaded, Settings};
pub use sources::Sources;
