//! The file store: parts of files on their way, and whole files under their hash, once however many
//! cases name them.
//!
//! ```text
//! parts/<case>/<sha256>/<device>/<offset, 20 digits>
//! files/<first two digits>/<sha256>
//! marks/<registry>.json
//! marks/<registry>/folder
//! marks/<registry>/destroyed/<case>.<party>.json
//! marks/<registry>/revoked/<what>.json
//! ```
//! A file stands under its hash only after it was hashed whole.

use axum::body::Bytes;
use futures_util::{Stream, StreamExt};
use hejie_case::ids::FileHash;
use hejie_registry::file::UploadKey;
use object_store::{
    Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, WriteMultipart,
    local::LocalFileSystem, memory::InMemory, path::Path,
};
use sha2::{Digest, Sha256};
use std::{fs, io, sync::Arc};
use uuid::Uuid;

/// What is kept beside the mark of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkRecord {
    /// Orders of destruction.
    Destroyed,
    /// What was taken back from people.
    Revoked,
}

impl MarkRecord {
    /// The name of its folder.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Destroyed => "destroyed",
            Self::Revoked => "revoked",
        }
    }
}

/// Where files are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct FileStore(Arc<dyn ObjectStore>);

/// Why the file store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum FileStoreError {
    /// The directory cannot be made.
    #[error("the directory of the files cannot be made")]
    Directory(#[source] io::Error),
    /// Reading or writing failed.
    #[error("the file store failed")]
    Store(#[from] StoreError),
}

/// What came of putting the parts of a file together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assembled {
    /// It is what it was said to be, and lies under its hash.
    Whole,
    /// It hashes to something else, and was not kept.
    Differs,
    /// A part is not in the store any more.
    Lost,
}

