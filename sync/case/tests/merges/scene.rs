//! What all merges have in common: three phones, both orders of return, one finding everywhere.

pub(crate) use crate::stage::{GRID, MEDIATOR, Stage, author};

use hejie_case::{
    act::{self, DeskAct},
    conflict::{DetectInput, conflicts},
    edit::{Edit, NewEntry},
    facts::{Decision, Duty},
    ids::EntryId,
    reason::Reason,
    record::*,
    role::Role,
    view::{Conflict, ConflictKind, Resolver, Severity},
};

/// The phone of a second mediator, who works on the case as well.
pub(crate) const COLLEAGUE: usize = 2;

/// Both orders in which the mediator and another phone may come back.
pub(crate) fn orders(other: usize) -> [[usize; 2]; 2] {
    [[MEDIATOR, other], [other, MEDIATOR]]
}

/// A case with three phones, all of which hold it.
pub(crate) fn case(situation: &str) -> Stage {
    let mut stage = Stage::of(situation);
    stage.join(3, Role::Mediator, Duty::Co);
    stage
}

/// An accepted case with two parties, known to all three phones.
pub(crate) fn mediating(situation: &str) -> (Stage, [EntryId; 2]) {
    let mut stage = case(situation);
    let parties = stage.accept();
    everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
    (stage, parties)
}

/// The phones come back in this order, and then all once more, until everybody has everything.
pub(crate) fn everybody_comes_back(stage: &mut Stage, order: [usize; 2]) {
    for phone in order {
        stage.later(1);
        stage.sync(phone);
    }
    for phone in 0..stage.phones.len() {
        stage.sync(phone);
    }
    let heads = stage.phones[MEDIATOR].doc.heads();
    let rulings = stage.facts().rulings.iter();
    let refused = rulings.filter(|(_, ruling)| matches!(ruling.decision, Decision::Refused(_)));
    let beside = DetectInput {
        refused: refused.map(|(id, _)| *id).collect(),
        ..DetectInput::default()
    };
    let found = conflicts(&stage.phones[MEDIATOR].doc, &beside);
    for phone in &stage.phones {
        assert_eq!(phone.doc.heads(), heads);
        let here = conflicts(&phone.doc, &beside);
        assert_eq!(here, found, "every phone finds the same");
    }
    for conflict in found {
        assert!(
            stage.facts().conflicts.contains_key(&conflict.id),
            "the server knows what the phones find: {conflict:?}"
        );
    }
}

/// The one open disagreement of a kind, graded and answered for as the domain asks.
pub(crate) fn the_one(
    stage: &Stage,
    kind: ConflictKind,
    severity: Severity,
    resolver: Resolver,
) -> Conflict {
    let mut open = stage.facts().open_conflicts().filter(|c| c.kind == kind);
    let conflict = open.next().unwrap_or_else(|| {
        let open: Vec<_> = stage.facts().open_conflicts().collect();
        panic!("no {kind:?} among {open:#?}")
    });
    assert_eq!(open.next(), None);
    assert_eq!((conflict.severity, kind.resolver()), (severity, resolver));
    let hours = conflict.answer_within().map(|time| time.as_hours());
    match severity {
        Severity::Note => assert_eq!(hours, None),
        _ => assert!(hours.is_some_and(|hours| (24..=48).contains(&hours))),
    }
    conflict.clone()
}

/// No disagreement of this kind is open.
pub(crate) fn none_open(stage: &Stage, kind: ConflictKind) {
    let open: Vec<_> = stage.facts().open_conflicts().collect();
    assert!(open.iter().all(|c| c.kind != kind), "{open:#?}");
}

/// Rules on a disagreement.
pub(crate) fn rule(
    stage: &mut Stage,
    role: Role,
    conflict: &Conflict,
    choice: u8,
) -> Option<Reason> {
    stage.desk(role, ruling(conflict, choice))
}

/// The lead rules on a disagreement, on the own phone; says why not, if it was refused.
pub(crate) fn lead_rules(stage: &mut Stage, conflict: &Conflict, choice: u8) -> Option<String> {
    let ask = Ask::Resolve(act::RuleConflict {
        conflict: conflict.id,
        choice,
        why: "已向双方核实。".into(),
    });
    let asked = stage.ask(MEDIATOR, ask);
    stage.sync(MEDIATOR);
    stage.refusal(asked).map(Into::into)
}

fn ruling(conflict: &Conflict, choice: u8) -> DeskAct {
    DeskAct::RuleConflict(act::RuleConflict {
        conflict: conflict.id,
        choice,
        why: "已向双方核实。".into(),
    })
}

/// A note that work on the case went on.
pub(crate) fn note(stage: &mut Stage, phone: usize, words: &str) -> EntryId {
    let head = NoteHead {
        kind: NoteKind::Scene,
        at: stage.now,
    };
    stage.add(phone, NewEntry::Note(head, words.into()))
}

/// A draft with one clause in which B pays A, not frozen.
pub(crate) fn draft(stage: &mut Stage, [a, b]: [EntryId; 2], based_on: Option<EntryId>) -> Drafted {
    let head = DraftHead {
        form: AgreementForm::Written,
        based_on,
    };
    let draft = stage.add(MEDIATOR, NewEntry::Draft(head));
    let clause = EntryId::new(stage.now, [78; 10]);
    let terms = terms([a, b], 860_000, "捌仟陆佰元整");
    stage.edit(
        MEDIATOR,
        Edit::AddClause {
            draft,
            clause,
            order: "a".into(),
            text: "乙方退还甲方中介费。".into(),
            terms: Some(terms),
        },
    );
    Drafted { draft, clause }
}

/// A draft and its one clause.
pub(crate) struct Drafted {
    pub(crate) draft: EntryId,
    pub(crate) clause: EntryId,
}

/// B pays A so much at once.
pub(crate) fn terms([a, b]: [EntryId; 2], cents: u64, words: &str) -> Terms {
    Terms {
        obligor: b,
        obligee: a,
        kind: PromiseKind::Pay,
        amount: Cents(cents),
        amount_words: words.into(),
        schedule: Vec::new(),
        method: "当场转账".into(),
        on_breach: String::new(),
    }
}

/// Freezes a draft and asks for it to be taken for the agreement; returns the request and the hash.
pub(crate) fn freeze(stage: &mut Stage, draft: EntryId) -> (EntryId, String) {
    let at = stage.now;
    stage.edit(MEDIATOR, Edit::Freeze { draft, at });
    let asked = stage.ask(MEDIATOR, Ask::Freeze(act::Freeze { draft }));
    let view = stage.phones[MEDIATOR].doc.view().unwrap();
    (asked, view.drafts[&draft].value.content_hash.clone())
}

/// A visit with these findings.
pub(crate) fn visit(
    stage: &Stage,
    due: Option<u8>,
    performance: Performance,
    satisfaction: Option<u8>,
) -> NewEntry {
    let visit = Visit {
        due,
        method: VisitMethod::Telephone,
        at: stage.now,
        place: None,
        finding: VisitFinding {
            performance,
            satisfaction,
            relapse_sign: false,
        },
    };
    NewEntry::Visit(visit, "双方情绪平稳。".into())
}
