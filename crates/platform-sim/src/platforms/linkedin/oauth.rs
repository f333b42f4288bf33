//! Consent, codes, tokens and their renewal.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refusal;
use crate::call::{Call, Params};
use crate::pages::{self, Consent, Decision};
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply, address};
use crate::time::{MINUTE, Millis, SECOND};
use crate::world::World;

/// The app that LinkedIn knows.
const CLIENT_ID: &str = "sandbox-client";
const CLIENT_SECRET: &str = "sandbox-secret";

/// How long a code may wait.
const CODE_LIFE: Millis = 30 * MINUTE;

/// A code waiting to be exchanged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    redirect_uri: String,
    scopes: Vec<String>,
    account: String,
    made_at: Millis,
}

/// An access or refresh token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub account: String,
    pub scopes: Vec<String>,
    pub expires_at: Millis,
    pub revoked: bool,
}

impl Token {
    /// The member as a URN.
    pub(super) fn person(&self) -> String {
        format!("urn:li:person:{}", self.account)
    }

    /// True when one of the scopes was granted.
    pub(super) fn may(&self, any_of: &[&str]) -> bool {
        any_of
            .iter()
            .any(|scope| self.scopes.iter().any(|held| held == scope))
    }
}

/// `GET` and `POST /oauth/v2/authorization`: the consent page and its answer.
pub(super) fn authorize(call: &Call, world: &mut World) -> Reply {
    ask(call, world).unwrap_or_else(|refusal| refusal)
}

fn ask(call: &Call, world: &mut World) -> Outcome {
    let params = call.params();
    let redirect_uri = params.text("redirect_uri").to_owned();
    check(world, &params, &redirect_uri)?;
    let state = params.get("state");
    let back = |pairs: &[(&str, &str)]| {
        let mut pairs = pairs.to_vec();
        pairs.extend(state.map(|state| ("state", state)));
        Reply::redirect(&address(&redirect_uri, &pairs))
    };
    let scopes: Vec<String> = params
        .text("scope")
        .split([' ', ','])
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect();
    if let Some(scope) = scopes
        .iter()
        .find(|scope| !world.linkedin.settings.scopes.contains(scope))
    {
        let description = format!("Scope \"{scope}\" is not authorized for your application");
        return Err(back(&[
            ("error", "unauthorized_scope_error"),
            ("error_description", &description),
        ]));
    }
    match pages::decision(call, Platform::LinkedIn)? {
        None => Ok(page(call, &params, &scopes)),
        Some(Decision::Deny) => Ok(back(&[
            ("error", "access_denied"),
            ("error_description", "the user denied your request"),
        ])),
        Some(Decision::Approve(handle)) => {
            let account = world.account(Platform::LinkedIn, "", &handle, call.now).id;
            revoke_other_scopes(world, &account, &scopes);
            let code = world.random.word(64);
            world.linkedin.codes.insert(
                code.clone(),
                Code {
                    redirect_uri: redirect_uri.clone(),
                    scopes,
                    account,
                    made_at: call.now,
                },
            );
            Ok(back(&[("code", &code)]))
        }
    }
}

/// A wrong client or redirect is shown to the person and never redirected.
fn check(world: &World, params: &Params, redirect_uri: &str) -> Result<(), Reply> {
    let wrong = |detail: &str| pages::problem(400, "LinkedIn", "Bummer, something went wrong", detail);
    if params.text("client_id") != CLIENT_ID {
        return Err(wrong("The passed in client_id is invalid"));
    }
    if params.text("response_type") != "code" {
        return Err(wrong(
            "You need to pass the \"response_type\" parameter, which must be \"code\"",
        ));
    }
    let registered = &world.linkedin.settings.redirects;
    let is_web = url::Url::parse(redirect_uri)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !is_web || !(registered.is_empty() || registered.iter().any(|known| known == redirect_uri)) {
        return Err(wrong("The redirect_uri does not match the registered value"));
    }
    Ok(())
}

fn page(call: &Call, params: &Params, scopes: &[String]) -> Reply {
    let hidden = ["client_id", "redirect_uri", "response_type", "scope", "state"]
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
        platform: Platform::LinkedIn,
        place: "",
        app: "Sandbox app",
        asks,
        action: &call.path,
        hidden,
    })
}

fn meaning(scope: &str) -> &'static str {
    match scope {
        "openid" | "profile" => "Use your name and photo",
        "email" => "Use the primary email address of your account",
        "r_basicprofile" => "Use your basic profile",
        "w_member_social" => "Create, modify, and delete posts, comments, and reactions for you",
        "rw_organization_admin" | "w_organization_social" | "r_organization_social" => {
            "Act for organizations that you administer"
        }
        _ => "Use this permission",
    }
}

