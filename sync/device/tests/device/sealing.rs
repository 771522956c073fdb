//! What somebody who can write the file, but has no key, can do: nothing that goes unseen.

use crate::seed::{Pocket, Seeded};
use hejie_case::ids::CaseId;
use hejie_device::{
    encryption::{EncryptedStore, EncryptionError, Integrity, RowChange, RowName, RowOwner},
    store::{EncryptedRow, Key, MemoryStore, Range, Store, StoreError, Table, Write},
};
use std::sync::{Arc, Mutex};

/// A store that two hands hold: the engine's and the attacker's.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<MemoryStore>>);

impl Store for Shared {
    fn get(&self, table: Table, key: Key) -> Result<Option<EncryptedRow>, StoreError> {
        self.0.lock().unwrap().get(table, key)
    }
    fn scan(&self, table: Table, range: Range) -> Result<Vec<(Key, EncryptedRow)>, StoreError> {
        self.0.lock().unwrap().scan(table, range)
    }
    fn versions(&self) -> Result<Vec<(Table, Key, u64)>, StoreError> {
        self.0.lock().unwrap().versions()
    }
    fn commit(&mut self, batch: Vec<Write>) -> Result<(), StoreError> {
        self.0.lock().unwrap().commit(batch)
    }
}

impl Shared {
    fn only(&self, table: Table) -> (Key, EncryptedRow) {
        self.scan(table, Range::All).unwrap().remove(0)
    }
}

fn document(n: u8) -> RowName {
    let case = CaseId(uuid::Uuid::from_bytes([n; 16]));
    RowName {
        table: Table::Document,
        owner: RowOwner::Case(case),
        number: 0,
    }
}

fn put(name: RowName, text: &str) -> RowChange {
    RowChange::Put(name, text.into())
}

fn open(store: &Shared, pocket: &Pocket) -> Result<EncryptedStore<Shared>, EncryptionError> {
    EncryptedStore::open(store.clone(), pocket, Box::new(Seeded(1)))
}

