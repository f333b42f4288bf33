//! Lengths: files and functions that a reader can hold in mind.

use super::{Findings, Repository};

const FILE_AIM: usize = 400;
const FILE_LIMIT: usize = 500;
const FUNCTION_AIM: usize = 60;
const FUNCTION_LIMIT: usize = 100;

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for file in repository.rust.iter().filter(|file| !file.is_test) {
        let lines = file.text.production_lines();
        let what = format!("the production part has {lines} lines");
        if lines > FILE_LIMIT {
            let fix = format!("split it by what changes together; {FILE_LIMIT} is the limit");
            findings.fail(&file.path, 1, &what, &fix);
        } else if lines > FILE_AIM {
            findings.warn(&file.path, 1, &what, &format!("aim at {FILE_AIM}"));
        }
        for function in file.text.functions() {
            let what = format!("`{}` has {} lines", function.name, function.length);
            if function.length > FUNCTION_LIMIT {
                let fix = format!("name its stages as functions; {FUNCTION_LIMIT} is the limit");
                findings.fail(&file.path, function.line, &what, &fix);
            } else if function.length > FUNCTION_AIM {
                findings.warn(
                    &file.path,
                    function.line,
                    &what,
                    &format!("aim at {FUNCTION_AIM}"),
                );
            }
        }
    }
}
