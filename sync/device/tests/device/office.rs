//! A small server in memory: a log by hash, a cursor into it, a digest, and a will of its own. It
//! stands in for the real one, so that a schedule of many phones runs in milliseconds; the real one
//! is met in `tests/sync`.

use hejie_case::{
    document::CaseDoc,
    ids::{Actor, CaseId, ChangeHash, DeviceId},
    reason::{Explain, Reason},
    rights::{self, ChangeWriter, RightsError},
    role::Role,
};
use hejie_wire::{
    attest::Statement,
    chunk,
    codec::{self, Body, Encoding},
    digest::{Digest, case_digest},
    message::{CaseDown, CaseUp, Cursor, Destroyed, Down, Forget, PROTOCOL, Refused, Up},
};
use jiff::Timestamp;
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet};

/// What the office says of a change before it takes it.
pub(crate) type Judge = Box<dyn FnMut(CaseId, &[u8]) -> Option<Refused> + Send>;

#[derive(Clone)]
struct Entry {
    case: CaseId,
    what: What,
}

#[derive(Clone)]
enum What {
    Change { by: DeviceId, bytes: Vec<u8> },
    Facts,
    Raw(Vec<u8>),
    Refused(DeviceId, Refused),
    Nothing,
}

#[derive(Clone)]
pub(crate) struct Room {
    pub(crate) doc: CaseDoc,
    pub(crate) facts: Option<(u64, Vec<u8>)>,
}

pub(crate) struct Office {
    log: Vec<Entry>,
    pub(crate) rooms: BTreeMap<CaseId, Room>,
    pub(crate) judge: Judge,
    forgotten: BTreeMap<DeviceId, BTreeSet<CaseId>>,
    /// It says of a case that it took away only to a phone that names it, as one that was set back.
    pub(crate) tells_on_asking: bool,
    taken_out: BTreeSet<ChangeHash>,
    /// What phones relayed of others, by its name.
    pub(crate) claims: BTreeMap<ChangeHash, Vec<u8>>,
    /// It has no room for more of that.
    pub(crate) is_full: bool,
    /// Whatever was accepted at any time: it is judged once, and a restored office judges as it did
    /// before.
    judged: BTreeSet<ChangeHash>,
    pub(crate) now: Timestamp,
    pub(crate) epoch: u64,
    pub(crate) backed_up: Option<Timestamp>,
    pub(crate) destroyed: Vec<Destroyed>,
    pub(crate) file_bytes: Option<u64>,
    /// Requests that were answered.
    pub(crate) requests: usize,
}

