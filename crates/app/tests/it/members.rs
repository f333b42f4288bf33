//! Accounts and sessions.

use std::time::Duration;

use postern_domain::ports::{Instance, Login, Members};
use postern_domain::secret::Secret;
use postern_domain::{BackendError, Code};

use crate::desk::{Desk, account};

fn login(password: &str) -> Login {
    Login {
        email: "Ada@Example.org ".into(),
        password: Secret::new(password),
        user_agent: "test".into(),
    }
}

fn code(error: &BackendError) -> Code {
    error.problems()[0].code
}

#[tokio::test]
async fn the_first_account_owns_the_instance_and_closes_registration() {
    let desk = Desk::new().await;
    let info = desk.app.info().await.unwrap();
    assert!(info.has_owner && !info.registration_open);
    let error = desk.app.sign_up(account("eve@example.org")).await.unwrap_err();
    assert_eq!(code(&error), Code::RegistrationClosed);
}

#[tokio::test]
async fn sessions_begin_with_the_right_password_and_end_when_told_or_unused() {
    let desk = Desk::new().await;
    assert_eq!(
        code(&desk.app.log_in(login("wrong password!")).await.unwrap_err()),
        Code::LoginRefused
    );
    let token = desk
        .app
        .log_in(login("correct horse battery"))
        .await
        .unwrap()
        .token;
    let (actor, person, _) = desk.app.session(token.clone()).await.unwrap();
    assert_eq!(
        (actor.workspace, person.email.as_str()),
        (desk.actor.workspace, "ada@example.org")
    );
    desk.app.log_out(token.clone()).await.unwrap();
    assert!(desk.app.session(token).await.is_err());
    let token = desk
        .app
        .log_in(login("correct horse battery"))
        .await
        .unwrap()
        .token;
    desk.clock.advance(Duration::from_hours(25));
    assert!(desk.app.session(token).await.is_err());
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down() {
    let desk = Desk::new().await;
    for _ in 0..10 {
        assert!(desk.app.log_in(login("wrong password!")).await.is_err());
    }
    let error = desk.app.log_in(login("correct horse battery")).await.unwrap_err();
    assert!(matches!(error, BackendError::RateLimited { .. }));
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let desk = Desk::new().await;
    let token = desk
        .app
        .log_in(login("correct horse battery"))
        .await
        .unwrap()
        .token;
    let (old, new) = (
        Secret::new("correct horse battery"),
        Secret::new("another good password"),
    );
    desk.app.change_password(&desk.actor, old, new).await.unwrap();
    assert!(desk.app.session(token).await.is_err());
    assert!(desk.app.log_in(login("another good password")).await.is_ok());
}
