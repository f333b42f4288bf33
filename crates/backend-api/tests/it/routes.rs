//! The table of routes: each is there, wants the scopes and the role that it says, and nothing else is there.

use axum::body::Body;
use http::{Method, Request};
use postern_domain::actor::Scope;
use postern_domain::ports::{Keys, PersonRow};
use postern_domain::secret::Secret;
use postern_domain::workspace::{Person, Role};
use postern_wire::openapi::{self, Family, Route};
use serde_json::{Value as Json, json};

use crate::cases::{form, part, png};
use crate::desk::{Desk, Got};

/// What stands for parameters in paths, and a body that every route gets past its form.
struct Sample {
    channel: String,
    post: String,
    group: String,
    recurrence: String,
    media: String,
    tag: String,
    batch: String,
    key: String,
    bodies: Json,
}

async fn sample(desk: &Desk) -> Sample {
    let channel = desk.channel("ada-1").await;
    let at = |text: &str| {
        json!({ "type": "schedule", "date": "2027-01-16T09:00:00Z", "shortLink": false, "tags": ["News"],
                "posts": [part(&channel, text)] })
    };
    let created = desk.post("/public/v1/posts", at("one")).await.json();
    let mut returning = at("again");
    returning["inter"] = json!(1);
    desk.post("/public/v1/posts", returning).await;
    let batch = desk
        .post("/public/v1/posts/bulk", json!({ "posts": [at("two")] }))
        .await
        .json();
    let recurrences = desk.get("/public/v1/recurrences").await.json();
    let tags = desk.get("/public/v1/tags").await.json();
    let keys = desk.get("/public/v1/keys").await.json();
    let (kind, content) = form("file", "a.png", &png());
    let media = crate::uploads::upload(desk, &kind, content).await.json();
    let text = |json: &Json| json.as_str().unwrap().to_owned();
    Sample {
        channel: channel.id.to_string(),
        post: text(&created[0]["postId"]),
        group: text(&desk.listed().await[0]["group"]),
        recurrence: text(&recurrences["recurrences"][0]["id"]),
        media: text(&media["id"]),
        tag: text(&tags["tags"][0]["id"]),
        batch: text(&batch["batch"]),
        key: text(&keys["keys"][0]["id"]),
        bodies: json!({
            "create_post": at("x"), "validate_post": at("x"), "create_posts": { "posts": [at("x")] },
            "replace_slots": { "slots": ["09:00"] }, "trigger_tool": { "methodName": "boards" },
            "change_post_status": { "status": "draft" }, "change_post_settings": { "settings": {} },
            "name_release": { "releaseId": "1" }, "resolve_post": { "outcome": "published" },
            "shift_posts": { "startDate": "2027-01-01", "endDate": "2027-02-01", "minutes": 5 },
            "preview_recurrence": { "recurrence": { "frequency": "daily" } },
            "skip_occurrence": { "date": "2027-01-17" }, "fetch_file": { "url": "https://192.0.2.1/a.png" },
            "begin_upload": { "name": "a.png" }, "describe_media": { "alt": "a" },
            "create_tag": { "name": "Art" }, "create_key": { "name": "a", "scopes": ["posts:read"] },
        }),
    }
}

impl Sample {
    fn path(&self, route: &Route) -> String {
        let id = match route.path.split('/').nth(1) {
            Some("posts") if route.path.contains("bulk") => &self.batch,
            Some("posts") => &self.post,
            Some("recurrences") => &self.recurrence,
            Some("media") => &self.media,
            Some("tags") => &self.tag,
            Some("keys") => &self.key,
            _ => &self.channel,
        };
        let dead_letter = self.post.clone();
        let mut path = route.path.to_owned();
        for name in route.path_parameters() {
            let value = match (name, route.path) {
                ("integration", "/social/{integration}") => "test",
                ("post", _) => &self.post,
                ("group", _) => &self.group,
                (_, "/dead-letters/{id}/replay") => &dead_letter,
                _ => id,
            };
            path = path.replace(&format!("{{{name}}}"), value);
        }
        if route.query.iter().any(|it| it.required) {
            path.push_str("?startDate=2027-01-01&endDate=2027-12-31");
        }
        path
    }

