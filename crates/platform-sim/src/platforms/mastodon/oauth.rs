//! Consent, codes, tokens and what a token may do.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::apps::{self, App, OUT_OF_BAND};
use super::instance::Instance;
use super::{Visit, instance, refusal};
use crate::call::{Call, Params};
use crate::pages::{self, Consent, Decision};
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply, address};
use crate::time::{MINUTE, Millis};
use crate::world::World;

/// A code waiting to be exchanged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Grant {
    client_id: String,
    redirect_uri: String,
    scopes: Vec<String>,
    account: String,
    challenge: Option<String>,
    made_at: Millis,
}

/// A token and what it may do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub client_id: String,
    pub app_name: String,
    /// `None` for tokens of the app itself.
    pub account: Option<String>,
    pub scopes: Vec<String>,
    pub revoked: bool,
}

/// How long a code may wait.
const CODE_LIFE: Millis = 10 * MINUTE;

/// `GET` and `POST /oauth/authorize`: the consent page and its answer.
pub(super) fn authorize(visit: &Visit<'_>, world: &mut World) -> Reply {
    ask(visit, world).unwrap_or_else(|refusal| refusal)
}

fn ask(visit: &Visit<'_>, world: &mut World) -> Outcome {
    let params = visit.call.params();
    let (app, scopes) = check(instance::of(world, &visit.realm), &params)?;
    let redirect_uri = params.text("redirect_uri");
    let decision = pages::decision(visit.call, Platform::Mastodon)?;
    let mut back = Vec::new();
    if let Some(state) = params.get("state") {
        back.push(("state", state));
    }
    match decision {
        None => Ok(page(visit, &app, &scopes, &params)),
        Some(Decision::Deny) => {
            back.insert(
                0,
                (
                    "error_description",
                    "The resource owner or authorization server denied the request.",
                ),
            );
            back.insert(0, ("error", "access_denied"));
            Ok(Reply::redirect(&address(redirect_uri, &back)))
        }
        Some(Decision::Approve(handle)) => {
            let account = world
                .account(Platform::Mastodon, &visit.realm, &handle, visit.call.now)
                .id;
            let code = world.random.word(43);
            let grant = Grant {
                client_id: params.text("client_id").to_owned(),
                redirect_uri: redirect_uri.to_owned(),
                scopes,
                account,
                challenge: params
                    .get("code_challenge")
                    .filter(|challenge| !challenge.is_empty())
                    .map(str::to_owned),
                made_at: visit.call.now,
            };
            instance::of(world, &visit.realm)
                .grants
                .insert(code.clone(), grant);
            if redirect_uri == OUT_OF_BAND {
                return Ok(pages::problem(200, "Mastodon", "Authorization code", &code));
            }
            back.insert(0, ("code", &code));
            Ok(Reply::redirect(&address(redirect_uri, &back)))
        }
    }
}

/// Checks what an app asks for; a wrong request is shown to the person and never redirected.
fn check(instance: &Instance, params: &Params) -> Result<(App, Vec<String>), Reply> {
    let wrong = |status, detail: &str| pages::problem(status, "Mastodon", "An error has occurred", detail);
    let Some(app) = apps::find(instance, params.text("client_id")) else {
        return Err(wrong(
            401,
            "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
        ));
    };
    if params.text("response_type") != "code" {
        return Err(wrong(
            400,
            "The authorization server does not support this response type.",
        ));
    }
    if !app.may_redirect_to(params.text("redirect_uri")) {
        return Err(wrong(
            400,
            "The requested redirect uri is malformed or doesn't match client redirect URI.",
        ));
    }
    let scopes: Vec<String> = params
        .get("scope")
        .unwrap_or("read")
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    if scopes.is_empty() || !scopes.iter().all(|scope| app.scopes.contains(scope)) {
        return Err(wrong(
            400,
            "The requested scope is invalid, unknown, or malformed.",
        ));
    }
    let challenge = params
        .get("code_challenge")
        .filter(|challenge| !challenge.is_empty());
    let method = params.get("code_challenge_method");
    if challenge.is_some() && method != Some("S256")
        || challenge.is_none() && method.is_some_and(|method| method != "S256")
    {
        return Err(wrong(400, "The code_challenge_method must be S256."));
    }
    Ok((app, scopes))
}

fn page(visit: &Visit<'_>, app: &App, scopes: &[String], params: &Params) -> Reply {
    let fields = [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
    ];
    let hidden = fields
        .iter()
        .filter_map(|name| {
            params
                .get(name)
                .map(|value| ((*name).to_owned(), value.to_owned()))
        })
        .collect();
    let asks = scopes
        .iter()
        .map(|scope| format!("{} ({scope})", meaning(scope)))
        .collect();
    pages::consent(&Consent {
        platform: Platform::Mastodon,
        place: &visit.home,
        app: &app.name,
        asks,
        action: &visit.call.path,
        hidden,
    })
}

