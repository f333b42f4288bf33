//! Items 1 to 11 of LinkedIn.

use serde_json::{Value, json};

use crate::probe::{Answer, MP4, PNG, Probe, pairs};

const CALLBACK: &str = "https://app.test/callback";
const SCOPES: &str = "openid profile w_member_social r_basicprofile";

pub(crate) struct Member {
    bearer: String,
    urn: String,
    refresh: Option<String>,
}

impl Member {
    fn headers(&self) -> [(&str, &str); 3] {
        [
            ("authorization", &self.bearer),
            ("linkedin-version", "202601"),
            ("x-restli-protocol-version", "2.0.0"),
        ]
    }

    async fn post(&self, probe: &Probe, path: &str, body: &Value) -> Answer {
        probe.post(path, &self.headers(), body).await
    }

    async fn get(&self, probe: &Probe, path: &str) -> Answer {
        probe.get(path, &self.headers()).await
    }

    fn text(&self, commentary: &str, content: Value) -> Value {
        let mut body = json!({
            "author": self.urn, "commentary": commentary, "visibility": "PUBLIC", "lifecycleState": "PUBLISHED", "isReshareDisabledByAuthor": false,
            "distribution": { "feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": [] },
        });
        if !content.is_null() {
            body["content"] = content;
        }
        body
    }

    async fn publish(&self, probe: &Probe, commentary: &str, content: Value) -> Answer {
        self.post(probe, "/linkedin/rest/posts", &self.text(commentary, content))
            .await
    }

    async fn initialize(&self, probe: &Probe, kind: &str, size: Option<usize>) -> Value {
        let mut request = json!({ "owner": self.urn });
        if let Some(size) = size {
            request["fileSizeBytes"] = size.into();
            request["uploadCaptions"] = false.into();
            request["uploadThumbnail"] = false.into();
        }
        let path = format!("/linkedin/rest/{kind}?action=initializeUpload");
        self.post(probe, &path, &json!({ "initializeUploadRequest": request }))
            .await
            .json()["value"]
            .clone()
    }

    async fn finalize(&self, probe: &Probe, video: &Value, parts: &[&str], token: &Value) -> Answer {
        let body = json!({ "finalizeUploadRequest": { "video": video, "uploadToken": token, "uploadedPartIds": parts } });
        self.post(probe, "/linkedin/rest/videos?action=finalizeUpload", &body)
            .await
    }

    async fn image(&self, probe: &Probe) -> String {
        let value = self.initialize(probe, "images", None).await;
        let put = probe
            .bytes(
                "PUT",
                &local(&value["uploadUrl"]),
                &[("authorization", &self.bearer)],
                PNG,
            )
            .await;
        assert_eq!(put.status, 201, "{}", put.text());
        value["image"].as_str().expect("a urn").to_owned()
    }
}

fn local(address: &Value) -> String {
    address
        .as_str()
        .expect("an address")
        .replace("http://sim.test:4600", "")
}

fn urn_path(kind: &str, urn: &str) -> String {
    format!("/linkedin/rest/{kind}/{}", urn.replace(':', "%3A"))
}

fn authorize_path(scope: &str, more: &[(&str, &str)]) -> String {
    let mut query = vec![
        ("response_type", "code"),
        ("client_id", "sandbox-client"),
        ("redirect_uri", CALLBACK),
        ("scope", scope),
        ("state", "s"),
    ];
    query.extend_from_slice(more);
    format!("/linkedin/oauth/v2/authorization?{}", pairs(&query))
}

async fn token(probe: &Probe, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![
        ("client_id", "sandbox-client"),
        ("client_secret", "sandbox-secret"),
    ];
    all.extend_from_slice(fields);
    probe.form("/linkedin/oauth/v2/accessToken", &[], &all).await
}

async fn exchange(probe: &Probe, code: &str) -> Answer {
    token(
        probe,
        &[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ],
    )
    .await
}

