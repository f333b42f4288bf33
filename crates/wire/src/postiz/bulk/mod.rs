//! Many posts with one request, on routes of ours: as JSON or as a table.

mod table;

use postern_domain::batch::{Batch, BatchRow, NewBatch, RowOutcome, Undone, UndoneRow};
use postern_domain::post::{Intent, NewPost, PostView};
use postern_domain::publication::State;
use postern_domain::rate::Crowding;
use postern_domain::time::Zone;
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::create::{Kind, malformed, missing, not_an_object, parse_create};
use super::place::place;
use super::violation::{FieldError, field_error};
use crate::lenient;

pub use table::parse_table;

/// How a request is laid out, for the names of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A list of bodies of `POST /posts`.
    Json,
    /// Rows and columns.
    Table,
}

/// What is asked for beside the posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BulkOptions {
    /// Tells what would happen and stores nothing.
    pub dry_run: bool,
    /// Writes the rows that can be written, when others cannot.
    pub partly: bool,
}

/// What came of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkOut {
    /// By which it can be undone; none where nothing was written.
    pub batch: Option<String>,
    /// Whether it was a dry run.
    pub dry_run: bool,
    /// How many rows were written, or would be.
    pub accepted: usize,
    /// How many rows were refused.
    pub refused: usize,
    /// What became of each row, in order.
    pub rows: Vec<BulkRow>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkRow {
    /// Which, from 1; the head of a table does not count.
    pub row: u32,
    /// `created`, `valid` (it is or would be taken, but nothing was written) or `refused`.
    pub status: &'static str,
    /// When the post goes out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_date: Option<String>,
    /// The post over all its channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The post on each of its channels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<BulkPost>,
    /// Rates of platforms that the plan exceeds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What is wrong with it; `field` is the column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// A post on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkPost {
    /// Its id.
    pub post_id: String,
    /// The channel.
    pub integration: String,
}

/// What came of an undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UndoneOut {
    /// What became of each post.
    pub rows: Vec<UndoneItem>,
}

/// What became of one post of a batch that was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UndoneItem {
    /// The row that it came from, from 1.
    pub row: u32,
    /// The post.
    pub group: String,
    /// Its state now; `gone` when it was taken out before.
    pub status: &'static str,
    /// Why something of it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

