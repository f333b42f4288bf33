//! `POST /posts/validate`, a route of ours: a dry run of `POST /posts`, with what each channel will show.

use axum::body::Body;
use axum::extract::State;
use postern_domain::ports::{Members, Posts, TargetPreview};
use postern_domain::post::{Intent, NewPost};
use postern_domain::{Actor, BackendError, Problem};
use postern_wire::postiz::{parse_create, validation_out};

use super::create::fit;
use crate::deps::{Inner, Shared};
use crate::edge::{Documented, Holder, LARGEST_POST, json, json_of, whole};

pub(in crate::rest) async fn validate(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    body: Body,
) -> Documented {
    let body = json_of(&whole(body, LARGEST_POST).await?).await?;
    let zone = shared.app.workspace(&actor).await?.zone;
    let (problems, previews) = match parse_create(&body, &zone) {
        Ok(asked) => look(&shared, &actor, asked.post).await?,
        Err(problems) => (problems, Vec::new()),
    };
    Ok(json(200, &validation_out(&problems, &previews)))
}

/// Problems of the post as a whole, and the previews; a post that cannot be planned is looked at as a draft.
async fn look(
    shared: &Inner,
    actor: &Actor,
    mut post: NewPost,
) -> Result<(Vec<Problem>, Vec<TargetPreview>), BackendError> {
    for target in &mut post.targets {
        fit(shared, actor, target).await?;
    }
    let problems = match shared.app.preview_post(actor, post.clone()).await {
        Ok(previews) => return Ok((Vec::new(), previews)),
        Err(BackendError::Refused(problems)) => problems,
        Err(error) => return Err(error),
    };
    let draft = NewPost {
        intent: Intent::Draft(None),
        recurrence: None,
        ..post
    };
    match shared.app.preview_post(actor, draft).await {
        Ok(previews) => Ok((problems, previews)),
        Err(BackendError::Refused(_)) => Ok((problems, Vec::new())),
        Err(error) => Err(error),
    }
}
