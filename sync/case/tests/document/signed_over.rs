//! What a signature stands over (docs/adr/0023): whatever of an agreement, its parties or the
//! dispute is another, its word is another; and whoever wrote what first is no matter.

use super::scene::*;
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry, TextTarget},
    record::*,
    signed_text::MovedPart,
};
use proptest::prelude::*;

/// What an agreement and its case say.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    form: AgreementForm,
    clause: String,
    yuan: u64,
    names: [String; 2],
    side: Side,
    agent_of_other: bool,
    persons: u32,
    amount: u64,
    injury: Injury,
    occurred: i64,
    address: String,
    summary: String,
}

/// So many things can be said otherwise.
const FIELDS: usize = 13;

fn said() -> impl Strategy<Value = Said> {
    let words = || "[甲乙丙丁]{1,6}";
    let agreement = (any::<bool>(), words(), 1..9_000_u64);
    let parties = (words(), words(), any::<bool>());
    let facts = (0..9_u32, 0..900_u64, 0..900_i64, words(), words());
    (agreement, parties, facts).prop_map(|(agreement, (a, b, agent_of_other), facts)| Said {
        form: if agreement.0 {
            AgreementForm::Written
        } else {
            AgreementForm::Oral
        },
        clause: agreement.1,
        yuan: agreement.2,
        names: [a + "*", b + "*"],
        side: Side::B,
        agent_of_other,
        persons: facts.0,
        amount: facts.1,
        injury: Injury::Light,
        occurred: facts.2,
        address: facts.3,
        summary: facts.4,
    })
}

/// The same with one thing said otherwise, and the part of the text of which that is.
fn otherwise(said: &Said, field: usize) -> (Said, MovedPart) {
    let mut other = said.clone();
    match field {
        0 => other.clause.push('戊'),
        1 => other.yuan += 1,
        2 => {
            other.form = match said.form {
                AgreementForm::Written => AgreementForm::Oral,
                AgreementForm::Oral => AgreementForm::Written,
            }
        }
        3 => other.names[0].push('戊'),
        4 => other.names[1].push('戊'),
        5 => other.names.swap(0, 1),
        6 => other.side = Side::Third,
        7 => other.agent_of_other = !said.agent_of_other,
        8 => other.persons += 1,
        9 => other.amount += 1,
        10 => other.injury = Injury::None,
        11 => other.occurred += 1,
        12 => other.address.push('戊'),
        _ => other.summary.push('戊'),
    }
    let part = match field {
        0 | 1 => MovedPart::Clauses,
        _ => MovedPart::Rest,
    };
    (other, part)
}

/// What is written, each of which may be written first; the clause follows its draft.
fn edits(said: &Said) -> Vec<Vec<Edit>> {
    let named = |n: usize, side| Party {
        name_masked: said.names[n].clone(),
        agent_of: (n == 1 && said.agent_of_other).then_some(id(1)),
        ..party(side)
    };
    let field = |field| vec![Edit::Intake { field }];
    let clause = Edit::AddClause {
        draft: DRAFT,
        clause: CLAUSE,
        order: "a".into(),
        text: said.clause.clone(),
        terms: Some(terms(said.yuan)),
    };
    let head = DraftHead {
        form: said.form,
        based_on: None,
    };
    let place = Place {
        address: said.address.clone(),
        ..place()
    };
    vec![
        vec![add(DRAFT, NewEntry::Draft(head)), clause],
        vec![add(id(1), NewEntry::Party(named(0, Side::A)))],
        vec![add(id(2), NewEntry::Party(named(1, said.side)))],
        field(IntakeField::Persons(said.persons)),
        field(IntakeField::Amount(Cents(said.amount))),
        field(IntakeField::Injury(said.injury)),
        field(IntakeField::OccurredAt(at(said.occurred))),
        field(IntakeField::Place(place)),
        vec![text(TextTarget::Summary, &said.summary)],
    ]
}

/// So many [`edits`] there are.
const EDITS: usize = 9;

fn order() -> impl Strategy<Value = Vec<usize>> {
    Just((0..EDITS).collect::<Vec<_>>()).prop_shuffle()
}

/// A document in which this was written in an order.
fn written(said: &Said, order: &[usize]) -> CaseDoc {
    let mut case = case();
    let edits = edits(said);
    assert_eq!(edits.len(), EDITS);
    for edit in order.iter().flat_map(|n| edits[*n].clone()) {
        // A register that holds the value already is not written again.
        case.edit(MEDIATOR, at(1), &edit).ok();
    }
    case
}

fn hash(case: &CaseDoc) -> String {
    view(case).drafts[&DRAFT].value.content_hash.clone()
}

proptest! {
    #[test]
    fn whatever_is_said_otherwise_is_another_text_and_it_is_known_which_part(
        first in said(),
        field in 0..=FIELDS,
        one in order(),
        another in order(),
    ) {
        let (signed, same) = (written(&first, &one), written(&first, &another));
        prop_assert_eq!(hash(&signed), hash(&same));
        let (other, part) = otherwise(&first, field);
        prop_assume!(first != other);
        let now = &view(&written(&other, &another)).drafts[&DRAFT].value;
        prop_assert_eq!(now.moved_since(&hash(&signed)), Some(part));
    }

    #[test]
    fn two_phones_that_wrote_at_once_hold_one_text_when_they_met(said in said(), order in order()) {
        let mut a = case();
        let mut b = CaseDoc::load(&a.save()).unwrap();
        for (n, edits) in order.iter().map(|n| (*n, edits(&said)[*n].clone())) {
            let (phone, actor) = if n % 2 == 0 { (&mut a, MEDIATOR) } else { (&mut b, COLLEAGUE) };
            for edit in edits {
                phone.edit(actor, at(1), &edit).ok();
            }
        }
        meet(&mut a, &mut b);
        prop_assert_eq!(hash(&a), hash(&b));
        prop_assert_eq!(hash(&a), hash(&CaseDoc::load(&a.save()).unwrap()));
    }
}

#[test]
fn what_is_no_part_of_the_agreement_moves_nothing() {
    let said = Said {
        form: AgreementForm::Written,
        clause: "乙方付款。".into(),
        yuan: 8_000,
        names: ["张*".into(), "李*".into()],
        side: Side::B,
        agent_of_other: false,
        persons: 2,
        amount: 1,
        injury: Injury::None,
        occurred: 1,
        address: "新港街1号".into(),
        summary: "争执。".into(),
    };
    let order: Vec<usize> = (0..EDITS).collect();
    let mut case = written(&said, &order);
    let before = hash(&case);
    assert!(before.starts_with("v2:"));
    let screen = DvScreen {
        asked: true,
        violence: false,
    };
    for edit in [
        add(id(40), note("谈话。")),
        add(id(41), draft()),
        Edit::Intake {
            field: IntakeField::DvScreen(screen),
        },
    ] {
        write(&mut case, MEDIATOR, edit);
    }
    assert_eq!(hash(&case), before);
}