/// Reads `{"posts": [...], "dryRun"?, "accept"?: "all" | "valid"}`; each post is a body of `POST /posts`, whose `type`
/// may be `queue` as well.
///
/// Errors: of the request as a whole; those of its rows are kept with them.
pub fn parse_bulk(body: &Json, zone: &Zone) -> Result<NewBatch, Vec<Problem>> {
    if !body.is_object() {
        return Err(vec![not_an_object()]);
    }
    let mut problems = Vec::new();
    let text = |name: &str| body.get(name).and_then(lenient::text);
    let options = parse_bulk_options(
        text("dryRun").as_deref(),
        text("accept").as_deref(),
        &mut problems,
    );
    let posts = body.get("posts").and_then(Json::as_array);
    if posts.is_none() {
        let fix = "send a list of bodies as POST /posts takes them";
        problems.push(missing("/posts", "must be a list", fix));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let posts = posts.map(Vec::as_slice).unwrap_or_default();
    Ok(batch_of(
        options,
        posts.iter().map(|post| read_row(post, zone)).collect(),
    ))
}

/// Reads the two choices, from a body or a query.
pub fn parse_bulk_options(
    dry_run: Option<&str>,
    accept: Option<&str>,
    problems: &mut Vec<Problem>,
) -> BulkOptions {
    let truth = |text: &str| lenient::truth(&Json::String(text.to_owned()));
    let dry_run = dry_run.is_some_and(|given| {
        truth(given).unwrap_or_else(|| {
            let problem = malformed("/dryRun", "must be a boolean value", "send true or false");
            problems.push(problem.given(given));
            false
        })
    });
    let partly = match accept.map(str::trim) {
        None | Some("" | "all") => false,
        Some("valid") => true,
        Some(other) => {
            let fix = "send all to write all rows or none, valid to write those that can be";
            let problem = Problem::new(Code::Malformed, "/accept", "is not one of the choices", fix);
            problems.push(problem.given(other).allowed("all, valid"));
            false
        }
    };
    BulkOptions { dry_run, partly }
}

fn batch_of(options: BulkOptions, rows: Vec<Result<NewPost, Vec<Problem>>>) -> NewBatch {
    NewBatch {
        rows,
        partly: options.partly,
        dry_run: options.dry_run,
    }
}

/// One post; a time that has passed is refused, for nobody plans many posts for now by mistake.
fn read_row(post: &Json, zone: &Zone) -> Result<NewPost, Vec<Problem>> {
    let word = lenient::filled(post.get("type")).map(|word| word.to_ascii_lowercase());
    if word.as_deref() == Some("queue") {
        let mut draft = post.clone();
        draft["type"] = Json::from("draft");
        draft["date"] = Json::Null;
        let mut read = parse_create(&draft, zone)?.post;
        read.intent = Intent::Queue;
        return Ok(read);
    }
    let read = parse_create(post, zone)?;
    let mut post = read.post;
    if let (Kind::Schedule | Kind::Update, Intent::Schedule { past_is_now, .. }) =
        (read.kind, &mut post.intent)
    {
        *past_is_now = false;
    }
    Ok(post)
}

/// Shows what came of a batch.
pub fn bulk_out(batch: &Batch, dry_run: bool, layout: Layout) -> BulkOut {
    let is_fine = |row: &&BatchRow| matches!(row.outcome, RowOutcome::Fine(_));
    let accepted = batch.rows.iter().filter(is_fine).count();
    BulkOut {
        batch: batch.id.map(|id| id.to_string()),
        dry_run,
        accepted,
        refused: batch.rows.len() - accepted,
        rows: batch
            .rows
            .iter()
            .map(|row| row_out(row, batch.id.is_some(), layout))
            .collect(),
    }
}

fn row_out(row: &BatchRow, is_written: bool, layout: Layout) -> BulkRow {
    let empty = BulkRow {
        row: row.row + 1,
        status: "refused",
        publish_date: None,
        group: None,
        posts: Vec::new(),
        warnings: Vec::new(),
        errors: Vec::new(),
    };
    match &row.outcome {
        RowOutcome::Fine(view) => BulkRow {
            status: if is_written { "created" } else { "valid" },
            publish_date: view.post.publish_at.as_ref().map(|at| at.instant.to_rfc3339()),
            // What was not written has no ids that anybody could use.
            group: is_written.then(|| view.post.id.to_string()),
            posts: if is_written { posts_of(view) } else { Vec::new() },
            warnings: view.crowding.iter().map(Crowding::sentence).collect(),
            ..empty
        },
        RowOutcome::Refused(problems) => BulkRow {
            errors: problems
                .iter()
                .map(|problem| error_out(problem, layout))
                .collect(),
            ..empty
        },
    }
}

fn posts_of(view: &PostView) -> Vec<BulkPost> {
    let live = view
        .publications
        .iter()
        .filter(|part| part.publication.state != State::Cancelled);
    live.map(|part| BulkPost {
        post_id: part.publication.id.to_string(),
        integration: part.channel.id.to_string(),
    })
    .collect()
}

fn error_out(problem: &Problem, layout: Layout) -> FieldError {
    let field = match layout {
        Layout::Json => place(&problem.field),
        Layout::Table => table::column(&problem.field),
    };
    field_error(problem, field)
}

/// Shows what came of an undo.
pub fn undone_out(undone: &Undone) -> UndoneOut {
    let item = |row: &UndoneRow| UndoneItem {
        row: row.row + 1,
        group: row.post.to_string(),
        status: row.state.map_or("gone", |state| state.as_str()),
        kept: row.kept.as_ref().map(|problem| problem.detail.clone()),
    };
    UndoneOut {
        rows: undone.rows.iter().map(item).collect(),
    }
}

/// The rows of a batch that was refused as a whole, as problems: `/rows/{n}/{column}`.
pub fn bulk_problems(batch: &Batch, layout: Layout) -> Vec<Problem> {
    let mut all = Vec::new();
    for row in &batch.rows {
        if let RowOutcome::Refused(problems) = &row.outcome {
            let of_row = problems.iter().map(|problem| Problem {
                field: format!("/rows/{}/{}", row.row + 1, error_out(problem, layout).field),
                ..problem.clone()
            });
            all.extend(of_row);
        }
    }
    all
}

#[cfg(test)]
mod tests;
