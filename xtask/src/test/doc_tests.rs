//! Whether any documentation holds an example that compiles; the run over all crates costs a minute otherwise.

use std::path::Path;

use anyhow::Result;

use crate::repo;

/// Whether a doc comment of the workspace opens a Rust code block that is to be compiled.
pub(super) fn exist(root: &Path) -> Result<bool> {
    let files = repo::text_files(root)?;
    Ok(files
        .iter()
        .any(|file| file.has_extension("rs") && has_example(&file.text)))
}

fn has_example(source: &str) -> bool {
    let mut is_open = false;
    for line in source.lines() {
        let line = line.trim_start();
        let Some(text) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            is_open = false;
            continue;
        };
        let Some(info) = text.trim_start().strip_prefix("```") else {
            continue;
        };
        if !is_open && is_compiled(info) {
            return true;
        }
        is_open = !is_open;
    }
    false
}

fn is_compiled(info: &str) -> bool {
    let is_rust = |word: &str| {
        matches!(word, "rust" | "no_run" | "should_panic" | "compile_fail") || word.starts_with("edition")
    };
    !info.contains("ignore") && (info.trim().is_empty() || info.split(',').any(|word| is_rust(word.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, want: bool) {
        assert_eq!(has_example(source), want, "{source}");
    }

    #[test]
    fn only_compiled_blocks_of_doc_comments_count() {
        check("/// ```\n/// let a = 1;\n/// ```\nfn a() {}", true);
        check("//! ```no_run\n//! let a = 1;\n//! ```", true);
        check("/// ```text\n/// a b\n/// ```\nfn a() {}", false);
        check("/// ```json\n/// {}\n/// ```\nfn a() {}", false);
        check("/// ```ignore\n/// {}\n/// ```\nfn a() {}", false);
        check("// ```\nlet text = \"```\";", false);
    }
}
