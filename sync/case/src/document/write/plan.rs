//! What an edit comes to: checked against the document, and where it goes.

use super::{Tx, atom, check, entry, genesis_object, intake, text, word};
use crate::{
    document::{DocReader, Result},
    edit::{Citing, Edit, NewEntry, TextTarget, Withdrawable},
    ids::{Actor, EntryId},
    limit,
    record::{PartyField, PlanStep, RecordSigned, Withdrawn},
};
use automerge::{ObjId, ScalarValue, legacy, transaction::Transactable};
use jiff::Timestamp;

/// What stands under the key of a member that is nothing but there.
const YES: &str = "true";

/// An edit that fits the document, and where it goes.
pub(crate) enum Plan {
    /// Puts one value under a key.
    Put(ObjId, String, ScalarValue),
    /// Makes an entry in a map.
    Make(ObjId, EntryId, entry::EntryBody),
    /// Changes a text.
    Text(ObjId, String),
}

/// Checks an edit against the document.
pub(crate) fn plan(reader: &DocReader<'_>, actor: Actor, edit: &Edit) -> Result<Plan> {
    check_limits(reader, edit)?;
    match edit {
        Edit::Add { id, entry } => add(reader, *id, entry),
        Edit::Intake { field } => put(reader.container("intake")?, intake(field)?),
        Edit::Party { party, field } => put(reader.entry("parties", *party)?, party_field(field)?),
        Edit::Withdraw { target, why, at } => withdraw(reader, *target, why, *at),
        Edit::Text { target, content } => Ok(Plan::Text(
            writable_text(reader, actor, *target)?,
            content.clone(),
        )),
        Edit::Terms {
            draft,
            clause,
            terms,
        } => put(
            writable_clause(reader, *draft, *clause)?,
            ("terms", atom(terms)?),
        ),
        Edit::ClauseOrder {
            draft,
            clause,
            order,
        } => put(
            writable_clause(reader, *draft, *clause)?,
            ("order", check::short(order.as_str().into())?),
        ),
        Edit::AddClause {
            draft,
            clause,
            order,
            text,
            terms,
        } => {
            let body = entry::clause(order, text, terms.as_ref())?;
            add_clause(reader, *draft, *clause, body)
        }
        Edit::AddStep { plan, step, value } => add_step(reader, *plan, *step, value),
        Edit::Freeze { draft, at } => freeze(reader, *draft, *at),
        Edit::LockStatement { statement, at } => {
            lock_statement(reader, own_statement(reader, actor, *statement)?, *at)
        }
        Edit::SealStatement { statement, sealed } => put(
            own_statement(reader, actor, *statement)?,
            ("sealed", atom(sealed)?),
        ),
        Edit::Cite { by, evidence } => cite(reader, actor, *by, *evidence),
        Edit::SignRecord {
            session,
            party,
            signed,
        } => sign_record(reader, actor, (*session, *party), signed),
        Edit::Check { item, mark } => {
            check::item_code(item)?;
            put(reader.container("checklist")?, (item, atom(mark)?))
        }
    }
}

fn check_limits(reader: &DocReader<'_>, edit: &Edit) -> Result<()> {
    if let Edit::Text { target, content } = edit {
        limit::of_text(content, || standing(reader, *target))?;
    }
    Ok(limit::of_edit(edit)?)
}

impl Plan {
    /// The operations that the plan overwrites, when it chooses from rival values the one that
    /// stands already. Automerge would delete the others then; who chose must be seen, and nothing
    /// is ever deleted.
    pub(crate) fn chooses_from(
        &self,
        reader: &DocReader<'_>,
    ) -> Option<(ScalarValue, Vec<legacy::OpId>)> {
        let Self::Put(object, key, value) = self else {
            return None;
        };
        let rivals = reader.all(object, key);
        let (standing, _) = rivals.last().filter(|_| rivals.len() > 1)?;
        if standing.as_scalar() != Some(value) {
            return None;
        }
        let id = |op: &ObjId| match op {
            ObjId::Root => None,
            ObjId::Id(counter, actor, _) => Some(legacy::OpId::new(*counter, actor)),
        };
        let rivals = rivals.iter().filter_map(|(_, op)| id(op)).collect();
        Some((value.clone(), rivals))
    }

