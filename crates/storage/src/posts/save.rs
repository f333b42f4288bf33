//! Posts into their rows.

use postern_domain::id::PostId;
use postern_domain::ports::StorageError;
use postern_domain::post::{Post, PostState};
use postern_domain::publication::Publication;
use postern_entities::{entry, entry_media, post, post_tag, post_version};
use sea_orm::ActiveValue::NotSet;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, Iterable,
    PrimaryKeyToColumn, QueryFilter, Statement,
};

use crate::batches::insertions;
use crate::error::{failure, one};
use crate::publications;
use crate::rows::post::{to_parts, to_row};
use crate::rows::{RowId, big};
use crate::unit::Work;

/// Stores a new post.
pub(super) async fn insert(work: &Work, post: &Post) -> Result<(), StorageError> {
    work.run(insertion(work, post, &[], None)).await
}

/// Stores a new post with its publications, in one go with what else is written at the end of the unit. As nobody else
/// can know of it yet, its sum needs no look at the rows.
pub(super) fn insert_planned(
    work: &Work,
    post: &Post,
    publications: &[Publication],
    traceparent: Option<&str>,
) {
    work.later(insertion(work, post, publications, traceparent));
}

fn insertion(
    work: &Work,
    post: &Post,
    publications: &[Publication],
    traceparent: Option<&str>,
) -> Vec<Statement> {
    let mut row = to_row(post, PostState::of(post, publications));
    row.traceparent = traceparent.map(str::to_owned);
    let backend = work.db().get_database_backend();
    let mut statements = insertions::<post::Entity>(backend, &[row]);
    statements.extend(parts(backend, post));
    statements.extend(publications::insertion(backend, publications));
    statements
}

/// Stores a changed post in place of the version that is expected.
pub(super) async fn update(work: &Work, post: &Post, expected: u64) -> Result<(), StorageError> {
    let row = to_row(post, PostState::of(post, &[]));
    let change = post::ActiveModel {
        id: NotSet,
        workspace_id: NotSet,
        state: NotSet,
        traceparent: NotSet,
        created_at: NotSet,
        ..row.into_active_model().reset_all()
    };
    let changed = post::Entity::update_many()
        .set(change)
        .filter(post::Column::Id.eq(post.id.to_uuid()))
        .filter(post::Column::WorkspaceId.eq(post.workspace.to_uuid()))
        .filter(post::Column::Version.eq(big(expected)))
        .exec(work.db())
        .await
        .map_err(failure)?;
    one(changed.rows_affected, "post")?;
    delete_parts(work, post.id).await?;
    work.run(parts(work.db().get_database_backend(), post)).await
}

/// The statements that insert all a post consists of.
fn parts(backend: DbBackend, post: &Post) -> Vec<Statement> {
    let parts = to_parts(post);
    [
        insertions::<post_version::Entity>(backend, &parts.versions),
        insertions::<entry::Entity>(backend, &parts.entries),
        insertions::<entry_media::Entity>(backend, &parts.uses),
        insertions::<post_tag::Entity>(backend, &parts.tags),
    ]
    .concat()
}

async fn delete_parts(work: &Work, post: PostId) -> Result<(), StorageError> {
    delete_all::<entry_media::Entity>(work, post).await?;
    delete_all::<entry::Entity>(work, post).await?;
    delete_all::<post_version::Entity>(work, post).await?;
    delete_all::<post_tag::Entity>(work, post).await
}

/// Deletes the rows of a post in a table whose primary key begins with the post's id.
async fn delete_all<E: EntityTrait>(work: &Work, post: PostId) -> Result<(), StorageError> {
    let Some(first) = E::PrimaryKey::iter().next() else {
        return Ok(());
    };
    E::delete_many()
        .filter(first.into_column().eq(post.to_uuid()))
        .exec(work.db())
        .await
        .map(drop)
        .map_err(failure)
}
