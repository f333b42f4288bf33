//! Somebody who is logged in.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use postern_domain::pause::Pause;
use postern_domain::time::Zone;
use postern_domain::workspace::{Person, Workspace};
use postern_domain::{Actor, BackendError, Timestamp};

use crate::deps::{App, Deps};
use crate::failure::Failure;
use crate::respond;
use crate::views::{Frame, Nav, Paused, When};
use crate::visit::Visit;

/// A logged-in person, who they are and where they work.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Who asks.
    pub(crate) actor: Actor,
    /// The person.
    pub(crate) person: Person,
    /// The workspace.
    pub(crate) workspace: Workspace,
    /// Their browser.
    pub(crate) visit: Visit,
    /// When the request came in.
    pub(crate) now: Timestamp,
    /// The pauses in force; looked up for whole pages only.
    pub(crate) pauses: Vec<Pause>,
}

impl Member {
    /// What surrounds a page that belongs to `nav`.
    pub(crate) fn frame(&self, nav: Nav) -> Frame {
        let person = if self.person.name.is_empty() {
            &self.person.email
        } else {
            &self.person.name
        };
        Frame {
            plain: self.visit.plain(),
            nav,
            workspace: self.workspace.name.clone(),
            person: person.clone(),
            paused: Paused::of(&self.pauses, |at| self.when(at)),
        }
    }

    /// The zone in which times are told.
    pub(crate) fn zone(&self) -> &Zone {
        &self.workspace.zone
    }

    /// An instant in this zone.
    pub(crate) fn when(&self, instant: Timestamp) -> When {
        When::new(instant, &self.workspace.zone, self.now)
    }
}

/// Why nobody is logged in, or that it could not be found out.
pub(crate) enum Stranger {
    /// Nobody is: off to the login.
    Unknown {
        /// Where they wanted to go.
        wanted: Option<String>,
        /// Whether a part of a page was asked for.
        partial: bool,
    },
    /// The backend did not say.
    Failed(Failure),
}

impl IntoResponse for Stranger {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(failure) => failure.into_response(),
            Self::Unknown { partial: true, .. } => {
                let mut response = StatusCode::UNAUTHORIZED.into_response();
                response
                    .headers_mut()
                    .insert("hx-redirect", HeaderValue::from_static("/login"));
                response
            }
            Self::Unknown {
                wanted,
                partial: false,
            } => respond::to(&login_for(wanted.as_deref())),
        }
    }
}

/// The pauses in force, as far as a whole page is shown.
async fn pauses_of(app: &Deps, actor: &Actor, is_page: bool) -> Result<Vec<Pause>, Stranger> {
    if !is_page {
        return Ok(Vec::new());
    }
    let pauses = app.backend.pauses(actor).await;
    pauses.map_err(|error| Stranger::Failed(Failure::Backend(error)))
}

fn login_for(wanted: Option<&str>) -> String {
    let next: String = wanted
        .map(|path| url::form_urlencoded::byte_serialize(path.as_bytes()).collect())
        .unwrap_or_default();
    if next.is_empty() {
        "/login".to_owned()
    } else {
        format!("/login?next={next}")
    }
}

impl FromRequestParts<App> for Member {
    type Rejection = Stranger;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Stranger> {
        let visit = Visit::from_request_parts(parts, app)
            .await
            .map_err(Stranger::Failed)?;
        let wanted = (parts.method == Method::GET)
            .then(|| parts.uri.path_and_query().map(ToString::to_string))
            .flatten();
        let unknown = Stranger::Unknown {
            wanted,
            partial: visit.partial,
        };
        let Some(token) = visit.session.clone() else {
            return Err(unknown);
        };
        let is_page = parts.method == Method::GET && !visit.partial;
        match app.backend.session(token).await {
            Ok((actor, person, workspace)) => Ok(Self {
                pauses: pauses_of(app, &actor, is_page).await?,
                actor,
                person,
                workspace,
                visit,
                now: app.now(),
            }),
            Err(BackendError::Unauthenticated) => Err(unknown),
            Err(error) => Err(Stranger::Failed(Failure::Backend(error))),
        }
    }
}
