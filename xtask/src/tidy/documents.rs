//! Decision records: named in form, listed in the index, complete in their parts.

use super::{Findings, Repository};

const FOLDER: &str = "docs/adr/";
const PARTS: &[&str] = &[
    "## Context",
    "## Decision",
    "## Consequences",
    "## Refused",
    "## Log",
];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    let Some(index) = repository.file("docs/adr/README.md") else {
        findings.fail(
            "docs/adr/README.md",
            1,
            "the index is missing",
            "write one line per record",
        );
        return;
    };
    let records = repository
        .files
        .iter()
        .filter(|file| file.path.starts_with(FOLDER) && file.path != index.path);
    for record in records {
        let is_named = record.has_extension("md")
            && record.name().split_once('-').is_some_and(|(number, title)| {
                number.len() == 4 && number.chars().all(|c| c.is_ascii_digit()) && !title.is_empty()
            });
        if !is_named {
            findings.fail(
                &record.path,
                1,
                "not the name of a record",
                "name it NNNN-short-title.md",
            );
        }
        if !index.text.contains(record.name()) {
            findings.fail(
                &record.path,
                1,
                "the index does not list it",
                "add its line to docs/adr/README.md",
            );
        }
        for part in PARTS.iter().filter(|part| !record.text.contains(*part)) {
            findings.fail(
                &record.path,
                1,
                &format!("the part `{part}` is missing"),
                "add it, if only to say none",
            );
        }
    }
}
