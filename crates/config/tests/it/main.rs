//! Settings as a main meets them: sources in, one struct or one line of error out.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod aliases;
mod documents;
mod errors;
mod layers;
mod secrets;

use postern_config::{ConfigError, Loaded, Settings, Sources};

/// Loads settings from an environment alone.
fn from_env(env: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    Settings::load(&sources(env))
}

fn sources(env: &[(&str, &str)]) -> Sources {
    let env = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Sources {
        env,
        ..Sources::default()
    }
}

/// Settings from an environment that is right.
fn settings(env: &[(&str, &str)]) -> Settings {
    from_env(env).expect("the environment is right").settings
}
