//! Telling what is out under an id that nobody knew.

use postern_domain::actor::Scope;
use postern_domain::id::PublicationId;
use postern_domain::post::{PostRef, PostView};
use postern_domain::publication::Refusal;
use postern_domain::{Actor, BackendError, Code, Problem};

use super::read;
use crate::App;
use crate::access::require;

/// Longest id of a platform, in characters.
const LONGEST: usize = 500;

impl App {
    /// Gives a published post on one channel the platform's id, where nobody knew it.
    pub async fn name_release(
        &self,
        actor: &Actor,
        id: PublicationId,
        remote_id: &str,
    ) -> Result<PostView, BackendError> {
        require(actor, Scope::PostsWrite)?;
        let remote_id = remote_id.trim();
        if remote_id.is_empty() || remote_id.chars().count() > LONGEST {
            return Err(BackendError::refused(unusable(remote_id)));
        }
        let unit = self.deps.storage.begin().await?;
        let (_, mut publications) = read::load(&*unit, actor, PostRef::Publication(id)).await?;
        let missing = || BackendError::not_found("post", id);
        let publication = publications
            .iter_mut()
            .find(|it| it.id == id)
            .ok_or_else(missing)?;
        let release = match publication.name_release(remote_id) {
            Ok(release) => release.clone(),
            Err(
                Refusal::WrongState { .. } | Refusal::Stale | Refusal::Unchanged | Refusal::PartlyOut { .. },
            ) => {
                return Err(BackendError::Conflict(known()));
            }
        };
        if !unit.name_release(id, &release).await? {
            return Err(BackendError::Conflict(known()));
        }
        unit.audit(
            actor,
            "post.release_named",
            &id.to_string(),
            self.deps.clock.now(),
        )
        .await?;
        let view = read::view(&*unit, actor, PostRef::Publication(id)).await?;
        unit.commit().await?;
        Ok(view)
    }
}

fn unusable(given: &str) -> Problem {
    Problem::new(
        Code::MissingField,
        "/releaseId",
        "must be the id of a post at the platform",
        "send the id as the platform names it",
    )
    .given(format!("{} characters", given.chars().count()))
    .allowed(format!("1 to {LONGEST} characters"))
}

fn known() -> Problem {
    Problem::new(
        Code::PostSettled,
        "/releaseId",
        "the post is not published, or its id at the platform is known",
        "only a published post whose releaseId is missing takes one",
    )
}
