//! The cap on a text, in every layer: nobody goes beyond it by what they see, and what several
//! wrote at once is kept.

use crate::{
    extreme::{forgery::Forger, settled},
    hostile::up,
    phone::{Phone, read},
    scene::Scene,
};
use harness::Calls;
use hejie_case::{
    edit::{Edit, TextTarget},
    ids::{CaseId, EntryId},
    limit::{MAX_INSERT, MAX_TEXT},
    reason::Explain,
};
use hejie_device::engine::EngineError;
use hejie_wire::message::CaseUp;
use jiff::SignedDuration;
use serde_bytes::ByteBuf;

/// So much is left before the cap.
const LEFT: usize = 30;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_text_takes_no_more_but_what_was_written_at_once_is_kept_and_shown() {
    let scene = Scene::set().await;
    let note = filled(&scene).await;
    let (mut phone, mut other) = (scene.mediator().await, scene.mediator().await);
    let full = "长".repeat(MAX_TEXT - LEFT);
    assert_eq!(phone.notes(scene.case), [full.as_str()]);

    // Each fills the text on its own; together they go beyond.
    phone.rewrite(scene.case, note, &(full.clone() + &"甲".repeat(LEFT)));
    other.rewrite(scene.case, note, &("乙".repeat(LEFT) + &full));
    quiet(&scene, [&mut phone, &mut other]).await;
    let merged = phone.notes(scene.case)[0].clone();
    assert_eq!(merged.chars().count(), MAX_TEXT + LEFT);
    assert_eq!(other.notes(scene.case)[0], merged);
    for phone in [&phone, &other] {
        assert_eq!(phone.engine.refusals().unwrap(), []);
    }
    settled(&scene, scene.case).await;
    let desk = scene.county.dispatcher(&scene.server).await;
    let detail = desk.get(&format!("/api/v1/cases/{}", scene.case)).await;
    assert_eq!(detail.text("/long_texts/0"), format!("notes/{note}"));

    // The phone says so where it is typed; another client is told by the server.
    let more = phone
        .engine
        .edit(scene.case, edit(note, merged.clone() + "再"), phone.now());
    assert!(matches!(more, Err(EngineError::Edit(error)) if error.code() == "text_full"));
    assert_eq!(told(&scene, &mut phone, note, &merged).await, "text_full");

    // What is there can be shortened, and the text takes more again.
    let shorter: String = merged.chars().skip(2 * LEFT).collect();
    phone.rewrite(scene.case, note, &shorter);
    phone.rewrite(scene.case, note, &(shorter.clone() + "完"));
    quiet(&scene, [&mut phone, &mut other]).await;
    assert_eq!(other.notes(scene.case), [shorter + "完"]);
    assert_eq!(phone.engine.refusals().unwrap(), []);
    settled(&scene, scene.case).await;
}

/// A note that lacks [`LEFT`] characters of the cap, in as many changes as it takes.
async fn filled(scene: &Scene) -> EntryId {
    let mut phone = scene.mediator().await;
    let note = phone.note(scene.case, "");
    phone.sync().await;
    scene.server.reconcile().await;
    let actor = phone.engine.enrolment().unwrap().actor;
    let mut forger = Forger::new(&snapshot(scene, scene.case).await, actor);
    let mut left = MAX_TEXT - LEFT;
    let mut message = up(&mut phone);
    let mut changes = Vec::new();
    while left > 0 {
        let some = left.min(MAX_INSERT);
        let change = forger.lengthening(&edit(note, "长".into()), phone.now(), some);
        changes.push(ByteBuf::from(change.raw_bytes().to_vec()));
        forger.accepted(&change);
        left -= some;
    }
    message.cases = vec![CaseUp::new(scene.case, changes)];
    let down = read(&phone.send(&message).await);
    let said = down.cases.iter().find(|one| one.case == scene.case);
    assert_eq!(said.unwrap().refused, []);
    scene.server.advance(SignedDuration::from_secs(2));
    scene.server.reconcile().await;
    note
}

/// What another client hears that inserts one character more into the full note.
async fn told(scene: &Scene, phone: &mut Phone, note: EntryId, whole: &str) -> String {
    let snapshot = snapshot(scene, scene.case).await;
    let forger = Forger::new(&snapshot, phone.engine.enrolment().unwrap().actor);
    let shorter: String = whole.chars().skip(1).collect();
    let change = forger.lengthening(&edit(note, shorter), phone.now(), 1);
    let mut message = up(phone);
    let bytes = ByteBuf::from(change.raw_bytes().to_vec());
    message.cases = vec![CaseUp::new(scene.case, vec![bytes])];
    let down = read(&phone.send(&message).await);
    scene.server.advance(SignedDuration::from_secs(2));
    let said = down.cases.iter().find(|one| one.case == scene.case);
    let [refused] = said.unwrap().refused.as_slice() else {
        panic!("one is refused");
    };
    assert!(refused.reason.zh.contains("四十万字") && !refused.passing);
    refused.reason.code.clone()
}

/// The document as it was settled last.
pub async fn snapshot(scene: &Scene, case: CaseId) -> Vec<u8> {
    sqlx::query_scalar("select snapshot from case_doc where case_id = $1")
        .bind(case.0)
        .fetch_one(&scene.server.state.pool)
        .await
        .unwrap()
}

async fn quiet(scene: &Scene, phones: [&mut Phone; 2]) {
    let [one, other] = phones;
    for _ in 0..2 {
        one.sync().await;
        other.sync().await;
        scene.server.reconcile().await;
        scene.server.advance(SignedDuration::from_secs(2));
    }
    assert_eq!(
        one.engine.status().waiting + other.engine.status().waiting,
        0
    );
}

fn edit(note: EntryId, content: String) -> Edit {
    let target = TextTarget::Note { id: note };
    Edit::Text { target, content }
}