    async fn call(&self, desk: &Desk, prefix: &str, key: &str, route: &Route) -> Got {
        let request = Request::builder()
            .method(route.verb.as_str())
            .uri(format!("{prefix}{}", self.path(route)))
            .header("authorization", key);
        let request = if route.operation == "upload_file" {
            let (kind, content) = form("file", "a.png", &png());
            request.header("content-type", kind).body(Body::from(content))
        } else {
            let body = self
                .bodies
                .get(route.operation)
                .map_or_else(|| json!({}), Json::clone);
            let request = request.header("content-type", "application/json");
            request.body(Body::from(body.to_string()))
        };
        desk.send(request.unwrap()).await
    }
}

fn is_unknown_route(got: &Got) -> bool {
    got.status == 404 && got.text().contains("Cannot ")
}

#[tokio::test]
async fn every_route_is_there_under_both_prefixes_and_knows_who_asks() {
    let desk = Desk::new().await;
    let sample = sample(&desk).await;
    for route in openapi::all() {
        for prefix in ["/public/v1", "/api/public/v1"] {
            let got = sample.call(&desk, prefix, "nobody", route).await;
            assert_eq!(got.status, 401, "{} {prefix}{}", route.verb.as_str(), route.path);
            let member = match route.family {
                Family::Compatible => "msg",
                Family::Ours => "title",
            };
            assert!(
                got.json().get(member).is_some(),
                "{}: {}",
                route.operation,
                got.text()
            );
        }
    }
    assert!(is_unknown_route(&desk.get("/public/v1/nowhere").await));
}