    /// Writes what was planned.
    pub(crate) fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        match self {
            Self::Put(object, key, value) => Ok(tx.put(&object, key, value)?),
            Self::Make(map, id, body) => entry::make(tx, &map, id, &body),
            Self::Text(object, content) => text::replace(tx, &object, &content),
        }
    }
}

fn put(object: ObjId, (key, value): (&str, ScalarValue)) -> Result<Plan> {
    Ok(Plan::Put(object, key.to_owned(), value))
}

fn add(reader: &DocReader<'_>, id: EntryId, entry: &NewEntry) -> Result<Plan> {
    check::entry(reader, entry)?;
    let map = reader.container(entry.container())?;
    make(reader, map, id, entry::body_of(entry)?)
}

fn add_step(
    reader: &DocReader<'_>,
    plan: EntryId,
    step: EntryId,
    value: &PlanStep,
) -> Result<Plan> {
    let steps = reader.object(&reader.entry("plans", plan)?, "steps")?;
    let value = entry::EntryBody::Atom(check::json(value)?);
    make(reader, steps, step, value)
}

fn withdraw(
    reader: &DocReader<'_>,
    target: Withdrawable,
    why: &str,
    at: Timestamp,
) -> Result<Plan> {
    let entry = withdrawable(reader, target)?;
    check::not_withdrawn(reader, &entry)?;
    let why = why.to_owned();
    put(entry, ("withdrawn", atom(&Withdrawn { why, at })?))
}

fn add_clause(
    reader: &DocReader<'_>,
    draft: EntryId,
    clause: EntryId,
    body: entry::EntryBody,
) -> Result<Plan> {
    let entry = reader.entry("drafts", draft)?;
    check::not_frozen(reader, &entry)?;
    make(reader, reader.object(&entry, "clauses")?, clause, body)
}

fn freeze(reader: &DocReader<'_>, draft: EntryId, at: Timestamp) -> Result<Plan> {
    let entry = reader.entry("drafts", draft)?;
    check::not_frozen(reader, &entry)?;
    check::terms_are_chosen(reader, &entry)?;
    let lock = reader.lock_of_draft(draft, at)?;
    put(entry, ("frozen", atom(&lock)?))
}

fn lock_statement(reader: &DocReader<'_>, statement: ObjId, at: Timestamp) -> Result<Plan> {
    let lock = reader.lock_of_statement(&statement, at);
    put(statement, ("locked", atom(&lock)?))
}

fn cite(reader: &DocReader<'_>, actor: Actor, by: Citing, evidence: EntryId) -> Result<Plan> {
    reader.entry("evidence", evidence)?;
    let cites = reader.object(&citing(reader, actor, by)?, "cites")?;
    make(reader, cites, evidence, entry::EntryBody::Atom(YES.into()))
}

fn sign_record(
    reader: &DocReader<'_>,
    actor: Actor,
    (session, party): (EntryId, EntryId),
    signed: &RecordSigned,
) -> Result<Plan> {
    let entry = reader.entry("sessions", session)?;
    check::own(actor, &entry)?;
    reader.entry("parties", party)?;
    let map = reader.object(&entry, "signed")?;
    make(
        reader,
        map,
        party,
        entry::EntryBody::Atom(check::json(signed)?),
    )
}

fn make(reader: &DocReader<'_>, map: ObjId, id: EntryId, body: entry::EntryBody) -> Result<Plan> {
    check::key_is_free(reader, &map, id)?;
    Ok(Plan::Make(map, id, body))
}

