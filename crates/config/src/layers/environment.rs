//! Variables to paths: our own names, the names of Postiz, and files with secrets.

use std::path::{Path, PathBuf};

use super::aliases::entries;
use super::{Entry, Layer};
use crate::error::ConfigError;

/// Start of our own names; one underscore more than the names that Kubernetes makes up for a service called
/// `postern`.
const PREFIX: &str = "POSTERN__";
/// End of names whose value is the path of a file with the value.
const FILE: &str = "_FILE";
/// Largest file of a secret that is read.
const MAX_SECRET_BYTES: u64 = 64 * 1024;
/// Sections whose second name is chosen by the operator.
const KEYED: [&str; 2] = ["providers", "oidc"];

/// The layers of the environment, weakest first: aliases, own names, aliases by file, own names by file.
pub(super) fn layers(env: &[(String, String)]) -> Result<Vec<Layer>, ConfigError> {
    let given: Vec<_> = env
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .cloned()
        .collect();
    let (files, plain): (Vec<_>, Vec<_>) = given.into_iter().partition(|(name, _)| is_file_name(name));
    let files = files.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    [plain, files]
        .iter()
        .flat_map(|pairs| [entries(pairs), Ok(own(pairs))])
        .collect()
}

/// The variable of a field: `server.listen` becomes `POSTERN__SERVER__LISTEN`.
pub(crate) fn variable(path: &str) -> String {
    format!(
        "{PREFIX}{}",
        path.replace('.', "__").replace('-', "_").to_uppercase()
    )
}

fn own(pairs: &[(String, String)]) -> Layer {
    let entry = |(name, value): &(String, String)| {
        let path = path_of(name.strip_prefix(PREFIX)?);
        Some(Entry {
            path,
            value: value.clone(),
            origin: name.clone(),
        })
    };
    Layer(pairs.iter().filter_map(entry).collect())
}

fn path_of(name: &str) -> String {
    let mut parts: Vec<_> = name.split("__").map(str::to_lowercase).collect();
    if parts.len() > 2 && KEYED.contains(&parts[0].as_str()) {
        parts[1] = parts[1].replace('_', "-");
    }
    parts.join(".")
}

/// Whether the name, without its end, is one that sets something.
fn is_file_name(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(FILE) else {
        return false;
    };
    stem.starts_with(PREFIX) || super::aliases::is_known(stem)
}

/// Replaces the path of a file by what the file holds, without the line break at its end.
///
/// The name loses its end, so that it means the setting; errors name the full variable.
fn read((name, path): (String, String)) -> Result<(String, String), ConfigError> {
    let text = read_small(Path::new(&path)).map_err(|source| ConfigError::Unreadable {
        setting: name.clone(),
        path: PathBuf::from(&path),
        source,
    })?;
    let stem = name.strip_suffix(FILE).unwrap_or(&name);
    Ok((stem.to_owned(), text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn read_small(path: &Path) -> std::io::Result<String> {
    if std::fs::metadata(path)?.len() > MAX_SECRET_BYTES {
        return Err(std::io::Error::other("the file is larger than 64 KiB"));
    }
    std::fs::read_to_string(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_correspond() {
        for (path, name) in [
            ("server.listen", "POSTERN__SERVER__LISTEN"),
            ("media.s3.bucket", "POSTERN__MEDIA__S3__BUCKET"),
            (
                "providers.linkedin-page.client_id",
                "POSTERN__PROVIDERS__LINKEDIN_PAGE__CLIENT_ID",
            ),
            ("providers.x.hosts.api", "POSTERN__PROVIDERS__X__HOSTS__API"),
        ] {
            assert_eq!(variable(path), name);
            assert_eq!(path_of(&name[PREFIX.len()..]), path);
        }
    }
}
