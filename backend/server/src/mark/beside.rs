//! What lies beside the marks, one file each, in every place where marks are kept. Where a place was lost, the other one is enough.

use super::{MarkError, Marks, replace};
use std::{collections::BTreeSet, fs, io, path::PathBuf};
use uuid::Uuid;

/// What is kept there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Orders of destruction.
    Destroyed,
    /// What was taken back from people.
    Revoked,
}

impl Beside {
    /// The name of its folder.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Destroyed => "destroyed",
            Self::Revoked => "revoked",
        }
    }
}

impl Marks {
    /// Keeps a file in every place.
    pub(super) async fn put_beside(
        &self,
        (registry, kind): (Uuid, Beside),
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<(), MarkError> {
        if let Some(folder) = self.folder(registry, kind) {
            fs::create_dir_all(&folder).map_err(MarkError::File)?;
            replace(&folder.join(name), &bytes).map_err(MarkError::File)?;
        }
        Ok(self.files.put_beside(registry, kind, name, bytes).await?)
    }

    /// Reads a file from wherever it is; none when no place has it.
    pub(super) async fn read_beside(
        &self,
        (registry, kind): (Uuid, Beside),
        name: &str,
    ) -> Result<Option<Vec<u8>>, MarkError> {
        if let Some(folder) = self.folder(registry, kind) {
            match fs::read(folder.join(name)) {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(MarkError::File(error)),
            }
        }
        let kept = self.files.read_beside(registry, kind, name).await?;
        Ok(kept.map(|bytes| bytes.to_vec()))
    }

    /// The names of all files that any place has.
    pub(super) async fn list_beside(
        &self,
        (registry, kind): (Uuid, Beside),
    ) -> Result<BTreeSet<String>, MarkError> {
        let mut names = self.files.list_beside(registry, kind).await?;
        if let Some(folder) = self.folder(registry, kind) {
            names.extend(listed(&folder).map_err(MarkError::File)?);
        }
        Ok(names.into_iter().collect())
    }

    /// Removes a file from every place; one that is not there is gone already.
    pub(super) async fn remove_beside(
        &self,
        (registry, kind): (Uuid, Beside),
        name: &str,
    ) -> Result<(), MarkError> {
        if let Some(folder) = self.folder(registry, kind) {
            match fs::remove_file(folder.join(name)) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(MarkError::File(error)),
            }
        }
        Ok(self.files.remove_beside(registry, kind, name).await?)
    }

    fn folder(&self, registry: Uuid, kind: Beside) -> Option<PathBuf> {
        let directory = self.directory.as_ref()?;
        Some(directory.join(format!("{}-{registry}", kind.word())))
    }
}

fn listed(folder: &std::path::Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let name = |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into());
    entries.map(name).collect()
}
