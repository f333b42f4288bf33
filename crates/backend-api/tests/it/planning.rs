//! Posts that return, posting slots, and many posts moved at once.

use http::Method;
use postern_domain::ports::Planning;
use serde_json::{Value as Json, json};

use crate::cases::{append, part, post};
use crate::desk::{Desk, named};

/// A post that returns after so many days.
async fn returning(desk: &Desk, days: u32) -> (String, Json) {
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], "again");
    body["inter"] = json!(days);
    let created = desk.post("/public/v1/posts", body.clone()).await;
    assert_eq!(created.status, 201, "{}", created.text());
    (created.json()[0]["postId"].as_str().unwrap().to_owned(), body)
}

async fn only_recurrence(desk: &Desk) -> Json {
    let got = desk.get("/public/v1/recurrences").await.json();
    let all = got["recurrences"].as_array().unwrap().clone();
    assert_eq!(all.len(), 1, "{got}");
    all[0].clone()
}

fn dates(items: &[Json]) -> Vec<String> {
    let dates = items
        .iter()
        .map(|item| item["publishDate"].as_str().unwrap()[..10].to_owned());
    dates.collect()
}

#[tokio::test]
async fn a_number_of_days_lets_a_post_return() {
    let desk = Desk::new().await;
    let (id, _) = returning(&desk, 14).await;
    let window = "/public/v1/posts?startDate=2027-01-20&endDate=2027-03-01";
    let listed = desk.get(window).await.json();
    let items = listed["posts"].as_array().unwrap();
    assert_eq!(dates(items), ["2027-01-29", "2027-02-12", "2027-02-26"]);
    for item in items {
        assert_eq!((&item["id"], &item["intervalInDays"]), (&json!(id), &json!(14)));
        assert_eq!(
            (&item["state"], &item["actualDate"]),
            (&json!("QUEUE"), &json!("2027-01-15T12:00:00.000Z"))
        );
    }
    let first = &desk
        .get("/public/v1/posts?startDate=2027-01-01&endDate=2027-01-20")
        .await
        .json()["posts"];
    assert_eq!(first.as_array().unwrap().len(), 1);
    assert_eq!(first[0]["intervalInDays"], 14);
    assert_eq!(first[0].get("actualDate"), None);
    insta::assert_json_snapshot!("recurrence", named(&only_recurrence(&desk).await));
}

#[tokio::test]
async fn a_client_that_sends_a_returning_post_back_changes_what_is_to_come() {
    let desk = Desk::new().await;
    let (id, mut body) = returning(&desk, 7).await;
    body["posts"][0]["value"][0]["id"] = json!(id);
    body["posts"][0]["value"][0]["content"] = json!("changed");
    let got = desk.post("/public/v1/posts", body.clone()).await;
    assert_eq!((got.status.as_u16(), &got.json()[0]["postId"]), (201, &json!(id)));
    let kept = only_recurrence(&desk).await;
    assert_eq!(
        (&kept["content"], &kept["version"]),
        (&json!("changed"), &json!(2))
    );
    assert_eq!(kept["rule"]["startsOn"], "2027-01-15");
    body["inter"] = json!(3);
    desk.post("/public/v1/posts", body.clone()).await;
    assert_eq!(only_recurrence(&desk).await["rule"]["every"], 3);
    // Without days it goes out once more and does not return.
    body["inter"] = json!(0);
    let got = desk.post("/public/v1/posts", body).await;
    assert_eq!((got.status.as_u16(), &got.json()[0]["postId"]), (201, &json!(id)));
    assert_eq!(
        desk.get("/public/v1/recurrences").await.json(),
        json!({ "recurrences": [] })
    );
    let left = desk.listed().await;
    assert_eq!((left.len(), &left[0]["intervalInDays"]), (1, &Json::Null));
}

