//! People, entries and documents for scenes.

#![allow(dead_code, reason = "each test binary plays other scenes")]

use hejie_case::{
    document::{CaseDoc, Origin, Written},
    edit::{Edit, NewEntry, TextTarget, Withdrawable},
    ids::{Actor, CaseId, EntryId},
    record::*,
    view::{CaseView, Meta},
};
use jiff::Timestamp;

pub(crate) const MEDIATOR: Actor = Actor([1; 16]);
pub(crate) const COLLEAGUE: Actor = Actor([2; 16]);
pub(crate) const GRID_WORKER: Actor = Actor([3; 16]);

/// The n-th moment of a scene.
pub(crate) fn at(n: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + 60 * n).unwrap()
}

/// The n-th id of a scene.
pub(crate) fn id(n: u8) -> EntryId {
    EntryId::new(at(i64::from(n)), [n; 10])
}

pub(crate) fn meta() -> Meta {
    Meta {
        schema: 1,
        case_id: CaseId::new(at(0), [9; 10]),
        created_by_device: Some(uuid::Uuid::from_u128(7).into()),
        created_at: at(0),
        catalogue_version: 1,
    }
}

pub(crate) fn origin() -> Origin {
    Origin {
        channel: Some("110".into()),
        external_no: Some("990101-0001".into()),
        fields: vec![
            IntakeField::Situation("N03-05".parse().unwrap()),
            IntakeField::Persons(2),
        ],
        summary: "甲方与乙方因噪音发生争执。".into(),
    }
}

/// A case begun by the mediator.
pub(crate) fn case() -> CaseDoc {
    begun().0
}

pub(crate) fn begun() -> (CaseDoc, Written) {
    CaseDoc::create(MEDIATOR, &meta(), &origin(), at(0)).unwrap()
}

/// Writes an edit and returns its change.
pub(crate) fn write(case: &mut CaseDoc, actor: Actor, edit: Edit) -> Written {
    case.edit(actor, at(1), &edit).unwrap()
}

/// Gives one replica everything that the other has.
pub(crate) fn bring(to: &mut CaseDoc, from: &CaseDoc) {
    let changes: Vec<_> = from
        .changes_since(&to.heads())
        .into_iter()
        .map(|written| written.bytes)
        .collect();
    to.apply(&changes).unwrap();
}

/// Lets two replicas meet.
pub(crate) fn meet(a: &mut CaseDoc, b: &mut CaseDoc) {
    bring(a, b);
    bring(b, a);
    assert_eq!(a.heads(), b.heads());
}

pub(crate) fn view(case: &CaseDoc) -> CaseView {
    let view = case.view().unwrap();
    assert_eq!(view.unreadable, []);
    view
}

pub(crate) fn add(id: EntryId, entry: NewEntry) -> Edit {
    Edit::Add { id, entry }
}

pub(crate) fn text(target: TextTarget, content: &str) -> Edit {
    Edit::Text {
        target,
        content: content.into(),
    }
}

pub(crate) fn party(side: Side) -> Party {
    Party {
        kind: PartyKind::Person,
        side,
        name_masked: "张*明".into(),
        is_minor: false,
        is_representative: false,
        guardian_of: None,
        secret_ref: Some("s-1".into()),
    }
}

pub(crate) fn note(words: &str) -> NewEntry {
    NewEntry::Note(
        NoteHead {
            kind: NoteKind::Inquiry,
            at: at(2),
        },
        words.into(),
    )
}

pub(crate) fn statement(words: &str) -> NewEntry {
    NewEntry::Statement(
        StatementHead {
            party: id(1),
            taken_at: at(2),
            supplement_to: None,
        },
        words.into(),
    )
}

pub(crate) fn draft() -> NewEntry {
    NewEntry::Draft(DraftHead {
        form: AgreementForm::Written,
        based_on: None,
    })
}

pub(crate) fn terms(yuan: u64) -> Terms {
    Terms {
        obligor: id(1),
        obligee: id(2),
        kind: PromiseKind::Pay,
        amount: Cents(yuan * 100),
        amount_words: "捌仟元整".into(),
        schedule: Vec::new(),
        method: "转账".into(),
        on_breach: String::new(),
    }
}

