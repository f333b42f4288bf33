//! The repository as files: where its root is, what lies in it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that hold nothing of ours, wherever they lie.
const FOREIGN: &[&str] = &[".git", "node_modules", "vendor"];

/// Folders of the root that programs fill.
const FILLED: &[&str] = &["target", "data"];

/// The root folder of the repository this tool was built from.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder cargo builds into.
pub(crate) fn target_dir() -> PathBuf {
    crate::environment::variable("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// One text file, with its path relative to the root in `/` form.
#[derive(Debug, Clone)]
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    /// The file's name without its folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether the name ends in `.extension`.
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, found)| found == extension)
    }

    /// The folder of the workspace crate this file belongs to: `crates/app`, `migrations` or `xtask`.
    pub(crate) fn crate_folder(&self) -> Option<&str> {
        if let Some(rest) = self.path.strip_prefix("crates/") {
            let end = rest.find('/')?;
            return Some(&self.path[.."crates/".len() + end]);
        }
        ["migrations", "xtask"]
            .into_iter()
            .find(|folder| self.path.starts_with(&format!("{folder}/")))
    }
}

/// All text files below the root, sorted by path. Binary files are left out.
pub(crate) fn text_files(root: &Path) -> Result<Vec<TextFile>> {
    let mut files = Vec::new();
    collect(root, root, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<TextFile>) -> Result<()> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if FOREIGN.contains(&name.as_str()) || (folder == root && FILLED.contains(&name.as_str())) {
            continue;
        }
        let kind = entry.file_type()?;
        let path = entry.path();
        if kind.is_dir() {
            collect(root, &path, files)?;
        } else if kind.is_file() {
            // A file that vanishes between listing and reading belongs to an editor, not to us.
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            let relative = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            files.push(TextFile { path: relative, text });
        }
    }
    Ok(())
}
