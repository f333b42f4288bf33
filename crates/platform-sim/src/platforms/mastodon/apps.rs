//! Registration of apps.

use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::{Visit, instance, refusal};
use crate::reply::{Outcome, Reply};

/// The redirect that shows the code instead of sending it.
pub(super) const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// A registered app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct App {
    pub id: String,
    pub name: String,
    pub website: Option<String>,
    pub secret: String,
    pub redirect_uris: Vec<String>,
    pub scopes: Vec<String>,
}

impl App {
    /// The app that every instance knows without registration; it accepts any redirect.
    pub(super) fn sandbox(scopes: &[&str]) -> Self {
        Self {
            id: "1".to_owned(),
            name: "Sandbox app".to_owned(),
            website: None,
            secret: "sandbox-secret".to_owned(),
            redirect_uris: Vec::new(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }

    /// True when codes may be sent there.
    pub(super) fn may_redirect_to(&self, uri: &str) -> bool {
        if self.redirect_uris.is_empty() {
            is_absolute(uri)
        } else {
            self.redirect_uris.iter().any(|known| known == uri)
        }
    }
}

/// The app of that id: a registered one, or the sandbox app.
pub(super) fn find(instance: &instance::Instance, client_id: &str) -> Option<App> {
    if client_id == "sandbox-client" {
        return Some(App::sandbox(&instance.scopes()));
    }
    instance.apps.get(client_id).cloned()
}

/// `POST /api/v1/apps`.
pub(super) fn register(visit: &Visit<'_>, world: &mut crate::world::World) -> Outcome {
    let redirect = instance::of(world, &visit.realm).settings.apps_redirect.clone();
    if !redirect.is_empty() {
        return Err(Reply::redirect(&format!("{redirect}/api/v1/apps")));
    }
    let params = visit.call.params();
    let name = params.text("client_name").trim().to_owned();
    if name.is_empty() {
        return Err(refusal::invalid("Name can't be blank"));
    }
    let redirect_uris: Vec<String> = params
        .list("redirect_uris")
        .iter()
        .flat_map(|line| line.split_whitespace())
        .map(str::to_owned)
        .collect();
    if redirect_uris.is_empty()
        || !redirect_uris
            .iter()
            .all(|uri| uri == OUT_OF_BAND || is_absolute(uri))
    {
        return Err(refusal::invalid("Redirect URI must be an absolute URI."));
    }
    let requested = params.get("scopes").unwrap_or("read");
    let scopes: Vec<String> = requested.split_whitespace().map(str::to_owned).collect();
    let (id, client_id, secret) = (
        world.snowflake(visit.call.now),
        world.random.word(43),
        world.random.word(43),
    );
    let instance = instance::of(world, &visit.realm);
    if !scopes
        .iter()
        .all(|scope| instance.scopes().contains(&scope.as_str()))
    {
        return Err(refusal::invalid("Scopes doesn't match configured on the server."));
    }
    let app = App {
        id,
        name,
        website: params.get("website").map(str::to_owned),
        secret,
        redirect_uris,
        scopes,
    };
    let body = json!({
        "id": app.id, "name": app.name, "website": app.website, "scopes": app.scopes,
        "redirect_uris": app.redirect_uris, "redirect_uri": app.redirect_uris.join("\n"),
        "client_id": client_id, "client_secret": app.secret, "client_secret_expires_at": 0, "vapid_key": "",
    });
    instance.apps.insert(client_id, app);
    Ok(Reply::json(200, &body))
}

fn is_absolute(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| url.has_host())
}
