//! Items 1 to 10 of Mastodon and 1 to 6 of its further instances.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::probe::{Answer, BASE, GIF, MP4, PNG, Probe, multipart, pairs};

const CALLBACK: &str = "https://app.test/callback";
const SCOPES: &str = "write:statuses profile write:media";

/// A member of an instance with a token.
pub(crate) struct Member {
    pub home: String,
    pub token: String,
}

impl Member {
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    async fn post(&self, probe: &Probe, key: Option<&str>, body: Value) -> Answer {
        let bearer = self.bearer();
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        probe
            .post(&format!("{}/api/v1/statuses", self.home), &headers, &body)
            .await
    }

    async fn upload(&self, probe: &Probe, file: &[u8], kind: &str, alt: &str) -> Answer {
        let (content_type, body) = multipart(&[
            ("description", None, alt.as_bytes()),
            ("file", Some(("a.bin", kind)), file),
        ]);
        let length = body.len().to_string();
        let headers = [
            ("authorization", self.bearer()),
            ("content-type", content_type),
            ("content-length", length),
        ];
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        probe
            .bytes("POST", &format!("{}/api/v2/media", self.home), &headers, &body)
            .await
    }

    async fn get(&self, probe: &Probe, path: &str) -> Answer {
        probe
            .get(
                &format!("{}{path}", self.home),
                &[("authorization", &self.bearer())],
            )
            .await
    }
}

async fn register(probe: &Probe, home: &str, scopes: &str) -> Value {
    let body = json!({ "client_name": "Test app", "redirect_uris": [CALLBACK], "scopes": scopes });
    let answer = probe.post(&format!("{home}/api/v1/apps"), &[], &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn authorize_path(home: &str, client: &str, more: &[(&str, &str)]) -> String {
    let mut query = vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", CALLBACK),
    ];
    query.extend_from_slice(more);
    format!("{home}/oauth/authorize?{}", pairs(&query))
}

async fn exchange(probe: &Probe, home: &str, app: &Value, code: &str, more: &[(&str, &str)]) -> Answer {
    let text = |name: &str| app[name].as_str().unwrap_or_default().to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
    ];
    fields.extend([("client_id", id.as_str()), ("client_secret", secret.as_str())]);
    fields.extend_from_slice(more);
    probe.form(&format!("{home}/oauth/token"), &[], &fields).await
}

pub(crate) async fn join(probe: &Probe, home: &str, handle: &str, scopes: &str) -> Member {
    let app = register(probe, home, scopes).await;
    let client = app["client_id"].as_str().expect("an id");
    let path = authorize_path(home, client, &[("scope", scopes), ("sandbox_account", handle)]);
    let code = probe.get(&path, &[]).await.back("code").expect("a code");
    let answer = exchange(probe, home, &app, &code, &[]).await;
    let token = answer.json()["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    Member {
        home: home.to_owned(),
        token,
    }
}

#[tokio::test]
async fn apps_remember_redirects_and_scopes() {
    let probe = Probe::new();
    let app = register(&probe, "/mastodon", SCOPES).await;
    let client = app["client_id"].as_str().expect("an id");
    assert!(
        app["client_secret"]
            .as_str()
            .is_some_and(|secret| secret.len() > 20)
    );
    assert_eq!(app["client_secret_expires_at"], 0);
    let other = format!(
        "/mastodon/oauth/authorize?{}",
        pairs(&[
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", "https://evil.test/")
        ])
    );
    assert_eq!(probe.get(&other, &[]).await.status, 400);
    assert_eq!(
        probe
            .get(
                &authorize_path("/mastodon", client, &[("scope", "write:accounts")]),
                &[]
            )
            .await
            .status,
        400
    );
    assert_eq!(
        probe
            .get(
                &authorize_path("/mastodon", "nobody", &[("scope", "profile")]),
                &[]
            )
            .await
            .status,
        401
    );
    let page = probe
        .get(
            &authorize_path("/mastodon", client, &[("scope", SCOPES), ("state", "s")]),
            &[],
        )
        .await;
    assert_eq!(page.status, 200);
    assert!(
        page.text()
            .contains("Test app wants to use your Mastodon account")
    );
    let relative = json!({ "client_name": "x", "redirect_uris": "not absolute" });
    assert_eq!(
        probe
            .post("/mastodon/api/v1/apps", &[], &relative)
            .await
            .refusal(),
        (
            422,
            "{\"error\":\"Validation failed: Redirect URI must be an absolute URI.\"}".to_owned()
        )
    );
}

