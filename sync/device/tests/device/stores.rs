//! One suite of conformance, run over every store.

use hejie_device::store::{EncryptedRow, Key, MemoryStore, Range, Store, Table, Write};

fn key(group: u8, number: u64) -> Key {
    Key {
        group: [group; 16],
        number,
    }
}

fn row(version: u64, text: &str) -> EncryptedRow {
    EncryptedRow {
        version,
        sealed: text.into(),
    }
}

fn put(table: Table, at: Key, version: u64, text: &str) -> Write {
    Write::Put(table, at, row(version, text))
}

fn a_new_store_is_empty(store: &mut dyn Store) {
    assert_eq!(store.get(Table::Case, key(1, 0)).unwrap(), None);
    assert!(store.scan(Table::Case, Range::All).unwrap().is_empty());
    assert!(store.versions().unwrap().is_empty());
}

fn what_was_committed_is_read_again(store: &mut dyn Store) {
    store
        .commit(vec![
            put(Table::Case, key(1, 7), 1, "甲"),
            put(Table::Document, key(1, 7), 1, ""),
        ])
        .unwrap();
    assert_eq!(
        store.get(Table::Case, key(1, 7)).unwrap(),
        Some(row(1, "甲"))
    );
    assert_eq!(
        store.get(Table::Document, key(1, 7)).unwrap(),
        Some(row(1, ""))
    );
    assert_eq!(store.get(Table::Facts, key(1, 7)).unwrap(), None);
}

fn a_later_write_replaces_and_a_delete_removes(store: &mut dyn Store) {
    store
        .commit(vec![
            put(Table::Case, key(1, 0), 1, "first"),
            put(Table::Case, key(2, 0), 1, "other"),
        ])
        .unwrap();
    store
        .commit(vec![
            put(Table::Case, key(1, 0), 2, "second"),
            Write::Delete(Table::Case, key(2, 0)),
        ])
        .unwrap();
    store
        .commit(vec![Write::Delete(Table::Case, key(9, 9))])
        .unwrap();
    assert_eq!(
        store.scan(Table::Case, Range::All).unwrap(),
        [(key(1, 0), row(2, "second"))]
    );
}

fn a_group_is_read_in_the_order_of_its_numbers(store: &mut dyn Store) {
    let writes = [300, 2, 1, 256].map(|n| put(Table::Outgoing, key(1, n), 1, "x"));
    store.commit(writes.into()).unwrap();
    store
        .commit(vec![
            put(Table::Outgoing, key(2, 5), 2, "y"),
            put(Table::Refusal, key(1, 9), 2, "z"),
        ])
        .unwrap();
    let numbers: Vec<u64> = store
        .scan(Table::Outgoing, Range::Group([1; 16]))
        .unwrap()
        .iter()
        .map(|(key, _)| key.number)
        .collect();
    assert_eq!(numbers, [1, 2, 256, 300]);
    assert_eq!(store.scan(Table::Outgoing, Range::All).unwrap().len(), 5);
}

fn versions_are_listed_without_values(store: &mut dyn Store) {
    store
        .commit(vec![
            put(Table::Case, key(2, 0), 4, "b"),
            put(Table::Own, key(1, 3), 4, "a"),
        ])
        .unwrap();
    assert_eq!(
        store.versions().unwrap(),
        [(Table::Own, key(1, 3), 4), (Table::Case, key(2, 0), 4)]
    );
}

fn writes_of_one_batch_apply_in_their_order(store: &mut dyn Store) {
    let at = key(1, 1);
    store
        .commit(vec![
            put(Table::Case, at, 1, "a"),
            Write::Delete(Table::Case, at),
            put(Table::Case, at, 1, "b"),
        ])
        .unwrap();
    assert_eq!(store.get(Table::Case, at).unwrap(), Some(row(1, "b")));
}

macro_rules! conformance {
    ($module:ident, $make:expr, [$($test:ident),* $(,)?]) => {
        mod $module {
            use super::*;
            $(#[test]
            fn $test() {
                let mut made = $make;
                super::$test(&mut made.0);
            })*
        }
    };
}