pub(crate) fn clause(draft: EntryId, clause: EntryId, order: &str, terms: Option<Terms>) -> Edit {
    Edit::AddClause {
        draft,
        clause,
        order: order.into(),
        text: "乙方向甲方支付赔偿款。".into(),
        terms,
    }
}

pub(crate) const PARTY: EntryId = fixed(11);
pub(crate) const NOTE: EntryId = fixed(12);
pub(crate) const STATEMENT: EntryId = fixed(13);
pub(crate) const EVIDENCE: EntryId = fixed(14);
pub(crate) const SESSION: EntryId = fixed(15);
pub(crate) const PLAN: EntryId = fixed(16);
pub(crate) const DRAFT: EntryId = fixed(17);
pub(crate) const CLAUSE: EntryId = fixed(18);
pub(crate) const SIGNATURE: EntryId = fixed(19);
pub(crate) const PERFORMANCE: EntryId = fixed(20);
pub(crate) const VISIT: EntryId = fixed(21);
pub(crate) const RISK: EntryId = fixed(22);
pub(crate) const REQUEST: EntryId = fixed(23);
pub(crate) const CONSENT: EntryId = fixed(24);
pub(crate) const CONTACT: EntryId = fixed(25);
pub(crate) const STEP: EntryId = fixed(26);

const fn fixed(n: u128) -> EntryId {
    EntryId(uuid::Uuid::from_u128(
        0x0199_0000_0000_7000_8000_0000_0000_0000 + n,
    ))
}

pub(crate) fn place() -> Place {
    Place {
        region: "990101".parse().unwrap(),
        address: "和安县和平路1号3栋".into(),
        position: Some(Position {
            lat: 29.5,
            lon: 121.25,
            accuracy: 12.5,
        }),
    }
}

pub(crate) fn evidence() -> Evidence {
    Evidence {
        kind: EvidenceKind::Photo,
        sha256: "ab".repeat(32),
        size: 1_024,
        mime: "image/jpeg".into(),
        taken_at: at(3),
        place: Some(place()),
        origin: "现场拍摄".into(),
    }
}

pub(crate) fn session() -> SessionHead {
    SessionHead {
        form: SessionForm::Room,
        start: at(4),
        place: None,
        attendees: vec![PARTY],
        result: "达成初步意向。".into(),
    }
}

pub(crate) fn step() -> PlanStep {
    PlanStep {
        what: "安装隔音垫".into(),
        owner_org: "和平社区".into(),
        due: jiff::civil::date(2026, 12, 1),
    }
}

pub(crate) fn signature(hash: &str) -> Signature {
    Signature {
        draft: DRAFT,
        hash: hash.into(),
        signer: Signer::Party(PARTY),
        medium: SignatureMedium::Screen,
        blob_ref: None,
        at: at(9),
    }
}

pub(crate) fn performance(state: Performance) -> PerformanceEntry {
    PerformanceEntry {
        obligation: CLAUSE,
        state,
        at: at(10),
        amount: Cents(400_000),
        means: "转账".into(),
        slip_no: None,
        evidence: None,
    }
}

pub(crate) fn visit(performance: Performance) -> Visit {
    Visit {
        due: Some(1),
        method: VisitMethod::Door,
        at: at(11),
        place: Some(place()),
        finding: VisitFinding {
            performance,
            satisfaction: Some(5),
            relapse_sign: false,
        },
    }
}

pub(crate) fn close(outcome: CloseKind) -> NewEntry {
    NewEntry::Request(Request {
        ask: Ask::AskClose {
            outcome,
            feedback: "已办结。".into(),
        },
        base_version: 3,
        at: at(12),
    })
}

pub(crate) fn consent() -> Consent {
    Consent {
        party: PARTY,
        what: ConsentSubject::Mediation,
        decision: ConsentDecision::Agree,
        text_version: "1".into(),
        seen: Vec::new(),
        at: at(5),
        evidence: None,
    }
}

pub(crate) fn contact() -> Contact {
    Contact {
        party: PARTY,
        means: ContactMeans::Telephone,
        at: at(5),
        reached: true,
    }
}

