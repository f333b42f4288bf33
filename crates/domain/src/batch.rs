//! Many posts written with one request.

use crate::id::{BatchId, PostId};
use crate::post::{NewPost, PostState, PostView};
use crate::problem::Problem;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBatch {
    /// The posts; a row that could not be read stands with its problems.
    pub rows: Vec<Result<NewPost, Vec<Problem>>>,
    /// Whether the rows that can be written are, when others cannot; otherwise it is all or none.
    pub partly: bool,
    /// Tells what would happen and stores nothing.
    pub dry_run: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// By which it can be undone; none where nothing was written.
    pub id: Option<BatchId>,
    /// What became of each row, in order.
    pub rows: Vec<BatchRow>,
    /// Whether this is the answer to an earlier request with the same idempotency key.
    pub replayed: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRow {
    /// Which, from 0.
    pub row: u32,
    /// What became of it.
    pub outcome: RowOutcome,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum RowOutcome {
    /// It was written; on a dry run it would have been, and its ids mean nothing.
    Fine(Box<PostView>),
    /// It cannot be written.
    Refused(Vec<Problem>),
}

/// What came of an undo.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    /// What became of each post, in the order of its row.
    pub rows: Vec<UndoneRow>,
}

/// One post of a batch that was undone.
#[derive(Debug, Clone, PartialEq)]
pub struct UndoneRow {
    /// The row that it came from, from 0.
    pub row: u32,
    /// The post.
    pub post: PostId,
    /// Its state afterwards; none where it was gone before.
    pub state: Option<PostState>,
    /// Why something of it stays.
    pub kept: Option<Problem>,
}
