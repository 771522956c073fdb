//! A case in two parts (docs/adr/0026-parts-of-a-case.md): whoever may not read what is
//! confidential holds the work alone, and nothing of the rest ever reaches their phone.

use crate::{
    phone::{Phone, changes_of, read, send},
    recover::{Backup, all_exchange},
    scene::{Scene, facts},
    team::{COLLEAGUE, LEAD, Team, VISITOR},
};
use harness::{Person, TestServer};
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry},
    ids::EntryId,
    part::{CasePart, Extent},
    record::{NoteHead, NoteKind},
    role::Role,
};
use hejie_device::engine::EngineError;
use hejie_wire::message::{CaseDown, CaseUp, Holdings, Up};
use serde_bytes::ByteBuf;

/// Words that stand in nothing but what is confidential.
pub(crate) const SECRET: &str = "他私下承认赌债";

pub(crate) fn holds_secret(bytes: &[u8]) -> bool {
    let secret = SECRET.as_bytes();
    bytes.windows(secret.len()).any(|window| window == secret)
}

/// All that an answer says of cases, documents change by change.
fn said(cases: &[CaseDown]) -> Vec<u8> {
    let mut all = Vec::new();
    for down in cases {
        all.extend(down.snapshot.iter().flat_map(|saved| changes_of(saved)));
        all.extend(down.changes.iter().flat_map(|change| change.to_vec()));
        all.extend(down.facts.iter().flat_map(|facts| facts.to_vec()));
    }
    all
}

fn note(phone: &Phone, text: &str) -> NewEntry {
    let head = NoteHead {
        kind: NoteKind::Scene,
        at: phone.now(),
    };
    NewEntry::Note(head, text.into())
}

