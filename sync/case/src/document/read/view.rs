//! The whole case, container by container.

use super::{
    DocReader,
    atoms::{SessionAtom, VisitAtom},
    author_of, causality,
    fields::{ReadFailure, UnreadableKey, id_of},
    turn_of,
};
use crate::{
    document::DocError,
    ids::{CaseId, DeviceId, EntryId},
    part::Extent,
    record::{Checklist, RecordSigned, SessionHead, Visit, Withdrawn},
    schema::{self, Field, FieldKind},
    view::{
        CaseView, Entries, Entry, EvidenceView, Intake, Meta, MvRegister, NoteView, PartyView,
        PlanView, SessionView, StatementView, Unreadable, VisitView,
    },
};
use automerge::ObjId;
use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet};

/// Reads everything.
pub(crate) fn view(reader: &DocReader<'_>) -> Result<CaseView, DocError> {
    let meta = meta(reader).ok_or(DocError::NoMeta)?;
    let mut read = ViewReader {
        reader,
        unreadable: Vec::new(),
    };
    let mut view = CaseView {
        extent: Extent::Whole,
        meta,
        heads: reader.heads(),
        intake: read.intake(),
        parties: read.entries("parties", party),
        consents: read.atoms("consent_events"),
        statements: read.entries("statements", statement),
        notes: read.entries("notes", note),
        evidence: read.entries("evidence", evidence),
        checklist: read.checklist(),
        contacts: read.atoms("contacts"),
        sessions: read.entries("sessions", session),
        plans: read.entries("plans", plan),
        drafts: read.entries("drafts", |reader, entry| reader.draft(entry)),
        signatures: read.atoms("signatures"),
        performance: read.atoms("performance"),
        visits: read.entries("visits", visit),
        risks: read.atoms("risk_obs"),
        requests: read.atoms("requests"),
        unseen: BTreeMap::new(),
        overtaken: BTreeSet::new(),
        unreadable: read.unreadable,
    };
    view.unseen = causality::unseen(reader, &view);
    view.overtaken = causality::overtaken(reader, &view.performance);
    Ok(view)
}

/// The parties and what the case is about alone, without what could not be read of them.
pub(super) fn parties_and_intake(reader: &DocReader<'_>) -> (Entries<PartyView>, Intake) {
    let mut read = ViewReader {
        reader,
        unreadable: Vec::new(),
    };
    (read.entries("parties", party), read.intake())
}

/// What was read of an entry, and the keys below it that could not be.
type ReadEntry<T> = Result<(T, Vec<UnreadableKey>), ReadFailure>;

struct ViewReader<'r, 'd> {
    reader: &'r DocReader<'d>,
    unreadable: Vec<Unreadable>,
}