#[tokio::test]
async fn the_consent_form_approves_and_denies() {
    let probe = Probe::new();
    let app = register(&probe, "/mastodon", SCOPES).await;
    let client = app["client_id"].as_str().expect("an id");
    let fields = [
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", CALLBACK),
        ("scope", "profile"),
        ("state", "s1"),
    ];
    let mut denied = fields.to_vec();
    denied.push(("decision", "deny"));
    let answer = probe.form("/mastodon/oauth/authorize", &[], &denied).await;
    assert_eq!(
        (
            answer.status,
            answer.back("error").as_deref(),
            answer.back("state").as_deref()
        ),
        (302, Some("access_denied"), Some("s1"))
    );
    let mut approved = fields.to_vec();
    approved.extend([("decision", "approve"), ("account", "ben"), ("handle", "Dora")]);
    let code = probe
        .form("/mastodon/oauth/authorize", &[], &approved)
        .await
        .back("code")
        .expect("a code");
    let token = exchange(&probe, "/mastodon", &app, &code, &[]).await.json()["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let me = Member {
        home: "/mastodon".to_owned(),
        token,
    }
    .get(&probe, "/api/v1/accounts/verify_credentials")
    .await;
    assert_eq!(me.json()["username"], "dora", "a typed name wins over the choice");
}

#[tokio::test]
async fn tokens_do_what_their_scopes_say() {
    let probe = Probe::new();
    let reader = join(&probe, "/mastodon", "ada", "profile").await;
    assert_eq!(
        reader
            .get(&probe, "/api/v1/accounts/verify_credentials")
            .await
            .status,
        200
    );
    let outside = (
        403,
        "{\"error\":\"This action is outside the authorized scopes\"}".to_owned(),
    );
    assert_eq!(
        reader
            .post(&probe, None, json!({ "status": "x" }))
            .await
            .refusal(),
        outside
    );
    assert_eq!(
        reader.upload(&probe, PNG, "image/png", "").await.refusal(),
        outside
    );
    let writer = join(&probe, "/mastodon", "ada", "write:statuses").await;
    assert_eq!(
        writer
            .get(&probe, "/api/v1/accounts/verify_credentials")
            .await
            .refusal(),
        outside
    );
    let stranger = Member {
        token: "no".to_owned(),
        ..writer
    };
    assert_eq!(
        stranger
            .post(&probe, None, json!({ "status": "x" }))
            .await
            .refusal(),
        (401, "{\"error\":\"The access token is invalid\"}".to_owned())
    );
}

