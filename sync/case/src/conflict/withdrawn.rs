//! M07: a party was withdrawn by one, and written about by another who had not seen it. Nothing is lost; somebody looks.

use super::{Said, Scene, conflict, mark_of, spoken::spoken};
use crate::{
    document::{History, author_of, json},
    ids::EntryId,
    record::{Consent, Contact, Signature, Signer, StatementHead, Withdrawn},
    schema::{self, Kind},
    view::{About, Conflict, ConflictKind, DocumentPlace, Severity, VariantValue},
};
use automerge::ObjId;

/// Something that was written of a party: the operation, and what it says.
type Written = (ObjId, String);

pub(super) fn edited(scene: &Scene<'_, '_>, history: &History) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (id, entry) in scene.reader.objects("parties") {
        let Some(mark) = scene.reader.seal::<Withdrawn>(&entry, "withdrawn") else {
            continue;
        };
        let mut said = vec![Said {
            author: Some(mark.author),
            text: format!("已作废：{}", mark.value.why),
            value: VariantValue::Words,
            mark: mark_of(&mark.op),
        }];
        // Two may have withdrawn the party; each of them may have missed something, whichever mark stands now. What is not concurrent
        // was written by somebody who knew.
        let marks = scene.reader.all(&entry, "withdrawn");
        let missed = |op: &ObjId| marks.iter().any(|(_, mark)| history.apart(op, mark));
        let written = corrections(scene, &entry).into_iter();
        let written = written.chain(entries_about(scene, id));
        let unaware = written.filter(|(op, _)| missed(op));
        said.extend(unaware.map(|(op, text)| Said {
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

fn corrections(scene: &Scene<'_, '_>, party: &ObjId) -> Vec<Written> {
    let fields = schema::entry_fields("parties").iter();
    let corrected = fields.filter(|field| matches!(field.kind, Kind::Lww(_)));
    corrected
        .flat_map(|field| {
            let values = scene.reader.all(party, field.name).into_iter();
            values.filter_map(|(value, op)| {
                let text = spoken(scene.reader, field.name, &json(&value)?);
                Some((op, format!("更正为：{text}")))
            })
        })
        .collect()
}

fn entries_about(scene: &Scene<'_, '_>, party: EntryId) -> Vec<Written> {
    let reader = &scene.reader;
    let mut written: Vec<Written> = Vec::new();
    for (_, told) in reader.told::<Consent>("consent_events") {
        if told.value.party == party {
            written.push((told.op, "新的意愿记录".into()));
        }
    }
    for (_, told) in reader.told::<Contact>("contacts") {
        if told.value.party == party {
            written.push((told.op, "新的联系记录".into()));
        }
    }
    for (_, told) in reader.told::<Signature>("signatures") {
        if told.value.signer == Signer::Party(party) {
            written.push((told.op, "协议签名".into()));
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
