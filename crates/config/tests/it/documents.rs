//! The produced documents, and that what they say is true.

use std::fs;
use std::path::{Path, PathBuf};

use postern_config::{Settings, render_docs, render_env_example};

use crate::{from_env, settings};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares a checked-in document with what the settings say, or writes it anew where `UPDATE` is set.
#[track_caller]
fn check(path: &str, want: &str) {
    let path = root().join(path);
    #[expect(clippy::disallowed_methods, reason = "a switch for people at the keyboard")]
    if std::env::var("UPDATE").is_ok() {
        fs::write(&path, want).expect("the document is written");
    }
    let got = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        got == want,
        "{} is out of date, run `cargo xtask codegen`",
        path.display()
    );
}

#[test]
fn documents_are_as_the_settings_say() {
    check(".env.example", &render_env_example());
    check("docs/configuration.md", &render_docs());
}

#[test]
fn every_setting_has_words_and_a_line_of_its_own() {
    let (docs, example) = (render_docs(), render_env_example());
    for field in Settings::describe() {
        let name = format!("{}.{}", field.section, field.name);
        assert!(field.doc.ends_with('.') && !field.allowed.is_empty(), "{name}");
        assert!(docs.contains(&format!("\n### `{name}`\n")), "{name}");
        let variable = field.env.split('<').next().unwrap_or_default();
        assert!(example.contains(&format!("\n#{variable}")), "{name}");
    }
}

/// Lines of the example that set something, without the comment sign.
fn assignments(example: &str) -> Vec<(&str, &str)> {
    let given = example
        .lines()
        .filter_map(|line| line.strip_prefix('#')?.split_once('='));
    given.filter(|(name, _)| !name.starts_with(' ')).collect()
}

#[test]
fn every_line_of_the_example_is_right_by_itself() {
    // A login provider is right only as a whole, so it stays off.
    let off = ("POSTERN__OIDC__COMPANY__ENABLED", "false");
    let example = render_env_example();
    let lines = assignments(&example);
    assert!(lines.len() > 100, "{}", lines.len());
    for line in lines
        .into_iter()
        .filter(|(name, value)| *name != off.0 && !value.contains('<'))
    {
        let loaded = from_env(&[off, line]);
        assert!(loaded.is_ok(), "{line:?}: {loaded:?}");
        assert!(!line.1.contains(' '), "a shell would break {line:?}");
    }
}

#[test]
fn defaults_of_the_example_change_nothing() {
    let example = render_env_example();
    let fields = Settings::describe();
    let with_default = |name: &str| {
        fields
            .iter()
            .any(|field| field.env == name && !field.default.is_empty() && !field.secret)
    };
    let defaults: Vec<_> = assignments(&example)
        .into_iter()
        .filter(|(name, _)| with_default(name))
        .collect();
    assert!(defaults.len() > 30, "{}", defaults.len());
    assert_eq!(
        format!("{:?}", settings(&defaults)),
        format!("{:?}", settings(&[]))
    );
}
