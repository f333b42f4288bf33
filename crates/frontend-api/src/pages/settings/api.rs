//! `GET` and `POST /settings/api`, `POST /settings/api/{id}/revoke`: API keys, and how assistants connect.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::actor::Scope;
use postern_domain::id::KeyId;
use postern_domain::key::{ApiKey, NewKey};
use postern_domain::time::parse_local;
use postern_domain::{BackendError, Code, Problem, Timestamp};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::settings::Section;
use crate::pages::settings::clients::{self, Client};
use crate::respond;
use crate::views::{Field, Frame, Nav, ProblemList, Problems, When};

/// What stands in the configurations before a key was made.
const PLACEHOLDER: &str = "YOUR_KEY";

#[derive(Template)]
#[template(path = "pages/api.html")]
struct Page {
    frame: Frame,
    section: Section,
    created: Option<String>,
    name: Field,
    expires: Field,
    scopes: Vec<ScopeBox>,
    scope_problems: ProblemList,
    problems: ProblemList,
    keys: Vec<Key>,
    addresses: Vec<(&'static str, &'static str, String)>,
    clients: Vec<Client>,
}

struct ScopeBox {
    name: &'static str,
    allows: &'static str,
    checked: bool,
}

struct Key {
    id: String,
    name: String,
    hint: String,
    scopes: String,
    created: When,
    used: Option<When>,
    expires: Option<When>,
}

/// What was asked for, to be shown again when it is refused.
struct Given<'a> {
    name: &'a str,
    expires: &'a str,
    scopes: BTreeSet<&'a str>,
}

impl Page {
    async fn new(
        app: &App,
        member: &Member,
        given: &Given<'_>,
        created: Option<String>,
        mut problems: Problems,
    ) -> Result<Self, Failure> {
        let keys = app.backend.keys(&member.actor).await?;
        let url = &app.settings.public_url;
        let key = created.as_deref().unwrap_or(PLACEHOLDER);
        Ok(Self {
            frame: member.frame(Nav::Settings),
            section: Section::Api,
            name: Field::line("name", "Name", "text")
                .value(given.name)
                .help("What uses it, for example: Claude on my laptop.")
                .problems(&mut problems, "/name"),
            expires: Field::line("expires", "Ends on", "date")
                .optional()
                .value(given.expires)
                .problems(&mut problems, "/expires_at"),
            scopes: Scope::ALL
                .map(|scope| ScopeBox {
                    name: scope.as_str(),
                    allows: allows(scope),
                    checked: given.scopes.contains(scope.as_str()),
                })
                .into(),
            scope_problems: problems.below("/scopes"),
            problems: problems.rest(),
            keys: keys.iter().map(|key| Key::new(member, key)).collect(),
            addresses: vec![
                (
                    "mcp-plain",
                    "With the key in a header (Authorization: Bearer)",
                    format!("{url}/mcp"),
                ),
                (
                    "mcp-key",
                    "With the key in the address",
                    format!("{url}/mcp/{key}"),
                ),
                (
                    "mcp-sse",
                    "Older clients (SSE)",
                    format!("{url}/api/mcp/{key}/sse"),
                ),
            ],
            clients: clients::all(url, key),
            created,
        })
    }
}

impl Key {
    fn new(member: &Member, key: &ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            hint: key.hint.clone(),
            scopes: key
                .scopes
                .iter()
                .map(|scope| scope.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            created: member.when(key.created_at),
            used: key.last_used_at.map(|at| member.when(at)),
            expires: key.expires_at.map(|at| member.when(at)),
        }
    }
}

/// Shows keys and addresses.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Result<Response, Failure> {
    // What an assistant needs to schedule posts, and nothing that changes channels.
    let usual = [
        Scope::PostsRead,
        Scope::PostsWrite,
        Scope::MediaWrite,
        Scope::ChannelsRead,
    ];
    let given = Given {
        name: "",
        expires: "",
        scopes: usual.iter().map(|scope| scope.as_str()).collect(),
    };
    respond::page(&Page::new(&app, &member, &given, None, Problems::default()).await?)
}

/// Makes a key and shows it this once.
pub(crate) async fn create(State(app): State<App>, member: Member, form: Form) -> Result<Response, Failure> {
    let given = Given {
        name: form.text("name").trim(),
        expires: form.text("expires"),
        scopes: form.all("scope").collect(),
    };
    let expires_at = match expiry(&member, given.expires) {
        Ok(expires_at) => expires_at,
        Err(problem) => {
            return respond::refused(
                &Page::new(&app, &member, &given, None, Problems::new(vec![problem])).await?,
            );
        }
    };
    let scopes = given
        .scopes
        .iter()
        .filter_map(|name| Scope::parse(name))
        .collect();
    let key = NewKey {
        name: given.name.to_owned(),
        scopes,
        expires_at,
    };
    match app.backend.create_key(&member.actor, key).await {
        Ok(created) => {
            let text = created.text.reveal().to_owned();
            // The form is empty again, so that nobody makes the same key twice.
            let next = Given {
                name: "",
                expires: "",
                ..given
            };
            respond::page(&Page::new(&app, &member, &next, Some(text), Problems::default()).await?)
        }
        Err(error) => {
            let problems = respond::problems(error)?;
            respond::refused(&Page::new(&app, &member, &given, None, problems).await?)
        }
    }
}

/// Ends a key.
pub(crate) async fn revoke(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let key: KeyId = id.parse().map_err(|_| BackendError::not_found("key", &id))?;
    let outcome = app.backend.revoke_key(&member.actor, key).await;
    respond::after(
        &app,
        "/settings/api",
        outcome,
        "The key is revoked. Whoever used it is out at once.",
    )
}

/// The end of the given day, when one was given.
fn expiry(member: &Member, date: &str) -> Result<Option<Timestamp>, Problem> {
    if date.is_empty() {
        return Ok(None);
    }
    let end = parse_local(date)
        .ok()
        .and_then(|day| day.checked_add(jiff::Span::new().days(1)).ok());
    end.map(|day| Some(member.zone().instant_of(day))).ok_or_else(|| {
        Problem::new(
            Code::TimeMalformed,
            "/expires_at",
            "that is not a date",
            "choose a day, or leave it empty",
        )
        .given(date)
    })
}

/// What a scope allows, in words.
fn allows(scope: Scope) -> &'static str {
    match scope {
        Scope::PostsRead => "See posts, their state and their links",
        Scope::PostsDraft => "Write posts that wait for your approval",
        Scope::PostsWrite => "Write, schedule, publish, approve and cancel posts",
        Scope::AnalyticsRead => "See figures",
        Scope::MediaWrite => "Upload pictures and videos",
        Scope::ChannelsRead => "See channels and their settings",
        Scope::ChannelsWrite => "Connect, switch off and remove channels",
        Scope::Admin => "Everything, also making keys",
    }
}