pub(crate) async fn join(probe: &Probe, handle: &str, scopes: &str) -> Member {
    let code = probe
        .get(&authorize_path(scopes, &[("sandbox_account", handle)]), &[])
        .await
        .back("code")
        .expect("a code");
    let answer = exchange(probe, &code).await.json();
    let bearer = format!("Bearer {}", answer["access_token"].as_str().expect("a token"));
    let me = probe
        .get("/linkedin/v2/userinfo", &[("authorization", &bearer)])
        .await
        .json();
    Member {
        bearer,
        urn: format!("urn:li:person:{}", me["sub"].as_str().unwrap_or_default()),
        refresh: answer["refresh_token"].as_str().map(str::to_owned),
    }
}

#[tokio::test]
async fn requests_need_protocol_and_living_version() {
    let probe = Probe::new();
    let ada = join(&probe, "ada", SCOPES).await;
    let body = ada.text("hi", Value::Null);
    let bearer = ("authorization", ada.bearer.as_str());
    let restli = ("x-restli-protocol-version", "2.0.0");
    for (headers, want) in [
        (vec![bearer, ("linkedin-version", "202601")], 400),
        (vec![bearer, restli], 426),
        (vec![bearer, restli, ("linkedin-version", "202306")], 426),
        (vec![restli, ("linkedin-version", "202601")], 401),
        (vec![bearer, restli, ("linkedin-version", "202608")], 201),
    ] {
        assert_eq!(
            probe.post("/linkedin/rest/posts", &headers, &body).await.status,
            want,
            "{headers:?}"
        );
    }
    probe
        .set(json!({ "platform": "linkedin", "versions": ["202701"] }))
        .await;
    let dead = ada.publish(&probe, "hi", Value::Null).await;
    assert_eq!(
        (dead.status, dead.json()["code"].as_str()),
        (426, Some("NONEXISTENT_VERSION"))
    );
}

#[tokio::test]
async fn scopes_codes_and_tokens_keep_their_rules() {
    let probe = Probe::new();
    let refused = probe
        .get(&authorize_path("openid r_member_social", &[]), &[])
        .await;
    assert_eq!(
        (
            refused.status,
            refused.back("error").as_deref(),
            refused.back("state").as_deref()
        ),
        (302, Some("unauthorized_scope_error"), Some("s"))
    );
    let page = probe.get(&authorize_path(SCOPES, &[]), &[]).await;
    assert!(
        page.status == 200
            && page
                .text()
                .contains("Sandbox app wants to use your LinkedIn account")
    );
    let code = probe
        .get(&authorize_path(SCOPES, &[("sandbox_account", "ada")]), &[])
        .await
        .back("code")
        .expect("a code");
    let answer = exchange(&probe, &code).await.json();
    assert_eq!(
        (&answer["expires_in"], &answer["refresh_token_expires_in"]),
        (&json!(5_184_000), &json!(31_536_000))
    );
    assert_eq!(exchange(&probe, &code).await.status, 400, "single use");
    let late = probe
        .get(&authorize_path(SCOPES, &[("sandbox_account", "ada")]), &[])
        .await
        .back("code")
        .expect("a code");
    probe.wait(1_801);
    assert_eq!(exchange(&probe, &late).await.status, 400);
    let denied = probe
        .form(
            "/linkedin/oauth/v2/authorization",
            &[],
            &[
                ("response_type", "code"),
                ("client_id", "sandbox-client"),
                ("redirect_uri", CALLBACK),
                ("scope", "openid"),
                ("decision", "deny"),
            ],
        )
        .await;
    assert_eq!(denied.back("error").as_deref(), Some("access_denied"));
    let narrow = join(&probe, "ada", "openid profile").await;
    let old = format!("Bearer {}", answer["access_token"].as_str().expect("a token"));
    assert_eq!(
        probe
            .get("/linkedin/v2/me", &[("authorization", &old)])
            .await
            .json()["code"],
        "REVOKED_ACCESS_TOKEN"
    );
    assert_eq!(
        probe
            .get("/linkedin/v2/me", &[("authorization", &narrow.bearer)])
            .await
            .status,
        403
    );
    assert_eq!(
        narrow.publish(&probe, "x", Value::Null).await.json()["code"],
        "ACCESS_DENIED"
    );
    probe
        .set(json!({ "platform": "linkedin", "refresh": false }))
        .await;
    assert_eq!(join(&probe, "ben", SCOPES).await.refresh, None);
}

