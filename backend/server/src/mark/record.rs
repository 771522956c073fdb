//! What lies beside the marks, one file each, in every place where marks are kept. Where a place
//! was lost, the other one is enough.

pub(super) use crate::files::MarkRecord;

use super::{MarkError, Marks, replace};
use crate::telemetry::whole;
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// How the name of a lift begins; that of what it lifts follows.
const LIFTING: &str = "lifted.";

/// What the places say in one file.
pub(super) enum PlaceNotes<T> {
    /// What each of them says that has it; nothing where none has.
    Read(Vec<T>),
    /// It is there, and reads nowhere.
    Unread,
}

impl Marks {
    /// Keeps a file in every place. One place is enough where the other cannot be written, which is
    /// logged.
    pub(super) async fn put_record(
        &self,
        (registry, kind): (Uuid, MarkRecord),
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<(), MarkError> {
        let folder = self.folder(registry, kind);
        let here = folder.map(|folder| put_in(&folder, name, &bytes).map_err(MarkError::File));
        let kept = self.files.put_record(registry, kind, name, bytes).await;
        match (here, kept.map_err(MarkError::from)) {
            (None | Some(Ok(())), Ok(())) => Ok(()),
            (Some(Err(error)), Ok(())) | (Some(Ok(())), Err(error)) => {
                tracing::error!(
                    error.chain = %whole(&error),
                    "one of two places beside the marks cannot be written; the other one keeps it"
                );
                Ok(())
            }
            (_, Err(error)) => Err(error),
        }
    }

    /// Keeps a file where every server that shares the registry reads it, and in this server's own
    /// place, as far as that can be written.
    pub(super) async fn put_shared(
        &self,
        (registry, kind): (Uuid, MarkRecord),
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<(), MarkError> {
        let shared = bytes.clone();
        self.files.put_record(registry, kind, name, shared).await?;
        let folder = self.folder(registry, kind);
        if let Some(Err(error)) = folder.map(|folder| put_in(&folder, name, &bytes)) {
            tracing::error!(
                error.chain = %whole(&error),
                "the server's own place beside the marks cannot be written; the one that servers share keeps it"
            );
        }
        Ok(())
    }

    /// Reads what the places say in a file. Where one does not read and the other does, it is
    /// written again there alone; where none does, that is said each time that somebody asks. A
    /// disk that fails at one file is no reason to look at no other.
    pub(super) async fn read_notes<T: DeserializeOwned>(
        &self,
        (registry, kind): (Uuid, MarkRecord),
        name: &str,
    ) -> Result<PlaceNotes<T>, MarkError> {
        let folder = self.folder(registry, kind);
        let here = folder.as_deref().map(|folder| read_from(folder, name));
        let here = here.and_then(|read| read.map_err(MarkError::File).transpose());
        let kept = self.files.read_record(registry, kind, name).await;
        let kept = kept.map_err(MarkError::from).transpose();
        let read = (
            here.map(|bytes| read_as::<T>(bytes?)),
            kept.map(|bytes| read_as::<T>(bytes?.into())),
        );
        match read {
            (Some(Err(error)), Some(Ok((note, bytes)))) => {
                let mended = folder.map(|folder| put_in(&folder, name, &bytes));
                let mended = mended.unwrap_or(Ok(())).map_err(MarkError::File);
                say_mended(name, &error, mended);
                Ok(PlaceNotes::Read(vec![note]))
            }
            (Some(Ok((note, bytes))), Some(Err(error))) => {
                let mended = self.files.put_record(registry, kind, name, bytes).await;
                say_mended(name, &error, mended.map_err(MarkError::from));
                Ok(PlaceNotes::Read(vec![note]))
            }
            (Some(Err(error)), _) | (_, Some(Err(error))) => {
                tracing::error!(
                    file = name,
                    error.chain = %whole(&error),
                    "a file beside the marks reads nowhere: who cannot be shown to be let in stays out, and hejie doctor says what to do"
                );
                Ok(PlaceNotes::Unread)
            }
            (here, kept) => {
                let both = [here, kept].into_iter().flatten().flatten();
                Ok(PlaceNotes::Read(both.map(|(note, _)| note).collect()))
            }
        }
    }

    /// Reads what each place that has a file has of it: servers that share a registry may have
    /// places of their own. One that cannot be read is passed over where the other one can.
    pub(super) async fn read_records(
        &self,
        (registry, kind): (Uuid, MarkRecord),
        name: &str,
    ) -> Result<Vec<Vec<u8>>, MarkError> {
        let folder = self.folder(registry, kind);
        let here = folder.and_then(|folder| read_from(&folder, name).transpose());
        let here = here.map(|read| read.map_err(MarkError::File));
        let kept = self.files.read_record(registry, kind, name).await;
        let kept = kept.map(|bytes| bytes.map(Vec::from)).transpose();
        let kept = kept.map(|read| read.map_err(MarkError::from));
        match (here, kept) {
            (Some(Err(_)), Some(Ok(bytes))) | (Some(Ok(bytes)), Some(Err(_))) => Ok(vec![bytes]),
            (here, kept) => here.into_iter().chain(kept).collect(),
        }
    }

    /// The names of all files that any place has.
    pub(super) async fn list_records(
        &self,
        (registry, kind): (Uuid, MarkRecord),
    ) -> Result<BTreeSet<String>, MarkError> {
        let mut names = self.files.list_records(registry, kind).await?;
        if let Some(folder) = self.folder(registry, kind) {
            names.extend(listed(&folder).map_err(MarkError::File)?);
        }
        Ok(names.into_iter().collect())
    }

    /// Writes beside the files what only this server's own place has.
    pub(super) async fn bring_to_files(
        &self,
        (registry, kind): (Uuid, MarkRecord),
    ) -> Result<(), MarkError> {
        let Some(folder) = self.folder(registry, kind) else {
            return Ok(());
        };
        let there = self.files.list_records(registry, kind).await?;
        for name in listed(&folder).map_err(MarkError::File)? {
            if there.contains(&name) {
                continue;
            }
            if let Some(bytes) = read_from(&folder, &name).map_err(MarkError::File)? {
                self.files.put_record(registry, kind, &name, bytes).await?;
            }
        }
        Ok(())
    }

    /// Removes a file from every place; one that is not there is gone already.
    pub(super) async fn remove_record(
        &self,
        (registry, kind): (Uuid, MarkRecord),
        name: &str,
    ) -> Result<(), MarkError> {
        if let Some(folder) = self.folder(registry, kind) {
            match fs::remove_file(folder.join(name)) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(MarkError::File(error)),
            }
        }
        Ok(self.files.remove_record(registry, kind, name).await?)
    }

    fn folder(&self, registry: Uuid, kind: MarkRecord) -> Option<PathBuf> {
        let directory = self.directory.as_ref()?;
        Some(directory.join(format!("{}-{registry}", kind.word())))
    }
}

/// The name of the file that lifts a revocation.
pub(super) fn lifting_of(revocation: &str) -> String {
    format!("{LIFTING}{revocation}")
}

/// What a lift lifts, by the name of its file.
pub(super) fn lifted_by(name: &str) -> Option<&str> {
    name.strip_prefix(LIFTING)
}

/// What a file says, with its bytes.
fn read_as<T: DeserializeOwned>(bytes: Vec<u8>) -> Result<(T, Vec<u8>), MarkError> {
    let note = serde_json::from_slice(&bytes).map_err(MarkError::Malformed)?;
    Ok((note, bytes))
}

fn say_mended(name: &str, error: &MarkError, mended: Result<(), MarkError>) {
    tracing::error!(
        file = name,
        error.chain = %whole(error),
        "a file beside the marks does not read in one of two places; the other one counts"
    );
    if let Err(error) = mended {
        tracing::error!(file = name, error.chain = %whole(&error), "it cannot be written again");
    }
}

fn put_in(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    replace(&folder.join(name), bytes)
}

fn read_from(folder: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    match fs::read(folder.join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn listed(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let name = |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into());
    entries.map(name).collect()
}
