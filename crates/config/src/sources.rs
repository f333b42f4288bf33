//! Where settings come from.

use std::path::{Path, PathBuf};

/// File that is read when none is named and it is there.
const DEFAULT_FILE: &str = "postern.toml";

/// Everything that settings are read from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The environment, name and value.
    pub env: Vec<(String, String)>,
    /// The file of settings; it must be there.
    pub file: Option<PathBuf>,
    /// Options of the command line: path of a field such as `server.listen`, and value.
    pub overrides: Vec<(&'static str, String)>,
}

impl Sources {
    /// The environment of this process, and `file` or else `postern.toml` where there is one.
    pub fn from_process(file: Option<PathBuf>, overrides: Vec<(&'static str, String)>) -> Self {
        let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let env = std::env::vars_os()
            .map(|(name, value)| (lossy(name), lossy(value)))
            .collect();
        let file = file.or_else(|| Path::new(DEFAULT_FILE).is_file().then(|| DEFAULT_FILE.into()));
        Self { env, file, overrides }
    }
}