#[tokio::test]
async fn videos_go_in_parts_without_authorization() {
    let probe = Probe::new();
    let ada = join(&probe, "ada", SCOPES).await;
    let mut video = MP4.to_vec();
    video.resize(4_194_304 + 100, 7);
    let value = ada.initialize(&probe, "videos", Some(video.len())).await;
    let parts = value["uploadInstructions"].as_array().expect("parts").clone();
    assert_eq!(parts.len(), 2);
    assert_ne!(parts[0]["uploadUrl"], parts[1]["uploadUrl"]);
    assert_eq!(
        (&parts[1]["firstByte"], &parts[1]["lastByte"]),
        (&json!(4_194_304), &json!(video.len() - 1))
    );
    let (first, second) = video.split_at(4_194_304);
    let path = local(&parts[0]["uploadUrl"]);
    assert_eq!(
        probe
            .bytes("PUT", &path, &[("authorization", &ada.bearer)], first)
            .await
            .status,
        401
    );
    assert_eq!(probe.bytes("PUT", &path, &[], second).await.status, 400);
    let one = probe.bytes("PUT", &path, &[], first).await.header("etag");
    assert_eq!(
        ada.finalize(&probe, &value["video"], &[&one], &value["uploadToken"])
            .await
            .status,
        400,
        "a part is missing"
    );
    let two = probe
        .bytes("PUT", &local(&parts[1]["uploadUrl"]), &[], second)
        .await
        .header("etag");
    for (tags, token) in [
        (vec![two.as_str(), &one], &value["uploadToken"]),
        (vec![one.as_str()], &value["uploadToken"]),
        (vec![one.as_str(), &two], &json!("")),
    ] {
        assert_eq!(
            ada.finalize(&probe, &value["video"], &tags, token).await.status,
            400,
            "{tags:?}"
        );
    }
    assert_eq!(
        ada.finalize(&probe, &value["video"], &[&one, &two], &value["uploadToken"])
            .await
            .status,
        200
    );
    let urn = value["video"].as_str().expect("a urn");
    let mut states = Vec::new();
    for _ in 0..3 {
        states.push(ada.get(&probe, &urn_path("videos", urn)).await.json()["status"].clone());
    }
    assert_eq!(states, ["PROCESSING", "PROCESSING", "AVAILABLE"]);
    let posted = ada
        .publish(&probe, "a video", json!({ "media": { "id": urn, "title": "v" } }))
        .await;
    assert!(posted.header("x-restli-id").starts_with("urn:li:ugcPost:"));
    assert_eq!(
        probe.journal("linkedin").await[0]["media"][0]["bytes"],
        video.len()
    );
}

#[tokio::test]
async fn images_need_authorization_and_stay_unreadable() {
    let probe = Probe::new();
    let ada = join(&probe, "ada", SCOPES).await;
    let value = ada.initialize(&probe, "images", None).await;
    assert_eq!(
        probe
            .bytes("PUT", &local(&value["uploadUrl"]), &[], PNG)
            .await
            .status,
        401
    );
    let urn = ada.image(&probe).await;
    assert_eq!(ada.get(&probe, &urn_path("images", &urn)).await.status, 403);
    let document = ada.initialize(&probe, "documents", None).await;
    let pdf = b"%PDF-1.7 and the rest";
    assert_eq!(
        probe
            .bytes(
                "PUT",
                &local(&document["uploadUrl"]),
                &[
                    ("authorization", &ada.bearer),
                    ("content-type", "application/pdf")
                ],
                pdf
            )
            .await
            .status,
        201
    );
    let untitled = ada
        .publish(
            &probe,
            "slides",
            json!({ "media": { "id": document["document"] } }),
        )
        .await;
    assert_eq!(untitled.status, 400);
    assert_eq!(
        ada.publish(
            &probe,
            "slides",
            json!({ "media": { "id": document["document"], "title": "slides" } })
        )
        .await
        .status,
        201
    );
    assert_eq!(
        probe.journal("linkedin").await[0]["media"][0]["type"],
        "application/pdf"
    );
}

