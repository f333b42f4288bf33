//! OAuth 1.0a (RFC 5849): signature, time and nonce of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::refusal;
use crate::call::{Call, decode};
use crate::platforms::Platform;
use crate::reply::{Reply, escape};
use crate::time::{Millis, SECOND};
use crate::world::{Account, World};

/// The app that X knows.
pub(super) const CONSUMER_KEY: &str = "sandbox-key";
const CONSUMER_SECRET: &str = "sandbox-secret";

/// How far a clock may be off.
const SKEW: Millis = 300 * SECOND;

/// The signed parameters of a request whose signature was found right.
pub(super) struct Signed {
    pairs: Vec<(String, String)>,
}

impl Signed {
    /// A parameter from the header, the query or the form.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Checks a request that is signed with the consumer and `token_secret`.
pub(super) fn check(call: &Call, world: &mut World, token_secret: &str) -> Result<Signed, Reply> {
    let refused = || refusal::legacy(401, 32, "Could not authenticate you.");
    let header = header(call).ok_or_else(refused)?;
    let field = |name: &str| {
        header
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    let (Some(signature), Some(nonce), Some(timestamp)) = (
        field("oauth_signature"),
        field("oauth_nonce"),
        field("oauth_timestamp"),
    ) else {
        return Err(refused());
    };
    let version = field("oauth_version").is_none_or(|version| version == "1.0");
    let known = field("oauth_consumer_key").as_deref() == Some(CONSUMER_KEY);
    if !version
        || !known
        || field("oauth_signature_method").as_deref() != Some("HMAC-SHA1")
        || nonce.is_empty()
    {
        return Err(refused());
    }
    let at = timestamp
        .parse::<Millis>()
        .map_err(|_| refused())?
        .saturating_mul(SECOND);
    if (at - call.now).abs() > SKEW {
        return Err(refusal::legacy(401, 135, "Timestamp out of bounds."));
    }
    let mut pairs = header;
    pairs.retain(|(name, _)| name != "oauth_signature" && name != "realm");
    pairs.extend(call.query_pairs());
    pairs.extend(call.form_pairs());
    let addresses = [
        format!("{}{}", call.sent_to, call.path),
        format!("{}{}", call.base, call.path),
    ];
    let matches = addresses
        .iter()
        .any(|address| sign(call.method.as_str(), address, &pairs, token_secret) == signature);
    if !matches {
        return Err(refused());
    }
    let seen = format!("{timestamp}:{nonce}");
    world.x.nonces.retain(|_, forget| *forget > call.now);
    if world.x.nonces.insert(seen, at + 2 * SKEW).is_some() {
        return Err(refused());
    }
    Ok(Signed { pairs })
}

/// The account behind a request signed with an access token.
pub(super) fn account(call: &Call, world: &mut World) -> Result<Account, Reply> {
    if call.bearer().is_some() {
        let detail = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].";
        return Err(refusal::problem(403, "Unsupported Authentication", detail));
    }
    let Some(token) = token_of(call) else {
        return Err(refusal::problem(401, "Unauthorized", "Unauthorized"));
    };
    let access = world
        .x
        .access
        .get(&token)
        .cloned()
        .ok_or_else(|| refusal::legacy(401, 89, "Invalid or expired token."))?;
    check(call, world, &access.secret)?;
    let known = world.account_by_id(Platform::X, "", &access.account).cloned();
    known.ok_or_else(|| refusal::legacy(401, 89, "Invalid or expired token."))
}

/// The token named in the Authorization header, whether it is good or not.
pub(super) fn token_of(call: &Call) -> Option<String> {
    header(call)?
        .into_iter()
        .find(|(name, _)| name == "oauth_token")
        .map(|(_, value)| value)
}

fn header(call: &Call) -> Option<Vec<(String, String)>> {
    let rest = call.header("authorization")?.strip_prefix("OAuth ")?;
    rest.split(',')
        .map(|piece| {
            let (name, value) = piece.trim().split_once('=')?;
            Some((
                decode(name),
                decode(value.trim().strip_prefix('"')?.strip_suffix('"')?),
            ))
        })
        .collect()
}

/// The signature of section 3.4: base string over sorted, escaped parameters, keyed by both secrets.
fn sign(method: &str, address: &str, pairs: &[(String, String)], token_secret: &str) -> String {
    let mut escaped: Vec<(String, String)> = pairs
        .iter()
        .map(|(name, value)| (escape(name), escape(value)))
        .collect();
    escaped.sort();
    let joined: Vec<String> = escaped
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let base = format!(
        "{}&{}&{}",
        method.to_uppercase(),
        escape(&normal(address)),
        escape(&joined.join("&"))
    );
    let key = format!("{}&{}", escape(CONSUMER_SECRET), escape(token_secret));
    STANDARD.encode(mac(key.as_bytes(), base.as_bytes()))
}

/// Scheme and host in lower case, without the port that the scheme implies.
fn normal(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let scheme = scheme.to_lowercase();
    let host = host.to_lowercase();
    let implied = if scheme == "https" { ":443" } else { ":80" };
    format!("{scheme}://{}{path}", host.strip_suffix(implied).unwrap_or(&host))
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_normal_before_signing() {
        assert_eq!(normal("HTTP://Example.COM:80/a/B"), "http://example.com/a/B");
        assert_eq!(normal("https://example.com:443"), "https://example.com");
        assert_eq!(normal("http://127.0.0.1:4600/x"), "http://127.0.0.1:4600/x");
    }
}
