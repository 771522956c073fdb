//! Whether a disk is full: what the system, the file store or Postgres said, as deep as it lies in
//! a chain of causes.

use hejie_registry::error::RegistryError;
use std::{error::Error, io};

/// Which disk has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FullDisk {
    /// That of this machine: the data directory, or the files.
    Here,
    /// That of Postgres, which may be on another machine.
    OfPostgres,
}

impl FullDisk {
    /// What to do about it.
    pub(crate) fn next(self) -> &'static str {
        match self {
            Self::Here => {
                "磁盘已满：请清理数据目录与文件目录所在的磁盘，至少留出 1 GiB，再重复同一命令；重复无害 / the disk is full: free 1 GiB at least where the data directory and the files lie, then repeat the command: that does no harm"
            }
            Self::OfPostgres => {
                "数据库所在的磁盘已满：请清理或扩容，再重复同一命令；重复无害 / the disk of the database is full: free some room or give it more, then repeat the command: that does no harm"
            }
        }
    }
}

/// The full disk among the causes of a failure; none where another thing failed.
pub(crate) fn full(error: &(dyn Error + 'static)) -> Option<FullDisk> {
    let mut at = Some(error);
    while let Some(cause) = at {
        if let Some(found) = said(cause) {
            return Some(found);
        }
        at = cause.source();
    }
    None
}

fn said(error: &(dyn Error + 'static)) -> Option<FullDisk> {
    if let Some(error) = error.downcast_ref::<RegistryError>() {
        return error.is_disk_full().then_some(FullDisk::OfPostgres);
    }
    let kind = error.downcast_ref::<io::Error>()?.kind();
    let is_full = matches!(
        kind,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    is_full.then_some(FullDisk::Here)
}
