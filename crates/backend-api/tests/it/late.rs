//! Changes that come too late, or that were asked for on what is no longer so: refused, and nothing is half-changed.

use std::time::Duration;

use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::id::PublicationId;
use postern_domain::ports::{Claimed, Clock, Dispatch, Report};
use postern_domain::publication::{Lease, Outcome, Release, State, Step};
use serde_json::{Value as Json, json};

use crate::cases::{part, post};
use crate::desk::{Desk, Got};

const FOUR_HOURS: Duration = Duration::from_hours(4);

/// A planned post on one channel: its part's id.
async fn planned(desk: &Desk, body: Json) -> String {
    let created = desk.post("/public/v1/posts", body).await;
    assert_eq!(created.status, 201, "{}", created.text());
    created.json()[0]["postId"].as_str().unwrap().to_owned()
}

/// A worker takes what is due at noon.
async fn claim(desk: &Desk, id: &str) -> Claimed {
    desk.release(FOUR_HOURS).await;
    take(desk, id).await
}

async fn take(desk: &Desk, id: &str) -> Claimed {
    let publication: PublicationId = id.parse().unwrap();
    let unit = desk.database.storage().read().await.unwrap();
    let row = unit.publications_by_id(&[publication]).await.unwrap().remove(0);
    let lease = Lease {
        publication,
        fence: row.fence,
    };
    drop(unit);
    desk.app().claim("w1", vec![lease]).await.unwrap().remove(0)
}

async fn arm(desk: &Desk, claimed: &Claimed) {
    let armed = desk.app().arm(vec![(claimed.lease, Step("{}".into()))]).await;
    assert!(armed.unwrap()[0].is_some());
}

async fn report(desk: &Desk, claimed: &Claimed, outcome: Outcome) {
    let now = desk.clock.now();
    let report = Report {
        lease: claimed.lease,
        outcome,
        trace: Trace::default(),
        started_at: now,
        ended_at: now,
    };
    assert!(desk.app().report(vec![report]).await.unwrap()[0].is_some());
}

fn out(desk: &Desk, entry: u32) -> Outcome {
    Outcome::EntryOut {
        release: Release {
            entry,
            remote_id: format!("r{entry}"),
            url: Some(format!("https://platform.test/{entry}")),
            carry: None,
            released_at: desk.clock.now(),
        },
        next_delay: Duration::ZERO,
    }
}

fn failed(desk: &Desk, class: ErrorClass) -> Outcome {
    Outcome::Failed(Failure {
        class,
        code: "text_refused".into(),
        provider_code: Some("422".into()),
        provider_message: None,
        cause: "the platform refused the text".into(),
        fix: "leave the forbidden word out".into(),
        attempt: 0,
        at: desk.clock.now(),
    })
}

async fn state(desk: &Desk, id: &str) -> Json {
    desk.get(&format!("/public/v1/posts/{id}")).await.json()
}

fn code(got: &Got) -> (u16, String) {
    let code = got.json()["code"].as_str().unwrap_or_default().to_owned();
    (got.status.as_u16(), code)
}

/// The same, with the two statuses of a wrong state taken for one: clients of the compatible routes know it as 400.
fn settled(got: &Got) -> (bool, String) {
    let (status, code) = code(got);
    ([400, 409].contains(&status), code)
}

/// A change of the stored post by the way of the compatible API.
fn revised(desk_post: &Json, id: &str, text: &str) -> Json {
    let mut body = desk_post.clone();
    body["posts"][0]["value"][0] = json!({ "id": id, "content": text, "image": [] });
    body
}

#[tokio::test]
async fn what_a_worker_has_can_be_changed_by_no_route() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let body = post(&[&channel], "hello");
    let id = planned(&desk, body.clone()).await;
    let claimed = claim(&desk, &id).await;
    arm(&desk, &claimed).await;
    let before = state(&desk, &id).await;
    let path = |route: &str| format!("/public/v1/posts/{id}/{route}");
    let settings = json!({ "settings": { "audience": "friends" } });
    let draft = json!({ "status": "draft" });
    for (route, got) in [
        (
            "edit",
            desk.post("/public/v1/posts", revised(&body, &id, "other")).await,
        ),
        ("settings", desk.put(&path("settings"), settings).await),
        ("status", desk.put(&path("status"), draft).await),
        ("publish", desk.post(&path("publish"), json!({})).await),
        ("delete", desk.delete(&format!("/public/v1/posts/{id}")).await),
    ] {
        assert_eq!(
            settled(&got),
            (true, "post_settled".into()),
            "{route}: {}",
            got.text()
        );
    }
    let retried = desk.post(&path("retry"), json!({})).await;
    assert_eq!(settled(&retried), (true, "not_retryable".into()));
    let resolved = desk
        .post(&path("resolve"), json!({ "outcome": "not_published" }))
        .await;
    assert_eq!(settled(&resolved), (true, "not_unconfirmed".into()));
    assert_eq!(state(&desk, &id).await, before, "a refusal changed something");
}