#[tokio::test]
async fn a_stored_post_returns_when_days_are_sent_for_it() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], "once");
    let created = desk.post("/public/v1/posts", body.clone()).await.json();
    body["posts"][0]["value"][0]["id"] = created[0]["postId"].clone();
    body["inter"] = json!("5");
    desk.post("/public/v1/posts", body).await;
    let found = only_recurrence(&desk).await;
    assert_eq!(found["rule"]["words"], "every 5 days at 12:00 (UTC)");
}

#[tokio::test]
async fn a_deleted_post_does_not_return() {
    let desk = Desk::new().await;
    let (id, _) = returning(&desk, 7).await;
    let skipped = desk.delete(&format!("/public/v1/posts/{id}?scope=this")).await;
    assert_eq!(skipped.status, 200);
    let next = only_recurrence(&desk).await["nextPost"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        only_recurrence(&desk).await["nextDate"],
        "2027-01-22T12:00:00.000Z"
    );
    let ended = desk.delete(&format!("/public/v1/posts/{next}")).await;
    assert_eq!(ended.status, 200);
    assert!(desk.listed().await.is_empty());
    assert_eq!(desk.app().recurrences(&desk.actor).await.unwrap(), []);
}

#[tokio::test]
async fn one_channel_of_a_returning_post_is_given_up() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.plain_channel().await);
    let mut body = post(&[&first], "again");
    append(&mut body["posts"], part(&second, "other"));
    body["inter"] = json!(7);
    let created = desk.post("/public/v1/posts", body).await.json();
    let gone = created[0]["postId"].as_str().unwrap();
    assert_eq!(desk.delete(&format!("/public/v1/posts/{gone}")).await.status, 200);
    let left = only_recurrence(&desk).await;
    assert_eq!(left["integrations"], json!([second.id.to_string()]));
    let listed = desk.listed().await;
    assert!(
        listed
            .iter()
            .all(|item| item["integration"]["id"] == second.id.to_string())
    );
    assert_eq!(listed[0]["content"], "other");
    let last = created[1]["postId"].as_str().unwrap();
    desk.delete(&format!("/public/v1/posts/{last}")).await;
    assert!(desk.listed().await.is_empty());
}

#[tokio::test]
async fn a_key_that_only_writes_ends_it_all_the_same() {
    let desk = Desk::new().await;
    let (id, _) = returning(&desk, 7).await;
    let key = desk.key_for(&[postern_domain::actor::Scope::PostsWrite]).await;
    let got = desk
        .call_as(&key, Method::DELETE, &format!("/public/v1/posts/{id}"), None)
        .await;
    assert_eq!(got.status, 200);
    assert!(desk.listed().await.is_empty());
}

