//! Items 1 to 10 of Bluesky.

use serde_json::{Value, json};

use crate::probe::{Answer, MP4, PNG, Probe, pairs};

const RKEY: &str = "3m5zabcdefg2x";

pub(crate) struct Session {
    pub did: String,
    pub access: String,
    pub refresh: String,
}

impl Session {
    fn from(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Self {
            did: text("did"),
            access: format!("Bearer {}", text("accessJwt")),
            refresh: format!("Bearer {}", text("refreshJwt")),
        }
    }

    async fn put(&self, probe: &Probe, rkey: &str, record: &Value) -> Answer {
        let body = json!({ "repo": self.did, "collection": "app.bsky.feed.post", "rkey": rkey, "record": record, "validate": true, "swapRecord": null });
        xrpc_post(probe, "com.atproto.repo.putRecord", &self.access, &body).await
    }

    async fn blob(&self, probe: &Probe, bytes: &[u8], kind: &str) -> Value {
        let headers = [("authorization", self.access.as_str()), ("content-type", kind)];
        probe
            .bytes(
                "POST",
                "/bluesky/xrpc/com.atproto.repo.uploadBlob",
                &headers,
                bytes,
            )
            .await
            .json()["blob"]
            .clone()
    }
}

pub(crate) async fn login(probe: &Probe, name: &str) -> Session {
    let answer = try_login(probe, name, "sandbox").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Session::from(&answer.json())
}

async fn try_login(probe: &Probe, name: &str, password: &str) -> Answer {
    probe
        .post(
            "/bluesky/xrpc/com.atproto.server.createSession",
            &[],
            &json!({ "identifier": name, "password": password }),
        )
        .await
}

async fn xrpc_post(probe: &Probe, method: &str, bearer: &str, body: &Value) -> Answer {
    probe
        .post(
            &format!("/bluesky/xrpc/{method}"),
            &[("authorization", bearer)],
            body,
        )
        .await
}

async fn xrpc_get(probe: &Probe, method: &str, bearer: Option<&str>, query: &[(&str, &str)]) -> Answer {
    let headers: Vec<(&str, &str)> = bearer
        .map(|bearer| ("authorization", bearer))
        .into_iter()
        .collect();
    probe
        .get(&format!("/bluesky/xrpc/{method}?{}", pairs(query)), &headers)
        .await
}

fn post(text: &str) -> Value {
    json!({ "$type": "app.bsky.feed.post", "text": text, "createdAt": "2025-11-20T09:00:00.000Z" })
}

fn error(answer: &Answer) -> (u16, String) {
    (
        answer.status,
        answer.json()["error"].as_str().unwrap_or_default().to_owned(),
    )
}

async fn service_token(probe: &Probe, ada: &Session, aud: &str, lxm: &str) -> String {
    let exp = (probe.now() + 1_800).to_string();
    let query = [("aud", aud), ("lxm", lxm), ("exp", exp.as_str())];
    let answer = xrpc_get(
        probe,
        "com.atproto.server.getServiceAuth",
        Some(&ada.access),
        &query,
    )
    .await;
    format!("Bearer {}", answer.json()["token"].as_str().unwrap_or_default())
}

async fn send_video(
    probe: &Probe,
    ada: &Session,
    bearer: &str,
    kind: &str,
    bytes: &[u8],
    with_length: bool,
) -> Answer {
    let length = bytes.len().to_string();
    let mut headers = vec![("authorization", bearer), ("content-type", kind)];
    if with_length {
        headers.push(("content-length", length.as_str()));
    }
    let path = format!(
        "/bluesky/xrpc/app.bsky.video.uploadVideo?{}",
        pairs(&[("did", &ada.did), ("name", "a.mp4")])
    );
    probe.bytes("POST", &path, &headers, bytes).await
}

