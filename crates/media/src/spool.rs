//! Files on their way in: written, counted and hashed; gone when dropped.

use std::io::Write;
use std::path::Path;
use std::{fs, io};

use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};

/// A file that is still growing. Its methods block.
#[derive(Debug)]
pub(crate) struct Spool {
    file: NamedTempFile,
    hash: Sha256,
    bytes: u64,
}

/// A file that is whole and on the disk.
#[derive(Debug)]
pub(crate) struct Spooled {
    pub(crate) path: TempPath,
    /// SHA-256 in hex.
    pub(crate) hash: String,
    pub(crate) bytes: u64,
}

impl Spool {
    /// Begins a file in `folder`, which is made when it is missing.
    pub(crate) fn begin(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            file: NamedTempFile::new_in(folder)?,
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    pub(crate) fn write(mut self, piece: &[u8]) -> io::Result<Self> {
        self.file.write_all(piece)?;
        self.hash.update(piece);
        self.bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        Ok(self)
    }

    /// Waits until the disk has it all.
    pub(crate) fn finish(self) -> io::Result<Spooled> {
        self.file.as_file().sync_all()?;
        Ok(Spooled {
            path: self.file.into_temp_path(),
            hash: hex(&self.hash.finalize()),
            bytes: self.bytes,
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_and_hashed_and_gone_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        let spool = Spool::begin(&inner).unwrap();
        let spooled = spool.write(b"ab").unwrap().write(b"c").unwrap().finish().unwrap();
        assert_eq!(spooled.bytes, 3);
        assert_eq!(
            spooled.hash,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(fs::read(&spooled.path).unwrap(), b"abc");
        drop(spooled);
        assert_eq!(fs::read_dir(&inner).unwrap().count(), 0);
    }
}
