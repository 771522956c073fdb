//! The store of a phone: one SQLite file in write-ahead mode, every commit synced to the disk
//! before it returns.
//!
//! The file belongs to one process at a time: a second one that opens it is refused, so that two
//! exchanges never run side by side.

mod salvage;

use super::{EncryptedRow, Key, Range, Store, StoreError, Table, Write};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, ffi, params};
use std::{path::Path, time::Duration};

/// `hej1` in the header of the file, so that another database is not taken for a store.
const APPLICATION_ID: i64 = 0x6865_6a31;

/// The oldest version that is read: what the rows of an older file say is not understood any more.
const OLDEST: i64 = 2;

/// The migrations in their order: the first makes a file of the oldest version, each other one of
/// the next. The version is the file's `user_version`.
const MIGRATIONS: [&str; 1] = [include_str!("../../../../migrations/device/0001_rows.sql")];

/// How long to wait for a process that is about to end and still holds the file.
const BUSY: Duration = Duration::from_secs(2);

/// A store in a SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    was_damaged: bool,
}

impl SqliteStore {
    /// Opens the file, makes it if it is absent, brings it to the present version and checks its
    /// structure.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::TooOld`], [`StoreError::TooNew`],
    /// [`StoreError::Damaged`], or what SQLite says.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path).map_err(|e| failed("opening the file", e))?;
        prepare(&connection).map_err(|e| failed("preparing the connection", e))?;
        migrate(&mut connection)?;
        check_structure(&connection)?;
        Ok(Self {
            connection,
            was_damaged: false,
        })
    }
}

impl Store for SqliteStore {
    fn get(&self, table: Table, key: Key) -> Result<Option<EncryptedRow>, StoreError> {
        let read = || {
            self.connection
                .prepare_cached(
                    "SELECT version, sealed FROM row WHERE tab = ?1 AND grp = ?2 AND num = ?3",
                )?
                .query_row(params![table.code(), key.group, signed(key.number)], |r| {
                    row(r, 0)
                })
                .optional()
        };
        read().map_err(|e| failed("reading a row", e))
    }

    fn scan(&self, table: Table, range: Range) -> Result<Vec<(Key, EncryptedRow)>, StoreError> {
        let read = || -> rusqlite::Result<Vec<(Key, EncryptedRow)>> {
            let keyed = |r: &rusqlite::Row<'_>| Ok((key(r, 0)?, row(r, 2)?));
            match range {
                Range::All => self
                    .connection
                    .prepare_cached("SELECT grp, num, version, sealed FROM row WHERE tab = ?1 ORDER BY grp, num")?
                    .query_map(params![table.code()], keyed)?
                    .collect(),
                Range::Group(group) => self
                    .connection
                    .prepare_cached(
                        "SELECT grp, num, version, sealed FROM row WHERE tab = ?1 AND grp = ?2 ORDER BY num",
                    )?
                    .query_map(params![table.code(), group], keyed)?
                    .collect(),
            }
        };
        read().map_err(|e| failed("reading rows", e))
    }

    fn versions(&self) -> Result<Vec<(Table, Key, u64)>, StoreError> {
        let read = || -> rusqlite::Result<Vec<(u8, Key, u64)>> {
            self.connection
                .prepare_cached("SELECT tab, grp, num, version FROM row ORDER BY tab, grp, num")?
                .query_map([], |r| Ok((r.get(0)?, key(r, 1)?, count(r, 3)?)))?
                .collect()
        };
        read()
            .map_err(|e| failed("reading versions", e))?
            .into_iter()
            .map(|(code, key, version)| match Table::of_code(code) {
                Some(table) => Ok((table, key, version)),
                None => Err(StoreError::Damaged {
                    what: format!("a row of table {code}"),
                }),
            })
            .collect()
    }

    fn commit(&mut self, batch: Vec<Write>) -> Result<(), StoreError> {
        let mut write = || {
            let transaction = self.connection.transaction()?;
            for one in &batch {
                apply(&transaction, one)?;
            }
            transaction.commit()
        };
        write().map_err(|e| failed("writing a batch", e))
    }

