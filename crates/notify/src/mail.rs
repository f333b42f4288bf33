//! E-mail over SMTP.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use postern_domain::ports::{Notice, Notifier, NotifyError};
use postern_domain::secret::Secret;
use tokio::time::timeout;

/// How long the server may take for one step, and for all of them.
const STEP_TIMEOUT: Duration = Duration::from_secs(15);
const WHOLE_TIMEOUT: Duration = Duration::from_secs(45);

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// Plain at first, then TLS; nothing is sent where the server does not offer it.
    StartTls,
    /// TLS from the start.
    Tls,
    /// Not at all, for a server on the same machine or network.
    Plain,
}

/// Which mail server, and who writes.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The server's name, which its certificate must bear.
    pub host: String,
    /// Its port; 587 and 465 are usual.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Name and password to log in with; none for servers that know us otherwise.
    pub login: Option<(String, Secret)>,
    /// The address that mail comes from.
    pub from_address: String,
    /// The name that mail comes from.
    pub from_name: String,
}

/// Why mail cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailSettingsError {
    /// The address that mail comes from is none.
    #[error("the address that mail comes from is not an e-mail address")]
    From,
    /// The server's name is none.
    #[error("the name of the mail server is not valid")]
    Host,
}

/// Sends each notice as a mail of plain text, on a connection of its own.
pub struct MailNotifier {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl MailNotifier {
    /// A notifier; nothing is asked of the server yet.
    pub fn new(settings: &MailSettings) -> Result<Self, MailSettingsError> {
        let from: Address = settings
            .from_address
            .parse()
            .map_err(|_| MailSettingsError::From)?;
        let name = Some(settings.from_name.clone()).filter(|name| !name.is_empty());
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls(settings)?)
            .timeout(Some(STEP_TIMEOUT));
        if let Some((user, password)) = &settings.login {
            server = server.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        Ok(Self {
            server: server.build(),
            from: Mailbox::new(name, from),
        })
    }

    fn message(&self, notice: &Notice) -> Result<Message, NotifyError> {
        let to: Address = notice
            .to
            .parse()
            .map_err(|_| NotifyError::Failed("the receiver's address is not an e-mail address".to_owned()))?;
        // A line break would begin another header.
        let subject = notice.subject.split_whitespace().collect::<Vec<_>>().join(" ");
        // Keeps out-of-office replies away.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .message_id(None)
            .header(ContentType::TEXT_PLAIN)
            .body(notice.text.clone())
            .map_err(|_| NotifyError::Failed("the notice cannot be written as a mail".to_owned()))
    }
}

#[async_trait]
impl Notifier for MailNotifier {
    async fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        let message = self.message(notice)?;
        match timeout(WHOLE_TIMEOUT, self.server.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(NotifyError::Failed(reason(&error))),
            Err(_) => Err(NotifyError::Failed("the mail server took too long".to_owned())),
        }
    }
}

impl fmt::Debug for MailNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailNotifier").finish_non_exhaustive()
    }
}

fn tls(settings: &MailSettings) -> Result<Tls, MailSettingsError> {
    let parameters = || TlsParameters::new(settings.host.clone()).map_err(|_| MailSettingsError::Host);
    match settings.security {
        MailSecurity::StartTls => parameters().map(Tls::Required),
        MailSecurity::Tls => parameters().map(Tls::Wrapper),
        MailSecurity::Plain => Ok(Tls::None),
    }
}

/// What happened, without the server's own words.
fn reason(error: &smtp::Error) -> String {
    if let Some(code) = error.status() {
        return format!("the mail server answered {code}");
    }
    let what = if error.is_timeout() {
        "the mail server did not answer in time"
    } else if error.is_tls() {
        "no protected connection to the mail server"
    } else if error.is_client() {
        "the mail server does not offer what is needed"
    } else if error.is_response() {
        "the mail server answered nonsense"
    } else {
        "the mail server cannot be reached"
    };
    what.to_owned()
}
