//! The three tools of the first generation of Postiz, which old configurations and prompts still name.
//!
//! Their answers are texts alone; the names and arguments are what their clients know.

mod config_id;
mod providers;
mod schedule;

use schemars::JsonSchema;
use serde::Serialize;

pub(super) use self::config_id::ConfigId;
pub(super) use self::providers::Providers;
pub(super) use self::schedule::Schedule;

/// The answer of all three.
#[derive(Serialize, JsonSchema)]
struct Answer {
    /// The same text as in the content.
    result: String,
}
