//! What did not get through, and trying it again.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::dead_letter::{DeadLetter, DeadLetterId};
use postern_domain::failure::ErrorClass;
use postern_domain::ports::{DeadLetters, Posts};
use postern_domain::post::PostRef;
use postern_domain::publication::{Publication, State};
use postern_domain::{Actor, BackendError};

use crate::App;
use crate::access::{owns_instance, require};

/// Most dead letters of one kind that are told.
const MOST: u32 = 100;

#[async_trait]
impl DeadLetters for App {
    async fn dead_letters(&self, actor: &Actor) -> Result<Vec<DeadLetter>, BackendError> {
        require(actor, Scope::PostsRead)?;
        let unit = self.deps.storage.read().await?;
        let failed = unit
            .publications_in(actor.workspace, &[State::Failed], MOST)
            .await?;
        let mut letters: Vec<DeadLetter> = failed.iter().filter_map(given_up).collect();
        if owns_instance(&*unit, actor).await? {
            letters.extend(unit.buried(MOST).await?);
        }
        Ok(letters)
    }

    async fn replay(&self, actor: &Actor, id: DeadLetterId) -> Result<(), BackendError> {
        match id {
            DeadLetterId::Publication(publication) => self
                .retry_post(actor, PostRef::Publication(publication))
                .await
                .map(drop),
            DeadLetterId::Announcement(announcement) => {
                require(actor, Scope::Admin)?;
                let unit = self.deps.storage.begin().await?;
                if !owns_instance(&*unit, actor).await? || !unit.unbury(announcement).await? {
                    return Err(BackendError::not_found("dead letter", id));
                }
                let now = self.deps.clock.now();
                unit.audit(actor, "dead_letter.replayed", &id.to_string(), now)
                    .await?;
                unit.commit().await?;
                (self.deps.wake_relay)();
                Ok(())
            }
        }
    }
}

/// A publication that Postern itself gave up; what a platform refused is its author's to mend.
fn given_up(publication: &Publication) -> Option<DeadLetter> {
    let failure = publication.failure.as_ref()?;
    match failure.class {
        ErrorClass::Transient | ErrorClass::Refresh | ErrorClass::RateLimited { .. } => {}
        ErrorClass::Reconnect | ErrorClass::Rejected | ErrorClass::Unconfirmed => return None,
    }
    Some(DeadLetter {
        id: DeadLetterId::Publication(publication.id),
        kind: failure.code.clone(),
        reason: failure.cause.clone(),
        post: Some(publication.post),
        at: publication.updated_at,
    })
}
