//! Making an account.

use postern_domain::id::{PersonId, WorkspaceId};
use postern_domain::ports::{NewAccount, PersonRow, SignedIn, StorageError};
use postern_domain::secret::Secret;
use postern_domain::workspace::{Person, Role, Workspace};
use postern_domain::{BackendError, Code, Problem};

use super::session::begin_session;
use crate::Registration;
use crate::deps::Deps;

/// The shortest password, in characters.
const MIN_PASSWORD: usize = 10;

/// Makes a person, a workspace of their own, and a session.
#[tracing::instrument(name = "app.members.sign_up", skip_all)]
pub(super) async fn sign_up(deps: &Deps, account: NewAccount) -> Result<SignedIn, BackendError> {
    let email = account.email.trim().to_lowercase();
    let problems = check(&email, &account);
    if !problems.is_empty() {
        return Err(BackendError::Refused(problems));
    }
    // Hashing is slow on purpose, so it happens before the unit of work begins.
    let password_hash = deps.vault.hash_password(&account.password).await;
    let unit = deps.storage.begin().await?;
    if unit.count_people().await? > 0 && deps.settings.registration != Registration::Open {
        return Err(BackendError::refused(closed()));
    }
    let now = deps.clock.now();
    let name = match account.name.trim() {
        "" => email.split('@').next().unwrap_or_default().to_owned(),
        name => name.to_owned(),
    };
    let workspace = Workspace {
        id: WorkspaceId::from_bits(deps.rng.id()),
        name: match account.workspace.trim() {
            "" => name.clone(),
            workspace => workspace.to_owned(),
        },
        zone: account.zone,
        lateness: deps.settings.lateness,
        created_at: now,
    };
    let person = Person {
        id: PersonId::from_bits(deps.rng.id()),
        email,
        name,
        created_at: now,
    };
    unit.insert_workspace(&workspace).await?;
    let inserted = unit
        .insert_person(&PersonRow {
            person: person.clone(),
            password_hash,
        })
        .await;
    if let Err(StorageError::Conflict { .. }) = inserted {
        return Err(BackendError::refused(taken()));
    }
    inserted?;
    unit.insert_member(workspace.id, person.id, Role::Owner).await?;
    let signed_in = begin_session(
        deps,
        &*unit,
        &person,
        workspace.id,
        Role::Owner,
        &account.user_agent,
    )
    .await?;
    unit.audit(&signed_in.actor, "member.signed_up", &person.id.to_string(), now)
        .await?;
    unit.commit().await?;
    tracing::info!(workspace.id = %workspace.id, "account created");
    Ok(signed_in)
}

fn check(email: &str, account: &NewAccount) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !is_address(email) {
        problems.push(Problem::new(
            Code::EmailInvalid,
            "/email",
            "this is not an e-mail address",
            "give an address such as ada@example.org",
        ));
    }
    problems.extend(check_password(&account.password, email, "/password"));
    for (field, text) in [("/name", &account.name), ("/workspace", &account.workspace)] {
        if text.chars().count() > 100 {
            problems.push(
                Problem::new(Code::NameInvalid, field, "the name is too long", "shorten it")
                    .given(format!("{} characters", text.chars().count()))
                    .allowed("up to 100 characters"),
            );
        }
    }
    problems
}

/// A plain test of form; whether mail arrives is for mail to tell.
fn is_address(email: &str) -> bool {
    let Some((name, host)) = email.rsplit_once('@') else {
        return false;
    };
    let clean =
        |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    email.len() <= 254
        && clean(name)
        && clean(host)
        && !name.contains('@')
        && !host.starts_with('.')
        && !host.ends_with('.')
}

/// Whether a password is strong enough.
pub(super) fn check_password(password: &Secret, email: &str, field: &str) -> Option<Problem> {
    let text = password.reveal();
    let length = text.chars().count();
    let mut letters: Vec<char> = text.to_lowercase().chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let name = email.split('@').next().unwrap_or_default();
    let lower = text.to_lowercase();
    let why = if length < MIN_PASSWORD {
        "the password is too short"
    } else if letters.len() < 5 {
        "the password repeats the same few characters"
    } else if !name.is_empty() && (lower == email || lower.trim_end_matches(char::is_numeric) == name) {
        "the password is made of the address"
    } else {
        return None;
    };
    let problem = Problem::new(
        Code::PasswordWeak,
        field,
        why,
        "use a longer one, for example four random words",
    );
    Some(
        problem
            .given(format!("{length} characters"))
            .allowed(format!("at least {MIN_PASSWORD} characters, 5 of them different")),
    )
}

fn closed() -> Problem {
    Problem::new(
        Code::RegistrationClosed,
        "",
        "this instance takes no new accounts",
        "ask its owner to invite you or to open registration",
    )
}

fn taken() -> Problem {
    Problem::new(
        Code::EmailTaken,
        "/email",
        "this address has an account already",
        "log in, or use another address",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_nonsense() {
        for (text, good) in [
            ("ada@example.org", true),
            ("a+b@localhost", true),
            ("ada", false),
            ("@example.org", false),
            ("ada@", false),
            ("a da@example.org", false),
            ("ada@.org", false),
        ] {
            assert_eq!(is_address(text), good, "{text}");
        }
    }

    #[test]
    fn weak_passwords_are_named() {
        for (text, weak) in [
            ("short", true),
            ("aaaaaaaaaaaa", true),
            ("longenough1", true),
            ("correct horse battery", false),
        ] {
            let problem = check_password(&Secret::new(text), "longenough@example.org", "/password");
            assert_eq!(problem.is_some(), weak, "{text}");
        }
    }
}
