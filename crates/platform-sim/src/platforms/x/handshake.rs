//! The three-legged handshake: request token, consent, access token.

use serde::{Deserialize, Serialize};

use super::{refusal, signature};
use crate::call::Call;
use crate::pages::{self, Consent, Decision};
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply, address};
use crate::time::{HOUR, Millis};
use crate::world::World;

/// How long a request token may wait.
const PENDING_LIFE: Millis = HOUR;

/// A request token, with its verifier once a person agreed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    secret: String,
    callback: String,
    verifier: Option<String>,
    account: Option<String>,
    made_at: Millis,
}

/// An access token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Access {
    pub secret: String,
    pub account: String,
}

/// `POST /oauth/request_token`.
pub(super) fn request_token(call: &Call, world: &mut World) -> Outcome {
    let signed = signature::check(call, world, "")?;
    let callback = signed.get("oauth_callback").unwrap_or_default().to_owned();
    let registered = &world.x.settings.callbacks;
    let is_web = url::Url::parse(&callback)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !is_web || !(registered.is_empty() || registered.contains(&callback)) {
        return Err(refusal::legacy(
            403,
            415,
            "Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings",
        ));
    }
    let (token, secret) = (world.random.word(27), world.random.word(32));
    let pending = Pending {
        secret: secret.clone(),
        callback,
        verifier: None,
        account: None,
        made_at: call.now,
    };
    world.x.pending.insert(token.clone(), pending);
    Ok(Reply::form(
        200,
        &[
            ("oauth_token", &token),
            ("oauth_token_secret", &secret),
            ("oauth_callback_confirmed", "true"),
        ],
    ))
}

/// `GET` and `POST /oauth/authorize` and `/oauth/authenticate`: the consent page and its answer.
pub(super) fn authorize(call: &Call, world: &mut World) -> Reply {
    ask(call, world).unwrap_or_else(|refusal| refusal)
}

fn ask(call: &Call, world: &mut World) -> Outcome {
    let token = call.params().text("oauth_token").to_owned();
    let waiting = world
        .x
        .pending
        .get(&token)
        .filter(|pending| pending.verifier.is_none() && call.now - pending.made_at <= PENDING_LIFE);
    let Some(callback) = waiting.map(|pending| pending.callback.clone()) else {
        return Err(pages::problem(
            403,
            "X",
            "This page cannot be used",
            "The request token for this page is invalid. It may have already been used, or expired because it is too old.",
        ));
    };
    match pages::decision(call, Platform::X)? {
        None => Ok(pages::consent(&Consent {
            platform: Platform::X,
            place: "",
            app: "Sandbox app",
            asks: vec![
                "See posts from your timeline and your profile".to_owned(),
                "Publish and delete posts for you".to_owned(),
            ],
            action: &call.path,
            hidden: vec![("oauth_token".to_owned(), token)],
        })),
        Some(Decision::Deny) => {
            world.x.pending.remove(&token);
            Ok(Reply::redirect(&address(&callback, &[("denied", &token)])))
        }
        Some(Decision::Approve(handle)) => {
            let account = world.account(Platform::X, "", &handle, call.now).id;
            let verifier = world.random.word(32);
            if let Some(pending) = world.x.pending.get_mut(&token) {
                pending.verifier = Some(verifier.clone());
                pending.account = Some(account);
            }
            Ok(Reply::redirect(&address(
                &callback,
                &[("oauth_token", &token), ("oauth_verifier", &verifier)],
            )))
        }
    }
}

/// `POST /oauth/access_token`, once per verifier.
pub(super) fn access_token(call: &Call, world: &mut World) -> Outcome {
    let refused = || refusal::legacy(401, 32, "Could not authenticate you.");
    let token = signature::token_of(call)
        .or_else(|| call.params().get("oauth_token").map(str::to_owned))
        .ok_or_else(refused)?;
    let pending = world
        .x
        .pending
        .get(&token)
        .cloned()
        .ok_or_else(|| refusal::legacy(401, 89, "Invalid or expired token."))?;
    let signed = signature::check(call, world, &pending.secret)?;
    let (Some(account), Some(verifier)) = (pending.account, pending.verifier) else {
        return Err(refused());
    };
    if signed.get("oauth_verifier") != Some(verifier.as_str()) {
        return Err(refused());
    }
    world.x.pending.remove(&token);
    let access = Access {
        secret: world.random.word(45),
        account: account.clone(),
    };
    let name = world
        .account_by_id(Platform::X, "", &account)
        .map(|account| account.handle.clone())
        .unwrap_or_default();
    let token = format!("{account}-{}", world.random.word(40));
    let reply = Reply::form(
        200,
        &[
            ("oauth_token", &token),
            ("oauth_token_secret", &access.secret),
            ("user_id", &account),
            ("screen_name", &name),
        ],
    );
    world.x.access.insert(token, access);
    Ok(reply)
}
