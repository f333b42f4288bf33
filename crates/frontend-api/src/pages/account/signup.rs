//! `GET` and `POST /signup`: a new account.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use postern_domain::ports::NewAccount;
use postern_domain::secret::Secret;
use postern_domain::time::Zone;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::pages::account;
use crate::respond;
use crate::views::{Field, Plain, ProblemList, Problems};
use crate::visit::Visit;

/// The fields of the form, also shown on the landing page.
pub(crate) struct SignUpForm {
    /// The address.
    pub(crate) email: Field,
    /// What to call the person.
    pub(crate) name: Field,
    /// The password.
    pub(crate) password: Field,
    /// The browser's zone, filled in by a script.
    pub(crate) zone: String,
    /// What concerns no single field.
    pub(crate) problems: ProblemList,
}

#[derive(Template)]
#[template(path = "pages/signup.html")]
struct SignUp {
    frame: Plain,
    first: bool,
    form: SignUpForm,
}

impl SignUpForm {
    /// The form with what was given before, as pairs of name and value.
    pub(crate) fn new(given: &[(&str, &str)], mut problems: Problems) -> Self {
        let value = |name: &str| {
            given
                .iter()
                .find(|(key, _)| *key == name)
                .map_or("", |(_, value)| *value)
        };
        Self {
            email: Field::line("email", "E-mail address", "email")
                .autocomplete("username")
                .value(value("email"))
                .problems(&mut problems, "/email"),
            name: Field::line("name", "Your name", "text")
                .optional()
                .autocomplete("name")
                .value(value("name"))
                .problems(&mut problems, "/name"),
            password: Field::line("password", "Password", "password")
                .autocomplete("new-password")
                .problems(&mut problems, "/password"),
            zone: value("zone").to_owned(),
            problems: problems.rest(),
        }
    }
}

/// Shows the form while accounts are taken.
pub(crate) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Failure> {
    let info = app.backend.info().await?;
    if info.has_owner && !info.registration_open {
        return Ok(respond::to("/login"));
    }
    respond::page(&SignUp {
        frame: visit.plain(),
        first: !info.has_owner,
        form: SignUpForm::new(&[], Problems::default()),
    })
}

/// Makes the account and begins its first session.
pub(crate) async fn send(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let account = NewAccount {
        email: form.text("email").trim().to_owned(),
        password: Secret::new(form.text("password")),
        name: form.text("name").trim().to_owned(),
        workspace: String::new(),
        // A browser with an unknown zone is no reason to refuse an account; the zone can be set later.
        zone: Zone::parse(form.text("zone")).unwrap_or_else(|_| Zone::utc()),
        user_agent: account::user_agent(&headers),
    };
    match app.backend.sign_up(account).await {
        Ok(signed_in) => Ok(account::enter(&app, &signed_in, "/channels")),
        Err(error) => {
            let problems = respond::problems(error)?;
            let info = app.backend.info().await?;
            let given = ["email", "name", "zone"].map(|name| (name, form.text(name)));
            respond::refused(&SignUp {
                frame: visit.plain(),
                first: !info.has_owner,
                form: SignUpForm::new(&given, problems),
            })
        }
    }
}
