//! Sessions: login, renewal, and tokens for other services.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::token::{self, ACCESS, REFRESH};
use super::{appview, refusal};
use crate::call::Call;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::time::{DAY, MINUTE, Millis, SECOND};
use crate::window::Rule;
use crate::world::{Account, World};

/// The password of every account.
const PASSWORD: &str = "sandbox";

/// A refresh token as the server remembers it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refresh {
    pub did: String,
    pub expires_at: Millis,
    pub spent_at: Option<Millis>,
    /// Id of the token that took its place.
    pub next: Option<String>,
}

/// `com.atproto.server.describeServer`.
pub(super) fn describe(call: &Call, world: &World) -> Reply {
    Reply::json(
        200,
        &json!({
            "did": service_did(&call.base), "availableUserDomains": [".bsky.social"], "inviteCodeRequired": false,
            "phoneVerificationRequired": false, "links": {}, "contact": {}, "blobUploadLimit": world.bluesky.settings.blob_limit,
        }),
    )
}

/// `com.atproto.server.createSession`.
pub(super) fn create(call: &Call, world: &mut World) -> Outcome {
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("Request encoding (Content-Type) required but not provided"))?;
    let (Some(identifier), Some(password)) = (body["identifier"].as_str(), body["password"].as_str()) else {
        return Err(refusal::invalid("Input must have the property \"identifier\""));
    };
    let name = identifier
        .split('@')
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    let settings = &world.bluesky.settings;
    let rules = [
        ("session", settings.session_budget, 5 * MINUTE),
        ("session-day", settings.session_day_budget, DAY),
    ];
    for (key, limit, span) in rules {
        let budget = world.bluesky.windows.spend(
            &format!("{key}:{}", name.to_lowercase()),
            Rule { limit, span, cost: 1 },
            call.now,
        );
        if budget.exhausted {
            return Err(refusal::limited(
                limit,
                u64::try_from(span / SECOND).unwrap_or(300),
                budget.reset,
            ));
        }
    }
    let known = world.account_by_id(Platform::Bluesky, "", identifier).cloned();
    if password != PASSWORD || name.is_empty() || (known.is_none() && identifier.starts_with("did:")) {
        return Err(refusal::error(
            401,
            "AuthenticationRequired",
            "Invalid identifier or password",
        ));
    }
    let account = known.unwrap_or_else(|| world.account(Platform::Bluesky, "", name, call.now));
    let refresh = world.random.word(32);
    Ok(Reply::json(200, &open(call, world, &account, &refresh)))
}

/// `com.atproto.server.refreshSession`: a spent token gives the same successor for a while.
pub(super) fn refresh(call: &Call, world: &mut World) -> Outcome {
    let claims = token::required(call, world, REFRESH)?;
    let id = claims["jti"].as_str().unwrap_or_default().to_owned();
    let gone = || refusal::error(400, "ExpiredToken", "Token has been revoked");
    let grace = world.bluesky.settings.grace_secs * SECOND;
    let fresh = world.random.word(32);
    let known = world.bluesky.refreshes.get_mut(&id).ok_or_else(gone)?;
    if known.spent_at.is_some_and(|spent| call.now - spent > grace) {
        return Err(gone());
    }
    let next = known.next.get_or_insert(fresh).clone();
    known.spent_at.get_or_insert(call.now);
    let did = known.did.clone();
    let account = world
        .account_by_id(Platform::Bluesky, "", &did)
        .cloned()
        .ok_or_else(gone)?;
    Ok(Reply::json(200, &open(call, world, &account, &next)))
}

