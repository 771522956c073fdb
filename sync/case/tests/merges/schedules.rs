//! Whatever three phones write, and in whatever order it meets: all find the same disagreements
//! under the same ids, and none that was open is lost before somebody who saw it answered.

use crate::scene::author;
use hejie_case::{
    act,
    conflict::{DetectInput, conflicts},
    document::{CaseDoc, Origin},
    edit::{Edit, NewEntry, TextTarget, Withdrawable},
    ids::{Actor, CaseId, EntryId},
    record::*,
    role::Role,
    view::{About, Conflict, ConflictKind, Meta},
};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeSet;

const PEOPLE: [Actor; 3] = [Actor([1; 16]), Actor([2; 16]), Actor([3; 16])];
const PARTY: EntryId = fixed(1);
const NOTE: EntryId = fixed(2);
const DRAFT: EntryId = fixed(3);
const CLAUSE: EntryId = fixed(4);
const PHOTO: EntryId = fixed(5);

const fn fixed(n: u128) -> EntryId {
    EntryId(uuid::Uuid::from_u128(
        0x0199_0000_0000_7000_8000_0000_0000_0000 + n,
    ))
}

/// What happens next in a schedule.
#[derive(Debug, Clone, Copy)]
enum Happening {
    Writes { who: usize, what: u8, minutes: i64 },
    Receives { to: usize, from: usize },
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (0..3_usize, 0..16_u8, -30..30_i64)
            .prop_map(|(who, what, minutes)| Happening::Writes { who, what, minutes }),
        2 => (0..3_usize, 1..3_usize)
            .prop_map(|(to, by)| Happening::Receives { to, from: (to + by) % 3 }),
    ]
}

/// Where a disagreement lies: a third word in a dispute makes a new one in the place of the old.
type Place = (ConflictKind, About);

fn places(found: &[Conflict]) -> BTreeSet<Place> {
    let place = |conflict: &Conflict| (conflict.kind, conflict.about.clone());
    found.iter().map(place).collect()
}

/// The n-th act of a schedule. Every value is written once only, so that nothing comes back by
/// itself.
fn act(what: u8, n: u32, at: Timestamp) -> Edit {
    let id = EntryId::new(at, [u8::try_from(n).unwrap(); 10]);
    let add = |entry: NewEntry| Edit::Add { id, entry };
    let words = format!("第{n}次写下的话。");
    match what {
        0 => Edit::Intake {
            field: IntakeField::Persons(n + 2),
        },
        1 => Edit::Intake {
            field: IntakeField::Situation(format!("N03-{n:02}").parse().unwrap()),
        },
        2 => Edit::Text {
            target: TextTarget::Note { id: NOTE },
            content: words,
        },
        3 => Edit::Text {
            target: TextTarget::Clause {
                draft: DRAFT,
                clause: CLAUSE,
            },
            content: words,
        },
        4 => Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: Some(terms(u64::from(n) + 1)),
        },
        5 => Edit::Party {
            party: PARTY,
            field: PartyField::NameMasked(format!("张*{n}")),
        },
        6 => Edit::Withdraw {
            target: Withdrawable::Party(PARTY),
            why: words,
            at,
        },
        7 => Edit::Withdraw {
            target: Withdrawable::Evidence(PHOTO),
            why: words,
            at,
        },
        8 => add(consent(at)),
        9 => add(session(at)),
        10 => add(visit(at, n)),
        11 => add(performance(at, Performance::Performed)),
        12 => add(performance(at, Performance::NotPerformed)),
        13 => add(close(at, n)),
        14 => Edit::Freeze { draft: DRAFT, at },
        _ => Edit::Cite {
            by: hejie_case::edit::Citing::Draft(DRAFT),
            evidence: PHOTO,
        },
    }
}

fn terms(cents: u64) -> Terms {
    Terms {
        obligor: PARTY,
        obligee: PARTY,
        kind: PromiseKind::Pay,
        amount: Cents(cents),
        amount_words: String::new(),
        schedule: Vec::new(),
        method: String::new(),
        on_breach: String::new(),
    }
}

fn consent(at: Timestamp) -> NewEntry {
    NewEntry::Consent(Consent {
        party: PARTY,
        what: ConsentSubject::Mediation,
        decision: ConsentDecision::Refuse,
        text_version: "1".into(),
        at,
        evidence: Some(PHOTO),
        seen: Vec::new(),
    })
}

fn session(start: Timestamp) -> NewEntry {
    let head = SessionHead {
        form: SessionForm::Room,
        start,
        place: None,
        attendees: Vec::new(),
        result: String::new(),
    };
    NewEntry::Session(head, String::new())
}

fn visit(at: Timestamp, n: u32) -> NewEntry {
    let performance = if n.is_multiple_of(2) {
        Performance::Performed
    } else {
        Performance::NotPerformed
    };
    let visit = Visit {
        due: Some(1),
        method: VisitMethod::Telephone,
        at,
        place: None,
        finding: VisitFinding {
            performance,
            satisfaction: None,
            relapse_sign: false,
        },
    };
    NewEntry::Visit(visit, String::new())
}

fn performance(at: Timestamp, state: Performance) -> NewEntry {
    NewEntry::Performance(PerformanceEntry {
        obligation: CLAUSE,
        state,
        at,
        amount: Cents(100),
        means: "转账".into(),
        slip_no: None,
        evidence: None,
    })
}