fn meaning(scope: &str) -> &'static str {
    match scope {
        "profile" => "Read only your profile",
        "read:accounts" => "See account information",
        "write:statuses" => "Publish posts",
        "write:media" => "Upload files",
        "read" => "Read all your data",
        "write" => "Change all your data",
        _ => "Use this permission",
    }
}

/// `POST /oauth/token`.
pub(super) fn token(visit: &Visit<'_>, world: &mut World) -> Outcome {
    let params = visit.call.params();
    let (client_id, app) = client(instance::of(world, &visit.realm), visit.call, &params)?;
    let access_token = world.random.word(43);
    let instance = instance::of(world, &visit.realm);
    let (account, scopes) = match params.text("grant_type") {
        "authorization_code" => {
            let grant = redeem(instance, &params, &client_id, visit.call.now)?;
            (Some(grant.account), grant.scopes)
        }
        "client_credentials" => {
            let scopes: Vec<String> = params
                .get("scope")
                .unwrap_or("read")
                .split_whitespace()
                .map(str::to_owned)
                .collect();
            if !scopes.iter().all(|scope| app.scopes.contains(scope)) {
                return Err(refusal::oauth(
                    400,
                    "invalid_scope",
                    "The requested scope is invalid, unknown, or malformed.",
                ));
            }
            (None, scopes)
        }
        _ => {
            return Err(refusal::oauth(
                400,
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server.",
            ));
        }
    };
    let body = json!({ "access_token": access_token, "token_type": "Bearer", "scope": scopes.join(" "), "created_at": visit.call.now / 1_000 });
    instance.tokens.insert(
        access_token,
        Token {
            client_id,
            app_name: app.name,
            account,
            scopes,
            revoked: false,
        },
    );
    Ok(Reply::json(200, &body))
}

fn client(instance: &Instance, call: &Call, params: &Params) -> Result<(String, App), Reply> {
    let (id, secret) = basic(call).unwrap_or_else(|| {
        (
            params.text("client_id").to_owned(),
            params.text("client_secret").to_owned(),
        )
    });
    apps::find(instance, &id).filter(|app| app.secret == secret).map(|app| (id, app)).ok_or_else(|| {
        refusal::oauth(
            401,
            "invalid_client",
            "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
        )
    })
}

fn basic(call: &Call) -> Option<(String, String)> {
    let encoded = call.header("authorization")?.strip_prefix("Basic ")?;
    let plain = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    plain
        .split_once(':')
        .map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

/// Takes a code out of store; whatever is wrong with the request, the code is spent.
fn redeem(instance: &mut Instance, params: &Params, client_id: &str, now: Millis) -> Result<Grant, Reply> {
    let invalid = || {
        refusal::oauth(
            400,
            "invalid_grant",
            "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
        )
    };
    let grant = instance.grants.remove(params.text("code")).ok_or_else(invalid)?;
    let proven = match &grant.challenge {
        None => true,
        Some(challenge) => {
            let verifier = params.text("code_verifier");
            (43..=128).contains(&verifier.len())
                && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == *challenge
        }
    };
    let fresh = now - grant.made_at <= CODE_LIFE;
    let fits = grant.client_id == client_id && grant.redirect_uri == params.text("redirect_uri");
    if proven && fresh && fits {
        Ok(grant)
    } else {
        Err(invalid())
    }
}

/// `POST /oauth/revoke`, which succeeds however often it is sent.
pub(super) fn revoke(visit: &Visit<'_>, world: &mut World) -> Outcome {
    let params = visit.call.params();
    let instance = instance::of(world, &visit.realm);
    let denied = || {
        refusal::oauth(
            403,
            "unauthorized_client",
            "You are not authorized to revoke this token",
        )
    };
    let (client_id, _) = client(instance, visit.call, &params).map_err(|_| denied())?;
    if let Some(token) = instance.tokens.get_mut(params.text("token")) {
        if token.client_id != client_id {
            return Err(denied());
        }
        token.revoked = true;
    }
    Ok(Reply::json(200, &json!({})))
}

/// The account behind the request's token, which must carry one of the scopes.
pub(super) fn bearer(visit: &Visit<'_>, world: &mut World, any_of: &[&str]) -> Result<Bearer, Reply> {
    let instance = instance::of(world, &visit.realm);
    let token = visit.call.bearer().and_then(|token| instance.tokens.get(token));
    let token = token.ok_or_else(|| refusal::error(401, "The access token is invalid"))?;
    if token.revoked {
        return Err(refusal::error(401, "The access token was revoked"));
    }
    let covers = |scope: &str| {
        token
            .scopes
            .iter()
            .any(|held| held == scope || scope.split(':').next() == Some(held))
    };
    if !any_of.iter().any(|scope| covers(scope)) {
        return Err(refusal::error(
            403,
            "This action is outside the authorized scopes",
        ));
    }
    let account = token
        .account
        .clone()
        .ok_or_else(|| refusal::error(422, "This method requires an authenticated user"))?;
    Ok(Bearer {
        account,
        app: token.app_name.clone(),
    })
}

/// Who is acting, through which app.
pub(super) struct Bearer {
    pub account: String,
    pub app: String,
}
