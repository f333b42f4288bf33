//! Section `mail`.

use secrecy::SecretString;

use crate::schema::{choice, section};

section! {
    /// Mail that goes out.
    pub struct Mail in "mail" {
        /// How mail goes out.
        backend: MailBackend = "off";
        /// Host of the mail server.
        host: Option<String> = "" { example: "smtp.example.org" };
        /// Port of the mail server.
        port: u16 = "587" { range: Some((1, 65_535)) };
        /// How the connection is protected.
        security: MailSecurity = "starttls";
        /// Name to log in with; absent means no login.
        user: Option<String> = "";
        /// Password to log in with.
        password: Option<SecretString> = "";
        /// Address that mail comes from.
        from_address: Option<String> = "" { example: "postern@example.org" };
        /// Name that mail comes from.
        from_name: String = "Postern";
    }
}

choice! {
    /// How mail goes out.
    pub enum MailBackend {
        /// Not at all.
        Off = "off",
        /// Through a mail server.
        Smtp = "smtp",
    }
}

choice! {
    /// How the connection to a mail server is protected.
    pub enum MailSecurity {
        /// Plain at first, then TLS; refused where the server does not offer it.
        Starttls = "starttls",
        /// TLS from the start.
        Tls = "tls",
        /// Not at all.
        Plain = "none",
    }
}
