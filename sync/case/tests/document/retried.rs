//! Refused work that is tried again by hand, and what was typed inside of it: on words that its
//! author had not seen, or not as they are now. Every replica takes it and reads it.

use super::{
    replay::{NOTE_TEXT, found, shared},
    scene::*,
};
use hejie_case::{
    document::{Basis, CaseDoc, EditError, Inside, Replay, Replayed, Seen, Work},
    edit::Edit,
    ids::ChangeHash,
    view::ConflictKind,
};
use proptest::prelude::*;

/// Work of the colleague, and on what it was written.
#[derive(Debug, Clone)]
struct Row {
    edit: Edit,
    basis: Basis,
}

fn replay(case: &mut CaseDoc, row: &Row, inside: Inside) -> Result<Replayed, EditError> {
    let work = Work {
        edit: &row.edit,
        basis: &row.basis,
        inside,
    };
    Replay::default().edit(case, COLLEAGUE, at(1), work)
}

/// What the colleague writes on a document, and the document with it.
fn written(on: &CaseDoc, content: &str) -> (CaseDoc, Row, ChangeHash) {
    let edit = text(NOTE_TEXT, content);
    let basis = on.basis(&edit, 0);
    let mut after = on.clone();
    let hash = write(&mut after, COLLEAGUE, edit.clone()).hash;
    (after, Row { edit, basis }, hash)
}

/// The same work, when of what its author had seen these heads are left.
fn seen_at(row: &Row, heads: Vec<ChangeHash>) -> Row {
    let seen = Seen {
        heads,
        beside: Vec::new(),
        facts_version: 0,
    };
    let basis = Basis {
        seen,
        ..row.basis.clone()
    };
    Row {
        basis,
        ..row.clone()
    }
}

/// A replica that had the case before takes all of it, and reads it alike.
fn assert_taken(by: &CaseDoc, case: &CaseDoc) {
    let mut replica = by.clone();
    bring(&mut replica, case);
    assert_eq!(view(&replica), view(case));
    assert_eq!(found(&replica), found(case));
    let mut at_once = CaseDoc::load(&case.clone().save()).unwrap();
    assert_eq!(conflicts(&at_once), conflicts(case));
    assert_eq!(at_once.save(), case.clone().save());
}

#[test]
fn words_inside_of_refused_words_come_in_again_behind_them_and_are_read_as_their_author_saw_them() {
    let start = shared();
    let (seen, first, _) = written(&start, "先。起初。末。");
    let (_, inner, _) = written(&seen, "先。起初。末又写。");
    let inner = seen_at(&inner, start.heads());
    let mut case = start.clone();
    write(&mut case, MEDIATOR, text(NOTE_TEXT, "起初。调解员写的。"));
    for row in [&first, &inner] {
        replay(&mut case, row, Inside::Kept).unwrap();
    }
    let said: Vec<_> = found(&case)
        .into_iter()
        .map(|(kind, _, said)| (kind, said))
        .collect();
    let sides = vec![
        (Some(MEDIATOR), "起初。调解员写的。".to_owned()),
        (Some(COLLEAGUE), "先。起初。末又写。".to_owned()),
    ];
    assert_eq!(said, [(ConflictKind::SharedText, sides)]);
    assert_taken(&start, &case);
}

#[test]
fn words_that_were_put_between_words_that_their_author_never_saw_are_read_with_them() {
    let start = shared();
    let (seen, ..) = written(&start, "起初。末。");
    let (_, inner, _) = written(&seen, "起初。末又写。");
    let inner = seen_at(&inner, start.heads());
    let mut case = start.clone();
    write(
        &mut case,
        MEDIATOR,
        text(NOTE_TEXT, "起初。调解员写的。末。"),
    );
    replay(&mut case, &inner, Inside::Kept).unwrap();
    assert_eq!(case.text(NOTE_TEXT).unwrap(), "起初。调解员写的。末又写。");
    let said: Vec<_> = found(&case)
        .into_iter()
        .flat_map(|(.., said)| said)
        .collect();
    let whole = (Some(COLLEAGUE), "起初。调解员写的。末又写。".to_owned());
    assert!(said.contains(&whole), "{said:?}");
    assert_taken(&start, &case);
}