#[tokio::test]
async fn a_rule_is_previewed_written_changed_skipped_and_ended() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let rule = json!({ "frequency": "weekly", "weekdays": [1, 5], "zone": "Europe/Berlin", "time": "10:00" });
    let preview = json!({ "recurrence": rule, "dates": 3 });
    let preview = desk.post("/public/v1/recurrences/preview", preview).await;
    insta::assert_json_snapshot!("preview", preview.shape());
    let mut body = post(&[&channel], "again");
    body["recurrence"] = rule;
    desk.post("/public/v1/posts", body).await;
    let id = only_recurrence(&desk).await["id"].as_str().unwrap().to_owned();
    let path = format!("/public/v1/recurrences/{id}");
    let change = json!({
        "version": 1, "scope": "following", "from": "2027-01-22",
        "recurrence": { "frequency": "monthly", "day": -1, "count": 2, "zone": "Europe/Berlin" },
        "posts": [part(&channel, "changed")],
    });
    let changed = desk.put(&path, change).await.json();
    assert_eq!(
        changed["rule"]["words"],
        "every month on the last day at 10:00 (Europe/Berlin), 2 times"
    );
    assert_eq!(
        (&changed["content"], &changed["nextDate"]),
        (&json!("changed"), &json!("2027-01-31T09:00:00.000Z"))
    );
    let own = format!("/public/v1/recurrences/{}", changed["id"].as_str().unwrap());
    let skipped = desk
        .post(&format!("{own}/skip"), json!({ "date": "2027-01-31" }))
        .await
        .json();
    assert_eq!(skipped["nextDate"], "2027-02-28T09:00:00.000Z");
    let ended = desk.delete(&format!("{path}?keepNext=true")).await.json();
    assert_eq!(
        (&ended["status"], &ended["nextDate"]),
        (&json!("ended"), &json!("2027-01-15T09:00:00.000Z"))
    );
    assert_eq!(desk.get(&path).await.json()["status"], "ended");
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_told() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], "again");
    for (inter, code) in [
        (json!(1.5), "recurrence_invalid"),
        (json!(-3), "recurrence_invalid"),
    ] {
        body["inter"] = inter;
        let got = desk.post("/public/v1/posts", body.clone()).await;
        assert_eq!((got.status.as_u16(), &got.json()["code"]), (400, &json!(code)));
        assert_eq!(got.json()["errors"][0]["field"], "inter", "{}", got.text());
    }
    body["inter"] = json!(1);
    body["type"] = json!("draft");
    assert_eq!(
        desk.post("/public/v1/posts", body).await.json()["code"],
        "recurrence_invalid"
    );
    let never = json!({ "frequency": "yearly", "month": 2, "day": 30, "zone": "Moon/Crater" });
    let got = desk.post("/public/v1/recurrences/preview", never).await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["code"]),
        (422, &json!("zone_unknown"))
    );
    let never = json!({ "frequency": "yearly", "month": 2, "day": 30 });
    let got = desk.post("/public/v1/recurrences/preview", never).await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["code"]),
        (422, &json!("recurrence_invalid"))
    );
    assert!(desk.listed().await.is_empty());
}

#[tokio::test]
async fn slots_are_replaced_as_a_whole() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let path = format!("/public/v1/integrations/{}/slots", channel.id);
    let before = desk.get(&path).await;
    insta::assert_json_snapshot!("slots", before.shape());
    let wanted = json!({ "slots": [{ "weekday": 5, "time": "18:30" }, "07:00"] });
    let changed = desk.put(&path, wanted).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let slots = json!([{ "weekday": null, "time": "07:00" }, { "weekday": 5, "time": "18:30" }]);
    assert_eq!(desk.get(&path).await.json()["slots"], slots);
    let found = desk.get(&format!("/public/v1/find-slot/{}", channel.id)).await;
    assert_eq!(found.json()["date"], "2027-01-15T18:30:00");
    let bad = desk
        .put(&path, json!({ "slots": [{ "weekday": 9, "time": "18:30" }] }))
        .await;
    assert_eq!(bad.status, 400, "{}", bad.text());
    assert_eq!(desk.get(&path).await.json()["slots"], slots);
}

#[tokio::test]
async fn posts_are_moved_together() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    desk.post("/public/v1/posts", post(&[&channel], "one")).await;
    let mut body = json!({
        "startDate": "2027-01-15", "endDate": "2027-01-16", "minutes": 1440, "dryRun": true,
        "integrations": [channel.id.to_string()],
    });
    let planned = desk.post("/public/v1/posts/shift", body.clone()).await;
    insta::assert_json_snapshot!("shift", planned.shape());
    assert_eq!(dates(&desk.listed().await), ["2027-01-15"]);
    body["dryRun"] = json!(false);
    assert_eq!(
        desk.post("/public/v1/posts/shift", body.clone()).await.status,
        200
    );
    assert_eq!(dates(&desk.listed().await), ["2027-01-16"]);
    body["endDate"] = json!("2027-01-17");
    body["minutes"] = json!(-2880);
    let refused = desk.post("/public/v1/posts/shift", body).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["code"]),
        (422, &json!("publish_time_passed"))
    );
    let pointer = refused.json()["errors"][0]["pointer"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(pointer.starts_with("/posts/post_"), "{pointer}");
}
