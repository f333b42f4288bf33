//! Whoever writes posts: clients of REST and MCP that repeat what failed in a way that may pass.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

use super::books::Mark;
use super::ground::{Ground, now};
use super::schedule::{Call, Door};
use crate::http::Answer;

/// How many write at once.
const CALLERS: usize = 6;

/// How often one post is tried before its writer gives up.
const TRIES: u32 = 40;

/// The pause between two tries where the server does not name one.
const PAUSE: Duration = Duration::from_millis(300);

/// The longest pause that a writer keeps.
const LONGEST: Duration = Duration::from_secs(2);

/// How the word of an answer ends that refuses a channel without access: the platform took it, and its owner is at it.
pub(super) const TO_RECONNECT: &str = ", the channel is to be connected again";

/// What the writers were told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Posts that were taken, with the ids of their publications.
    pub(super) taken: Vec<(Mark, Vec<String>)>,
    /// Posts that were refused for good, with the words.
    pub(super) refused: Vec<(Mark, String)>,
    /// Posts whose writers gave up without an answer.
    pub(super) given_up: u32,
    /// How often each kind of answer came, by door.
    pub(super) answers: BTreeMap<(Door, String), u32>,
}

/// What one try came to.
enum Try {
    Taken(Vec<String>),
    Refused(String),
    Again(Duration),
}

