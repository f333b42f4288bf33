//! Paths named in documents exist.

use std::path::Path;

use super::{Findings, Repository};
use crate::repo::TextFile;

/// Folders of the root whose paths are recognised in code spans, besides the names of the crates.
const ROOTS: &[&str] = &[
    ".cargo",
    ".ci",
    ".config",
    "compose",
    "crates",
    "deploy",
    "docs",
    "migrations",
    "proto",
    "xtask",
];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for page in repository.pages().filter(|page| !page.path.contains("changelog")) {
        for (number, line) in page.text.lines().enumerate() {
            for span in code_spans(line).filter(|span| is_path(repository, span)) {
                let missing = expand(span)
                    .into_iter()
                    .find(|path| !exists(&repository.root, path));
                if let Some(path) = missing {
                    let what = format!("`{path}` does not exist");
                    findings.fail(&page.path, number + 1, &what, "name the path as it is now");
                }
            }
            for target in links(line).filter(|target| !exists_beside(repository, page, target)) {
                let what = format!("the link to {target} leads nowhere");
                findings.fail(&page.path, number + 1, &what, "name the path as it is now");
            }
        }
    }
}

/// The insides of code spans.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Targets of links that are no addresses.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next());
    targets.filter(|target| !target.is_empty() && !target.contains(':') && !target.contains('`'))
}

/// Whether a code span is meant as a path of this repository.
fn is_path(repository: &Repository, span: &str) -> bool {
    let has_path_letters = span
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-/{},<>*".contains(c));
    let first = span.split('/').next().unwrap_or_default();
    let is_crate = repository.packages.iter().any(|package| package.name == first);
    has_path_letters && span.contains('/') && (ROOTS.contains(&first) || is_crate)
}

/// Resolves `{a,b}` and ends the path before the first placeholder.
fn expand(span: &str) -> Vec<String> {
    if let (Some(open), Some(close)) = (span.find('{'), span.find('}'))
        && open < close
    {
        let (head, tail) = (&span[..open], &span[close + 1..]);
        let choices = span[open + 1..close].split(',');
        return choices
            .flat_map(|choice| expand(&format!("{head}{choice}{tail}")))
            .collect();
    }
    let known = span.split('/').take_while(|part| !is_placeholder(part));
    vec![known.collect::<Vec<_>>().join("/")]
}

/// `<id>`, `*`, and words in capitals such as `NNNN-title.md` stand for something else.
fn is_placeholder(part: &str) -> bool {
    let stem = part.split(['.', '-', '_']).next().unwrap_or(part);
    let is_capitals = stem.len() > 2 && stem.chars().all(|c| c.is_ascii_uppercase());
    part.contains(['<', '*'])
        || (is_capitals && !["README", "LICENSE", "CHANGELOG", "CONTRIBUTING"].contains(&stem))
}

/// Whether a path exists below the root, or below `crates/`.
fn exists(root: &Path, path: &str) -> bool {
    root.join(path).exists() || root.join("crates").join(path).exists()
}

fn exists_beside(repository: &Repository, page: &TextFile, target: &str) -> bool {
    let page = repository.root.join(&page.path);
    page.parent().is_some_and(|folder| folder.join(target).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_and_placeholders_are_resolved() {
        for (span, want) in [
            ("docs/adr/NNNN-title.md", vec!["docs/adr"]),
            ("docs/providers/<id>.md", vec!["docs/providers"]),
            (
                "migrations/schema/{sqlite,postgres}.sql",
                vec!["migrations/schema/sqlite.sql", "migrations/schema/postgres.sql"],
            ),
            ("docs/adr/README.md", vec!["docs/adr/README.md"]),
        ] {
            assert_eq!(expand(span), want, "{span}");
        }
    }

    #[test]
    fn addresses_and_anchors_are_no_paths() {
        let found: Vec<&str> = links("[a](b.md) [c](https://d.e/f) [g](#h) [i](j/k.md#l)").collect();
        assert_eq!(found, ["b.md", "j/k.md"]);
    }
}