/// Makes a pair of tokens under the given refresh id.
fn open(call: &Call, world: &mut World, account: &Account, refresh: &str) -> Value {
    let settings = world.bluesky.settings.clone();
    let now = call.now / SECOND;
    let audience = service_did(&call.base);
    let claims = |scope: &str, id: &str, life: i64| json!({ "scope": scope, "sub": account.id, "aud": audience, "iat": now, "exp": now + life, "jti": id });
    let access = world.random.word(16);
    let made = Refresh {
        did: account.id.clone(),
        expires_at: call.now + settings.refresh_secs * SECOND,
        spent_at: None,
        next: None,
    };
    world.bluesky.refreshes.entry(refresh.to_owned()).or_insert(made);
    let mut body = describe_account(call, account);
    if let Some(fields) = body.as_object_mut() {
        fields.insert(
            "accessJwt".to_owned(),
            token::sign("at+jwt", &claims(ACCESS, &access, settings.access_secs)).into(),
        );
        fields.insert(
            "refreshJwt".to_owned(),
            token::sign("refresh+jwt", &claims(REFRESH, refresh, settings.refresh_secs)).into(),
        );
    }
    body
}

fn describe_account(call: &Call, account: &Account) -> Value {
    json!({
        "did": account.id, "handle": account.handle, "email": "", "emailConfirmed": true, "emailAuthFactor": false, "active": true,
        "didDoc": {
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": account.id,
            "alsoKnownAs": [format!("at://{}", account.handle)],
            "verificationMethod": [],
            "service": [{ "id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": format!("{}/bluesky", call.base) }],
        },
    })
}

/// `com.atproto.server.getSession`.
pub(super) fn show(call: &Call, world: &mut World) -> Outcome {
    let did = token::account(call, world)?;
    let account = world
        .account_by_id(Platform::Bluesky, "", &did)
        .ok_or_else(|| refusal::invalid("Could not find user info for account"))?;
    Ok(Reply::json(200, &describe_account(call, account)))
}

/// `com.atproto.server.deleteSession`, by the refresh token.
pub(super) fn delete(call: &Call, world: &mut World) -> Outcome {
    let claims = token::required(call, world, REFRESH)?;
    world
        .bluesky
        .refreshes
        .remove(claims["jti"].as_str().unwrap_or_default());
    Ok(Reply::empty(200))
}

/// `com.atproto.server.getServiceAuth`: `exp` is whole seconds, at most an hour ahead.
pub(super) fn service_auth(call: &Call, world: &mut World) -> Outcome {
    let did = token::account(call, world)?;
    let audience = call
        .query("aud")
        .filter(|audience| audience.starts_with("did:"))
        .ok_or_else(|| refusal::invalid("Error: Params must have the property \"aud\""))?;
    let now = call.now / SECOND;
    let expires = match call.query("exp") {
        None => now + 60,
        Some(text) => text
            .parse::<i64>()
            .map_err(|_| refusal::invalid("Error: exp must be an integer"))?,
    };
    if expires <= now {
        return Err(refusal::error(400, "BadExpiration", "expiration is in past"));
    }
    if expires > now + 3_600 {
        return Err(refusal::error(
            400,
            "BadExpiration",
            "cannot request a token with an expiration more than an hour in the future",
        ));
    }
    let id = world.random.word(16);
    let mut claims = json!({ "iss": did, "aud": audience, "iat": now, "exp": expires, "jti": id });
    if let Some(method) = call.query("lxm") {
        claims["lxm"] = method.into();
    }
    Ok(Reply::json(200, &json!({ "token": token::sign("JWT", &claims) })))
}

/// The DID of this server.
pub(super) fn service_did(base: &str) -> String {
    format!("did:web:{}", host(base).replace(':', "%3A"))
}

/// The DIDs by which a client may call this server: with the port escaped or plain, without it, or with the path.
pub(super) fn is_service_did(base: &str, did: &str) -> bool {
    let host = host(base);
    let name = host.split(':').next().unwrap_or(host);
    let plain = did.trim_start_matches("did:web:");
    did.starts_with("did:web:")
        && [
            host.replace(':', "%3A"),
            host.to_owned(),
            name.to_owned(),
            format!("{}:bluesky", host.replace(':', "%3A")),
        ]
        .iter()
        .any(|known| known == plain)
}

fn host(base: &str) -> &str {
    base.split("://").nth(1).unwrap_or(base)
}

/// The account that a request names by DID or handle.
pub(super) fn same_account(world: &World, did: &str, named: &str) -> bool {
    named == did || appview::did_of(world, named).as_deref() == Some(did)
}
