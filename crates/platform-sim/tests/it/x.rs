//! Items 1 to 10 of X.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::oauth1::Signer;
use crate::probe::{Answer, GIF, MP4, PNG, Probe, multipart, pairs};

const CALLBACK: &str = "https://app.test/callback?from=x";

pub(crate) struct User {
    token: (String, String),
    pub id: String,
    nonces: AtomicU32,
}

impl User {
    fn signer(&self, probe: &Probe) -> Signer {
        let nonce = self.nonces.fetch_add(1, Ordering::SeqCst);
        Signer {
            token: Some(self.token.clone()),
            nonce: format!("{}-{nonce}", self.id),
            at: probe.now(),
        }
    }

    pub(crate) async fn get(&self, probe: &Probe, path: &str, query: &[(&str, &str)]) -> Answer {
        let header = self.signer(probe).header("GET", path, query, &[]);
        let path = if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", pairs(query))
        };
        probe.get(&path, &[("authorization", &header)]).await
    }

    pub(crate) async fn post(&self, probe: &Probe, path: &str, body: &Value) -> Answer {
        let header = self.signer(probe).header("POST", path, &[], &[]);
        probe.post(path, &[("authorization", &header)], body).await
    }

    async fn tweet(&self, probe: &Probe, body: Value) -> Answer {
        self.post(probe, "/x/2/tweets", &body).await
    }

    async fn parts(&self, probe: &Probe, path: &str, parts: &[crate::probe::FormPart<'_>]) -> Answer {
        let header = self.signer(probe).header("POST", path, &[], &[]);
        let (content_type, body) = multipart(parts);
        probe
            .bytes(
                "POST",
                path,
                &[("authorization", &header), ("content-type", &content_type)],
                &body,
            )
            .await
    }

    async fn image(&self, probe: &Probe) -> String {
        let answer = self
            .parts(
                probe,
                "/x/2/media/upload",
                &[
                    ("media_category", None, b"tweet_image"),
                    ("media", Some(("a", "image/png")), PNG),
                ],
            )
            .await;
        answer.json()["data"]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    async fn initialize(&self, probe: &Probe, kind: &str, category: &str, size: usize) -> String {
        let body = json!({ "media_type": kind, "total_bytes": size, "media_category": category });
        let answer = self.post(probe, "/x/2/media/upload/initialize", &body).await;
        answer.json()["data"]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    async fn append(&self, probe: &Probe, id: &str, index: &str, bytes: &[u8]) -> Answer {
        let path = format!("/x/2/media/upload/{id}/append");
        self.parts(
            probe,
            &path,
            &[
                ("segment_index", None, index.as_bytes()),
                ("media", Some(("b", "application/octet-stream")), bytes),
            ],
        )
        .await
    }

    async fn finalize(&self, probe: &Probe, id: &str) -> Answer {
        self.post(probe, &format!("/x/2/media/upload/{id}/finalize"), &json!({}))
            .await
    }

    async fn status(&self, probe: &Probe, id: &str) -> Answer {
        self.get(
            probe,
            "/x/2/media/upload",
            &[("command", "STATUS"), ("media_id", id)],
        )
        .await
    }

    async fn timeline(&self, probe: &Probe) -> Value {
        let query = [
            ("max_results", "10"),
            (
                "tweet.fields",
                "created_at,text,entities,referenced_tweets,attachments",
            ),
        ];
        self.get(probe, &format!("/x/2/users/{}/tweets", self.id), &query)
            .await
            .json()
    }
}

fn fields(answer: &Answer) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&answer.bytes).into_owned().collect()
}

fn field(answer: &Answer, name: &str) -> String {
    fields(answer)
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
        .unwrap_or_default()
}

async fn request_token(probe: &Probe, nonce: &str, callback: &str) -> Answer {
    let signer = Signer {
        token: None,
        nonce: nonce.to_owned(),
        at: probe.now(),
    };
    let path = "/x/oauth/request_token";
    let header = signer.header(
        "POST",
        path,
        &[("x_auth_access_type", "write")],
        &[("oauth_callback", callback)],
    );
    probe
        .form(
            &format!("{path}?x_auth_access_type=write"),
            &[("authorization", &header)],
            &[],
        )
        .await
}

