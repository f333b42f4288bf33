//! Words that have no place here: paths of one machine, folders beside the repository.

use super::{Findings, Repository};

/// Files that may name a folder beside the repository, for they look whether it is there.
const EXCEPTIONS: &[&str] = &[".ci/run"];

/// The words, cut in two so that this file does not hold them.
fn forbidden() -> Vec<String> {
    [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("../sha", "red"),
        (".lib", "rary"),
        ("/home", "/runner"),
    ]
    .iter()
    .map(|(head, tail)| format!("{head}{tail}"))
    .collect()
}

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    let words = forbidden();
    for file in repository
        .files
        .iter()
        .filter(|file| !EXCEPTIONS.contains(&file.path.as_str()))
    {
        for (number, line) in file.text.lines().enumerate() {
            for word in words.iter().filter(|word| names(line, word)) {
                let fix = "take it from the environment or from the repository's own root";
                findings.fail(
                    &file.path,
                    number + 1,
                    &format!("`{word}` belongs to one machine"),
                    fix,
                );
            }
        }
    }
}

/// Whether the line names the path, and not a longer one that ends alike.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "-_/.}".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_from_the_root_count() {
        let word = &forbidden()[0];
        assert!(names(&format!("cd {word}main"), word));
        assert!(!names(&format!("crates/provider{word}src"), word));
        assert!(!names(&format!("https://a.example{word}src"), word));
    }
}
