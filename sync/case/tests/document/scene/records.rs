//! One record of every kind.

use super::*;
use hejie_case::act::AskClose;

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
        heads: Vec::new(),
        signer: Signer::Party(PARTY),
        medium: SignatureMedium::Screen,
        scan: None,
        at: at(9),
        anchor: None,
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
        ask: Ask::AskClose(AskClose {
            outcome,
            feedback: "已办结。".into(),
        }),
        base_version: 3,
        at: at(12),
        anchor: None,
    })
}

pub(crate) fn record_signed() -> RecordSigned {
    RecordSigned {
        medium: SignatureMedium::PaperScan,
        at: at(5),
    }
}

pub(crate) fn sealed(ciphertext: &str) -> SealedText {
    SealedText {
        key_id: "2026-1".into(),
        ciphertext: ciphertext.into(),
    }
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
    // While the case is one whose statements are plain.
    edits.push(text(
        TextTarget::Statement { id: STATEMENT },
        "改后的文字。",
    ));
    edits.extend(
        every_intake_field()
            .into_iter()
            .map(|field| Edit::Intake { field }),
    );
    edits.extend(
        [
            PartyField::Side(Side::B),
            PartyField::Role(PartyRole::Principal),
            PartyField::NameMasked("李*".into()),
            PartyField::IsMinor(true),
            PartyField::IsIncapacitated(true),
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
        Edit::Cite {
            by: Citing::Statement(STATEMENT),
            evidence: EVIDENCE,
        },
        Edit::Cite {
            by: Citing::Draft(DRAFT),
            evidence: EVIDENCE,
        },
        Edit::SignRecord {
            session: SESSION,
            party: PARTY,
            signed: record_signed(),
        },
        Edit::SealStatement {
            statement: STATEMENT,
            sealed: sealed("c2VjcmV0"),
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