#[tokio::test]
async fn codes_are_single_use_and_bound_to_their_proof() {
    let probe = Probe::new();
    let app = register(&probe, "/mastodon", SCOPES).await;
    let client = app["client_id"].as_str().expect("an id");
    let verifier = "v".repeat(43);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let ask = |method: &'static str| {
        authorize_path(
            "/mastodon",
            client,
            &[
                ("scope", "profile"),
                ("code_challenge", &challenge),
                ("code_challenge_method", method),
                ("sandbox_account", "ada"),
            ],
        )
    };
    assert_eq!(probe.get(&ask("plain"), &[]).await.status, 400);
    for (more, want) in [
        (vec![], 400),
        (vec![("code_verifier", "w")], 400),
        (vec![("code_verifier", verifier.as_str())], 200),
    ] {
        let code = probe.get(&ask("S256"), &[]).await.back("code").expect("a code");
        let answer = exchange(&probe, "/mastodon", &app, &code, &more).await;
        assert_eq!(answer.status, want, "{more:?}");
        let again = exchange(&probe, "/mastodon", &app, &code, &more).await;
        assert_eq!(
            (again.status, again.json()["error"].as_str()),
            (400, Some("invalid_grant"))
        );
    }
    let code = probe.get(&ask("S256"), &[]).await.back("code").expect("a code");
    probe.wait(601);
    assert_eq!(
        exchange(&probe, "/mastodon", &app, &code, &[("code_verifier", &verifier)])
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn videos_are_processed_for_some_polls_and_may_fail() {
    let probe = Probe::new();
    let ada = join(&probe, "/mastodon", "ada", SCOPES).await;
    probe
        .set(json!({ "platform": "mastodon", "processing_polls": 2 }))
        .await;
    let answer = ada.upload(&probe, MP4, "video/mp4", "a video").await;
    assert_eq!((answer.status, &answer.json()["url"]), (202, &Value::Null));
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/media/{id}");
    assert_eq!(
        ada.post(&probe, None, json!({ "status": "x", "media_ids": [id] }))
            .await
            .status,
        422
    );
    for want in [206, 206, 200, 200] {
        assert_eq!(ada.get(&probe, &path).await.status, want);
    }
    probe
        .set(json!({ "platform": "mastodon", "fail_processing": 1, "processing_polls": 1 }))
        .await;
    let answer = ada.upload(&probe, GIF, "image/gif", "").await;
    let path = format!("/api/v1/media/{}", answer.json()["id"].as_str().expect("an id"));
    assert_eq!(
        (
            ada.get(&probe, &path).await.status,
            ada.get(&probe, &path).await.status
        ),
        (206, 422)
    );
}

#[tokio::test]
async fn statuses_take_only_ready_media_of_their_author() {
    let probe = Probe::new();
    let ada = join(&probe, "/mastodon", "ada", SCOPES).await;
    let ben = join(&probe, "/mastodon", "ben", SCOPES).await;
    let video = ada.upload(&probe, MP4, "video/mp4", "").await.json()["id"].clone();
    let image = ada.upload(&probe, PNG, "image/png", "two dots").await.json()["id"].clone();
    let foreign = ben.upload(&probe, PNG, "image/png", "").await.json()["id"].clone();
    let says = |answer: &Answer, part: &str| answer.status == 422 && answer.text().contains(part);
    assert!(says(
        &ada.post(&probe, None, json!({ "media_ids": [video] })).await,
        "not finished processing"
    ));
    assert!(says(
        &ada.post(&probe, None, json!({ "media_ids": [foreign] })).await,
        "could not be found"
    ));
    assert!(says(
        &ada.post(&probe, None, json!({ "media_ids": [image, video] }))
            .await,
        "video"
    ));
    let posted = ada.post(&probe, None, json!({ "media_ids": [image] })).await;
    assert_eq!(posted.json()["media_attachments"][0]["description"], "two dots");
    assert!(says(
        &ada.post(&probe, None, json!({ "media_ids": [image] })).await,
        "could not be found"
    ));
    assert_eq!(
        ada.get(
            &probe,
            &format!("/api/v1/media/{}", image.as_str().expect("an id"))
        )
        .await
        .status,
        404
    );
    let page = probe
        .get(
            &posted.json()["url"]
                .as_str()
                .expect("an address")
                .replace(BASE, ""),
            &[],
        )
        .await;
    assert!(
        page.text().contains("two dots"),
        "the public page shows the description"
    );
}

#[tokio::test]
async fn a_key_gives_the_first_status_for_an_hour_to_its_account_alone() {
    let probe = Probe::new();
    let ada = join(&probe, "/mastodon", "ada", SCOPES).await;
    let ben = join(&probe, "/mastodon", "ben", SCOPES).await;
    let image = ada.upload(&probe, PNG, "image/png", "").await.json()["id"].clone();
    let body = json!({ "status": "once", "media_ids": [image] });
    let first = ada.post(&probe, Some("k"), body.clone()).await.json()["id"].clone();
    probe.wait(3_599);
    let again = ada.post(&probe, Some("k"), body).await;
    assert_eq!((again.status, &again.json()["id"]), (200, &first));
    assert_ne!(
        ben.post(&probe, Some("k"), json!({ "status": "once" }))
            .await
            .json()["id"],
        first
    );
    probe.wait(1);
    assert_ne!(
        ada.post(&probe, Some("k"), json!({ "status": "once" }))
            .await
            .json()["id"],
        first
    );
    let journal = probe.journal("mastodon").await;
    assert_eq!(journal.len(), 3);
    assert_eq!(
        (&journal[0]["idempotency_key"], &journal[0]["account"]),
        (&json!("k"), &json!("ada"))
    );
}

#[tokio::test]
async fn text_is_counted_with_short_links_and_short_mentions() {
    let probe = Probe::new();
    let ada = join(&probe, "/mastodon", "ada", SCOPES).await;
    let link = format!("https://example.com/{}", "a".repeat(400));
    for (text, want) in [
        ("x".repeat(500), 200),
        ("x".repeat(501), 422),
        (format!("{} {link}", "x".repeat(476)), 200),
        (format!("{} {link}", "x".repeat(477)), 422),
        (
            format!("@ben@{}.example {}", "h".repeat(60), "x".repeat(495)),
            200,
        ),
        (
            format!("@ben@{}.example {}", "h".repeat(60), "x".repeat(496)),
            422,
        ),
        (String::new(), 422),
    ] {
        let answer = ada.post(&probe, None, json!({ "status": text })).await;
        assert_eq!(
            answer.status,
            want,
            "{} characters: {}",
            text.chars().count(),
            answer.text()
        );
    }
    probe
        .set(json!({ "platform": "mastodon", "max_characters": 10 }))
        .await;
    let limits = ada.get(&probe, "/api/v2/instance").await.json();
    assert_eq!(limits["configuration"]["statuses"]["max_characters"], 10);
    let answer = ada.post(&probe, None, json!({ "status": "x".repeat(11) })).await;
    assert!(
        answer
            .text()
            .contains("Validation failed: Text character limit of 10 exceeded")
    );
    let mut five = Vec::new();
    for _ in 0..5 {
        five.push(ada.upload(&probe, PNG, "image/png", "").await.json()["id"].clone());
    }
    assert_eq!(
        ada.post(&probe, None, json!({ "media_ids": five }))
            .await
            .refusal(),
        (422, "{\"error\":\"Cannot attach more than 4 files\"}".to_owned())
    );
}

#[tokio::test]
async fn every_answer_tells_the_budget_and_the_31st_upload_is_too_many() {
    let probe = Probe::new();
    let ada = join(&probe, "/mastodon", "ada", SCOPES).await;
    let answer = ada.get(&probe, "/api/v1/accounts/verify_credentials").await;
    assert_eq!(answer.header("x-ratelimit-limit"), "300");
    assert!(
        answer.header("x-ratelimit-reset").ends_with(".000000Z"),
        "an instant, not seconds"
    );
    for _ in 0..30 {
        assert_eq!(ada.upload(&probe, PNG, "image/png", "").await.status, 200);
    }
    let refused = ada.upload(&probe, PNG, "image/png", "").await;
    assert_eq!(
        (refused.status, refused.header("x-ratelimit-remaining").as_str()),
        (429, "0")
    );
    assert_eq!(refused.json()["error"], "Too many requests");
    probe.wait(1_800);
    assert_eq!(ada.upload(&probe, PNG, "image/png", "").await.status, 200);
    probe
        .set(json!({ "platform": "mastodon", "request_budget": 1 }))
        .await;
    probe.wait(300);
    let statuses: Vec<u16> = [
        ada.get(&probe, "/api/v2/instance").await.status,
        ada.get(&probe, "/api/v2/instance").await.status,
    ]
    .to_vec();
    assert_eq!(statuses, [200, 429]);
}

#[tokio::test]
async fn uploads_need_a_length_a_file_name_and_a_true_type() {
    let probe = Probe::new();
    let ada = join(&probe, "/mastodon", "ada", SCOPES).await;
    let bearer = ada.bearer();
    let (content_type, body) = multipart(&[("file", Some(("a.png", "image/png")), PNG)]);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", content_type.as_str()),
    ];
    assert_eq!(
        probe
            .bytes("POST", "/mastodon/api/v2/media", &headers, &body)
            .await
            .status,
        411
    );
    let answer = ada.upload(&probe, b"no picture at all", "text/plain", "").await;
    assert!(answer.status == 422 && answer.text().contains("File content type is invalid"));
    let long = "d".repeat(1_501);
    assert_eq!(ada.upload(&probe, PNG, "image/png", &long).await.status, 422);
}

