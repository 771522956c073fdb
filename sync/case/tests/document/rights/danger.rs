//! The dangers that changes report, read from the changes alone.

use super::{forged::forge, permitted::Kept};
use crate::scene::*;
use automerge::transaction::Transactable;
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    ids::EntryId,
    record::*,
    rights::{ChangeWriter, dangers, judge},
    role::Role,
};

fn danger(entry: EntryId, what: &str) -> Edit {
    let request = Request {
        ask: Ask::Danger(act::ReportDanger { what: what.into() }),
        base_version: 1,
        at: at(1),
        anchor: None,
    };
    add(entry, NewEntry::Request(request))
}

/// What changes report, by entry.
fn told(changes: &[Vec<u8>]) -> Vec<(EntryId, String)> {
    let found = dangers(changes).into_iter();
    found.map(|danger| (danger.entry, danger.what)).collect()
}

/// What a change reports in which an app that keeps to no rule writes this under a key of the
/// requests.
fn told_of_forged(key: &str, atom: &str) -> Vec<(EntryId, String)> {
    let forged = forge(&Kept::begun().case, MEDIATOR, |tx, find| {
        let requests = find(tx, &["requests"]);
        tx.put(&requests, key, atom).unwrap();
    });
    told(&[forged])
}

/// Shows E23.
#[test]
fn a_danger_is_told_from_its_change_alone_and_by_the_check_alike() {
    let mut kept = Kept::begun();
    let note = NewEntry::Note(
        NoteHead {
            kind: NoteKind::Other,
            at: at(1),
        },
        r#"{"type":"danger","payload":{"what":"写在走访里。"}}"#.into(),
    );
    let note = write(&mut kept.case, MEDIATOR, add(id(1), note));
    let reported = write(&mut kept.case, MEDIATOR, danger(id(2), "一方持刀。"));
    let changes = [note.bytes, reported.bytes];
    assert_eq!(told(&changes), [(id(2), "一方持刀。".into())]);
    assert_eq!(dangers(&changes)[0].change, reported.hash);
    let writer = ChangeWriter {
        actor: MEDIATOR,
        role: Role::Mediator,
    };
    let judged = judge(&changes, &kept.index, &writer).unwrap();
    assert_eq!(judged.dangers, dangers(&changes));
}

/// Shows E23.
#[test]
fn a_danger_that_no_layer_takes_is_told_in_characters_that_all_take_and_no_longer_than_a_message_may_be()
 {
    let key = id(3).to_string();
    let nul = r#"{"type":"danger","payload":{"what":"持\u0000刀"},"at":"neverwhen"}"#;
    assert_eq!(
        told_of_forged(&key, nul),
        [(id(3), "持\u{fffd}刀".to_owned())]
    );
    let long = format!(
        r#"{{"type":"danger","payload":{{"what":"{}"}}}}"#,
        "刀".repeat(5_000)
    );
    assert_eq!(told_of_forged(&key, &long)[0].1.chars().count(), 1_000);
}

/// Shows E23.
#[test]
fn a_danger_without_words_is_told_as_one() {
    let atom = r#"{"type":"danger","payload":{"what":" "}}"#;
    let told = told_of_forged(&id(3).to_string(), atom);
    assert_eq!(told, [(id(3), "险情（上报人未写明内容）".to_owned())]);
}

#[test]
fn what_is_no_danger_tells_of_none() {
    let key = id(3).to_string();
    for atom in [r#"{"type":"claim"}"#, "danger"] {
        assert_eq!(told_of_forged(&key, atom), [], "{atom}");
    }
    let danger = r#"{"type":"danger","payload":{"what":"持刀"}}"#;
    assert_eq!(told_of_forged("no entry", danger), []);
    assert_eq!(told(&[b"nonsense".to_vec(), Vec::new()]), []);
}