#[tokio::test]
async fn processing_may_wait_and_fail() {
    let probe = Probe::new();
    let ada = join(&probe, "ada", SCOPES).await;
    probe
        .set(json!({ "platform": "linkedin", "fail_processing": 1, "processing_polls": 1 }))
        .await;
    let value = ada.initialize(&probe, "videos", Some(MP4.len())).await;
    let urn = value["video"].as_str().expect("a urn");
    let state = async || ada.get(&probe, &urn_path("videos", urn)).await.json();
    assert_eq!(state().await["status"], "WAITING_UPLOAD");
    let etag = probe
        .bytes(
            "PUT",
            &local(&value["uploadInstructions"][0]["uploadUrl"]),
            &[],
            MP4,
        )
        .await
        .header("etag");
    ada.finalize(&probe, &value["video"], &[&etag], &value["uploadToken"])
        .await;
    assert_eq!(state().await["status"], "PROCESSING");
    let failed = state().await;
    assert!(failed["status"] == "PROCESSING_FAILED" && failed["processingFailureReason"].is_string());
    let refused = ada.publish(&probe, "x", json!({ "media": { "id": urn } })).await;
    assert!(refused.status == 422 && refused.text().contains("MEDIA_ASSET_PROCESSING_FAILED"));
}

#[tokio::test]
async fn unready_media_is_refused_and_unescaped_text_is_cut() {
    let probe = Probe::new();
    let ada = join(&probe, "ada", SCOPES).await;
    let waiting = ada.initialize(&probe, "images", None).await["image"].clone();
    let refused = ada
        .publish(&probe, "x", json!({ "media": { "id": waiting } }))
        .await;
    assert!(refused.status == 422 && refused.text().contains("MEDIA_ASSET_WAITING_UPLOAD"));
    for (commentary, want) in [
        ("one (cut", "one "),
        ("two \\(kept\\) {hashtag|\\#|tag}", "two (kept) #tag"),
    ] {
        assert_eq!(ada.publish(&probe, commentary, Value::Null).await.status, 201);
        assert_eq!(
            probe.journal("linkedin").await.last().expect("a row")["text"],
            want
        );
    }
    assert_eq!(
        ada.publish(&probe, &"\\#".repeat(3_000), Value::Null)
            .await
            .status,
        201,
        "escapes do not count"
    );
    assert_eq!(
        ada.publish(&probe, &"x".repeat(3_001), Value::Null).await.status,
        400
    );
    let mut unknown = ada.text("x", Value::Null);
    unknown["mood"] = "good".into();
    assert_eq!(
        ada.post(&probe, "/linkedin/rest/posts", &unknown).await.status,
        400
    );
}

#[tokio::test]
async fn success_is_an_empty_201_and_equal_posts_are_duplicates() {
    let probe = Probe::new();
    let ada = join(&probe, "ada", SCOPES).await;
    let (one, two) = (ada.image(&probe).await, ada.image(&probe).await);
    let content = json!({ "multiImage": { "images": [{ "id": one, "altText": "first" }, { "id": two }] } });
    let posted = ada.publish(&probe, "pictures", content.clone()).await;
    assert_eq!((posted.status, posted.bytes.len()), (201, 0));
    let urn = posted.header("x-restli-id");
    assert!(urn.starts_with("urn:li:share:"));
    let again = ada.publish(&probe, "pictures", content.clone()).await;
    assert_eq!(
        (
            again.status,
            &again.json()["errorDetails"]["inputErrors"][0]["code"]
        ),
        (422, &json!("DUPLICATE_POST"))
    );
    assert!(
        again.json()["message"]
            .as_str()
            .is_some_and(|message| message.ends_with(&urn))
    );
    assert_eq!(
        ada.publish(&probe, "pictures", json!({ "media": { "id": one } }))
            .await
            .status,
        201,
        "other media, other post"
    );
    probe.wait(600);
    assert_eq!(ada.publish(&probe, "pictures", content).await.status, 201);
    assert_eq!(
        ada.get(&probe, &urn_path("posts", &urn)).await.status,
        403,
        "write-only"
    );
    let row = &probe.journal("linkedin").await[0];
    assert_eq!(row["media"][0]["alt"], "first");
    let page = probe.get(&format!("/linkedin/feed/update/{urn}"), &[]).await;
    assert!(page.status == 200 && page.text().contains("Description: first"));
    let gone = probe.delete(&urn_path("posts", &urn), &ada.headers()).await;
    assert_eq!((gone.status, probe.journal("linkedin").await.len()), (204, 2));
}

