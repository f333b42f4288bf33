//! Names of log and span fields, the same everywhere.
//!
//! Used as `tracing::info!({ fields::POST_ID } = %id, "post scheduled")`, or spelled out where a macro
//! wants a literal: `tracing::info!(post.id = %id, "post scheduled")`.

/// The tenant.
pub const WORKSPACE_ID: &str = "workspace.id";
/// What the author wrote.
pub const POST_ID: &str = "post.id";
/// One post on one channel.
pub const PUBLICATION_ID: &str = "publication.id";
/// The connected account.
pub const CHANNEL_ID: &str = "channel.id";
/// A file of the library.
pub const MEDIA_ID: &str = "media.id";
/// The API key that asked; its id, never its text.
pub const KEY_ID: &str = "key.id";
/// Id of the provider, such as `mastodon`.
pub const PROVIDER: &str = "provider";
/// The stream of due work.
pub const LANE: &str = "lane";
/// Number of the try, from 1.
pub const ATTEMPT: &str = "attempt";
/// The step of a provider, such as `commit`.
pub const STEP: &str = "step";
/// Class of a provider's failure.
pub const ERROR_CLASS: &str = "error.class";
/// Code of a refusal as clients see it.
pub const PROBLEM_CODE: &str = "problem.code";
/// What went wrong, with its sources.
pub const ERROR: &str = "error";
/// Name of a supervised task.
pub const TASK: &str = "task";
/// How long something took, in milliseconds.
pub const DURATION_MS: &str = "duration_ms";
/// How late something happened, in milliseconds.
pub const LATENESS_MS: &str = "lateness_ms";
/// Size in bytes.
pub const SIZE_BYTES: &str = "size_bytes";
/// How many things a line is about.
pub const COUNT: &str = "count";
/// Method of a request, as OpenTelemetry names it.
pub const HTTP_METHOD: &str = "http.request.method";
/// Route that a request matched, as OpenTelemetry names it.
pub const HTTP_ROUTE: &str = "http.route";
/// Status of an answer, as OpenTelemetry names it.
pub const HTTP_STATUS: &str = "http.response.status_code";