/// Exchanges to the end, and returns what the server said of cases meanwhile.
async fn overheard(phone: &mut Phone) -> Vec<u8> {
    let mut heard = Vec::new();
    loop {
        let answer = phone.ask().await;
        heard.extend(said(&read(&answer).cases));
        if !phone.take(&answer) {
            return heard;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grid_workers_phone_never_receives_a_byte_of_what_is_confidential() {
    let mut team = Team::meet().await;
    team.take_up("N03-02").await;
    let mine = team.note(LEAD, SECRET);
    team.phones[LEAD].observe(team.scene.case, "现场平静。");
    team.sync(LEAD).await;
    team.sync(COLLEAGUE).await;
    // Both write into one note at once: the facts say so, with the passages that differ.
    for (phone, words) in [(LEAD, "甲说。"), (COLLEAGUE, "乙说。")] {
        let (case, text) = (team.scene.case, format!("{SECRET}。{words}"));
        team.phones[phone].rewrite(case, mine, &text);
    }
    team.sync(LEAD).await;
    team.sync(COLLEAGUE).await;
    assert!(!team.facts().await.conflicts.is_empty());
    let heard = overheard(&mut team.phones[VISITOR]).await;
    assert!(!holds_secret(&heard), "on the line");
    assert!(!holds_secret(&team.phones[VISITOR].decrypted()), "on disk");
    assert!(holds_secret(&team.phones[LEAD].decrypted()));
    let view = team.view(VISITOR);
    assert_eq!((view.extent, view.notes.len()), (Extent::Work, 0));
    assert_eq!(view.risks.len(), 1, "the work is whole");
    assert_eq!(team.view(LEAD).extent, Extent::Whole);
    team.everybody_syncs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_phones_write_both_parts_offline_and_everything_merges() {
    let mut team = Team::meet().await;
    team.take_up("N03-02").await;
    let shared = team.note(LEAD, "双方到场。");
    team.come_back([LEAD, COLLEAGUE]).await;
    let case = team.scene.case;
    team.phones[LEAD].rewrite(case, shared, "双方到场。甲先离开。");
    team.phones[LEAD].observe(case, "门外有人聚集。");
    team.note(LEAD, "电话告知。");
    team.phones[COLLEAGUE].observe(case, "情绪激动。");
    team.phones[COLLEAGUE].rewrite(case, shared, "上午，双方到场。");
    team.phones[VISITOR].observe(case, "走访所见。");
    team.sync(VISITOR).await;
    team.come_back([COLLEAGUE, LEAD]).await;
    for phone in [LEAD, COLLEAGUE] {
        let view = team.view(phone);
        assert_eq!((view.risks.len(), view.notes.len()), (3, 2));
        assert_eq!(view.notes[&shared].value.text, "上午，双方到场。甲先离开。");
    }
    assert_eq!(team.view(VISITOR).risks.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_does_not_hold_it_does_not_write() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut grid = scene.grid_worker().await;
    let (entry, now) = (note(&grid, "网格员的笔记"), grid.now());
    let refused = grid.engine.add(scene.case, entry.clone(), now);
    assert!(matches!(refused, Err(EngineError::MayNot(_))));
    grid.look_at_no_role();
    let refused = grid.engine.add(scene.case, entry, now);
    assert!(matches!(
        refused,
        Err(EngineError::Withheld | EngineError::MayNot(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_client_of_a_grid_worker_writes_nothing_confidential_and_is_given_none() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.grid_worker().await);
    mediator.note(scene.case, SECRET);
    mediator.sync().await;
    scene.server.reconcile().await;
    let actor = grid.engine.enrolment().unwrap().actor;
    let up = Up {
        cursor: None,
        ..crate::hostile::up(&mut grid)
    };
    let whole = read(&send(&grid.agent, &up).await);
    let saved = whole.cases.iter().find_map(|down| down.snapshot.clone());
    let mut doc = CaseDoc::load(&saved.unwrap()).unwrap();
    let id = EntryId::new(grid.now(), [7; 10]);
    let entry = note(&grid, "偷写的笔记");
    let add = Edit::Add { id, entry };
    let forged = doc.edit(actor, grid.now(), &add).unwrap();
    let forged = Up {
        cases: vec![CaseUp::new(scene.case, vec![ByteBuf::from(forged.bytes)])],
        ..up.clone()
    };
    let answer = read(&grid.send(&forged).await);
    let down = answer.cases.iter().find(|down| down.case == scene.case);
    let codes: Vec<_> = down.unwrap().refused.iter().collect();
    assert_eq!(codes[0].reason.code, "other_extent");
    assert!(down.unwrap().work_alone, "and it is said why");
    // Whatever it says that it holds, it is given the work alone.
    let repair = Up {
        holdings: Some(Holdings::part(None, [])),
        cursor: Some(answer.cursor.clone()),
        ..up
    };
    let answer = read(&send(&grid.agent, &repair).await);
    let whole = answer.cases.iter().find(|down| down.case == scene.case);
    assert!(whole.is_some_and(|down| down.work_alone && down.snapshot.is_some()));
    assert!(!holds_secret(&said(&answer.cases)));
    let stored = "select count(*) from case_change where case_id = $1 and is_confidential(actor)";
    assert_eq!(scene.count(stored).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_read_it_any_more_loses_what_is_confidential_and_keeps_the_own_words() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut colleague) = (scene.mediator().await, scene.colleague().await);
    let shared = mediator.note(scene.case, SECRET);
    mediator.sync().await;
    colleague.sync().await;
    assert!(holds_secret(&colleague.decrypted()));
    colleague.rewrite(scene.case, shared, &format!("{SECRET}，我的补充"));
    colleague.observe(scene.case, "我的观察。");
    let helper = Person {
        role: Role::GridWorker,
        ..scene.county.second_mediator.clone()
    };
    scene.grant(scene.case, &helper).await;
    colleague.sync().await;
    assert!(!holds_secret(&colleague.decrypted()));
    let view = colleague
        .engine
        .case(scene.case, colleague.now())
        .unwrap()
        .view;
    assert_eq!((view.extent, view.risks.len()), (Extent::Work, 1));
    assert_eq!(
        colleague.state(scene.case),
        scene.state_within(Extent::Work).await
    );
    let refusals = colleague.engine.refusals().unwrap();
    let codes: Vec<_> = refusals.iter().map(|one| &*one.reason.code).collect();
    assert_eq!(codes, ["part_withheld"]);
    // Changes that come later are not sent either, and with the right everything comes back.
    mediator.note(scene.case, "又一条。");
    mediator.sync().await;
    colleague.sync().await;
    assert_eq!(colleague.notes(scene.case), [""; 0]);
    scene.grant(scene.case, &scene.county.second_mediator).await;
    colleague.sync().await;
    assert_eq!(colleague.notes(scene.case).len(), 2);
    assert_eq!(colleague.state(scene.case), scene.state().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_the_work_comes_back_from_a_visitor_and_the_rest_from_the_lead() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let mut grid = Phone::enrol(&scene.server, &scene.county.grid_worker).await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    scene.grant(late, &scene.county.grid_worker).await;
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    mediator.note(late, SECRET);
    mediator.observe(late, "门口聚集。");
    grid.observe(late, "走访所见。");
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    let before = facts(&scene.server, late).await;
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut grid]).await;
    let after = facts(&scene.server, late).await;
    assert_eq!(after.case_no, before.case_no);
    let confidential =
        "select count(*) from case_change where case_id = $1 and is_confidential(actor)";
    let late_case = Scene {
        case: late,
        ..scene
    };
    assert_eq!(late_case.count(confidential).await, 0);
    all_exchange(&late_case, &mut [&mut mediator]).await;
    assert_eq!(late_case.count(confidential).await, 1);
    assert_eq!(mediator.notes(late).len(), 1);
    assert_eq!(mediator.state(late), late_case.state().await);
    late_case.grant(late, &late_case.county.grid_worker).await;
    all_exchange(&late_case, &mut [&mut grid]).await;
    assert!(!holds_secret(&grid.decrypted()));
    let doc = grid.engine.case(late, grid.now()).unwrap().view;
    assert_eq!((doc.risks.len(), doc.extent), (2, Extent::Work));
    assert!(!doc.extent.holds(CasePart::Confidential));
}