#[tokio::test]
async fn readers_with_the_scope_find_their_posts() {
    let probe = Probe::new();
    probe.set(json!({ "platform": "linkedin", "scopes": ["openid", "profile", "w_member_social", "r_member_social"], "listing_lag": 5 })).await;
    let ada = join(&probe, "ada", "openid profile w_member_social r_member_social").await;
    let urn = ada
        .publish(&probe, "found", Value::Null)
        .await
        .header("x-restli-id");
    assert_eq!(
        ada.get(&probe, &urn_path("posts", &urn)).await.status,
        404,
        "still propagating"
    );
    probe.wait(5);
    assert_eq!(
        ada.get(&probe, &urn_path("posts", &urn)).await.json()["commentary"],
        "found"
    );
    let path = format!(
        "/linkedin/rest/posts?{}",
        pairs(&[
            ("q", "author"),
            ("author", &ada.urn),
            ("count", "10"),
            ("sortBy", "CREATED")
        ])
    );
    let mut headers = ada.headers().to_vec();
    headers.push(("x-restli-method", "FINDER"));
    assert_eq!(probe.get(&path, &headers).await.json()["elements"][0]["id"], urn);
    assert_eq!(
        ada.get(&probe, &path).await.status,
        400,
        "a finder needs its header"
    );
}

#[tokio::test]
async fn comments_name_their_post_twice() {
    let probe = Probe::new();
    let ada = join(&probe, "ada", SCOPES).await;
    let urn = ada
        .publish(&probe, "root", Value::Null)
        .await
        .header("x-restli-id");
    let encoded = format!(
        "/linkedin/rest/socialActions/{}/comments",
        urn.replace(':', "%3A")
    );
    let body = |object: &str| json!({ "actor": ada.urn, "object": object, "message": { "text": "reply_with *signs*" } });
    assert_eq!(
        ada.post(
            &probe,
            &format!("/linkedin/rest/socialActions/{urn}/comments"),
            &body(&urn)
        )
        .await
        .status,
        400
    );
    assert_eq!(
        ada.post(&probe, &encoded, &body("urn:li:share:1")).await.status,
        400
    );
    let answer = ada.post(&probe, &encoded, &body(&urn)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let comment = answer.json()["commentUrn"].as_str().expect("a urn").to_owned();
    assert!(
        comment.starts_with("urn:li:comment:(urn:li:activity:")
            && comment.contains(&answer.header("x-restli-id"))
    );
    let row = probe.journal("linkedin").await[1].clone();
    assert_eq!(
        (&row["text"], &row["in_reply_to"], &row["id"]),
        (&json!("reply_with *signs*"), &json!(urn), &json!(comment))
    );
    let absent = ada
        .post(
            &probe,
            "/linkedin/rest/socialActions/urn%3Ali%3Ashare%3A1/comments",
            &body("urn:li:share:1"),
        )
        .await;
    assert_eq!(absent.status, 404);
}

#[tokio::test]
async fn refresh_tokens_keep_their_first_expiry() {
    let probe = Probe::new();
    let ada = join(&probe, "ada", SCOPES).await;
    let refresh = ada.refresh.clone().expect("a refresh token");
    let renew = async || {
        token(
            &probe,
            &[("grant_type", "refresh_token"), ("refresh_token", &refresh)],
        )
        .await
    };
    probe.wait(5_184_000);
    assert_eq!(
        ada.publish(&probe, "x", Value::Null).await.json()["code"],
        "EXPIRED_ACCESS_TOKEN"
    );
    assert_eq!(
        renew().await.json()["refresh_token_expires_in"],
        31_536_000 - 5_184_000
    );
    probe.wait(31_536_000 - 5_184_000);
    let late = renew().await;
    assert_eq!(
        (late.status, late.json()["error"].as_str()),
        (400, Some("invalid_grant"))
    );
}