    fn was_damaged(&self) -> bool {
        self.was_damaged
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What a deleted row held is overwritten; it is sealed, but a case that left the phone should
    // leave it wholly.
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let pragma = |c: &Connection, name| c.pragma_query_value(None, name, |r| r.get::<_, i64>(0));
    let found = pragma(connection, "user_version").map_err(|e| failed("reading the version", e))?;
    let owner = pragma(connection, "application_id").map_err(|e| failed("reading the owner", e))?;
    let known = OLDEST + MIGRATIONS.len() as i64 - 1;
    let is_new = is_empty(connection).map_err(|e| failed("reading the schema", e))?;
    if owner != APPLICATION_ID && !is_new {
        return Err(StoreError::Damaged {
            what: "the file belongs to another program".into(),
        });
    }
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    if found < OLDEST && !is_new {
        return Err(StoreError::TooOld {
            found,
            oldest: OLDEST,
        });
    }
    for (version, sql) in (OLDEST..).zip(MIGRATIONS).filter(|(of, _)| *of > found) {
        run_migration(connection, sql, version).map_err(|e| failed("migrating", e))?;
    }
    Ok(())
}

/// Whether nothing was ever written in the file.
fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let any = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)";
    connection.query_row(any, [], |r| r.get(0))
}

fn run_migration(connection: &mut Connection, sql: &str, version: i64) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(sql)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()
}

fn check_structure(connection: &Connection) -> Result<(), StoreError> {
    let answer: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |r| r.get(0))
        .map_err(|e| failed("checking the structure", e))?;
    // A bit in the schema leaves a file that is whole and says something else.
    let has_rows = connection.prepare("SELECT tab, grp, num, version, sealed FROM row");
    if answer == "ok" && has_rows.is_ok() {
        Ok(())
    } else {
        Err(StoreError::Damaged {
            what: "its structure is broken".into(),
        })
    }
}

fn apply(transaction: &Transaction<'_>, write: &Write) -> rusqlite::Result<usize> {
    match write {
        Write::Put(table, key, row) => transaction
            .prepare_cached(
                "INSERT INTO row (tab, grp, num, version, sealed) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (tab, grp, num) DO UPDATE SET version = excluded.version, sealed = excluded.sealed",
            )?
            .execute(params![table.code(), key.group, signed(key.number), signed(row.version), row.sealed]),
        Write::Delete(table, key) => transaction
            .prepare_cached("DELETE FROM row WHERE tab = ?1 AND grp = ?2 AND num = ?3")?
            .execute(params![table.code(), key.group, signed(key.number)]),
    }
}

/// SQLite counts with a sign; places and versions count up from zero and never come near the bound.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

fn key(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Key> {
    Ok(Key {
        group: row.get(first)?,
        number: count(row, first + 1)?,
    })
}

fn row(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<EncryptedRow> {
    Ok(EncryptedRow {
        version: count(row, first)?,
        sealed: row.get(first + 1)?,
    })
}

fn failed(step: &'static str, error: rusqlite::Error) -> StoreError {
    // A limit on the size of files, or a quota, comes as a failed write.
    let extended = error.sqlite_error().map(|error| error.extended_code);
    if matches!(
        extended,
        Some(ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE)
    ) {
        return StoreError::Full;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::InUse,
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged {
            what: format!("found while {step}"),
        },
        Some(ErrorCode::NotADatabase) => StoreError::Damaged {
            what: "the file is not a database".into(),
        },
        _ => StoreError::Backend {
            step,
            source: Box::new(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What survives the loss of current is what was synced: no test can pull the plug.
    #[test]
    fn a_commit_that_returned_is_on_the_disk_and_what_was_deleted_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&dir.path().join("phone.db")).unwrap();
        let pragma = |name| {
            store
                .connection
                .pragma_query_value(None, name, |r| r.get::<_, i64>(0))
        };
        let number = |name| pragma(name).unwrap();
        assert_eq!((number("synchronous"), number("secure_delete")), (2, 1));
        let mode = store
            .connection
            .pragma_query_value(None, "journal_mode", |r| r.get(0));
        assert_eq!(mode, Ok("wal".to_owned()));
    }
}
