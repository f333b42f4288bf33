//! Problem codes: each has its page, each page its code.

use std::collections::BTreeSet;

use super::{Findings, Repository, RustFile};

const FOLDER: &str = "docs/problems/";

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    let Some(source) = source(repository) else { return };
    let codes: BTreeSet<(String, usize)> = codes(source).into_iter().collect();
    let pages: BTreeSet<&str> = repository
        .files
        .iter()
        .filter_map(|file| file.path.strip_prefix(FOLDER)?.strip_suffix(".md"))
        .filter(|name| *name != "README")
        .collect();
    for (code, line) in codes.iter().filter(|(code, _)| !pages.contains(code.as_str())) {
        let fix = format!("write {FOLDER}{code}.md: what it means, what to do");
        findings.fail(
            &source.path,
            *line,
            &format!("the code `{code}` has no page"),
            &fix,
        );
    }
    for page in pages
        .iter()
        .filter(|page| !codes.iter().any(|(code, _)| code == *page))
    {
        findings.fail(
            &format!("{FOLDER}{page}.md"),
            1,
            "no code has this page",
            "remove it, or add the code",
        );
    }
}

/// The file with the list of codes.
fn source(repository: &Repository) -> Option<&RustFile> {
    let places = [
        "crates/domain/src/problem.rs",
        "crates/domain/src/problem/code.rs",
        "crates/domain/src/problem/mod.rs",
    ];
    places.iter().find_map(|place| {
        repository
            .rust
            .iter()
            .find(|file| file.path == *place && !codes(file).is_empty())
    })
}

/// The codes: the literals of the list, `PostSettled = "post_settled";`.
fn codes(file: &RustFile) -> Vec<(String, usize)> {
    let text = &file.text;
    let entries = text
        .code
        .match_indices(" = \"")
        .filter(|(at, _)| !text.is_test(*at));
    let literals = entries.filter_map(|(at, mark)| {
        let open = at + mark.len();
        let end = open + text.code[open..].find('"')?;
        let is_entry = text.code[end + 1..].starts_with(';');
        is_entry.then(|| (text.written(open..end).to_owned(), text.line(at)))
    });
    let is_code = |code: &str| {
        code.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    literals
        .filter(|(code, _)| !code.is_empty() && is_code(code))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rust_text::RustText;

    #[test]
    fn codes_are_the_entries_of_the_list() {
        let text = RustText::new(
            "codes! {\n    /// Not there.\n    NotFound = \"not_found\";\n}\nconst A: &str = \"Text.\";\n",
        );
        let file = RustFile {
            path: "a.rs".to_owned(),
            folder: "crates/a".to_owned(),
            is_test: false,
            text,
        };
        assert_eq!(codes(&file), [("not_found".to_owned(), 3)]);
    }
}
