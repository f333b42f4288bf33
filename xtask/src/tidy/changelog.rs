//! Changelog fragments: `<topic>.<kind>.md`, one to three lines for users.

use super::{Findings, Repository};

const FOLDER: &str = "docs/changelog.d/";
const KINDS: &[&str] = &["added", "changed", "fixed", "removed", "security", "breaking"];
const LINES: usize = 3;

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    let fragments = repository
        .files
        .iter()
        .filter(|file| file.path.starts_with(FOLDER) && file.name() != "README.md");
    for fragment in fragments {
        if !is_named(fragment.name()) {
            let fix = format!(
                "name it <topic>.<kind>.md, kind being one of {}",
                KINDS.join(", ")
            );
            findings.fail(&fragment.path, 1, "not the name of a fragment", &fix);
        }
        let lines = fragment
            .text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count();
        if lines == 0 || lines > LINES {
            findings.fail(
                &fragment.path,
                1,
                &format!("{lines} lines"),
                "say it in one to three lines",
            );
        }
    }
}

fn is_named(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    let [topic, kind, "md"] = parts.as_slice() else {
        return false;
    };
    let is_topic = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !topic.is_empty() && topic.chars().all(is_topic) && KINDS.contains(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_topic_and_kind() {
        for (name, want) in [
            ("mcp-sse.added.md", true),
            ("mcp.breaking.md", true),
            ("mcp.new.md", false),
            ("Mcp.added.md", false),
            ("added.md", false),
        ] {
            assert_eq!(is_named(name), want, "{name}");
        }
    }
}