#[tokio::test]
async fn every_route_is_refused_to_keys_that_lack_one_of_its_scopes() {
    let desk = Desk::new().await;
    let sample = sample(&desk).await;
    let mut tried = 0;
    for route in openapi::all() {
        for missing in route.scopes {
            let all = Scope::ALL.iter().copied();
            let is_missing = |it: &Scope| it.to_ask_for() == missing.to_ask_for();
            let rest: Vec<Scope> = all.filter(|it| !is_missing(it) && *it != Scope::Admin).collect();
            let key = desk.key_for(&rest).await;
            let got = sample.call(&desk, "/public/v1", &key, route).await;
            assert_eq!(
                got.status,
                403,
                "{} without {missing}: {}",
                route.operation,
                got.text()
            );
            assert_eq!(got.json()["code"], "scope_missing", "{}", route.operation);
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
}

#[tokio::test]
async fn no_route_asks_for_more_than_it_says() {
    let desk = Desk::new().await;
    let sample = sample(&desk).await;
    // What removes comes last, so that the others find what they are about.
    let (removing, others): (Vec<&Route>, Vec<&Route>) =
        openapi::all().partition(|route| route.verb.as_str() == "DELETE" || route.operation == "undo_posts");
    for route in others.into_iter().chain(removing) {
        let scopes = if route.scopes.is_empty() {
            &[Scope::MediaWrite]
        } else {
            route.scopes
        };
        let key = desk.key_for(scopes).await;
        let got = sample.call(&desk, "/public/v1", &key, route).await;
        assert!(
            got.status != 401 && got.status != 403 && got.status != 500 && !is_unknown_route(&got),
            "{} with {scopes:?}: {} {}",
            route.operation,
            got.status,
            got.text()
        );
    }
}

#[tokio::test]
async fn ids_of_another_workspace_are_unknown_on_every_route() {
    let desk = Desk::new().await;
    let sample = sample(&desk).await;
    let (eve, _) = desk.neighbour().await;
    let before = desk.listed().await;
    let named = openapi::all().filter(|route| route.path_parameters().next().is_some());
    for route in named.filter(|route| route.operation != "connect_channel") {
        let got = sample.call(&desk, "/public/v1", &eve, route).await;
        let is_as_unknown = match route.operation {
            // As clients of these know it.
            "list_missing_content" | "read_post_insights" => got.json() == json!([]),
            "change_post_status" => got.status == 400 && got.json()["message"] == "Post not found",
            _ => got.status == 404,
        };
        assert!(
            is_as_unknown,
            "{}: {} {}",
            route.operation,
            got.status,
            got.text()
        );
    }
    assert_eq!(desk.listed().await, before);
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_refused_in_the_words_of_its_route() {
    let desk = Desk::new().await;
    for (path, member) in [
        ("/notifications?page=1&page=2", "message"),
        ("/posts?startDate=1&startDate=2", "message"),
        ("/posts/%ff/missing", "message"),
        ("/media?limit=1&limit=2", "title"),
        ("/analytics?date=1&date=2", "title"),
        ("/tags/%ff", "title"),
    ] {
        let method = if path.starts_with("/tags") {
            Method::DELETE
        } else {
            Method::GET
        };
        let got = desk.call(method, &format!("/public/v1{path}"), None).await;
        let body = got.json();
        assert_eq!(
            (got.status.as_u16(), &body["code"]),
            (400, &json!("malformed")),
            "{path}: {body}"
        );
        assert!(body.get(member).is_some(), "{path}: {body}");
    }
}

/// A key that acts for a member of this role.
async fn key_of(desk: &Desk, role: Role, number: u128) -> String {
    let person = Person {
        id: postern_domain::id::PersonId::from_bits(1000 + number),
        email: format!("{}@example.org", role.as_str()),
        name: role.as_str().to_owned(),
        created_at: crate::desk::NOW,
    };
    let unit = desk.database.storage().begin().await.unwrap();
    let row = PersonRow {
        person: person.clone(),
        password_hash: String::new(),
    };
    unit.insert_person(&row).await.unwrap();
    unit.insert_member(desk.actor.workspace, person.id, role)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let text = desk.key_for(&Scope::ALL).await;
    // The key is as if that person had made it.
    let actor = desk.app().authenticate(Secret::new(text.as_str())).await.unwrap();
    let unit = desk.database.storage().begin().await.unwrap();
    let key = unit
        .keys(actor.workspace)
        .await
        .unwrap()
        .into_iter()
        .find(|key| Some(key.id) == actor.key)
        .unwrap();
    unit.revoke_key(actor.workspace, key.id, crate::desk::NOW)
        .await
        .unwrap();
    let fresh = format!("ptz_of_{}", role.as_str());
    let key = postern_domain::key::ApiKey {
        id: postern_domain::id::KeyId::from_bits(2000 + number),
        ..key
    };
    let digest = postern_domain::ports::Vault::digest(&postern_testkit::FakeVault, &fresh);
    unit.insert_key(&key, &digest, Some(person.id)).await.unwrap();
    unit.commit().await.unwrap();
    fresh
}

#[tokio::test]
async fn every_route_is_refused_to_roles_below_its_own() {
    let desk = Desk::new().await;
    let sample = sample(&desk).await;
    for (number, role) in (0..).zip([Role::Viewer, Role::Author, Role::Editor]) {
        let key = key_of(&desk, role, number).await;
        for route in openapi::all().filter(|route| route.least_role() > role) {
            let got = sample.call(&desk, "/public/v1", &key, route).await;
            assert_eq!(
                got.status,
                403,
                "{} as {}: {}",
                route.operation,
                role.as_str(),
                got.text()
            );
        }
    }
}

#[tokio::test]
async fn the_description_is_served_for_programs_and_for_people() {
    let desk = Desk::new().await;
    for (path, kind) in [
        ("/api/openapi.json", "application/json; charset=utf-8"),
        ("/api/docs", "text/html; charset=utf-8"),
        ("/api/docs/style.css", "text/css; charset=utf-8"),
    ] {
        let got = desk.call_as("", Method::GET, path, None).await;
        assert_eq!(
            (got.status.as_u16(), got.header("content-type")),
            (200, Some(kind)),
            "{path}"
        );
        let policy = got.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
    let served = desk.get("/api/openapi.json").await.json();
    assert_eq!(served, openapi::document(env!("CARGO_PKG_VERSION")));
    assert_eq!(served["openapi"], "3.1.0");
}
