//! `cargo xtask tidy`: the rules that no compiler knows, each a file of this folder.
//!
//! A rule looks at the repository as text and reports findings with place and remedy.
//! The same run is a test of this crate, so nothing is checked only elsewhere.

mod attributes;
mod changelog;
mod documents;
mod edges;
mod imports;
mod lengths;
mod logs;
mod manifests;
mod markdown;
mod names;
mod paths;
mod problems;
mod protos;
mod providers;
mod templates;
mod tests_form;
mod words;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::packages::{self, Package};
use crate::repo::{self, TextFile};
use crate::rust_text::RustText;

pub(crate) use edges::SHIPS_NOTHING;

/// Whether the rules only look or also mend.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Mend what can be mended by machine: sentences that share a line in Markdown.
    #[arg(long)]
    update: bool,
}

/// The repository as the rules see it.
pub(crate) struct Repository {
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<TextFile>,
    pub(crate) packages: Vec<Package>,
    pub(crate) rust: Vec<RustFile>,
}

/// A Rust file of the repository.
pub(crate) struct RustFile {
    pub(crate) path: String,
    /// Folder of its package.
    pub(crate) folder: String,
    /// Whether the whole file is test code.
    pub(crate) is_test: bool,
    pub(crate) text: RustText,
}

/// What the rules found.
#[derive(Default)]
pub(crate) struct Findings {
    failures: Vec<String>,
    warnings: Vec<String>,
}

impl Findings {
    /// Something that must be mended: where, what is wrong, how to mend it.
    pub(crate) fn fail(&mut self, path: &str, line: usize, what: &str, fix: &str) {
        self.failures.push(format!("{path}:{line}: {what}; {fix}"));
    }

    /// Something that should be mended when one passes by.
    pub(crate) fn warn(&mut self, path: &str, line: usize, what: &str, fix: &str) {
        self.warnings.push(format!("{path}:{line}: {what}; {fix}"));
    }
}

/// A rule looks at the repository and tells what it found.
type Rule = fn(&Repository, &mut Findings);

/// Every rule under its name.
const RULES: &[(&str, Rule)] = &[
    ("crate edges", edges::check),
    ("manifests", manifests::check),
    ("lengths", lengths::check),
    ("file names", names::check),
    ("attributes and comments", attributes::check),
    ("imports", imports::check),
    ("tests", tests_form::check),
    ("log lines", logs::check),
    ("markdown", markdown::check),
    ("paths in documents", paths::check),
    ("decision records", documents::check),
    ("changelog fragments", changelog::check),
    ("templates", templates::check),
    ("problem codes", problems::check),
    ("providers", providers::check),
    ("protobuf comments", protos::check),
    ("words", words::check),
];

/// Runs all rules over the repository.
pub(crate) fn run(args: &Args) -> Result<()> {
    if args.update {
        markdown::split_sentences(&repo::root())?;
    }
    let findings = look(&repo::root())?;
    for warning in &findings.warnings {
        println!("warning: {warning}");
    }
    for failure in &findings.failures {
        println!("error: {failure}");
    }
    println!(
        "tidy: {} rules, {} errors, {} warnings",
        RULES.len(),
        findings.failures.len(),
        findings.warnings.len()
    );
    if !findings.failures.is_empty() {
        bail!("the repository is not tidy");
    }
    Ok(())
}

fn look(root: &Path) -> Result<Findings> {
    let repository = Repository::read(root)?;
    let mut findings = Findings::default();
    for (_, rule) in RULES {
        rule(&repository, &mut findings);
    }
    Ok(findings)
}

impl Repository {
    /// Reads everything once.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let files = repo::text_files(root)?;
        let rust = files
            .iter()
            .filter(|file| file.has_extension("rs"))
            .filter_map(RustFile::new)
            .collect();
        Ok(Self {
            root: root.to_path_buf(),
            packages: packages::read(root)?,
            files,
            rust,
        })
    }

    /// A file by its path.
    pub(crate) fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// All Markdown pages of ours.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| file.has_extension("md"))
    }
}

impl RustFile {
    fn new(file: &TextFile) -> Option<Self> {
        let folder = file.crate_folder()?.to_owned();
        let is_test = is_test_file(&folder, &file.path);
        Some(Self {
            path: file.path.clone(),
            folder,
            is_test,
            text: RustText::new(&file.text),
        })
    }
}

/// Whether a file holds nothing but test code.
fn is_test_file(folder: &str, path: &str) -> bool {
    let in_folder = ["/tests/", "_tests/", "/benches/", "/examples/", "/testsuite/"]
        .iter()
        .any(|part| path.contains(part));
    let by_name =
        path.ends_with("/tests.rs") || path.ends_with("/testsuite.rs") || path.ends_with("_tests.rs");
    in_folder || by_name || ["crates/testkit", "crates/e2e"].contains(&folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let findings = look(&repo::root()).expect("the repository can be read");
        assert!(
            findings.failures.is_empty(),
            "\n{}\n",
            findings.failures.join("\n")
        );
    }

    #[test]
    fn code_for_tests_is_known_by_its_place() {
        for (folder, path, want) in [
            ("crates/app", "crates/app/src/posts/create.rs", false),
            ("crates/app", "crates/app/src/posts/tests.rs", true),
            ("crates/app", "crates/app/tests/it/main.rs", true),
            (
                "crates/domain",
                "crates/domain/src/publication/history_tests/moves.rs",
                true,
            ),
            ("crates/testkit", "crates/testkit/src/clock.rs", true),
            ("crates/domain", "crates/domain/src/ports/testsuite/bus.rs", true),
        ] {
            assert_eq!(is_test_file(folder, path), want, "{path}");
        }
    }
}