#[tokio::test]
async fn what_was_refused_is_sent_again_only_after_a_change() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let id = planned(&desk, post(&[&channel], "hello")).await;
    let claimed = claim(&desk, &id).await;
    report(&desk, &claimed, failed(&desk, ErrorClass::Rejected)).await;
    let before = state(&desk, &id).await;
    let retry = format!("/public/v1/posts/{id}/retry");
    let got = desk.post(&retry, json!({})).await;
    insta::assert_json_snapshot!("retry_unchanged", got.shape());
    assert_eq!(state(&desk, &id).await, before);
    let settings = format!("/public/v1/posts/{id}/settings");
    let same = desk.put(&settings, json!({ "settings": {} })).await;
    assert_eq!(same.status, 200, "{}", same.text());
    assert_eq!(code(&desk.post(&retry, json!({})).await).1, "not_retryable");
    let other = desk
        .put(&settings, json!({ "settings": { "audience": "friends" } }))
        .await;
    assert_eq!(other.status, 200, "{}", other.text());
    let got = desk.post(&retry, json!({})).await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["status"]),
        (200, &json!("scheduled"))
    );
}

#[tokio::test]
async fn a_doubt_has_two_answers_and_each_is_taken_once() {
    for (answer, want) in [
        (
            json!({ "outcome": "published", "url": "https://platform.test/seen" }),
            State::Published,
        ),
        (json!({ "outcome": "not_published" }), State::Scheduled),
    ] {
        let desk = Desk::new().await;
        let channel = desk.channel("ada-1").await;
        let id = planned(&desk, post(&[&channel], "hello")).await;
        let claimed = claim(&desk, &id).await;
        arm(&desk, &claimed).await;
        report(&desk, &claimed, failed(&desk, ErrorClass::Unconfirmed)).await;
        let resolve = format!("/public/v1/posts/{id}/resolve");
        let got = desk.post(&resolve, answer.clone()).await;
        assert_eq!(got.status, 200, "{}", got.text());
        let shown = &got.json()["posts"][0];
        assert_eq!(shown["status"], want.as_str(), "{answer}");
        if want == State::Published {
            assert_eq!(shown["releaseURL"], "https://platform.test/seen");
        }
        let before = state(&desk, &id).await;
        let again = desk.post(&resolve, answer).await;
        assert_eq!(settled(&again), (true, "not_unconfirmed".into()));
        assert_eq!(state(&desk, &id).await, before);
    }
}

#[tokio::test]
async fn of_two_edits_of_one_version_the_second_is_refused() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let body = post(&[&channel], "hello");
    let id = planned(&desk, body.clone()).await;
    let read = state(&desk, &id).await;
    let edit = |text: &str| {
        let mut body = revised(&body, &id, text);
        body["expectedVersion"] = read["version"].clone();
        body
    };
    let first = desk.post("/public/v1/posts", edit("first")).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let after_first = state(&desk, &id).await;
    let second = desk.post("/public/v1/posts", edit("second")).await;
    insta::assert_json_snapshot!("edit_of_an_old_version", second.shape());
    assert_eq!(state(&desk, &id).await, after_first);
    let mut nonsense = edit("third");
    nonsense["expectedVersion"] = json!("newest");
    let refused = desk.post("/public/v1/posts", nonsense).await;
    assert_eq!(
        refused.json()["errors"][0]["field"],
        "expectedVersion",
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn two_edits_at_the_same_moment_leave_one_of_them_whole() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let body = post(&[&channel], "hello");
    let id = planned(&desk, body.clone()).await;
    let version = state(&desk, &id).await["version"].clone();
    let edit = |text: &str, audience: &str| {
        let mut body = revised(&body, &id, text);
        body["expectedVersion"] = version.clone();
        body["posts"][0]["settings"] = json!({ "audience": audience });
        desk.post("/public/v1/posts", body)
    };
    let (one, two) = tokio::join!(edit("one", "public"), edit("two", "friends"));
    let mut codes = [code(&one), code(&two)];
    codes.sort();
    assert_eq!(
        (codes[0].0, codes[1].clone()),
        (201, (409, "version_conflict".into()))
    );
    let stored = state(&desk, &id).await;
    let (text, audience) = if one.status == 201 {
        ("one", "public")
    } else {
        ("two", "friends")
    };
    let shown = &stored["posts"][0];
    assert!(shown["content"].as_str().unwrap().contains(text), "{shown}");
    assert!(shown["settings"].as_str().unwrap().contains(audience), "{shown}");
}

