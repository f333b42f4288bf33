//! `cargo xtask provider new`: lays down the files of a provider, compiling, with stand-ins for its requests.
//!
//! The texts stand in `xtask/templates/`; the way from there to a working provider stands in
//! `docs/howto/provider.md`.

mod family;
mod template;

use std::path::Path;
use std::process;

use anyhow::{Context, Result, bail};

use crate::repo;

use family::Family;
use template::Names;

/// What can be done with providers.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Lay down folder, simulator, page and list lines.
    New {
        /// The provider's id: lower case, digits and hyphens.
        name: String,
        /// The family it belongs to.
        #[arg(long)]
        family: Family,
    },
}

/// Lays down the files and says what remains to be done.
pub(crate) fn run(command: &Command) -> Result<()> {
    let Command::New { name, family } = command;
    let written = lay_down(&repo::root(), name, *family)?;
    // How the lines break depends on the length of the name; rustfmt follows the modules of each folder by itself.
    let roots = written.iter().filter(|path| path.ends_with("/mod.rs"));
    let mut format = process::Command::new("rustfmt");
    crate::process::run(
        format
            .args(["--edition", "2024"])
            .args(roots)
            .current_dir(repo::root()),
    )?;
    for path in written {
        println!("wrote {path}");
    }
    println!("\nFill them in the order of docs/howto/provider.md;");
    println!("list the platform in crates/platform-sim/src/platforms/mod.rs when its simulator answers.");
    Ok(())
}

/// Writes everything below `root`: the paths written, new files first.
fn lay_down(root: &Path, id: &str, family: Family) -> Result<Vec<String>> {
    let names = Names::new(id)?;
    let files = template::files(&names, family);
    if let Some((taken, _)) = files.iter().find(|(path, _)| root.join(path).exists()) {
        bail!("{taken} exists already");
    }
    let mut written = Vec::new();
    for (path, text) in files {
        let target = root.join(&path);
        std::fs::create_dir_all(target.parent().unwrap_or(root))?;
        std::fs::write(&target, text).with_context(|| format!("{path} cannot be written"))?;
        written.push(path);
    }
    written.extend(family::enlist(root, family, &names)?);
    Ok(written)
}

#[cfg(test)]
mod tests;
