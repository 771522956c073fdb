//! The stage on which the scenes play: one case, its people, their phones, one clock.

#[path = "stage/deeds.rs"]
pub mod deeds;

use hejie_case::{
    act::{self, Act, DeskAct},
    document::{CaseDoc, Origin},
    edit::{Edit, NewEntry},
    facts::{Decision, Duty, Facts, OrgFact, OrgLevel, Source, Status},
    ids::{Actor, CaseId, EntryId, FileHash, OrgId, UserId},
    policy::Policy,
    reason::Reason,
    reconcile::{
        Opening, ReceivedChange, ReconcileInput, ReconcileOutput, members, open, reconcile,
    },
    record::*,
    role::{Author, Role},
    rule::{DeviceSeen, Motion},
    view::CaseView,
};
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// A phone: a copy of the document, and what was written on it and not sent yet.
pub struct Phone {
    pub actor: Actor,
    pub author: Author,
    pub doc: CaseDoc,
    outbox: Vec<ReceivedChange>,
    entries: u8,
}

/// One case on the server, and the phones that hold it.
pub struct Stage {
    pub settled: ReconcileOutput,
    pub now: Timestamp,
    pub phones: Vec<Phone>,
    pub heard: Vec<DeviceSeen>,
    /// Who has left.
    pub departed: Vec<Author>,
    /// Names of organisations that there are none of.
    pub unknown_orgs: Vec<String>,
    /// Files that have arrived.
    pub files: BTreeSet<FileHash>,
    pub identities: BTreeMap<String, String>,
    /// Parties whose identity a phone has sealed.
    pub identified: BTreeSet<EntryId>,
    /// The committee lets its mediators carry the seal.
    pub seal_at_the_scene: bool,
    /// How phones know the time; none for phones that do not.
    pub anchor: Option<Anchor>,
    /// The least version that the registry gives since its last restore.
    pub first_version: u64,
}

pub fn user(n: u8) -> UserId {
    UserId(uuid::Uuid::from_bytes([n; 16]))
}

/// The organisation of everybody in the scenes: a committee whose mediators carry the seal.
pub fn committee() -> OrgFact {
    OrgFact {
        id: OrgId(uuid::Uuid::from_bytes([100; 16])),
        name: "新港街道人民调解委员会".into(),
        level: OrgLevel::Township,
        carries_seal: true,
    }
}

/// The county, for which supervisors act.
pub fn county() -> OrgFact {
    OrgFact {
        id: OrgId(uuid::Uuid::from_bytes([101; 16])),
        name: "和安县".into(),
        level: OrgLevel::County,
        carries_seal: false,
    }
}

/// Somebody of the committee; a supervisor is one of the county.
pub fn author(n: u8, role: Role) -> Author {
    let org = match role {
        Role::Supervisor => county().id,
        _ => committee().id,
    };
    Author {
        user: user(n),
        role,
        org,
    }
}

pub const MEDIATOR: usize = 0;
pub const GRID: usize = 1;

impl Stage {
    /// A case of this situation, offered to the mediator on duty; a grid worker is assigned for
    /// visits. Both hold it.
    pub fn of(situation: &str) -> Self {
        let mut stage = Self::opened(situation);
        let visit = DeskAct::Assign(act::Assign {
            target: author(2, Role::GridWorker),
            duty: Duty::Visit,
        });
        assert_eq!(stage.desk(Role::Dispatcher, visit), None);
        stage.phones = vec![
            stage.phone(1, Role::Mediator),
            stage.phone(2, Role::GridWorker),
        ];
        stage
    }

    /// A case of this situation, as it stands when it was just reported.
    pub fn opened(situation: &str) -> Self {
        Self::reported(situation, "110")
    }

    /// As [`Self::opened`], by another channel.
    pub fn reported(situation: &str, channel: &str) -> Self {
        let now: Timestamp = "2026-03-02T09:00:00+08:00".parse().unwrap();
        let opened = open(&Opening {
            case: CaseId(uuid::Uuid::from_bytes([9; 16])),
            case_no: "990101-2026-000001".parse().unwrap(),
            public_code: "2A3B4C5D6E".parse().unwrap(),
            source: Source {
                channel: channel.into(),
                external_no: Some("JJD-1".into()),
                by_order: true,
            },
            region: "990101001".parse().unwrap(),
            situation: situation.parse().unwrap(),
            origin: Origin {
                channel: Some(channel.into()),
                external_no: Some("JJD-1".into()),
                fields: vec![IntakeField::Situation(situation.parse().unwrap())],
                summary: "双方因中介费发生争执。".into(),
            },
            offer_to: Some(author(1, Role::Mediator)),
            repeat_calls: 0,
            orgs: vec![committee(), county()],
            split_from: None,
            bars: hejie_case::facts::Bars::default(),
            policy: Policy::default(),
            now,
        })
        .unwrap();
        Self {
            settled: opened.settled,
            now,
            phones: Vec::new(),
            heard: Vec::new(),
            departed: Vec::new(),
            unknown_orgs: Vec::new(),
            files: BTreeSet::from([FileHash([0xab; 32])]),
            identities: BTreeMap::new(),
            identified: BTreeSet::new(),
            seal_at_the_scene: true,
            anchor: Some(Anchor {
                age_s: 60,
                drift_s: 0,
            }),
            first_version: 0,
        }
    }

