//! Imports: every name is said where it comes from.

use super::{Findings, Repository};

/// Packages whose derives need a prelude in scope.
const PRELUDE_USERS: &[&str] = &["crates/entities", "migrations"];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for file in repository.rust.iter().filter(|file| !file.is_test) {
        for at in file.text.words("use").filter(|at| !file.text.is_test(*at)) {
            let end = file.text.code[at..]
                .find(';')
                .map_or(file.text.code.len(), |offset| at + offset);
            let tree = &file.text.code[at..end];
            let is_prelude = tree.contains("prelude::*") && PRELUDE_USERS.contains(&file.folder.as_str());
            if tree.contains("::*") && !is_prelude {
                let fix = "name what is used";
                findings.fail(&file.path, file.text.line(at), "a glob import outside tests", fix);
            }
        }
    }
}
