//! Keeping the world over a restart: one JSON file, and one file per medium beside it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::world::World;

/// Version of the state file; files of another version are set aside.
const FORMAT: u32 = 1;

/// Why the state could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The disk refused.
    #[error("state file {path} cannot be written")]
    Write {
        /// The file or folder at fault.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The state did not become JSON.
    #[error("state cannot be encoded")]
    Encode(#[source] serde_json::Error),
}

#[derive(Serialize)]
struct Saved<'a> {
    format: u32,
    world: &'a World,
    media: Vec<(&'a str, &'a str)>,
}

#[derive(Deserialize)]
struct Loaded {
    format: u32,
    world: World,
    media: Vec<(String, String)>,
}

/// The state as it is to be written.
pub(crate) struct Snapshot {
    json: String,
    media: Vec<(String, Bytes)>,
}

/// Takes a picture of the world; quick enough to be done under its lock.
pub(crate) fn snapshot(world: &World) -> Result<Snapshot, StateError> {
    let index = world
        .blobs
        .iter()
        .map(|(key, blob)| (key.as_str(), blob.mime.as_str()))
        .collect();
    let json = serde_json::to_string(&Saved {
        format: FORMAT,
        world,
        media: index,
    })
    .map_err(StateError::Encode)?;
    Ok(Snapshot {
        json,
        media: world
            .blobs
            .iter()
            .map(|(key, blob)| (key.clone(), blob.bytes.clone()))
            .collect(),
    })
}

/// Writes a picture: media first, then the file that names them, by way of a rename.
pub(crate) fn write(path: &Path, snapshot: &Snapshot) -> Result<(), StateError> {
    let folder = beside(path, ".media");
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| StateError::Write { path, source }
    };
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    for (key, bytes) in &snapshot.media {
        let file = folder.join(key);
        if !file.exists() {
            fs::write(&file, bytes).map_err(failed(&file))?;
        }
    }
    let draft = beside(path, ".new");
    fs::write(&draft, &snapshot.json).map_err(failed(&draft))?;
    fs::rename(&draft, path).map_err(failed(path))?;
    forget_others(&folder, snapshot);
    Ok(())
}

/// Removes media that nothing names any more; what cannot be removed stays until the next write.
fn forget_others(folder: &Path, snapshot: &Snapshot) {
    let wanted: BTreeSet<&str> = snapshot.media.iter().map(|(key, _)| key.as_str()).collect();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !entry
            .file_name()
            .to_str()
            .is_some_and(|name| wanted.contains(name))
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The saved world, or `None` where there is none; an unreadable file is renamed to `<file>.broken`.
pub(crate) fn load_or_set_aside(path: &Path) -> Option<World> {
    let text = fs::read_to_string(path).ok()?;
    let world = load(path, &text);
    if world.is_none() {
        // Failing to rename leaves the file where it is; the next write replaces it.
        let _ = fs::rename(path, beside(path, ".broken"));
    }
    world
}

fn load(path: &Path, text: &str) -> Option<World> {
    let loaded: Loaded = serde_json::from_str(text).ok()?;
    if loaded.format != FORMAT {
        return None;
    }
    let mut world = loaded.world;
    let folder = beside(path, ".media");
    for (key, mime) in loaded.media {
        if let Ok(bytes) = fs::read(folder.join(&key)) {
            world.blobs.store(Bytes::from(bytes), &mime);
        }
    }
    Some(world)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