pub(crate) fn risk() -> RiskObservation {
    RiskObservation {
        factor: RiskFactor::Gathering(12),
        at: at(6),
        why: "围观者较多".into(),
    }
}

/// Every kind of edit once, in an order in which each fits.
pub(crate) fn every_edit() -> Vec<Edit> {
    let mut edits = every_entry();
    edits.extend(
        every_intake_field()
            .into_iter()
            .map(|field| Edit::Intake { field }),
    );
    edits.extend(
        [
            PartyField::Side(Side::B),
            PartyField::NameMasked("李*".into()),
            PartyField::IsMinor(true),
            PartyField::IsRepresentative(true),
        ]
        .map(|field| Edit::Party {
            party: PARTY,
            field,
        }),
    );
    edits.extend(
        [
            TextTarget::Summary,
            TextTarget::Statement { id: STATEMENT },
            TextTarget::Note { id: NOTE },
            TextTarget::Caption { id: EVIDENCE },
            TextTarget::Record { id: SESSION },
            TextTarget::Plan { id: PLAN },
            TextTarget::Clause {
                draft: DRAFT,
                clause: CLAUSE,
            },
            TextTarget::Visit { id: VISIT },
        ]
        .map(|target| text(target, "改后的文字。")),
    );
    edits.extend([
        Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: Some(terms(9_000)),
        },
        Edit::ClauseOrder {
            draft: DRAFT,
            clause: CLAUSE,
            order: "b".into(),
        },
        Edit::AddStep {
            plan: PLAN,
            step: STEP,
            value: step(),
        },
        Edit::Check {
            item: "notice.given".into(),
            mark: CheckMark {
                done: true,
                at: at(7),
                remark: String::new(),
            },
        },
        Edit::Check {
            item: "notice.given".into(),
            mark: CheckMark {
                done: false,
                at: at(8),
                remark: "未送达".into(),
            },
        },
        Edit::LockStatement {
            statement: STATEMENT,
            at: at(8),
        },
        Edit::Freeze {
            draft: DRAFT,
            at: at(8),
        },
        add(SIGNATURE, NewEntry::Signature(signature("00"))),
        Edit::Withdraw {
            target: Withdrawable::Party(PARTY),
            why: "登记有误".into(),
            at: at(9),
        },
        Edit::Withdraw {
            target: Withdrawable::Evidence(EVIDENCE),
            why: "模糊".into(),
            at: at(9),
        },
    ]);
    edits
}

/// Every kind of entry once.
pub(crate) fn every_entry() -> Vec<Edit> {
    vec![
        add(PARTY, NewEntry::Party(party(Side::A))),
        add(CONSENT, NewEntry::Consent(consent())),
        add(STATEMENT, statement("当晚十点仍有噪音。")),
        add(NOTE, note("双方情绪平稳。")),
        add(EVIDENCE, NewEntry::Evidence(evidence(), "楼道照片".into())),
        add(CONTACT, NewEntry::Contact(contact())),
        add(SESSION, NewEntry::Session(session(), "双方到场。".into())),
        add(PLAN, NewEntry::Plan("先隔音，后回访。".into())),
        add(DRAFT, draft()),
        clause(DRAFT, CLAUSE, "a", Some(terms(8_000))),
        add(
            PERFORMANCE,
            NewEntry::Performance(performance(Performance::Partly)),
        ),
        add(
            VISIT,
            NewEntry::Visit(visit(Performance::Partly), "未见异常。".into()),
        ),
        add(RISK, NewEntry::Risk(risk())),
        add(REQUEST, close(CloseKind::Reconciled)),
    ]
}

pub(crate) fn every_intake_field() -> Vec<IntakeField> {
    vec![
        IntakeField::Situation("N01-01".parse().unwrap()),
        IntakeField::OccurredAt(at(-10)),
        IntakeField::Persons(3),
        IntakeField::Amount(Cents(800_000)),
        IntakeField::Injury(Injury::Light),
        IntakeField::Place(place()),
        IntakeField::DvScreen(DvScreen {
            asked: true,
            violence: false,
        }),
    ]
}