/// Opens a store of which no row can be trusted to be the newest; how many rows do not open.
fn doubt(store: &Shared, pocket: &Pocket) -> u64 {
    match open(store, pocket).unwrap().integrity() {
        Integrity::Doubtful { rows, .. } => rows,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_value_is_read_again_after_reopening() {
    let (store, pocket) = (Shared::default(), Pocket::default());
    let mut sealed = open(&store, &pocket).unwrap();
    sealed
        .commit(vec![put(document(1), "甲方要求退还中介费")])
        .unwrap();
    drop(sealed);
    let sealed = open(&store, &pocket).unwrap();
    assert_eq!(
        **sealed.get(document(1)).unwrap().unwrap(),
        *"甲方要求退还中介费".as_bytes()
    );
    assert!(sealed.get(document(2)).unwrap().is_none());
}

#[test]
fn another_key_is_refused_and_a_lost_key_is_named() {
    let (store, pocket) = (Shared::default(), Pocket::default());
    open(&store, &pocket).unwrap();
    assert!(matches!(
        open(&store, &Pocket::holding([9; 32])),
        Err(EncryptionError::WrongKey)
    ));
    assert!(matches!(
        open(&store, &Pocket::default()),
        Err(EncryptionError::KeyGone)
    ));
}

#[test]
fn two_rows_that_changed_places_are_refused() {
    let (mut store, pocket) = (Shared::default(), Pocket::default());
    let mut sealed = open(&store, &pocket).unwrap();
    sealed
        .commit(vec![put(document(1), "one"), put(document(2), "two")])
        .unwrap();
    let rows = store.scan(Table::Document, Range::All).unwrap();
    let [(first, a), (second, b)] = &rows[..] else {
        panic!("two rows")
    };
    store
        .commit(vec![
            Write::Put(Table::Document, *first, b.clone()),
            Write::Put(Table::Document, *second, a.clone()),
        ])
        .unwrap();
    assert!(matches!(
        sealed.get(document(1)),
        Err(EncryptionError::Tampered {
            table: Table::Document
        })
    ));
    assert!(matches!(
        sealed.scan(Table::Document, None),
        Err(EncryptionError::Tampered { .. })
    ));
}

#[test]
fn a_row_put_back_to_an_earlier_state_is_refused_at_once_and_on_opening() {
    let (mut store, pocket) = (Shared::default(), Pocket::default());
    let mut sealed = open(&store, &pocket).unwrap();
    sealed
        .commit(vec![put(document(1), "before signing")])
        .unwrap();
    let (key, old) = store.only(Table::Document);
    sealed
        .commit(vec![put(document(1), "after signing")])
        .unwrap();
    store
        .commit(vec![Write::Put(Table::Document, key, old)])
        .unwrap();
    assert!(matches!(
        sealed.get(document(1)),
        Err(EncryptionError::RolledBack)
    ));
    drop(sealed);
    assert_eq!(doubt(&store, &pocket), 0);
}

#[test]
fn an_old_value_under_the_new_version_does_not_open() {
    let (mut store, pocket) = (Shared::default(), Pocket::default());
    let mut sealed = open(&store, &pocket).unwrap();
    sealed.commit(vec![put(document(1), "before")]).unwrap();
    let (key, old) = store.only(Table::Document);
    sealed.commit(vec![put(document(1), "after")]).unwrap();
    let version = store.only(Table::Document).1.version;
    store
        .commit(vec![Write::Put(
            Table::Document,
            key,
            EncryptedRow {
                version,
                sealed: old.sealed,
            },
        )])
        .unwrap();
    assert!(matches!(
        sealed.get(document(1)),
        Err(EncryptionError::Tampered { .. })
    ));
}

#[test]
fn a_row_taken_away_or_brought_back_is_found_on_opening() {
    let (mut store, pocket) = (Shared::default(), Pocket::default());
    let mut sealed = open(&store, &pocket).unwrap();
    sealed
        .commit(vec![put(document(1), "a"), put(document(2), "b")])
        .unwrap();
    let (key, row) = store.only(Table::Document);
    store
        .commit(vec![Write::Delete(Table::Document, key)])
        .unwrap();
    assert!(matches!(
        sealed.scan(Table::Document, None),
        Err(EncryptionError::RolledBack)
    ));
    assert_eq!(doubt(&store, &pocket), 0);

    store
        .commit(vec![Write::Put(Table::Document, key, row)])
        .unwrap();
    let mut sealed = open(&store, &pocket).unwrap();
    let (key, row) = store.only(Table::Document);
    sealed
        .commit(vec![
            RowChange::Delete(document(1)),
            RowChange::Delete(document(2)),
        ])
        .unwrap();
    store
        .commit(vec![Write::Put(Table::Document, key, row)])
        .unwrap();
    assert_eq!(doubt(&store, &pocket), 0);
}

/// The numbers of commits go on behind those that were set back: no row of that time has the
/// version of one of now.
#[test]
fn a_row_that_was_written_before_the_store_was_set_back_does_not_open_behind_it() {
    let (mut store, pocket) = (Shared::default(), Pocket::default());
    let mut sealed = open(&store, &pocket).unwrap();
    sealed.commit(vec![put(document(1), "at first")]).unwrap();
    let before = store.0.lock().unwrap().clone();
    sealed.commit(vec![put(document(1), "that time")]).unwrap();
    let (key, of_that_time) = store.only(Table::Document);
    drop(sealed);
    *store.0.lock().unwrap() = before;
    let mut sealed = open(&store, &pocket).unwrap();
    assert!(matches!(sealed.integrity(), Integrity::SetBack { .. }));
    sealed.commit(vec![put(document(1), "now")]).unwrap();
    let row = Write::Put(Table::Document, key, of_that_time);
    store.commit(vec![row]).unwrap();
    assert!(matches!(
        sealed.get(document(1)),
        Err(EncryptionError::RolledBack)
    ));
}

/// Shows P16.
#[test]
fn every_flipped_bit_of_a_sealed_row_is_noticed() {
    let (mut store, pocket) = (Shared::default(), Pocket::default());
    let mut sealed = open(&store, &pocket).unwrap();
    sealed.commit(vec![put(document(1), "和解")]).unwrap();
    let (key, row) = store.only(Table::Document);
    for at in 0..row.sealed.len() {
        let mut changed = row.clone();
        changed.sealed[at] ^= 1 << (at % 8);
        store
            .commit(vec![Write::Put(Table::Document, key, changed)])
            .unwrap();
        assert!(
            matches!(
                sealed.get(document(1)),
                Err(EncryptionError::Tampered { .. })
            ),
            "byte {at}"
        );
    }
}

#[test]
fn the_same_value_is_never_sealed_alike_twice() {
    let (store, pocket) = (Shared::default(), Pocket::default());
    let mut sealed = open(&store, &pocket).unwrap();
    sealed.commit(vec![put(document(1), "same")]).unwrap();
    let first = store.only(Table::Document).1.sealed;
    sealed.commit(vec![put(document(1), "same")]).unwrap();
    assert_ne!(first[..24], store.only(Table::Document).1.sealed[..24]);
}

#[cfg(feature = "native")]
#[test]
fn no_plaintext_and_no_case_id_reaches_the_file() {
    use hejie_device::store::SqliteStore;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("phone.db");
    let store = SqliteStore::open(&path).unwrap();
    let mut sealed = EncryptedStore::open(store, &Pocket::default(), Box::new(Seeded(1))).unwrap();
    let secret = "张*明说房东没有退还押金";
    sealed
        .commit(vec![
            put(document(0x41), &secret.repeat(200)),
            put(document(0x42), secret),
        ])
        .unwrap();
    sealed
        .commit(vec![RowChange::Delete(document(0x41))])
        .unwrap();
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(dir.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"SQLite format 3"));
    assert!(!holds(&secret.as_bytes()[..12]));
    assert!(!holds(&[0x41; 16]) && !holds(&[0x42; 16]));
}
