use super::*;
use crate::{
    document::{CaseDoc, Origin},
    edit::{Edit, NewEntry, TextTarget},
    ids::{CaseId, EntryId},
    record::{NoteHead, NoteKind, SealedText},
    view::Meta,
};
use jiff::Timestamp;

const ACTOR: Actor = Actor([7; 16]);

fn begun() -> (CaseDoc, Vec<u8>) {
    let meta = Meta {
        schema: 1,
        case_id: CaseId::new(Timestamp::UNIX_EPOCH, [1; 10]),
        created_by_device: None,
        created_at: Timestamp::UNIX_EPOCH,
        catalogue_version: 1,
    };
    let origin = Origin {
        summary: "楼上漏水。".into(),
        ..Origin::default()
    };
    let (doc, written) = CaseDoc::create(ACTOR, &meta, &origin, Timestamp::UNIX_EPOCH).unwrap();
    (doc, written.bytes)
}

fn typed(told: &ChangeSummary) -> Vec<&str> {
    let texts = told.passages.iter().filter_map(|one| match &one.said {
        PassageContent::Typed(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn the_beginning_of_a_case_is_told_with_its_places() {
    let (_, bytes) = begun();
    let told = summarise(&bytes, &[]).unwrap();
    assert_eq!(typed(&told), ["楼上漏水。"]);
    let summary = told
        .passages
        .iter()
        .find(|one| matches!(one.said, PassageContent::Typed(_)))
        .unwrap();
    assert_eq!(summary.container.as_deref(), Some("intake"));
    assert_eq!(summary.field.as_deref(), Some("summary"));
    assert!(!told.more);
}

#[test]
fn a_note_is_told_whole_by_its_change_alone_and_an_edit_of_it_as_far_as_it_goes() {
    let (mut doc, _) = begun();
    let id = EntryId::new(Timestamp::UNIX_EPOCH, [2; 10]);
    let head = NoteHead {
        kind: NoteKind::Other,
        at: Timestamp::UNIX_EPOCH,
    };
    let entry = NewEntry::Note(head, "到场查看，水管破裂。".into());
    let added = doc
        .edit(ACTOR, Timestamp::UNIX_EPOCH, &Edit::Add { id, entry })
        .unwrap();
    let note = summarise(&added.bytes, &[]).unwrap();
    assert_eq!(typed(&note), ["到场查看，水管破裂。"]);
    let place = note.passages.last().unwrap();
    assert_eq!(place.container.as_deref(), Some("notes"));
    assert_eq!(place.entry, Some(id.to_string()));

    let text = Edit::Text {
        target: TextTarget::Note { id },
        content: "到场查看，水管已经修好。".into(),
    };
    let edited = doc.edit(ACTOR, Timestamp::UNIX_EPOCH, &text).unwrap();
    let alone = summarise(&edited.bytes, &[]).unwrap();
    assert_eq!(typed(&alone).concat(), "已经修好");
    assert!(alone.passages.iter().all(|one| one.container.is_none()));
    let known = super::super::index_of(&doc).unwrap();
    let placed = told_in(&edited.bytes, &known);
    assert!(
        placed
            .passages
            .iter()
            .all(|one| one.container.as_deref() == Some("notes"))
    );
    assert!(
        placed
            .passages
            .iter()
            .any(|one| one.said == PassageContent::Erased(2))
    );
}

fn told_in(bytes: &[u8], known: &[ObjectEntry]) -> ChangeSummary {
    summarise(bytes, known).unwrap()
}

#[test]
fn sealed_words_stay_sealed() {
    let sealed = SealedText {
        key_id: "k1".into(),
        ciphertext: "c2VhbGVk".into(),
    };
    let mut summariser = Summariser {
        known: ObjectIndex::new(&[]),
        made: HashMap::new(),
        typing: None,
        left: CHARACTERS,
        summary: ChangeSummary::default(),
    };
    let at = ("statements".into(), Some("x".into()), Some("sealed".into()));
    let json = serde_json::to_string(&sealed).unwrap();
    summariser.value(&at, &ScalarValue::Str(json.into()));
    let said: Vec<_> = summariser
        .summary
        .passages
        .iter()
        .map(|one| &one.said)
        .collect();
    assert_eq!(said, [&PassageContent::Sealed]);
}

#[test]
fn what_is_no_change_is_refused() {
    assert_eq!(summarise(&[1, 2, 3], &[]), Err(RightsError::NotCanonical));
}