async fn access_token(probe: &Probe, pending: &(String, String), nonce: &str, verifier: &str) -> Answer {
    let signer = Signer {
        token: Some(pending.clone()),
        nonce: nonce.to_owned(),
        at: probe.now(),
    };
    let header = signer.header(
        "POST",
        "/x/oauth/access_token",
        &[("oauth_verifier", verifier)],
        &[],
    );
    probe
        .form(
            "/x/oauth/access_token",
            &[("authorization", &header)],
            &[("oauth_verifier", verifier)],
        )
        .await
}

pub(crate) async fn sign_in(probe: &Probe, handle: &str) -> User {
    let pending = request_token(probe, &format!("r-{handle}"), CALLBACK).await;
    let pending = (
        field(&pending, "oauth_token"),
        field(&pending, "oauth_token_secret"),
    );
    let path = format!(
        "/x/oauth/authenticate?oauth_token={}&sandbox_account={handle}",
        pending.0
    );
    let verifier = probe
        .get(&path, &[])
        .await
        .back("oauth_verifier")
        .expect("a verifier");
    let answer = access_token(probe, &pending, &format!("a-{handle}"), &verifier).await;
    assert_eq!(field(&answer, "screen_name"), handle);
    User {
        token: (
            field(&answer, "oauth_token"),
            field(&answer, "oauth_token_secret"),
        ),
        id: field(&answer, "user_id"),
        nonces: AtomicU32::new(0),
    }
}

fn code(answer: &Answer) -> (u16, u64) {
    (
        answer.status,
        answer.json()["errors"][0]["code"].as_u64().unwrap_or(0),
    )
}

#[tokio::test]
async fn signatures_nonces_and_clocks_are_checked() {
    let probe = Probe::new();
    let ada = sign_in(&probe, "ada").await;
    let path = "/x/2/users/me";
    let query = [(
        "user.fields",
        "username,verified,verified_type,profile_image_url,name",
    )];
    let signer = ada.signer(&probe);
    let url = format!("{path}?{}", pairs(&query));
    let good = signer.header("GET", path, &query, &[]);
    let first = probe.get(&url, &[("authorization", &good)]).await;
    assert_eq!(
        (first.status, &first.json()["data"]["username"]),
        (200, &json!("ada"))
    );
    assert_eq!(
        code(&probe.get(&url, &[("authorization", &good)]).await),
        (401, 32),
        "a nonce works once"
    );
    let unsigned_query = ada.signer(&probe).header("GET", path, &[], &[]);
    assert_eq!(
        code(&probe.get(&url, &[("authorization", &unsigned_query)]).await),
        (401, 32)
    );
    let wrong_method = ada.signer(&probe).header("POST", path, &[], &[]);
    assert_eq!(
        code(&probe.get(path, &[("authorization", &wrong_method)]).await),
        (401, 32)
    );
    for skew in [-301, 301] {
        let late = Signer {
            at: probe.now() + skew,
            ..ada.signer(&probe)
        };
        assert_eq!(
            code(
                &probe
                    .get(path, &[("authorization", &late.header("GET", path, &[], &[]))])
                    .await
            ),
            (401, 135)
        );
    }
    let body = json!({ "text": "signed wrongly" });
    let with_body = ada
        .signer(&probe)
        .header("POST", "/x/2/tweets", &[("text", "signed wrongly")], &[]);
    assert_eq!(
        code(
            &probe
                .post("/x/2/tweets", &[("authorization", &with_body)], &body)
                .await
        ),
        (401, 32),
        "JSON is never signed"
    );
    let stranger = Signer {
        token: Some(("1-no".to_owned(), "no".to_owned())),
        ..ada.signer(&probe)
    };
    assert_eq!(
        code(
            &probe
                .get(
                    path,
                    &[("authorization", &stranger.header("GET", path, &[], &[]))]
                )
                .await
        ),
        (401, 89)
    );
    assert_eq!(
        probe.get(path, &[("authorization", "Bearer abc")]).await.status,
        403
    );
    assert_eq!(probe.get(path, &[]).await.status, 401);
}

