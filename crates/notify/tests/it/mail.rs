use postern_domain::ports::{Notice, Notifier, NotifyError};
use postern_domain::secret::Secret;
use postern_notify::{MailNotifier, MailSecurity, MailSettings, MailSettingsError, SilentNotifier};

use crate::server::Server;

fn settings(port: u16) -> MailSettings {
    MailSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: MailSecurity::Plain,
        login: None,
        from_address: "postern@example.org".to_owned(),
        from_name: "Postern".to_owned(),
    }
}

fn notice() -> Notice {
    Notice {
        to: "reader@example.net".to_owned(),
        subject: "A channel needs you".to_owned(),
        text: "Gr\u{fc}\u{df}e,\n.\nend".to_owned(),
    }
}

fn failure(result: Result<(), NotifyError>) -> String {
    let Err(NotifyError::Failed(text)) = result else {
        panic!("not failed: {result:?}");
    };
    assert!(!text.contains("example.net"), "{text}");
    text
}

#[tokio::test]
async fn notices_arrive_as_plain_mail() {
    let mut server = Server::answering("", "").await;
    let notifier = MailNotifier::new(&settings(server.port())).unwrap();
    notifier.notify(&notice()).await.unwrap();
    let heard = server.heard().await;
    for line in [
        "MAIL FROM:<postern@example.org>",
        "RCPT TO:<reader@example.net>",
        "From: Postern <postern@example.org>",
        "To: reader@example.net",
        "Subject: A channel needs you",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(heard.iter().any(|heard| heard == line), "{line} in {heard:#?}");
    }
    for header in ["Date: ", "Message-ID: "] {
        assert!(heard.iter().any(|line| line.starts_with(header)), "{heard:#?}");
    }
    assert!(!heard.iter().any(|line| line.starts_with("AUTH")), "{heard:#?}");
}

#[tokio::test]
async fn logins_are_made_where_there_is_one() {
    let mut server = Server::answering("", "").await;
    let notifier = MailNotifier::new(&MailSettings {
        login: Some(("user".to_owned(), Secret::new("word"))),
        ..settings(server.port())
    })
    .unwrap();
    notifier.notify(&notice()).await.unwrap();
    let heard = server.heard().await;
    assert!(
        heard.contains(&"AUTH PLAIN AHVzZXIAd29yZA==".to_owned()),
        "{heard:#?}"
    );
    assert!(!format!("{notifier:?}").contains("word"));
}

#[tokio::test]
async fn subjects_cannot_begin_other_headers() {
    let mut server = Server::answering("", "").await;
    let notifier = MailNotifier::new(&settings(server.port())).unwrap();
    let subject = "Hello\r\nBcc: other@example.com\r\n\r\nbody".to_owned();
    notifier.notify(&Notice { subject, ..notice() }).await.unwrap();
    let heard = server.heard().await;
    assert!(!heard.iter().any(|line| line.starts_with("Bcc:")), "{heard:#?}");
    assert!(
        !heard.iter().any(|line| line.starts_with("RCPT TO:<other")),
        "{heard:#?}"
    );
}

#[tokio::test]
async fn failures_name_the_number_and_nobody_s_address() {
    for (command, reply, want) in [
        (
            "RCPT",
            "550 no such user reader@example.net",
            "the mail server answered 550",
        ),
        ("MAIL", "451 try later", "the mail server answered 451"),
        ("DATA", "554 no", "the mail server answered 554"),
        ("EHLO", "nonsense", "the mail server answered nonsense"),
    ] {
        let server = Server::answering(command, reply).await;
        let notifier = MailNotifier::new(&settings(server.port())).unwrap();
        assert_eq!(failure(notifier.notify(&notice()).await), want);
    }
    let nowhere = MailNotifier::new(&settings(1)).unwrap();
    assert_eq!(
        failure(nowhere.notify(&notice()).await),
        "the mail server cannot be reached"
    );
}

#[tokio::test]
async fn nothing_is_sent_where_protection_is_wanted_and_not_offered() {
    let mut server = Server::answering("", "").await;
    let notifier = MailNotifier::new(&MailSettings {
        security: MailSecurity::StartTls,
        login: Some(("user".to_owned(), Secret::new("word"))),
        ..settings(server.port())
    })
    .unwrap();
    failure(notifier.notify(&notice()).await);
    let heard = server.heard().await;
    assert!(
        !heard
            .iter()
            .any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")),
        "{heard:#?}"
    );
}

#[tokio::test]
async fn addresses_that_are_none_are_refused() {
    let wrong = MailSettings {
        from_address: "nobody".to_owned(),
        ..settings(25)
    };
    assert_eq!(MailNotifier::new(&wrong).err(), Some(MailSettingsError::From));
    let notifier = MailNotifier::new(&settings(1)).unwrap();
    for to in ["", "nobody", "a@b\r\nRCPT TO:<c@d>"] {
        let to = to.to_owned();
        let text = failure(notifier.notify(&Notice { to, ..notice() }).await);
        assert_eq!(text, "the receiver's address is not an e-mail address");
    }
}

#[tokio::test]
async fn without_a_mail_server_nobody_is_told() {
    let told = SilentNotifier.notify(&notice()).await;
    assert_eq!(told, Err(NotifyError::NotConfigured));
}
