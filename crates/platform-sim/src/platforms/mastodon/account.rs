//! Accounts as the API shows them.

use serde_json::{Value, json};

use super::{Visit, oauth, refusal};
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::time::iso;
use crate::world::{Account, World};

/// `GET /api/v1/accounts/verify_credentials`.
pub(super) fn verify(visit: &Visit<'_>, world: &mut World) -> Outcome {
    let bearer = oauth::bearer(visit, world, &["profile", "read:accounts"])?;
    let account = find(visit, world, &bearer.account)?;
    let mut body = render(visit, world, account);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("source".to_owned(), json!({ "privacy": "public", "sensitive": false, "language": "", "note": "", "fields": [], "follow_requests_count": 0 }));
        fields.insert(
            "role".to_owned(),
            json!({ "id": "-99", "name": "", "permissions": "65536", "color": "", "highlighted": false }),
        );
    }
    Ok(Reply::json(200, &body))
}

/// `GET /api/v1/accounts/{id}`.
pub(super) fn show(visit: &Visit<'_>, world: &mut World, id: &str) -> Outcome {
    let account = find(visit, world, id)?;
    Ok(Reply::json(200, &render(visit, world, account)))
}

/// `GET /api/v1/accounts/search`.
pub(super) fn search(visit: &Visit<'_>, world: &mut World) -> Outcome {
    oauth::bearer(visit, world, &["read:accounts"])?;
    let wanted = visit
        .call
        .query("q")
        .unwrap_or_default()
        .trim_start_matches('@')
        .to_lowercase();
    let found: Vec<Value> = world
        .accounts
        .iter()
        .filter(|account| account.platform == Platform::Mastodon && account.realm == visit.realm)
        .filter(|account| account.handle.contains(&wanted) || account.name.to_lowercase().contains(&wanted))
        .map(|account| render(visit, world, account))
        .collect();
    Ok(Reply::json(200, &json!(found)))
}

fn find<'a>(visit: &Visit<'_>, world: &'a World, id: &str) -> Result<&'a Account, Reply> {
    world
        .account_by_id(Platform::Mastodon, &visit.realm, id)
        .ok_or_else(refusal::absent)
}

/// An account in the API's form.
pub(super) fn render(visit: &Visit<'_>, world: &World, account: &Account) -> Value {
    let picture = format!("{}/_sim/avatars/{}.svg", visit.call.base, account.handle);
    let page = format!("{}/@{}", visit.home, account.handle);
    let statuses = world
        .posts
        .iter()
        .filter(|post| {
            post.platform == Platform::Mastodon && post.realm == visit.realm && post.author == account.id
        })
        .count();
    json!({
        "id": account.id, "username": account.handle, "acct": account.handle, "display_name": account.name,
        "locked": false, "bot": false, "discoverable": true, "indexable": false, "group": false,
        "created_at": iso(account.created_at), "note": "", "url": page, "uri": format!("{}/users/{}", visit.home, account.handle),
        "avatar": picture, "avatar_static": picture, "avatar_description": "", "header": picture, "header_static": picture, "header_description": "",
        "followers_count": 12, "following_count": 7, "statuses_count": statuses, "last_status_at": null,
        "hide_collections": false, "noindex": false, "emojis": [], "roles": [], "fields": [],
    })
}