#[tokio::test]
async fn the_handshake_wants_a_registered_callback_and_its_verifier_once() {
    let probe = Probe::new();
    assert_eq!(code(&request_token(&probe, "n1", "oob").await), (403, 415));
    probe
        .set(json!({ "platform": "x", "callbacks": [CALLBACK] }))
        .await;
    assert_eq!(
        code(&request_token(&probe, "n2", "https://evil.test/").await),
        (403, 415)
    );
    let answer = request_token(&probe, "n3", CALLBACK).await;
    assert_eq!(field(&answer, "oauth_callback_confirmed"), "true");
    let pending = (
        field(&answer, "oauth_token"),
        field(&answer, "oauth_token_secret"),
    );
    let page = probe
        .get(&format!("/x/oauth/authorize?oauth_token={}", pending.0), &[])
        .await;
    assert!(page.status == 200 && page.text().contains("Sandbox app wants to use your X account"));
    let approved = probe
        .form(
            "/x/oauth/authorize",
            &[],
            &[
                ("oauth_token", &pending.0),
                ("decision", "approve"),
                ("account", "cleo"),
            ],
        )
        .await;
    assert!(
        approved
            .header("location")
            .starts_with("https://app.test/callback?from=x&oauth_token=")
    );
    let verifier = approved.back("oauth_verifier").expect("a verifier");
    assert_eq!(
        code(&access_token(&probe, &pending, "n4", "wrong").await),
        (401, 32)
    );
    let answer = access_token(&probe, &pending, "n5", &verifier).await;
    assert_eq!(field(&answer, "screen_name"), "cleo");
    assert_eq!(
        access_token(&probe, &pending, "n6", &verifier).await.status,
        401,
        "the second use fails"
    );
    let other = request_token(&probe, "n7", CALLBACK).await;
    let token = field(&other, "oauth_token");
    let denied = probe
        .form(
            "/x/oauth/authorize",
            &[],
            &[("oauth_token", &token), ("decision", "deny")],
        )
        .await;
    assert_eq!(denied.back("denied"), Some(token));
}

#[tokio::test]
async fn chunked_uploads_keep_their_order_and_their_sum() {
    let probe = Probe::new();
    let ada = sign_in(&probe, "ada").await;
    let id = ada
        .initialize(&probe, "video/mp4", "tweet_video", MP4.len())
        .await;
    let (head, rest) = MP4.split_at(20);
    assert_eq!(ada.append(&probe, &id, "1", rest).await.status, 200);
    assert_eq!(ada.finalize(&probe, &id).await.status, 400, "a gap");
    assert_eq!(ada.append(&probe, &id, "1000", rest).await.status, 400);
    assert_eq!(ada.append(&probe, &id, "0", &head[1..]).await.status, 200);
    assert_eq!(ada.finalize(&probe, &id).await.status, 400, "too few bytes");
    assert_eq!(
        ada.append(&probe, &id, "0", head).await.status,
        200,
        "the same index again"
    );
    assert_eq!(
        ada.finalize(&probe, &id).await.json()["data"]["processing_info"]["state"],
        "pending"
    );
    assert_eq!(ada.append(&probe, &id, "2", rest).await.status, 400);
    let ben = sign_in(&probe, "ben").await;
    assert_eq!(ben.status(&probe, &id).await.status, 404);
    probe.wait(86_400);
    assert_eq!(ada.status(&probe, &id).await.status, 404, "expired");
    for body in [
        json!({ "media_type": "video/mp4", "total_bytes": 1, "chunks": 1 }),
        json!({ "media_type": "video/mp4", "total_bytes": "1" }),
        json!({ "media_type": "video/avi", "total_bytes": 1 }),
    ] {
        assert_eq!(
            ada.post(&probe, "/x/2/media/upload/initialize", &body)
                .await
                .status,
            400,
            "{body}"
        );
    }
    let unknown = [
        ("media_category", None, &b"tweet_image"[..]),
        ("media_type", None, b"image/png"),
        ("media", Some(("a", "image/png")), PNG),
    ];
    assert_eq!(
        ada.parts(&probe, "/x/2/media/upload", &unknown).await.status,
        400,
        "unknown fields are refused"
    );
}