fn withdrawable(reader: &DocReader<'_>, target: Withdrawable) -> Result<ObjId> {
    match target {
        Withdrawable::Party(id) => reader.entry("parties", id),
        Withdrawable::Evidence(id) => reader.entry("evidence", id),
    }
}

fn own_statement(reader: &DocReader<'_>, actor: Actor, statement: EntryId) -> Result<ObjId> {
    let entry = reader.entry("statements", statement)?;
    check::open_and_own(reader, actor, &entry)?;
    Ok(entry)
}

fn citing(reader: &DocReader<'_>, actor: Actor, by: Citing) -> Result<ObjId> {
    match by {
        Citing::Statement(id) => own_statement(reader, actor, id),
        Citing::Draft(id) => {
            let entry = reader.entry("drafts", id)?;
            check::not_frozen(reader, &entry)?;
            Ok(entry)
        }
    }
}

fn writable_clause(reader: &DocReader<'_>, draft: EntryId, clause: EntryId) -> Result<ObjId> {
    check::not_frozen(reader, &reader.entry("drafts", draft)?)?;
    clause_of(reader, draft, clause)
}

fn clause_of(reader: &DocReader<'_>, draft: EntryId, clause: EntryId) -> Result<ObjId> {
    let draft = reader.entry("drafts", draft)?;
    reader.object(&reader.object(&draft, "clauses")?, &clause.to_string())
}

fn writable_text(reader: &DocReader<'_>, actor: Actor, target: TextTarget) -> Result<ObjId> {
    match target {
        TextTarget::Statement { id } => {
            let entry = reader.entry("statements", id)?;
            check::open_and_own(reader, actor, &entry)?;
            check::not_sealed(reader, &entry)?;
            check::plain_allowed(reader)?;
        }
        TextTarget::Record { id } => check::own(actor, &reader.entry("sessions", id)?)?,
        TextTarget::Visit { id } => check::own(actor, &reader.entry("visits", id)?)?,
        TextTarget::Clause { draft, clause } => drop(writable_clause(reader, draft, clause)?),
        _ => {}
    }
    text_object(reader, target)
}

/// Where a text lies, whoever may write it.
pub(in crate::document) fn text_object(
    reader: &DocReader<'_>,
    target: TextTarget,
) -> Result<ObjId> {
    let (entry, name) = match target {
        TextTarget::Summary => return genesis_object("intake", Some("summary")),
        TextTarget::Statement { id } => (reader.entry("statements", id)?, "text"),
        TextTarget::Note { id } => (reader.entry("notes", id)?, "text"),
        TextTarget::Caption { id } => (reader.entry("evidence", id)?, "caption"),
        TextTarget::Record { id } => (reader.entry("sessions", id)?, "record"),
        TextTarget::Plan { id } => (reader.entry("plans", id)?, "text"),
        TextTarget::Visit { id } => (reader.entry("visits", id)?, "text"),
        TextTarget::Clause { draft, clause } => (clause_of(reader, draft, clause)?, "text"),
    };
    reader.object(&entry, name)
}

/// How long a text is as its author sees it, in characters.
fn standing(reader: &DocReader<'_>, target: TextTarget) -> usize {
    let text = text_object(reader, target)
        .ok()
        .and_then(|text| reader.text(&text));
    text.map_or(0, |text| text.chars().count())
}

fn party_field(field: &PartyField) -> Result<(&'static str, ScalarValue)> {
    Ok(match field {
        PartyField::Side(side) => ("side", word(side)?),
        PartyField::Role(role) => ("role", word(role)?),
        PartyField::NameMasked(name) => ("name_masked", check::short(name.as_str().into())?),
        PartyField::IsMinor(is) => ("is_minor", (*is).into()),
        PartyField::IsIncapacitated(is) => ("is_incapacitated", (*is).into()),
        PartyField::IsRepresentative(is) => ("is_representative", (*is).into()),
    })
}
