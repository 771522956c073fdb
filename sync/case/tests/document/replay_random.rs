//! Random histories: what is written again ends as what was sent in time.

use super::{
    replay::{NOTE_TEXT, found, shared, words},
    scene::*,
};
use hejie_case::{
    document::{CaseDoc, Inside, Replay, Work},
    edit::Edit,
    ids::ChangeHash,
    record::*,
};
use proptest::prelude::*;

/// What somebody writes in a random history; texts only grow, by characters that stand nowhere
/// else.
#[derive(Debug, Clone)]
enum Doing {
    Grows(bool, bool),
    Sides(u8),
    Orders(u8),
    Marks(bool),
}

fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        4 => (any::<bool>(), any::<bool>()).prop_map(|(at_end, twice)| Doing::Grows(at_end, twice)),
        1 => (0..3u8).prop_map(Doing::Sides),
        1 => (0..3u8).prop_map(Doing::Orders),
        1 => any::<bool>().prop_map(Doing::Marks),
    ]
}

/// The edit, and the n-th and the following characters that it brings in.
fn edit_of(doing: &Doing, case: &CaseDoc, n: &mut u32) -> Edit {
    match doing {
        Doing::Grows(at_end, twice) => {
            let now = case.text(NOTE_TEXT).unwrap();
            let mut fresh = || {
                *n += 1;
                char::from_u32(0x5000 + *n).unwrap()
            };
            let (one, other) = (fresh(), fresh());
            text(
                NOTE_TEXT,
                &match (at_end, twice) {
                    (_, true) => format!("{one}{now}{other}"),
                    (true, false) => format!("{now}{one}"),
                    (false, false) => format!("{one}{now}"),
                },
            )
        }
        Doing::Sides(n) => Edit::Party {
            party: PARTY,
            field: PartyField::Side([Side::A, Side::B, Side::Third][usize::from(*n)]),
        },
        Doing::Orders(n) => Edit::ClauseOrder {
            draft: DRAFT,
            clause: CLAUSE,
            order: ["a", "m", "z"][usize::from(*n)].into(),
        },
        Doing::Marks(done) => Edit::Check {
            item: "notice".into(),
            mark: CheckMark {
                done: *done,
                at: at(1),
                remark: String::new(),
            },
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// One writes offline, first something that is refused and then the rest; the other writes
    /// meanwhile. The rest, written again without the first, ends as it would have without the
    /// first in time.
    #[test]
    fn what_is_written_again_ends_as_what_was_sent_in_time(
        mine in prop::collection::vec(doing(), 1..6),
        theirs in prop::collection::vec(doing(), 0..6),
    ) {
        let start = shared();
        let (mut in_time, mut late) = (start.clone(), start.clone());
        let mut n = 0;
        let (mut rows, mut seen) = (Vec::new(), start.clone());
        let refused = write(&mut seen, COLLEAGUE, add(id(80), note("被拒。")));
        for doing in &mine {
            let edit = edit_of(doing, &in_time, &mut n);
            if in_time.edit(COLLEAGUE, at(1), &edit).is_ok() {
                let basis = seen.basis(&edit, 0);
                let written = write(&mut seen, COLLEAGUE, edit.clone());
                rows.push((edit, basis, written.hash));
            }
        }
        for doing in &theirs {
            let edit = edit_of(doing, &late, &mut n);
            let _same = late.edit(MEDIATOR, at(1), &edit);
        }
        bring(&mut in_time, &late);
        let mut names: Vec<(ChangeHash, Vec<ChangeHash>)> = vec![(refused.hash, start.heads())];
        let mut replay = Replay::default();
        for (edit, mut basis, hash) in rows {
            let now = |heads: &[ChangeHash]| {
                let now = |head: &ChangeHash| {
                    let named = names.iter().find(|(old, _)| old == head);
                    named.map_or_else(|| vec![*head], |(_, heads)| heads.clone())
                };
                late.foremost(&heads.iter().flat_map(now).collect::<Vec<_>>())
            };
            basis.seen.heads = now(&basis.seen.heads);
            basis.seen.beside = now(&basis.seen.beside);
            let work = Work { edit: &edit, basis: &basis, inside: Inside::HeldBack };
            let done = replay.edit(&mut late, COLLEAGUE, at(1), work).unwrap();
            prop_assert_eq!(done.held_back, None);
            names.push((hash, vec![done.written.unwrap().hash]));
        }
        prop_assert_eq!(found(&late), found(&in_time));
        prop_assert_eq!(words(&late), words(&in_time));
    }
}
