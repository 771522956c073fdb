//! What disagreements leave behind: evidence of who wrote what, and not the whole text again with
//! every merge.

use super::scene::*;
use hejie_case::{
    conflict,
    document::CaseDoc,
    edit::{Edit, TextTarget},
    facts::{ConflictFact, DeadlineKind, Subject},
    ids::EntryId,
    record::{Cents, IntakeField},
    role::Role,
    view::ConflictKind,
};

/// What the detail of a case may weigh, with everything that is open.
const MOST_BYTES: usize = 150_000;

/// A note of 6,000 characters, known to all of these phones.
fn long_note(phones: u8) -> (Stage, EntryId) {
    note_of(phones, 750)
}

/// A note of so many sentences, known to all of these phones.
fn note_of(phones: u8, sentences: usize) -> (Stage, EntryId) {
    let mut stage = Stage::of("N03-05");
    let note = stage.note(MEDIATOR, &"双方各说各的理。".repeat(sentences));
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
    let versions = conflict::versions(&doc, &known.conflict);
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
    assert!(ruled.settled.as_ref().unwrap().by().is_some());
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
        assert!(by_whom.as_ref().is_some_and(|ruling| ruling.by().is_none()));
        assert!(
            variants[1..]
                .iter()
                .all(|v| v.author.is_some() && v.at.len() == 1)
        );
        let versions = conflict::versions(&doc, &known.conflict);
        assert!(versions[1..].iter().all(|text| text.len() > 18_000));
        assert_eq!((variants.len(), versions.len()), (3, 3));
    }
}

/// Two write the note at once, and one of them writes it again having seen both.
fn round(stage: &mut Stage, note: EntryId, round: usize) {
    for phone in 0..2 {
        add_words(stage, phone, note, &format!("第{round}轮{phone}记。"));
    }
    stage.sync(0);
    stage.sync(1);
}

/// Shows M05.
#[test]
fn of_many_rounds_the_latest_keep_their_words_those_before_their_authors_and_the_oldest_their_times()
 {
    let (mut stage, note) = note_of(2, 40);
    for n in 0..70 {
        round(&mut stage, note, n);
        add_words(&mut stage, 1, note, "已核对。");
        stage.sync(1);
        stage.sync(0);
    }
    let mut known = shared(&stage);
    known.sort_by_key(|known| std::cmp::Reverse(known.found_at));
    assert_eq!(known.len(), 70, "that it was, and when, stays");
    let variants = |known: &&ConflictFact| known.conflict.variants.len();
    let words = |known: &&ConflictFact| {
        let texts = known.conflict.variants.iter().map(|v| &v.text);
        texts.filter(|text| !text.is_empty()).count()
    };
    let kept: Vec<(usize, usize)> = known.iter().map(|k| (variants(k), words(k))).collect();
    let expected = [vec![(3, 3); 13], vec![(3, 0); 53], vec![(0, 0); 4]].concat();
    assert_eq!(kept, expected);
    let doc = CaseDoc::load(&stage.settled.snapshot).unwrap();
    for known in &known[..66] {
        let versions = conflict::versions(&doc, &known.conflict);
        assert!(versions.iter().all(|text| text.chars().count() > 320));
    }
}

/// Shows M05.
#[test]
fn what_a_person_ruled_on_keeps_its_words_however_often_that_was() {
    let (mut stage, note) = note_of(2, 40);
    for n in 0..16 {
        round(&mut stage, note, n);
        let open = shared(&stage).into_iter().find(|k| k.settled.is_none());
        let open = open.unwrap().conflict.clone();
        assert_eq!(rule(&mut stage, Role::Supervisor, &open, 0), None);
        stage.sync(0);
        stage.sync(1);
    }
    let ruled: Vec<_> = shared(&stage);
    let ruled = ruled
        .iter()
        .filter(|k| k.settled.as_ref().unwrap().by().is_some());
    let texts: Vec<_> = ruled.flat_map(|k| &k.conflict.variants).collect();
    assert!(texts.len() > 40, "{}", texts.len());
    assert!(texts.iter().all(|variant| !variant.text.is_empty()));
}

/// Which of two numbers stood against which is told by nothing else.
#[test]
fn what_no_history_tells_keeps_its_words_however_often_it_was_settled() {
    let (mut stage, _) = note_of(2, 1);
    let amount = |cents: u64| Edit::Intake {
        field: IntakeField::Amount(Cents(cents)),
    };
    for n in 0..24 {
        for phone in 0..2 {
            stage.edit(phone, amount(1_000 * n + 10 * phone as u64 + 1));
        }
        stage.sync(0);
        stage.sync(1);
        stage.edit(1, amount(1_000 * n + 500));
        stage.sync(1);
        stage.sync(0);
    }
    let all = stage.facts().conflicts.values();
    let rivals = all.filter(|k| k.conflict.about.to_string().contains("amount"));
    let texts: Vec<_> = rivals.flat_map(|k| &k.conflict.variants).collect();
    assert!(texts.len() > 40, "{}", texts.len());
    assert!(texts.iter().all(|variant| !variant.text.is_empty()));
}