#[tokio::test]
async fn accounts_appear_on_sight_and_passwords_are_checked() {
    let probe = Probe::new();
    let answer = try_login(&probe, "dora", "sandbox").await.json();
    assert_eq!(answer["handle"], "dora.bsky.social");
    assert_eq!(answer["didDoc"]["service"][0]["id"], "#atproto_pds");
    assert_eq!(
        answer["didDoc"]["service"][0]["serviceEndpoint"],
        "http://sim.test:4600/bluesky"
    );
    assert_eq!(
        error(&try_login(&probe, "dora", "wrong").await),
        (401, "AuthenticationRequired".to_owned())
    );
    let same = try_login(&probe, answer["did"].as_str().expect("a did"), "sandbox")
        .await
        .json();
    assert_eq!(same["did"], answer["did"]);
    let profile = xrpc_get(
        &probe,
        "app.bsky.actor.getProfile",
        None,
        &[("actor", "ada.bsky.social")],
    )
    .await
    .json();
    assert_eq!(profile["displayName"], "Ada Lindqvist");
}

#[tokio::test]
async fn video_uploads_check_token_length_and_type() {
    let probe = Probe::new();
    let ada = login(&probe, "ada").await;
    let aud = "did:web:sim.test%3A4600";
    let lxm = "com.atproto.repo.uploadBlob";
    let good = service_token(&probe, &ada, aud, lxm).await;
    assert_eq!(
        send_video(&probe, &ada, &ada.access, "video/mp4", MP4, true)
            .await
            .status,
        401
    );
    let other_server = service_token(&probe, &ada, "did:web:video.bsky.app", lxm).await;
    assert_eq!(
        send_video(&probe, &ada, &other_server, "video/mp4", MP4, true)
            .await
            .status,
        401
    );
    let other_method = service_token(&probe, &ada, aud, "app.bsky.video.uploadVideo").await;
    assert_eq!(
        send_video(&probe, &ada, &other_method, "video/mp4", MP4, true)
            .await
            .status,
        401
    );
    assert_eq!(
        send_video(&probe, &ada, &good, "image/png", MP4, true)
            .await
            .status,
        400
    );
    assert_eq!(
        send_video(&probe, &ada, &good, "video/mp4", MP4, false)
            .await
            .status,
        411
    );
    assert_eq!(
        send_video(&probe, &ada, &good, "video/mp4", MP4, true)
            .await
            .status,
        200
    );
    probe.wait(1_801);
    assert_eq!(
        send_video(&probe, &ada, &good, "video/mp4", MP4, true)
            .await
            .status,
        401
    );
    for (exp, want) in [
        ("1.5", "InvalidRequest"),
        ("1", "BadExpiration"),
        ("99999999999", "BadExpiration"),
    ] {
        let answer = xrpc_get(
            &probe,
            "com.atproto.server.getServiceAuth",
            Some(&ada.access),
            &[("aud", aud), ("exp", exp)],
        )
        .await;
        assert_eq!(error(&answer), (400, want.to_owned()), "{exp}");
    }
}

#[tokio::test]
async fn video_jobs_walk_to_their_end_and_equal_bytes_are_known() {
    let probe = Probe::new();
    let ada = login(&probe, "ada").await;
    let token = service_token(
        &probe,
        &ada,
        "did:web:sim.test%3A4600",
        "com.atproto.repo.uploadBlob",
    )
    .await;
    let job = send_video(&probe, &ada, &token, "video/mp4", MP4, true)
        .await
        .json()["jobStatus"]
        .clone();
    assert_eq!(job["state"], "JOB_STATE_CREATED");
    let id = job["jobId"].as_str().expect("an id");
    let mut states = Vec::new();
    let mut blob = Value::Null;
    for _ in 0..4 {
        let answer = xrpc_get(&probe, "app.bsky.video.getJobStatus", None, &[("jobId", id)])
            .await
            .json()["jobStatus"]
            .clone();
        states.push(answer["state"].as_str().unwrap_or_default().to_owned());
        blob = answer["blob"].clone();
        assert_eq!(blob.is_object(), states.len() == 4, "the blob comes at the end");
    }
    assert_eq!(states.last().map(String::as_str), Some("JOB_STATE_COMPLETED"));
    assert_ne!(states[0], states[1]);
    let again = send_video(&probe, &ada, &token, "video/mp4", MP4, true).await;
    assert_eq!(
        (
            again.status,
            again.json()["error"].as_str(),
            &again.json()["blob"]
        ),
        (409, Some("already_exists"), &blob)
    );
    assert_eq!(again.json()["jobId"], id);
    let mut record = post("a video");
    record["embed"] = json!({ "$type": "app.bsky.embed.video", "video": blob, "alt": "moving", "aspectRatio": { "width": 2, "height": 3 } });
    assert_eq!(ada.put(&probe, RKEY, &record).await.status, 200);
    assert_eq!(
        probe.journal("bluesky").await[0]["media"][0],
        json!({ "alt": "moving", "bytes": MP4.len(), "type": "video/mp4" })
    );
    for code in [
        "validation_failure",
        "encoding_failure",
        "pds_upload_failure",
        "pds_upload_unsupported_blob_size",
        "generic_failure",
    ] {
        probe.set(json!({ "platform": "bluesky", "fail_processing": code, "processing_polls": 0, "flat_job_status": true })).await;
        let job = send_video(&probe, &ada, &token, "video/mp4", code.as_bytes(), true)
            .await
            .json();
        let failed = xrpc_get(
            &probe,
            "app.bsky.video.getJobStatus",
            None,
            &[("jobId", job["jobId"].as_str().expect("an id"))],
        )
        .await
        .json();
        assert_eq!(
            (&failed["jobStatus"]["state"], &failed["jobStatus"]["failureCode"]),
            (&json!("JOB_STATE_FAILED"), &json!(code))
        );
    }
}

