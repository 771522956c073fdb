//! Documents in the manner of cases, written by Automerge itself on several devices at once.

use automerge::{
    ActorId, AutoCommit, Change, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
    marks::{ExpandMark, Mark},
    transaction::{CommitOptions, Transactable},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// One document: saved, and as its changes.
pub(crate) struct Doc {
    pub(crate) saved: Vec<u8>,
    pub(crate) changes: Vec<Change>,
}

/// Twelve documents of two to four devices.
pub(crate) fn documents() -> Vec<Doc> {
    (0..12)
        .map(|seed| document(&mut StdRng::seed_from_u64(seed)))
        .collect()
}

/// A change that uses rich text.
pub(crate) fn change_with_a_mark() -> Change {
    let mut doc = AutoCommit::new().with_actor(actor(1));
    let text = doc.put_object(ROOT, "text", ObjType::Text).unwrap();
    doc.splice_text(&text, 0, 0, "邻里噪音").unwrap();
    doc.mark(
        &text,
        Mark::new("bold".to_owned(), true, 0, 2),
        ExpandMark::Both,
    )
    .unwrap();
    doc.get_changes(&[]).remove(0)
}

fn document(rng: &mut StdRng) -> Doc {
    let mut base = genesis();
    let devices = rng.random_range(2..5);
    for round in 0..3 {
        let mut forks: Vec<AutoCommit> = (0..devices)
            .map(|d| base.fork().with_actor(actor(10 * d + round)))
            .collect();
        for fork in &mut forks {
            for n in 0..rng.random_range(4..9) {
                edit(fork, rng, n);
                commit(fork, rng);
            }
        }
        for fork in &mut forks {
            base.merge(fork).unwrap();
        }
    }
    Doc {
        saved: base.save(),
        changes: base.get_changes(&[]),
    }
}

fn genesis() -> AutoCommit {
    let mut doc = AutoCommit::new().with_actor(actor(0));
    for map in ["meta", "parties", "notes"] {
        doc.put_object(ROOT, map, ObjType::Map).unwrap();
    }
    doc.put_object(ROOT, "timeline", ObjType::List).unwrap();
    let narrative = doc.put_object(ROOT, "narrative", ObjType::Text).unwrap();
    doc.splice_text(&narrative, 0, 0, "楼上装修，楼下投诉噪音。")
        .unwrap();
    doc.put(ROOT, "visits", ScalarValue::counter(0)).unwrap();
    doc.commit();
    doc
}

fn edit(doc: &mut AutoCommit, rng: &mut StdRng, n: usize) {
    match rng.random_range(0..10) {
        0 => scalar(doc, rng),
        1 => entry(doc, rng, "parties"),
        2 => entry(doc, rng, "notes"),
        3 => doc
            .increment(ROOT, "visits", rng.random_range(-2..5))
            .unwrap(),
        4 => append(doc, rng),
        5 => shorten(doc, rng),
        6 => remove(doc, rng),
        7 => long_note(doc, n),
        _ => narrate(doc, rng),
    }
}

fn scalar(doc: &mut AutoCommit, rng: &mut StdRng) {
    let meta = object(doc, "meta");
    let key = ["status", "level", "place", "at"][rng.random_range(0..4)];
    let value = match rng.random_range(0..9) {
        0 => ScalarValue::Null,
        1 => ScalarValue::Boolean(true),
        2 => ScalarValue::Boolean(false),
        3 => ScalarValue::Int(rng.random_range(i64::MIN..i64::MAX)),
        4 => ScalarValue::Uint(rng.random_range(0..u64::MAX)),
        5 => ScalarValue::F64(0.25),
        6 => ScalarValue::Bytes(vec![9; 40]),
        7 => ScalarValue::Timestamp(1_790_000_000_000),
        _ => ScalarValue::Str("和安县".into()),
    };
    doc.put(meta, key, value).unwrap();
}

fn entry(doc: &mut AutoCommit, rng: &mut StdRng, map: &str) {
    let map = object(doc, map);
    let key = format!("{:032x}", rng.random_range(0..6_u128));
    let entry = doc.put_object(map, key, ObjType::Map).unwrap();
    doc.put(&entry, "kind", "neighbour").unwrap();
    doc.put(&entry, "at", 1_790_000_000_i64).unwrap();
    let list = doc.put_object(&entry, "list", ObjType::List).unwrap();
    doc.insert(&list, 0, 1_u64).unwrap();
    doc.insert_object(&list, 1, ObjType::Map).unwrap();
    doc.put(&entry, "kind", "stranger").unwrap();
}

fn append(doc: &mut AutoCommit, rng: &mut StdRng) {
    let list = object(doc, "timeline");
    let end = doc.length(&list);
    for _ in 0..rng.random_range(1..4) {
        doc.insert(&list, rng.random_range(0..=end), "到场")
            .unwrap();
    }
    if end > 1 {
        doc.put(&list, end - 1, 3_i64).unwrap();
    }
}

fn shorten(doc: &mut AutoCommit, rng: &mut StdRng) {
    let (list, text) = (object(doc, "timeline"), object(doc, "narrative"));
    if doc.length(&list) > 0 {
        doc.delete(&list, rng.random_range(0..doc.length(&list)))
            .unwrap();
    }
    let len = doc.length(&text);
    if len > 4 {
        doc.splice_text(&text, rng.random_range(0..len - 3), 3, "改")
            .unwrap();
    }
}

fn remove(doc: &mut AutoCommit, rng: &mut StdRng) {
    let meta = object(doc, "meta");
    let keys: Vec<String> = doc.keys(&meta).collect();
    if !keys.is_empty() {
        doc.delete(&meta, keys[rng.random_range(0..keys.len())].as_str())
            .unwrap();
    }
}

fn long_note(doc: &mut AutoCommit, n: usize) {
    let notes = object(doc, "notes");
    let note = doc
        .put_object(notes, format!("long{n}"), ObjType::Text)
        .unwrap();
    doc.splice_text(&note, 0, 0, &"双方同意每晚十点后不再施工。".repeat(20))
        .unwrap();
}

fn narrate(doc: &mut AutoCommit, rng: &mut StdRng) {
    let text = object(doc, "narrative");
    let at = rng.random_range(0..=doc.length(&text));
    doc.splice_text(
        &text,
        at,
        0,
        ["调解 x", "😀", "再次上门"][rng.random_range(0..3)],
    )
    .unwrap();
}

fn commit(doc: &mut AutoCommit, rng: &mut StdRng) {
    match rng.random_range(0..3) {
        0 => drop(doc.commit()),
        1 => drop(doc.commit_with(CommitOptions::default().with_time(1_790_000_000))),
        _ => drop(doc.commit_with(CommitOptions::default().with_message("改").with_time(-5))),
    }
}

fn object(doc: &AutoCommit, key: &str) -> ObjId {
    doc.get(ROOT, key).unwrap().unwrap().1
}

fn actor(n: u8) -> ActorId {
    ActorId::from([n.wrapping_mul(97); 16])
}
