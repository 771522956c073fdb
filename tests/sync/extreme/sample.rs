//! One edit of every kind, for every container of the schema and every request.

mod asks;
mod records;

use crate::phone::Phone;
use hejie_case::{
    edit::{Citing, Edit, NewEntry, TextTarget, Withdrawable},
    ids::{CaseId, EntryId},
    record::*,
    schema::CONTAINERS,
};
use jiff::{Timestamp, civil::date};
use records::*;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// What another client may write in place of what is here, with the code that it is told.
pub const FORGED: &[(&str, &str, &str)] = &[
    (
        r#""satisfaction":5"#,
        r#""satisfaction":0"#,
        "value_out_of_range",
    ),
    (
        r#""satisfaction":5"#,
        r#""satisfaction":6"#,
        "value_out_of_range",
    ),
    (r#""lat":29.5"#, r#""lat":99.5"#, "value_out_of_range"),
    (r#""lat":29.5"#, r#""lat":null"#, "value_not_finite"),
    (r#""lon":121.25"#, r#""lon":921.25"#, "value_out_of_range"),
    (
        r#""amount":100000000000000"#,
        r#""amount":999999999999999"#,
        "value_out_of_range",
    ),
    (r#""due":"2026-"#, r#""due":"9999-"#, "value_out_of_range"),
    (r#""size":1024"#, r#""size":-999"#, "value_out_of_range"),
    ("张*明", "张a明", "name_not_masked"),
];

/// The entries on which the edits build.
pub struct Ids {
    party: EntryId,
    other: EntryId,
    statement: EntryId,
    evidence: EntryId,
    session: EntryId,
    plan: EntryId,
    draft: EntryId,
    clause: EntryId,
    note: EntryId,
    visit: EntryId,
}

impl Ids {
    /// All of them, in one order.
    pub fn all(&self) -> [EntryId; 10] {
        [
            self.party,
            self.other,
            self.statement,
            self.evidence,
            self.session,
            self.plan,
            self.draft,
            self.clause,
            self.note,
            self.visit,
        ]
    }
}

/// Writes them.
pub fn furnish(phone: &mut Phone, case: CaseId) -> Ids {
    let now = phone.now();
    let mut add = |entry| phone.engine.add(case, entry, now).unwrap();
    let party = add(NewEntry::Party(party("张*明")));
    let other = add(NewEntry::Party(Party {
        side: Side::B,
        ..records::party("李*")
    }));
    let statement = add(statement(party, now));
    let evidence = add(evidence(now));
    let session = add(session(party, now));
    let plan = add(NewEntry::Plan("先听双方。".into()));
    let draft = add(NewEntry::Draft(DraftHead {
        form: AgreementForm::Written,
        based_on: None,
    }));
    let note = add(note(now));
    let visit = add(visit(now));
    let clause = EntryId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001));
    let ids = Ids {
        party,
        other,
        statement,
        evidence,
        session,
        plan,
        draft,
        clause,
        note,
        visit,
    };
    let clause = Edit::AddClause {
        draft,
        clause,
        order: "a".into(),
        text: "乙方退还中介费。".into(),
        terms: Some(Terms {
            method: "现金".into(),
            ..terms(ids.party, ids.other)
        }),
    };
    phone.engine.edit(case, clause, now).unwrap();
    ids
}

/// The edits, each with every field filled.
pub fn edits(ids: &Ids) -> Vec<Edit> {
    let at: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
    let entries = entries(ids, at);
    for container in CONTAINERS {
        let is_entries = !matches!(container.name, "meta" | "intake" | "checklist");
        let holds = |entry: &NewEntry| container_of(entry) == container.name;
        assert!(
            !is_entries || entries.iter().any(holds),
            "no sample for {}",
            container.name
        );
    }
    let add = |entry| Edit::Add {
        id: ids.note,
        entry,
    };
    let mut edits: Vec<Edit> = entries.into_iter().map(add).collect();
    edits.extend(intake(at).map(|field| Edit::Intake { field }));
    edits.extend(texts(ids).map(|target| Edit::Text {
        target,
        content: "改后的文字。".into(),
    }));
    edits.extend([
        Edit::Party {
            party: ids.party,
            field: PartyField::NameMasked("张*".into()),
        },
        Edit::Terms {
            draft: ids.draft,
            clause: ids.clause,
            terms: Some(terms(ids.party, ids.other)),
        },
        Edit::ClauseOrder {
            draft: ids.draft,
            clause: ids.clause,
            order: "b".into(),
        },
        Edit::AddClause {
            draft: ids.draft,
            clause: ids.clause,
            order: "c".into(),
            text: "另一条。".into(),
            terms: Some(terms(ids.party, ids.other)),
        },
        Edit::AddStep {
            plan: ids.plan,
            step: ids.note,
            value: PlanStep {
                what: "核对合同".into(),
                owner_org: "居委会".into(),
                due: date(2026, 3, 9),
            },
        },
        Edit::SealStatement {
            statement: ids.statement,
            sealed: SealedText {
                key_id: "2026-1".into(),
                ciphertext: "AAAA".into(),
            },
        },
        Edit::Cite {
            by: Citing::Draft(ids.draft),
            evidence: ids.evidence,
        },
        Edit::SignRecord {
            session: ids.session,
            party: ids.party,
            signed: RecordSigned {
                medium: SignatureMedium::PaperScan,
                at,
            },
        },
        Edit::Check {
            item: "notice-1".into(),
            mark: CheckMark {
                done: true,
                at,
                remark: "已告知".into(),
            },
        },
        Edit::Withdraw {
            target: Withdrawable::Evidence(ids.evidence),
            why: "重复".into(),
            at,
        },
        Edit::LockStatement {
            statement: ids.statement,
            at,
        },
        Edit::Freeze {
            draft: ids.draft,
            at,
        },
    ]);
    edits
}

/// The edit with an id that nobody used.
pub fn fresh(edit: Edit) -> Edit {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let n = u128::from(NEXT.fetch_add(1, Ordering::Relaxed));
    let id = EntryId(Uuid::from_u128(
        0x0199_0000_0000_7000_9000_0000_0000_0000 + n,
    ));
    match edit {
        Edit::Add { entry, .. } => Edit::Add { id, entry },
        Edit::AddStep { plan, value, .. } => Edit::AddStep {
            plan,
            step: id,
            value,
        },
        Edit::AddClause {
            draft,
            order,
            text,
            terms,
            ..
        } => Edit::AddClause {
            draft,
            clause: id,
            order,
            text,
            terms,
        },
        other => other,
    }
}

fn entries(ids: &Ids, at: Timestamp) -> Vec<NewEntry> {
    let mut entries = vec![
        NewEntry::Party(party("张*明")),
        NewEntry::Consent(Consent {
            party: ids.party,
            what: ConsentSubject::Mediation,
            decision: ConsentDecision::Agree,
            text_version: "2026-1".into(),
            at,
            evidence: Some(ids.evidence),
            seen: vec![ids.note],
        }),
        statement(ids.party, at),
        note(at),
        evidence(at),
        NewEntry::Contact(Contact {
            party: ids.party,
            means: ContactMeans::Telephone,
            at,
            reached: true,
        }),
        session(ids.party, at),
        NewEntry::Plan("再听一次。".into()),
        NewEntry::Draft(DraftHead {
            form: AgreementForm::Oral,
            based_on: Some(ids.draft),
        }),
        NewEntry::Signature(Signature {
            draft: ids.draft,
            hash: "ab".repeat(32),
            heads: Vec::new(),
            signer: Signer::Party(ids.party),
            medium: SignatureMedium::Screen,
            scan: Some(ids.evidence),
            at,
            anchor: Some(Anchor {
                age_s: 20,
                drift_s: 2,
            }),
        }),
        NewEntry::Performance(PerformanceEntry {
            obligation: ids.clause,
            state: Performance::Partly,
            at,
            amount: Cents(100_000_000_000_000),
            means: "转账".into(),
            slip_no: Some("0001".into()),
            evidence: Some(ids.evidence),
        }),
        visit(at),
        risk(RiskFactor::Gathering(12), at),
        risk(RiskFactor::Emotion(Emotion::Calm), at),
    ];
    entries.extend(asks::asks(ids, at).into_iter().map(|ask| {
        NewEntry::Request(Request {
            ask,
            base_version: 1,
            at,
            anchor: Some(Anchor {
                age_s: 10,
                drift_s: 1,
            }),
        })
    }));
    entries
}

fn intake(at: Timestamp) -> impl Iterator<Item = IntakeField> {
    [
        IntakeField::Situation("N02-01".parse().unwrap()),
        IntakeField::OccurredAt(at - jiff::SignedDuration::from_hours(1)),
        IntakeField::Persons(3),
        IntakeField::Amount(Cents(400_000)),
        IntakeField::Injury(Injury::None),
        IntakeField::Place(place()),
        IntakeField::DvScreen(DvScreen {
            asked: true,
            violence: false,
        }),
    ]
    .into_iter()
}

fn texts(ids: &Ids) -> impl Iterator<Item = TextTarget> {
    [
        TextTarget::Summary,
        TextTarget::Statement { id: ids.statement },
        TextTarget::Note { id: ids.note },
        TextTarget::Caption { id: ids.evidence },
        TextTarget::Record { id: ids.session },
        TextTarget::Plan { id: ids.plan },
        TextTarget::Clause {
            draft: ids.draft,
            clause: ids.clause,
        },
        TextTarget::Visit { id: ids.visit },
    ]
    .into_iter()
}

fn container_of(entry: &NewEntry) -> &'static str {
    match entry {
        NewEntry::Party(_) => "parties",
        NewEntry::Consent(_) => "consent_events",
        NewEntry::Statement(..) => "statements",
        NewEntry::Note(..) => "notes",
        NewEntry::Evidence(..) => "evidence",
        NewEntry::Contact(_) => "contacts",
        NewEntry::Session(..) => "sessions",
        NewEntry::Plan(_) => "plans",
        NewEntry::Draft(_) => "drafts",
        NewEntry::Signature(_) => "signatures",
        NewEntry::Performance(_) => "performance",
        NewEntry::Visit(..) => "visits",
        NewEntry::Risk(_) => "risk_obs",
        NewEntry::Request(_) => "requests",
    }
}
