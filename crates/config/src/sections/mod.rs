//! The sections, in the order of the documents.

mod database;
mod mail;
mod mcp;
mod media;
mod oidc;
mod provider;
mod publishing;
mod redis;
mod retention;
mod sandbox;
mod server;
mod telemetry;
mod vault;

pub use database::Database;
pub use mail::{Mail, MailBackend, MailSecurity};
pub use mcp::Mcp;
pub use media::{Media, MediaBackend, S3};
pub use oidc::Oidc;
pub use provider::Provider;
pub use publishing::Publishing;
pub use redis::Redis;
pub use retention::Retention;
pub use sandbox::Sandbox;
pub use server::{App, Registration, SecureCookies, Server};
pub use telemetry::{LogFormat, Telemetry};
pub use vault::Vault;
