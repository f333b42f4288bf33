//! Why settings cannot be used.

use std::io;
use std::path::PathBuf;

/// Why settings cannot be used; each message is one line that says what to change.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value is not one of those allowed.
    #[error("{setting} is {given}, allowed is {allowed}")]
    Invalid {
        /// Variable, or field and file.
        setting: String,
        /// The value in quotes, or `[redacted]`.
        given: String,
        /// What would be right.
        allowed: String,
    },
    /// A value is needed because of another.
    #[error("{setting} is missing, it is needed because {because}")]
    Missing {
        /// Field and variable.
        setting: String,
        /// The other setting and its value.
        because: String,
    },
    /// Nobody knows this setting.
    #[error("{setting} is not a known setting, the nearest is {nearest}")]
    Unknown {
        /// Variable, or field and file.
        setting: String,
        /// The known one that looks most like it.
        nearest: String,
    },
    /// A file cannot be read.
    #[error("{setting} points to {}, which cannot be read: {source}", path.display())]
    Unreadable {
        /// Variable or option that names the file.
        setting: String,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file of settings is not TOML.
    #[error("{} is not valid TOML: {detail}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, column and what was expected, on one line.
        detail: String,
    },
}
