//! Mail going out, where a server is set.

use std::sync::Arc;

use anyhow::{Context, Result};
use postern_config::{MailBackend, MailSecurity, Settings};
use postern_domain::ports::Notifier;
use postern_domain::secret::Secret;
use postern_notify::{MailNotifier, MailSettings, SilentNotifier};
use secrecy::ExposeSecret;

/// The way to tell people outside.
pub fn notifier(settings: &Settings) -> Result<Arc<dyn Notifier>> {
    let mail = &settings.mail;
    if mail.backend == MailBackend::Off {
        return Ok(Arc::new(SilentNotifier));
    }
    let login = mail.user.clone().zip(mail.password.as_ref());
    let settings = MailSettings {
        host: mail.host.clone().context("mail.host is not set")?,
        port: mail.port,
        security: match mail.security {
            MailSecurity::Starttls => postern_notify::MailSecurity::StartTls,
            MailSecurity::Tls => postern_notify::MailSecurity::Tls,
            MailSecurity::Plain => postern_notify::MailSecurity::Plain,
        },
        login: login.map(|(user, password)| (user, Secret::new(password.expose_secret()))),
        from_address: mail
            .from_address
            .clone()
            .context("mail.from_address is not set")?,
        from_name: mail.from_name.clone(),
    };
    Ok(Arc::new(MailNotifier::new(&settings).context("mail")?))
}