#[tokio::test]
async fn threads_hang_together_and_lists_may_lag() {
    let probe = Probe::new();
    let ada = join(&probe, "/mastodon", "ada", SCOPES).await;
    let root = ada
        .post(&probe, None, json!({ "status": "root #tag" }))
        .await
        .json();
    let reply = ada
        .post(
            &probe,
            None,
            json!({ "status": "reply", "in_reply_to_id": root["id"] }),
        )
        .await
        .json();
    assert_eq!(reply["in_reply_to_id"], root["id"]);
    let orphan = ada
        .post(&probe, None, json!({ "status": "x", "in_reply_to_id": "1" }))
        .await;
    assert_eq!(
        orphan.refusal(),
        (404, "{\"error\":\"Record not found\"}".to_owned())
    );
    probe
        .set(json!({ "platform": "mastodon", "listing_lag": 5 }))
        .await;
    let list = format!(
        "/api/v1/accounts/{}/statuses?limit=20&exclude_reblogs=true",
        root["account"]["id"].as_str().expect("an id")
    );
    assert_eq!(ada.get(&probe, &list).await.json(), json!([]));
    probe.wait(5);
    let listed = ada.get(&probe, &list).await.json();
    assert_eq!(
        (listed[0]["id"].clone(), listed[1]["id"].clone()),
        (reply["id"].clone(), root["id"].clone())
    );
    assert_eq!(listed[1]["tags"][0]["name"], "tag");
    let gone = probe
        .delete(
            &format!(
                "/mastodon/api/v1/statuses/{}",
                reply["id"].as_str().expect("an id")
            ),
            &[("authorization", &ada.bearer())],
        )
        .await;
    assert_eq!((gone.status, probe.journal("mastodon").await.len()), (200, 1));
}

