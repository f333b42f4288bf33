use postern_domain::id::MediaId;
use postern_domain::post::MediaRef;
use serde_json::json;

use super::media::media_ref;
use super::*;

fn channel(bits: u128) -> String {
    ChannelId::from_bits(bits).to_string()
}

fn body() -> Json {
    json!({
        "type": "schedule",
        "date": "2026-12-01T10:00:00",
        "shortLink": true,
        "tags": [{"value": "a", "label": "News"}, {"label": "News"}, "Own"],
        "posts": [
            {"integration": {"id": channel(1)}, "value": [{"content": "Hello", "image": []}], "settings": {"__type": "x", "a": 1}},
            {"integration": {"id": channel(2)}, "value": [{"content": "Hello"}]},
            {"integration": {"id": channel(3)}, "value": [{"content": "<p>Other</p>"}, {"content": "second", "delay": "5"}]},
        ],
    })
}

fn read(body: &Json) -> Create {
    parse_create(body, &Zone::utc()).unwrap()
}

fn fields(body: &Json) -> Vec<(String, Code)> {
    let problems = parse_create(body, &Zone::utc()).unwrap_err();
    problems.into_iter().map(|it| (it.field, it.code)).collect()
}

#[test]
fn entries_of_the_first_channel_are_those_of_the_post() {
    let read = read(&body());
    let own: Vec<_> = read
        .post
        .targets
        .iter()
        .map(|target| target.entries.as_ref().map(Vec::len))
        .collect();
    assert_eq!(own, [None, None, Some(2)]);
    assert_eq!(read.post.entries.len(), 1);
    assert_eq!(read.post.tags, ["News", "Own"]);
    assert_eq!(read.post.targets[0].settings.keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(read.revises, [None, None, None]);
    let second = &read.post.targets[2].entries.as_ref().unwrap()[1];
    assert_eq!(second.delay, Duration::from_mins(5));
}

#[test]
fn the_word_of_type_decides_what_becomes_of_the_post() {
    let at = PublishAt::at(in_utc("2026-12-01T10:00:00Z", "").unwrap(), Zone::utc());
    let schedule = Intent::Schedule {
        at: at.clone(),
        past_is_now: true,
    };
    for (word, kind, intent) in [
        (json!("schedule"), Kind::Schedule, schedule.clone()),
        (json!(null), Kind::Schedule, schedule.clone()),
        (json!("whatever"), Kind::Schedule, schedule.clone()),
        (json!("update"), Kind::Update, schedule),
        (json!("draft"), Kind::Draft, Intent::Draft(Some(at))),
        (json!("now"), Kind::Now, Intent::Now),
    ] {
        let mut body = body();
        body["type"] = word.clone();
        let read = read(&body);
        assert_eq!((read.kind, read.post.intent), (kind, intent), "{word}");
    }
    let mut body = body();
    body.as_object_mut().unwrap().remove("type");
    assert_eq!(read(&body).kind, Kind::Schedule);
}

#[test]
fn only_drafts_and_posts_of_now_go_without_a_date() {
    for (word, want) in [
        ("draft", true),
        ("now", true),
        ("schedule", false),
        ("update", false),
    ] {
        let mut body = body();
        body["type"] = json!(word);
        body["date"] = json!(null);
        assert_eq!(parse_create(&body, &Zone::utc()).is_ok(), want, "{word}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let body = json!({
        "date": "soon",
        "inter": "weekly",
        "posts": [
            {"value": [{"content": "a", "image": [{"id": "x"}]}]},
            {"integration": {"id": "cmabc"}, "value": []},
            {"integration": {"id": channel(1)}, "value": [{"content": {}, "image": "x"}, {"content": "b", "delay": -1}]},
        ],
    });
    insta::assert_debug_snapshot!(fields(&body));
    assert_eq!(fields(&json!([])), [(String::new(), Code::Malformed)]);
    assert_eq!(
        fields(&json!({"type": "now"})),
        [("/targets".to_owned(), Code::MissingField)]
    );
}

#[test]
fn files_are_named_by_path_and_by_id_where_there_is_none() {
    let id = MediaId::from_bits(9).to_string();
    let path = "https://example.com/uploads/a.png";
    for (file, want) in [
        (
            json!({"id": "abc", "path": path}),
            Some(MediaRef::Url(path.into())),
        ),
        (
            json!({"id": id, "path": ""}),
            Some(MediaRef::Id(MediaId::from_bits(9))),
        ),
        (json!({"id": id}), Some(MediaRef::Id(MediaId::from_bits(9)))),
        (json!(id), Some(MediaRef::Id(MediaId::from_bits(9)))),
        (json!(path), Some(MediaRef::Url(path.into()))),
        (json!({"id": "abc"}), None),
        (json!(""), None),
    ] {
        assert_eq!(media_ref(&file), want, "{file}");
    }
}

#[test]
fn only_ids_of_ours_name_a_post_to_replace() {
    let publication = PublicationId::from_bits(4);
    let post = PostId::from_bits(5);
    for (part, want) in [
        (
            json!({"value": [{"id": publication.to_string()}]}),
            Some(PostRef::Publication(publication)),
        ),
        (
            json!({"group": post.to_string(), "value": [{"id": "x"}]}),
            Some(PostRef::Post(post)),
        ),
        (json!({"group": "3f1c", "value": [{"id": "cm1"}]}), None),
        (json!({}), None),
    ] {
        assert_eq!(revises(&part), want, "{part}");
    }
}

#[test]
fn the_command_line_says_that_it_is_one() {
    for (given, want) in [
        (json!("CLI"), Door::Cli),
        (json!("API"), Door::Rest),
        (json!("WEB"), Door::Rest),
    ] {
        let mut body = body();
        body["creationMethod"] = given;
        assert_eq!(read(&body).door, want);
    }
}

#[test]
fn a_delay_before_the_first_entry_means_nothing() {
    let mut body = body();
    body["posts"][0]["value"][0]["delay"] = json!(10);
    assert_eq!(read(&body).post.entries[0].delay, Duration::ZERO);
}
