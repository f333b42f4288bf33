use std::time::Duration;

use postern_domain::channel::{Channel, Group, Health};
use postern_domain::content::Document;
use postern_domain::failure::ErrorClass;
use postern_domain::id::{ChannelId, GroupId, MediaId, PostId, PublicationId, WorkspaceId};
use postern_domain::manifest::ProviderId;
use postern_domain::media::MediaKind;
use postern_domain::post::{AttachedMedia, Post, PostState};
use postern_domain::publication::Release;
use postern_domain::time::{PublishAt, Zone};
use postern_domain::value::{Settings, Value};

use super::*;
use crate::postiz::{integration_item, media_item};

const NOON: Timestamp = Timestamp::from_secs(1_800_014_400);

fn channel() -> Channel {
    Channel {
        id: ChannelId::from_bits(1),
        workspace: WorkspaceId::from_bits(2),
        provider: ProviderId::of("mastodon"),
        remote_id: "1@example.social".into(),
        name: "Ada".into(),
        handle: "ada@example.social".into(),
        picture: Some("https://example.social/ada.png".into()),
        health: Health::Connected,
        disabled: false,
        details: Value::Null,
        group: Some(GroupId::from_bits(3)),
        grant_expires_at: None,
        created_at: NOON,
    }
}

fn file() -> Media {
    Media {
        id: MediaId::from_bits(4),
        workspace: WorkspaceId::from_bits(2),
        name: "cat.png".into(),
        kind: MediaKind::Image,
        mime: "image/png".into(),
        bytes: 70,
        hash: "ab".repeat(32),
        pixels: Some((1, 1)),
        duration: None,
        key: "2026/11/20/abcd.png".into(),
        alt: None,
        created_at: NOON,
    }
}

fn entry(text: &str, delay: u64) -> Entry {
    Entry {
        content: Document::parse(text),
        media: vec![AttachedMedia {
            media: file(),
            alt: Some("a cat".into()),
        }],
        delay: Duration::from_secs(delay),
    }
}

fn publication(state: State) -> Publication {
    Publication {
        id: PublicationId::from_bits(5),
        workspace: WorkspaceId::from_bits(2),
        post: PostId::from_bits(6),
        channel: ChannelId::from_bits(1),
        provider: ProviderId::of("mastodon"),
        lane: "mastodon".into(),
        publish_at: Some(NOON),
        state,
        due_at: None,
        fence: 0,
        revision: 0,
        holder: None,
        lease_until: None,
        entry: 0,
        entries: 2,
        step: None,
        armed: None,
        run: 0,
        tries: 0,
        attempts: 0,
        detections: 0,
        failure: None,
        releases: Vec::new(),
        settings: Settings::from([("sensitive".to_owned(), Value::Bool(true))]),
        created_at: NOON,
        updated_at: NOON,
        published_at: None,
    }
}

fn view(publication: Publication) -> PostView {
    let post = Post {
        id: PostId::from_bits(6),
        workspace: WorkspaceId::from_bits(2),
        author: None,
        door: Door::Rest,
        publish_at: Some(PublishAt::at(NOON, Zone::utc())),
        draft: false,
        review: None,
        entries: vec![
            entry("<p>Hello <strong>world</strong></p>", 0),
            entry("second", 90),
        ],
        versions: Vec::new(),
        tags: vec!["News".into()],
        version: 1,
        created_at: NOON,
        updated_at: NOON,
        trashed_at: None,
        series: None,
    };
    let state = PostState::of(&post, std::slice::from_ref(&publication));
    let publications = vec![PublicationView {
        publication,
        channel: channel(),
        held: None,
    }];
    PostView {
        post,
        state,
        publications,
        crowding: Vec::new(),
    }
}

fn url(media: &Media) -> String {
    format!("https://postern.example/uploads/{}", media.key)
}

#[test]
fn a_scheduled_post_and_a_failed_one_have_their_bodies() {
    let scheduled = view(publication(State::Scheduled));
    insta::assert_json_snapshot!(
        "post_scheduled",
        post_item(&scheduled, &scheduled.publications[0], &url)
    );
    let mut failed = publication(State::Failed);
    failed.failure = Some(Failure {
        class: ErrorClass::Rejected,
        code: "text_refused".into(),
        provider_code: Some("422".into()),
        provider_message: Some("Validation failed".into()),
        cause: "Mastodon refused the text".into(),
        fix: "change the text and retry".into(),
        attempt: 2,
        at: NOON,
    });
    insta::assert_json_snapshot!("post_failed", post_out(&view(failed), &url));
}

#[test]
fn a_published_post_names_what_is_out() {
    let mut published = publication(State::Published);
    published.releases = vec![Release {
        entry: 0,
        remote_id: "112".into(),
        url: Some("https://example.social/@ada/112".into()),
        carry: None,
        released_at: NOON,
    }];
    let view = view(published);
    let item = post_item(&view, &view.publications[0], &url).unwrap();
    assert_eq!(item.release_id.as_deref(), Some("112"));
    assert_eq!(
        item.release_url.as_deref(),
        Some("https://example.social/@ada/112")
    );
    assert_eq!(item.comments[0].release_id.as_deref(), Some("missing"));
    assert!((item.comments[0].delay - 1.5).abs() < f64::EPSILON);
}

#[test]
fn clients_know_four_states() {
    for (state, want) in [
        (State::Draft, Some("DRAFT")),
        (State::Scheduled, Some("QUEUE")),
        (State::Leased, Some("QUEUE")),
        (State::Preparing, Some("QUEUE")),
        (State::Waiting, Some("QUEUE")),
        (State::Armed, Some("QUEUE")),
        (State::Held, Some("QUEUE")),
        (State::Published, Some("PUBLISHED")),
        (State::Failed, Some("ERROR")),
        (State::Missed, Some("ERROR")),
        (State::Unconfirmed, Some("ERROR")),
        (State::Cancelled, None),
    ] {
        let view = view(publication(state));
        let item = post_item(&view, &view.publications[0], &url);
        assert_eq!(item.as_ref().map(|item| item.state), want, "{state}");
        assert_eq!(item.map(|item| item.status), want.map(|_| state.as_str()));
    }
}

#[test]
fn channels_and_files_have_their_bodies() {
    let groups = [Group {
        id: GroupId::from_bits(3),
        name: "Customer".into(),
    }];
    insta::assert_json_snapshot!("integration", integration_item(&channel(), &groups));
    let bare = Channel {
        picture: None,
        handle: String::new(),
        group: None,
        health: Health::NeedsReconnect {
            reason: "the token was revoked".into(),
            since: NOON,
        },
        ..channel()
    };
    insta::assert_json_snapshot!("integration_to_reconnect", integration_item(&bare, &groups));
    insta::assert_json_snapshot!("media", media_item(&file(), url(&file())));
}