#[tokio::test]
async fn instances_are_apart_although_their_ids_are_equal() {
    let probe = Probe::new();
    let here = join(&probe, "/mastodon/i/tiny", "ada", SCOPES).await;
    let there = join(&probe, "/mastodon/i/big", "ada", SCOPES).await;
    let id = |answer: Answer| answer.json()["id"].clone();
    assert_eq!(
        id(here.get(&probe, "/api/v1/accounts/verify_credentials").await),
        id(there.get(&probe, "/api/v1/accounts/verify_credentials").await)
    );
    let crossed = Member {
        home: there.home.clone(),
        token: here.token.clone(),
    };
    assert_eq!(
        crossed.post(&probe, None, json!({ "status": "x" })).await.status,
        401
    );
    let text = "x".repeat(301);
    assert_eq!(
        here.post(&probe, None, json!({ "status": text })).await.status,
        422
    );
    assert_eq!(
        there
            .post(&probe, None, json!({ "status": "x".repeat(5_000) }))
            .await
            .status,
        200
    );
    assert_eq!(probe.journal("mastodon").await[0]["instance"], "big");
}

#[tokio::test]
async fn an_old_instance_knows_neither_metadata_nor_the_profile_scope() {
    let probe = Probe::new();
    assert_eq!(
        probe
            .get("/mastodon/i/old/.well-known/oauth-authorization-server", &[])
            .await
            .status,
        404
    );
    let metadata = probe
        .get("/mastodon/.well-known/oauth-authorization-server", &[])
        .await
        .json();
    assert_eq!(metadata["token_endpoint"], format!("{BASE}/mastodon/oauth/token"));
    assert!(
        metadata["scopes_supported"]
            .as_array()
            .is_some_and(|scopes| scopes.contains(&json!("profile")))
    );
    let body = json!({ "client_name": "x", "redirect_uris": CALLBACK, "scopes": SCOPES });
    assert_eq!(
        probe.post("/mastodon/i/old/api/v1/apps", &[], &body).await.status,
        422
    );
    let ada = join(
        &probe,
        "/mastodon/i/old",
        "ada",
        "write:statuses read:accounts write:media",
    )
    .await;
    assert_eq!(
        ada.get(&probe, "/api/v1/accounts/verify_credentials")
            .await
            .status,
        200
    );
    assert_eq!(
        ada.get(&probe, "/api/v1/instance").await.json()["version"],
        "4.2.10"
    );
}

