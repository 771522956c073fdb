//! One record of every kind, with every field filled.

use hejie_case::{edit::NewEntry, ids::EntryId, record::*};
use jiff::{Timestamp, civil::date};

pub(super) fn party(name: &str) -> Party {
    Party {
        role: Some(PartyRole::Principal),
        secret_ref: Some("s-1".into()),
        ..Party::person(Side::A, name)
    }
}

pub(super) fn place() -> Place {
    Place {
        region: "990101001".parse().unwrap(),
        address: "新栖街某小区3号楼".into(),
        position: Some(Position {
            lat: 29.5,
            lon: 121.25,
            accuracy: 12.5,
        }),
    }
}

pub(super) fn terms(obligor: EntryId, obligee: EntryId) -> Terms {
    Terms {
        obligor,
        obligee,
        kind: PromiseKind::Pay,
        amount: Cents(800_000),
        amount_words: "捌仟元整".into(),
        schedule: vec![Instalment {
            due: date(2026, 4, 1),
            amount: Cents(800_000),
        }],
        method: "转账".into(),
        on_breach: "可申请执行".into(),
    }
}

pub(super) fn note(at: Timestamp) -> NewEntry {
    let kind = NoteKind::Scene;
    NewEntry::Note(NoteHead { kind, at }, "到场时平静。".into())
}

pub(super) fn statement(party: EntryId, taken_at: Timestamp) -> NewEntry {
    let head = StatementHead {
        party,
        taken_at,
        supplement_to: None,
    };
    NewEntry::Statement(head, "中介不退钱。".into())
}

pub(super) fn evidence(taken_at: Timestamp) -> NewEntry {
    let evidence = Evidence {
        kind: EvidenceKind::Photo,
        sha256: "ab".repeat(32),
        size: 1024,
        mime: "image/jpeg".into(),
        taken_at,
        place: Some(place()),
        origin: "现场拍摄".into(),
    };
    NewEntry::Evidence(evidence, "合同一页".into())
}

pub(super) fn session(party: EntryId, start: Timestamp) -> NewEntry {
    let head = SessionHead {
        form: SessionForm::Room,
        start,
        place: Some(place()),
        attendees: vec![party],
        result: "再谈".into(),
    };
    NewEntry::Session(head, "双方各说一遍。".into())
}

pub(super) fn visit(at: Timestamp) -> NewEntry {
    let visit = Visit {
        due: Some(1),
        method: VisitMethod::Door,
        at,
        place: Some(place()),
        finding: VisitFinding {
            performance: Performance::Performed,
            satisfaction: Some(5),
            relapse_sign: false,
        },
    };
    NewEntry::Visit(visit, "一切都好。".into())
}

pub(super) fn risk(factor: RiskFactor, at: Timestamp) -> NewEntry {
    NewEntry::Risk(RiskObservation {
        factor,
        at,
        why: "所见".into(),
    })
}