impl ViewReader<'_, '_> {
    fn entries<T>(
        &mut self,
        container: &'static str,
        read: impl Fn(&DocReader<'_>, &ObjId) -> ReadEntry<T>,
    ) -> Entries<T> {
        self.under_ids(container, |reader, map, key| {
            let object = reader.object(map, key).map_err(|_| "not an entry")?;
            let author = author_of(&object).ok_or("made by no device")?;
            let (value, lost) = read(reader, &object)?;
            let turn = turn_of(&object);
            Ok((
                Entry {
                    author,
                    turn,
                    value,
                },
                lost,
            ))
        })
    }

    fn atoms<T: DeserializeOwned>(&mut self, container: &'static str) -> Entries<T> {
        self.under_ids(container, |reader, map, key| {
            let authored = reader.first_atom(map, key)?;
            let entry = Entry {
                author: authored.author,
                turn: turn_of(&authored.op),
                value: authored.value,
            };
            Ok((entry, Vec::new()))
        })
    }

    /// What stands in a container, each under its id.
    fn under_ids<T>(
        &mut self,
        container: &'static str,
        read: impl Fn(&DocReader<'_>, &ObjId, &str) -> ReadEntry<Entry<T>>,
    ) -> Entries<T> {
        let Ok(map) = self.reader.container(container) else {
            return Entries::new();
        };
        let mut entries = Entries::new();
        for key in self.reader.keys(&map) {
            match (id_of(&key), read(self.reader, &map, &key)) {
                (Ok(id), Ok((entry, lost))) => {
                    entries.insert(id, entry);
                    for (step, why) in lost {
                        self.cannot_read(container, &format!("{key}/{step}"), why);
                    }
                }
                (Err(why), _) | (_, Err(why)) => self.cannot_read(container, &key, why),
            }
        }
        entries
    }

    fn checklist(&mut self) -> Checklist {
        let Ok(map) = self.reader.container("checklist") else {
            return Checklist::new();
        };
        let mut marks = Checklist::new();
        for item in self.reader.keys(&map) {
            match self.reader.atoms(&map, &item).0.values.into_iter().next() {
                Some((_, mark)) => {
                    marks.insert(item, mark);
                }
                None => self.cannot_read("checklist", &item, "not a mark"),
            }
        }
        marks
    }

    fn intake(&mut self) -> Intake {
        let Ok(record) = self.reader.container("intake") else {
            return Intake::default();
        };
        let once = |name| {
            self.reader
                .all(&record, name)
                .first()
                .and_then(|(value, _)| value.as_str().map(String::from))
        };
        let (channel, external_no) = (once("channel"), once("external_no"));
        let summary = super::genesis::object("intake", Some("summary"))
            .and_then(|text| self.reader.text(&text));
        Intake {
            channel,
            external_no,
            situation: self.intake_value(&record, "situation_code"),
            occurred_at: self.intake_value(&record, "occurred_at"),
            persons: self.intake_value(&record, "persons"),
            amount: self.intake_value(&record, "amount_cents"),
            injury: self.intake_value(&record, "injury"),
            place: self.intake_atom(&record, "place"),
            dv_screen: self.intake_atom(&record, "dv_screen"),
            summary: summary.unwrap_or_default(),
        }
    }

    fn intake_value<T: DeserializeOwned + PartialEq>(
        &mut self,
        record: &ObjId,
        name: &str,
    ) -> MvRegister<T> {
        let (register, complete) = self.reader.rivals(record, name);
        if !complete {
            self.cannot_read("intake", name, "not the expected value");
        }
        register
    }

    fn intake_atom<T: DeserializeOwned + PartialEq>(
        &mut self,
        record: &ObjId,
        name: &str,
    ) -> MvRegister<T> {
        let (register, complete) = self.reader.atoms(record, name);
        if !complete {
            self.cannot_read("intake", name, "not the expected value");
        }
        register
    }

    fn cannot_read(&mut self, container: &str, key: &str, why: ReadFailure) {
        self.unreadable.push(Unreadable {
            container: container.into(),
            key: key.into(),
            why: why.into(),
        });
    }
}

#[derive(Deserialize)]
struct MetaRecord {
    schema: u32,
    case_id: CaseId,
    created_by_device: Option<DeviceId>,
    created_at_device: Timestamp,
    catalogue_version: u32,
}

fn meta(reader: &DocReader<'_>) -> Option<Meta> {
    let container = schema::container("meta")?;
    let schema::Shape::Record(fields) = container.shape else {
        return None;
    };
    let record: MetaRecord = reader.plain(&reader.container("meta").ok()?, fields).ok()?;
    Some(Meta {
        schema: record.schema,
        case_id: record.case_id,
        created_by_device: record.created_by_device,
        created_at: record.created_at_device,
        catalogue_version: record.catalogue_version,
    })
}

fn party(reader: &DocReader<'_>, entry: &ObjId) -> ReadEntry<PartyView> {
    let fields = schema::entry_fields("parties");
    let is_disputed = |field: &&Field| {
        matches!(field.kind, FieldKind::Lww(_))
            && reader
                .rivals::<serde_json::Value>(entry, field.name)
                .0
                .is_disputed()
    };
    let disputed = fields
        .iter()
        .filter(is_disputed)
        .map(|field| field.name.into())
        .collect();
    Ok((
        PartyView {
            party: reader.plain(entry, fields)?,
            disputed,
            withdrawn: withdrawn(reader, entry),
        },
        Vec::new(),
    ))
}

fn statement(reader: &DocReader<'_>, entry: &ObjId) -> ReadEntry<StatementView> {
    let head = reader.plain(entry, schema::entry_fields("statements"))?;
    let text = reader.text_of(entry, "text").ok_or("no text")?;
    let locked = reader
        .write_once_value(entry, "locked")
        .map(|authored| authored.value);
    Ok((
        StatementView {
            head,
            text,
            sealed: reader.sealed(entry),
            cites: reader.members(entry, "cites"),
            locked,
        },
        Vec::new(),
    ))
}

fn note(reader: &DocReader<'_>, entry: &ObjId) -> ReadEntry<NoteView> {
    let head = reader.plain(entry, schema::entry_fields("notes"))?;
    Ok((
        NoteView {
            head,
            text: reader.text_of(entry, "text").ok_or("no text")?,
        },
        Vec::new(),
    ))
}

fn evidence(reader: &DocReader<'_>, entry: &ObjId) -> ReadEntry<EvidenceView> {
    let evidence = reader.first_atom(entry, "head")?.value;
    let caption = reader.text_of(entry, "caption").ok_or("no text")?;
    Ok((
        EvidenceView {
            evidence,
            caption,
            withdrawn: withdrawn(reader, entry),
        },
        Vec::new(),
    ))
}

fn session(reader: &DocReader<'_>, entry: &ObjId) -> ReadEntry<SessionView> {
    let atom: SessionAtom = reader.first_atom(entry, "head")?.value;
    let result: MvRegister<String> = reader.rivals(entry, "result").0;
    let head = SessionHead {
        form: atom.form,
        start: atom.start,
        place: atom.place,
        attendees: reader.members(entry, "attendees").into_iter().collect(),
        result: result.get().cloned().unwrap_or_default(),
    };
    Ok((
        SessionView {
            head,
            record: reader.text_of(entry, "record").ok_or("no text")?,
            signed: signed(reader, entry),
        },
        Vec::new(),
    ))
}

fn plan(reader: &DocReader<'_>, entry: &ObjId) -> ReadEntry<PlanView> {
    let text = reader.text_of(entry, "text").ok_or("no text")?;
    let mut plan = PlanView {
        text,
        steps: Default::default(),
    };
    let mut unreadable = Vec::new();
    let Ok(map) = reader.object(entry, "steps") else {
        return Ok((plan, unreadable));
    };
    for key in reader.keys(&map) {
        match (id_of(&key), reader.first_atom(&map, &key)) {
            (Ok(id), Ok(step)) => {
                plan.steps.insert(id, step.value);
            }
            _ => unreadable.push((format!("steps/{key}"), "not a step")),
        }
    }
    Ok((plan, unreadable))
}

fn visit(reader: &DocReader<'_>, entry: &ObjId) -> ReadEntry<VisitView> {
    let atom: VisitAtom = reader.first_atom(entry, "head")?.value;
    let finding = reader.first_atom(entry, "finding")?.value;
    let visit = Visit {
        due: atom.due,
        method: atom.method,
        at: atom.at,
        place: atom.place,
        finding,
    };
    Ok((
        VisitView {
            visit,
            text: reader.text_of(entry, "text").ok_or("no text")?,
        },
        Vec::new(),
    ))
}

fn signed(reader: &DocReader<'_>, entry: &ObjId) -> BTreeMap<EntryId, RecordSigned> {
    let Ok(map) = reader.object(entry, "signed") else {
        return BTreeMap::new();
    };
    let read = |party: EntryId| {
        let authored = reader.first_atom(&map, &party.to_string()).ok()?;
        Some((party, authored.value))
    };
    let parties = reader.members(entry, "signed").into_iter();
    parties.filter_map(read).collect()
}

fn withdrawn(reader: &DocReader<'_>, entry: &ObjId) -> Option<Withdrawn> {
    reader
        .write_once_value(entry, "withdrawn")
        .map(|authored| authored.value)
}
