//! What disagreements leave behind: evidence of who wrote what, and not the whole text again with every merge.

use super::scene::*;
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, TextTarget},
    facts::{ConflictFact, DeadlineKind, Subject},
    ids::EntryId,
    role::Role,
    view::ConflictKind,
};

/// What the detail of a case may weigh, with everything that is open.
const MOST_BYTES: usize = 150_000;

/// A note of 6,000 characters, known to all of these phones.
fn long_note(phones: u8) -> (Stage, EntryId) {
    let mut stage = Stage::of("N03-05");
    let note = stage.note(MEDIATOR, &"双方各说各的理。".repeat(750));
    stage.sync(MEDIATOR);
    let phones = 10..10 + phones;
    stage.phones = phones.map(|n| stage.phone(n, Role::Mediator)).collect();
    (stage, note)
}

fn text(stage: &Stage, phone: usize, note: EntryId) -> String {
    stage.phones[phone].doc.view().unwrap().notes[&note]
        .value
        .text
        .clone()
}

/// Writes a few words into the middle of the note.
fn add_words(stage: &mut Stage, phone: usize, note: EntryId, words: &str) {
    let mut content: Vec<char> = text(stage, phone, note).chars().collect();
    let at = content.len() * (phone + 1) / 30;
    content.splice(at..at, words.chars());
    let target = TextTarget::Note { id: note };
    let content = content.into_iter().collect();
    stage.edit(phone, Edit::Text { target, content });
}

/// What travels to every phone and every desk: the facts, and what the document says.
fn bytes(stage: &Stage) -> usize {
    let (facts, view) = (stage.facts(), stage.view());
    serde_json::to_string(facts).unwrap().len() + serde_json::to_string(view).unwrap().len()
}

fn shared(stage: &Stage) -> Vec<&ConflictFact> {
    let all = stage.facts().conflicts.values();
    all.filter(|known| known.conflict.kind == ConflictKind::SharedText)
        .collect()
}

/// Shows M05.
#[test]
fn a_long_note_that_twenty_write_fifty_times_at_once_stays_small() {
    let (mut stage, note) = long_note(20);
    for phone in 0..20 {
        for n in 0..50 {
            add_words(
                &mut stage,
                phone,
                note,
                &format!("第{phone}部第{n}次补记。"),
            );
        }
    }
    let written: Vec<String> = (0..20).map(|phone| text(&stage, phone, note)).collect();
    for phone in 0..20 {
        stage.sync(phone);
    }
    assert!(bytes(&stage) <= MOST_BYTES, "{}", bytes(&stage));

    let [known] = shared(&stage)[..] else {
        panic!("one text is one disagreement");
    };
    assert_eq!((known.settled.is_none(), known.grown), (true, 18));
    assert_eq!(known.conflict.variants.len(), 21);
    for variant in &known.conflict.variants {
        assert!(variant.is_excerpt && variant.text.chars().count() <= 200);
    }
    let doc = CaseDoc::load(&stage.settled.snapshot).unwrap();
    let versions = doc.versions(&known.conflict);
    assert_eq!(versions[0], stage.view().notes[&note].value.text);
    assert_eq!(
        versions[1..],
        written,
        "each version is read as it was written"
    );
}

/// Shows M05.
#[test]
fn a_note_that_twenty_write_at_once_in_round_after_round_stays_small() {
    let (mut stage, note) = long_note(20);
    let mut sizes = Vec::new();
    for round in 0..14 {
        for phone in 0..20 {
            add_words(&mut stage, phone, note, &format!("第{round}轮{phone}记。"));
        }
        for phone in 0..20 {
            stage.sync(phone);
        }
        let doc = CaseDoc::load(&stage.settled.snapshot).unwrap();
        for phone in &mut stage.phones {
            phone.doc = doc.clone();
        }
        sizes.push(bytes(&stage));
    }
    assert!(sizes[13] <= MOST_BYTES, "{sizes:?}");
    let by_round = (sizes[13] - sizes[11]) / 2;
    assert!(
        by_round < 3_000,
        "a round takes {by_round} bytes: {sizes:?}"
    );
    let open = shared(&stage).into_iter().filter(|c| c.settled.is_none());
    assert_eq!(open.count(), 1, "the last round waits to be read");
}

/// Shows M05.
#[test]
fn the_time_to_answer_goes_on_while_a_disagreement_grows() {
    let (mut stage, note) = long_note(3);
    for phone in 0..3 {
        add_words(&mut stage, phone, note, "补记。");
    }
    stage.sync(0);
    stage.sync(1);
    let first = shared(&stage)[0].clone();
    stage.later(60);
    stage.sync(2);
    let grown = shared(&stage)[0].clone();
    assert_eq!(shared(&stage).len(), 1);
    assert_ne!(grown.conflict.id, first.conflict.id);
    assert_eq!(
        (grown.found_at, grown.began_as, grown.grown),
        (first.found_at, Some(first.conflict.id), 1)
    );
    let clocks = |stage: &Stage| {
        let reviews = stage.facts().deadlines.iter();
        let reviews = reviews.filter(|clock| clock.kind == DeadlineKind::MergeReview);
        reviews
            .map(|clock| (clock.subject, clock.starts_at, clock.met_at))
            .collect::<Vec<_>>()
    };
    let subject = Some(Subject::Conflict(first.conflict.id));
    assert_eq!(clocks(&stage), [(subject, first.found_at, None)]);

    assert_eq!(rule(&mut stage, Role::Supervisor, &grown.conflict, 0), None);
    let met = clocks(&stage)[0].2;
    assert_eq!(met, Some(stage.now), "the one clock is met by the ruling");
    let ruled = shared(&stage)[0];
    assert!(ruled.settled.as_ref().unwrap().by.is_some());
    assert_eq!(ruled.conflict.variants.len(), 4);
}

/// Shows M05.
#[test]
fn what_authors_settle_among_themselves_again_and_again_keeps_names_and_changes() {
    let (mut stage, note) = long_note(2);
    for round in 0..20 {
        for phone in 0..2 {
            add_words(&mut stage, phone, note, &format!("第{round}轮{phone}记。"));
        }
        stage.sync(0);
        stage.sync(1);
        add_words(&mut stage, 1, note, "已核对。");
        stage.sync(1);
        stage.sync(0);
    }
    assert!(bytes(&stage) <= MOST_BYTES, "{}", bytes(&stage));
    let known = shared(&stage);
    assert_eq!(known.len(), 20);
    let doc = CaseDoc::load(&stage.settled.snapshot).unwrap();
    for known in known {
        let (by_whom, variants) = (&known.settled, &known.conflict.variants);
        assert!(by_whom.as_ref().is_some_and(|ruling| ruling.by.is_none()));
        assert!(
            variants[1..]
                .iter()
                .all(|v| v.author.is_some() && v.at.len() == 1)
        );
        let versions = doc.versions(&known.conflict);
        assert!(versions[1..].iter().all(|text| text.len() > 18_000));
        assert_eq!((variants.len(), versions.len()), (3, 3));
    }
}
