//! M07: a party was withdrawn by one, and written about by another who had not seen it. Nothing is
//! lost; somebody looks.

use super::{AuthoredVariant, DetectContext, conflict, mark_of, spoken::spoken};
use crate::{
    document::{History, author_of, json},
    ids::EntryId,
    record::{Consent, Contact, Signature, Signer, StatementHead, Withdrawn},
    schema::{self, FieldKind},
    view::{About, Conflict, ConflictKind, DocumentPlace, Severity, VariantValue},
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
        let mut said = vec![AuthoredVariant {
            author: Some(mark.author),
            text: format!("已作废：{}", mark.value.why),
            value: VariantValue::Words,
            mark: mark_of(&mark.op),
        }];
        // Two may have withdrawn the party; each of them may have missed something, whichever mark
        // stands now. What is not concurrent was written by somebody who knew.
        let marks = context.reader.all(&entry, "withdrawn");
        let missed = |op: &ObjId| marks.iter().any(|(_, mark)| history.apart(op, mark));
        let written = corrections(context, &entry).into_iter();
        let written = written.chain(entries_about(context, id));
        let unaware = written.filter(|(op, _)| missed(op));
        said.extend(unaware.map(|(op, text)| AuthoredVariant {
            author: author_of(&op),
            value: VariantValue::Words,
            mark: mark_of(&op),
            text,
        }));
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
    for (_, authored) in reader.authored::<Consent>("consent_events") {
        if authored.value.party == party {
            written.push((authored.op, "新的意愿记录".into()));
        }
    }
    for (_, authored) in reader.authored::<Contact>("contacts") {
        if authored.value.party == party {
            written.push((authored.op, "新的联系记录".into()));
        }
    }
    for (_, authored) in reader.authored::<Signature>("signatures") {
        if authored.value.signer == Signer::Party(party) {
            written.push((authored.op, "协议签名".into()));
        }
    }
    let fields = schema::entry_fields("statements");
    for (_, entry) in reader.objects("statements") {
        let head = reader.plain::<StatementHead>(&entry, fields);
        if head.is_ok_and(|head| head.party == party) {
            written.push((entry, "新的陈述".into()));
        }
    }
    written
}
