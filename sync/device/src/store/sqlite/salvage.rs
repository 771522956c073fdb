//! A file that is damaged: what still reads is carried into a new one, and the old one is put aside
//! for whoever may read more.

use super::{
    EncryptedRow, Key, SqliteStore, Store, StoreError, Table, Write, failed, key, prepare, row,
};
use rusqlite::{Connection, config::DbConfig};
use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// How many places of rows are looked at when the file does not say how many there are.
const PLACES: i64 = 1 << 16;

impl SqliteStore {
    /// Opens a file as [`Self::open`] does. A damaged one is replaced by a new one with every row
    /// that reads; it stays beside it as `….damaged1`, and nothing that the phone wrote is deleted.
    ///
    /// # Errors
    /// As [`Self::open`], but for [`StoreError::Damaged`].
    pub fn open_or_salvage(path: &Path) -> Result<Self, StoreError> {
        let fresh = beside(path, ".new");
        // Killed between putting the old file aside and giving the new one its name.
        if !path.exists() && fresh.exists() {
            return take_name(&fresh, path);
        }
        match Self::open(path) {
            Err(StoreError::Damaged { .. }) => {}
            opened => return opened,
        }
        remove(&fresh)?;
        let rows = rows_that_read(path)?;
        let mut store = Self::open(&fresh)?;
        store.commit(rows)?;
        // Closing brings what was written from the log into the file itself.
        drop(store);
        fs::rename(path, free_name(path, "")).map_err(moving)?;
        take_name(&fresh, path)
    }
}

/// The new file takes the place of the old one. A log that is still there belongs to the old one,
/// and would be played into the new.
fn take_name(fresh: &Path, path: &Path) -> Result<SqliteStore, StoreError> {
    let log = beside(path, "-wal");
    if log.exists() {
        fs::rename(&log, free_name(path, "-wal")).map_err(moving)?;
    }
    fs::rename(fresh, path).map_err(moving)?;
    SqliteStore::open(path).map(|store| SqliteStore {
        was_damaged: true,
        ..store
    })
}

/// Row by row, since a walk over all of them ends at the first page that is broken.
fn rows_that_read(path: &Path) -> Result<Vec<Write>, StoreError> {
    let connection = Connection::open(path).map_err(|e| failed("opening the file", e))?;
    let is_readable = prepare(&connection).is_ok()
        && connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .is_ok();
    if !is_readable {
        return Ok(Vec::new());
    }
    let last = connection.query_row("SELECT max(rowid) FROM row", [], |r| r.get(0));
    let last = last.ok().flatten().unwrap_or(PLACES);
    let sql = "SELECT tab, grp, num, version, sealed FROM row NOT INDEXED WHERE rowid = ?1";
    let Ok(mut read) = connection.prepare(sql) else {
        return Ok(Vec::new());
    };
    let rows = (1..=last.min(16 * PLACES)).filter_map(|place| {
        // What does not read is what is lost; the seal and its ledger tell which rows those were.
        let found: (u8, Key, EncryptedRow) = read
            .query_row([place], |r| Ok((r.get(0)?, key(r, 1)?, row(r, 3)?)))
            .ok()?;
        let (code, key, row) = found;
        Some(Write::Put(Table::of_code(code)?, key, row))
    });
    Ok(rows.collect())
}

/// The first name for a file put aside that is free.
fn free_name(path: &Path, ending: &str) -> PathBuf {
    let names = (1u32..).map(|n| beside(path, &format!(".damaged{n}{ending}")));
    let free = names.into_iter().find(|name| !name.exists());
    free.unwrap_or_else(|| beside(path, &format!(".damaged{ending}")))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    for name in [path.to_owned(), beside(path, "-wal")] {
        if name.exists() {
            fs::remove_file(&name).map_err(moving)?;
        }
    }
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn moving(error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Backend {
            step: "putting a damaged file aside",
            source: Box::new(error),
        },
    }
}
