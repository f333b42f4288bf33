//! Many posts written with one request, all of them or those that can be, and taken back together.

use postern_domain::actor::Scope;
use postern_domain::batch::{Batch, BatchRow, NewBatch, RowOutcome, Undone, UndoneRow};
use postern_domain::id::{BatchId, PostId};
use postern_domain::ports::{BatchPost, Members, Planning, Posts};
use postern_domain::post::{IdempotencyKey, NewPost, PostRef, PostState, PostView};
use postern_domain::recurrence::Ahead;
use postern_domain::{Actor, BackendError, Code, Problem};

use super::create::{Prepared, Writing, Written, prepare, require_rights, written_before};
use super::{crowd, read};
use crate::App;
use crate::access::require;

/// Most rows of one request: they are one unit of work, and others wait for it.
const MOST: usize = 500;

impl App {
    /// Writes many posts as one unit of work. Unless `partly` is said, one row that is refused refuses all.
    #[tracing::instrument(name = "app.posts.create_many", skip_all, fields(workspace.id = %actor.workspace))]
    pub async fn create_posts(
        &self,
        actor: &Actor,
        new: NewBatch,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Batch, BackendError> {
        let mut read = new.rows.iter().flatten();
        require_rights(actor, read.any(|post| post.recurrence.is_some()))?;
        check_size(new.rows.len())?;
        let deps = &self.deps;
        let rows = prepare_all(self, actor, new.rows).await?;
        let workspace = self.workspace(actor).await?;
        let (id, now) = (BatchId::from_bits(deps.rng.id()), deps.clock.now());
        let unit = deps.storage.begin().await?;
        if let Some(key) = idempotency.filter(|_| !new.dry_run) {
            // The batch is remembered by its own id, where a single post is by its.
            let made = PostId::from_bits(id.to_bits());
            if let Some(first) = written_before(&*unit, actor, &key, made, now).await? {
                drop(unit);
                return replayed(self, actor, BatchId::from_bits(first.to_bits())).await;
            }
        }
        let writing = Writing {
            deps,
            unit: &*unit,
            actor,
            workspace: &workspace,
            now,
        };
        let (rows, posts) = write_all(&writing, rows).await?;
        let is_refused = posts.is_empty() || (posts.len() < rows.len() && !new.partly);
        if new.dry_run || is_refused {
            return Ok(Batch {
                id: None,
                rows,
                replayed: false,
            });
        }
        unit.insert_batch(actor.workspace, id, &posts, now).await?;
        unit.audit(actor, "posts.created", &id.to_string(), now).await?;
        unit.commit().await?;
        (deps.wake_relay)();
        Ok(Batch {
            id: Some(id),
            rows: warned(self, rows).await,
            replayed: false,
        })
    }

    /// Takes the posts of a batch out of the plan, as far as they are not out. What returns ends.
    pub async fn undo_batch(&self, actor: &Actor, id: BatchId) -> Result<Undone, BackendError> {
        require(actor, Scope::PostsWrite)?;
        let posts = self
            .deps
            .storage
            .glance()
            .await?
            .batch(actor.workspace, id)
            .await?;
        if posts.is_empty() {
            return Err(BackendError::not_found("batch", id));
        }
        let mut rows = Vec::with_capacity(posts.len());
        for BatchPost { row, post } in posts {
            let (state, kept) = match take_back(self, actor, post).await {
                Ok(view) => (Some(view.state), None),
                Err(BackendError::Conflict(problem)) => {
                    (Some(state_of(self, actor, post).await?), Some(problem))
                }
                Err(BackendError::NotFound { .. }) => (None, None),
                Err(error) => return Err(error),
            };
            rows.push(UndoneRow {
                row,
                post,
                state,
                kept,
            });
        }
        Ok(Undone { rows })
    }
}

async fn take_back(app: &App, actor: &Actor, post: PostId) -> Result<PostView, BackendError> {
    let view = app.cancel_post(actor, PostRef::Post(post)).await?;
    if let Some(series) = view.post.series {
        app.end_recurrence(actor, series.recurrence, Ahead::Discard)
            .await?;
    }
    Ok(view)
}

async fn state_of(app: &App, actor: &Actor, post: PostId) -> Result<PostState, BackendError> {
    let unit = app.deps.storage.glance().await?;
    Ok(read::view(&*unit, actor, PostRef::Post(post)).await?.state)
}

fn check_size(rows: usize) -> Result<(), BackendError> {
    if (1..=MOST).contains(&rows) {
        return Ok(());
    }
    Err(BackendError::refused(
        Problem::new(
            Code::Malformed,
            "/posts",
            "the number of posts is out of bounds",
            "send several requests",
        )
        .given(rows)
        .allowed(format!("1 to {MOST}")),
    ))
}

async fn prepare_all(
    app: &App,
    actor: &Actor,
    rows: Vec<Result<NewPost, Vec<Problem>>>,
) -> Result<Vec<Result<Prepared, Vec<Problem>>>, BackendError> {
    let mut prepared = Vec::with_capacity(rows.len());
    for row in rows {
        prepared.push(match row {
            Ok(new) => Ok(prepare(&app.deps, actor, new).await?),
            Err(problems) => Err(problems),
        });
    }
    Ok(prepared)
}

/// Writes what can be written; answers all rows, and which posts were made.
async fn write_all(
    writing: &Writing<'_>,
    rows: Vec<Result<Prepared, Vec<Problem>>>,
) -> Result<(Vec<BatchRow>, Vec<BatchPost>), BackendError> {
    let (mut outcomes, mut posts) = (Vec::with_capacity(rows.len()), Vec::new());
    for (row, prepared) in (0..).zip(rows) {
        let written = match prepared {
            Ok(prepared) => {
                let post = PostId::from_bits(writing.deps.rng.id());
                let written = writing.write(post, prepared).await?.map(Written::view);
                posts.extend(written.is_ok().then_some(BatchPost { row, post }));
                written
            }
            Err(problems) => Err(problems),
        };
        let outcome = match written {
            Ok(view) => RowOutcome::Fine(Box::new(view)),
            Err(problems) => RowOutcome::Refused(problems),
        };
        outcomes.push(BatchRow { row, outcome });
    }
    Ok((outcomes, posts))
}

/// Says where the plan asks more of a platform than it takes.
async fn warned(app: &App, mut rows: Vec<BatchRow>) -> Vec<BatchRow> {
    for row in &mut rows {
        if let RowOutcome::Fine(view) = &mut row.outcome {
            crowd::warn(&app.deps, view).await;
        }
    }
    rows
}

/// What an earlier request with the same key made; rows that it refused made nothing.
async fn replayed(app: &App, actor: &Actor, id: BatchId) -> Result<Batch, BackendError> {
    let unit = app.deps.storage.read().await?;
    let posts = unit.batch(actor.workspace, id).await?;
    let mut rows = Vec::with_capacity(posts.len());
    for BatchPost { row, post } in posts {
        let view = read::view(&*unit, actor, PostRef::Post(post)).await?;
        rows.push(BatchRow {
            row,
            outcome: RowOutcome::Fine(Box::new(view)),
        });
    }
    Ok(Batch {
        id: Some(id),
        rows,
        replayed: true,
    })
}
