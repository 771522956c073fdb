//! M07: a party was withdrawn by one, and written about by another who had not seen it. Nothing is
//! lost; somebody looks.

use super::{AuthoredVariant, DetectContext, conflict, spoken::spoken};
use crate::{
    document::{History, json},
    ids::EntryId,
    record::{Consent, Contact, Signature, Signer, StatementHead, Withdrawn},
    schema::{self, FieldKind},
    view::{About, Conflict, ConflictKind, DocumentPlace, Severity},
};
use automerge::ObjId;

/// Something that was written of a party: the operation, and what it says.
type PartyMention = (ObjId, String);

pub(super) fn edited(context: &DetectContext<'_, '_>, history: &History) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (id, entry) in context.reader.objects("parties") {
        let Some(mark) = context
            .reader
            .write_once_value::<Withdrawn>(&entry, "withdrawn")
        else {
            continue;
        };
        let mut said = vec![AuthoredVariant::written(
            &mark.op,
            format!("已作废：{}", mark.value.why),
        )];
        // Two may have withdrawn the party; each of them may have missed something, whichever mark
        // stands now. What is not concurrent was written by somebody who knew.
        let marks = context.reader.all(&entry, "withdrawn");
        let missed = |op: &ObjId| marks.iter().any(|(_, mark)| history.apart(op, mark));
        let written = corrections(context, &entry).into_iter();
        let written = written.chain(entries_about(context, id));
        let unaware = written.filter(|(op, _)| missed(op));
        said.extend(unaware.map(|(op, text)| AuthoredVariant::written(&op, text)));
        if said.len() > 1 {
            let kind = ConflictKind::WithdrawnEdited;
            let about = About::Place(DocumentPlace::entry("parties", id));
            found.push(conflict(kind, Severity::Review, about, said));
        }
    }
    found
}

fn corrections(context: &DetectContext<'_, '_>, party: &ObjId) -> Vec<PartyMention> {
    let fields = schema::entry_fields("parties").iter();
    let corrected = fields.filter(|field| matches!(field.kind, FieldKind::Lww(_)));
    corrected
        .flat_map(|field| {
            let values = context.reader.all(party, field.name).into_iter();
            values.filter_map(|(value, op)| {
                let text = spoken(context.reader, field.name, &json(&value)?);
                Some((op, format!("更正为：{text}")))
            })
        })
        .collect()
}

fn entries_about(context: &DetectContext<'_, '_>, party: EntryId) -> Vec<PartyMention> {
    let reader = &context.reader;
    let mut written: Vec<PartyMention> = Vec::new();
    let mut note = |is_about: bool, op: ObjId, zh: &str| {
        if is_about {
            written.push((op, zh.into()));
        }
    };
    for (_, authored) in reader.authored::<Consent>("consent_events") {
        let is_about = authored.value.party == party;
        note(is_about, authored.op, "新的意愿记录");
    }
    for (_, authored) in reader.authored::<Contact>("contacts") {
        let is_about = authored.value.party == party;
        note(is_about, authored.op, "新的联系记录");
    }
    for (_, authored) in reader.authored::<Signature>("signatures") {
        let is_about = authored.value.signer == Signer::Party(party);
        note(is_about, authored.op, "协议签名");
    }
    let fields = schema::entry_fields("statements");
    for (_, entry) in reader.objects("statements") {
        let head = reader.plain::<StatementHead>(&entry, fields);
        note(
            head.is_ok_and(|head| head.party == party),
            entry,
            "新的陈述",
        );
    }
    written
}