/// Heads under their names after everything was written again; what was refused is followed to what
/// it was written on.
fn carried(heads: &[ChangeHash], names: &[(ChangeHash, Vec<ChangeHash>)]) -> Vec<ChangeHash> {
    let [head] = heads else {
        return heads.to_vec();
    };
    let known = names.iter().find(|(old, _)| old == head);
    known.map_or_else(|| heads.to_vec(), |(_, now)| carried(now, names))
}

/// A character that stands nowhere else, put in somewhere.
fn with_one_more(text: &str, place: usize, n: &mut u32) -> (String, char) {
    *n += 1;
    let word = char::from_u32(0x5000 + *n).unwrap();
    let mut text: Vec<char> = text.chars().collect();
    text.insert(place % (text.len() + 1), word);
    (text.into_iter().collect(), word)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// One writes offline in one text, each time anywhere in all that was written before, and some
    /// of it is refused. The rest is written again without it; then everything refused, and
    /// everything typed inside of it, is tried again by hand in any order, while the other goes on.
    /// Every word is there once, and every replica takes and reads the document at each step.
    #[test]
    fn whatever_is_tried_again_in_whichever_order_stands_there_once_and_is_taken_everywhere(
        mine in prop::collection::vec((0..64usize, any::<bool>()), 1..7),
        theirs in prop::collection::vec(0..64usize, 1..4),
        order in prop::collection::vec(any::<prop::sample::Index>(), 16),
    ) {
        let start = shared();
        let (mut n, mut words) = (0, Vec::new());
        let (mut seen, mut rows) = (start.clone(), Vec::new());
        for (place, is_refused) in mine {
            let (content, word) = with_one_more(&seen.text(NOTE_TEXT).unwrap(), place, &mut n);
            words.push(word);
            let (after, row, hash) = written(&seen, &content);
            seen = after;
            rows.push((row, hash, is_refused));
        }
        let mut case = start.clone();
        let mut writes = theirs.into_iter().cycle();
        let mut other_writes = |case: &mut CaseDoc, words: &mut Vec<char>| {
            let place = writes.next().unwrap();
            let (content, word) = with_one_more(&case.text(NOTE_TEXT).unwrap(), place, &mut n);
            words.push(word);
            write(case, MEDIATOR, text(NOTE_TEXT, &content));
        };
        other_writes(&mut case, &mut words);
        let (mut names, mut waiting) = (Vec::new(), Vec::new());
        for (row, hash, is_refused) in rows {
            let row = seen_at(&row, carried(&row.basis.seen.heads, &names));
            let now = if is_refused {
                waiting.push(row.clone());
                row.basis.seen.heads.clone()
            } else {
                let done = replay(&mut case, &row, Inside::HeldBack).unwrap();
                let held_back = done.held_back.map(|base| Basis { base_text: Some(base), ..row.basis.clone() });
                waiting.extend(held_back.map(|basis| Row { edit: row.edit.clone(), basis }));
                done.written.map_or(row.basis.seen.heads.clone(), |written| vec![written.hash])
            };
            names.push((hash, now));
        }
        assert_taken(&start, &case);
        for index in order {
            if waiting.is_empty() {
                break;
            }
            let row = waiting.remove(index.index(waiting.len()));
            replay(&mut case, &row, Inside::Kept).unwrap();
            assert_taken(&start, &case);
            other_writes(&mut case, &mut words);
        }
        prop_assert!(waiting.is_empty());
        let text = case.text(NOTE_TEXT).unwrap();
        for word in words {
            prop_assert_eq!(text.matches(word).count(), 1, "{} in {}", word, text);
        }
    }
}