impl FileStore {
    /// Files in a directory, which is made if it is absent.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn in_directory(at: &std::path::Path) -> Result<Self, FileStoreError> {
        fs::create_dir_all(at).map_err(FileStoreError::Directory)?;
        let store = LocalFileSystem::new_with_prefix(at)?.with_fsync(true);
        Ok(Self(Arc::new(store)))
    }

    /// Files in memory, for tests.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Arc::new(InMemory::new()))
    }

    /// Keeps a whole file under its hash.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put(&self, bytes: &'static [u8]) -> Result<FileHash, FileStoreError> {
        let hash = FileHash(Sha256::digest(bytes).into());
        self.0.put(&whole(hash), bytes.into()).await?;
        Ok(hash)
    }

    /// Keeps the mark of a registry, in the place of the one before.
    pub(crate) async fn put_mark(
        &self,
        registry: Uuid,
        mark: Vec<u8>,
    ) -> Result<(), FileStoreError> {
        self.0.put(&mark_of(registry), mark.into()).await?;
        Ok(())
    }

    /// Reads the mark of a registry; none when it is not there.
    pub(crate) async fn read_mark(&self, registry: Uuid) -> Result<Option<Bytes>, FileStoreError> {
        self.read(&mark_of(registry)).await
    }

    /// Gives the folder of a registry's marks its name, unless it has one: of two servers that
    /// begin in it at once one is the first.
    pub(crate) async fn name_folder(
        &self,
        registry: Uuid,
        name: Uuid,
    ) -> Result<(), FileStoreError> {
        let bytes = name.to_string().into_bytes();
        let only_new = PutMode::Create.into();
        let at = folder_name_of(registry);
        match self.0.put_opts(&at, bytes.into(), only_new).await {
            Ok(_) | Err(StoreError::AlreadyExists { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes the name of the folder of a registry's marks away, where it does not read.
    pub(crate) async fn forget_folder_name(&self, registry: Uuid) -> Result<(), FileStoreError> {
        match self.0.delete(&folder_name_of(registry)).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The name of the folder of a registry's marks, as it lies there; none when it is not there.
    pub(crate) async fn folder_name(
        &self,
        registry: Uuid,
    ) -> Result<Option<Bytes>, FileStoreError> {
        self.read(&folder_name_of(registry)).await
    }

    /// Keeps a file beside the mark of a registry, under its name.
    pub(crate) async fn put_record(
        &self,
        registry: Uuid,
        kind: MarkRecord,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<(), FileStoreError> {
        let at = beside(registry, kind).join(name);
        self.0.put(&at, bytes.into()).await?;
        Ok(())
    }

    /// Reads a file from beside the mark of a registry; none when it is not there.
    pub(crate) async fn read_record(
        &self,
        registry: Uuid,
        kind: MarkRecord,
        name: &str,
    ) -> Result<Option<Bytes>, FileStoreError> {
        self.read(&beside(registry, kind).join(name)).await
    }

    /// The names of all files of a kind beside the mark of a registry.
    pub(crate) async fn list_records(
        &self,
        registry: Uuid,
        kind: MarkRecord,
    ) -> Result<Vec<String>, FileStoreError> {
        let mut files = self.0.list(Some(&beside(registry, kind)));
        let mut names = Vec::new();
        while let Some(found) = files.next().await {
            names.extend(found?.location.filename().map(str::to_owned));
        }
        Ok(names)
    }

    /// Removes a file from beside the mark of a registry; one that is not there is gone already.
    pub(crate) async fn remove_record(
        &self,
        registry: Uuid,
        kind: MarkRecord,
        name: &str,
    ) -> Result<(), FileStoreError> {
        match self.0.delete(&beside(registry, kind).join(name)).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn read(&self, at: &Path) -> Result<Option<Bytes>, FileStoreError> {
        match self.0.get(at).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps a part; one that was kept there before and not noted gives way.
    pub(crate) async fn put_part(
        &self,
        key: UploadKey,
        offset: u64,
        bytes: Bytes,
    ) -> Result<(), FileStoreError> {
        self.0.put(&part(key, offset), bytes.into()).await?;
        Ok(())
    }

    /// Puts the parts of a file together, and hashes what comes of it before it stands under its
    /// hash.
    pub(crate) async fn assemble(
        &self,
        key: UploadKey,
        size: u64,
    ) -> Result<Assembled, FileStoreError> {
        let mut writing = WriteMultipart::new(self.0.put_multipart(&whole(key.hash)).await?);
        let mut sum = Sha256::new();
        let mut offset = 0;
        while offset < size {
            let part = self.read(&part(key, offset)).await?;
            let Some(bytes) = part.filter(|bytes| !bytes.is_empty()) else {
                writing.abort().await?;
                return Ok(Assembled::Lost);
            };
            sum.update(&bytes);
            offset += bytes.len() as u64;
            writing.put(bytes);
        }
        if offset == size && <[u8; 32]>::from(sum.finalize()) == key.hash.0 {
            writing.finish().await?;
            Ok(Assembled::Whole)
        } else {
            writing.abort().await?;
            Ok(Assembled::Differs)
        }
    }

    /// Removes what is left of an upload.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn drop_parts(&self, key: UploadKey) -> Result<(), FileStoreError> {
        let mut parts = self.0.list(Some(&folder(key)));
        while let Some(found) = parts.next().await {
            match self.0.delete(&found?.location).await {
                Ok(()) | Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether a whole file is there.
    pub(crate) async fn has(&self, hash: FileHash) -> Result<bool, FileStoreError> {
        match self.0.head(&whole(hash)).await {
            Ok(_) => Ok(true),
            Err(StoreError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a whole file.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove(&self, hash: FileHash) -> Result<(), FileStoreError> {
        Ok(self.0.delete(&whole(hash)).await?)
    }

    /// Opens a file; none when it is not there.
    pub(crate) async fn open(
        &self,
        hash: FileHash,
    ) -> Result<Option<impl Stream<Item = Result<Bytes, StoreError>> + use<>>, FileStoreError> {
        match self.0.get(&whole(hash)).await {
            Ok(found) => Ok(Some(found.into_stream())),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn whole(hash: FileHash) -> Path {
    let name = hash.to_string();
    Path::from_iter(["files", &name[..2], &name])
}

fn mark_of(registry: Uuid) -> Path {
    Path::from(format!("marks/{registry}.json"))
}

fn folder_name_of(registry: Uuid) -> Path {
    Path::from(format!("marks/{registry}/folder"))
}

fn beside(registry: Uuid, kind: MarkRecord) -> Path {
    Path::from(format!("marks/{registry}/{}", kind.word()))
}

fn folder(key: UploadKey) -> Path {
    let (case, hash, device) = (
        key.case.to_string(),
        key.hash.to_string(),
        key.device.to_string(),
    );
    Path::from_iter(["parts", &case, &hash, &device])
}

fn part(key: UploadKey, offset: u64) -> Path {
    folder(key).join(format!("{offset:020}"))
}
