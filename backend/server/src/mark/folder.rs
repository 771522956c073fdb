//! Whether the folder of files in which a server keeps marks is the one of its registry.
//!
//! Servers that share a registry read in it what the others noted: who was put out, who was let in
//! again. With a folder of its own a server would let in whom another put out, as soon as the
//! registry comes out of a backup. So the folder bears a name, drawn by the first server that
//! began in it, and the registry notes that name (ADR 0025).

use super::{MarkError, Marks, record::MarkRecord};
use hejie_registry::{mark, pool::PgConnection};
use uuid::Uuid;

/// How the folder of a server's marks fits its registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderFit {
    /// It is the one that the registry notes, or the registry notes none yet.
    Fits,
    /// The registry notes another one.
    Other {
        /// The name that the registry notes.
        noted: Uuid,
        /// The name of the folder; none where nothing lies there, as on a disk that is not
        /// mounted.
        found: Option<Uuid>,
    },
}

impl Marks {
    /// Looks whether the folder is the registry's. Changes nothing.
    ///
    /// # Errors
    /// When the folder or the registry cannot be read.
    pub async fn folder_fit(&self, conn: &mut PgConnection) -> Result<FolderFit, MarkError> {
        let registry = mark::registry(conn).await?;
        let noted = mark::noted_folder(conn).await?;
        let found = self.folder_name(registry).await?;
        Ok(match noted {
            Some(noted) if found != Some(noted) => FolderFit::Other { noted, found },
            _ => FolderFit::Fits,
        })
    }

    /// As [`Self::folder_fit`]; where neither has a name the folder gets this one, and where the
    /// registry notes none it notes that of the folder.
    ///
    /// # Errors
    /// When the folder or the registry cannot be read or written.
    pub async fn settle_folder(
        &self,
        conn: &mut PgConnection,
        name: Uuid,
    ) -> Result<FolderFit, MarkError> {
        let fit = self.folder_fit(conn).await?;
        if mark::noted_folder(conn).await?.is_some() {
            return Ok(fit);
        }
        let found = self.named_folder(mark::registry(conn).await?, name).await?;
        Ok(match mark::note_folder(conn, found).await? {
            Some(noted) if noted != found => FolderFit::Other {
                noted,
                found: Some(found),
            },
            _ => FolderFit::Fits,
        })
    }

    /// Takes the folder for the registry's from now on, in the caller's transaction. What this
    /// server's own place has of those who were put out and let in is kept there too, where the
    /// folder lacks it.
    ///
    /// # Errors
    /// When a place or the registry cannot be read or written.
    pub async fn accept_folder(
        &self,
        conn: &mut PgConnection,
        name: Uuid,
    ) -> Result<Uuid, MarkError> {
        let registry = mark::registry(conn).await?;
        for kind in [MarkRecord::Destroyed, MarkRecord::Revoked] {
            self.bring_to_files((registry, kind)).await?;
        }
        let found = self.named_folder(registry, name).await?;
        mark::replace_folder(conn, found).await?;
        Ok(found)
    }

    /// The name of the folder, which gets this one where it has none.
    async fn named_folder(&self, registry: Uuid, name: Uuid) -> Result<Uuid, MarkError> {
        if self.folder_name(registry).await?.is_none() {
            self.files.forget_folder_name(registry).await?;
        }
        self.files.name_folder(registry, name).await?;
        Ok(self.folder_name(registry).await?.unwrap_or(name))
    }

    /// A name that does not read is none.
    async fn folder_name(&self, registry: Uuid) -> Result<Option<Uuid>, MarkError> {
        let kept = self.files.folder_name(registry).await?;
        Ok(kept.and_then(|bytes| str::from_utf8(&bytes).ok()?.trim().parse().ok()))
    }
}