#[tokio::test]
async fn processing_walks_from_pending_to_its_end() {
    let probe = Probe::new();
    let ada = sign_in(&probe, "ada").await;
    for (fails, want) in [(0, "succeeded"), (1, "failed")] {
        probe
            .set(json!({ "platform": "x", "fail_processing": fails, "processing_polls": 2 }))
            .await;
        let id = ada.initialize(&probe, "image/gif", "tweet_gif", GIF.len()).await;
        ada.append(&probe, &id, "0", GIF).await;
        let info = ada.finalize(&probe, &id).await.json()["data"]["processing_info"].clone();
        assert_eq!(
            (&info["state"], &info["check_after_secs"]),
            (&json!("pending"), &json!(1))
        );
        let unfinished = ada
            .tweet(&probe, json!({ "text": "x", "media": { "media_ids": [id] } }))
            .await;
        assert_eq!(unfinished.status, 400);
        let mut states = Vec::new();
        for _ in 0..3 {
            states.push(ada.status(&probe, &id).await.json()["data"]["processing_info"]["state"].clone());
        }
        assert_eq!(states, ["in_progress", want, want]);
    }
}

#[tokio::test]
async fn posts_are_checked_by_schema_and_by_rule() {
    let probe = Probe::new();
    let ada = sign_in(&probe, "ada").await;
    let (one, two) = (ada.image(&probe).await, ada.image(&probe).await);
    let video = ada
        .initialize(&probe, "video/mp4", "tweet_video", MP4.len())
        .await;
    ada.append(&probe, &video, "0", MP4).await;
    ada.finalize(&probe, &video).await;
    for _ in 0..2 {
        ada.status(&probe, &video).await;
    }
    for (body, want) in [
        (json!({ "text": "hi", "mood": "good" }), 400),
        (
            json!({ "text": "hi", "media": { "media_ids": [one, one, one, one, one] } }),
            400,
        ),
        (json!({ "text": "hi", "media": { "media_ids": [] } }), 400),
        (
            json!({ "text": "hi", "media": { "media_ids": [one, video] } }),
            403,
        ),
        (json!({ "text": "hi", "media": { "media_ids": ["123"] } }), 404),
        (json!({ "text": "hi", "reply_settings": "everyone" }), 400),
        (json!({ "text": "hi", "community_id": "abc" }), 400),
        (
            json!({ "text": "hi", "reply": { "in_reply_to_tweet_id": "1", "depth": 1 } }),
            400,
        ),
        (
            json!({ "text": "hi", "reply": { "in_reply_to_tweet_id": "1" } }),
            403,
        ),
        (json!({ "text": "" }), 400),
        (json!({ "text": "x".repeat(281) }), 403),
        (json!({ "text": "の".repeat(141) }), 403),
        (json!({ "text": "buy $ABC and $XYZ" }), 403),
        (json!({ "text": "の".repeat(140) }), 201),
        (
            json!({ "text": format!("{} https://example.com/{}", "x".repeat(256), "y".repeat(300)) }),
            201,
        ),
        (json!({ "media": { "media_ids": [one, two] } }), 201),
        (
            json!({ "text": "moving", "media": { "media_ids": [video] }, "reply_settings": "following", "made_with_ai": true }),
            201,
        ),
    ] {
        let answer = ada.tweet(&probe, body.clone()).await;
        assert_eq!(answer.status, want, "{body}: {}", answer.text());
    }
    probe.set(json!({ "platform": "x", "premium": true })).await;
    assert_eq!(
        ada.tweet(&probe, json!({ "text": "x".repeat(25_000) }))
            .await
            .status,
        201
    );
    assert_eq!(
        ada.tweet(&probe, json!({ "text": "x".repeat(25_001) }))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn equal_texts_are_duplicates_for_a_while() {
    let probe = Probe::new();
    let (ada, ben) = (sign_in(&probe, "ada").await, sign_in(&probe, "ben").await);
    assert_eq!(ada.tweet(&probe, json!({ "text": "again" })).await.status, 201);
    let refused = ada.tweet(&probe, json!({ "text": "again" })).await;
    let want = json!({ "title": "Forbidden", "detail": "You are not allowed to create a Tweet with duplicate content.", "type": "about:blank", "status": 403 });
    assert_eq!((refused.status, refused.json()), (403, want));
    assert_eq!(ben.tweet(&probe, json!({ "text": "again" })).await.status, 201);
    assert_eq!(
        ada.timeline(&probe).await["meta"]["result_count"],
        1,
        "the first stays listed"
    );
    probe.wait(3_600);
    assert_eq!(ada.tweet(&probe, json!({ "text": "again" })).await.status, 201);
}

#[tokio::test]
async fn every_answer_tells_the_budget_and_a_429_creates_nothing() {
    let probe = Probe::new();
    let ada = sign_in(&probe, "ada").await;
    let answer = ada.tweet(&probe, json!({ "text": "one" })).await;
    assert_eq!(
        (
            answer.header("x-rate-limit-limit").as_str(),
            answer.header("x-rate-limit-remaining").as_str()
        ),
        ("100", "99")
    );
    probe.fault(json!({ "platform": "x", "operation": "commit", "kind": "rate_limit", "count": 1, "delay_ms": 5_000 })).await;
    let refused = ada.tweet(&probe, json!({ "text": "two" })).await;
    assert_eq!(
        (refused.status, refused.header("x-rate-limit-reset")),
        (429, (probe.now() + 5).to_string())
    );
    assert_eq!(probe.journal("x").await.len(), 1);
    assert_eq!(ada.tweet(&probe, json!({ "text": "two" })).await.status, 201);
}

#[tokio::test]
async fn the_timeline_shows_what_an_answer_lost() {
    let probe = Probe::new();
    let ada = sign_in(&probe, "ada").await;
    probe.set(json!({ "platform": "x", "listing_lag": 30 })).await;
    for (kind, want) in [("stored_server_error", 503), ("no_id", 201)] {
        probe
            .fault(json!({ "platform": "x", "operation": "commit", "kind": kind, "count": 1 }))
            .await;
        let answer = ada
            .tweet(
                &probe,
                json!({ "text": format!("see {kind} at example.com/a & b") }),
            )
            .await;
        assert_eq!((answer.status, &answer.json()["data"]), (want, &Value::Null));
    }
    assert_eq!(ada.timeline(&probe).await["meta"]["result_count"], 0);
    probe.wait(30);
    let listed = ada.timeline(&probe).await;
    let post = &listed["data"][0];
    let link = &post["entities"]["urls"][0];
    assert_eq!(
        (&link["expanded_url"], &link["display_url"]),
        (&json!("http://example.com/a"), &json!("example.com/a"))
    );
    let wrapped = post["text"].as_str().expect("a text");
    assert_eq!(
        wrapped,
        format!("see no_id at {} &amp; b", link["url"].as_str().expect("a link"))
    );
    assert_eq!(
        probe.journal("x").await[1]["text"],
        "see no_id at example.com/a & b"
    );
    assert_eq!(
        ada.get(
            &probe,
            &format!("/x/2/users/{}/tweets", ada.id),
            &[("max_results", "3")]
        )
        .await
        .status,
        400
    );
}

#[tokio::test]
async fn threads_media_and_metadata_read_back() {
    let probe = Probe::new();
    let (ada, ben) = (sign_in(&probe, "ada").await, sign_in(&probe, "ben").await);
    let image = ada.image(&probe).await;
    let alt = |id: &str, text: String| json!({ "id": id, "metadata": { "alt_text": { "text": text } } });
    assert_eq!(
        ada.post(&probe, "/x/2/media/metadata", &alt(&image, "x".repeat(1_001)))
            .await
            .status,
        400
    );
    assert_eq!(
        ada.post(&probe, "/x/2/media/metadata", &alt("123", "x".to_owned()))
            .await
            .status,
        404
    );
    assert_eq!(
        ada.post(&probe, "/x/2/media/metadata", &alt(&image, "two dots".to_owned()))
            .await
            .status,
        200
    );
    let root = ada
        .tweet(
            &probe,
            json!({ "text": "root", "media": { "media_ids": [image] } }),
        )
        .await
        .json()["data"]["id"]
        .clone();
    let reply = json!({ "text": "reply", "reply": { "in_reply_to_tweet_id": root } });
    assert_eq!(ben.tweet(&probe, reply.clone()).await.status, 403, "not invited");
    assert_eq!(ada.tweet(&probe, reply).await.status, 201);
    let listed = ada.timeline(&probe).await;
    assert_eq!(
        listed["data"][0]["referenced_tweets"],
        json!([{ "type": "replied_to", "id": root }])
    );
    assert_eq!(
        listed["data"][1]["attachments"]["media_keys"],
        json!([format!("3_{image}")])
    );
    assert_eq!(
        listed["data"][1]["entities"]["urls"][0]["media_key"],
        format!("3_{image}")
    );
    let rows = probe.journal("x").await;
    assert_eq!(
        (&rows[0]["media"][0]["alt"], &rows[1]["in_reply_to"]),
        (&json!("two dots"), &root)
    );
    let path = rows[0]["url"]
        .as_str()
        .expect("an address")
        .replace("http://sim.test:4600", "");
    let page = probe.get(&path, &[]).await.text();
    assert!(page.contains("Description: two dots") && page.contains("reply"));
    let missing = ada
        .get(
            &probe,
            "/x/2/tweets",
            &[("ids", "1,2"), ("tweet.fields", "public_metrics")],
        )
        .await
        .json();
    assert_eq!(missing["errors"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn articles_follow_their_schema_and_appear_once() {
    let probe = Probe::new();
    let ada = sign_in(&probe, "ada").await;
    let image = ada.image(&probe).await;
    let article = |block: Value| {
        json!({ "title": "T", "content_state": { "blocks": [block], "entities": [
            { "key": "0", "value": { "type": "image", "mutability": "immutable", "data": { "media_items": [{ "media_category": "tweet_image", "media_id": image }] } } }
        ] } })
    };
    for (block, want) in [
        (json!({ "text": "a", "type": "paragraph" }), 400),
        (json!({ "text": "a", "type": "unstyled", "depth": 0 }), 400),
        (json!({ "type": "unstyled" }), 400),
        (
            json!({ "text": "a", "type": "unstyled", "inline_style_ranges": [{ "offset": 0, "length": 1, "style": "BOLD" }] }),
            400,
        ),
        (
            json!({ "text": "a", "type": "atomic", "entity_ranges": [{ "offset": 0, "length": 1, "key": 1 }] }),
            400,
        ),
    ] {
        assert_eq!(
            ada.post(&probe, "/x/2/articles/draft", &article(block.clone()))
                .await
                .status,
            want,
            "{block}"
        );
    }
    let draft = article(
        json!({ "key": "a", "text": " ", "type": "atomic", "entity_ranges": [{ "offset": 0, "length": 1, "key": 0 }] }),
    );
    let answer = ada.post(&probe, "/x/2/articles/draft", &draft).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(probe.journal("x").await.len(), 0, "a draft is not public");
    let path = format!(
        "/x/2/articles/{}/publish",
        answer.json()["data"]["id"].as_str().expect("an id")
    );
    let published = ada.post(&probe, &path, &json!({})).await;
    assert!(published.json()["data"]["post_id"].is_string());
    assert_eq!(ada.post(&probe, &path, &json!({})).await.status, 400);
    assert_eq!(
        ada.post(&probe, "/x/2/articles/1/publish", &json!({}))
            .await
            .status,
        404
    );
    assert_eq!(probe.journal("x").await[0]["kind"], "article");
}
