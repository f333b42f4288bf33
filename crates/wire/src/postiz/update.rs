//! The body of `PUT /posts/:id`, a route of ours: what it leaves out stays.

use postern_domain::id::ChannelId;
use postern_domain::post::{Intent, NewEntry};
use postern_domain::recurrence::NewRecurrence;
use postern_domain::time::{PublishAt, Zone};
use postern_domain::value::Settings;
use postern_domain::{Code, Problem};
use serde_json::Value as Json;

use super::create::{
    malformed, missing, not_an_object, read_channel, read_entries, read_recurrence, read_tags, read_version,
};
use super::settings::without_type;
use crate::lenient;
use crate::moment::in_utc;

/// A change of a stored post.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Update {
    /// What shall become of it.
    pub intent: Option<Intent>,
    /// What changes on which channels; a channel that the post does not go to yet is added.
    pub parts: Vec<PartUpdate>,
    /// New labels.
    pub tags: Option<Vec<String>>,
    /// How it returns from now on.
    pub recurrence: Option<NewRecurrence>,
    /// The version that the client read.
    pub expected_version: Option<u64>,
}

/// What changes on one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct PartUpdate {
    /// Which.
    pub channel: ChannelId,
    /// New content.
    pub entries: Option<Vec<NewEntry>>,
    /// New settings in place of the old ones.
    pub settings: Option<Settings>,
}

/// What is known of the stored post when a change is read.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// Whether it is a draft.
    pub draft: bool,
    /// Its time.
    pub at: Option<&'a PublishAt>,
    /// The channels that the path names: one of them, or all.
    pub named: &'a [ChannelId],
    /// Where the author's clock stands.
    pub zone: &'a Zone,
}

/// Reads `{"type"?, "date"?, "value"?, "settings"?, "posts"?, "tags"?, "inter"?, "recurrence"?, "expectedVersion"?}`.
///
/// `value` and `settings` are for the channels that the path names, `posts` for those that it names itself.
/// Errors: all problems at once, with the pointers of [`postern_domain::post::NewPost`].
pub fn parse_update(body: &Json, stored: Stored<'_>) -> Result<Update, Vec<Problem>> {
    if !body.is_object() {
        return Err(vec![not_an_object()]);
    }
    let mut problems = Vec::new();
    let intent = read_intent(body, stored, &mut problems);
    let recurrence = read_recurrence(body, intent.as_ref(), stored.zone, &mut problems);
    let mut parts = named_parts(body, stored, &mut problems);
    parts.extend(own_parts(body, &mut problems));
    let update = Update {
        intent,
        parts,
        tags: body
            .get("tags")
            .filter(|tags| !tags.is_null())
            .map(|tags| read_tags(Some(tags))),
        recurrence,
        expected_version: read_version(body.get("expectedVersion"), &mut problems),
    };
    if problems.is_empty() {
        Ok(update)
    } else {
        Err(problems)
    }
}

fn read_intent(body: &Json, stored: Stored<'_>, problems: &mut Vec<Problem>) -> Option<Intent> {
    let date = lenient::filled(body.get("date"));
    let at = date.and_then(|text| {
        in_utc(&text, "/publish_at")
            .map(|instant| PublishAt::at(instant, stored.zone.clone()))
            .map_err(|problem| problems.push(problem))
            .ok()
    });
    let word = lenient::filled(body.get("type")).map(|word| word.to_ascii_lowercase());
    let schedule = |at| Intent::Schedule {
        at,
        past_is_now: false,
    };
    match (word.as_deref(), at.clone().or_else(|| stored.at.cloned())) {
        (None, _) if at.is_none() => None,
        (None | Some("update"), at) if stored.draft => Some(Intent::Draft(at)),
        (Some("draft"), at) => Some(Intent::Draft(at)),
        (Some("now"), _) => Some(Intent::Now),
        (Some("queue"), _) => Some(Intent::Queue),
        (None | Some("update" | "schedule"), Some(at)) => Some(schedule(at)),
        (None | Some("update" | "schedule"), None) => {
            let fix = "send a date and time of the form 2026-01-15T10:00:00Z";
            problems.push(missing(
                "/publish_at",
                "must be a valid ISO 8601 date string",
                fix,
            ));
            None
        }
        (Some(word), _) => {
            let fix = "send one of the words, or leave it out to keep what the post is";
            let problem = Problem::new(Code::Malformed, "/type", "is not what a post can become", fix);
            problems.push(problem.given(word).allowed("draft, schedule, now, queue"));
            None
        }
    }
}

/// `value` and `settings` beside `posts`: for the channels that the path names.
fn named_parts(body: &Json, stored: Stored<'_>, problems: &mut Vec<Problem>) -> Vec<PartUpdate> {
    let entries = given(body, "value").map(|value| read_entries(Some(value), "/targets/0", problems));
    let settings = read_settings(body, "/targets/0", problems);
    if entries.is_none() && settings.is_none() {
        return Vec::new();
    }
    let part = |channel: &ChannelId| PartUpdate {
        channel: *channel,
        entries: entries.clone(),
        settings: settings.clone(),
    };
    stored.named.iter().map(part).collect()
}

