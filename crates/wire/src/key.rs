//! API keys on our own routes.

use postern_domain::actor::Scope;
use postern_domain::key::{ApiKey, CreatedKey, NewKey};
use postern_domain::{Code, Problem, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::lenient;
use crate::moment::in_utc;

/// A key as lists show it: without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyOut {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// The last four characters of its text.
    pub hint: String,
    /// What it may do.
    pub scopes: Vec<&'static str>,
    /// When it was made.
    pub created_at: String,
    /// When it ends by itself.
    pub expires_at: Option<String>,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<String>,
}

/// A key just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CreatedKeyOut {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Its text, given this once.
    pub key: String,
    /// What it may do.
    pub scopes: Vec<&'static str>,
    /// When it was made.
    pub created_at: String,
    /// When it ends by itself.
    pub expires_at: Option<String>,
}

/// All keys of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyList {
    /// The keys, newest first.
    pub keys: Vec<KeyOut>,
    /// About the list.
    pub meta: Meta,
}

/// About a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Meta {
    /// How many there are.
    pub total: usize,
}

/// Shows a key.
pub fn key_out(key: &ApiKey) -> KeyOut {
    KeyOut {
        id: key.id.to_string(),
        name: key.name.clone(),
        hint: key.hint.clone(),
        scopes: words(&key.scopes),
        created_at: key.created_at.to_rfc3339(),
        expires_at: key.expires_at.map(Timestamp::to_rfc3339),
        last_used_at: key.last_used_at.map(Timestamp::to_rfc3339),
    }
}

/// Shows a key with its text.
pub fn created_key_out(created: &CreatedKey) -> CreatedKeyOut {
    let key = &created.key;
    CreatedKeyOut {
        id: key.id.to_string(),
        name: key.name.clone(),
        key: created.text.reveal().to_owned(),
        scopes: words(&key.scopes),
        created_at: key.created_at.to_rfc3339(),
        expires_at: key.expires_at.map(Timestamp::to_rfc3339),
    }
}

/// Shows all keys.
pub fn key_list(keys: &[ApiKey]) -> KeyList {
    KeyList {
        keys: keys.iter().map(key_out).collect(),
        meta: Meta { total: keys.len() },
    }
}

/// Reads `{"name", "scopes": [...], "expires_at"?}`.
///
/// Errors: all problems at once; an empty name or list of scopes is left to the use case.
pub fn parse_new_key(body: &Json) -> Result<NewKey, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = lenient::filled(body.get("name")).unwrap_or_default();
    let mut scopes: Vec<Scope> = Vec::new();
    match body.get("scopes") {
        Some(Json::Array(given)) => {
            for (index, word) in given.iter().enumerate() {
                let word = lenient::text(word).unwrap_or_default();
                match Scope::parse(word.trim()) {
                    Some(scope) if scopes.contains(&scope) => {}
                    Some(scope) => scopes.push(scope),
                    None => problems.push(unknown_scope(&format!("/scopes/{index}"), &word)),
                }
            }
        }
        None | Some(Json::Null) => {}
        Some(other) => problems.push(unknown_scope(
            "/scopes",
            &lenient::text(other).unwrap_or_default(),
        )),
    }
    let expires_at = lenient::filled(body.get("expires_at")).and_then(|text| {
        in_utc(&text, "/expires_at")
            .map_err(|problem| problems.push(problem))
            .ok()
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(NewKey {
        name,
        scopes,
        expires_at,
    })
}

fn words(scopes: &[Scope]) -> Vec<&'static str> {
    scopes.iter().map(|scope| scope.as_str()).collect()
}

fn unknown_scope(field: &str, given: &str) -> Problem {
    Problem::new(
        Code::ScopeUnknown,
        field,
        "there is no such scope",
        "send a list of the allowed scopes",
    )
    .given(given)
    .allowed(words(&Scope::ALL).join(", "))
}

#[cfg(test)]
mod tests {
    use postern_domain::id::{KeyId, WorkspaceId};
    use postern_domain::secret::Secret;
    use serde_json::json;

    use super::*;

    fn key() -> ApiKey {
        ApiKey {
            id: KeyId::from_bits(1),
            workspace: WorkspaceId::from_bits(2),
            name: "laptop".into(),
            hint: "wxyz".into(),
            scopes: vec![Scope::PostsRead, Scope::PostsWrite],
            created_at: Timestamp::from_secs(1_800_000_000),
            expires_at: None,
            last_used_at: Some(Timestamp::from_secs(1_800_000_060)),
        }
    }

    #[test]
    fn keys_are_shown_without_their_text_but_once() {
        insta::assert_json_snapshot!("key_list", key_list(&[key()]));
        let created = CreatedKey {
            key: key(),
            text: Secret::new("ptz_example"),
        };
        insta::assert_json_snapshot!("created_key", created_key_out(&created));
    }

    #[test]
    fn all_problems_of_a_new_key_are_told_at_once() {
        let good =
            json!({"name": " laptop ", "scopes": ["posts:read", "posts:read"], "expires_at": "2027-01-01"});
        let good = parse_new_key(&good).unwrap();
        assert_eq!(
            (good.name.as_str(), good.scopes.as_slice()),
            ("laptop", [Scope::PostsRead].as_slice())
        );
        let bad = json!({"scopes": ["posts:read", "everything", 7], "expires_at": "soon"});
        let fields: Vec<_> = parse_new_key(&bad)
            .unwrap_err()
            .into_iter()
            .map(|it| it.field)
            .collect();
        assert_eq!(fields, ["/scopes/1", "/scopes/2", "/expires_at"]);
    }
}