/// Consent with another set of scopes ends the tokens of the earlier consent.
fn revoke_other_scopes(world: &mut World, account: &str, scopes: &[String]) {
    let tokens = world
        .linkedin
        .access
        .values_mut()
        .chain(world.linkedin.refresh.values_mut());
    for token in tokens.filter(|token| token.account == account && token.scopes != scopes) {
        token.revoked = true;
    }
}

/// `POST /oauth/v2/accessToken` for codes and refresh tokens.
pub(super) fn token(call: &Call, world: &mut World) -> Outcome {
    if call.content_type() != "application/x-www-form-urlencoded" {
        return Err(refusal::oauth(
            400,
            "invalid_request",
            "A required parameter \"grant_type\" is missing",
        ));
    }
    let params = call.params();
    if params.text("client_id") != CLIENT_ID || params.text("client_secret") != CLIENT_SECRET {
        return Err(refusal::oauth(
            401,
            "invalid_client",
            "Client authentication failed",
        ));
    }
    match params.text("grant_type") {
        "authorization_code" => redeem(call, world, &params),
        "refresh_token" => renew(call, world, &params),
        _ => Err(refusal::oauth(
            400,
            "unsupported_grant_type",
            "The grant type is not supported",
        )),
    }
}

fn redeem(call: &Call, world: &mut World, params: &Params) -> Outcome {
    let code = world.linkedin.codes.remove(params.text("code"));
    let code = code.filter(|code| {
        call.now - code.made_at <= CODE_LIFE && code.redirect_uri == params.text("redirect_uri")
    });
    let code = code.ok_or_else(|| {
        refusal::oauth(
            400,
            "invalid_request",
            "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists",
        )
    })?;
    let settings = &world.linkedin.settings;
    let refresh = settings.refresh.then(|| Token {
        account: code.account.clone(),
        scopes: code.scopes.clone(),
        expires_at: call.now + settings.refresh_secs * SECOND,
        revoked: false,
    });
    let refresh = refresh.map(|token| (world.random.word(90), token));
    if let Some((name, token)) = &refresh {
        world.linkedin.refresh.insert(name.clone(), token.clone());
    }
    Ok(issue(call, world, code.account, code.scopes, refresh))
}

fn renew(call: &Call, world: &mut World, params: &Params) -> Outcome {
    let name = params.text("refresh_token").to_owned();
    let refresh = world
        .linkedin
        .refresh
        .get(&name)
        .filter(|token| !token.revoked && token.expires_at > call.now)
        .cloned();
    let refresh = refresh.ok_or_else(|| {
        refusal::oauth(
            400,
            "invalid_grant",
            "The provided authorization grant or refresh token is invalid, expired or revoked",
        )
    })?;
    Ok(issue(
        call,
        world,
        refresh.account.clone(),
        refresh.scopes.clone(),
        Some((name, refresh)),
    ))
}

/// A new access token; a refresh token keeps its name and its first expiry.
fn issue(
    call: &Call,
    world: &mut World,
    account: String,
    scopes: Vec<String>,
    refresh: Option<(String, Token)>,
) -> Reply {
    let secs = world.linkedin.settings.access_secs;
    let name = world.random.word(120);
    let mut body = json!({ "access_token": name, "expires_in": secs, "scope": scopes.join(","), "token_type": "Bearer" });
    if let Some((refresh, token)) = refresh {
        body["refresh_token"] = refresh.into();
        body["refresh_token_expires_in"] = ((token.expires_at - call.now) / SECOND).into();
    }
    world.linkedin.access.insert(
        name,
        Token {
            account,
            scopes,
            expires_at: call.now + secs * SECOND,
            revoked: false,
        },
    );
    Reply::json(200, &body)
}

/// The living token of a request.
pub(super) fn bearer(call: &Call, world: &World) -> Result<Token, Reply> {
    let name = call
        .bearer()
        .filter(|name| !name.is_empty())
        .ok_or_else(|| refusal::token(65_604, "EMPTY_ACCESS_TOKEN", "Empty oauth2_access_token"))?;
    let token = world
        .linkedin
        .access
        .get(name)
        .ok_or_else(|| refusal::token(65_600, "INVALID_ACCESS_TOKEN", "Invalid access token"))?;
    if token.revoked {
        return Err(refusal::token(
            65_601,
            "REVOKED_ACCESS_TOKEN",
            "The token used in the request has been revoked by the user",
        ));
    }
    if token.expires_at <= call.now {
        return Err(refusal::token(
            65_602,
            "EXPIRED_ACCESS_TOKEN",
            "The token used in the request has expired",
        ));
    }
    Ok(token.clone())
}