    pub fn facts(&self) -> &Facts {
        &self.settled.facts
    }

    pub fn view(&self) -> &CaseView {
        &self.settled.view
    }

    pub fn status(&self) -> Status {
        self.facts().stage.status()
    }

    pub fn later(&mut self, minutes: i64) {
        self.now = self.now.checked_add(minutes.minutes()).unwrap();
    }

    /// Adds an entry on a phone, which need not have signal.
    pub fn add(&mut self, phone: usize, entry: NewEntry) -> EntryId {
        let (now, writing) = (self.now, &mut self.phones[phone]);
        writing.entries += 1;
        let id = EntryId::new(
            now,
            [writing.entries, writing.actor.0[0], 0, 0, 0, 0, 0, 0, 0, 0],
        );
        self.edit(phone, Edit::Add { id, entry });
        id
    }

    /// Writes an edit on a phone.
    pub fn edit(&mut self, phone: usize, edit: Edit) {
        assert!(self.try_edit(phone, edit), "the phone refuses the edit");
    }

    /// Writes an edit on a phone, which may refuse it.
    pub fn try_edit(&mut self, phone: usize, edit: Edit) -> bool {
        self.later(1);
        let (now, phone) = (self.now, &mut self.phones[phone]);
        let Ok(written) = phone.doc.edit(phone.actor, now, &edit) else {
            return false;
        };
        let (hash, bytes, actor) = (written.hash, written.bytes, phone.actor);
        phone.outbox.push(ReceivedChange {
            hash,
            actor,
            bytes,
            received_at: now,
        });
        true
    }

    /// A fresh id for a part of an entry.
    pub fn fresh(&self) -> EntryId {
        EntryId::new(self.now, [99; 10])
    }

    /// Notes something on a phone.
    pub fn note(&mut self, phone: usize, text: &str) -> EntryId {
        let head = NoteHead {
            kind: NoteKind::Inquiry,
            at: self.now,
        };
        self.add(phone, NewEntry::Note(head, text.into()))
    }

    /// Takes a photo on a phone, whose file arrives.
    pub fn evidence(&mut self, phone: usize) -> EntryId {
        self.evidence_as(phone, "现场照片")
    }

    /// As [`Self::evidence`], with a caption.
    pub fn evidence_as(&mut self, phone: usize, caption: &str) -> EntryId {
        self.photo(phone, FileHash([0xab; 32]), caption)
    }

    /// Takes a photo on a phone, whose file does not arrive before [`Self::files_arrive`].
    pub fn evidence_without_file(&mut self, phone: usize) -> EntryId {
        self.photo(phone, FileHash([0xcd; 32]), "现场照片")
    }

    /// What did not arrive yet does.
    pub fn files_arrive(&mut self) {
        self.files.insert(FileHash([0xcd; 32]));
    }

    fn photo(&mut self, phone: usize, file: FileHash, caption: &str) -> EntryId {
        let evidence = Evidence {
            kind: EvidenceKind::Photo,
            sha256: file.to_string(),
            size: 350_000,
            mime: "image/jpeg".into(),
            taken_at: self.now,
            place: None,
            origin: "现场拍摄".into(),
        };
        self.add(phone, NewEntry::Evidence(evidence, caption.into()))
    }

    /// Makes a visit.
    pub fn visit(&mut self, phone: usize, due: Option<u8>, method: VisitMethod) -> EntryId {
        let finding = VisitFinding {
            performance: Performance::Performed,
            satisfaction: Some(5),
            relapse_sign: false,
        };
        let (at, place) = (self.now, None);
        let visit = Visit {
            due,
            method,
            at,
            place,
            finding,
        };
        self.add(phone, NewEntry::Visit(visit, "平稳。".into()))
    }

    /// Puts a change that the editor did not write into the outbox of a phone.
    pub fn send(&mut self, phone: usize, bytes: Vec<u8>) {
        let change = automerge::Change::from_bytes(bytes.clone()).unwrap();
        let (received_at, phone) = (self.now, &mut self.phones[phone]);
        phone.doc.apply(std::slice::from_ref(&bytes)).unwrap();
        phone.outbox.push(ReceivedChange {
            hash: hejie_case::ids::ChangeHash(change.hash().0),
            actor: phone.actor,
            bytes,
            received_at,
        });
    }

