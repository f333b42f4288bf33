//! The few variables that steer the chores.

use std::ffi::OsString;
use std::path::PathBuf;

/// The value of an environment variable, `None` when unset or empty.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask is a tool of the repository, not part of the product"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether a continuous-integration run asks for everything: a missing piece is then an error, not a notice.
pub(crate) fn is_ci() -> bool {
    variable("CI").is_some_and(|value| value != "false" && value != "0")
}

/// The directories of `PATH`, in order.
pub(crate) fn search_path() -> Vec<PathBuf> {
    let path = variable("PATH").map(OsString::from).unwrap_or_default();
    std::env::split_paths(&path).collect()
}
