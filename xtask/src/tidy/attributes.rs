//! Attributes that silence lints for good, and notes to oneself.

use super::{Findings, Repository, RustFile};

/// Words that mark unfinished work.
const MARKS: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for file in &repository.rust {
        check_attributes(file, findings);
        check_comments(file, findings);
    }
}

fn check_attributes(file: &RustFile, findings: &mut Findings) {
    for at in file.text.words("allow") {
        let is_list = file.text.code[at + "allow".len()..].trim_start().starts_with('(');
        let before = file.text.code[..at].trim_end();
        if is_list && (before.ends_with('[') || before.ends_with(',')) && is_attribute(before) {
            let fix = "use #[expect(..., reason = \"...\")], which speaks up when it is no longer needed";
            findings.fail(&file.path, file.text.line(at), "an `allow` attribute", fix);
        }
    }
}

/// Whether the text ends inside an attribute.
fn is_attribute(before: &str) -> bool {
    before.rfind('#').is_some_and(|hash| {
        let inside = &before[hash..];
        (inside.starts_with("#[") || inside.starts_with("#![")) && !inside.contains(']')
    })
}

fn check_comments(file: &RustFile, findings: &mut Findings) {
    for (line, comment) in &file.text.comments {
        for mark in MARKS {
            let Some(at) = comment.find(mark) else { continue };
            let has_number = comment[at..]
                .split('#')
                .nth(1)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            if !has_number {
                let fix = format!("do it, or write `{mark} #number` of the report that tells it");
                findings.fail(&file.path, *line, &format!("{mark} without a number"), &fix);
            }
        }
    }
}