impl Office {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            log: Vec::new(),
            rooms: BTreeMap::new(),
            judge: Box::new(|_, _| None),
            forgotten: BTreeMap::new(),
            tells_on_asking: false,
            taken_out: BTreeSet::new(),
            claims: BTreeMap::new(),
            is_full: false,
            judged: BTreeSet::new(),
            now,
            epoch: 1,
            backed_up: None,
            destroyed: Vec::new(),
            file_bytes: None,
            requests: 0,
        }
    }

    pub(crate) fn answer(&mut self, body: &Body) -> Body {
        self.requests += 1;
        let up = codec::decode_up(body.encoding, &body.bytes).unwrap();
        let mut cases: BTreeMap<CaseId, CaseDown> = BTreeMap::new();
        let heard = up.relayed.iter().filter(|_| !self.is_full);
        let heard: Vec<&CaseUp> = heard.collect();
        let relayed = heard.iter().map(|up| up.case).collect();
        heard.into_iter().for_each(|up| self.keep_aside(up));
        for case in &up.cases {
            let down = cases
                .entry(case.case)
                .or_insert_with(|| CaseDown::new(case.case));
            let was_there = self.rooms.contains_key(&case.case);
            self.receive(up.device, case.case, &case.changes, down);
            if !was_there && down.accepted.is_empty() {
                // A case whose beginning was refused is none.
                self.rooms.remove(&case.case);
            }
        }
        self.read_log(&up, &mut cases);
        self.repair(&up, &mut cases);
        let forget = self.forget_list(&up);
        let down = Down {
            v: PROTOCOL,
            token: up.token,
            server_time: self.now,
            cursor: Cursor(self.log.len().to_be_bytes().to_vec()),
            digest: self.digest(up.device),
            more: false,
            cases: cases.into_values().collect(),
            forget,
            voucher: None,
            epoch: self.epoch,
            prove: Vec::new(),
            proved: Vec::new(),
            relayed,
            backed_up: self.backed_up,
            destroyed: self.destroyed.clone(),
            file_bytes: self.file_bytes,
            claims: None,
            receipts: Vec::new(),
        };
        codec::encode_down(&down, Encoding::Zstd).unwrap()
    }

    /// Takes a case from a phone.
    pub(crate) fn take_away(&mut self, device: DeviceId, case: CaseId) {
        self.forgotten.entry(device).or_default().insert(case);
    }

    pub(crate) fn set_facts(&mut self, case: CaseId, version: u64, facts: Vec<u8>) {
        self.rooms.get_mut(&case).unwrap().facts = Some((version, facts));
        self.log.push(Entry {
            case,
            what: What::Facts,
        });
    }

    /// Sends bytes to everybody that never passed the office's own gate.
    pub(crate) fn smuggle(&mut self, case: CaseId, bytes: Vec<u8>) {
        self.log.push(Entry {
            case,
            what: What::Raw(bytes),
        });
    }

    /// Takes a change that was acknowledged before out of the document, and all that was built on
    /// it; the authors are told.
    pub(crate) fn quarantine(&mut self, case: CaseId, refused: &Refused) {
        let mut fallen: BTreeSet<ChangeHash> = refused.change.into_iter().collect();
        let mut told = Vec::new();
        let mut doc = CaseDoc::load(&CaseDoc::genesis().bytes).unwrap();
        for entry in self.log.iter_mut().filter(|entry| entry.case == case) {
            let What::Change { by, bytes } = &entry.what else {
                continue;
            };
            let admitted = chunk::admit(bytes).unwrap();
            let hash = admitted.hash;
            if fallen.contains(&hash) || admitted.header.deps.iter().any(|dep| fallen.contains(dep))
            {
                fallen.insert(hash);
                told.push((*by, hash));
                entry.what = What::Nothing;
            } else {
                doc.apply(std::slice::from_ref(bytes)).unwrap();
            }
        }
        self.rooms.get_mut(&case).unwrap().doc = doc;
        self.taken_out.extend(&fallen);
        for (by, hash) in told {
            let refused = Refused {
                change: Some(hash),
                ..refused.clone()
            };
            self.log.push(Entry {
                case,
                what: What::Refused(by, refused),
            });
        }
    }

    pub(crate) fn has_taken_out(&self) -> bool {
        !self.taken_out.is_empty()
    }

    /// The changes of a case but the first, which began it.
    pub(crate) fn later_changes(&self, case: CaseId) -> Vec<ChangeHash> {
        let all = self.log.iter().filter(|entry| entry.case == case);
        let changes = all.filter_map(|entry| match &entry.what {
            What::Change { bytes, .. } => Some(chunk::parse(bytes).unwrap().hash),
            _ => None,
        });
        changes.skip(1).collect()
    }

    /// Goes back to an earlier point, as from a backup.
    pub(crate) fn restore(&mut self, log: usize) {
        self.log.truncate(log);
        self.rooms.clear();
        for entry in self.log.clone() {
            if let What::Change { bytes, .. } = entry.what {
                self.room(entry.case).doc.apply(&[bytes]).unwrap();
            }
        }
    }

    pub(crate) fn log_len(&self) -> usize {
        self.log.len()
    }

    fn room(&mut self, case: CaseId) -> &mut Room {
        self.rooms.entry(case).or_insert_with(|| Room {
            doc: CaseDoc::load(&CaseDoc::genesis().bytes).unwrap(),
            facts: None,
        })
    }

    /// What nobody vouches for counts only when its author sends it.
    fn keep_aside(&mut self, up: &CaseUp) {
        for bytes in &up.changes {
            let hash = chunk::admit(bytes).unwrap().hash;
            if !self.taken_out.contains(&hash) && !self.room(up.case).doc.contains(&hash) {
                self.claims.insert(hash, bytes.to_vec());
            }
        }
    }

    /// Judges afresh what it had accepted before.
    pub(crate) fn forget_what_it_judged(&mut self) {
        self.judged.clear();
    }

    fn receive(&mut self, by: DeviceId, case: CaseId, changes: &[ByteBuf], down: &mut CaseDown) {
        let mut waits = false;
        for bytes in changes {
            let admitted = chunk::admit(bytes).unwrap();
            let hash = admitted.hash;
            if self.taken_out.contains(&hash) {
                down.refused.push(refused_as("unmergeable", Some(hash)));
                continue;
            }
            if admitted
                .header
                .deps
                .iter()
                .chain(admitted.header.beside())
                .any(|dep| self.taken_out.contains(dep) || self.claims.contains_key(dep))
            {
                down.refused
                    .push(refused_as("depends_on_refused", Some(hash)));
                continue;
            }
            if self.room(case).doc.contains(&hash) {
                down.accepted.push(hash);
                continue;
            }
            let doc = &self.room(case).doc;
            let mut deps = admitted.header.deps.iter().chain(admitted.header.beside());
            if waits || !deps.all(|dep| doc.contains(dep)) {
                // What stands behind a change that has to come again waits with it.
                waits = true;
                let refused = refused_as("missing_dependency", Some(hash));
                down.refused.push(Refused {
                    passing: true,
                    ..refused
                });
                continue;
            }
            let is_new = !self.judged.contains(&hash);
            if let Some(refused) = is_new.then(|| (self.judge)(case, bytes)).flatten() {
                if refused.reason.code == FOR_ALL {
                    down.refused.push(refused);
                    return;
                }
                down.refused.push(Refused {
                    change: Some(hash),
                    ..refused
                });
                continue;
            }
            if let Err(error) =
                permitted(&self.room(case).doc, admitted.header.actor.phone(), bytes)
            {
                down.refused.push(refused_as(error.code(), Some(hash)));
                continue;
            }
            match self.room(case).doc.apply(&[bytes.to_vec()]) {
                Ok(()) => {
                    down.accepted.push(hash);
                    self.claims.remove(&hash);
                    self.judged.insert(hash);
                    self.log.push(Entry {
                        case,
                        what: What::Change {
                            by,
                            bytes: bytes.to_vec(),
                        },
                    });
                }
                Err(_) => down.refused.push(refused_as("number_used", Some(hash))),
            }
        }
    }

    fn read_log(&self, up: &Up, cases: &mut BTreeMap<CaseId, CaseDown>) {
        let from = up
            .cursor
            .as_ref()
            .map_or(0, |c| usize::from_be_bytes(c.0.clone().try_into().unwrap()));
        for entry in self
            .log
            .iter()
            .skip(from)
            .filter(|entry| self.sees(up.device, entry.case))
        {
            let down = cases
                .entry(entry.case)
                .or_insert_with(|| CaseDown::new(entry.case));
            match &entry.what {
                What::Change { by, .. } if *by == up.device && from > 0 => {}
                What::Change { bytes, .. } | What::Raw(bytes) => {
                    down.changes.push(ByteBuf::from(bytes.clone()));
                }
                What::Facts => {
                    let facts = self.rooms[&entry.case].facts.as_ref();
                    down.facts = facts.map(|(_, bytes)| ByteBuf::from(bytes.clone()));
                }
                What::Refused(device, refused) if *device == up.device => {
                    down.refused.push(refused.clone());
                }
                What::Refused(..) | What::Nothing => {}
            }
        }
    }

    fn repair(&mut self, up: &Up, cases: &mut BTreeMap<CaseId, CaseDown>) {
        let Some(holdings) = &up.holdings else { return };
        let held: BTreeMap<_, _> = holdings.held.iter().copied().collect();
        let known: BTreeSet<CaseId> = held.keys().chain(self.rooms.keys()).copied().collect();
        for case in known {
            if !self.sees(up.device, case)
                || held.get(&case)
                    == self
                        .rooms
                        .get(&case)
                        .map(|r| digest_of(case, r).short())
                        .as_ref()
            {
                continue;
            }
            let down = cases.entry(case).or_insert_with(|| CaseDown::new(case));
            down.heads = Some(Vec::new());
            if let Some(room) = self.rooms.get_mut(&case) {
                down.snapshot = Some(ByteBuf::from(room.doc.save()));
                down.heads = Some(room.doc.heads());
                down.facts = room
                    .facts
                    .as_ref()
                    .map(|(_, bytes)| ByteBuf::from(bytes.clone()));
            }
        }
    }

    fn sees(&self, device: DeviceId, case: CaseId) -> bool {
        !self
            .forgotten
            .get(&device)
            .is_some_and(|gone| gone.contains(&case))
    }

    fn forget_list(&self, up: &Up) -> Vec<Forget> {
        let gone = self.forgotten.get(&up.device).into_iter().flatten();
        let named = up.holdings.iter().flat_map(|holdings| &holdings.held);
        let named: BTreeSet<&CaseId> = named.map(|(case, _)| case).collect();
        let told = gone.filter(|case| !self.tells_on_asking || named.contains(case));
        told.map(|case| Forget {
            case: *case,
            reason: Reason::new("no_longer_assigned", "本案已转他人办理。"),
        })
        .collect()
    }

    fn digest(&self, device: DeviceId) -> Digest {
        let seen = self
            .rooms
            .iter()
            .filter(|(case, _)| self.sees(device, **case));
        seen.map(|(case, room)| digest_of(*case, room)).collect()
    }
}

/// The office looks at rights as the server does: an entry is made once, and a text has its
/// writers.
fn permitted(doc: &CaseDoc, actor: Actor, bytes: &[u8]) -> Result<(), RightsError> {
    let writer = ChangeWriter {
        actor,
        role: Role::Mediator,
    };
    rights::check(&[bytes.to_vec()], &rights::index_of(doc)?, &writer).map(drop)
}

/// The code of a ground that holds for all that somebody writes in a case: with it all that comes
/// behind is refused, too.
pub(crate) const FOR_ALL: &str = "no_longer_yours";

pub(crate) fn refused_as(code: &str, change: Option<ChangeHash>) -> Refused {
    Refused {
        change,
        reason: Reason::new(code, "请按提示修改。"),
        passing: false,
        told: false,
    }
}

fn digest_of(case: CaseId, room: &Room) -> Digest {
    let facts = room.facts.as_ref();
    let facts = facts.map(|(_, bytes)| Statement::hash_of(bytes));
    case_digest(case, facts.as_ref(), &room.doc.heads())
}
