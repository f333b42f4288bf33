//! Requests that were answered with a post.

use postern_domain::id::{PostId, WorkspaceId};
use postern_domain::ports::{Remembered, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::idempotency_key::{Column, Entity, Model};
use sea_orm::{EntityTrait, IntoActiveModel, TryInsertResult};

use crate::error::{conflict, failure};
use crate::rows::{RowId, instant};
use crate::unit::Work;

/// A request with the post it is going to make.
pub(crate) struct Claim<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) key: &'a str,
    pub(crate) digest: &'a str,
    pub(crate) post: PostId,
    pub(crate) now: Timestamp,
}

/// Claims a key. Of two units with the same key the second waits for the first and then sees what it stored.
pub(crate) async fn remember(work: &Work, claim: &Claim<'_>) -> Result<Remembered, StorageError> {
    let row = Model {
        workspace_id: claim.workspace.to_uuid(),
        key: claim.key.to_owned(),
        digest: claim.digest.to_owned(),
        post_id: claim.post.to_uuid(),
        created_at: instant(claim.now),
    };
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict_do_nothing_on([Column::WorkspaceId, Column::Key])
        .exec_without_returning(work.db())
        .await
        .map_err(failure)?;
    if let TryInsertResult::Inserted(1) = inserted {
        return Ok(Remembered::Fresh);
    }
    let earlier = Entity::find_by_id((claim.workspace.to_uuid(), claim.key.to_owned()))
        .one(work.db())
        .await
        .map_err(failure)?
        .ok_or_else(|| conflict("idempotency_key"))?;
    Ok(if earlier.digest == claim.digest {
        Remembered::Replay(PostId::of(earlier.post_id))
    } else {
        Remembered::Mismatch
    })
}