#[tokio::test]
async fn tokens_expire_with_400_and_refresh_rotates_with_grace() {
    let probe = Probe::new();
    probe
        .set(json!({ "platform": "bluesky", "access_secs": 60, "grace_secs": 100 }))
        .await;
    let ada = login(&probe, "ada").await;
    assert_eq!(ada.put(&probe, RKEY, &post("in time")).await.status, 200);
    probe.wait(60);
    assert_eq!(
        error(&ada.put(&probe, RKEY, &post("in time")).await),
        (400, "ExpiredToken".to_owned())
    );
    let renew = |bearer: String| {
        let probe = &probe;
        async move { xrpc_post(probe, "com.atproto.server.refreshSession", &bearer, &json!({})).await }
    };
    let second = Session::from(&renew(ada.refresh.clone()).await.json());
    assert_ne!(second.refresh, ada.refresh);
    assert_eq!(second.put(&probe, RKEY, &post("in time")).await.status, 200);
    assert_eq!(
        renew(ada.refresh.clone()).await.status,
        200,
        "a spent token works for a while"
    );
    assert_eq!(
        error(&renew(ada.access.clone()).await),
        (400, "InvalidToken".to_owned())
    );
    probe.wait(101);
    assert_eq!(
        error(&renew(ada.refresh.clone()).await),
        (400, "ExpiredToken".to_owned())
    );
    assert_eq!(renew(second.refresh.clone()).await.status, 200);
    let none = probe
        .post("/bluesky/xrpc/com.atproto.repo.putRecord", &[], &json!({}))
        .await;
    assert_eq!(error(&none), (401, "AuthMissing".to_owned()));
    assert_eq!(
        error(&xrpc_post(&probe, "com.atproto.repo.putRecord", "Bearer x.y.z", &json!({})).await),
        (400, "InvalidToken".to_owned())
    );
}

#[tokio::test]
async fn sessions_have_a_budget() {
    let probe = Probe::new();
    for _ in 0..30 {
        assert_eq!(try_login(&probe, "ada", "sandbox").await.status, 200);
    }
    let refused = try_login(&probe, "ada", "sandbox").await;
    assert_eq!(error(&refused), (429, "RateLimitExceeded".to_owned()));
    assert_eq!(refused.header("ratelimit-limit"), "30");
    assert_eq!(refused.header("ratelimit-reset"), (probe.now() + 300).to_string());
    assert_eq!(try_login(&probe, "ben", "sandbox").await.status, 200);
    probe.wait(300);
    assert_eq!(try_login(&probe, "ada", "sandbox").await.status, 200);
}

