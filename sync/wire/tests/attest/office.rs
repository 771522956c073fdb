//! A server's keys, and one case of one phone.

use hejie_case::{
    document::{CaseDoc, Origin},
    edit::{Edit, NewEntry},
    ids::{Actor, CaseId, DeviceId, EntryId, OrgId, UserId},
    record::{NoteHead, NoteKind},
    view::Meta,
};
use hejie_wire::{
    attest::{
        ActorRow, Actors, Attestation, AttesterSecret, AttesterVoucher, CaseProof, Statement,
        Trusted,
    },
    sealed::RootSecret,
};
use jiff::Timestamp;
use serde_bytes::ByteBuf;
use uuid::Uuid;

const ACTOR: Actor = Actor([1; 16]);
const FACTS: &[u8] = br#"{"version":3}"#;

pub(crate) struct Office {
    seed: u8,
    begun: Vec<u8>,
    doc: CaseDoc,
}

impl Office {
    pub(crate) fn new(seed: u8) -> Self {
        let meta = Meta {
            schema: 1,
            case_id: CaseId(Uuid::from_u128(5)),
            created_by_device: None,
            created_at: noon(),
            catalogue_version: 1,
        };
        let (mut doc, _) = CaseDoc::create(ACTOR, &meta, &Origin::default(), noon()).unwrap();
        let begun = doc.save();
        let head = NoteHead {
            kind: NoteKind::Scene,
            at: noon(),
        };
        let note = Edit::Add {
            id: EntryId(Uuid::from_u128(6)),
            entry: NewEntry::Note(head, "门前积水".into()),
        };
        doc.edit(ACTOR, noon(), &note).unwrap();
        Self { seed, begun, doc }
    }

    pub(crate) fn attester(&self) -> AttesterSecret {
        AttesterSecret::from_seed(&[self.seed + 100; 32])
    }

    pub(crate) fn voucher(&self) -> AttesterVoucher {
        self.root()
            .vouch_attester(&self.attester().public(), noon())
    }

    pub(crate) fn trusted(&self) -> Trusted {
        Trusted {
            root: self.root().public(),
            own: vec![*self.attester().public().public()],
            retired: Vec::new(),
        }
    }

    pub(crate) fn row(&self) -> ActorRow {
        ActorRow {
            actor: ACTOR,
            device: DeviceId(Uuid::from_u128(10)),
            user: UserId(Uuid::from_u128(11)),
            role: "mediator".into(),
            org: OrgId(Uuid::from_u128(12)),
        }
    }

    pub(crate) fn statement(&self) -> Statement {
        Statement {
            county: 990_101,
            epoch: 1,
            case: CaseId(Uuid::from_u128(5)),
            facts_version: 3,
            facts: Statement::hash_of(FACTS),
            actors: self.actors().hash(),
            heads: Statement::hash_of_heads(&self.doc.heads()),
        }
    }

    pub(crate) fn proof(&self) -> CaseProof {
        CaseProof {
            attestation: Attestation::sign(&self.statement(), &self.attester()),
            voucher: self.voucher(),
            actors: self.actors(),
            facts: ByteBuf::from(FACTS),
            heads: self.doc.heads(),
            document: ByteBuf::from(self.doc.clone().save()),
        }
    }

    /// The document before the note was written.
    pub(crate) fn earlier_document(&self) -> Vec<u8> {
        self.begun.clone()
    }

    fn root(&self) -> RootSecret {
        RootSecret::from_seed(&[self.seed; 32])
    }

    fn actors(&self) -> Actors {
        std::iter::once(self.row()).collect()
    }
}

pub(crate) fn noon() -> Timestamp {
    "2026-03-02T04:00:00Z".parse().unwrap()
}
