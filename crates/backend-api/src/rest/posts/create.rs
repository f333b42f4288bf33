//! `POST /posts`: writes a post for all its channels, or nothing; with ids of stored posts it replaces their content.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue};
use postern_domain::ports::{Channels, Members, Posts};
use postern_domain::post::{IdempotencyKey, NewTarget, PostView};
use postern_domain::rate::Crowding;
use postern_domain::value::{Settings, Value};
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::{Create, Refusal, Rejected, coerce, parse_create};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::{budget, returning, revise};
use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, LARGEST_POST, REPLAYED, Refused, json, json_of, key_of, whole};

/// Every call counts against the budget, also one that is refused afterwards.
pub(in crate::rest) async fn create(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let budget = match budget::take(&shared, &actor).await {
        Ok(budget) => budget,
        Err(error) => return Refused::from(error).into_response(),
    };
    budget.tell(answer(&shared, actor, &headers, body).await.into_response())
}

async fn answer(shared: &Inner, actor: Actor, headers: &HeaderMap, body: Body) -> Answer {
    let bytes = whole(body, LARGEST_POST).await?;
    let idempotency = key_of(headers, Sha256::digest(&bytes))?;
    let json = json_of(&bytes).await?;
    let zone = shared.app.workspace(&actor).await?.zone;
    let mut asked = parse_create(&json, &zone)
        .map_err(|problems| Refusal::of_create(&BackendError::Refused(problems), None))?;
    let actor = actor.through(asked.door);
    for target in &mut asked.post.targets {
        fit(shared, &actor, target).await?;
    }
    match store(shared, &actor, &asked, idempotency).await {
        Ok((view, replayed)) => Ok(created(&asked, &view, replayed)),
        Err(error) => Err(refused(shared, &actor, &asked, &error).await),
    }
}

async fn store(
    shared: &Inner,
    actor: &Actor,
    asked: &Create,
    idempotency: Option<IdempotencyKey>,
) -> Result<(PostView, bool), BackendError> {
    if let Some(stored) = revise::stored(shared, actor, asked).await? {
        let edit = revise::edit(&stored, asked);
        let recurrence = asked.post.recurrence.as_ref();
        let view = returning::update(shared, actor, &stored, edit, recurrence).await?;
        return Ok((view, false));
    }
    let created = shared
        .app
        .create_post(actor, asked.post.clone(), idempotency)
        .await?;
    Ok((created.view, created.replayed))
}

/// `[{"postId", "integration"}]`, one per channel in the order they were asked for, with `warnings` where more is
/// planned than the platform takes.
fn created(asked: &Create, view: &PostView, replayed: bool) -> Response {
    let parts = asked.post.targets.iter().filter_map(|target| {
        let of_target = |part: &&postern_domain::post::PublicationView| part.channel.id == target.channel;
        let part = view.publications.iter().find(of_target)?;
        let id = part.publication.id.to_string();
        let mut made = json!({ "postId": id, "integration": target.channel.to_string() });
        let exceeded = view.crowding.iter().filter(|it| it.channel == target.channel);
        let warnings: Vec<String> = exceeded.map(Crowding::sentence).collect();
        if !warnings.is_empty() {
            made["warnings"] = json!(warnings);
        }
        Some(made)
    });
    let mut response = json(201, &parts.collect::<Vec<Json>>());
    if replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// A refusal in the family of its first violation, with the channel that it is about.
async fn refused(shared: &Inner, actor: &Actor, asked: &Create, error: &BackendError) -> Refused {
    let first = error.problems().into_iter().next();
    let index = first.and_then(|problem| target_of(&problem.field));
    let target = index.and_then(|index| asked.post.targets.get(index));
    // A key that may not read channels learns the reasons without the channel's name.
    let channel = match target {
        Some(target) => shared.app.channel(actor, target.channel).await.ok(),
        None => None,
    };
    let rejected = channel.as_ref().map(|channel| Rejected { channel });
    Refusal::of_create(error, rejected).into()
}

/// The index in `/targets/1/entries/0/content`; entries that all channels share are the first one's.
fn target_of(pointer: &str) -> Option<usize> {
    let mut parts = pointer.split('/').skip(1);
    match parts.next()? {
        "targets" => parts.next()?.parse().ok(),
        "entries" => Some(0),
        _ => None,
    }
}

/// Turns texts in settings into what the provider's form takes, where there may be something to turn.
pub(in crate::rest) async fn fit(
    shared: &Inner,
    actor: &Actor,
    target: &mut NewTarget,
) -> Result<(), BackendError> {
    if !has_texts(&target.settings) {
        return Ok(());
    }
    match shared.app.channel_manifest(actor, target.channel).await {
        Ok(manifest) => coerce(&mut target.settings, &manifest.settings),
        // Whatever is wrong with the channel is for the use case to say, with all the rest.
        Err(BackendError::NotFound { .. } | BackendError::Forbidden(_) | BackendError::Refused(_)) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

fn has_texts(settings: &Settings) -> bool {
    settings.values().any(|value| match value {
        Value::Text(text) => !text.is_empty() && text.len() <= 20,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_channel_by_its_place() {
        for (pointer, want) in [
            ("/targets/2/entries/0/content", Some(2)),
            ("/targets/2", Some(2)),
            ("/entries/0/content", Some(0)),
            ("/publish_at", None),
            ("", None),
        ] {
            assert_eq!(target_of(pointer), want, "{pointer}");
        }
    }
}