#[tokio::test]
async fn instances_may_redirect_ignore_keys_or_forget_their_apps() {
    let probe = Probe::new();
    let body = json!({ "client_name": "x", "redirect_uris": CALLBACK });
    let moved = probe.post("/mastodon/i/moved/api/v1/apps", &[], &body).await;
    assert_eq!(
        (moved.status, moved.header("location").as_str()),
        (302, "https://elsewhere.example/api/v1/apps")
    );
    let ada = join(&probe, "/mastodon/i/nokey", "ada", SCOPES).await;
    let twice = [
        ada.post(&probe, Some("k"), json!({ "status": "a" })).await.json(),
        ada.post(&probe, Some("k"), json!({ "status": "a" })).await.json(),
    ];
    assert_ne!(twice[0]["id"], twice[1]["id"]);
    let app = register(&probe, "/mastodon/i/tiny", SCOPES).await;
    probe
        .set(json!({ "platform": "mastodon", "instance": "tiny", "forget_apps": true }))
        .await;
    let answer = exchange(&probe, "/mastodon/i/tiny", &app, "any", &[]).await;
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (401, Some("invalid_client"))
    );
    assert_eq!(
        probe.get("/mastodon/i/nowhere/api/v2/instance", &[]).await.status,
        404
    );
}

#[tokio::test]
async fn revoked_tokens_say_so() {
    let probe = Probe::new();
    let ada = join(&probe, "/mastodon", "ada", SCOPES).await;
    let path = authorize_path(
        "/mastodon",
        "sandbox-client",
        &[("scope", "profile"), ("sandbox_account", "ada")],
    );
    let code = probe.get(&path, &[]).await.back("code").expect("a code");
    let app = json!({ "client_id": "sandbox-client", "client_secret": "sandbox-secret" });
    let token = exchange(&probe, "/mastodon", &app, &code, &[]).await.json()["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let fields = [
        ("client_id", "sandbox-client"),
        ("client_secret", "sandbox-secret"),
        ("token", token.as_str()),
    ];
    for _ in 0..2 {
        assert_eq!(
            probe.form("/mastodon/oauth/revoke", &[], &fields).await.refusal(),
            (200, "{}".to_owned())
        );
    }
    let revoked = Member { token, ..ada };
    assert_eq!(
        revoked
            .get(&probe, "/api/v1/accounts/verify_credentials")
            .await
            .refusal(),
        (401, "{\"error\":\"The access token was revoked\"}".to_owned())
    );
}
