//! The packages of the workspace and what they lean on, read from their manifests.

use std::path::Path;

use anyhow::{Context, Result};
use toml::Table;

/// Prefix of the package names below `crates/`.
pub(crate) const PREFIX: &str = "postern-";

/// One package.
pub(crate) struct Package {
    /// Name without the prefix: `app`, `migrations`, `xtask`.
    pub(crate) name: String,
    /// Folder relative to the root.
    pub(crate) folder: String,
    /// The manifest as written.
    pub(crate) text: String,
    pub(crate) manifest: Table,
}

/// Where in a manifest a dependency stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Normal,
    Build,
    Dev,
}

impl Section {
    /// The table's name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "dependencies",
            Self::Build => "build-dependencies",
            Self::Dev => "dev-dependencies",
        }
    }

    pub(crate) const ALL: [Self; 3] = [Self::Normal, Self::Build, Self::Dev];
}

impl Package {
    /// Dependencies of one section: name and value.
    pub(crate) fn dependencies(&self, section: Section) -> impl Iterator<Item = (&str, &toml::Value)> {
        let own = self
            .manifest
            .get(section.as_str())
            .and_then(toml::Value::as_table);
        let per_target = self
            .manifest
            .get("target")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flatten();
        let per_target = per_target.filter_map(move |(_, target)| target.get(section.as_str())?.as_table());
        own.into_iter()
            .chain(per_target)
            .flatten()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// Names of the workspace packages this one leans on in one section, without the prefix.
    pub(crate) fn edges(&self, section: Section) -> impl Iterator<Item = &str> {
        self.dependencies(section)
            .filter_map(|(name, _)| name.strip_prefix(PREFIX))
    }

    /// The line of the manifest on which `key` stands as the name of a dependency.
    pub(crate) fn line_of(&self, key: &str) -> usize {
        let is_it = |line: &str| {
            line.strip_prefix(key)
                .is_some_and(|rest| rest.starts_with([' ', '.', '=']))
                || line.strip_prefix('"').is_some_and(|rest| rest.starts_with(key))
        };
        self.text.lines().position(is_it).map_or(1, |index| index + 1)
    }

    /// The manifest's path relative to the root.
    pub(crate) fn manifest_path(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }
}

/// All packages, sorted by folder.
pub(crate) fn read(root: &Path) -> Result<Vec<Package>> {
    let mut folders = vec!["migrations".to_owned(), "xtask".to_owned()];
    for entry in std::fs::read_dir(root.join("crates")).context("crates/ cannot be listed")? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").exists() {
            folders.push(format!("crates/{}", entry.file_name().to_string_lossy()));
        }
    }
    folders.sort();
    folders.into_iter().map(|folder| read_one(root, folder)).collect()
}

fn read_one(root: &Path, folder: String) -> Result<Package> {
    let path = root.join(&folder).join("Cargo.toml");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let manifest: Table = text
        .parse()
        .with_context(|| format!("{} is not a manifest", path.display()))?;
    let name = folder.rsplit('/').next().unwrap_or(&folder).to_owned();
    Ok(Package {
        name,
        folder,
        text,
        manifest,
    })
}
