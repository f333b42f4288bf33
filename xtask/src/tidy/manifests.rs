//! Manifests: versions, editions, lints and dependencies come from the workspace.

use std::collections::BTreeSet;

use toml::Value;

use super::{Findings, Repository};
use crate::packages::{PREFIX, Package, Section};

/// Keys of `[package]` that every crate inherits.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license"];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    let mut used = BTreeSet::new();
    for package in &repository.packages {
        check_package(package, findings);
        for section in Section::ALL {
            for (name, value) in package.dependencies(section) {
                used.insert(name.to_owned());
                if !inherits(value) {
                    let what = format!("{name} names its own version");
                    let fix =
                        format!("move it to [workspace.dependencies] and write `{name}.workspace = true`");
                    findings.fail(&package.manifest_path(), package.line_of(name), &what, &fix);
                }
            }
        }
    }
    check_root(repository, &used, findings);
}

fn check_package(package: &Package, findings: &mut Findings) {
    let path = package.manifest_path();
    let section = package.manifest.get("package").and_then(Value::as_table);
    let has = |key: &str| section.and_then(|table| table.get(key)).is_some_and(inherits);
    for key in INHERITED.iter().filter(|key| !has(key)) {
        let fix = format!("write `{key}.workspace = true`");
        findings.fail(&path, 1, &format!("{key} is not inherited"), &fix);
    }
    if section
        .and_then(|table| table.get("publish"))
        .and_then(Value::as_bool)
        != Some(false)
    {
        findings.fail(
            &path,
            1,
            "the crate could be published",
            "write `publish = false`",
        );
    }
    if section.and_then(|table| table.get("description")).is_none() {
        findings.fail(
            &path,
            1,
            "the crate has no description",
            "give its one sentence of docs/architecture.md",
        );
    }
    if !package.manifest.get("lints").is_some_and(inherits) {
        findings.fail(
            &path,
            1,
            "the workspace lints do not hold here",
            "write `[lints]` with `workspace = true`",
        );
    }
}

fn check_root(repository: &Repository, used: &BTreeSet<String>, findings: &mut Findings) {
    let Some(root) = repository.file("Cargo.toml") else {
        return;
    };
    let Ok(manifest) = root.text.parse::<toml::Table>() else {
        return;
    };
    let listed = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"));
    for (name, value) in listed.and_then(Value::as_table).into_iter().flatten() {
        let line = root
            .text
            .lines()
            .position(|line| line.starts_with(&format!("{name} ")))
            .map_or(1, |index| index + 1);
        if value.get("git").is_some() {
            findings.fail(
                "Cargo.toml",
                line,
                &format!("{name} comes from a repository"),
                "take a published version",
            );
        }
        if !used.contains(name) && !name.starts_with(PREFIX) {
            findings.warn(
                "Cargo.toml",
                line,
                &format!("nobody uses {name}"),
                "take it out of [workspace.dependencies]",
            );
        }
    }
}

/// Whether a value says `workspace = true`.
fn inherits(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}