    /// Asks for something on a phone.
    pub fn ask(&mut self, phone: usize, ask: Ask) -> EntryId {
        let request = Request {
            ask,
            base_version: self.facts().version,
            at: self.now,
            anchor: self.anchor,
        };
        self.add(phone, NewEntry::Request(request))
    }

    /// The phone comes back: what it wrote is settled, and it takes what the server has.
    pub fn sync(&mut self, phone: usize) {
        self.sync_received(phone, self.now);
    }

    /// As [`Self::sync`], where the server settles later what it received then.
    pub fn sync_received(&mut self, phone: usize, received_at: Timestamp) {
        let changes = std::mem::take(&mut self.phones[phone].outbox);
        let seen = DeviceSeen {
            user: self.phones[phone].author.user,
            exchanged_at: self.now,
        };
        self.heard.retain(|d| d.user != seen.user);
        self.heard.push(seen);
        let changes = changes
            .into_iter()
            .map(|c| ReceivedChange { received_at, ..c })
            .collect();
        self.reconcile(changes, Vec::new());
        let doc = CaseDoc::load(&self.settled.snapshot).unwrap();
        self.phones[phone].doc = doc;
    }

    /// Time alone moves the case.
    pub fn pass(&mut self) {
        self.reconcile(Vec::new(), Vec::new());
    }

    /// Somebody at a desk acts.
    pub fn desk(&mut self, role: Role, act: impl Into<Act>) -> Option<Reason> {
        self.act_as(author(50, role).user, role, act)
    }

    /// A rule of the server acts.
    pub fn by_rule(&mut self, act: impl Into<Act>) -> Option<Reason> {
        self.act_as(user(0), Role::System, act)
    }

    /// Somebody acts online.
    pub fn act_as(&mut self, by: UserId, role: Role, act: impl Into<Act>) -> Option<Reason> {
        let by = Author {
            user: by,
            ..author(50, role)
        };
        let motion = Motion {
            entry: None,
            act: act.into(),
            by,
            claimed_at: None,
            received_at: self.now,
        };
        self.reconcile(Vec::new(), vec![motion]);
        self.settled.answers[0].clone()
    }

    /// Why a request was refused; none if it was accepted.
    pub fn refusal(&self, request: EntryId) -> Option<&str> {
        match &self
            .facts()
            .rulings
            .get(&request)
            .expect("it was ruled on")
            .decision
        {
            Decision::Accepted => None,
            Decision::Referred { .. } => Some("referred"),
            Decision::Refused(reason) => Some(&reason.code),
        }
    }

    fn reconcile(&mut self, changes: Vec<ReceivedChange>, motions: Vec<Motion>) {
        let authors = self.phones.iter().map(|p| (p.actor, p.author)).collect();
        let settled = reconcile(&ReconcileInput {
            snapshot: self.settled.snapshot.clone(),
            changes,
            facts: self.settled.facts.clone(),
            first_version: self.first_version,
            authors,
            motions,
            devices: self.heard.clone(),
            departed: self.departed.clone(),
            unknown_orgs: self.unknown_orgs.clone(),
            routes: Vec::new(),
            repeat_calls: 0,
            orgs: vec![
                OrgFact {
                    carries_seal: self.seal_at_the_scene,
                    ..committee()
                },
                county(),
            ],
            names: std::collections::BTreeMap::new(),
            files: self.files.clone(),
            identities: self.identities.clone(),
            identified: self.identified.clone(),
            policy: Policy::default(),
            now: self.now,
        })
        .unwrap();
        assert_eq!(settled.unmerged, []);
        assert!(!settled.facts.stage.status().is_open() || members(&settled.facts).len() <= 6);
        self.settled = settled;
    }

    /// Another person joins the case, with a phone that holds it; returns the phone.
    pub fn join(&mut self, n: u8, role: Role, duty: Duty) -> usize {
        let to = author(n, role);
        let joins = DeskAct::Assign(act::Assign { target: to, duty });
        assert_eq!(self.desk(Role::Dispatcher, joins), None);
        self.phones.push(self.phone(n, role));
        self.phones.len() - 1
    }

    /// A phone of somebody, as it holds the case after an exchange.
    pub fn phone(&self, n: u8, role: Role) -> Phone {
        let doc = CaseDoc::load(&self.settled.snapshot).unwrap();
        Phone {
            actor: Actor([n; 16]),
            author: author(n, role),
            doc,
            outbox: Vec::new(),
            entries: 0,
        }
    }
}