#[tokio::test]
async fn the_appview_lags_and_the_pds_does_not() {
    let probe = Probe::new();
    probe
        .set(json!({ "platform": "bluesky", "listing_lag": 10 }))
        .await;
    let ada = login(&probe, "ada").await;
    let uri = ada.put(&probe, RKEY, &post("late")).await.json()["uri"]
        .as_str()
        .expect("a uri")
        .to_owned();
    let view = async || xrpc_get(&probe, "app.bsky.feed.getPosts", None, &[("uris", &uri)]).await;
    assert_eq!(view().await.json()["posts"], json!([]));
    let own = [
        ("repo", ada.did.as_str()),
        ("collection", "app.bsky.feed.post"),
        ("rkey", RKEY),
    ];
    assert_eq!(
        xrpc_get(&probe, "com.atproto.repo.getRecord", None, &own)
            .await
            .json()["value"]["text"],
        "late"
    );
    probe.wait(10);
    assert_eq!(view().await.json()["posts"][0]["record"]["text"], "late");
}

#[tokio::test]
async fn put_record_repeats_for_free_and_never_overwrites_silently() {
    let probe = Probe::new();
    let ada = login(&probe, "ada").await;
    let first = ada.put(&probe, RKEY, &post("one")).await.json();
    let again = ada.put(&probe, RKEY, &post("one")).await.json();
    assert_eq!((&first["uri"], &first["cid"]), (&again["uri"], &again["cid"]));
    assert!(again["commit"].is_null(), "no new commit");
    let other = ada.put(&probe, RKEY, &post("two")).await;
    assert_eq!(error(&other), (400, "InvalidSwap".to_owned()));
    assert_eq!(
        other.json()["message"],
        format!("Record was at {}", first["cid"].as_str().unwrap_or_default())
    );
    let body =
        json!({ "repo": ada.did, "collection": "app.bsky.feed.post", "rkey": RKEY, "record": post("two") });
    assert_eq!(
        error(&xrpc_post(&probe, "com.atproto.repo.createRecord", &ada.access, &body).await),
        (500, "InternalServerError".to_owned())
    );
    assert_eq!(
        xrpc_post(&probe, "com.atproto.repo.putRecord", &ada.access, &body)
            .await
            .status,
        200,
        "without swapRecord it replaces"
    );
    assert_eq!(probe.journal("bluesky").await.len(), 1);
    let wrong_key = ada.put(&probe, "not-a-tid", &post("x")).await;
    assert!(wrong_key.status == 400 && wrong_key.text().contains("Invalid TID string"));
    let ben = login(&probe, "ben").await;
    let foreign =
        json!({ "repo": ada.did, "collection": "app.bsky.feed.post", "rkey": RKEY, "record": post("x") });
    assert_eq!(
        xrpc_post(&probe, "com.atproto.repo.putRecord", &ben.access, &foreign)
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn images_have_a_configurable_limit_and_must_be_uploaded() {
    let probe = Probe::new();
    probe
        .set(json!({ "platform": "bluesky", "image_limit": 20, "blob_limit": 1_000 }))
        .await;
    let ada = login(&probe, "ada").await;
    let blob = ada.blob(&probe, PNG, "image/jpeg").await;
    assert_eq!(blob["mimeType"], "image/png", "typed by content");
    let with = |blob: &Value| {
        let mut record = post("");
        record["embed"] = json!({ "$type": "app.bsky.embed.images", "images": [{ "alt": "dots", "image": blob, "aspectRatio": { "width": 2, "height": 3 } }] });
        record
    };
    let small = ada.put(&probe, RKEY, &with(&blob)).await;
    let size = PNG.len();
    assert!(
        small
            .text()
            .contains(&format!("blob too big (maximum 20, got {size})")),
        "{}",
        small.text()
    );
    probe
        .set(json!({ "platform": "bluesky", "image_limit": 2_000_000 }))
        .await;
    assert_eq!(ada.put(&probe, RKEY, &with(&blob)).await.status, 200);
    let mut unknown = blob.clone();
    unknown["ref"]["$link"] = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e".into();
    assert_eq!(
        error(&ada.put(&probe, "3m5zabcdefg2y", &with(&unknown)).await),
        (400, "BlobNotFound".to_owned())
    );
    let headers = [
        ("authorization", ada.access.as_str()),
        ("content-type", "image/png"),
    ];
    let huge = probe
        .bytes(
            "POST",
            "/bluesky/xrpc/com.atproto.repo.uploadBlob",
            &headers,
            &[0; 1_001],
        )
        .await;
    assert_eq!(error(&huge), (413, "PayloadTooLarge".to_owned()));
    let row = &probe.journal("bluesky").await[0];
    assert_eq!(
        row["media"],
        json!([{ "alt": "dots", "bytes": size, "type": "image/png" }])
    );
    let path = row["url"]
        .as_str()
        .expect("an address")
        .replace("http://sim.test:4600", "");
    assert!(probe.get(&path, &[]).await.text().contains("Description: dots"));
}

#[tokio::test]
async fn records_are_checked_against_the_lexicon() {
    let probe = Probe::new();
    let ada = login(&probe, "ada").await;
    let facet = |start: usize, end: usize, feature: Value| {
        let mut record = post("ä @ben");
        record["facets"] =
            json!([{ "index": { "byteStart": start, "byteEnd": end }, "features": [feature] }]);
        record
    };
    let mention = |did: &str| json!({ "$type": "app.bsky.richtext.facet#mention", "did": did });
    let mut undated = post("x");
    undated["createdAt"] = "2025-11-20 09:00".into();
    let mut nameless = post("x");
    nameless["embed"] = json!({ "$type": "app.bsky.embed.nothing" });
    for (record, want) in [
        (post(&"x".repeat(300)), 200),
        (post(&"x".repeat(301)), 400),
        (post(&"👩‍👩‍👧‍👦".repeat(121)), 400),
        (facet(3, 7, mention("did:plc:abc")), 200),
        (facet(1, 7, mention("did:plc:abc")), 400),
        (facet(3, 8, mention("did:plc:abc")), 400),
        (facet(3, 7, mention("ben.bsky.social")), 400),
        (undated, 400),
        (nameless, 400),
        (json!({ "$type": "app.bsky.feed.like", "text": "x" }), 400),
    ] {
        let key = format!("3m5zabcdefg{}", if want == 200 { "2x" } else { "2y" });
        let body =
            json!({ "repo": ada.did, "collection": "app.bsky.feed.post", "rkey": key, "record": record });
        let answer = xrpc_post(&probe, "com.atproto.repo.putRecord", &ada.access, &body).await;
        assert_eq!(answer.status, want, "{record}: {}", answer.text());
    }
    let long = ada.put(&probe, "3m5zabcdefg2y", &post(&"x".repeat(301))).await;
    assert!(
        long.text()
            .contains("Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got 301)")
    );
}

#[tokio::test]
async fn replies_need_references_but_not_a_living_parent() {
    let probe = Probe::new();
    let ada = login(&probe, "ada").await;
    let root = ada.put(&probe, RKEY, &post("root")).await.json();
    let reference = json!({ "uri": root["uri"], "cid": root["cid"] });
    let mut reply = post("reply");
    reply["reply"] = json!({ "root": reference, "parent": reference });
    assert_eq!(ada.put(&probe, "3m5zabcdefg2y", &reply).await.status, 200);
    assert_eq!(probe.journal("bluesky").await[1]["in_reply_to"], root["uri"]);
    reply["reply"]["parent"]["uri"] = "at://did:plc:gone/app.bsky.feed.post/3m5zabcdefg2z".into();
    assert_eq!(
        ada.put(&probe, "3m5zabcdefg2z", &reply).await.status,
        200,
        "the server does not look"
    );
    reply["reply"]["parent"]["cid"] = "nothing".into();
    assert_eq!(ada.put(&probe, "3m5zabcdefg33", &reply).await.status, 400);
    let absent = [
        ("repo", ada.did.as_str()),
        ("collection", "app.bsky.feed.post"),
        ("rkey", "3m5zabcdefg44"),
    ];
    assert_eq!(
        error(&xrpc_get(&probe, "com.atproto.repo.getRecord", None, &absent).await),
        (400, "RecordNotFound".to_owned())
    );
}

#[tokio::test]
async fn unknown_handles_do_not_resolve() {
    let probe = Probe::new();
    let known = xrpc_get(
        &probe,
        "com.atproto.identity.resolveHandle",
        None,
        &[("handle", "ben.bsky.social")],
    )
    .await;
    assert!(
        known.json()["did"]
            .as_str()
            .is_some_and(|did| did.starts_with("did:plc:"))
    );
    let unknown = xrpc_get(
        &probe,
        "com.atproto.identity.resolveHandle",
        None,
        &[("handle", "nobody.example")],
    )
    .await;
    assert_eq!(error(&unknown), (400, "HandleNotFound".to_owned()));
}
