//! File names: no drawers, and folders complete in themselves.

use super::{Findings, Repository};

/// Names that say where a thing was put, not what it is. A helper is a thing of ours, several are a drawer.
const DRAWERS: &[&str] = &[
    "util", "utils", "helpers", "common", "misc", "manager", "managers", "base", "stuff", "lib2",
];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for file in &repository.rust {
        let parts = file
            .path
            .split('/')
            .map(|part| part.strip_suffix(".rs").unwrap_or(part));
        for part in parts {
            let last_word = part.rsplit('_').next().unwrap_or(part);
            if DRAWERS.contains(&part) || (part != last_word && DRAWERS.contains(&last_word)) {
                let fix = "name the file by the thing or the deed it holds";
                findings.fail(&file.path, 1, &format!("`{part}` is a drawer"), fix);
            }
        }
        if let Some(stem) = file.path.strip_suffix(".rs") {
            let folder = format!("{stem}/");
            if repository
                .rust
                .iter()
                .any(|other| other.path.starts_with(&folder))
            {
                let fix = format!("move it to {folder}mod.rs");
                findings.fail(
                    &file.path,
                    1,
                    "a module with children lies beside its folder",
                    &fix,
                );
            }
        }
    }
}