/// Writes all posts, each at its time or as soon as somebody is free.
pub(super) async fn run(ground: Arc<Ground>, calls: Vec<Call>) -> Result<Told> {
    let calls = Arc::new(Mutex::new(VecDeque::from(calls)));
    let told = Arc::new(Mutex::new(Told::default()));
    let mut writers = JoinSet::new();
    for _ in 0..CALLERS {
        let (ground, calls, told) = (Arc::clone(&ground), Arc::clone(&calls), Arc::clone(&told));
        writers.spawn(async move {
            while let Some(call) = next(&calls) {
                sleep_until(ground.begin + call.at).await;
                write(&ground, &call, &told).await;
            }
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended?;
    }
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(std::mem::take(&mut *told))
}

fn next(calls: &Mutex<VecDeque<Call>>) -> Option<Call> {
    calls.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

/// Writes one post, however often that takes.
///
/// REST has keys by which it knows a repetition, so there every try is the same.
/// MCP has none: a try whose answer was lost may have made a post, and the next one is another post.
async fn write(ground: &Ground, call: &Call, told: &Mutex<Told>) {
    let date = call.ahead.map(|ahead| now().plus(ahead));
    for number in 1..=TRIES {
        let mark = Mark {
            call: call.number,
            attempt: match call.door {
                Door::Rest => 1,
                Door::Mcp => number,
            },
        };
        let answer = match call.door {
            Door::Rest => {
                let date = date.unwrap_or_else(now).to_rfc3339();
                let key = format!("chaos-{}-{}", ground.seed, call.number);
                let request = ground.rest.request(Method::POST, "/posts");
                let request = request.header("idempotency-key", key);
                ground
                    .rest
                    .send(request.json(&rest_body(ground, call, mark, &date)))
                    .await
            }
            Door::Mcp => {
                let date = date.map(postern_domain::Timestamp::to_bare_utc);
                let body = mcp_body(ground, call, mark, date.as_deref().unwrap_or_default());
                ground.mcp.send(body.to_string()).await
            }
        };
        let (word, outcome) = match (answer, call.door) {
            (Err(_), _) => ("no answer".to_owned(), Try::Again(PAUSE)),
            (Ok(answer), Door::Rest) => read_rest(&answer),
            (Ok(answer), Door::Mcp) => read_mcp(&answer),
        };
        let pause = {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            *told.answers.entry((call.door, word)).or_default() += 1;
            match outcome {
                Try::Taken(ids) => return told.taken.push((mark, ids)),
                Try::Refused(words) => return told.refused.push((mark, words)),
                Try::Again(pause) => pause,
            }
        };
        sleep(pause.min(LONGEST)).await;
    }
    told.lock().unwrap_or_else(PoisonError::into_inner).given_up += 1;
}

fn rest_body(ground: &Ground, call: &Call, mark: Mark, date: &str) -> Value {
    let entries: Vec<Value> = (1..=call.entries)
        .map(|entry| json!({ "content": mark.text(entry, call.entries, "rest"), "image": [] }))
        .collect();
    let posts = call.channels.iter().map(
        |channel| json!({ "integration": { "id": ground.channels[*channel].id }, "value": entries, "settings": {} }),
    );
    let kind = if call.ahead.is_some() { "schedule" } else { "now" };
    json!({ "type": kind, "date": date, "shortLink": false, "tags": [], "posts": posts.collect::<Vec<_>>() })
}

fn mcp_body(ground: &Ground, call: &Call, mark: Mark, date: &str) -> Value {
    let entries: Vec<Value> = (1..=call.entries)
        .map(|entry| {
            let text = mark.text(entry, call.entries, "mcp");
            json!({ "content": format!("<p>{text}</p>"), "attachments": [] })
        })
        .collect();
    let kind = if call.ahead.is_some() { "schedule" } else { "now" };
    let posts = call.channels.iter().map(|channel| {
        json!({
            "integrationId": ground.channels[*channel].id, "isPremium": false, "date": date, "shortLink": false,
            "type": kind, "postsAndComments": entries, "settings": [],
        })
    });
    json!({
        "jsonrpc": "2.0", "id": call.number, "method": "tools/call",
        "params": {
            "name": "integrationSchedulePostTool",
            "arguments": { "socialPost": posts.collect::<Vec<_>>() },
        },
    })
}

fn ids_of(list: &Value) -> Vec<String> {
    let posts = list.as_array().into_iter().flatten();
    posts
        .filter_map(|post| post["postId"].as_str().map(str::to_owned))
        .collect()
}

/// Whether a post was refused because the platform had taken a channel's access; nothing else is wrong with the posts of
/// a run.
fn lacks_access(answer: &Answer) -> bool {
    answer.text.contains("channel_disconnected")
}

/// What a REST answer means, with a word for it.
fn read_rest(answer: &Answer) -> (String, Try) {
    let word = answer.status.to_string();
    match (answer.status, answer.json()) {
        (400..500, _) if lacks_access(answer) => (format!("{word}{TO_RECONNECT}"), Try::Again(LONGEST)),
        (201, Ok(made)) => (word, Try::Taken(ids_of(&made))),
        (429 | 503, _) => retryable(answer),
        (500.., _) => (word, Try::Again(PAUSE)),
        _ => (word, Try::Refused(answer.text.clone())),
    }
}

/// What an MCP answer means, with a word for it.
fn read_mcp(answer: &Answer) -> (String, Try) {
    let word = answer.status.to_string();
    match answer.status {
        200 => {}
        429 | 503 => return retryable(answer),
        500.. => return (word, Try::Again(PAUSE)),
        _ => return (word, Try::Refused(answer.text.clone())),
    }
    let Ok(message) = answer.json() else {
        return ("200 without an answer".to_owned(), Try::Again(PAUSE));
    };
    let facts = &message["result"]["structuredContent"];
    let error = &facts["error"];
    if facts["output"].is_array() {
        return (word, Try::Taken(ids_of(&facts["output"])));
    }
    if error["retryable"] == true {
        let code = error["code"].as_str().unwrap_or_default();
        let pause = error["retry_after_s"].as_u64();
        let pause = pause.map_or(PAUSE, Duration::from_secs);
        return (format!("200, {code}, may be repeated"), Try::Again(pause));
    }
    match error["code"].as_str() {
        _ if lacks_access(answer) => (format!("200{TO_RECONNECT}"), Try::Again(LONGEST)),
        Some("internal") => ("200, internal".to_owned(), Try::Again(PAUSE)),
        Some(code) => (format!("200, {code}"), Try::Refused(answer.text.clone())),
        None => ("200, refused".to_owned(), Try::Refused(answer.text.clone())),
    }
}

/// An answer that says to come again, and should say when.
fn retryable(answer: &Answer) -> (String, Try) {
    let wait = answer.headers.get("retry-after");
    let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
    match wait {
        Some(secs) => (
            format!("{} with Retry-After", answer.status),
            Try::Again(Duration::from_secs(secs)),
        ),
        None => (
            format!("{} without Retry-After", answer.status),
            Try::Again(PAUSE),
        ),
    }
}
