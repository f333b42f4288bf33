//! JSON Web Tokens of sessions and of services, signed with one key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::refusal;
use crate::call::Call;
use crate::reply::Reply;
use crate::world::World;

/// The key of this pretend server; it guards nothing.
const KEY: &[u8] = b"the sandbox signs with an open key";

/// Scope of access tokens made by an app password.
pub(super) const ACCESS: &str = "com.atproto.appPass";
/// Scope of refresh tokens.
pub(super) const REFRESH: &str = "com.atproto.refresh";

/// Signs claims.
pub(super) fn sign(kind: &str, claims: &Value) -> String {
    let head = URL_SAFE_NO_PAD.encode(json!({ "typ": kind, "alg": "HS256" }).to_string());
    let body = URL_SAFE_NO_PAD.encode(claims.to_string());
    let signature = URL_SAFE_NO_PAD.encode(mac(&format!("{head}.{body}")));
    format!("{head}.{body}.{signature}")
}

/// The claims of a token whose signature fits.
pub(super) fn open(token: &str) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    if URL_SAFE_NO_PAD.encode(mac(signed)) != signature {
        return None;
    }
    let (_, body) = signed.split_once('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The claims of the request's token, which must have that scope and be alive.
pub(super) fn required(call: &Call, world: &World, scope: &str) -> Result<Value, Reply> {
    if call.header("authorization").is_none() {
        return Err(refusal::error(401, "AuthMissing", "Authentication Required"));
    }
    let bad = |message: &str| refusal::error(400, "InvalidToken", message);
    let claims = call
        .bearer()
        .and_then(open)
        .ok_or_else(|| bad("Token could not be verified"))?;
    if claims["scope"] != scope {
        return Err(bad("Bad token scope"));
    }
    let id = claims["jti"].as_str().unwrap_or_default();
    if claims["exp"].as_i64().unwrap_or(0) * 1_000 <= call.now || world.bluesky.dead.contains(id) {
        return Err(refusal::error(400, "ExpiredToken", "Token has expired"));
    }
    Ok(claims)
}

/// The account behind the request's access token.
pub(super) fn account(call: &Call, world: &World) -> Result<String, Reply> {
    let claims = required(call, world, ACCESS)?;
    Ok(claims["sub"].as_str().unwrap_or_default().to_owned())
}
