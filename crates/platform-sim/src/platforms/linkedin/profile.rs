//! The member's own profile, and organizations by vanity name.

use serde_json::{Value, json};

use super::oauth::{self, Token};
use super::refusal;
use crate::call::Call;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::world::{Account, World};

/// Organizations that exist: id, vanity name, name.
const ORGANIZATIONS: [(u32, &str, &str); 2] = [
    (1_001, "sandbox", "Sandbox Inc."),
    (1_002, "paperboat", "Paper Boat Works"),
];

/// `GET /v2/userinfo`.
pub(super) fn userinfo(call: &Call, world: &mut World) -> Outcome {
    let (_, account) = member(call, world, &["openid", "profile"], "userinfo.GET")?;
    let (given, family) = account
        .name
        .split_once(' ')
        .unwrap_or((account.name.as_str(), ""));
    Ok(Reply::json(
        200,
        &json!({
            "sub": account.id, "name": account.name, "given_name": given, "family_name": family,
            "picture": picture(call, &account), "locale": { "country": "US", "language": "en" }, "email_verified": false,
        }),
    ))
}

/// `GET /v2/me`.
pub(super) fn me(call: &Call, world: &mut World) -> Outcome {
    let (_, account) = member(call, world, &["r_basicprofile"], "me.GET")?;
    let (given, family) = account
        .name
        .split_once(' ')
        .unwrap_or((account.name.as_str(), ""));
    Ok(Reply::json(
        200,
        &json!({ "id": account.id, "vanityName": account.handle, "localizedFirstName": given, "localizedLastName": family, "localizedHeadline": "" }),
    ))
}

fn member(call: &Call, world: &World, scopes: &[&str], resource: &str) -> Result<(Token, Account), Reply> {
    let token = oauth::bearer(call, world)?;
    if !token.may(scopes) {
        return Err(refusal::denied(resource));
    }
    let account = world
        .account_by_id(Platform::LinkedIn, "", &token.account)
        .cloned();
    account
        .map(|account| (token, account))
        .ok_or_else(|| refusal::token(65_600, "INVALID_ACCESS_TOKEN", "Invalid access token"))
}

fn picture(call: &Call, account: &Account) -> String {
    format!("{}/_sim/avatars/{}.svg", call.base, account.handle)
}

/// `GET /v2/organizations?q=vanityName`.
pub(super) fn organizations(call: &Call, world: &mut World) -> Outcome {
    let token = oauth::bearer(call, world)?;
    if !token.may(&[
        "rw_organization_admin",
        "r_organization_social",
        "w_organization_social",
    ]) {
        return Err(refusal::denied("organizations.FINDER-vanityName.GET"));
    }
    let wanted = call
        .query("vanityName")
        .filter(|_| call.query("q").as_deref() == Some("vanityName"));
    let wanted = wanted.ok_or_else(|| refusal::invalid("Invalid query parameters passed to request"))?;
    let elements: Vec<Value> = ORGANIZATIONS
        .iter()
        .filter(|(_, vanity, _)| *vanity == wanted)
        .map(|(id, vanity, name)| json!({ "id": id, "vanityName": vanity, "localizedName": name }))
        .collect();
    Ok(Reply::json(200, &json!({ "elements": elements })))
}
