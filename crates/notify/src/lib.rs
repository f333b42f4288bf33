//! The notifier port: signed web hooks and e-mail going out.
//!
//! [`MailNotifier`] sends e-mail through a mail server; [`SilentNotifier`] stands in where none is configured.
//! Both implement [`postern_domain::ports::Notifier`].
//!
//! Invariants: a notice is tried once per call, for whoever calls knows when to try again; every call ends
//! within a minute; errors name the server's answer by its number alone, because its words repeat addresses.

mod mail;
mod silent;

pub use mail::{MailNotifier, MailSecurity, MailSettings, MailSettingsError};
pub use silent::SilentNotifier;