fn own_parts(body: &Json, problems: &mut Vec<Problem>) -> Vec<PartUpdate> {
    let mut parts: Vec<PartUpdate> = Vec::new();
    let items = match given(body, "posts") {
        None => &[],
        Some(Json::Array(items)) => items.as_slice(),
        Some(_) => {
            problems.push(malformed(
                "/targets",
                "must be a list",
                "send a list `posts`, or leave it out",
            ));
            &[]
        }
    };
    for (index, item) in items.iter().enumerate() {
        let at = format!("/targets/{index}");
        let channel = read_channel(item, &at, problems);
        let entries = given(item, "value").map(|value| read_entries(Some(value), &at, problems));
        let settings = read_settings(item, &at, problems);
        let Some(channel) = channel else { continue };
        if parts.iter().any(|part| part.channel == channel) {
            let fix = "name each channel once";
            problems.push(malformed(&format!("{at}/channel"), "names a channel twice", fix).given(channel));
        }
        parts.push(PartUpdate {
            channel,
            entries,
            settings,
        });
    }
    parts
}

fn read_settings(body: &Json, at: &str, problems: &mut Vec<Problem>) -> Option<Settings> {
    let settings = given(body, "settings")?;
    if let Json::Object(members) = settings {
        return Some(without_type(members));
    }
    let field = format!("{at}/settings");
    problems.push(malformed(
        &field,
        "must be an object",
        "send {\"settings\": {...}}",
    ));
    None
}

fn given<'a>(body: &'a Json, name: &str) -> Option<&'a Json> {
    body.get(name).filter(|given| !given.is_null())
}

#[cfg(test)]
mod tests {
    use postern_domain::time::Timestamp;
    use serde_json::json;

    use super::*;

    fn read(body: &Json, draft: bool) -> Result<Update, Vec<String>> {
        let (zone, named) = (Zone::utc(), [ChannelId::from_bits(1), ChannelId::from_bits(2)]);
        let at = PublishAt::at(Timestamp::from_secs(1_800_000_000), zone.clone());
        let stored = Stored {
            draft,
            at: Some(&at),
            named: &named,
            zone: &zone,
        };
        parse_update(body, stored).map_err(|problems| problems.into_iter().map(|it| it.field).collect())
    }

    #[test]
    fn what_is_left_out_stays() {
        assert_eq!(read(&json!({}), false), Ok(Update::default()));
        let tags = read(&json!({"tags": []}), false).unwrap();
        assert_eq!(tags.tags, Some(Vec::new()));
        assert_eq!(read(&json!({"tags": null}), false).unwrap().tags, None);
    }

    #[test]
    fn a_new_time_leaves_a_draft_a_draft() {
        let date = json!({"date": "2027-02-01T10:00:00Z"});
        let at = PublishAt::at(Timestamp::parse("2027-02-01T10:00:00Z").unwrap(), Zone::utc());
        assert_eq!(
            read(&date, true).unwrap().intent,
            Some(Intent::Draft(Some(at.clone())))
        );
        let planned = Intent::Schedule {
            at,
            past_is_now: false,
        };
        assert_eq!(read(&date, false).unwrap().intent, Some(planned));
        assert_eq!(
            read(&json!({"type": "queue"}), false).unwrap().intent,
            Some(Intent::Queue)
        );
        assert_eq!(read(&json!({"type": "soon"}), false), Err(vec!["/type".into()]));
    }

    #[test]
    fn content_is_for_the_channels_of_the_path_or_for_those_that_are_named() {
        let value = json!([{"content": "new"}]);
        let all = read(&json!({"value": value}), false).unwrap().parts;
        assert_eq!(all.len(), 2);
        assert!(
            all.iter()
                .all(|part| part.entries.is_some() && part.settings.is_none())
        );
        let third = ChannelId::from_bits(3).to_string();
        let one = json!({"posts": [{"integration": {"id": third}, "settings": {"__type": "x", "a": 1}}]});
        let one = read(&one, false).unwrap().parts;
        assert_eq!(one.len(), 1);
        assert_eq!(
            one[0].settings.as_ref().unwrap().keys().collect::<Vec<_>>(),
            ["a"]
        );
        let bad = json!({
            "posts": [{"integration": {"id": third}, "value": []}, {"integration": {"id": third}}, {}],
            "settings": 1, "date": "soon", "expectedVersion": "x",
        });
        let fields = read(&bad, false).unwrap_err();
        for field in [
            "/targets/0/entries",
            "/targets/1/channel",
            "/targets/2/channel",
            "/targets/0/settings",
            "/publish_at",
            "/expected_version",
        ] {
            assert!(fields.iter().any(|it| it == field), "{field}: {fields:?}");
        }
    }
}