#[tokio::test]
async fn the_rest_of_a_thread_is_mended_and_what_is_out_stays() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], "one");
    let entries = |texts: [&str; 3]| -> Json {
        texts
            .iter()
            .map(|text| json!({ "content": text, "image": [] }))
            .collect()
    };
    body["posts"][0]["value"] = entries(["one", "two", "three"]);
    let id = planned(&desk, body.clone()).await;
    let claimed = claim(&desk, &id).await;
    for entry in 0..2 {
        arm(&desk, &claimed).await;
        report(&desk, &claimed, out(&desk, entry)).await;
    }
    report(&desk, &claimed, failed(&desk, ErrorClass::Rejected)).await;
    let edit = |texts: [&str; 3]| {
        let mut body = body.clone();
        body["type"] = json!("now");
        body["posts"][0]["value"] = entries(texts);
        body["posts"][0]["value"][0]["id"] = json!(id);
        body
    };
    let before = state(&desk, &id).await;
    let late = desk.post("/public/v1/posts", edit(["ONE", "two", "three"])).await;
    assert_eq!(settled(&late), (true, "post_settled".into()), "{}", late.text());
    assert_eq!(state(&desk, &id).await, before);
    let mended = desk.post("/public/v1/posts", edit(["one", "two", "3"])).await;
    assert_eq!(mended.status, 201, "{}", mended.text());
    let resumed = claim(&desk, &id).await;
    assert_eq!(
        (resumed.publication.entry, resumed.publication.releases.len()),
        (2, 2)
    );
    assert_eq!(resumed.entries[2].content.excerpt(10), "3");
}

#[tokio::test]
async fn a_part_that_is_out_does_not_keep_another_from_being_mended() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.channel("ada-2").await);
    let created = desk
        .post("/public/v1/posts", post(&[&first, &second], "hello"))
        .await
        .json();
    let [out_id, failed_id] = [0, 1].map(|at| created[at]["postId"].as_str().unwrap().to_owned());
    desk.release(FOUR_HOURS).await;
    let claimed = take(&desk, &out_id).await;
    arm(&desk, &claimed).await;
    report(&desk, &claimed, out(&desk, 0)).await;
    let claimed = take(&desk, &failed_id).await;
    report(&desk, &claimed, failed(&desk, ErrorClass::Rejected)).await;
    let before = state(&desk, &out_id).await;

    let mut both = post(&[&first, &second], "hello, both");
    both["posts"][0]["value"][0]["id"] = json!(out_id);
    let late = desk.post("/public/v1/posts", both).await;
    assert_eq!(settled(&late), (true, "post_settled".into()), "{}", late.text());
    assert_eq!(state(&desk, &out_id).await, before);

    let mut one =
        json!({ "type": "now", "shortLink": false, "tags": [], "posts": [part(&second, "hello, you")] });
    one["posts"][0]["value"][0]["id"] = json!(failed_id);
    let mended = desk.post("/public/v1/posts", one).await;
    assert_eq!(mended.status, 201, "{}", mended.text());
    let after = state(&desk, &out_id).await;
    let by_id = |id: &str| {
        let parts = after["posts"].as_array().unwrap();
        parts.iter().find(|part| part["id"] == id).unwrap().clone()
    };
    assert_eq!(by_id(&out_id), before["posts"][0], "what is out is not touched");
    let part = by_id(&failed_id);
    assert_eq!(
        (&part["status"], &part["content"]),
        (&json!("scheduled"), &json!("hello, you"))
    );
}
