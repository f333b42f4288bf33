//! Files of the library: found, fetched, described, removed.

use postern_domain::actor::{Actor, Scope};
use postern_domain::id::MediaId;
use postern_domain::media::Media;
use postern_domain::ports::{MediaError, MediaQuery};
use postern_domain::post::{MediaRef, Page};
use postern_domain::{BackendError, Code, Problem};

use super::upload::insert;
use crate::access::require;
use crate::deps::Deps;

/// Fetches a public URL into the library.
#[tracing::instrument(name = "app.media.import", skip_all, fields(workspace.id = %actor.workspace))]
pub(super) async fn import_media(
    deps: &Deps,
    actor: &Actor,
    url: &str,
    https_only: bool,
) -> Result<Media, BackendError> {
    require(actor, Scope::MediaWrite)?;
    let stored = deps
        .media
        .fetch(url, https_only, deps.settings.media)
        .await
        .map_err(refused)?;
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or("import")
        .to_owned();
    insert(deps, actor.workspace, &name, stored).await
}

/// One file.
pub(super) async fn media(deps: &Deps, actor: &Actor, id: MediaId) -> Result<Media, BackendError> {
    require(actor, Scope::PostsRead)?;
    let unit = deps.storage.read().await?;
    unit.media(actor.workspace, id)
        .await?
        .ok_or_else(|| BackendError::not_found("file", id))
}

/// Files, newest first.
pub(super) async fn list_media(
    deps: &Deps,
    actor: &Actor,
    mut query: MediaQuery,
) -> Result<Page<Media>, BackendError> {
    require(actor, Scope::PostsRead)?;
    query.limit = query.limit.clamp(1, 200);
    Ok(deps
        .storage
        .read()
        .await?
        .list_media(actor.workspace, &query)
        .await?)
}

/// Changes a file's default alternative text.
pub(super) async fn describe_media(
    deps: &Deps,
    actor: &Actor,
    id: MediaId,
    alt: Option<String>,
) -> Result<Media, BackendError> {
    require(actor, Scope::MediaWrite)?;
    let unit = deps.storage.begin().await?;
    let mut media = unit
        .media(actor.workspace, id)
        .await?
        .ok_or_else(|| BackendError::not_found("file", id))?;
    media.alt = alt.map(|alt| alt.trim().to_owned()).filter(|alt| !alt.is_empty());
    unit.update_media(&media).await?;
    unit.commit().await?;
    Ok(media)
}

/// Removes a file that no unpublished post uses. The bytes go when no other row shares them.
pub(super) async fn remove_media(deps: &Deps, actor: &Actor, id: MediaId) -> Result<(), BackendError> {
    require(actor, Scope::MediaWrite)?;
    let unit = deps.storage.begin().await?;
    if unit.media_in_use(actor.workspace, id).await? {
        return Err(BackendError::Conflict(
            Problem::new(
                Code::PostSettled,
                "",
                "a post that is not out yet uses this file",
                "remove the file from the post first, or wait until it is out",
            )
            .given(id),
        ));
    }
    if !unit.remove_media(actor.workspace, id, deps.clock.now()).await? {
        return Err(BackendError::not_found("file", id));
    }
    unit.audit(actor, "media.removed", &id.to_string(), deps.clock.now())
        .await?;
    unit.commit().await?;
    Ok(())
}

/// The file that a request names; a foreign URL is fetched into the library. The inner error is the requester's.
pub(crate) async fn resolve(
    deps: &Deps,
    actor: &Actor,
    named: &MediaRef,
) -> Result<Result<Media, Problem>, BackendError> {
    let found = match named {
        MediaRef::Id(id) => deps.storage.read().await?.media(actor.workspace, *id).await?,
        MediaRef::Url(url) => match deps.media.key_of(url) {
            Some(key) => {
                deps.storage
                    .read()
                    .await?
                    .media_by_key(actor.workspace, &key)
                    .await?
            }
            None => return fetched(deps, actor, url).await,
        },
    };
    let given = match named {
        MediaRef::Id(id) => id.to_string(),
        MediaRef::Url(url) => url.clone(),
    };
    Ok(found.ok_or_else(|| unknown(&given)))
}

async fn fetched(deps: &Deps, actor: &Actor, url: &str) -> Result<Result<Media, Problem>, BackendError> {
    match import_media(deps, actor, url, false).await {
        Ok(media) => Ok(Ok(media)),
        Err(BackendError::Refused(problems)) => {
            Ok(Err(problems.into_iter().next().unwrap_or_else(|| unknown(url))))
        }
        Err(error) => Err(error),
    }
}

fn unknown(given: &str) -> Problem {
    Problem::new(
        Code::MediaUnknown,
        "",
        "there is no such file in the library of this workspace",
        "upload the file first and use the id or path that the upload answers with",
    )
    .given(given)
}

/// What a media store says, as the port's error.
pub(super) fn refused(error: MediaError) -> BackendError {
    match error {
        MediaError::Refused(problem) => BackendError::refused(problem),
        MediaError::NotFound => BackendError::not_found("file", ""),
        MediaError::Failed(detail) => {
            tracing::error!(error = %detail, "media store failed");
            BackendError::Unavailable { what: "media store" }
        }
    }
}