fn close(at: Timestamp, n: u32) -> NewEntry {
    let outcome = [CloseKind::Reconciled, CloseKind::Litigation][n as usize % 2];
    NewEntry::Request(Request {
        ask: Ask::AskClose(act::AskClose {
            outcome,
            feedback: String::new(),
        }),
        base_version: 1,
        at,
        anchor: None,
    })
}

fn start(at: Timestamp) -> CaseDoc {
    let meta = Meta {
        schema: 1,
        case_id: CaseId(author(9, Role::Mediator).user.0),
        created_by_device: None,
        created_at: at,
        catalogue_version: 1,
    };
    let (mut case, _) = CaseDoc::create(PEOPLE[0], &meta, &Origin::default(), at).unwrap();
    let party = Party::person(Side::A, "张*");
    let note = NoteHead {
        kind: NoteKind::Scene,
        at,
    };
    let head = DraftHead {
        form: AgreementForm::Written,
        based_on: None,
    };
    let photo = Evidence {
        kind: EvidenceKind::Photo,
        sha256: "ab".repeat(32),
        size: 1,
        mime: "image/jpeg".into(),
        taken_at: at,
        place: None,
        origin: String::new(),
    };
    let entries = [
        (PARTY, NewEntry::Party(party)),
        (NOTE, NewEntry::Note(note, "到场。".into())),
        (DRAFT, NewEntry::Draft(head)),
        (PHOTO, NewEntry::Evidence(photo, String::new())),
    ];
    for (id, entry) in entries {
        case.edit(PEOPLE[0], at, &Edit::Add { id, entry }).unwrap();
    }
    let clause = Edit::AddClause {
        draft: DRAFT,
        clause: CLAUSE,
        order: "a".into(),
        text: "乙方支付。".into(),
        terms: Some(terms(1)),
    };
    case.edit(PEOPLE[0], at, &clause).unwrap();
    case
}

/// Gives one replica everything that another has.
fn bring(to: &mut CaseDoc, from: &CaseDoc) {
    let changes = from.changes_since(&to.heads()).into_iter();
    let changes: Vec<_> = changes.map(|written| written.bytes).collect();
    to.apply(&changes).unwrap();
}

/// Three replicas, and what somebody answered by writing again with open eyes.
struct Replicas {
    docs: [CaseDoc; 3],
    answered: BTreeSet<Place>,
}

impl Replicas {
    fn write(&mut self, who: usize, edit: &Edit, at: Timestamp) {
        let before = places(&conflicts(&self.docs[who], &DetectInput::default()));
        // Refused when it changes nothing or does not fit any more: then nothing is written.
        if self.docs[who].edit(PEOPLE[who], at, edit).is_ok() {
            let after = places(&conflicts(&self.docs[who], &DetectInput::default()));
            self.answered.extend(before.difference(&after).cloned());
        }
    }

    fn receive(&mut self, to: usize, from: usize) -> BTreeSet<Place> {
        let before = places(&conflicts(&self.docs[to], &DetectInput::default()));
        let other = self.docs[from].clone();
        bring(&mut self.docs[to], &other);
        let after = places(&conflicts(&self.docs[to], &DetectInput::default()));
        // A finding may be overtaken by a later one that agrees with everybody's; nothing
        // contradictory is left then.
        let may_end_by_itself = |place: &Place| place.0 == ConflictKind::PerformanceDisputed;
        let lost = before.difference(&after);
        lost.filter(|place| !self.answered.contains(*place) && !may_end_by_itself(place))
            .cloned()
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// Shows M01, M03, M04, M05, M07, M10, M13, M14, M18, M20, M22, M23, M27.
    #[test]
    fn every_replica_finds_the_same_and_loses_nothing_that_was_open(
        schedule in prop::collection::vec(happening(), 1..24),
        last_round in Just(vec![(0, 1), (0, 2), (1, 0), (2, 0)]).prop_shuffle(),
    ) {
        let begun: Timestamp = "2026-03-02T09:00:00+08:00".parse().unwrap();
        let case = start(begun);
        let mut replicas = Replicas {
            docs: [case.clone(), case.clone(), case],
            answered: BTreeSet::new(),
        };
        for (n, happening) in (1_u32..).zip(schedule) {
            match happening {
                Happening::Writes { who, what, minutes } => {
                    let at = begun.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
                    replicas.write(who, &act(what, n, at), at);
                }
                Happening::Receives { to, from } => {
                    prop_assert_eq!(replicas.receive(to, from), BTreeSet::new());
                }
            }
        }
        for (to, from) in last_round.into_iter().chain([(0, 1), (0, 2), (1, 0), (2, 0)]) {
            prop_assert_eq!(replicas.receive(to, from), BTreeSet::new());
        }
        let found = replicas.docs.each_ref().map(|doc| conflicts(doc, &DetectInput::default()));
        prop_assert_eq!(&found[0], &found[1]);
        prop_assert_eq!(&found[0], &found[2]);
        let ids: BTreeSet<_> = found[0].iter().map(|conflict| conflict.id).collect();
        prop_assert_eq!(ids.len(), found[0].len(), "no two share an id");
    }
}
