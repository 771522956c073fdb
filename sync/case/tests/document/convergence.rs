//! Whatever three people write, and in whatever order their changes meet: all hold the same in the
//! end, and nothing is lost.

use super::scene::*;
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry, TextTarget},
    ids::{Actor, EntryId},
    record::*,
    rights::{ChangeWriter, ObjectEntry, check, index_of},
    role::Role,
    view::CaseView,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

const PEOPLE: [Actor; 3] = [MEDIATOR, COLLEAGUE, GRID_WORKER];

/// What happens next in a schedule.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "a schedule is short")]
enum Happening {
    /// Somebody writes.
    Writes(usize, Doing),
    /// Somebody receives what another has.
    Receives(usize, usize),
}

/// What somebody writes, with ids taken from small ranges so that people meet at the same entries.
#[derive(Debug, Clone)]
enum Doing {
    Adds(NewEntry),
    Edits(Edit),
}

fn entry() -> impl Strategy<Value = NewEntry> {
    prop_oneof![
        "[甲乙丙丁]{0,8}".prop_map(|words| note(&words)),
        Just(NewEntry::Party(party(Side::A))),
        Just(close(CloseKind::Reconciled)),
        Just(NewEntry::Risk(risk())),
        Just(NewEntry::Visit(visit(Performance::Partly), "无".into())),
        Just(NewEntry::Session(session(), "记录".into())),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0..5_u32).prop_map(|count| Edit::Intake {
            field: IntakeField::Persons(count)
        }),
        "[甲乙丙丁]{0,8}".prop_map(|words| text(TextTarget::Summary, &words)),
        "[甲乙丙丁]{0,8}".prop_map(|words| text(TextTarget::Note { id: NOTE }, &words)),
        "[甲乙丙丁]{0,8}".prop_map(|words| text(
            TextTarget::Clause {
                draft: DRAFT,
                clause: CLAUSE
            },
            &words
        )),
        (1..4_u64).prop_map(|yuan| Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: Some(terms(yuan))
        }),
        any::<bool>().prop_map(|is| Edit::Party {
            party: PARTY,
            field: PartyField::IsMinor(is)
        }),
        "[ab]{1,2}".prop_map(|order| Edit::ClauseOrder {
            draft: DRAFT,
            clause: CLAUSE,
            order
        }),
        any::<bool>().prop_map(|done| Edit::Check {
            item: "notice".into(),
            mark: CheckMark {
                done,
                at: at(1),
                remark: String::new()
            }
        }),
        Just(Edit::Freeze {
            draft: DRAFT,
            at: at(4)
        }),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (0..3_usize, entry()).prop_map(|(who, entry)| Happening::Writes(who, Doing::Adds(entry))),
        4 => (0..3_usize, edit()).prop_map(|(who, edit)| Happening::Writes(who, Doing::Edits(edit))),
        3 => (0..3_usize, 1..3_usize).prop_map(|(to, by)| Happening::Receives(to, (to + by) % 3)),
    ]
}

/// Every id that a view shows.
fn ids(view: &CaseView) -> BTreeSet<EntryId> {
    let entries = view
        .notes
        .keys()
        .chain(view.parties.keys())
        .chain(view.requests.keys());
    entries
        .chain(view.risks.keys())
        .chain(view.visits.keys())
        .chain(view.sessions.keys())
        .copied()
        .collect()
}

/// The index of the server, which takes one change after the other.
fn index_as_it_grows(case: &CaseDoc) -> Vec<ObjectEntry> {
    let mut index = Vec::new();
    for written in case.changes_since(&[]) {
        let actor = automerge::Change::from_bytes(written.bytes.clone())
            .unwrap()
            .actor_id()
            .clone();
        let writer = ChangeWriter {
            actor: Actor::try_from(actor.to_bytes()).unwrap().phone(),
            role: Role::Mediator,
        };
        let rows = check(&[written.bytes], &index, &writer).unwrap();
        index.extend(rows);
    }
    sorted(index)
}

fn sorted(mut index: Vec<ObjectEntry>) -> Vec<ObjectEntry> {
    index.sort();
    index
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_replicas_end_alike_and_no_entry_is_lost(
        schedule in prop::collection::vec(happening(), 1..40),
        last_round in Just(vec![(0, 1), (0, 2), (1, 0), (2, 0)]).prop_shuffle(),
    ) {
        let mut start = case();
        for edit in [
            add(NOTE, note("双方到场。")),
            add(PARTY, NewEntry::Party(party(Side::A))),
            add(DRAFT, draft()),
            clause(DRAFT, CLAUSE, "a", Some(terms(9))),
        ] {
            write(&mut start, MEDIATOR, edit);
        }
        let mut replicas = [start.clone(), start.clone(), start];
        let mut added = BTreeSet::new();
        for (n, happening) in schedule.into_iter().enumerate() {
            match happening {
                Happening::Writes(who, Doing::Adds(entry)) => {
                    let id = id(100 + u8::try_from(n).unwrap());
                    write(&mut replicas[who], PEOPLE[who], add(id, entry));
                    added.insert(id);
                }
                Happening::Writes(who, Doing::Edits(edit)) => {
                    // Refused when it changes nothing or the draft is frozen: then nothing is
                    // written.
                    let _refused = replicas[who].edit(PEOPLE[who], at(2), &edit);
                }
                Happening::Receives(to, from) => {
                    let other = replicas[from].clone();
                    bring(&mut replicas[to], &other);
                }
            }
        }
        for (to, from) in last_round.into_iter().chain([(0, 1), (0, 2), (1, 0), (2, 0)]) {
            let other = replicas[from].clone();
            bring(&mut replicas[to], &other);
        }
        let views = replicas.each_ref().map(view);
        prop_assert_eq!(&views[0], &views[1]);
        prop_assert_eq!(&views[0], &views[2]);
        let conflicts = replicas.each_ref().map(conflicts);
        prop_assert_eq!(&conflicts[0], &conflicts[1]);
        prop_assert_eq!(&conflicts[0], &conflicts[2]);
        prop_assert!(added.is_subset(&ids(&views[0])));
        prop_assert_eq!(index_as_it_grows(&replicas[0]), sorted(index_of(&replicas[0]).unwrap()));
    }
}
