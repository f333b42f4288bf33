use postern_domain::id::{BatchId, ChannelId, PostId};
use postern_domain::post::PostState;
use postern_domain::time::PublishAt;
use serde_json::json;

use super::*;

fn channel(bits: u128) -> String {
    ChannelId::from_bits(bits).to_string()
}

fn table(text: &str) -> NewBatch {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    parse_table(text.as_bytes(), BulkOptions::default(), &zone).unwrap()
}

fn columns_of(row: &Result<NewPost, Vec<Problem>>) -> Vec<String> {
    let problems = row.as_ref().unwrap_err();
    problems
        .iter()
        .map(|problem| error_out(problem, Layout::Table).field)
        .collect()
}

#[test]
fn a_row_is_a_post_in_the_zone_of_the_workspace() {
    let text = format!(
        "\u{feff}Date;Channels;Content;Comment 1;Tags;settings.title;media\n\
         2027-07-01 09:00;{} {};\"Hello; world\";second;News|Own;A title;https://example.com/a.png\n",
        channel(1),
        channel(2)
    );
    let batch = table(&text);
    let post = batch.rows[0].as_ref().unwrap();
    let Intent::Schedule { at, past_is_now } = &post.intent else {
        panic!("{:?}", post.intent);
    };
    assert_eq!(
        (at.instant.to_rfc3339().as_str(), *past_is_now),
        ("2027-07-01T07:00:00.000Z", false)
    );
    assert_eq!(post.entries[0].content.to_source(), "Hello; world");
    assert_eq!(
        (
            post.entries.len(),
            post.entries[0].media.len(),
            post.targets.len()
        ),
        (2, 1, 2)
    );
    assert_eq!(post.tags, ["News", "Own"]);
    assert_eq!(post.targets[1].settings["title"].as_text(), Some("A title"));
}

#[test]
fn the_zone_of_a_row_and_an_offset_go_before() {
    let text = format!(
        "channels,content,date,timezone,type\n{id},a,2027-07-01T09:00,Asia/Tokyo,\n\
         {id},b,2027-07-01T09:00:00Z,,\n{id},c,,,queue\n{id},d,,,now\n",
        id = channel(1)
    );
    let intents: Vec<Intent> = table(&text)
        .rows
        .into_iter()
        .map(|row| row.unwrap().intent)
        .collect();
    let instants: Vec<Option<String>> = intents
        .iter()
        .map(|intent| match intent {
            Intent::Schedule {
                at: PublishAt { instant, .. },
                ..
            } => Some(instant.to_rfc3339()),
            _ => None,
        })
        .collect();
    assert_eq!(
        instants[..2],
        [
            Some("2027-07-01T00:00:00.000Z".into()),
            Some("2027-07-01T09:00:00.000Z".into())
        ]
    );
    assert_eq!(intents[2..], [Intent::Queue, Intent::Now]);
}

#[test]
fn what_is_wrong_is_told_by_row_and_column() {
    let text = format!(
        "channels,content,date,timezone,settings,inter\n{id},a,soon,Mars/Base,[],x\nsomewhere,a,2027-07-01,,,\n\
         ,a,2027-07-01,,,\n{id},a,2027-07-01,,,,,\n",
        id = channel(1)
    );
    let batch = table(&text);
    assert_eq!(
        columns_of(&batch.rows[0]),
        ["timezone", "settings", "date", "inter"]
    );
    assert_eq!(columns_of(&batch.rows[1]), ["channels"]);
    assert_eq!(columns_of(&batch.rows[2]), ["channels"]);
    assert_eq!(batch.rows[3].as_ref().unwrap_err()[0].code, Code::Malformed);
    let head = |text: &str| parse_table(text.as_bytes(), BulkOptions::default(), &Zone::utc()).unwrap_err();
    assert_eq!(head("channels,contents,channels\n").len(), 2);
    assert_eq!(head("date,content\n")[0].code, Code::MissingField);
    assert_eq!(head("")[0].field, "/head");
}

#[test]
fn fields_of_a_post_stand_in_columns() {
    for (pointer, want) in [
        ("/targets/0/entries/0/content", "content"),
        ("/targets/1/entries/2/content", "comment2"),
        ("/entries/0/media/1", "media"),
        ("/targets/0/channel", "channels"),
        ("/targets", "channels"),
        ("/targets/0/settings/title", "settings.title"),
        ("/publish_at", "date"),
        ("/recurrence", "inter"),
        ("/timezone", "timezone"),
    ] {
        assert_eq!(table::column(pointer), want, "{pointer}");
    }
}

#[test]
fn a_list_of_bodies_keeps_what_is_wrong_with_its_rows() {
    let part = json!({"integration": {"id": channel(1)}, "value": [{"content": "a", "image": []}]});
    let body = json!({
        "accept": "valid",
        "dryRun": "true",
        "posts": [{"type": "queue", "posts": [part]}, {"type": "schedule", "date": "soon", "posts": [part]}, 7],
    });
    let batch = parse_bulk(&body, &Zone::utc()).unwrap();
    assert_eq!((batch.partly, batch.dry_run, batch.rows.len()), (true, true, 3));
    assert_eq!(batch.rows[0].as_ref().unwrap().intent, Intent::Queue);
    assert!(batch.rows[1..].iter().all(Result::is_err));
    let fields: Vec<String> = parse_bulk(&json!({"accept": "some", "dryRun": "perhaps"}), &Zone::utc())
        .unwrap_err()
        .into_iter()
        .map(|it| it.field)
        .collect();
    assert_eq!(fields, ["/dryRun", "/accept", "/posts"]);
}

#[test]
fn what_stays_of_a_batch_is_said() {
    let undone = Undone {
        rows: vec![
            UndoneRow {
                row: 0,
                post: PostId::from_bits(1),
                state: Some(PostState::Trashed),
                kept: None,
            },
            UndoneRow {
                row: 2,
                post: PostId::from_bits(2),
                state: None,
                kept: None,
            },
        ],
    };
    insta::assert_json_snapshot!("undone", undone_out(&undone));
    let batch = Batch {
        id: Some(BatchId::from_bits(1)),
        rows: vec![BatchRow {
            row: 0,
            outcome: RowOutcome::Refused(vec![malformed("/publish_at", "is not so", "mend it")]),
        }],
        replayed: false,
    };
    insta::assert_json_snapshot!("batch", bulk_out(&batch, false, Layout::Json));
    assert_eq!(bulk_problems(&batch, Layout::Table)[0].field, "/rows/1/date");
}
