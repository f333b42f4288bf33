//! Laying the sources over each other.

mod aliases;
mod environment;
mod platforms;
mod unused;
mod values;

use std::collections::HashMap;
use std::path::Path;

use config::builder::DefaultState;
use config::{Config, ConfigBuilder, File, FileFormat, Source, Value};

pub(crate) use aliases::names_of;
pub(crate) use environment::variable;
pub(crate) use platforms::PLATFORMS;
pub(crate) use unused::UNUSED;
pub(crate) use values::Values;

use crate::error::ConfigError;
use crate::sources::Sources;

/// Everything that was given, the strongest source on top.
pub(crate) fn merge(sources: &Sources) -> Result<Values, ConfigError> {
    let mut builder = Config::builder();
    if let Some(path) = &sources.file {
        builder = add_file(builder, path)?;
    }
    for layer in environment::layers(&sources.env)? {
        builder = builder.add_source(layer);
    }
    let given = |(path, value): &(&'static str, String)| Entry {
        path: (*path).to_owned(),
        value: value.clone(),
        origin: format!("option for {path}"),
    };
    builder = builder.add_source(Layer(sources.overrides.iter().map(given).collect()));
    let file = sources.file.as_deref().unwrap_or(Path::new(""));
    let merged = builder
        .build()
        .map_err(|error| syntax(file, &error.to_string()))?;
    Ok(Values::flatten(merged.cache, file))
}

/// The names given in `env` that Postiz knows and that change nothing here, in order.
pub(crate) fn unused_in(env: &[(String, String)]) -> Vec<String> {
    let mut names: Vec<_> = env
        .iter()
        .filter(|(name, value)| !value.is_empty() && UNUSED.contains(&name.as_str()))
        .map(|(name, _)| name.clone())
        .collect();
    names.sort();
    names
}

fn add_file(
    builder: ConfigBuilder<DefaultState>,
    path: &Path,
) -> Result<ConfigBuilder<DefaultState>, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        setting: "option --config".into(),
        path: path.into(),
        source,
    })?;
    Ok(builder.add_source(File::from_str(&text, FileFormat::Toml)))
}

/// First and last line of what the parser says: the place, and what was expected there. The lines between
/// quote the file, which may hold secrets.
fn syntax(path: &Path, message: &str) -> ConfigError {
    let lines: Vec<_> = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let detail = match lines[..] {
        [] => String::new(),
        [only] => only.to_owned(),
        [first, .., last] => format!("{first}: {last}"),
    };
    ConfigError::Syntax {
        path: path.into(),
        detail,
    }
}

/// One value of one source.
#[derive(Debug, Clone)]
struct Entry {
    path: String,
    value: String,
    /// How an error names the place.
    origin: String,
}

/// Texts by path, each with its origin. Texts stay texts: a secret of digits keeps its zeros.
#[derive(Debug, Clone)]
struct Layer(Vec<Entry>);

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<HashMap<String, Value>, config::ConfigError> {
        let value = |entry: &Entry| Value::new(Some(&entry.origin), entry.value.clone());
        Ok(self
            .0
            .iter()
            .map(|entry| (entry.path.clone(), value(entry)))
            .collect())
    }
}