macro_rules! conformance_of_all {
    ($tests:tt) => {
        conformance!(memory, (MemoryStore::default(), ()), $tests);
        #[cfg(feature = "native")]
        conformance!(sqlite, sqlite_only::fresh(), $tests);
    };
}

conformance_of_all!([
    a_new_store_is_empty,
    what_was_committed_is_read_again,
    a_later_write_replaces_and_a_delete_removes,
    a_group_is_read_in_the_order_of_its_numbers,
    versions_are_listed_without_values,
    writes_of_one_batch_apply_in_their_order,
]);

#[cfg(feature = "native")]
mod sqlite_only {
    use super::*;
    use hejie_device::store::{SqliteStore, StoreError};
    use rusqlite::Connection;
    use tempfile::TempDir;

    pub(super) fn fresh() -> (SqliteStore, TempDir) {
        let dir = tempfile::tempdir().unwrap();
        (
            SqliteStore::open(&dir.path().join("phone.db")).unwrap(),
            dir,
        )
    }

    #[test]
    fn rows_are_there_after_the_file_is_opened_again() {
        let (mut store, dir) = fresh();
        store
            .commit(vec![put(Table::Case, key(1, 0), 1, "kept")])
            .unwrap();
        drop(store);
        let again = SqliteStore::open(&dir.path().join("phone.db")).unwrap();
        assert_eq!(
            again.get(Table::Case, key(1, 0)).unwrap(),
            Some(row(1, "kept"))
        );
    }

    #[test]
    fn a_second_process_is_told_that_the_store_is_in_use() {
        let (_store, dir) = fresh();
        let second = SqliteStore::open(&dir.path().join("phone.db"));
        assert!(matches!(second, Err(StoreError::InUse)));
    }

    #[test]
    fn a_file_of_a_later_version_is_left_alone() {
        let (store, dir) = fresh();
        drop(store);
        let path = dir.path().join("phone.db");
        Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 9)
            .unwrap();
        assert!(matches!(
            SqliteStore::open(&path),
            Err(StoreError::TooNew { found: 9, known: 2 })
        ));
    }

    #[test]
    fn a_file_of_an_earlier_version_is_refused_as_it_is() {
        for version in [1, 0, -3] {
            let (mut store, dir) = fresh();
            let row = put(Table::Document, key(1, 0), 1, "旧");
            store.commit(vec![row]).unwrap();
            drop(store);
            let path = dir.path().join("phone.db");
            let of_file = |version| {
                let file = Connection::open(&path).unwrap();
                file.pragma_update(None, "user_version", version).unwrap();
            };
            of_file(version);
            match SqliteStore::open_or_salvage(&path) {
                Err(StoreError::TooOld { found, oldest: 2 }) => assert_eq!(found, version),
                other => panic!("{version}: {other:?}"),
            }
            of_file(2);
            let again = SqliteStore::open(&path).unwrap();
            assert!(again.get(Table::Document, key(1, 0)).unwrap().is_some());
        }
    }

    #[test]
    fn a_database_of_another_program_is_no_store() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("phone.db");
        let other = Connection::open(&path).unwrap();
        other.execute_batch("CREATE TABLE other (a)").unwrap();
        drop(other);
        assert!(matches!(
            SqliteStore::open(&path),
            Err(StoreError::Damaged { .. })
        ));
    }

    #[test]
    fn a_file_that_is_no_database_is_named_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("phone.db");
        std::fs::write(&path, "这不是数据库".repeat(100)).unwrap();
        assert!(matches!(
            SqliteStore::open(&path),
            Err(StoreError::Damaged { .. })
        ));
    }

    #[test]
    fn a_file_with_broken_pages_is_named_damaged() {
        let (mut store, dir) = fresh();
        let long = "长".repeat(2000);
        let writes = (0..50)
            .map(|n| put(Table::Document, key(1, n), 1, &long))
            .collect();
        store.commit(writes).unwrap();
        drop(store);
        let path = dir.path().join("phone.db");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[4096..4096 + 2048].fill(0xa5);
        std::fs::write(&path, bytes).unwrap();
        assert!(matches!(
            SqliteStore::open(&path),
            Err(StoreError::Damaged { .. })
        ));
    }
}
