use postern_domain::Timestamp;
use postern_domain::actor::Scope;
use postern_domain::channel::Health;
use postern_domain::id::{ChannelId, WorkspaceId};
use postern_domain::manifest::ProviderId;
use postern_domain::value::Value;

use super::*;

fn channel() -> Channel {
    Channel {
        id: ChannelId::from_bits(1),
        workspace: WorkspaceId::from_bits(2),
        provider: ProviderId::of("mastodon"),
        remote_id: "1".into(),
        name: "My channel".into(),
        handle: "me".into(),
        picture: None,
        health: Health::Connected,
        disabled: false,
        details: Value::Null,
        group: None,
        grant_expires_at: None,
        created_at: Timestamp::from_secs(0),
    }
}

fn too_long() -> Problem {
    Problem::new(
        Code::TextTooLong,
        "/targets/0/entries/0/content",
        "the text is too long",
        "shorten it",
    )
    .given("501 characters")
    .allowed("500 characters")
}

fn missing() -> Problem {
    Problem::new(Code::MissingField, "/targets/1/channel", "is needed", "send it")
}

#[test]
fn each_error_keeps_the_family_that_clients_know() {
    let conflict = Problem::new(Code::PostSettled, "", "the post is published", "write a new post");
    let wait = Duration::from_hours(1);
    for (name, error) in [
        ("list", BackendError::Refused(vec![missing(), too_long()])),
        (
            "too_large",
            BackendError::refused(Problem::new(Code::BodyTooLarge, "", "too large", "send less")),
        ),
        (
            "unreadable",
            BackendError::refused(Problem::new(
                Code::Malformed,
                "",
                "expected value at line 1 column 1",
                "send JSON",
            )),
        ),
        ("settled", BackendError::Conflict(conflict)),
        ("not_found", BackendError::not_found("post", "x")),
        ("unauthenticated", BackendError::Unauthenticated),
        ("forbidden", BackendError::Forbidden(Scope::PostsWrite)),
        ("rate_limited", BackendError::RateLimited { retry_after: wait }),
        ("unavailable", BackendError::Unavailable { what: "database" }),
        ("internal", BackendError::Internal),
    ] {
        let refusal = Refusal::of(&error);
        insta::assert_json_snapshot!(
            format!("refusal_{name}"),
            json!({ "status": refusal.status, "body": refusal.body })
        );
    }
}

#[test]
fn a_refused_post_answers_in_the_family_of_its_first_violation() {
    let channel = channel();
    let by = Rejected { channel: &channel };
    let unknown = Problem::new(
        Code::UnknownChannel,
        "/targets/0/channel",
        "no such channel",
        "list them",
    )
    .given("chn_1");
    for (name, problems) in [
        ("create_form", vec![too_long(), missing()]),
        ("create_unknown_channel", vec![too_long(), unknown]),
        ("create_without_channel", vec![missing()]),
        ("create_rejected", vec![too_long()]),
    ] {
        let refusal = Refusal::of_create(&BackendError::Refused(problems), Some(by));
        insta::assert_json_snapshot!(name, json!({ "status": refusal.status, "body": refusal.body }));
    }
}

#[test]
fn unknown_routes_are_told_with_method_and_path() {
    insta::assert_json_snapshot!(unknown_route("GET", "/public/v1/x").body);
}
